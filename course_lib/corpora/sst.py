"""The Stanford Sentiment Treebank as sentences: SST-2, and with its five grades SST-5."""

from course_lib.corpora import downloads
from course_lib.corpora.corpus import Corpus, corpus

Labelled = tuple[list[str], int]


def sst(grades: int = 2) -> Corpus[Labelled]:
    """Sentences of film reviews and their labels, in the official splits.

    Args:
        grades: 2 for praise (1) or not (0), the neutral sentences dropped; 5 for all sentences
            from very negative (0) to very positive (4).

    Raises:
        DownloadError: if the files are not here; the message says where they belong.
        ValueError: if `grades` is neither.

    Source: Socher et al. (2013).
    """
    if grades not in (2, 5):
        raise ValueError(f"grades={grades}: SST has 2 or 5")
    name = "binary" if grades == 2 else "fine"
    parts = [_read(f"sst/stsa.{name}.{part}") for part in ("train", "dev", "test")]
    return corpus("sst", *parts)


def _read(file: str) -> list[Labelled]:
    lines = downloads.read("sst", file).decode().split("\n")
    rows = (line.split() for line in lines if line.strip())
    return [(words, int(label)) for label, *words in rows]
