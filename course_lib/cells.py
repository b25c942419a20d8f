r"""Recurrent cells from scratch: one step of each, as the slide writes it.

A cell maps the input of one step and the state before it to the state after it. The state is h;
the LSTM's is the pair (h, c). `from_x` holds $W_x$ and the bias, `from_h` holds $W_h$.
"""

import torch
from jaxtyping import Float
from torch import Tensor, nn

LSTMState = tuple[Float[Tensor, "B H"], Float[Tensor, "B H"]]
State = Tensor | tuple[Tensor, Tensor]


class ElmanCell(nn.Module):
    r"""$h = \tanh(W_x x + W_h h_{prev} + b_h)$.

    Source: Elman (1990), Finding Structure in Time, Cognitive Science 14.
    """

    def __init__(self, input_size: int, hidden_size: int) -> None:
        super().__init__()
        self.hidden_size = hidden_size
        self.from_x = nn.Linear(input_size, hidden_size)
        self.from_h = nn.Linear(hidden_size, hidden_size, bias=False)

    def forward(
        self, x: Float[Tensor, "B D"], h_prev: Float[Tensor, "B H"]
    ) -> Float[Tensor, "B H"]:
        """The next hidden state."""
        return (self.from_x(x) + self.from_h(h_prev)).tanh()


class ElmanTransducer(nn.Module):
    r"""An Elman cell with an output at each step, $y = \tanh(W_y h + b_y)$.

    The output is a vector for another layer to use. It is never logits: values between -1 and 1
    keep a softmax from being sure of anything.

    Args:
        output_size: O, the length of y.
    """

    def __init__(self, input_size: int, hidden_size: int, output_size: int) -> None:
        super().__init__()
        self.cell = ElmanCell(input_size, hidden_size)
        self.to_y = nn.Linear(hidden_size, output_size)

    def forward(
        self, x: Float[Tensor, "B D"], h_prev: Float[Tensor, "B H"]
    ) -> tuple[Float[Tensor, "B O"], Float[Tensor, "B H"]]:
        """The output y of this step, and the next hidden state."""
        h = self.cell(x, h_prev)
        return self.to_y(h).tanh(), h


class GatedElmanCell(nn.Module):
    r"""The smallest gated cell: $f = \sigma(W_{fx} x + W_{fh} h_{prev} + b_f)$ and
    $h = h_{prev} \odot f + \tanh(W_x x + b)$.

    `from_x` stacks f, then the candidate; `from_h` is $W_{fh}$ alone.

    Args:
        forget_bias: what $b_f$ starts from; f starts near 1, and h is kept, if it is large.
    """

    def __init__(self, input_size: int, hidden_size: int, forget_bias: float = 0.0) -> None:
        super().__init__()
        self.hidden_size = hidden_size
        self.from_x = nn.Linear(input_size, 2 * hidden_size)
        self.from_h = nn.Linear(hidden_size, hidden_size, bias=False)
        nn.init.constant_(self.from_x.bias[:hidden_size], forget_bias)

    def forward(
        self, x: Float[Tensor, "B D"], h_prev: Float[Tensor, "B H"]
    ) -> Float[Tensor, "B H"]:
        """The next hidden state; without a bound, for it is a sum."""
        x_f, x_n = self.from_x(x).chunk(2, dim=-1)
        f = (x_f + self.from_h(h_prev)).sigmoid()
        return h_prev * f + x_n.tanh()


class LSTMCell(nn.Module):
    r"""$c = f \odot c_{prev} + i \odot g$ and $h = o \odot \tanh(c)$.

    i, f, g, o are stacked in this order, PyTorch's; g goes through tanh, the gates through
    $\sigma$.

    Args:
        forget_bias: what the forget gate's bias starts from.

    Source: Hochreiter and Schmidhuber (1997); the forget gate is of Gers, Schmidhuber and
    Cummins (2000), Learning to Forget, Neural Computation 12.
    """

    def __init__(self, input_size: int, hidden_size: int, forget_bias: float = 0.0) -> None:
        super().__init__()
        self.hidden_size = hidden_size
        self.from_x = nn.Linear(input_size, 4 * hidden_size)
        self.from_h = nn.Linear(hidden_size, 4 * hidden_size, bias=False)
        nn.init.constant_(self.from_x.bias[hidden_size : 2 * hidden_size], forget_bias)

    def forward(self, x: Float[Tensor, "B D"], state: LSTMState) -> LSTMState:
        """The next state (h, c)."""
        h_prev, c_prev = state
        i, f, g, o = (self.from_x(x) + self.from_h(h_prev)).chunk(4, dim=-1)
        c = f.sigmoid() * c_prev + i.sigmoid() * g.tanh()
        return o.sigmoid() * c.tanh(), c


class GRUCell(nn.Module):
    r"""$h = (1 - z) \odot h_{prev} + z \odot n$: where z is 1, the new overwrites the old.

    z, r, n are stacked in this order. `torch.nn.GRU` is another function: its z is our 1 - z, its
    order r, z, n, and it resets after the matmul.

    Args:
        reset_after: False as on the slide, $n = \tanh(W_x x + W_h (r \odot h_{prev}) + b)$.
            True as in PyTorch, $n = \tanh(W_x x + b + r \odot (W_h h_{prev} + b_n))$, with a
            bias `b_n` more.

    Source: Cho et al. (2014), arXiv:1406.1078, eq. 5-8; z as in Chung et al. (2014),
    arXiv:1412.3555, eq. 5.
    """

    def __init__(self, input_size: int, hidden_size: int, reset_after: bool = False) -> None:
        super().__init__()
        self.hidden_size = hidden_size
        self.from_x = nn.Linear(input_size, 3 * hidden_size)
        self.from_h = nn.Linear(hidden_size, 3 * hidden_size, bias=False)
        self.b_n = nn.Parameter(torch.zeros(hidden_size)) if reset_after else None

    def forward(
        self, x: Float[Tensor, "B D"], h_prev: Float[Tensor, "B H"]
    ) -> Float[Tensor, "B H"]:
        """The next hidden state."""
        W_z, W_r, W_n = self.from_h.weight.chunk(3)
        x_z, x_r, x_n = self.from_x(x).chunk(3, dim=-1)
        z = (x_z + h_prev @ W_z.T).sigmoid()
        r = (x_r + h_prev @ W_r.T).sigmoid()
        if self.b_n is None:
            n = (x_n + (r * h_prev) @ W_n.T).tanh()
        else:  # reset after the matmul
            n = (x_n + r * (h_prev @ W_n.T + self.b_n)).tanh()
        return (1 - z) * h_prev + z * n


Cell = ElmanCell | GatedElmanCell | LSTMCell | GRUCell


def initial_state(cell: Cell, x: Float[Tensor, "B *rest"]) -> State:
    """Zeros, one row for each of the B sequences of x, in x's dtype and on its device."""
    h = x.new_zeros(len(x), cell.hidden_size)
    return (h, torch.zeros_like(h)) if isinstance(cell, LSTMCell) else h


def hidden(state: State) -> Float[Tensor, "B H"]:
    """h of a state, whatever the cell."""
    return state[0] if isinstance(state, tuple) else state
