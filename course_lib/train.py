"""The training loops: of models without a state, and of those that carry one."""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

import torch
from jaxtyping import Int64, Shaped
from torch import Tensor, nn
from tqdm.auto import tqdm

from course_lib.cells import State
from course_lib.language_model import RecurrentLM
from course_lib.metrics import IGNORE

Inputs = Tensor | tuple[Tensor, ...]


def train(
    model: nn.Module,
    batches: Iterable[tuple[Inputs, Tensor]],
    steps: int,
    lr: float = 1e-3,
    clip: float = 1.0,
    schedule: Callable[[float], float] | None = None,
    label_smoothing: float = 0.0,
    progress: bool = True,
) -> list[float]:
    """Takes `steps` Adam steps on the parameters that require a gradient; leaves the model in
    training mode.

    Args:
        batches: pairs (inputs, targets), inputs one tensor or several; `model(*inputs)` has one
            more axis than `targets`, the last, of size V. Targets of -100 are padding and count
            nothing.
        clip: the gradient of all parameters together is scaled down to at most this norm.
        schedule: which share of `lr` to use when a given share of the steps is done, such as
            `one_cycle`; all of it if None.
        label_smoothing: the share of each target's probability that is spread over all words.

    Returns:
        The loss of each step taken, in nats per real token; fewer than `steps` if `batches` ends.

    Source: label smoothing, Szegedy et al. (2016), arXiv:1512.00567, section 7.
    """
    weights = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.Adam(weights, lr=lr, fused=True)  # one pass over each weight
    smoothed = nn.CrossEntropyLoss(ignore_index=IGNORE, label_smoothing=label_smoothing)
    losses = []
    model.train()
    some = islice(batches, steps)
    for step, (inputs, targets) in enumerate(tqdm(some, total=steps, disable=not progress)):
        if schedule is not None:
            optimizer.param_groups[0]["lr"] = lr * schedule((step + 0.5) / steps)
        logits = model(*inputs) if isinstance(inputs, tuple) else model(inputs)
        loss = smoothed(logits.flatten(0, -2), targets.flatten())
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(weights, clip)
        optimizer.step()
        losses.append(loss.item())
    return losses


def train_streams(
    model: RecurrentLM,
    batches: Sequence[tuple[Tensor, Tensor]],
    steps: int,
    lr: float = 2e-3,
    clip: float = 1.0,
    carry: bool = True,
    bf16: bool = False,
    progress: bool = True,
) -> list[float]:
    """Truncated backpropagation through time: the state goes on to the next batch, its gradient
    does not. After the last batch comes the first again, from the zero state.

    Args:
        batches: a list of the pairs (tokens, targets) of `batching.streams`; row b of a batch
            continues row b of the one before. Targets of -100 are padding and count nothing.
        lr: Adam's largest learning rate; it follows `one_cycle` over the steps.
        carry: False to start every batch from the zero state, as padded sentences must.
        bf16: matrix products in bfloat16, weights and sums in float32.

    Returns:
        The loss of each step, in nats per real token.

    Raises:
        ValueError: if there is no batch.
    """
    if not batches:
        raise ValueError("no batches: the text is too short for these streams")
    weights = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.Adam(weights, lr=lr, fused=True)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: one_cycle((step + 0.5) / max(steps, 1))
    )
    losses, state = [], None
    model.train()
    for step in tqdm(range(steps), disable=not progress):
        tokens, targets = batches[step % len(batches)]
        if not carry or step % len(batches) == 0:
            state = None
        loss, state = _loss_on(model, tokens, targets, state, bf16)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(weights, clip)
        optimizer.step()
        schedule.step()
        state = detached(state)
        losses.append(loss.item())
    return losses


def _loss_on(
    model: RecurrentLM, tokens: Tensor, targets: Tensor, state: State | None, bf16: bool
) -> tuple[Tensor, State]:
    with torch.autocast(tokens.device.type, torch.bfloat16, enabled=bf16):
        hs, state = model(tokens, state)
        return model.head.nats(hs, targets).sum() / (targets != IGNORE).sum(), state


def one_cycle(done: float) -> float:
    """Share of the largest learning rate when a share `done` of the steps is taken: in a line up to
    1 at a tenth, then half a cosine down to 0.

    Source: Smith and Topin (2019), arXiv:1708.07120, with a cosine as in Loshchilov and Hutter
    (2017), arXiv:1608.03983.
    """
    if done < 0.1:
        return 10 * done
    return (1 + math.cos(math.pi * (done - 0.1) / 0.9)) / 2


def detached(state: State) -> State:
    """The same numbers without the graph behind them; h and c both."""
    if isinstance(state, tuple):
        return state[0].detach(), state[1].detach()
    return state.detach()


def shuffled(
    inputs: Shaped[Tensor, "N *x"],
    targets: Int64[Tensor, "N *y"],
    batch_size: int,
    generator: torch.Generator,
) -> Iterator[tuple[Tensor, Tensor]]:
    """Batches without end: each pass over the N examples is in a new random order.

    The last batch of a pass is smaller where N is not a multiple of `batch_size`.

    Raises:
        ValueError: if there is no example, or their numbers differ.
    """
    if not len(inputs) or len(inputs) != len(targets):
        raise ValueError(f"{len(inputs)} inputs and {len(targets)} targets: need the same, not 0")
    while True:
        order = torch.randperm(len(inputs), generator=generator).to(inputs.device)
        for chosen in order.split(batch_size):
            yield inputs[chosen], targets[chosen]
