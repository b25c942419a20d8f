"""Filters and draws against their definitions, one row and one word at a time."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from course_lib.sampling import best, draw, nucleus, temper, top_k, truncate

# Whole numbers, so that sums are exact and ties are frequent.
counts = st.lists(st.integers(0, 6), min_size=2, max_size=9).filter(any)


def log_probs_of(*rows):
    table = torch.tensor(rows, dtype=torch.float64)
    return (table / table.sum(dim=1, keepdim=True)).log()


def by_rank(row):
    """Ids, most probable first, of equals the lowest first."""
    return sorted(range(len(row)), key=lambda i: (-row[i], i))


def kept(log_probs):
    return {i for i, x in enumerate(log_probs[0].tolist()) if x > -math.inf}


@given(counts, st.floats(0.05, 20))
def test_temperature_is_a_power(row, temperature):
    powers = [(n / sum(row)) ** (1 / temperature) for n in row]
    expected = torch.tensor([[p / sum(powers) for p in powers]], dtype=torch.float64)
    torch.testing.assert_close(temper(log_probs_of(row), temperature).exp(), expected)


@given(counts, st.integers(1, 12))
def test_top_k_keeps_exactly_k_and_their_proportions(row, k):
    result = top_k(log_probs_of(row), k)
    chosen = set(by_rank(row)[:k])
    total = sum(row[i] for i in chosen)
    expected = [row[i] / total if i in chosen else 0 for i in range(len(row))]
    torch.testing.assert_close(result.exp()[0], torch.tensor(expected, dtype=torch.float64))


@given(counts, st.integers(1, 20))
def test_nucleus_is_the_smallest_set_that_reaches_p(row, twentieths):
    chosen, mass = set(), 0
    for i in by_rank(row):
        if 20 * mass >= twentieths * sum(row):
            break
        chosen.add(i)
        mass += row[i]
    # p a hair lower: 6/20 of 10 must be reached by 3, however 0.3 is rounded
    result = nucleus(log_probs_of(row), twentieths / 20 - 1e-12)
    assert kept(result) == {i for i in chosen if row[i]}
    expected = [row[i] / mass if i in chosen else 0 for i in range(len(row))]
    torch.testing.assert_close(result.exp()[0], torch.tensor(expected, dtype=torch.float64))


def test_the_word_that_crosses_p_is_kept():
    row = log_probs_of([5, 3, 2])
    assert kept(nucleus(row, 0.6)) == {0, 1}
    assert kept(nucleus(row, 0.4)) == {0}
    assert kept(nucleus(row, 0.9)) == {0, 1, 2}


def test_a_nucleus_of_many_words_is_that_of_a_full_sort():
    gen = torch.Generator().manual_seed(2)
    log_probs = (2.5 * torch.randn(9, 2011, generator=gen)).log_softmax(dim=1)
    log_probs[4] = -math.log(2011)  # 1,810 words are needed
    for p in (0.3, 0.9, 0.999):
        ordered, ids = log_probs.sort(dim=1, descending=True, stable=True)
        before = ordered.double().exp().cumsum(dim=1) - ordered.double().exp()
        expected = torch.zeros(9, 2011, dtype=torch.bool).scatter_(1, ids, before < p)
        assert torch.equal(nucleus(log_probs, p) > -torch.inf, expected)


def test_a_nucleus_of_one_keeps_the_rarest_word():
    row = torch.tensor([[0.0, -1.0, -60.0]])
    assert kept(nucleus(row, 1.0)) == {0, 1, 2}


def test_rows_do_not_mix_and_inputs_stay():
    gen = torch.Generator().manual_seed(1)
    table = torch.randn(5, 7, generator=gen).log_softmax(dim=1)
    before = table.clone()
    for filtered in (
        lambda x: temper(x, 0.3),
        lambda x: top_k(x, 3),
        lambda x: nucleus(x, 0.5),
        lambda x: truncate(x, 1.7, 4, 0.8),
    ):
        alone = torch.cat([filtered(row[None]) for row in table])
        assert torch.equal(filtered(table), alone)
    assert torch.equal(table, before)


def test_truncate_is_temperature_then_k_then_p():
    row = log_probs_of([50, 20, 15, 10, 5])
    assert torch.equal(truncate(row), row)
    hot = temper(row, 4.0)
    assert torch.equal(truncate(row, 4.0, 3, 0.5), nucleus(top_k(hot, 3), 0.5))
    assert kept(truncate(row, 4.0, 3, 0.5)) == {0, 1}
    assert kept(nucleus(hot, 0.5)) == {0, 1, 2}, "the other order would keep more"


@pytest.mark.parametrize("temperature", [0.0, -1.0, math.inf, math.nan])
def test_impossible_temperatures(temperature):
    with pytest.raises(ValueError, match="must be above 0"):
        temper(torch.zeros(1, 3), temperature)


def test_impossible_filters():
    with pytest.raises(ValueError, match="keeps no word"):
        top_k(torch.zeros(1, 3), 0)
    for p in (0.0, 1.1, math.nan):
        with pytest.raises(ValueError, match="at most 1"):
            nucleus(torch.zeros(1, 3), p)


@given(counts, st.floats(0, 1, exclude_max=True))
def test_a_draw_is_a_point_on_a_line(row, luck):
    reached, at = 0.0, luck * sum(row)
    for word, n in enumerate(row):  # noqa: B007
        reached += n
        if at < reached:
            break
    log_probs = log_probs_of(row)
    drawn = draw(log_probs, torch.tensor([luck], dtype=torch.float64)).item()
    assert row[drawn] > 0
    near = abs(at - round(at)) < 1e-9  # the end of a word's stretch, within rounding
    assert near or drawn == word


def test_every_luck_draws_a_possible_word():
    log_probs = torch.tensor([[-torch.inf, 0.0, -torch.inf, -1.0, -torch.inf]] * 3)
    luck = torch.tensor([0.0, 0.5, 1 - 2**-53], dtype=torch.float64)
    assert draw(log_probs, luck).tolist() == [1, 1, 3]


def test_draws_have_the_frequencies_of_the_distribution():
    N = 200_000
    log_probs = log_probs_of([1, 0, 5, 3, 11]).expand(N, -1)
    luck = torch.rand(N, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    found = draw(log_probs, luck).bincount(minlength=5) / N
    expected = log_probs[0].exp()
    error = (expected * (1 - expected) / N).sqrt()
    assert (found - expected).abs().le(5 * error).all()  # false alarm below 1 in 300,000


@given(st.lists(st.lists(st.integers(0, 4), min_size=8, max_size=8), min_size=1), st.integers(1, 9))
def test_best_is_a_stable_sort(rows, k):
    values, ids = best(torch.tensor(rows, dtype=torch.float32), k)
    assert ids.tolist() == [by_rank(row)[:k] for row in rows]
    assert values.tolist() == [[row[i] for i in by_rank(row)[:k]] for row in rows]


def test_best_of_a_long_row_with_ties():
    gen = torch.Generator().manual_seed(0)
    scores = torch.randint(0, 900, (11, 3001), generator=gen).float()
    scores[3] = -torch.inf
    values, ids = best(scores, 6)
    expected = scores.sort(dim=1, descending=True, stable=True)
    assert torch.equal(values, expected.values[:, :6])
    live = torch.arange(11) != 3  # among impossible words any will do
    assert torch.equal(ids[live], expected.indices[live, :6])
