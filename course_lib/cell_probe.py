r"""What does a cell know? Correlation with gold, on text that the choice of the cell did not see.

With hundreds of cells the best of them correlates with anything, and an *untrained* network
remembers its last characters too. So a cell is chosen on one half of the streams and scored on
the other, and what counts is how far it goes beyond the best cell of an untrained network.
A correlation shows that a cell knows, not that it is used: `ablated` takes the cell away.

Source: in the manner of Karpathy, Johnson and Li (2015), arXiv:1506.02078, who show chosen cells.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import Float, Int64
from torch import Tensor

from course_lib.cells import LSTMCell, LSTMState, initial_state
from course_lib.language_model import RecurrentLM, evaluating
from course_lib.metrics import bootstrap_interval
from course_lib.recurrent import unfused

Cells = Float[Tensor, "N T C"]
Gold = Float[Tensor, "N T"]


def lstm_cell(model: RecurrentLM) -> LSTMCell:
    """The model's LSTM as a cell that can be stopped at every step.

    Raises:
        TypeError: if it is none: only an LSTM has a c.
    """
    cell = unfused(model.rnn)
    if not isinstance(cell, LSTMCell):
        raise TypeError(f"cells c are of an LSTM; the model has a {type(cell).__name__}")
    return cell


def activations(
    model: RecurrentLM, tokens: Int64[Tensor, "N T"]
) -> tuple[Float[Tensor, "N T H"], Float[Tensor, "N T H"]]:
    """h and c after each token of N texts, each read from the zero state."""
    cell = lstm_cell(model)
    with evaluating(model):
        x = model.embedding(tokens)
        h, c = x.new_empty(2, *tokens.shape, cell.hidden_size)
        state: LSTMState = initial_state(cell, x)  # type: ignore[assignment]
        for t, x_t in enumerate(x.unbind(dim=1)):
            h[:, t], c[:, t] = state = cell(x_t, state)
    return h, c


def correlations(cells: Cells, feature: Gold) -> Float[Tensor, " C"]:
    """Pearson's r of every cell with a feature over all positions; 0 where one is constant."""
    y = feature.flatten().double()
    y = y - y.mean()
    parts = cells.flatten(0, -2).split(32, dim=1)  # float64 for a few cells at a time
    return torch.cat([_correlations(part.double(), y) for part in parts])


def _correlations(x: Float[Tensor, "n k"], y: Float[Tensor, " n"]) -> Float[Tensor, " k"]:
    x = x - x.mean(dim=0)
    size = x.norm(dim=0) * y.norm()
    # What is left of a constant after subtracting its mean is rounding.
    constant = (size <= 1e-9 * (1 + size.max())) | (y.abs().max() < 1e-9)
    return torch.where(constant, 0.0, (y @ x) / size.where(~constant, torch.ones_like(size)))


class Found(NamedTuple):
    """A cell that was chosen on some streams and scored on others."""

    cell: int
    chosen_with: float
    """r on the streams of the choice: the largest of all cells, so it flatters."""
    r: float
    """r on the other streams."""


def halves(streams: Tensor) -> tuple[Tensor, Tensor]:
    """Every other stream to choose on, the rest to score on."""
    return streams[0::2], streams[1::2]


def best_cell(cells: Cells, feature: Gold) -> Found:
    """The cell that correlates most, whatever the sign.

    Raises:
        ValueError: if there are fewer than two streams.
    """
    if len(cells) < 2:
        raise ValueError(f"{len(cells)} stream(s): one half chooses, the other scores")
    (choose, score), (gold, gold_score) = halves(cells), halves(feature)
    r = correlations(choose, gold)
    cell = int(r.abs().argmax())
    scored = correlations(score[:, :, cell : cell + 1], gold_score)
    return Found(cell, r[cell].item(), scored.item())


def search(cells: Cells, features: Mapping[str, Gold]) -> dict[str, Found]:
    """The best cell for each feature."""
    return {name: best_cell(cells, feature) for name, feature in features.items()}


def interval(cells: Cells, feature: Gold, cell: int) -> tuple[float, float]:
    """95 % bootstrap interval of r over the streams that score."""
    x, y = halves(cells)[1][:, :, cell].double(), halves(feature)[1].double()
    rows = torch.stack([torch.ones_like(x), x, y, x * x, y * y, x * y], dim=-1).sum(dim=1)
    return bootstrap_interval(rows.numpy(), _r_of_sums)


def _r_of_sums(rows: Float[np.ndarray, "N 6"]) -> float:
    n, x, y, xx, yy, xy = rows.sum(axis=0)
    spread = (n * xx - x * x) * (n * yy - y * y)
    return float((n * xy - x * y) / np.sqrt(spread)) if spread > 0 else 0.0


def shifted(feature: Gold, generator: torch.Generator) -> Gold:
    """A control: each stream's gold is moved on by a random part of its length, in a circle.

    So it keeps its shape and its rhythm, and loses its place.
    """
    T = feature.shape[1]
    by = torch.randint(T // 4, T - T // 4, (len(feature), 1), generator=generator)
    return feature.gather(1, (torch.arange(T) - by) % T)


def above(
    cells: Cells, features: Mapping[str, Gold], thresholds: Mapping[str, float]
) -> dict[str, Int64[Tensor, " k"]]:
    """The cells whose |r| with a feature exceeds its threshold in both halves."""
    found = {}
    for name, feature in features.items():
        both = [
            correlations(part, gold).abs() > thresholds[name]
            for part, gold in zip(halves(cells), halves(feature), strict=True)
        ]
        found[name] = (both[0] & both[1]).nonzero()[:, 0]
    return found


def ablated(
    model: RecurrentLM,
    tokens: Int64[Tensor, "N T"],
    targets: Int64[Tensor, "N T"],
    groups: Sequence[Sequence[int]],
    mean_c: Float[Tensor, " H"],
) -> Float[Tensor, "K N T"]:
    """Nats of each target with some cells held at their mean, from the first step on.

    Args:
        groups: K groups of cells; the cells of one are held together. `[]` holds none.
        mean_c: each cell's mean over text like this.
    """
    cell, K, N = lstm_cell(model), len(groups), len(tokens)
    hold = torch.zeros(K, 1, cell.hidden_size, dtype=torch.bool)
    for k, group in enumerate(groups):
        hold[k, 0, list(group)] = True
    hold = hold.expand(K, N, -1).flatten(0, 1)
    with evaluating(model):
        from_x = cell.from_x(model.embedding(tokens))
        h = c = from_x.new_zeros(K * N, cell.hidden_size)
        # not a list: small tensors that stay, between large ones that go, keep memory in pieces
        nats = from_x.new_empty(K * N, targets.shape[1])
        for t, (x_t, y_t) in enumerate(
            zip(from_x.unbind(dim=1), targets.unbind(dim=1), strict=True)
        ):
            i, f, g, o = (x_t.repeat(K, 1) + cell.from_h(h)).chunk(4, dim=-1)
            c = f.sigmoid() * c + i.sigmoid() * g.tanh()
            c = torch.where(hold, mean_c, c)  # the one line that an LSTM does not have
            h = o.sigmoid() * c.tanh()
            nats[:, t] = model.head.nats(h, y_t.repeat(K))
    return nats.view(K, N, -1)
