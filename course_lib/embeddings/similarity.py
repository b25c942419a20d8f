"""What one can ask of word vectors: who is near, what is the fourth, do people agree."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

from course_lib.text import SPECIALS, Vocab

Neighbours = list[tuple[str, float]]


@dataclass(frozen=True, eq=False)
class WordVectors:
    """Words and their vectors; every similarity is a cosine.

    Args:
        words: V different words.
        matrix: (V, D), one row a word.

    Raises:
        ValueError: if there are not as many words as rows.
    """

    words: tuple[str, ...]
    matrix: Float[Tensor, "V D"]
    ids: dict[str, int] = field(init=False, repr=False, compare=False)
    unit: Float[Tensor, "V D"] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        ids = {word: i for i, word in enumerate(self.words)}
        if len(ids) != len(self.matrix):
            raise ValueError(f"{len(ids)} different words for {len(self.matrix)} vectors")
        object.__setattr__(self, "ids", ids)
        object.__setattr__(self, "unit", F.normalize(self.matrix, dim=1))

    @classmethod
    def of_vocab(cls, vocab: Vocab, matrix: Float[Tensor, "V D"]) -> "WordVectors":
        """Of a model's embedding matrix, without the special tokens; copied."""
        n = len(SPECIALS)
        return cls(vocab.words[n:], matrix[n:].detach().clone())

    @classmethod
    def of_dict(cls, vectors: Mapping[str, np.ndarray]) -> "WordVectors":
        """Of ready-made vectors, as `corpora.vectors.glove` gives them."""
        return cls(tuple(vectors), torch.from_numpy(np.stack(list(vectors.values()))))

    def __contains__(self, word: object) -> bool:
        return word in self.ids

    def __getitem__(self, word: str) -> Float[Tensor, " D"]:
        """A word's vector, scaled to length 1.

        Raises:
            KeyError: if the word has none.
        """
        if word not in self.ids:
            raise KeyError(f"no vector for {word!r} among {len(self.words)} words")
        return self.unit[self.ids[word]]

    def cosine(self, a: str, b: str) -> float:
        """Of the angle between two words: 1 same direction, 0 unrelated, -1 opposite."""
        return float(self[a] @ self[b])

    def nearest(self, word: str, k: int = 5) -> Neighbours:
        """The k nearest other words with their cosines, nearest first."""
        return self._best(self[word], {word}, k)

    def analogy(self, a: str, b: str, c: str, k: int = 1) -> Neighbours:
        """The words nearest to b - a + c, so that a is to b as c is to them; a, b, c left out.

        Source: Mikolov, Yih and Zweig (2013), section 4.
        """
        return self._best(self[b] - self[a] + self[c], {a, b, c}, k)

    def _best(self, query: Float[Tensor, " D"], without: set[str], k: int) -> Neighbours:
        scores = self.unit @ F.normalize(query, dim=0)
        scores[[self.ids[word] for word in without]] = -torch.inf
        best = scores.topk(min(k, len(self.words) - len(without)))
        return [
            (self.words[i], score)
            for i, score in zip(best.indices.tolist(), best.values.tolist(), strict=True)
        ]


def analogy_accuracy(
    vectors: WordVectors, questions: Sequence[Sequence[str]]
) -> tuple[float, float]:
    """Share of questions "a is to b as c is to d" got right, and without any arithmetic.

    The second number is a dumb baseline: it answers with the word nearest to c that is neither
    a nor b, which the arithmetic is not allowed to answer either.

    Raises:
        ValueError: if there is no question.
        KeyError: if a word has no vector, d included: no answer could be right.
    """
    if not questions:
        raise ValueError("no questions: none of them has all four words")
    right = lazy = 0
    for a, b, c, d in questions:
        if d not in vectors:
            raise KeyError(f"no vector for {d!r}, the answer to {a} : {b} = {c} : ?")
        right += vectors.analogy(a, b, c)[0][0] == d
        near = [word for word, _ in vectors.nearest(c, 3) if word not in (a, b)]
        lazy += near[0] == d
    return right / len(questions), lazy / len(questions)


def judged(
    vectors: WordVectors, pairs: Iterable[tuple[str, str, float]]
) -> Float[np.ndarray, "n 2"]:
    """People's score and the cosine of each pair that has both vectors; the rest is left out."""
    both = [(score, vectors.cosine(a, b)) for a, b, score in pairs if a in vectors and b in vectors]
    return np.array(both, dtype=float).reshape(-1, 2)


def spearman(rows: Float[np.ndarray, "n 2"] | Sequence[Any]) -> float:
    """Rank correlation of two columns: 1 same order, 0 no relation, -1 reversed.

    Source: Spearman (1904).
    """
    from scipy import stats  # takes a second, and every lecture imports this module

    table = np.asarray(rows, dtype=float)
    return float(stats.spearmanr(table[:, 0], table[:, 1]).statistic)
