"""Plain data, arrays and tensors survive the way through a frame, and only as exact types."""

import collections
import enum
from typing import Any

import msgpack
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.split.arrays import CannotCross
from autograder.split.decoding import Decoder
from autograder.split.values import Encoder

Point = collections.namedtuple("Point", "x y")


def through(value: Any) -> Any:
    encoder = Encoder()
    packed = msgpack.packb(encoder.encode(value), use_bin_type=True)
    item = msgpack.unpackb(packed, raw=False, strict_map_key=False)
    return Decoder(bytearray(encoder.bulk)).decode(item)


scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.complex_numbers()
    | st.text(st.characters())
    | st.binary()
    | st.fractions()
    | st.decimals()
    | st.dates()
    | st.datetimes()
    | st.timedeltas()
)
keys = st.none() | st.booleans() | st.integers() | st.text() | st.tuples(st.integers(), st.text())
data = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner)
        | st.tuples(inner, inner)
        | st.dictionaries(keys, inner)
        | st.sets(keys)
        | st.frozensets(keys)
    ),
    max_leaves=20,
)


def shown(value: Any) -> str:
    """Like `repr`, which shows equal sets in more than one order."""
    if isinstance(value, set | frozenset):
        return f"{type(value).__name__}({sorted(map(shown, value))})"
    if isinstance(value, list | tuple):
        return f"{type(value).__name__}({[shown(item) for item in value]})"
    if isinstance(value, dict):
        return f"dict({[(shown(key), shown(item)) for key, item in value.items()]})"
    return repr(value)


@given(data)
@settings(max_examples=150, deadline=None)
def test_plain_data(value: Any) -> None:
    assert shown(through(value)) == shown(value)


OTHERS = [
    2**200,
    -(2**70),
    "\ud800",
    range(1, 9, 2),
    slice(None, 3),
    ...,
    bytearray(b"ab"),
    collections.OrderedDict(a=1, b=[2]),
    collections.Counter("aab"),
    collections.deque([1, 2], 3),
    torch.float16,
    torch.device("cpu"),
    torch.Size([2, 3]),
    np.dtype("<i4"),
    np.float32(0.1),
    np.int64(-3),
    np.bool_(True),
    np.str_("é"),
    Point(1, [2]),
]


@pytest.mark.parametrize("value", OTHERS, ids=repr)
def test_other_kinds(value: Any) -> None:
    found = through(value)
    assert type(found).__name__ == type(value).__name__
    assert repr(found) == repr(value)


TENSORS = [
    torch.tensor(1.5),
    torch.randn(3, 4).t(),
    torch.randn(4, 6)[::2, 1:4],
    torch.randn(2, 3, 4).permute(2, 0, 1),
    torch.ones(3).expand(2, 3),
    torch.ones(0, 3),
    torch.tensor([True, False]),
    torch.arange(5, dtype=torch.int16),
    torch.randn(3).bfloat16(),
    torch.randn(3, dtype=torch.complex128).conj(),
    torch.tensor([float("nan"), float("inf")], dtype=torch.float64),
]


@pytest.mark.parametrize("tensor", TENSORS, ids=lambda t: f"{t.dtype} {tuple(t.shape)}")
def test_tensors(tensor: torch.Tensor) -> None:
    found = through(tensor)
    assert type(found) is torch.Tensor
    assert found.dtype == tensor.dtype
    torch.testing.assert_close(found, tensor.resolve_conj(), rtol=0, atol=0, equal_nan=True)
    if tensor.is_contiguous() or tensor.shape in [(4, 3), (4, 2, 3)]:
        assert found.stride() == tensor.stride()
    if tensor.numel():
        found[...] = 1


def test_a_single_number_whose_strides_are_zero() -> None:
    """As the gradient of a sum over a tensor of one number is."""
    found = through(torch.tensor(1.5).expand(1, 1))
    assert found.tolist() == [[1.5]]


def test_meta_tensors() -> None:
    found = through(torch.empty(2, 3, device="meta", dtype=torch.float16))
    assert (found.device.type, found.shape, found.dtype) == ("meta", (2, 3), torch.float16)


@pytest.mark.parametrize(
    "array",
    [
        *(np.arange(6.0).reshape(2, 3).T, np.array(["a", "bcd"]), np.array(3), np.zeros((0, 2))),
        *(np.array(["2020-01-02", "NaT"], "M8[D]"), np.array([1, 2], "m8[25s]")),
    ],
    ids=repr,
)
def test_arrays(array: np.ndarray) -> None:
    found = through(array)
    assert found.dtype == array.dtype
    np.testing.assert_array_equal(found, array)


class Name(str):
    def __str__(self) -> str:
        return "lie"

    def __len__(self) -> int:
        return 99


class Items(list):  # type: ignore[type-arg]
    def __iter__(self) -> Any:
        return iter(["lie"])


class Level(enum.IntEnum):
    LOW = 1


def test_subclasses_are_reduced_to_what_they_are() -> None:
    for value, base in ((Name("ab"), "ab"), (Items([1, 2]), [1, 2]), (Level.LOW, 1)):
        found = through(value)
        assert type(found) is type(base)
        assert found == base


def test_what_cannot_cross_says_so() -> None:
    deep: list[Any] = []
    for _ in range(200):
        deep = [deep]
    round_trip: list[Any] = []
    round_trip.append(round_trip)
    for value in (deep, round_trip, 1 << (8 * 2**17), torch.eye(2).to_sparse(), object()):
        with pytest.raises(CannotCross):
            through(value)
