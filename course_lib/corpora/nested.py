r"""Nested brackets and quotes of which every state is known, and the entropy too.

A text is drawn character by character. Outside quotes a letter, an opening bracket, the bracket
that closes the innermost open one, or a quote may follow; inside quotes letters and brackets
that mean nothing, or the quote that ends them. A reader who keeps a stack knows the probability
of every next character, so the surprisals that come with the text are a floor for any model.
"""

import math
import random
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
from jaxtyping import Float

LETTERS = "abcd"
PAIRS = {"(": ")", "[": "]"}
QUOTES = "'\""
ALPHABET = LETTERS + "".join(PAIRS) + "".join(PAIRS.values()) + QUOTES


@dataclass(frozen=True)
class Nested:
    """A text and, for each of its T characters, what holds after it."""

    text: str
    in_quotes: Float[np.ndarray, " T"]
    """1 from the opening quote on, 0 from the closing one on."""
    depth: Float[np.ndarray, " T"]
    """Open brackets, those in quotes not counted."""
    nats: Float[np.ndarray, " T"]
    """-log P of the character given all before it, in the process that drew it."""


def nested(
    length: int,
    seed: int,
    max_depth: int = 4,
    p_open: float = 0.2,
    p_close: float = 0.25,
    p_quote: float = 0.1,
    p_end_quote: float = 0.15,
    p_odd: float = 0.05,
) -> Nested:
    """A text of `length` characters; it may stop in the middle.

    Args:
        max_depth: no bracket opens where so many are open.
        p_open: of an opening bracket, outside quotes; the kinds are equally likely.
        p_close: of the closing bracket, where one is open outside quotes.
        p_quote: of an opening quote, outside quotes; the kinds are equally likely.
        p_end_quote: of the closing quote, inside quotes.
        p_odd: of a bracket or the other quote inside quotes, where they mean nothing.

    Raises:
        ValueError: if a probability is not above 0, or together they leave none for letters.
    """
    chances = (p_open, p_close, p_quote, p_end_quote, p_odd)
    most = max(sum(chances[:3]), sum(chances[3:]))
    if min(chances) <= 0 or most >= 1 or max_depth < 1:
        raise ValueError(f"max_depth={max_depth}, probabilities {chances}: nothing to draw from")
    next_after = _Process(max_depth, *chances)
    rng = random.Random(seed)
    stack: list[str] = []
    quote = ""
    text, in_quotes, depth, nats = [], [], [], []
    for _ in range(length):
        characters, cumulative, surprisals = next_after(quote, len(stack), stack[-1:])
        (drawn,) = rng.choices(range(len(characters)), cum_weights=cumulative)
        character = characters[drawn]
        if quote or character in QUOTES:
            quote = _quote_after(quote, character)
        elif character in PAIRS:
            stack.append(PAIRS[character])
        elif stack and character == stack[-1]:
            stack.pop()
        text.append(character)
        in_quotes.append(float(bool(quote)))
        depth.append(float(len(stack)))
        nats.append(surprisals[drawn])
    return Nested("".join(text), np.array(in_quotes), np.array(depth), np.array(nats))


def _quote_after(quote: str, character: str) -> str:
    if quote:
        return "" if character == quote else quote
    return character


Choices = tuple[list[str], list[float], list[float]]
"""Characters that can follow, their cumulative probabilities, their surprisals."""


class _Process:
    """The distribution over the next character in each state, computed once."""

    def __init__(
        self,
        max_depth: int,
        p_open: float,
        p_close: float,
        p_quote: float,
        p_end: float,
        p_odd: float,
    ) -> None:
        self.max_depth, self.p_end, self.p_odd = max_depth, p_end, p_odd
        self.p_open, self.p_close, self.p_quote = p_open, p_close, p_quote
        self.known: dict[tuple, Choices] = {}

    def __call__(self, quote: str, depth: int, innermost: list[str]) -> Choices:
        state = (quote,) if quote else ("", depth < self.max_depth, *innermost)
        if state not in self.known:
            chances = self._quoted(quote) if quote else self._outside(depth, innermost)
            p = list(chances.values())
            nats = [-math.log(chance) for chance in p]
            self.known[state] = (list(chances), list(accumulate(p)), nats)
        return self.known[state]

    def _quoted(self, quote: str) -> dict[str, float]:
        odd = [character for character in ALPHABET if character not in LETTERS + quote]
        chances = {quote: self.p_end} | dict.fromkeys(odd, self.p_odd / len(odd))
        return chances | dict.fromkeys(LETTERS, (1 - self.p_end - self.p_odd) / len(LETTERS))

    def _outside(self, depth: int, innermost: list[str]) -> dict[str, float]:
        chances = dict.fromkeys(QUOTES, self.p_quote / len(QUOTES))
        if depth < self.max_depth:
            chances |= dict.fromkeys(PAIRS, self.p_open / len(PAIRS))
        chances |= dict.fromkeys(innermost, self.p_close)
        left = 1 - math.fsum(chances.values())
        return chances | dict.fromkeys(LETTERS, left / len(LETTERS))
