"""Evaluation and next-word distributions against sums written out."""

import math

import pytest
import torch
from torch import nn

from course_lib.feedforward import FeedforwardLM
from course_lib.language_model import evaluate, last_window, next_word


class Table(nn.Module):
    """Logits looked up by the input word, with dropout that evaluation must switch off."""

    def __init__(self, table: torch.Tensor) -> None:
        super().__init__()
        self.table = nn.Parameter(table)
        self.dropout = nn.Dropout(0.9)

    def forward(self, words: torch.Tensor) -> torch.Tensor:
        return self.dropout(self.table[words])


@pytest.fixture
def model() -> Table:
    return Table(torch.randn(5, 7, generator=torch.Generator().manual_seed(0)))


def test_nats_are_summed_over_real_tokens_of_all_batches(model: Table) -> None:
    batches = [
        (torch.tensor([[0, 1, 2], [3, 4, 0]]), torch.tensor([[6, 5, -100], [0, -100, -100]])),
        (torch.tensor([[4]]), torch.tensor([[2]])),
    ]
    expected = 0.0
    for word, target in [(0, 6), (1, 5), (3, 0), (4, 2)]:
        row = model.table[word].tolist()
        expected += math.log(sum(map(math.exp, row))) - row[target]
    nats, tokens = evaluate(model, batches)
    assert tokens == 4
    assert nats == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("training", [True, False])
def test_the_mode_is_left_as_it_was_and_no_graph_is_made(model: Table, training: bool) -> None:
    model.train(training)
    words = torch.tensor([1, 2])
    evaluate(model, [(words, words)])
    assert model.training is training
    windows = nn.Sequential(FeedforwardLM(9, 2, 4, 6), nn.Dropout(0.9)).train(training)
    distribution = next_word(windows, words[:, None])
    torch.testing.assert_close(distribution, windows[0](words[:, None]).softmax(-1).detach())
    assert windows.training is training
    assert not distribution.requires_grad


def test_next_word_is_a_distribution_in_evaluation_mode() -> None:
    torch.manual_seed(0)
    model = FeedforwardLM(9, 3, 4, 6)
    contexts = torch.tensor([[2, 5], [7, 8]])
    got = next_word(model, contexts)
    logits = model(contexts)
    expected = logits.exp() / logits.exp().sum(-1, keepdim=True)
    torch.testing.assert_close(got, expected.detach())


@pytest.mark.parametrize(
    ("ids", "M", "expected"),
    [
        ([], 3, [2, 2]),
        ([7], 4, [2, 2, 7]),
        ([7, 8], 3, [7, 8]),
        ([5, 6, 7, 8, 9], 3, [8, 9]),
        ([5, 6], 2, [6]),
    ],
)
def test_last_window_is_filled_from_the_left(ids: list[int], M: int, expected: list[int]) -> None:
    assert last_window(ids, M).tolist() == [expected]
