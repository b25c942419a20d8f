"""One training loop for every language model of the course."""

from collections.abc import Iterable, Iterator
from itertools import islice

import torch
import torch.nn.functional as F
from jaxtyping import Int64, Shaped
from torch import Tensor, nn
from tqdm.auto import tqdm


def train(
    model: nn.Module,
    batches: Iterable[tuple[Tensor, Tensor]],
    steps: int,
    lr: float = 1e-3,
    clip: float = 1.0,
    progress: bool = True,
) -> list[float]:
    """Takes `steps` Adam steps on the parameters that require a gradient; leaves the model in
    training mode.

    Args:
        batches: pairs (inputs, targets); `model(inputs)` has one more axis than `targets`, the
            last, of size V. Targets of -100 are padding and count nothing.
        clip: the gradient of all parameters together is scaled down to at most this norm.

    Returns:
        The loss of each step taken, in nats per real token; fewer than `steps` if `batches` ends.
    """
    weights = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.Adam(weights, lr=lr, fused=True)  # one pass over each weight
    losses = []
    model.train()
    for inputs, targets in tqdm(islice(batches, steps), total=steps, disable=not progress):
        logits = model(inputs)
        loss = F.cross_entropy(logits.flatten(0, -2), targets.flatten(), ignore_index=-100)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(weights, clip)
        optimizer.step()
        losses.append(loss.item())
    return losses


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
