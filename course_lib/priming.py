"""Language models as steps of `decode`, with a text to continue."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
import torch
from jaxtyping import Float, Int64
from torch import Tensor, nn
from torch.utils._pytree import tree_map

from course_lib.batching import pad
from course_lib.decode import Step
from course_lib.language_model import RecurrentLM
from course_lib.ngram import NgramLM
from course_lib.text import BOS, PAD

Primed = tuple[Step, Int64[Tensor, " N"], Any]
_CELLS: dict[type, Callable[..., Any]] = {
    nn.LSTM: torch.lstm_cell,
    nn.GRU: torch.gru_cell,
    nn.RNN: torch.rnn_tanh_cell,
}


def primed(
    model: RecurrentLM | NgramLM,
    prompts: Sequence[Sequence[int]],
    start: int = BOS,
    never: Sequence[int] = (PAD, BOS),
) -> Primed:
    """What `greedy`, `sample` and `beam_search` take first, for a model that continues prompts.

    Args:
        prompts: N lists of word ids, without `<s>`; `[[]] * N` for N texts from scratch.
        start: what a recurrent model reads before a prompt: `</s>` for one that was trained on
            one stream of text.
        never: words that are not written: they get no probability, and what they had is not
            given to others.

    Raises:
        ValueError: if there is no prompt.
    """
    if not prompts:
        raise ValueError("no prompts: for a text from scratch give an empty one, [[]]")
    if isinstance(model, NgramLM):
        return _ngram(model, prompts, list(never))
    return _recurrent(model, [[start, *prompt] for prompt in prompts], list(never))


def _ngram(model: NgramLM, prompts: Sequence[Sequence[int]], never: list[int]) -> Primed:
    """The state is the last n - 1 words before the one to be read, `<s>` in place of none."""
    before = len(model.levels) - 1
    known: dict[tuple[int, ...], Tensor] = {}

    def after(context: tuple[int, ...]) -> Tensor:
        if context not in known:
            words = model.vocab.decode(i for i in context if i != BOS)
            with np.errstate(divide="ignore"):
                known[context] = torch.from_numpy(np.log(model.distribution(words)))
            known[context][never] = -torch.inf
        return known[context]

    def step(last: Int64[Tensor, " N"], state: Int64[Tensor, "N c"]) -> tuple[Tensor, Tensor]:
        state = torch.cat([state, last[:, None]], dim=1)[:, 1:]
        return torch.stack([after(tuple(row)) for row in state.tolist()]), state

    histories = [[BOS] * (before + 1) + list(prompt) for prompt in prompts]
    rows = torch.tensor([history[-before - 1 :] for history in histories])
    return step, rows[:, -1], rows[:, :-1]


def _recurrent(model: RecurrentLM, prompts: Sequence[Sequence[int]], never: list[int]) -> Primed:
    """The state is that after all words but the last. PyTorch's one-step functions have less to
    prepare than a layer over a sequence of one."""
    tokens, keep = (each.to(model.embedding.weight.device) for each in pad(prompts))
    layer, cell = model.rnn, _CELLS[type(model.rnn)]
    weights = (layer.weight_ih_l0, layer.weight_hh_l0, layer.bias_ih_l0, layer.bias_hh_l0)

    def step(last: Int64[Tensor, " N"], state: Any) -> tuple[Float[Tensor, "N V"], Any]:
        state = cell(model.embedding(last), state, *weights)
        log_probs = model.head.log_probs(state[0] if isinstance(state, tuple) else state)
        log_probs[:, never] = -torch.inf  # a new tensor, so nobody else sees it
        return log_probs, state

    h = layer.weight_hh_l0.new_zeros(len(tokens), layer.hidden_size)
    state: Any = (h, h) if isinstance(layer, nn.LSTM) else h
    with torch.no_grad():
        for t in range(tokens.shape[1] - 1):
            new = cell(model.embedding(tokens[:, t]), state, *weights)
            real = keep[:, t + 1, None]  # a prompt's last word is not read here
            state = tree_map(partial(torch.where, real), new, state)
    return step, tokens.gather(1, keep.sum(dim=1)[:, None] - 1)[:, 0], state
