"""Values between the two processes: what plain data becomes in a frame (back: `decoding`).

Scalars stand for themselves; everything else is a list that starts with its kind. Only exact
base types leave and arrive: a subclass whose `__eq__` lies is reduced to its base, read through
the base class's own methods.
"""

import collections
import datetime
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import torch

from autograder.split.arrays import (
    NAME_OF,
    CannotCross,
    array_bytes,
    tensor_bytes,
)

MAX_DEPTH = 80
MAX_INT_BYTES = 2**16
MAX_DIGITS = 4000  # of a decimal number
SCALARS = frozenset({type(None), bool, float})
INT64 = range(-(2**63), 2**63)
Special = Callable[[Any], Any]


class Encoder:
    """Turns values into one frame's structure; contents of arrays collect in `bulk`.

    Args:
        special: what to do with a value that is no plain data; returns its structure.
        tensor: what to do with a tensor instead of sending its content alone.
    """

    def __init__(self, special: Special | None = None, tensor: Special | None = None) -> None:
        self.bulk = bytearray()
        self.special = special or refuse
        self.tensor = tensor or self.raw_tensor

    def encode(self, value: Any, depth: int = 0) -> Any:
        """The structure of one value; raises CannotCross where it has none."""
        kind = type(value)
        if kind in SCALARS:
            return value
        if depth > MAX_DEPTH:
            raise CannotCross(f"data nested more than {MAX_DEPTH} deep cannot cross")
        known = _ENCODERS.get(kind)
        if known is not None:
            return known(self, value, depth)
        for base in _REDUCED:
            if issubclass(kind, base):
                return _ENCODERS[base](self, value, depth)
        if issubclass(kind, tuple) and _fields(kind):
            items = [self.encode(v, depth + 1) for v in tuple.__iter__(value)]
            return ["named", kind.__name__, _fields(kind), items]
        return self.special(value)

    def raw_tensor(self, tensor: torch.Tensor) -> list[Any]:
        """The content of a tensor and nothing else."""
        about, content = tensor_bytes(tensor)
        return ["tensor", about, *self.add(content)]

    def add(self, content: Any) -> tuple[int, int]:
        """Append raw bytes; returns where they start and how many they are."""
        start = len(self.bulk)
        self.bulk += content
        return start, len(self.bulk) - start


def refuse(value: Any) -> Any:
    raise CannotCross(f"a {type(value).__name__} cannot cross between processes")


def _fields(kind: type) -> list[str]:
    fields = getattr(kind, "_fields", ())
    named = isinstance(fields, tuple) and all(isinstance(f, str) for f in fields)
    return list(fields) if named else []


def _int(_: Encoder, value: int, depth: int) -> Any:
    value = int.__index__(value)
    if value in INT64:
        return int(value)
    length = value.bit_length() // 8 + 1
    if length > MAX_INT_BYTES:
        raise CannotCross(f"an integer of {length} bytes cannot cross between processes")
    return ["int", int.to_bytes(value, length, "big", signed=True)]


def _str(_: Encoder, value: str, depth: int) -> Any:
    value = str.__str__(value)
    if value.isascii():
        return value
    try:
        value.encode()
    except UnicodeEncodeError:
        return ["str", value.encode("utf-8", "surrogatepass")]
    return value


def _bytes(encoder: Encoder, value: Any, depth: int) -> Any:
    kind = "bytes" if isinstance(value, bytes) else "bytearray"
    return [kind, *encoder.add(memoryview(value))]


def _sequence(kind: str, base: type) -> Callable[[Encoder, Any, int], Any]:
    def encode(encoder: Encoder, value: Any, depth: int) -> Any:
        items = list(base.__iter__(value))  # type: ignore[attr-defined]
        types = set(map(type, items))
        if types <= SCALARS or (types == {str} and "".join(items).isascii()):
            return [kind, items]
        if types == {int} and min(items) in INT64 and max(items) in INT64:
            return [kind, items]
        return [kind, [encoder.encode(item, depth + 1) for item in items]]

    return encode


def _mapping(kind: str) -> Callable[[Encoder, Any, int], Any]:
    def encode(encoder: Encoder, value: Any, depth: int) -> Any:
        items = list(dict.items(value))
        keys = [encoder.encode(key, depth + 1) for key, _ in items]
        return [kind, keys, [encoder.encode(item, depth + 1) for _, item in items]]

    return encode


def _tensor(encoder: Encoder, value: torch.Tensor, depth: int) -> Any:
    return encoder.tensor(value)


def _array(encoder: Encoder, value: Any, depth: int) -> Any:
    try:
        about, content = array_bytes(value)
    except CannotCross:
        return encoder.special(value)
    kind = "array" if isinstance(value, np.ndarray) else "scalar"
    return [kind, about, *encoder.add(content)]


def _span(kind: str) -> Callable[[Encoder, Any, int], Any]:
    def encode(encoder: Encoder, value: Any, depth: int) -> Any:
        parts = (value.start, value.stop, value.step)
        return [kind, *(encoder.encode(part, depth + 1) for part in parts)]

    return encode


def _deque(encoder: Encoder, value: Any, depth: int) -> Any:
    items = [encoder.encode(item, depth + 1) for item in collections.deque.__iter__(value)]
    return ["deque", items, value.maxlen]


def _fraction(encoder: Encoder, value: Fraction, depth: int) -> Any:
    return ["fraction", *(encoder.encode(n, depth + 1) for n in value.as_integer_ratio())]


def _decimal(_: Encoder, value: Decimal, depth: int) -> Any:
    text = str(value)
    if len(text) > MAX_DIGITS:
        raise CannotCross(f"a decimal number of {len(text)} digits cannot cross between processes")
    return ["decimal", text]


def _datetime(encoder: Encoder, value: datetime.datetime, depth: int) -> Any:
    if value.tzinfo is not None:
        return encoder.special(value)
    return ["datetime", value.isoformat(), value.fold]


_ENCODERS: dict[type, Callable[[Encoder, Any, int], Any]] = {
    int: _int,
    float: lambda _, value, depth: float.__float__(value),
    str: _str,
    bytes: _bytes,
    bytearray: _bytes,
    complex: lambda _, value, depth: ["complex", value.real, value.imag],
    list: _sequence("list", list),
    tuple: _sequence("tuple", tuple),
    set: _sequence("set", set),
    frozenset: _sequence("frozenset", frozenset),
    dict: _mapping("dict"),
    collections.OrderedDict: _mapping("ordered"),
    collections.Counter: _mapping("counter"),
    collections.defaultdict: _mapping("dict"),
    collections.deque: _deque,
    Fraction: _fraction,
    Decimal: _decimal,
    datetime.date: lambda _, value, depth: ["date", value.isoformat()],
    datetime.datetime: _datetime,
    datetime.timedelta: lambda _, value, depth: [
        "timedelta",
        value.days,
        value.seconds,
        value.microseconds,
    ],
    range: _span("range"),
    slice: _span("slice"),
    type(Ellipsis): lambda _, value, depth: ["..."],
    torch.dtype: lambda _, value, depth: ["dtype", NAME_OF[value]],
    torch.device: lambda _, value, depth: ["device", str(value)],
    torch.Size: lambda _, value, depth: ["size", [int(n) for n in value]],
    torch.Tensor: _tensor,
    torch.nn.Parameter: _tensor,
    np.ndarray: _array,
    np.dtype: lambda _, value, depth: ["npdtype", value.str],
}
# A subclass is sent as the first of these that it derives from; named tuples keep their fields.
_REDUCED : tuple[Any, ...] = (torch.Tensor, int, float, str, bytes, list, collections.OrderedDict,
            collections.Counter, dict, set, frozenset, np.ndarray, np.dtype)  # fmt: skip
for _kind in (np.bool_, np.number, np.str_, np.bytes_):
    _ENCODERS[_kind] = _array
_REDUCED = (np.bool_, np.number, np.str_, np.bytes_, *_REDUCED)
