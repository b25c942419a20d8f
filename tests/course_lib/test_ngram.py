"""The oracle is the textbook's recursion on dictionaries of tuples, one probability at a time."""

import math
import os
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from course_lib.ngram import AddK, KneserNey, discounts
from course_lib.text import BOS, PAD, Vocab

sentence = st.lists(st.sampled_from("abcd"), max_size=6)
corpora = st.lists(sentence, min_size=1, max_size=12)
contexts = st.lists(st.sampled_from("abcdx"), max_size=6)
recipes = st.builds(KneserNey, st.integers(1, 5), st.booleans()) | st.builds(
    AddK, st.integers(1, 4), st.sampled_from([0.0, 0.1, 1.0])
)


class Oracle:
    def __init__(self, sentences, order):
        self.order = order
        self.words = {w for s in sentences for w in s} | {"</s>", "<unk>"}
        padded = [("<s>", *s, "</s>") for s in sentences]
        self.raw = Counter(
            s[i : i + k] for s in padded for k in range(1, order + 1) for i in range(len(s) - k + 1)
        )

    def history(self, context):
        known = tuple(w if w in self.words else "<unk>" for w in context)
        history = ("<s>", *known)
        return history[max(0, len(history) - self.order + 1) :] if self.order > 1 else ()

    def add_k(self, word, context, k):
        history = self.history(context)
        after = {w: self.raw[(*history, w)] for w in self.words}
        total = sum(after.values())
        if total == 0:
            return 1 / len(self.words)
        return (after[word] + k) / (total + k * len(self.words))

    def adjusted(self, ngram):
        if ngram == ("<s>",):
            return 0
        if len(ngram) == self.order or ngram[0] == "<s>":
            return self.raw[ngram]
        return sum(other[1:] == ngram for other in self.raw)

    def discounts(self, k, modified):
        values = [self.adjusted(g) for g in self.raw if len(g) == k]
        n = [values.count(i) for i in range(5)]
        if not modified:
            d = n[1] / (n[1] + 2 * n[2]) if n[1] and n[2] else 0.5
            return [0, d, d, d]
        if 0 in n[1:]:
            return [0, 0.5, 1, 1.5]
        y = n[1] / (n[1] + 2 * n[2])
        raw = [i - (i + 1) * y * n[i + 1] / n[i] for i in (1, 2, 3)]
        return [0, *(d if d > 0 else i / 2 for i, d in enumerate(raw, start=1))]

    def kneser_ney(self, word, history, modified):
        lower = 1 / len(self.words)
        if history:
            lower = self.kneser_ney(word, history[1:], modified)
        k = len(history) + 1
        d = self.discounts(k, modified)
        after = {g[-1]: self.adjusted(g) for g in self.raw if len(g) == k and g[:-1] == history}
        total = sum(after.values())
        if total == 0:
            return lower
        freed = sum(d[min(c, 3)] for c in after.values())
        c = after.get(word, 0)
        return (c - d[min(c, 3)] + freed * lower) / total


@given(corpora, contexts, recipes)
def test_probabilities_sum_to_one_after_any_context(sentences, context, recipe):
    probs = recipe.fit(sentences).distribution(context)
    assert probs.sum() == pytest.approx(1, abs=1e-12)
    assert probs.min() >= 0
    assert probs[BOS] == probs[PAD] == 0


@given(corpora, contexts, recipes)
def test_every_probability_equals_the_textbook_recursion(sentences, context, recipe):
    model = recipe.fit(sentences)
    oracle = Oracle(sentences, recipe.order)
    probs = model.distribution(context)
    for word in oracle.words:
        if isinstance(recipe, AddK):
            expected = oracle.add_k(word, context, recipe.k)
        else:
            expected = oracle.kneser_ney(word, oracle.history(context), recipe.modified)
        assert probs[model.vocab.ids[word]] == pytest.approx(expected, abs=1e-12)


@given(corpora, corpora, recipes)
def test_scoring_many_sentences_equals_one_word_at_a_time(train, test, recipe):
    model = recipe.fit(train)
    expected = [-model.log_prob(word, s[:t]) for s in test for t, word in enumerate([*s, "</s>"])]
    np.testing.assert_allclose(model.surprisals(test), expected, atol=1e-9)
    nats, tokens = model.total_nats(test)
    assert tokens == sum(len(s) + 1 for s in test)
    assert nats == pytest.approx(math.fsum(expected))
    assert nats == pytest.approx(sum(map(model.sentence_nats, test)))


def test_discounts_of_known_counts_of_counts():
    # n1..n4 = 8, 4, 2, 1, and a count of 9 that no estimate uses; Y = 8 / 16.
    count = np.repeat([1, 2, 3, 4, 9, 0], [8, 4, 2, 1, 5, 3])
    np.testing.assert_allclose(discounts(count, modified=True), [0, 0.5, 1.25, 2.0])
    np.testing.assert_allclose(discounts(count, modified=False), [0, 0.5, 0.5, 0.5])


def test_no_discount_is_zero_however_regular_the_text():
    # n1..n4 = 10, 1, 9, 1, so Y = 10 / 12, and the second estimate is far below 0.
    count = np.repeat([1, 2, 3, 4], [10, 1, 9, 1])
    np.testing.assert_allclose(discounts(count, modified=True)[1:], [10 / 12, 1.0, 3 - 40 / 108])


def test_continuation_counts_beat_frequency():
    """The classic: "francisco" is frequent, but only after "san"."""
    text = [["san", "francisco"]] * 5 + [["my", "book"], ["the", "book"], ["a", "book"]]
    model = KneserNey(2).fit([*text, ["fish"]])
    unseen = ["fish"]
    assert model.log_prob("book", unseen) > model.log_prob("francisco", unseen)
    unigram = AddK(1).fit(text)
    assert unigram.log_prob("francisco") > unigram.log_prob("book")


def test_a_vocabulary_of_ones_own_and_unknown_words():
    vocab = Vocab.from_tokens(["book", "slides"])
    model = KneserNey(3).fit([["the", "book"], ["the", "book"]], vocab)
    assert len(model.distribution()) == 6
    assert model.log_prob("slides") == pytest.approx(model.log_prob("slides", []))
    assert model.log_prob("the") == model.log_prob("never seen") > model.log_prob("slides")


def test_maximum_likelihood_gives_unseen_words_nothing():
    model = AddK(2).fit([["the", "students"], ["the", "books"]])
    assert model.log_prob("students", ["the"]) == pytest.approx(math.log(0.5))
    assert model.log_prob("the", ["the"]) == -math.inf
    assert model.sentence_nats(["students"]) == math.inf


def test_samples_follow_the_distribution():
    train = [["a", "b"], ["a"], ["b", "b", "a"], ["a", "a"]]
    model = KneserNey(2).fit(train)
    generator = torch.Generator().manual_seed(3)
    samples = [model.sample(generator) for _ in range(800)]
    for sentence in ([], ["a"], ["a", "b"], ["b", "a"]):
        p = math.exp(-model.sentence_nats(sentence))
        error = math.sqrt(p * (1 - p) / len(samples))
        assert samples.count(sentence) / len(samples) == pytest.approx(p, abs=4 * error)


def test_sampling_continues_a_context_and_stops():
    model = AddK(3).fit([["so", "long", "and", "thanks"]])
    generator = torch.Generator().manual_seed(1)
    assert model.sample(generator) == ["so", "long", "and", "thanks"]
    assert model.sample(generator, context=["so"]) == ["so", "long", "and", "thanks"]
    assert model.sample(generator, max_words=2) == ["so", "long"]


def test_errors():
    with pytest.raises(ValueError, match="0 sentences"):
        KneserNey(3).fit([])
    with pytest.raises(ValueError, match="order=0"):
        AddK(0).fit([["a"]])


@pytest.mark.slow
def test_penn_treebank_as_published():
    """141.2 for five words, Mikolov et al. (2011), "Empirical evaluation and combination", KN5."""
    folder = Path(os.environ.get("COURSE_DATA_DIR", "")) / "ptb"
    if not (folder / "ptb.train.txt").is_file():
        pytest.skip("needs the licensed ptb.train.txt and ptb.test.txt in COURSE_DATA_DIR/ptb")
    train, test = (
        [line.split() for line in (folder / f"ptb.{part}.txt").read_text("utf-8").splitlines()]
        for part in ("train", "test")
    )
    nats, tokens = KneserNey(5).fit(train).total_nats(test)
    assert tokens == 82_430
    assert math.exp(nats / tokens) == pytest.approx(141.2, abs=0.5)


def test_a_large_vocabulary_does_not_overflow_a_key():
    rng = np.random.default_rng(0)
    words = [f"w{i}" for i in range(40_000)]
    sentences = [[words[i] for i in row] for row in rng.integers(0, 40_000, size=(2_000, 20))]
    model = KneserNey(6).fit(sentences)
    assert model.distribution(sentences[7][:5]).sum() == pytest.approx(1)
    seen, unseen = model.log_prob(sentences[7][5], sentences[7][:5]), model.log_prob("w1", ["w2"])
    assert seen > unseen
