"""Values between the two processes: what plain data becomes in a frame, and back.

Scalars stand for themselves; everything else is a list that starts with its kind. Only exact
base types leave and arrive: a subclass whose `__eq__` lies is reduced to its base, read through
the base class's own methods. Sizes are checked before anything is allocated.
"""

import collections
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from autograder.split.arrays import (
    DTYPES,
    NAME_OF,
    CannotCross,
    array_bytes,
    array_from,
    tensor_bytes,
    tensor_from,
)

MAX_DEPTH = 80
MAX_INT_BYTES = 2**16
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
        self.special = special or _refuse
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


class Decoder:
    """Rebuilds values from one frame; every malformed one raises an ordinary exception.

    Args:
        bulk: the frame's raw bytes.
        special: rebuilds the kinds that are no plain data from the whole list.
    """

    def __init__(self, bulk: bytearray, special: Special | None = None) -> None:
        self.bulk = bulk
        self.special = special or _refuse

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


def _refuse(value: Any) -> Any:
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


def finite(value: float) -> bool:
    """Whether a number is neither infinite nor nan."""
    return math.isfinite(value)
