"""Nested quotes and brackets: gold against an independent reader, probabilities against counts."""

import math
import re
from collections import Counter

import numpy as np
import pytest

from course_lib.corpora.nested import ALPHABET, LETTERS, nested


def reread(text: str) -> tuple[list[int], list[int]]:
    """In quotes or not, and depth, from prefixes: quoted parts are cut out by a pattern."""
    quotes, depths = [], []
    for end in range(1, len(text) + 1):
        outside = re.sub(r"'[^']*'|\"[^\"]*\"", "", text[:end])
        cut = re.search(r"['\"]", outside)
        quotes.append(int(cut is not None))
        outside = outside[: cut.start()] if cut else outside
        depths.append(sum((ch in "([") - (ch in ")]") for ch in outside))
    return quotes, depths


def test_gold_is_what_a_reader_finds() -> None:
    drawn = nested(900, seed=1)
    quotes, depths = reread(drawn.text)
    assert drawn.in_quotes.tolist() == quotes
    assert drawn.depth.tolist() == depths
    assert set(depths) == {0, 1, 2, 3, 4}
    assert 0.1 < np.mean(quotes) < 0.7


def test_brackets_outside_quotes_match() -> None:
    drawn = nested(3000, seed=2)
    outside = re.sub(r"'[^']*'?|\"[^\"]*\"?", "", drawn.text)
    while outside != (inner := re.sub(r"\([a-d]*\)|\[[a-d]*\]", "", outside)):
        outside = inner
    assert not set(outside) & set(")]"), "what is left was opened and never closed"


def test_surprisals_are_those_of_the_process() -> None:
    """Where what may follow is known, the shares in a long text are the stated probabilities."""
    drawn = nested(20_000, seed=3, max_depth=2)
    before = zip(drawn.in_quotes, drawn.depth, drawn.text[1:], drawn.nats[1:], strict=False)
    seen: dict[tuple[float, float], list[tuple[str, float]]] = {}
    for quotes, depth, character, nats in before:
        seen.setdefault((quotes, depth), []).append((character, nats))
    for (quotes, depth), rows in seen.items():
        if quotes:
            continue
        counts = Counter(character for character, _ in rows)
        stated = {character: math.exp(-nats) for character, nats in rows}
        share = sum(counts[ch] for ch in LETTERS) / len(rows)
        expected = 1 - 0.1 - 0.25 * (depth > 0) - 0.2 * (depth < 2)
        assert share == pytest.approx(expected, abs=5 * math.sqrt(0.25 / len(rows)))
        assert stated["a"] == pytest.approx(expected / len(LETTERS))
    inside = [(ch, math.exp(-n)) for (q, _), rows in seen.items() if q for ch, n in rows]
    n_odd = len(ALPHABET) - len(LETTERS) - 1
    stated = {0.15, round(0.05 / n_odd, 6), round(0.8 / len(LETTERS), 6)}
    assert {round(p, 6) for _, p in inside} == stated
    for chance, share in ((0.15, 0.15), (0.05 / n_odd, 0.05)):
        seen_share = np.mean([p == pytest.approx(chance) for _, p in inside])
        assert seen_share == pytest.approx(share, abs=5 * math.sqrt(share / len(inside)))


def test_the_first_character_and_repeatability() -> None:
    assert nested(50, seed=4).text == nested(50, seed=4).text != nested(50, seed=5).text
    assert nested(30, seed=4).text == nested(50, seed=4).text[:30]
    assert nested(0, seed=0).text == ""
    first = {nested(1, seed=seed).text for seed in range(300)}
    assert not first & set(")]"), "nothing to close yet"


@pytest.mark.parametrize(
    "wrong",
    [
        {"p_open": 0.0},
        {"p_quote": 1.0},
        {"max_depth": 0},
        {"p_open": 0.6, "p_close": 0.6},
        {"p_odd": 0.9},
    ],
)
def test_impossible_processes_are_refused(wrong: dict) -> None:
    with pytest.raises(ValueError, match="nothing to draw from"):
        nested(10, seed=0, **wrong)
