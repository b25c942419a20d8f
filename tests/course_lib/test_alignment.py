"""Word links from weights, along the diagonal, and by counting; against loops over every word."""

from collections import defaultdict

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from course_lib.alignment import diagonal_links, hard_links, lexical_table, lexical_weights
from course_lib.batching import pad
from course_lib.text import EOS
from course_lib.translation import padded

CORPUS = [  # “the house”, “the book”, “a book”: house 4, the 5, book 6, a 7
    ([5, 4], [8, 9]),
    ([5, 6], [8, 10]),
    ([7, 6], [11, 10]),
]


def test_a_target_word_is_linked_to_its_largest_weight() -> None:
    weights = torch.tensor(
        [
            [[0.1, 0.7, 0.2], [0.5, 0.3, 0.2], [0.1, 0.1, 0.8]],
            [[0.2, 0.8, 0.0], [0.9, 0.1, 0.0], [1.0, 0.0, 0.0]],
        ]
    )
    first, second = hard_links(weights, [(2, 3), (1, 2)])
    assert first == {(1, 0), (0, 1)}, "the third word looks at </s>: no link"
    assert second == {(0, 1)}, "the first looks at </s>, and there are only two words"


def test_of_equal_weights_the_first_is_linked() -> None:
    assert hard_links(torch.full((1, 2, 4), 0.25), [(3, 2)]) == [{(0, 0), (0, 1)}]


@pytest.mark.parametrize("lengths", [[(2, 2)], [(2, 2), (5, 1)], [(2, 2), (3, 4)]])
def test_lengths_that_do_not_fit_are_refused(lengths: list) -> None:
    with pytest.raises(ValueError, match="lengths"):
        hard_links(torch.rand(2, 3, 4), lengths)


@given(st.integers(1, 9), st.integers(1, 9))
def test_the_diagonal_links_every_target_word_once_in_order(source: int, target: int) -> None:
    links = sorted(diagonal_links(source, target), key=lambda link: link[1])
    places = [s for s, _ in links]
    assert [t for _, t in links] == list(range(target))
    assert places == sorted(places)
    assert set(places) <= set(range(source))
    if source == target:
        assert places == list(range(source))


def by_loops(examples: list, rounds: int) -> dict[tuple[int, int], float]:
    """Brown et al. (1993), model 1, word by word."""
    table: dict[tuple[int, int], float] = defaultdict(lambda: 1.0)
    for _ in range(rounds):
        counts: dict[tuple[int, int], float] = defaultdict(float)
        totals: dict[int, float] = defaultdict(float)
        for source, target in examples:
            for y in [*target, EOS]:
                norm = sum(table[x, y] for x in [*source, EOS])
                for x in [*source, EOS]:
                    counts[x, y] += table[x, y] / norm
                    totals[x] += table[x, y] / norm
        table = defaultdict(float, {pair: n / totals[pair[0]] for pair, n in counts.items()})
    return table


@pytest.mark.parametrize("rounds", [1, 4])
def test_the_table_is_what_loops_count(rounds: int) -> None:
    examples = [*CORPUS, ([4], [9, 8, 9])]
    table, expected = lexical_table(examples, 8, 12, rounds), by_loops(examples, rounds)
    for x in range(8):
        for y in range(12):
            assert table[x, y].item() == pytest.approx(expected[x, y], abs=1e-12), (x, y)
    known = [EOS, 4, 5, 6, 7]
    torch.testing.assert_close(table[known].sum(dim=1), torch.ones(5, dtype=torch.float64))
    assert not table[:3].any()


def test_counting_finds_what_goes_with_what() -> None:
    table = lexical_table(CORPUS, 8, 12, rounds=20)
    best = table.argmax(dim=1)
    assert best[[4, 5, 6, 7]].tolist() == [9, 8, 10, 11]


def shares(source: list, target: list, table: Tensor) -> Tensor:
    (ids, _), targets = padded(list(zip(source, target, strict=True)))
    return lexical_weights(table, ids, targets)


def test_weights_are_posteriors_and_do_not_see_padding() -> None:
    table = torch.rand(8, 12, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    both = shares([[5, 4, 6], [7]], [[8], [9, 10, 11]], table)
    assert both.shape == (2, 4, 4)
    chances = torch.stack([table[x, 8] for x in (5, 4, 6, EOS)])
    torch.testing.assert_close(both[0, 0], chances / chances.sum())
    assert not both[0, 2:].any(), "no target word"
    assert not both[1, :, 2:].any(), "no source word"
    torch.testing.assert_close(both[1, :, :2].sum(dim=1), torch.ones(4, dtype=torch.float64))
    torch.testing.assert_close(both[1, :, :2], shares([[7]], [[9, 10, 11]], table)[0])


def test_a_word_that_nothing_gives_has_no_weights() -> None:
    table = torch.zeros(8, 12, dtype=torch.float64)
    targets, _ = pad([[8, EOS]])
    assert not lexical_weights(table, torch.tensor([[5, EOS]]), targets).any()
