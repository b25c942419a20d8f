"""Diversity by hand, and self-BLEU against BLEU written out."""

import math
from collections import Counter

import pytest

from course_lib.diversity import distinct, ngrams, repeated, self_bleu


def words(text):
    return text.split()


TEXTS = [words("a b a b a"), words("a b c"), ["d"]]


def test_ngrams_in_order_with_repeats():
    assert ngrams(words("a b a b"), 2) == [("a", "b"), ("b", "a"), ("a", "b")]
    assert ngrams(["a"], 2) == []
    with pytest.raises(ValueError, match="at least 1"):
        ngrams(["a"], 0)


def test_distinct_counts_over_all_texts():
    assert distinct(TEXTS, 1) == 4 / 9
    assert distinct(TEXTS, 2) == 3 / 6  # ab, ba, bc of ab ba ab ba ab bc
    assert distinct([["a"], ["b"]], 1) == 1
    with pytest.raises(ValueError, match="no text has 6 words"):
        distinct(TEXTS, 6)


def test_repeated_looks_within_one_text():
    assert repeated(TEXTS[0], 2) == 1 - 2 / 4
    assert repeated(TEXTS[1], 1) == 0
    assert repeated(["x"] * 101, 4) == 1 - 1 / 98
    assert repeated(["x"], 4) == 0


def bleu_by_hand(text, others, n):
    """Papineni et al.'s definition, for a text with matches of every length."""
    logs = []
    for size in range(1, n + 1):
        found = Counter(ngrams(text, size))
        ceiling = Counter()
        for other in others:
            ceiling |= Counter(ngrams(other, size))
        logs.append(math.log((found & ceiling).total() / found.total()))
    closest = min((abs(len(o) - len(text)), len(o)) for o in others)[1]
    brevity = min(0.0, 1 - closest / len(text))
    return 100 * math.exp(sum(logs) / n + brevity)


def test_self_bleu_compares_each_text_with_all_others():
    texts = [
        words("the old witch ate the fish in the old house"),
        words("the old witch ate the red apple near the house"),
        words("an old witch ate the fish near the house"),
    ]
    for n in (1, 2, 3):
        each = [bleu_by_hand(t, texts[:i] + texts[i + 1 :], n) for i, t in enumerate(texts)]
        assert self_bleu(texts, n) == pytest.approx(sum(each) / 3)


def test_self_bleu_of_equal_and_of_different_texts():
    assert self_bleu([words("a b c d e")] * 3) == pytest.approx(100)
    assert self_bleu([words("a b c d e"), words("f g h i j")]) < 20
    with pytest.raises(ValueError, match="1 texts"):
        self_bleu([["a"]])
