"""Random damage to plain data and to bytes: everything comes from one seed."""

import copy
import random
from collections.abc import Iterator, Sequence
from typing import Any

import msgpack

NUMBERS = (
    *(0, 1, -1, 2, 7, 80, 255, 256, -(2**31), 2**31, 2**32, 2**48, 2**53),
    *(2**63 - 1, 2**63, 2**64 - 1, -(2**63), 0.0, -0.0, 0.5, 1e308, -1e308),
    *(float("nan"), float("inf"), float("-inf")),
)
TEXTS = (
    *("", "a", "x" * 300, "\0", "\n", "é" * 50, "\u202e", "\U0001f600", "\ud800", "__class__"),
    *("os", "system", "<script>alert(1)</script>", "../../etc/passwd", "/etc/passwd", "%s%n{}"),
    *("\x1b[31m", "[red]", "=1+1", "nan", "None", "\x7f\x80\xff", "a" * 5000),
)
Place = tuple[Any, Any]  # a list or dict, and where in it


class Chaos:
    """One case's source of damage.

    Args:
        seed: equal seeds make equal cases.
        words: what the damaged format itself is made of.
    """

    def __init__(self, seed: str, words: Sequence[Any] = ()) -> None:
        self.random = random.Random(seed)
        self.words = words

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def pick(self, choices: Sequence[Any]) -> Any:
        return choices[self.random.randrange(len(choices))]

    def scalar(self) -> Any:
        """A word of the format as often as something that no format expects."""
        if self.words and self.chance(0.5):
            return self.pick(self.words)
        kinds = (None, True, False, self.pick(NUMBERS), self.pick(NUMBERS), self.pick(TEXTS))
        return self.pick((*kinds, self.pick(TEXTS), self.random.randrange(40), self.bytes(12)))

    def bytes(self, most: int) -> bytes:
        return self.random.randbytes(self.random.randrange(most + 1))

    def junk(self, depth: int = 3) -> Any:
        """Any plain data."""
        kind = self.random.randrange(8) if depth else 0
        if kind < 4:
            return self.scalar()
        if kind < 7:
            return [self.junk(depth - 1) for _ in range(self.random.randrange(5))]
        keys = [self.pick(self.words) if self.words else "k", self.pick(TEXTS)]
        return {str(key): self.junk(depth - 1) for key in keys}

    def spoil(self, tree: Any, donors: Sequence[Any] = ()) -> None:
        """One edit at a random place of a list or dict, in place; `donors` lend parts of theirs."""
        places = [*_places(tree)]
        if not places:
            return
        inside, where = self.pick(places)
        act = self.random.randrange(11)
        if act < 3:
            inside[where] = self.scalar()
        elif act < 5:
            inside[where] = self.junk()
        elif act == 5:
            del inside[where]
        elif act == 6:
            inside[where] = copy.deepcopy(self.part(donors or [tree]))
        elif act == 7 and isinstance(inside, list):
            inside.insert(where, copy.deepcopy(inside[where]))
        elif act == 8 and isinstance(inside, list):
            self.random.shuffle(inside)
        elif act == 9 and isinstance(inside, dict):
            inside[str(self.scalar())] = self.junk()
        else:
            inside[where] = self.near(inside[where])

    def part(self, trees: Sequence[Any]) -> Any:
        """A part of one of the trees."""
        places = [*_places(self.pick(trees))]
        if not places:
            return self.junk()
        inside, where = self.pick(places)
        return inside[where]

    def near(self, value: Any) -> Any:
        """Almost the same."""
        if isinstance(value, bool):
            return int(value)
        if isinstance(value, (int, float)):
            return value + self.pick((-1, 1, 0.5, 2**32, -(2**31)))
        if isinstance(value, str):
            return self.pick(
                (value + "x", value[:-1], value.upper(), value.encode("utf-8", "replace"))
            )
        if isinstance(value, list):
            return self.pick((value * 2, value[:1], [value], {"0": value}))
        return [value]

    def damaged(self, data: bytes, edits: int = 3) -> bytes:
        """Bytes with some flipped, cut out, doubled, swapped for others, or cut off."""
        spoiled = bytearray(data)
        for _ in range(self.random.randrange(1, edits + 1)):
            at = self.random.randrange(len(spoiled) + 1)
            upto = min(len(spoiled), at + self.random.randrange(1, 12))
            act = self.random.randrange(6)
            if act == 0 and at < len(spoiled):
                spoiled[at] ^= 1 << self.random.randrange(8)
            elif act == 1:
                del spoiled[at:upto]
            elif act == 2:
                spoiled[at:at] = spoiled[at:upto]
            elif act == 3:
                spoiled[at:upto] = self.bytes(12)
            elif act == 4:
                del spoiled[at:]
            else:
                spoiled[at:at] = self.pick((b"\xff" * 5, b"\0" * 4, b"\x91" * 600, b"[" * 600))
        return bytes(spoiled)


def _places(tree: Any) -> Iterator[Place]:
    waiting = [tree]
    while waiting:
        inside = waiting.pop()
        if isinstance(inside, dict):
            entries = list(inside.items())
        elif isinstance(inside, list):
            entries = list(enumerate(inside))
        else:
            continue
        for where, value in entries:
            yield inside, where
            waiting.append(value)


def packed(message: Any) -> bytes:
    """msgpack, where the message is too odd for it as near as it gets."""
    try:
        return bytes(msgpack.packb(message, unicode_errors="surrogatepass"))
    except (ValueError, TypeError, OverflowError):
        return bytes(msgpack.packb(repr(message)[:1000], unicode_errors="surrogatepass"))


def unpacked(data: bytes) -> Any:
    """What `packed` made bytes of."""
    return msgpack.unpackb(data, strict_map_key=False, unicode_errors="surrogatepass")
