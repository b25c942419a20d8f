"""Values out of a frame (`values` put them in); sizes are checked before anything is allocated."""

import collections
import datetime
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import torch

from autograder.split.arrays import DTYPES, array_from, tensor_from
from autograder.split.values import (
    MAX_DEPTH,
    MAX_DIGITS,
    MAX_INT_BYTES,
    SCALARS,
    Special,
    refuse,
)


class Decoder:
    """Rebuilds values from one frame; every malformed one raises an ordinary exception.

    Args:
        bulk: the frame's raw bytes.
        special: rebuilds the kinds that are no plain data from the whole list.
    """

    def __init__(self, bulk: bytearray, special: Special | None = None) -> None:
        self.bulk = bulk
        self.special = special or refuse

    def decode(self, item: Any, depth: int = 0) -> Any:
        """One value; raises ValueError, TypeError, ... where the structure is malformed."""
        kind = type(item)
        if kind in SCALARS or kind is int or kind is str or kind is bytes:
            return item
        if kind is not list or not item or depth > MAX_DEPTH:
            raise ValueError("not a value")
        known = _DECODERS.get(item[0])
        if known is not None:
            return known(self, item, depth + 1)
        return self.special(item)

    def all(self, items: Any, depth: int) -> list[Any]:
        """The values of a list of structures."""
        if type(items) is not list:
            raise ValueError("not a list of values")
        return [self.decode(item, depth) for item in items]

    def taken(self, start: Any, length: Any) -> bytearray:
        """A copy of a part of the bulk."""
        if type(start) is not int or type(length) is not int:
            raise ValueError("not a part of the frame")
        if start < 0 or length < 0 or start + length > len(self.bulk):
            raise ValueError("a part beyond the end of the frame")
        return self.bulk[start : start + length]


def _decode_named(decoder: Decoder, item: list[Any], depth: int) -> Any:
    _, name, fields, values = item
    right = isinstance(name, str) and isinstance(fields, list) and len(fields) <= 256
    if not right or any(not isinstance(f, str) or len(f) > 256 for f in [name, *fields]):
        raise ValueError("not a named tuple")
    return _named(name, tuple(fields))(*decoder.all(values, depth))


_NAMED: dict[tuple[str, tuple[str, ...]], Any] = {}


def _named(name: str, fields: tuple[str, ...]) -> Any:
    if (name, fields) not in _NAMED:
        if len(_NAMED) > 1000:
            raise ValueError("too many kinds of named tuples")
        _NAMED[name, fields] = collections.namedtuple(name, fields)
    return _NAMED[name, fields]


def _items(kind: Callable[[list[Any]], Any]) -> Callable[[Decoder, list[Any], int], Any]:
    return lambda decoder, item, depth: kind(decoder.all(item[1], depth))


def _pairs(kind: Callable[..., Any]) -> Callable[[Decoder, list[Any], int], Any]:
    def decode(decoder: Decoder, item: list[Any], depth: int) -> Any:
        keys, values = decoder.all(item[1], depth), decoder.all(item[2], depth)
        return kind(dict(zip(keys, values, strict=True)))

    return decode


def _decode_int(_: Decoder, item: list[Any], depth: int) -> int:
    if not isinstance(item[1], bytes) or len(item[1]) > MAX_INT_BYTES:
        raise ValueError("not an integer")
    return int.from_bytes(item[1], "big", signed=True)


def _decode_span(kind: type) -> Callable[[Decoder, list[Any], int], Any]:
    return lambda decoder, item, depth: kind(*decoder.all(item[1:4], depth))


def _decode_array(decoder: Decoder, item: list[Any], depth: int) -> Any:
    return array_from(item[1], decoder.taken(item[2], item[3]))


def _decode_fraction(decoder: Decoder, item: list[Any], depth: int) -> Fraction:
    parts = decoder.all(item[1:], depth)
    if any(type(part) is not int for part in parts):
        raise ValueError("not a fraction")
    return Fraction(*parts)


def _decode_decimal(_: Decoder, item: list[Any], depth: int) -> Decimal:
    if not isinstance(item[1], str) or len(item[1]) > MAX_DIGITS:
        raise ValueError("not a decimal number")
    return Decimal(item[1])


def _decode_timedelta(_: Decoder, item: list[Any], depth: int) -> datetime.timedelta:
    days, seconds, microseconds = item[1:]
    if any(type(part) is not int for part in item[1:]):
        raise ValueError("not a timedelta")
    return datetime.timedelta(days, seconds, microseconds)


def _decode_size(_: Decoder, item: list[Any], depth: int) -> Any:
    if any(type(n) is not int or not 0 <= n < 2**48 for n in item[1]):
        raise ValueError("not a size")
    return torch.Size(item[1])


_DECODERS: dict[str, Callable[[Decoder, list[Any], int], Any]] = {
    "int": _decode_int,
    "str": lambda _, item, depth: item[1].decode("utf-8", "surrogatepass"),
    "bytes": lambda decoder, item, depth: bytes(decoder.taken(item[1], item[2])),
    "bytearray": lambda decoder, item, depth: decoder.taken(item[1], item[2]),
    "complex": lambda _, item, depth: complex(float(item[1]), float(item[2])),
    "list": _items(list),
    "tuple": _items(tuple),
    "set": _items(set),
    "frozenset": _items(frozenset),
    "dict": _pairs(dict),
    "ordered": _pairs(collections.OrderedDict),
    "counter": _pairs(collections.Counter),
    "deque": lambda decoder, item, depth: collections.deque(
        decoder.all(item[1], depth), decoder.decode(item[2])
    ),
    "named": _decode_named,
    "fraction": _decode_fraction,
    "decimal": _decode_decimal,
    "date": lambda _, item, depth: datetime.date.fromisoformat(item[1]),
    "datetime": lambda _, item, depth: datetime.datetime.fromisoformat(item[1]).replace(
        fold=item[2]
    ),
    "timedelta": _decode_timedelta,
    "range": _decode_span(range),
    "slice": _decode_span(slice),
    "...": lambda _, item, depth: ...,
    "dtype": lambda _, item, depth: DTYPES[item[1]],
    "device": lambda _, item, depth: torch.device(item[1]),
    "size": _decode_size,
    "tensor": lambda decoder, item, depth: tensor_from(item[1], decoder.taken(item[2], item[3])),
    "array": _decode_array,
    "scalar": lambda decoder, item, depth: _decode_array(decoder, item, depth)[()],
    "npdtype": lambda _, item, depth: np.dtype(item[1]),
}
