"""Cells over whole sequences: step by step, backwards, stacked, and by PyTorch's fused kernels."""

from collections.abc import Sequence

import torch
from jaxtyping import Bool, Float, Int64
from torch import Tensor, nn

from course_lib.cells import Cell, ElmanCell, GRUCell, LSTMCell, State, hidden, initial_state

_NAMES = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0")


def unroll(
    cell: Cell,
    x: Float[Tensor, "B T D"],
    state: State | None = None,
    keep: Bool[Tensor, "B T"] | None = None,
) -> tuple[Float[Tensor, "B T H"], State]:
    """One cell, the same weights, applied at every step.

    Args:
        state: before the first step; zeros if None.
        keep: False at padding, where the state stays as it was, so that the last state, and
            `hs[:, -1]`, is that of each sequence's last real token.

    Returns:
        The hidden state after each step, and the whole state after the last.
    """
    state = initial_state(cell, x) if state is None else state
    hs = []
    for t in range(x.shape[1]):
        new = cell(x[:, t], state)
        state = new if keep is None else _where(keep[:, t, None], new, state)
        hs.append(hidden(state))
    return torch.stack(hs, dim=1), state


def _where(keep: Bool[Tensor, "B 1"], new: State, old: State) -> State:
    if isinstance(new, tuple) and isinstance(old, tuple):
        return torch.where(keep, new[0], old[0]), torch.where(keep, new[1], old[1])
    return torch.where(keep, hidden(new), hidden(old))


def reverse(x: Float[Tensor, "B T D"], lengths: Int64[Tensor, " B"]) -> Float[Tensor, "B T D"]:
    """Each sequence backwards within its own length; the padding behind it stays where it is.

    So a model that reads backwards starts at the last real token, not at padding. Reversing
    twice gives x again.

    Raises:
        RuntimeError: if a length is greater than T.
    """
    t = torch.arange(x.shape[1], device=x.device)
    from_end = lengths[:, None] - 1 - t  # negative at padding
    index = torch.where(from_end >= 0, from_end, t)[:, :, None]
    return x.gather(1, index.expand_as(x))


class StackedLSTM(nn.Module):
    """LSTMs on top of each other over ragged batches, each layer reading forwards and, if
    `bidirectional`, backwards too.

    What `nn.LSTM` with as many layers computes from packed sequences. Here nothing is packed:
    one fused layer per direction, and the backward one reads what `reverse` gives it. A
    sequence's result depends on nothing but itself: not on its padding, nor on its neighbours.

    Args:
        dropout: share of the numbers between two layers that training sets to zero.
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bidirectional: bool = True,
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        self.output_size = 2 * hidden_size if bidirectional else hidden_size
        sizes = [input_size] + [self.output_size] * (num_layers - 1)
        self.forwards = nn.ModuleList(nn.LSTM(D, hidden_size, batch_first=True) for D in sizes)
        read_back = sizes if bidirectional else []
        self.backwards = nn.ModuleList(nn.LSTM(D, hidden_size, batch_first=True) for D in read_back)
        self.dropout = nn.Dropout(dropout)

    def forward(
        self, x: Float[Tensor, "B T D"], lengths: Int64[Tensor, " B"]
    ) -> tuple[Float[Tensor, "B T output_size"], Float[Tensor, "B output_size"]]:
        """Encodings of each token and of the sequence.

        Returns:
            hs, the last layer's forward and backward states side by side, zero at padding; and
            the state in which each of its directions ends: forwards at the last real token,
            backwards at the first. Without a token both are zero.

        Raises:
            IndexError or RuntimeError: if a sequence is longer than T.
        """
        padding = (torch.arange(x.shape[1], device=x.device) >= lengths[:, None])[:, :, None]
        hs = x.masked_fill(padding, 0)  # whatever stands there, even NaN
        for k, layer in enumerate(self.forwards):
            below = self.dropout(hs) if k else hs
            hs = layer(below)[0]
            if self.backwards:
                back = self.backwards[k](reverse(below, lengths))[0]
                hs = torch.cat([hs, reverse(back, lengths)], dim=-1)
        hs = hs.masked_fill(padding, 0)
        H = self.forwards[0].hidden_size
        rows = torch.arange(len(x), device=x.device)
        last = hs[rows, (lengths - 1).clamp(min=0)]
        return hs, torch.cat([last[:, :H], hs[:, 0, H:]], dim=-1)


def unroll_layers(
    layers: Sequence[Sequence[Cell]], x: Float[Tensor, "B T D"], lengths: Int64[Tensor, " B"]
) -> tuple[Float[Tensor, "B T output_size"], Float[Tensor, "B output_size"]]:
    """Stacked, bidirectional cells step by step: `StackedLSTM` without a fused layer.

    Args:
        layers: from the lowest up; of each the cell that reads forwards, then, if there is one,
            the cell that reads backwards.

    Returns:
        As `StackedLSTM`: states at each token, zero at padding, and those in which the last
        layer's directions end.
    """
    keep = torch.arange(x.shape[1], device=x.device) < lengths[:, None]
    hs = x
    for cells in layers:
        ahead, end = unroll(cells[0], hs, keep=keep)
        states, ends = [ahead], [hidden(end)]
        for cell in cells[1:]:
            back, end = unroll(cell, reverse(hs, lengths), keep=keep)
            states.append(reverse(back, lengths))
            ends.append(hidden(end))
        hs = torch.cat(states, dim=-1)
    return hs * keep[:, :, None], torch.cat(ends, dim=-1)


def fused(cell: Cell) -> nn.RNN | nn.LSTM | nn.GRU:
    """PyTorch's layer with a copy of the cell's weights: the same function of a whole sequence.

    It takes and gives `batch_first` sequences, and states with an axis more in front: (1, B, H).
    PyTorch has two biases where one is enough. Ours is the first; the second starts at zero (but
    for a GRU's `b_n`) and is trained as well.

    Raises:
        TypeError: for a gated Elman cell, and a GRU that resets before the matmul, which
            PyTorch does not have.
    """
    layer = _layer_like(cell)
    layer.to(cell.from_x.weight)
    weights = (cell.from_x.weight, cell.from_h.weight, cell.from_x.bias)
    W_x, W_h, b_x = (weight.detach().clone() for weight in weights)
    b_h = torch.zeros_like(b_x)
    if isinstance(cell, GRUCell) and cell.b_n is not None:
        b_h[2 * cell.hidden_size :] = cell.b_n.detach()
        W_x, W_h, b_x, b_h = map(_as_pytorch_stacks_it, (W_x, W_h, b_x, b_h))
    layer.load_state_dict(dict(zip(_NAMES, (W_x, W_h, b_x, b_h), strict=True)))
    return layer


def unfused(layer: nn.RNN | nn.LSTM | nn.GRU) -> Cell:
    """The cell with a copy of a one-layer fused layer's weights: undoes `fused` after training.

    Raises:
        ValueError: for what no cell computes: more layers, two directions, no biases, a ReLU.
    """
    plain = layer.num_layers == 1 and layer.bias and not (layer.bidirectional or layer.proj_size)
    if not plain or getattr(layer, "nonlinearity", "tanh") != "tanh":
        raise ValueError(f"{layer}: a cell has one layer, one direction, biases and a tanh")
    sizes = (layer.input_size, layer.hidden_size)
    W_x, W_h, b_x, b_h = (getattr(layer, name).detach().clone() for name in _NAMES)
    if isinstance(layer, nn.GRU):
        W_x, W_h, b_x, b_h = map(_as_we_stack_it, (W_x, W_h, b_x, b_h))
        b_x[: -layer.hidden_size] += b_h[: -layer.hidden_size]
        extra = {"b_n": b_h[-layer.hidden_size :]}
        cell: Cell = GRUCell(*sizes, reset_after=True)
    else:
        b_x, extra = b_x + b_h, {}
        cell = LSTMCell(*sizes) if isinstance(layer, nn.LSTM) else ElmanCell(*sizes)
    cell.to(W_x)
    own = {"from_x.weight": W_x, "from_x.bias": b_x, "from_h.weight": W_h}
    cell.load_state_dict(own | extra)
    return cell


def _layer_like(cell: Cell) -> nn.RNN | nn.LSTM | nn.GRU:
    sizes = (cell.from_x.in_features, cell.hidden_size)
    if isinstance(cell, ElmanCell):
        return nn.RNN(*sizes, batch_first=True)
    if isinstance(cell, LSTMCell):
        return nn.LSTM(*sizes, batch_first=True)
    if isinstance(cell, GRUCell) and cell.b_n is not None:
        return nn.GRU(*sizes, batch_first=True)
    message = f"PyTorch has no fused {type(cell).__name__}"
    raise TypeError(f"{message} with reset_after=False" if isinstance(cell, GRUCell) else message)


def _as_pytorch_stacks_it(stacked: Tensor) -> Tensor:
    """z, r, n as r, 1 - z, n: sigmoid(-a) is 1 - sigmoid(a)."""
    z, r, n = stacked.chunk(3)
    return torch.cat([r, -z, n])


def _as_we_stack_it(stacked: Tensor) -> Tensor:
    r, keep, n = stacked.chunk(3)
    return torch.cat([-keep, r, n])
