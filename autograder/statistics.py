"""Numbers for the report: what a class's points say of its tasks, with their uncertainty.

Every figure has an interval of 95 %, and none where there are too few students to say anything.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist, correlation

Z = NormalDist().inv_cdf(0.975)
FEWEST = 10  # students: an interval of fewer spans nearly everything


@dataclass(frozen=True)
class Estimate:
    """A figure from n students, and its interval of 95 %."""

    value: float
    low: float
    high: float
    n: int


def mean_share(shares: Sequence[float]) -> Estimate | None:
    r"""Difficulty: the mean share of a task's points, each in [0, 1]; None of nobody.

    The interval is Wilson's (1927) for a proportion $p$ of $n$,

    $$\frac{1}{1 + z^2/n} \left( p + \frac{z^2}{2n}
        \pm z \sqrt{\frac{p (1 - p)}{n} + \frac{z^2}{4 n^2}} \right).$$

    With partial credit it is too wide rather than too narrow, since no variable in [0, 1] with mean
    $p$ varies more than $p (1 - p)$.
    """
    n = len(shares)
    if not n:
        return None
    p = math.fsum(shares) / n
    center = p + Z * Z / (2 * n)
    width = Z * math.sqrt(max(p * (1 - p), 0.0) / n + Z * Z / (4 * n * n))
    scale = 1 + Z * Z / n
    return Estimate(p, max((center - width) / scale, 0.0), min((center + width) / scale, 1.0), n)


def discrimination(points: Sequence[float], rest: Sequence[float]) -> Estimate | None:
    r"""Corrected item-total correlation: Pearson's $r$ of a task's points and all other points.

    The task itself is not in the total, or it would correlate with itself (Henrysson 1963). For a
    task of all or nothing this is the point-biserial correlation. The interval is Fisher's (1921),
    $\tanh(\operatorname{artanh} r \pm z / \sqrt{n - 3})$.

    Args:
        points: of one task, by student.
        rest: what the same students have in all other tasks.

    Returns:
        None for fewer than `FEWEST` students, or where one of the two does not vary.
    """
    n = len(points)
    if n < FEWEST or _constant(points) or _constant(rest):
        return None
    r = max(-1.0, min(correlation(points, rest), 1.0))
    if 1 - abs(r) < 1e-12:
        return Estimate(r, r, r, n)
    half = Z / math.sqrt(n - 3)
    return Estimate(r, math.tanh(math.atanh(r) - half), math.tanh(math.atanh(r) + half), n)


def _constant(values: Sequence[float]) -> bool:
    """Whether all are equal but for rounding, which has no direction."""
    return max(values) - min(values) <= 1e-9 * max(1.0, *map(abs, values))


def histogram(values: Sequence[float], most: float, bins: int = 10) -> list[int]:
    """How many values lie in each of `bins` equal parts of [0, most]; the last part is closed.

    Values outside (extra credit) count in the first and the last part.
    """
    counts = [0] * bins
    for value in values:
        place = math.floor(value / most * bins + 1e-9) if most > 0 else 0
        counts[min(max(place, 0), bins - 1)] += 1
    return counts
