"""Counting all n-grams of a text at once, with NumPy."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Int64

from course_lib.text import BOS, PAD, UNK, Vocab


@dataclass(frozen=True)
class Counts:
    """The n distinct n-grams of one length, in the order of their keys.

    A key is (index of the n-gram's context among the n-grams one shorter) * V + its last word.
    """

    keys: Int64[np.ndarray, " n"]
    contexts: Int64[np.ndarray, " n"]
    n_contexts: int
    n_words: int
    """How many words can follow a context: all but `<s>` and `<pad>`."""
    count: Int64[np.ndarray, " n"]
    """How often it occurs; 0 for the lone `<s>`, which is never predicted."""
    from_start: Bool[np.ndarray, " n"]
    """Begins with `<s>`, so no word can stand before it."""
    words_before: Int64[np.ndarray, " n"] | None
    """How many different words stand before it; None for the longest n-grams."""


def count_ngrams(
    tokens: Int64[np.ndarray, " n"], depth: Int64[np.ndarray, " n"], order: int, V: int
) -> list[Counts]:
    """Count all n-grams of lengths 1 to `order`, or to the longest sentence, within sentences.

    Args:
        tokens: sentences end to end, each from `<s>` to `</s>`.
        depth: how many tokens of the sentence stand before each.
        order: greatest length.
        V: size of the vocabulary.
    """
    levels: list[Counts] = []
    context, shorter = np.zeros(len(tokens), dtype=np.int64), tokens
    for k in range(1, order + 1):
        fits = np.flatnonzero(context >= 0)
        if not len(fits):
            break
        keys, inverse, count = np.unique(
            context[fits] * V + tokens[fits], return_inverse=True, return_counts=True
        )
        first = np.empty_like(count)  # `return_index` would need a slower sort
        first[inverse[::-1]] = np.arange(len(fits))[::-1]
        from_start = depth[fits[first]] == k - 1
        if levels:
            n = len(levels[-1].keys)
            before = np.bincount(shorter[fits[first]], minlength=n)
            levels[-1] = replace(levels[-1], words_before=before)
        count[from_start & (k == 1)] = 0
        n_contexts = len(levels[-1].keys) if levels else 1
        levels.append(Counts(keys, keys // V, n_contexts, n_words(V), count, from_start, None))
        shorter = np.full(len(tokens), -1)
        shorter[fits] = inverse
        context = word_before(shorter, depth)
    return levels


def n_words(V: int) -> int:
    """How many words of a vocabulary can be predicted: all but `<s>` and `<pad>`."""
    return V - len((PAD, BOS))


def word_before(
    ended: Int64[np.ndarray, " n"], depth: Int64[np.ndarray, " n"]
) -> Int64[np.ndarray, " n"]:
    """The n-gram that ends one token earlier in the same sentence; -1 where there is none."""
    return np.where(depth > 0, np.roll(ended, 1), -1)


def stream(
    sentences: Sequence[Sequence[str]], vocab: Vocab
) -> tuple[Int64[np.ndarray, " n"], Int64[np.ndarray, " n"]]:
    """Sentences end to end with `<s>` and `</s>`, and each token's place in its sentence."""
    ids = vocab.ids
    flat = [ids.get(word, UNK) for sentence in sentences for word in ("<s>", *sentence, "</s>")]
    lengths = np.array([len(sentence) + 2 for sentence in sentences], dtype=np.int64)
    starts = np.cumsum(lengths) - lengths
    return np.array(flat, dtype=np.int64), np.arange(len(flat)) - np.repeat(starts, lengths)
