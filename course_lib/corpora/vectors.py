"""Ready-made word vectors, and what people say of words."""

from collections.abc import Iterable
from io import BytesIO

import numpy as np

from course_lib.corpora import downloads


def glove(words: Iterable[str]) -> dict[str, np.ndarray]:
    """GloVe's 50-dimensional vector (float32) of each of the words that it has, in lower case.

    Taken from the data set `glove`, else from `glove_first10000`, whichever is present;
    otherwise `glove` (76 MB) is downloaded.

    Raises:
        DownloadError: if it cannot be had.

    Source: Pennington et al. (2014).
    """
    wanted = set(words)
    if downloads.where("glove") is None and downloads.where("glove_first10000") is not None:
        return _from_text(wanted)
    names = downloads.read("glove", "glove/glove.6B.words.txt").decode()
    table = np.load(BytesIO(downloads.read("glove", "glove/glove.6B.50d.npy")))
    return {word: table[i] for i, word in enumerate(names.split("\n")[:-1]) if word in wanted}


def _from_text(wanted: set[str]) -> dict[str, np.ndarray]:
    text = downloads.read("glove_first10000", "glove/glove.6B.50d.first10000.txt").decode()
    rows = (line.split(" ") for line in text.split("\n") if line)
    return {word: np.array(row, dtype=np.float32) for word, *row in rows if word in wanted}


def word_pairs(name: str = "wordsim353") -> list[tuple[str, str, float]]:
    """Pairs of words with people's mean score from 0 to 10, in lower case.

    Args:
        name: "wordsim353" (how related) or "simlex999" (how similar in meaning).

    Raises:
        DownloadError: if the list cannot be had.
        KeyError: if there is no such list.

    Source: Finkelstein et al. (2002); Hill, Reichart and Korhonen (2015).
    """
    file = f"word_similarity/{name}.{'tsv' if name == 'wordsim353' else 'txt'}"
    rows = downloads.read("word_similarity", file).decode().lower().splitlines()
    pairs = [row.split("\t") for row in rows if row and not row.startswith("#")]
    return [(a, b, float(score)) for a, b, score in pairs]


def analogies() -> dict[str, list[tuple[str, ...]]]:
    """Questions "a is to b as c is to d" in lower case, by section.

    Raises:
        DownloadError: if they cannot be had.

    Source: Mikolov et al. (2013), arXiv:1301.3781, section 4.1.
    """
    sections: dict[str, list[tuple[str, ...]]] = {}
    text = downloads.read("analogies", "word_similarity/questions-words.txt").decode().lower()
    for line in text.splitlines():
        if line.startswith(": "):
            section = sections.setdefault(line[2:], [])
        elif line:
            section.append(tuple(line.split()))
    return sections
