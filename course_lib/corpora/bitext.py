"""Pairs of sentences that say the same in two languages."""

from typing import NamedTuple

Link = tuple[int, int]
"""The index of a source word and that of a target word which say the same."""


class Bitext(NamedTuple):
    """A sentence and its translation, in words."""

    source: list[str]
    target: list[str]
    links: frozenset[Link] = frozenset()
    """Empty where nobody has aligned them."""
