"""One training step of an LSTM language model, three ways on equal sizes, in one process.

    python benchmarks/training_step.py [ROUNDS]

The ways take turns, a few steps each, so that a busy machine slows all of them alike; a ratio is
the median over rounds of the ratios within a round. Time is the process's CPU time with one
thread: on an idle machine, wall time. MFU is the share of the rate at which this machine
multiplies two large matrices in the way's own number format, measured before and after.
"""

import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
import torch.nn.functional as F
from rich.console import Console
from rich.progress import track
from rich.table import Table
from torch import Tensor, nn

from course_lib.batching import streams
from course_lib.cells import LSTMCell
from course_lib.device import has_fast_bf16
from course_lib.language_model import RecurrentLM
from course_lib.metrics import bootstrap_interval
from course_lib.recurrent import unroll
from course_lib.softmax import AdaptiveSoftmax
from course_lib.train import detached, train_streams

V, D, H, T, B = 10_000, 256, 256, 35, 64
STEPS = 4  # in a row, before the next way's turn
CUTOFFS, SHRINK = [1_000, 4_000], 2.0
Batches = list[tuple[Tensor, Tensor]]


@dataclass(frozen=True)
class Way:
    """How to take some steps, the multiplications of one of them, and their number format."""

    run: Callable[[Batches], None]
    flop: float
    dtype: torch.dtype
    demand: float = 1.0  # how many times faster ours must be


class ExampleModel(nn.Module):
    """As one finds it in tutorials: time first, LSTM, a linear layer to all words, log-softmax."""

    def __init__(self) -> None:
        super().__init__()
        self.drop = nn.Dropout(0.2)
        self.encoder = nn.Embedding(V, D)
        self.rnn = nn.LSTM(D, H)
        self.decoder = nn.Linear(H, V)

    def forward(self, tokens: Tensor, state: tuple | None) -> tuple[Tensor, tuple]:
        """Log-probabilities (T * B, V), and the state."""
        hs, state = self.rnn(self.drop(self.encoder(tokens)), state)
        return F.log_softmax(self.decoder(self.drop(hs)).view(-1, V), dim=1), state


def example() -> Callable[[Batches], None]:
    """A loop in the style of PyTorch's word_language_model: clipped, plain gradient descent."""
    model, state = ExampleModel(), None

    def run(batches: Batches) -> None:
        nonlocal state
        for tokens, targets in batches:
            model.zero_grad()
            log_probs, state = model(tokens.T, state and detached(state))
            F.nll_loss(log_probs, targets.T.reshape(-1)).backward()
            nn.utils.clip_grad_norm_(model.parameters(), 0.25)
            with torch.no_grad():
                for p in model.parameters():
                    p.add_(p.grad, alpha=-1.0)

    return run


def textbook() -> Callable[[Batches], None]:
    """Lecture 7's cell in a Python loop, all words' logits, Adam as it comes."""
    model = nn.ModuleDict(
        {"embedding": nn.Embedding(V, D), "cell": LSTMCell(D, H), "to_logits": nn.Linear(H, V)}
    )
    optimizer, state = torch.optim.Adam(model.parameters()), None

    def run(batches: Batches) -> None:
        nonlocal state
        for tokens, targets in batches:
            x = model["embedding"](tokens)
            hs, state = unroll(model["cell"], x, state and detached(state))
            logits = model["to_logits"](hs)
            loss = F.cross_entropy(logits.flatten(0, 1), targets.flatten())
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()

    return run


def ours(bf16: bool) -> Callable[[Batches], None]:
    """The course's own loop: fused LSTM, adaptive softmax, fused Adam, bfloat16 products."""
    model = RecurrentLM(V, D, H, dropout=0.2, head=AdaptiveSoftmax(H, V, CUTOFFS, SHRINK))

    def run(batches: Batches) -> None:
        train_streams(model, batches, len(batches), bf16=bf16, progress=False)

    return run


def flops(head: float) -> float:
    """Of a step's matrix products: 2 each multiplication, and a backward pass is two more."""
    return 3 * 2 * (4 * H * (D + H) + head) * B * T


def adaptive_products(words: Tensor) -> float:
    """Multiplications of the adaptive softmax for a word, in the mean over a text."""
    total = float(H * (CUTOFFS[0] + len(CUTOFFS)))
    for k, (low, high) in enumerate(pairwise([*CUTOFFS, V])):
        share = float(((words >= low) & (words < high)).double().mean())
        inner = int(H / SHRINK ** (k + 1))
        total += share * inner * (H + high - low)
    return total


def text(rng: np.random.Generator) -> Tensor:
    """Words as frequent as in natural text: the r-th about 1 / (r + 2.7) (Mandelbrot, 1953)."""
    weights = 1 / (np.arange(1, V + 1) + 2.7)
    return torch.from_numpy(rng.choice(V, size=B * T * STEPS + 1, p=weights / weights.sum()))


def matmul_rate(dtype: torch.dtype, n: int = 2048) -> float:
    """Floating-point operations a CPU second in one large product."""
    a, b = (torch.randn(n, n).to(dtype) for _ in range(2))
    rates = []
    for _ in range(4):
        start = time.process_time()
        a @ b
        rates.append(2 * n**3 / (time.process_time() - start))
    return max(rates)


def measure(ways: dict[str, Way], rounds: int) -> dict[str, np.ndarray]:
    """CPU seconds a step, one number for each round; the first round, a warm-up, is left out."""
    rng = np.random.default_rng(0)
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in track(range(rounds + 1), "rounds", transient=True):
        batches = list(streams(text(rng), B, T))
        for name, way in ways.items():
            start = time.process_time()
            way.run(batches)
            seconds[name].append((time.process_time() - start) / len(batches))
    return {name: np.array(times[1:]) for name, times in seconds.items()}


def ratio(other: np.ndarray, own: np.ndarray) -> tuple[float, float, float]:
    """Median over rounds of how many times longer `other` takes, and its 95 % interval."""
    ratios = other / own
    return float(np.median(ratios)), *bootstrap_interval(ratios, np.median)


def report(ways: dict[str, Way], seconds: dict[str, np.ndarray], rates: dict) -> Table:
    """A row for each way."""
    table = Table("way", "ms a step", "tokens/s", "ours is faster by", "MFU")
    for name, way in ways.items():
        middle = statistics.median(seconds[name])
        times, low, high = ratio(seconds[name], seconds["ours"])
        table.add_row(
            name,
            f"{1000 * middle:.0f}",
            f"{B * T / middle:,.0f}",
            "" if name == "ours" else f"{times:.1f} × ({low:.1f} to {high:.1f})",
            f"{way.flop / middle / rates[way.dtype]:.0%} of {rates[way.dtype] / 1e9:.0f} GFLOP/s "
            f"({str(way.dtype).removeprefix('torch.')})",
        )
    return table


def main() -> int:
    """1 if a demand is missed."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    torch.set_num_threads(1)
    torch.manual_seed(0)
    bf16 = has_fast_bf16()
    products = adaptive_products(text(np.random.default_rng(0)))
    dtype = torch.bfloat16 if bf16 else torch.float32
    ways = {
        "word_language_model style": Way(example(), flops(H * V), torch.float32, 4.0),
        "textbook loop": Way(textbook(), flops(H * V), torch.float32, 5.0),
        "ours": Way(ours(bf16), flops(products), dtype),
    }
    before = {t: matmul_rate(t) for t in (torch.float32, dtype)}
    seconds = measure(ways, rounds)
    rates = {t: max(rate, matmul_rate(t)) for t, rate in before.items()}
    console = Console(width=None if sys.stdout.isatty() else 110)
    console.print(f"LSTM language model, V={V:,}, D={D}, H={H}, T={T}, B={B}, one thread, CPU time")
    if not bf16:
        console.print("this processor has no bfloat16 products: ours runs in float32")
    console.print(report(ways, seconds, rates))
    missed = False
    for name, way in list(ways.items())[:-1]:
        times = ratio(seconds[name], seconds["ours"])[0]
        console.print(f"against {name}: {times:.1f} × (at least {way.demand:g})")
        missed |= times < way.demand
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
