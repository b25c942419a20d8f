"""Difficulty, discrimination and distribution. Oracles: scipy and numpy."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from autograder.statistics import FEWEST, discrimination, histogram, mean_share


@given(st.integers(0, 60), st.integers(1, 60))
def test_wilsons_interval_is_scipys(passed: int, failed: int) -> None:
    n = passed + failed
    found = mean_share([1.0] * passed + [0.0] * failed)
    wanted = stats.binomtest(passed, n).proportion_ci(method="wilson")
    assert found is not None
    assert (found.value, found.n) == (pytest.approx(passed / n), n)
    assert (found.low, found.high) == (pytest.approx(wanted.low), pytest.approx(wanted.high))


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_partial_credit_stays_within_its_interval(shares: list[float]) -> None:
    found = mean_share(shares)
    assert found is not None
    assert found.value == pytest.approx(np.mean(shares))
    assert 0 <= found.low <= found.value + 1e-12
    assert found.value - 1e-12 <= found.high <= 1
    whole = mean_share([float(share > 0.5) for share in shares])
    assert whole is not None
    assert whole.n == found.n


def test_the_interval_holds_the_true_mean_as_often_as_it_says() -> None:
    draw = np.random.default_rng(7)
    for sample in (lambda: draw.random(25) < 0.8, lambda: draw.choice([0, 0.5, 1], 25)):
        mean = np.mean([np.mean(sample()) for _ in range(4000)])
        found = [mean_share(list(map(float, sample()))) for _ in range(2000)]
        held = np.mean([one is not None and one.low <= mean <= one.high for one in found])
        assert held > 0.92


points = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 40)), min_size=FEWEST, max_size=60)


@settings(max_examples=40)
@given(points)
def test_discrimination_is_scipys_correlation(table: list[tuple[int, int]]) -> None:
    item, rest = (list(map(float, column)) for column in zip(*table, strict=True))
    found = discrimination(item, rest)
    if len(set(item)) == 1 or len(set(rest)) == 1:
        assert found is None
        return
    assert found is not None
    wanted = stats.pearsonr(item, rest)
    assert found.value == pytest.approx(wanted.statistic)
    if abs(wanted.statistic) < 1 - 1e-9:
        interval = wanted.confidence_interval(0.95)
        assert (found.low, found.high) == pytest.approx((interval.low, interval.high))


def test_for_all_or_nothing_it_is_the_point_biserial_correlation() -> None:
    draw = np.random.default_rng(3)
    item, rest = draw.random(30) < 0.4, draw.normal(50, 10, 30)
    found = discrimination(list(map(float, item)), list(rest))
    assert found is not None
    assert found.value == pytest.approx(stats.pointbiserialr(item, rest).statistic)


def test_few_students_and_tasks_without_differences_say_nothing() -> None:
    rest = [float(i) for i in range(FEWEST)]
    assert discrimination(rest, rest) is not None
    assert discrimination(rest[1:], rest[1:]) is None
    assert discrimination([2.0] * FEWEST, rest) is None
    # three thirds of three are not always one
    assert discrimination(rest, [0.1 + 0.2, *[0.3] * (FEWEST - 1)]) is None
    assert mean_share([]) is None


@settings(max_examples=40)
@given(st.lists(st.integers(0, 400), max_size=50))
def test_the_histogram_is_numpys(quarters: list[int]) -> None:
    values = [value / 4 for value in quarters]
    assert histogram(values, 100) == list(np.histogram(values, bins=10, range=(0, 100))[0])


def test_the_histogram_keeps_everybody() -> None:
    assert histogram([-1, 0.3, 105, 100], 100, 4) == [2, 0, 0, 2]
    assert histogram([0.1 + 0.2], 1, 10)[3] == 1, "three tenths belong to the fourth tenth"
    assert sum(histogram([0.0, 0.0], 0)) == 2
