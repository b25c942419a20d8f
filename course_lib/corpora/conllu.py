"""Reads CoNLL-U, the format of Universal Dependencies, as words and their tags.

Source: <https://universaldependencies.org/format.html>.
"""

from collections.abc import Iterator
from typing import Literal

Tagged = tuple[list[str], list[str]]
"""A sentence: its words, and a tag for each."""

_COLUMNS = {"upos": 3, "xpos": 4}


def tagged_sentences(text: str, tags: Literal["upos", "xpos"] = "upos") -> Iterator[Tagged]:
    """The syntactic words of each sentence with their tags.

    A surface token that stands for several words, such as 3-4 "don't", is left out, for the words
    "do" and "n't" have lines of their own; so is an empty node, such as 8.1, which is no word of
    the text.

    Args:
        tags: "upos", the 17 universal tags, or "xpos", the treebank's own.

    Raises:
        ValueError: if a line has not ten columns, or words are not counted from 1 upwards.
    """
    words: list[str] = []
    found: list[str] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            if words:
                yield words, found
            words, found = [], []
        elif not line.startswith("#"):
            columns = line.split("\t")
            if len(columns) != 10:
                raise ValueError(f"line {number} has {len(columns)} columns, not 10: {line[:60]!r}")
            if "-" in columns[0] or "." in columns[0]:
                continue
            if columns[0] != str(len(words) + 1):
                raise ValueError(f"line {number}: word {columns[0]} follows {len(words)} words")
            words.append(columns[1])
            found.append(columns[_COLUMNS[tags]])
    if words:
        yield words, found
