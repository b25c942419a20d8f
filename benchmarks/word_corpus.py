"""A word corpus in a folder: three text files, one sentence a line, words between spaces."""

from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from torch import Tensor

from course_lib.batching import as_stream
from course_lib.text import Vocab

SPLITS = ("train", "valid", "test")


@dataclass(frozen=True)
class Corpus:
    """The three splits as words and as ids, and the training split's vocabulary and stream."""

    words: dict[str, list[list[str]]]
    vocab: Vocab
    ids: dict[str, list[list[int]]]
    stream: Tensor  # of the training ids


def find(folder: Path, split: str) -> Path:
    """The file of a split; the shortest name where several fit, so not ptb.char.train.txt.

    Raises:
        FileNotFoundError: if there is none; the message names what was looked for.
    """
    if not folder.is_dir():
        raise FileNotFoundError(f"{folder} is no folder")
    files = sorted((p for p in folder.iterdir() if p.is_file()), key=lambda p: len(p.name))
    found = next((p for p in files if split in p.name), None)
    if found is None:
        names = ", ".join(sorted(p.name for p in files)) or "nothing"
        raise FileNotFoundError(f"no file with {split!r} in its name in {folder}: it has {names}")
    return found


def read(folder: Path) -> Corpus:
    """The corpus in a folder; empty lines are skipped.

    Raises:
        FileNotFoundError: if the folder or a file is missing.
        ValueError: if a file has no words.
    """
    words = {}
    for split in SPLITS:
        path = find(folder, split)
        lines = path.read_text(encoding="utf-8").splitlines()
        words[split] = [line.split() for line in lines if line.strip()]
        if not words[split]:
            raise ValueError(f"{path} has no words")
    vocab = Vocab.from_tokens(chain.from_iterable(words["train"]))
    ids = {split: [vocab.encode(s) for s in sentences] for split, sentences in words.items()}
    return Corpus(words, vocab, ids, as_stream(ids["train"]))
