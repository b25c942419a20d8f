"""From lists of word ids to tensors: windows, parallel streams, padded and bucketed batches."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import torch
from jaxtyping import Bool, Int64
from torch import Tensor

from course_lib.text import BOS, EOS, PAD


def windows(
    sentences: Iterable[Sequence[int]], M: int
) -> tuple[Int64[Tensor, "N C"], Int64[Tensor, " N"]]:
    """Every word with the M - 1 words before it, never across sentences.

    Sentences are words only: each gets M - 1 `<s>` in front, which are never a target, and
    one `</s>` at its end, which is. So N is the number of words plus that of sentences.

    Args:
        sentences: word ids, without `<s>` and `</s>`.
        M: window size, the target included; M = 4 means C = 3 words of context.

    Returns:
        Contexts (N, M - 1), oldest word first, and targets (N,).

    Raises:
        ValueError: if M is below 2: a window needs a context and a target.
    """
    if M < 2:
        raise ValueError(f"M={M}: a window holds at least one context word and the target")
    pieces = [np.empty((0, M), dtype=np.int64)]
    for sentence in sentences:
        padded = np.array([*[BOS] * (M - 1), *sentence, EOS], dtype=np.int64)
        pieces.append(np.lib.stride_tricks.sliding_window_view(padded, M))
    rows = torch.from_numpy(np.concatenate(pieces))
    return rows[:, :-1].contiguous(), rows[:, -1].contiguous()


def streams(
    ids: Sequence[int] | Int64[Tensor, " n"], B: int, T: int
) -> Iterator[tuple[Int64[Tensor, "B t"], Int64[Tensor, "B t"]]]:
    """One long text as B parallel streams, T steps at a time.

    Row b of a batch continues row b of the batch before, so a recurrent model may carry its
    state. Targets are already shifted: `targets[:, t]` is the word after `tokens[:, t]`.
    The last batch may be shorter; up to B - 1 words at the end of the text are dropped.

    Yields:
        tokens (B, T) and targets (B, T).

    Raises:
        ValueError: if the text is too short to give each stream one prediction, or B or T is
            below 1.
    """
    if B < 1 or T < 1:
        raise ValueError(f"B={B} streams of T={T} steps: both must be at least 1")
    text = torch.as_tensor(ids, dtype=torch.int64)
    steps = (len(text) - 1) // B
    if steps < 1:
        raise ValueError(f"{len(text)} words are too few for B={B} streams")
    tokens = text[: B * steps].view(B, steps)
    targets = text[1 : B * steps + 1].view(B, steps)
    return ((tokens[:, t : t + T], targets[:, t : t + T]) for t in range(0, steps, T))


def as_stream(sentences: Iterable[Sequence[int]]) -> Int64[Tensor, " n"]:
    """Sentences as one text for `streams`: `</s>`, then the words of each and its `</s>`.

    So every word and every `</s>` after it is a target once: the tokens that sentence models score.
    """
    ids = [EOS]
    for sentence in sentences:
        ids += [*sentence, EOS]
    return torch.from_numpy(np.array(ids, dtype=np.int64))


def shifted(
    sentences: Sequence[Sequence[int]], start: int = BOS
) -> tuple[Int64[Tensor, "B T"], Int64[Tensor, "B T"]]:
    """A padded batch of sentences and the word after each word.

    Args:
        sentences: word ids, without `<s>` and `</s>`.
        start: the first input; `</s>` for a model that was trained on one stream of text.

    Returns:
        tokens, `start w1 … wn <pad> …`, and targets, `w1 … wn </s> -100 …`.
    """
    tokens, _ = pad([[start, *sentence] for sentence in sentences])
    targets, _ = pad([[*sentence, EOS] for sentence in sentences], value=-100)
    return tokens, targets


def keep_mask(lengths: Sequence[int]) -> Bool[Tensor, "B T"]:
    """True at real tokens, False at padding; T is the greatest length."""
    length = torch.as_tensor(lengths, dtype=torch.int64)
    T = int(length.max()) if len(length) else 0
    return torch.arange(T) < length[:, None]


def pad(
    sequences: Sequence[Sequence[int]], value: int = PAD
) -> tuple[Int64[Tensor, "B T"], Bool[Tensor, "B T"]]:
    """Sequences of ids as one rectangle, filled on the right with `value`.

    Inputs are padded with `<pad>`; pad targets with `value=-100`, which losses ignore.

    Returns:
        tokens (B, T), and keep (B, T): True at real tokens.
    """
    keep = keep_mask([len(sequence) for sequence in sequences])
    tokens = torch.full(keep.shape, value, dtype=torch.int64)
    tokens[keep] = torch.tensor([i for sequence in sequences for i in sequence], dtype=torch.int64)
    return tokens, keep


def buckets(
    lengths: Sequence[int], batch_size: int, generator: torch.Generator | None = None
) -> list[list[int]]:
    """Indexes of sequences in batches of similar length, so that little is padding.

    Args:
        lengths: of all sequences.
        batch_size: the last batch of the longest sequences may be smaller.
        generator: shuffles ties, then the order of the batches; without it, shortest first.

    Raises:
        ValueError: if `batch_size` is below 1.
    """
    if batch_size < 1:
        raise ValueError(f"batch_size={batch_size} must be at least 1")
    order = list(range(len(lengths)))
    if generator is not None:
        order = torch.randperm(len(lengths), generator=generator).tolist()
    order.sort(key=lambda i: lengths[i])
    batches = [order[i : i + batch_size] for i in range(0, len(order), batch_size)]
    if generator is not None:
        batches = [batches[i] for i in torch.randperm(len(batches), generator=generator).tolist()]
    return batches
