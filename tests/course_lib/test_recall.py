"""The lag task: only the first token tells the label, and every token is what it should be."""

import pytest
import torch

from course_lib.corpora.recall import recall


def test_the_first_token_is_the_label_and_the_others_are_fillers() -> None:
    tokens, labels = recall(11, 70, torch.Generator().manual_seed(0), symbols=5, fillers=3)
    assert tokens.shape == (70, 12)
    assert torch.equal(tokens[:, 0], labels)
    assert set(labels.tolist()) == set(range(5))
    assert set(tokens[:, 1:].flatten().tolist()) == {5, 6, 7}


def test_fillers_do_not_tell_the_label() -> None:
    tokens, labels = recall(1, 40_000, torch.Generator().manual_seed(1), symbols=4, fillers=2)
    counts = torch.bincount(labels * 2 + tokens[:, 1] - 4, minlength=8).double()
    expected = len(labels) / 8
    chi_square = ((counts - expected) ** 2 / expected).sum()
    assert chi_square < 24.3  # 7 degrees of freedom: beyond it once in a thousand
    assert torch.bincount(labels).min() > len(labels) / 5


def test_equal_generators_draw_equal_batches_and_advance() -> None:
    one, two = torch.Generator().manual_seed(3), torch.Generator().manual_seed(3)
    first, again = recall(6, 9, one), recall(6, 9, two)
    assert torch.equal(first[0], again[0])
    assert not torch.equal(recall(6, 9, one)[0], first[0])


def test_without_lag_there_is_only_the_symbol() -> None:
    tokens, labels = recall(0, 4, torch.Generator(), symbols=3, fillers=0)
    assert torch.equal(tokens, labels[:, None])


@pytest.mark.parametrize("wrong", [{"lag": -1}, {"symbols": 0}, {"fillers": 0}])
def test_impossible_tasks_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="nothing to recall"):
        recall(**{"lag": 3, "batch_size": 2, "generator": torch.Generator()} | wrong)
