"""The one shape in which every corpus comes."""

import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Generic, TypeVar

from course_lib.corpora.registry import find
from course_lib.text import Vocab

Item = TypeVar("Item")


@dataclass(frozen=True)
class Corpus(Generic[Item]):
    """Three splits that share no document, and the terms of use.

    An item is a sentence (a sequence of words or characters, without `<s>` and `</s>`), or for
    a parallel corpus a pair of sentences.
    """

    train: list[Item]
    valid: list[Item]
    test: list[Item]
    licence: str
    citation: str
    origin: str
    note: str = ""

    def vocab(self, max_size: int | None = None, min_count: int = 1) -> Vocab:
        """The vocabulary of the training split; other splits' new words are `<unk>`.

        Raises:
            TypeError: for a parallel corpus, which has a vocabulary per language.
        """
        if self.train and isinstance(self.train[0], tuple):
            raise TypeError("a pair has two languages: use Vocab.from_tokens on the words of one")
        sentences: Iterable[Sequence[str]] = self.train  # type: ignore[assignment]
        return Vocab.from_tokens(chain.from_iterable(sentences), max_size, min_count)


def corpus(name: str, train: list[Item], valid: list[Item], test: list[Item]) -> Corpus[Item]:
    """A corpus with the registered terms of data set `name`."""
    data = find(name)
    return Corpus(train, valid, test, data.licence, data.citation, data.origin, data.note)


def split_by(
    name: str, items: Iterable[Any], key: Callable[[Any], str], value: Callable[[Any], Item]
) -> Corpus[Item]:
    """Items with the same key go into one split: 80 % train, 10 % valid, 10 % test.

    A key's split depends on nothing else, so more data moves no item.
    """
    splits: tuple[list[Item], list[Item], list[Item]] = ([], [], [])
    for item in items:
        bucket = zlib.crc32(key(item).encode()) % 10
        splits[max(0, bucket - 7)].append(value(item))
    return corpus(name, *splits)
