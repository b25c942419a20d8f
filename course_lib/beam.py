"""Beam search: texts that are probable as a whole, for a batch of examples at once."""

import math
from typing import Any

import torch
from jaxtyping import Float, Int64
from torch import Tensor

from course_lib.decode import Hypothesis, Step, select
from course_lib.sampling import best
from course_lib.text import EOS


@torch.no_grad()
def beam_search(
    step: Step,
    last: Int64[Tensor, " B"],
    state: Any = None,
    K: int = 5,
    max_tokens: int = 100,
    alpha: float = 0.0,
) -> list[list[Hypothesis]]:
    r"""For each of B examples, up to K texts that are probable as a whole.

    Of all one-word continuations of the live hypotheses the K most probable are kept. Those that
    say `</s>` are put aside, the others live on. An example is done when no live hypothesis can
    overtake the best of those any more. Where length counts nearly all could, so that with alpha
    above 0 an example is also done when K have been put aside.

    Args:
        step: called with B words at first, then with the last words of K hypotheses an example,
            side by side. Some may have ended: what it says of them is not used.
        K: beam width. 1 is `greedy`; where nothing has to be dropped the search is exact.
        alpha: ended texts are ranked by $\log P / n^\alpha$, n tokens with `</s>`. 0 is the
            probability itself, which prefers short texts; 1 the mean over tokens.

    Returns:
        The ended texts, best first; where none ended within `max_tokens`, the live ones.

    Raises:
        ValueError: if K is below 1 or alpha negative.

    Source: Lowerre (1976), The Harpy speech recognition system; alpha as in Wu et al. (2016),
    arXiv:1609.08144, section 7, without the constant there.
    """
    if K < 1 or alpha < 0:
        raise ValueError(f"K={K}, alpha={alpha}: K must be at least 1, alpha not negative")
    found: list[list[Hypothesis]] = [[] for _ in last]
    examples = torch.arange(len(last), device=last.device)  # those not done yet
    tokens = last.new_empty(len(last), 1, 0)  # (examples, hypotheses, words so far)
    log_prob = torch.zeros(len(last), 1, device=last.device)
    for _ in range(max_tokens):
        log_probs, state = step(last, state)
        parents, words, log_prob = _extend(log_prob, log_probs, K)
        rows = parents + torch.arange(len(parents), device=last.device)[:, None] * tokens.shape[1]
        tokens = torch.cat([tokens.take_along_dim(parents[:, :, None], 1), words[:, :, None]], 2)
        _put_aside(found, examples, tokens, log_prob)
        log_prob = log_prob.masked_fill(words == EOS, -torch.inf)
        goals = [_to_beat(found[example], K, alpha) for example in examples.tolist()]
        reach = log_prob.amax(dim=1) / max_tokens**alpha  # the most that a live one can still have
        going = reach > reach.new_tensor(goals)
        examples, tokens, log_prob = examples[going], tokens[going], log_prob[going]
        last, state = words[going].flatten(), select(state, rows[going].flatten(), going)
        if not len(last):
            break
    _add_unfinished(found, examples, tokens, log_prob)
    return [sorted(texts, key=lambda text: -text.score(alpha))[:K] for texts in found]


def _extend(
    log_prob: Float[Tensor, "B k"], log_probs: Float[Tensor, "Bk V"], K: int
) -> tuple[Int64[Tensor, "B K"], Int64[Tensor, "B K"], Float[Tensor, "B K"]]:
    """The K best continuations of each example: of which hypothesis, by which word, how probable.

    Each is among the K best of its hypothesis, so only those are compared.
    """
    B, k = log_prob.shape
    gains, words = (each.view(B, k, -1) for each in best(log_probs, K))
    totals, at = best((log_prob[:, :, None] + gains).flatten(1), K)
    return at // gains.shape[2], words.flatten(1).gather(1, at), totals


def _put_aside(
    found: list[list[Hypothesis]], examples: Tensor, tokens: Tensor, log_prob: Tensor
) -> None:
    """Adds the hypotheses that have just said `</s>` to their example's list."""
    ended = (tokens[:, :, -1] == EOS) & (log_prob > -torch.inf)
    texts, nats = tokens[ended][:, :-1].tolist(), log_prob[ended].tolist()
    of = examples[ended.nonzero()[:, 0]].tolist()
    for example, text, log_p in zip(of, texts, nats, strict=True):
        found[example].append(Hypothesis(text, log_p, ended=True))


def _add_unfinished(
    found: list[list[Hypothesis]], examples: Tensor, tokens: Tensor, log_prob: Tensor
) -> None:
    """Where the limit came before any `</s>`, the live hypotheses must do."""
    for row, example in enumerate(examples.tolist()):
        if not found[example]:
            live = zip(tokens[row].tolist(), log_prob[row].tolist(), strict=True)
            found[example] = [
                Hypothesis(*text, ended=False) for text in live if text[1] > -math.inf
            ]


def _to_beat(texts: list[Hypothesis], K: int, alpha: float) -> float:
    """The best score of the ended; with alpha, nothing is good enough once there are K."""
    if alpha > 0 and len(texts) >= K:
        return math.inf
    return max((text.score(alpha) for text in texts), default=-math.inf)
