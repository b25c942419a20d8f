"""Words as a tagger sees them: endings, beginnings and shape besides the word itself."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

import torch
from jaxtyping import Int64
from torch import Tensor

from course_lib.corpora.conllu import Tagged
from course_lib.text import UNK, Vocab

Example = tuple[Int64[Tensor, "_ F"], Int64[Tensor, " _"]]
"""Features (T, F) of a sentence, and targets (T,)."""


def shape(word: str) -> str:
    """Its letters and digits as X, x and 9, runs as one: "McDonald's" is "XxXx'x"."""
    kinds = [_kind(c) for c in word]
    return "".join(c for c, before in zip(kinds, ["", *kinds], strict=False) if c != before)


def _kind(character: str) -> str:
    if character.isupper():
        return "X"
    return "x" if character.islower() else "9" if character.isdigit() else character


def parts(word: str) -> tuple[str, ...]:
    """What a tagger sees of a word: itself, its last 3, 2, 4 and 1 letters, its shape, its first
    3, 2 and 1 letters; all but the shape in small letters."""
    small = word.lower()
    ends, starts = [small[-n:] for n in (3, 2, 4, 1)], [small[:n] for n in (3, 2, 1)]
    return (small, *ends, shape(word), *starts)


@dataclass(frozen=True)
class Coder:
    """Words as the numbers of their F parts, tags as numbers, and back.

    Each part has a vocabulary of its own; a part that training text did not have is `<unk>`.
    """

    vocabs: tuple[Vocab, ...]
    tags: tuple[str, ...]

    @classmethod
    def from_sentences(cls, train: Sequence[Tagged], min_count: int = 2) -> "Coder":
        """Parts and tags of the **training** sentences.

        Args:
            min_count: rarer parts become `<unk>`, which is so met in training.
        """
        words = chain.from_iterable(words for words, _ in train)
        columns = zip(*map(parts, words), strict=True)
        tags = sorted(set(chain.from_iterable(tags for _, tags in train)))
        return cls(tuple(Vocab.from_tokens(c, min_count=min_count) for c in columns), tuple(tags))

    def features(self, words: Iterable[str]) -> Int64[Tensor, "T F"]:
        """The numbers of each word's parts, the word itself first."""
        rows = [self._numbers(word) for word in words]
        return torch.tensor(rows, dtype=torch.int64).reshape(-1, len(self.vocabs))

    def _numbers(self, word: str) -> list[int]:
        seen = zip(self.vocabs, parts(word), strict=True)
        return [vocab.ids.get(part) or UNK for vocab, part in seen]  # 0 is padding, and no word

    def encode(self, sentences: Iterable[Tagged]) -> list[Example]:
        """Features and targets of each sentence.

        Raises:
            ValueError: for a tag that training sentences do not have.
        """
        return [
            (self.features(words), torch.tensor([self.tags.index(tag) for tag in tags]))
            for words, tags in sentences
        ]

    def decode(self, targets: Int64[Tensor, " _"]) -> list[str]:
        """The tags of these numbers."""
        return [self.tags[i] for i in targets.tolist()]
