import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from jaxtyping import config

from course_lib.metrics import (
    accuracy,
    alignment_error_rate,
    bits_per_character,
    bleu,
    bootstrap_interval,
    perplexity,
    total_nats,
)


def naive_nats(logits, targets, ignore):
    """Softmax written out with math.exp, one token at a time."""
    nats = tokens = 0
    for row, target in zip(logits.reshape(-1, logits.shape[-1]), targets.reshape(-1), strict=True):
        if target == ignore:
            continue
        scores = [x - max(row.tolist()) for x in row.tolist()]
        nats -= scores[int(target)] - math.log(sum(math.exp(s) for s in scores))
        tokens += 1
    return nats, tokens


@pytest.mark.parametrize(("shape", "ignore"), [((7,), -100), ((3, 5), -100), ((2, 3, 4), 0)])
def test_total_nats_counts_real_tokens_only(shape, ignore):
    gen = torch.Generator().manual_seed(2)
    logits = 100 * torch.randn(*shape, 11, generator=gen, dtype=torch.float64)
    targets = torch.randint(0, 11, shape, generator=gen)
    targets.view(-1)[1] = ignore
    nats, tokens = total_nats(logits, targets, ignore)
    assert (nats, tokens) == pytest.approx(naive_nats(logits, targets, ignore))


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_total_nats_does_not_overflow(dtype):
    logits = torch.tensor([[1e4, 0.0], [0.0, 1e4]], dtype=dtype)
    nats, tokens = total_nats(logits, torch.tensor([0, 0]))
    assert nats == pytest.approx(1e4, rel=1e-2)
    assert tokens == 2


@pytest.fixture
def as_outside_tests():
    """Without the checks of shapes that only tests run under."""
    config.update("jaxtyping_disable", True)
    yield
    config.update("jaxtyping_disable", False)


def test_transposed_targets_are_refused(as_outside_tests):
    logits, targets = torch.randn(2, 3, 5), torch.randint(5, (2, 3))
    for wrong in (targets.T, targets.flatten(), targets[:1]):
        with pytest.raises(ValueError, match=r"logits\[..., 0\] \(2, 3\): they must have the same"):
            total_nats(logits, wrong)
        with pytest.raises(ValueError, match=r"targets \(2, 3\): they must have the same"):
            accuracy(wrong, targets)


def test_total_nats_of_nothing():
    assert total_nats(torch.zeros(2, 3), torch.full((2,), -100)) == (0.0, 0)


@given(st.integers(2, 1000), st.integers(1, 50))
def test_a_uniform_model_has_the_vocabulary_as_perplexity(V, n):
    nats, tokens = total_nats(torch.zeros(n, V), torch.zeros(n, dtype=torch.int64))
    assert perplexity(nats, tokens) == pytest.approx(V, rel=1e-4)
    assert bits_per_character(nats, tokens) == pytest.approx(math.log2(V), rel=1e-4)


def test_perplexity_is_taken_once_at_the_end():
    batches = [(2.0, 4), (30.0, 10)]
    nats, tokens = map(sum, zip(*batches, strict=True))
    assert perplexity(nats, tokens) == pytest.approx(math.exp(32 / 14))
    assert perplexity(1e6, 1) == math.inf
    for metric in (perplexity, bits_per_character):
        with pytest.raises(ValueError, match="no"):
            metric(0.0, 0)


def test_accuracy_ignores_padding():
    predictions = torch.tensor([[1, 2, 3], [4, 5, -100]])
    targets = torch.tensor([[1, 0, 3], [4, -100, -100]])
    assert accuracy(predictions, targets) == 3 / 4
    assert accuracy(predictions, targets, ignore_index=0) == 3 / 5 + 1 / 5
    with pytest.raises(ValueError, match="padding"):
        accuracy(targets, torch.full((2, 3), -100))


def test_sentences_that_count_several_times_are_repeated_sentences():
    references = ["the green witch arrived late", "a cat sat on the mat", "so long", "x y z w v u"]
    hypotheses = ["the green witch arrived", "a cat sat on a mat", "so so", "x y z w u"]
    times = [3, 1, 0, 2]
    again = [
        [text for text, n in zip(texts, times, strict=True) for _ in range(n)]
        for texts in (hypotheses, references)
    ]
    expected = bleu(*again)
    assert bleu(hypotheses, references, times) == pytest.approx(expected)
    assert bleu(hypotheses, references, [n * 7 for n in times]) == pytest.approx(expected)
    assert bleu(hypotheses, references, [1] * 4) == pytest.approx(bleu(hypotheses, references))
    with pytest.raises(ValueError, match="matmul"):
        bleu(hypotheses, references, [1, 1])


def test_bleu_is_corpus_level_with_brevity_penalty():
    reference = ["the", "green", "witch", "arrived", "at", "the", "old", "house"]
    short = reference[:6]
    # All four n-gram precisions are 1, so only the brevity penalty is left.
    score = bleu([" ".join(short)], [" ".join(reference)])
    assert score == pytest.approx(100 * math.exp(1 - 8 / 6))
    # Matches are pooled: 8+6 of 8+8 words, 7+5 of 7+7 pairs, 6+4 of 6+6, 5+3 of 5+5.
    wrong = [*short, "x", "y"]
    pooled = (14 / 16 * 12 / 14 * 10 / 12 * 8 / 10) ** 0.25
    text = " ".join(reference)
    assert bleu([text, " ".join(wrong)], [text, text]) == pytest.approx(100 * pooled)
    with pytest.raises(ValueError, match="1 hypotheses for 2 references"):
        bleu(["a"], ["a", "b"])


def test_alignment_error_rate_by_hand():
    predicted = [{(0, 0), (1, 2), (2, 1)}, {(0, 0)}]
    sure = [{(0, 0)}, {(0, 0), (1, 1)}]
    possible = [{(1, 2)}, set()]
    # A has 4 links, S 3; A and S share 2, A and P share 3.
    assert alignment_error_rate(predicted, sure, possible) == pytest.approx(1 - (2 + 3) / (4 + 3))
    assert alignment_error_rate(sure, sure) == 0
    assert alignment_error_rate([{(5, 5)}], [{(0, 0)}]) == 1
    with pytest.raises(ValueError, match="no links"):
        alignment_error_rate([[]], [[]])


def test_bootstrap_agrees_with_the_normal_interval():
    values = np.random.default_rng(1).normal(3, 2, size=400)
    low, high = bootstrap_interval(values)
    error = 1.96 * values.std(ddof=1) / math.sqrt(len(values))
    assert low == pytest.approx(values.mean() - error, abs=0.02)
    assert high == pytest.approx(values.mean() + error, abs=0.02)
    assert bootstrap_interval(values) == (low, high), "the same values, the same interval"


def test_bootstrap_of_a_perplexity_draws_whole_rows():
    rows = np.array([[2.0, 1], [4.0, 2], [10.0, 5]])  # each sentence has 2 nats per token
    low, high = bootstrap_interval(rows, lambda r: np.exp(r[:, 0].sum() / r[:, 1].sum()))
    assert (low, high) == pytest.approx((math.exp(2), math.exp(2)))
    with pytest.raises(ValueError, match="0 values"):
        bootstrap_interval([])
