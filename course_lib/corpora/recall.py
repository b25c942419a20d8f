"""The lag task: one word decides, fillers follow, and at the end the word is asked for."""

import torch
from jaxtyping import Int64
from torch import Tensor


def recall(
    lag: int,
    batch_size: int,
    generator: torch.Generator,
    symbols: int = 8,
    fillers: int = 8,
) -> tuple[Int64[Tensor, "B T"], Int64[Tensor, " B"]]:
    """A batch of sequences whose first token must be told after `lag` more tokens.

    Token ids below `symbols` are those to be recalled, the next `fillers` ids are noise; all are
    drawn evenly, so guessing is right once in `symbols`, and no filler tells anything.

    Returns:
        tokens, T = lag + 1 of them, and labels, equal to `tokens[:, 0]`.

    Raises:
        ValueError: if `lag` is negative, or there is no symbol, or a lag without fillers.

    Source: in the manner of the latching problem of Bengio, Simard and Frasconi (1994), section 2.
    """
    if lag < 0 or symbols < 1 or (lag and fillers < 1):
        raise ValueError(f"lag {lag}, {symbols} symbols, {fillers} fillers: nothing to recall")
    labels = torch.randint(symbols, (batch_size,), generator=generator)
    noise = torch.randint(
        symbols, symbols + max(fillers, 1), (batch_size, lag), generator=generator
    )
    return torch.cat([labels[:, None], noise], dim=1), labels
