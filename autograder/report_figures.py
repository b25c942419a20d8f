"""Where things lie in the report's figures: numbers for the templates, which draw them as SVG."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from autograder.statistics import Estimate

WIDTH, HEIGHT = 440, 230
LEFT, RIGHT, TOP, BOTTOM = 40, 8, 12, 46  # room for the axes and their names
MINI = 96  # width of a figure in a table


@dataclass(frozen=True)
class Bar:
    """One tenth of the points: `lower` are complete, `upper` still wait for a person."""

    x: float
    width: float
    lower: tuple[float, float]  # y and height
    upper: tuple[float, float]
    label: str


@dataclass(frozen=True)
class Histogram:
    """Bars, ticks as (place, text), and the places of mean and median."""

    bars: list[Bar]
    across: list[tuple[float, str]]
    up: list[tuple[float, str]]
    mean: float
    median: float
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    bottom: int = HEIGHT - BOTTOM


def histogram(
    complete: Sequence[int], partial: Sequence[int], most: float, mean: float, median: float
) -> Histogram:
    """The distribution of totals in [0, most]."""
    floor, room = HEIGHT - BOTTOM, HEIGHT - BOTTOM - TOP
    step = _nice(max(a + b for a, b in zip(complete, partial, strict=True)))
    tallest = step * max(
        math.ceil(max(a + b for a, b in zip(complete, partial, strict=True)) / step), 1
    )
    wide = (WIDTH - LEFT - RIGHT) / len(complete)

    def across(points: float) -> float:
        share = min(max(points / most, 0.0), 1.0) if most > 0 else 0.0
        return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)

    bars = []
    for i, (done, waiting) in enumerate(zip(complete, partial, strict=True)):
        low, high = room * done / tallest, room * waiting / tallest
        ends = f"{most * i / len(complete):g} to {most * (i + 1) / len(complete):g}"
        label = f"{ends} points: {done + waiting}"
        lower, upper = (floor - low, low), (floor - low - high, high)
        bars.append(Bar(round(LEFT + i * wide + 1, 1), round(wide - 2, 1), lower, upper, label))
    ticks = [(across(most * share), f"{most * share:g}") for share in (0, 0.25, 0.5, 0.75, 1)]
    counts = range(0, tallest + 1, step)
    up = [(floor - room * count / tallest, str(count)) for count in counts]
    return Histogram(bars, ticks, up, across(mean), across(median))


def _nice(highest: int) -> int:
    """A step of 1, 2 or 5 times a power of ten that needs at most five of them."""
    scale = 1
    while True:
        for factor in (1, 2, 5):
            if factor * scale * 5 >= highest:
                return factor * scale
        scale *= 10


@dataclass(frozen=True)
class Interval:
    """A dot and its interval on a short line."""

    dot: float
    low: float
    high: float
    zero: float
    width: int = MINI


def interval(estimate: Estimate, least: float = 0.0) -> Interval:
    """An estimate in [least, 1] on a line of `MINI` units, with a margin of 4."""

    def place(value: float) -> float:
        return round(4 + (value - least) / (1 - least) * (MINI - 8), 1)

    return Interval(place(estimate.value), place(estimate.low), place(estimate.high), place(0.0))
