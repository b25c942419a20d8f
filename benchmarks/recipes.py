"""The networks of the comparison, and training for a given CPU time."""

import time
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from word_corpus import Corpus

from course_lib.batching import streams
from course_lib.device import has_fast_bf16
from course_lib.language_model import Kind, RecurrentLM
from course_lib.softmax import AdaptiveSoftmax
from course_lib.train import train_streams

MARGIN = 0.9  # of the budget is planned for: steps do not all take the same time


@dataclass(frozen=True)
class Recipe:
    """A network and how it is trained."""

    kind: Kind | None  # None: a window instead of a recurrent layer
    hidden_size: int = 256
    dropout: float = 0.2
    lr: float = 3e-3
    B: int = 32
    T: int = 35


NETWORKS = {
    "feedforward": Recipe(None),
    "Elman": Recipe("Elman", lr=1e-3),
    "GRU": Recipe("GRU"),
    "LSTM": Recipe("LSTM"),
}
LONG = Recipe("LSTM", dropout=0.3)


class Window(nn.Module):
    """The feedforward model's hidden layer in the place of a recurrent one: it sees M - 1 words."""

    def __init__(self, input_size: int, hidden_size: int, M: int = 5) -> None:
        super().__init__()
        self.M = M
        self.from_x = nn.Linear((M - 1) * input_size, hidden_size)

    def forward(self, x: Tensor, past: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Hidden layers (B, T, H), and the words (B, M - 2, D) that the next window begins with."""
        B, _, D = x.shape
        past = x.new_zeros(B, self.M - 2, D) if past is None else past
        x = torch.cat([past, x], dim=1)
        contexts = x.unfold(1, self.M - 1, 1)  # (B, T, D, M - 1)
        h = self.from_x(contexts.transpose(2, 3).flatten(2)).tanh()
        return h, x[:, 2 - self.M :]


def cutoffs(V: int) -> list[int]:
    """Clusters of the adaptive softmax: the most frequent tenth, and up to two fifths."""
    return [max(1, V // 10), max(2, 2 * V // 5)]


def build(recipe: Recipe, V: int) -> RecurrentLM:
    """A model as the recipe says; all have the same embedding, dropout and softmax."""
    H = recipe.hidden_size
    head = AdaptiveSoftmax(H, V, cutoffs(V), shrink=2.0)
    model = RecurrentLM(V, H, H, recipe.kind or "Elman", recipe.dropout, head)
    if recipe.kind is None:
        model.rnn = Window(H, H)
    return model


def batches_of(ids: Tensor, recipe: Recipe) -> list[tuple[Tensor, Tensor]]:
    """The training text once, as parallel streams; fewer where it is too short for B of them."""
    B = min(recipe.B, max(1, (len(ids) - 1) // recipe.T))
    return list(streams(ids, B, recipe.T))


def take(
    model: RecurrentLM,
    batches: list[tuple[Tensor, Tensor]],
    recipe: Recipe,
    steps: int,
    progress: bool = False,
) -> float:
    """Trains; the CPU seconds that it took."""
    start = time.process_time()
    train_streams(model, batches, steps, recipe.lr, bf16=has_fast_bf16(), progress=progress)
    return time.process_time() - start


def seconds_a_step(recipe: Recipe, corpus: Corpus, steps: int = 20) -> float:
    """CPU time, after a step in which kernels are prepared."""
    model, batches = build(recipe, len(corpus.vocab)), batches_of(corpus.stream, recipe)
    take(model, batches, recipe, 1)
    return take(model, batches, recipe, steps) / steps


def train_for(
    recipe: Recipe, corpus: Corpus, seconds: float, seed: int
) -> tuple[RecurrentLM, float]:
    """A model trained for about `seconds` of CPU time, calibration included; the time it took."""
    start = time.process_time()
    a_step = seconds_a_step(recipe, corpus)
    left = MARGIN * seconds - (time.process_time() - start)
    torch.manual_seed(seed)
    model = build(recipe, len(corpus.vocab))
    batches = batches_of(corpus.stream, recipe)
    take(model, batches, recipe, max(1, int(left / a_step)), progress=True)
    return model, time.process_time() - start
