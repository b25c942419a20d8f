"""Attention's inner numbers, gradients and erasure, against the model itself and by hand."""

from itertools import combinations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from torch import Tensor, nn

from course_lib.attribution import (
    erasure,
    kendall,
    nearness,
    shuffled,
    source_gradients,
    target_log_probs,
    trace,
)
from course_lib.seq2seq import Translator
from course_lib.translation import padded

EXAMPLES = [([4, 5, 6, 7], [4, 5]), ([8], [6, 7, 8, 9, 5]), ([6, 4], [9])]
SOURCE_SIZE, TARGET_SIZE, D, H = 9, 11, 5, 6


def translator(attention: str | None = "dot", input_feeding: bool = False) -> Translator:
    torch.manual_seed(0)
    model = Translator(SOURCE_SIZE, TARGET_SIZE, D, H, attention, input_feeding).double()
    for weight in model.parameters():  # far from zero, so that nothing is nearly linear
        nn.init.normal_(weight, std=0.7)
    return model.eval()


def batch() -> tuple[Tensor, Tensor, Tensor]:
    (source, tokens), targets = padded(EXAMPLES)
    return source, tokens, targets


@pytest.mark.parametrize("kind", ["dot", "general", "additive"])
def test_a_trace_is_what_the_model_computes(kind: str) -> None:
    model, (source, tokens, _) = translator(kind), batch()
    seen = trace(model, source, tokens)
    torch.testing.assert_close(seen.log_probs, model(source, tokens).log_softmax(dim=-1))
    torch.testing.assert_close(seen.weights, model.weights(source, tokens))
    states = model.encoder(source).states
    torch.testing.assert_close(seen.context, torch.einsum("bts,bsw->btw", seen.weights, states))


def test_a_temperature_divides_the_scores() -> None:
    model, (source, tokens, _) = translator("general"), batch()
    usual = trace(model, source, tokens)
    assert model.score is not None
    with torch.no_grad():
        model.score.W_a.weight /= 3
    torch.testing.assert_close(
        model(source, tokens).log_softmax(dim=-1),
        trace(translator("general"), source, tokens, 3.0).log_probs,
    )
    hot = trace(translator("general"), source, tokens, 1e6).weights
    for row, (words, _) in enumerate(EXAMPLES):
        even = torch.full((len(words) + 1,), 1 / (len(words) + 1), dtype=torch.float64)
        torch.testing.assert_close(hot[row, 0, : len(words) + 1], even, atol=1e-4, rtol=0)
    cold = trace(translator("general"), source, tokens, 1e-5).weights
    assert torch.equal(cold.argmax(dim=2), usual.weights.argmax(dim=2))
    assert cold.amax(dim=2).min() > 0.99


@pytest.mark.parametrize("model", [translator(None), translator("dot", input_feeding=True)])
def test_a_model_without_a_trace_is_refused(model: Translator) -> None:
    with pytest.raises(ValueError, match="without input feeding"):
        trace(model, *batch()[:2])


def test_a_temperature_of_zero_is_refused() -> None:
    with pytest.raises(ValueError, match=r"temperature=0\.0"):
        trace(translator(), *batch()[:2], temperature=0.0)


@pytest.mark.parametrize("model", [translator("additive"), translator(None)])
def test_log_probs_are_the_targets_own(model: Translator) -> None:
    source, tokens, targets = batch()
    found = target_log_probs(model, model.encoder(source), tokens, targets)
    whole = model(source, tokens).log_softmax(dim=-1)
    for b in range(len(EXAMPLES)):
        for t, y in enumerate(targets[b].tolist()):
            assert found[b, t] == (0 if y == -100 else whole[b, t, y])


MODELS = [
    translator("dot"),
    translator("additive"),
    translator("general", input_feeding=True),
    translator(None),
]


@torch.no_grad()
def log_prob(model: Translator, x: Tensor, b: int, t: int) -> float:
    source, tokens, targets = batch()
    encoded = model.encoder.read(x, source != 0)
    return float(target_log_probs(model, encoded, tokens, targets)[b, t])


@pytest.mark.parametrize("model", MODELS)
def test_gradients_are_finite_differences(model: Translator) -> None:
    source, tokens, targets = batch()
    with torch.no_grad():  # a gradient is taken all the same
        norms = source_gradients(model, source, tokens, targets)
    assert norms.shape == (3, 6, 5)
    x = model.encoder.embedding(source).detach()
    for b, t, s in [(0, 0, 2), (0, 2, 4), (1, 4, 0), (1, 5, 1), (2, 1, 1)]:
        slopes = []
        for d in range(D):
            step = torch.zeros_like(x)
            step[b, s, d] = 1e-6
            slopes.append(log_prob(model, x + step, b, t) - log_prob(model, x - step, b, t))
        expected = torch.tensor(slopes, dtype=torch.float64).norm() / 2e-6
        torch.testing.assert_close(norms[b, t, s], expected, rtol=1e-5, atol=1e-8)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("judge", [source_gradients, erasure])
def test_padding_has_nothing_and_changes_nothing(model: Translator, judge) -> None:
    source, tokens, targets = batch()
    found = judge(model, source, tokens, targets)
    for b, (words, said) in enumerate(EXAMPLES):
        assert not found[b, len(said) + 1 :].any()
        assert not found[b, :, len(words) + 1 :].any()
        assert (found[b, : len(said) + 1, : len(words) + 1] != 0).all()
        (one, its_tokens), its_targets = padded([EXAMPLES[b]])
        alone = judge(model, one, its_tokens, its_targets)[0]
        torch.testing.assert_close(found[b, : len(said) + 1, : len(words) + 1], alone)


@pytest.mark.parametrize("model", MODELS)
def test_erasure_is_the_fall_without_the_word(model: Translator) -> None:
    source, tokens, targets = batch()
    drops = erasure(model, source, tokens, targets)
    x = model.encoder.embedding(source).detach()
    for b, t, s in [(0, 0, 2), (1, 4, 0), (1, 5, 1), (2, 1, 1)]:
        without = x.clone()
        without[b, s] = 0
        expected = log_prob(model, x, b, t) - log_prob(model, without, b, t)
        assert drops[b, t, s].item() == pytest.approx(expected, abs=1e-12)


def test_kendall_counts_pairs_in_the_same_order() -> None:
    a = torch.tensor([[3.0, 1.0, 2.0, 9.0], [1.0, 1.0, 1.0, 1.0], [1.0, 2.0, 3.0, 4.0]])
    b = torch.tensor([[0.9, 0.3, 0.1, 0.0], [4.0, 1.0, 2.0, 3.0], [-1.0, -2.0, -3.0, 9.0]])
    keep = torch.tensor([[True] * 3 + [False], [True] * 4, [True] * 3 + [False]])
    assert kendall(a, b, keep).tolist() == pytest.approx([1 / 3, 0, -1])


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=2, max_size=7))
def test_kendall_is_an_enumeration_of_pairs(rows: list) -> None:
    a, b = (torch.tensor(each, dtype=torch.float64) for each in zip(*rows, strict=True))
    total = n = 0
    for (a1, b1), (a2, b2) in combinations(rows, 2):
        total += ((a1 - a2) * (b1 - b2) > 0) - ((a1 - a2) * (b1 - b2) < 0)
        n += 1
    keep = torch.ones(1, len(rows), dtype=torch.bool)
    assert kendall(a[None], b[None], keep).item() == pytest.approx(total / n)
    if len(set(a.tolist())) == len(set(b.tolist())) == len(rows):  # without ties all taus agree
        assert kendall(a[None], b[None], keep).item() == pytest.approx(stats.kendalltau(a, b)[0])


def test_one_word_has_no_order() -> None:
    with pytest.raises(ValueError, match="two words"):
        kendall(torch.ones(1, 3), torch.ones(1, 3), torch.tensor([[True, False, False]]))


def test_shuffled_weights_stay_in_their_row_among_its_words() -> None:
    generator = torch.Generator().manual_seed(0)
    keep = torch.tensor([[True] * 7, [True] * 3 + [False] * 4])
    weights = torch.rand(2, 400, 7, generator=generator).masked_fill(~keep[:, None], 0)
    moved = shuffled(weights, keep, generator)
    torch.testing.assert_close(moved.sort(dim=2).values, weights.sort(dim=2).values)
    assert not moved[1, :, 3:].any()
    for row, n in ((0, 7), (1, 3)):  # the largest lands everywhere, equally often
        places = moved[row].argmax(dim=1).bincount(minlength=7)[:n]
        assert (places - 400 / n).abs().max() < 5 * (400 / n) ** 0.5


def test_nearness_is_highest_as_far_along() -> None:
    source = torch.tensor([[True] * 6, [True] * 2 + [False] * 4])
    target = torch.tensor([[True] * 3, [True] * 3])
    near = nearness(source, target)
    for b, (S, T) in enumerate([(6, 3), (2, 3)]):
        for t in range(T):
            for s in range(S):
                assert near[b, t, s] == pytest.approx(-abs(s + 0.5 - (t + 0.5) * S / T), abs=1e-6)
