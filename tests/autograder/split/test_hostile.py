"""A student's process that sends whatever it likes: always a verdict, never a crash."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import msgpack
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder.job import Job
from autograder.split import wire
from autograder.split.errors import KNOWN, StudentGone
from autograder.split.teacher import Teacher

QUICK = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@contextmanager
def against(*answers: bytes) -> Iterator[Any]:
    """A checker's link whose other side sends these bytes, whatever it is asked."""
    ours, theirs = socket.socketpair()

    def send() -> None:
        with theirs, suppress(OSError):
            for answer in answers:
                theirs.sendall(answer)
            theirs.shutdown(socket.SHUT_WR)
            while theirs.recv(2**16):
                pass

    sender = threading.Thread(target=send)
    sender.start()
    try:
        yield Teacher(ours, Job((), student_names=frozenset("f")), frozenset()).link
    finally:
        ours.close()
        sender.join()


def frame(message: Any, bulk: bytes = b"") -> bytes:
    body = msgpack.packb(message)
    return struct.pack("!II", len(body), len(bulk)) + body + bulk


def ok(value: Any, bulk: bytes = b"", **more: Any) -> bytes:
    return frame({"k": "ok", "v": value, **more}, bulk)


def refused(*answers: bytes) -> None:
    """The checker gives the student up for breaking the protocol."""
    with against(*answers) as link, pytest.raises(StudentGone) as gone:
        link.ask("name", "f")
    assert gone.value.verdict == "protocol"


LEAF = ["leaf", "s", 1]
BAD_VALUES = [
    [],
    ["no such kind"],
    ["tensor", ["float32", [2**40, 2**40], "cpu", None], 0, 8],
    ["tensor", ["float32", [10], "cpu", None], 0, 8],
    ["tensor", ["float32", [-1], "cpu", None], 0, 8],
    ["tensor", ["float32", [2], "cpu", None], -8, 8],
    ["tensor", ["float32", [2], "cpu", None], 4, 8],
    ["tensor", ["float32", [2], "cpu", [5]], 0, 8],
    ["tensor", ["float32", [2], "cpu", [0]], 0, 8],
    ["tensor", ["qint8", [8], "cpu", None], 0, 8],
    ["tensor", ["float32", [2], "xpu; import os", None], 0, 8],
    ["tensor", ["float32", [1] * 100, "cpu", None], 0, 4],
    ["array", ["O", [1]], 0, 8],
    ["array", ["<f8", [2]], 0, 8],
    ["array", ["<f8,<f8", [1]], 0, 8],
    ["array", ["V8", [1]], 0, 8],
    ["bytes", 0, 2**40],
    ["dict", [["list", []]], [1]],
    ["dict", ["a"], []],
    ["set", [["list", []]]],
    ["int", b"1" * 10**6],
    ["array", ["<M8[D],O", [1]], 0, 8],
    ["array", ["<M8", [2]], 0, 8],
    ["fraction", 1, 0],
    ["fraction", "1e1000000000"],
    ["fraction", 0.5, 1],
    ["decimal", "1" * 5000],
    ["decimal", 3],
    ["date", "tomorrow"],
    ["datetime", 5, 0],
    ["datetime", "2020-01-01T00:00:00", 2],
    ["timedelta", 10**12, 0, 0],
    ["timedelta", 1.5, 0, 0],
    ["size", [2**60]],
    ["dtype", "Generator"],
    ["device", 3],
    ["named", "x", ["class"], [1]],
    ["named", "x", ["a"], [1, 2]],
    ["range", "a", 1, 1],
    ["yours", 1],
    ["your error", 0],
    ["library", "os", "system"],
    ["generator", "torch", 1, b""],
    ["out", 0],
    ["cut", 1, 5],
    ["leaf", "c", 1],
    ["leaf", "x", 1],
    ["ref", 1, ["object", "A", ["__hash__"]]],
    ["ref", 1, ["object", "A", ["__class__"]]],
    ["ref", 1, ["function", 3, None, None]],
    ["ref", 1, ["function", "f", None, [["x; import os", 1, False, None]]]],
    ["ref", 1, ["class", "A", "SystemExit", [], None]],
    ["ref", 1, ["class", "A", "", ["os"], None]],
    ["ref", 1, ["module", "A", "__loader__"]],
    ["ref", 1, ["module", "A", "functional"]],
    ["ref", "1", ["object", "A", []]],
    ["error", "E", "ValueError", [1] * 50, None, "", None],
    ["error", 1, "ValueError", [], None, "", None],
    5 * [["list", []]],
    {"a": 1},
    msgpack.ExtType(5, b"x"),
    msgpack.Timestamp(1),
]


@pytest.mark.parametrize("value", BAD_VALUES, ids=str)
def test_malformed_values(value: Any) -> None:
    refused(ok(value, b"12345678"))
    refused(ok(["list", [value]], b"12345678"))


TENSOR = ["tensor", ["float32", [1], "cpu", None], 0, 4]
BAD_NEWS: list[dict[str, Any]] = [
    {"outs": [[1, TENSOR]], "deps": []},
    {"outs": [[1, TENSOR]], "deps": [["cut", 1]]},
    {"outs": [[1, 5]], "deps": [LEAF]},
    {"outs": 3, "deps": 3},
    {"leaves": [["s", 1, TENSOR, False, 3, False, True]]},
    {"leaves": [["s", 1, TENSOR, 7, True, False, True]]},
    {"leaves": [["s"]]},
    {"leaves": 5},
    {"modules": [["mine", 1, ["module", "A", "Linear"], [True, [["w", 3]], [], []]]]},
    {"modules": [["mine", 1, ["object", "A", []], [True, [], [], []]]]},
    {"modules": [["mine", 1, ["module", "A", "Linear"], [1, [], [], []]]]},
    {"modules": [["yours", 1, None, [True, [], [], []]]]},
    {"modules": [["mine", 1, ["module", "A", "Linear"], [True, [], [], [["m", None, 1]]]]]},
    {"drop": [1]},
    {"drop": [[[1]], [], [], []]},
]


@pytest.mark.parametrize("news", BAD_NEWS, ids=str)
def test_malformed_news(news: dict[str, Any]) -> None:
    refused(ok(1, b"1234", **news))


BAD_FRAMES = [
    struct.pack("!II", 2**32 - 1, 0),
    struct.pack("!II", 2**25, 0),
    struct.pack("!II", 1, 2**32 - 1) + b"\xc0",
    struct.pack("!II", 10, 0) + b"\xc1" * 10,
    struct.pack("!II", 10, 0) + b"abc",
    b"abc",
    frame([1, 2]),
    frame({"k": "no such kind"}),
    frame({"k": "raise", "v": 3}),
    frame({"k": "ask", "op": "run", "v": ["list", ["1"]]}),
    frame({"k": "ask", "op": "library", "v": ["list", [1, "os", "system"]]}),
    frame({"k": "ask", "v": 3}),
    frame({"k": "ask", "op": ["x"], "v": 3}),
    frame({"k": "out", "o": 3}),
    frame({"k": "ok"}),
    ok("x" * (17 * 2**20)),
    struct.pack("!II", 2000, 0) + b"\x91" * 2000,
]


@pytest.mark.parametrize("data", BAD_FRAMES, ids=range(len(BAD_FRAMES)))
def test_malformed_frames(data: bytes) -> None:
    refused(data)


@pytest.mark.parametrize("place", [2, -1, 1.0, True, "z", ["list", []], b"a"], ids=str)
def test_a_returned_argument_is_one_of_those_given(place: Any) -> None:
    answer = ["tuple", [None, ["list", []], place]]
    with against(ok(answer)) as link, pytest.raises(StudentGone) as gone:
        link.call(None, ([1], [2]), {"y": 3})
    assert gone.value.verdict == "protocol"


def test_a_connection_that_ends_is_an_end() -> None:
    with against() as link, pytest.raises(StudentGone) as gone:
        link.ask("name", "f")
    assert gone.value.verdict == "exited"


def test_questions_that_never_end() -> None:
    ask = frame({"k": "ask", "op": "repr", "v": ["list", [1]]})
    with against(*[ask] * 500, ok(5)) as link:
        assert link.ask("name", "f") == 5


def test_recursive_callbacks_are_bounded(student: Callable[..., Any]) -> None:
    s = student("def f(g):\n    return g(g)")

    def g(h: Any) -> Any:
        return s.f(h)

    with pytest.raises((StudentGone, RecursionError)):
        s.f(g)


def test_endless_output_is_bounded() -> None:
    flood = frame({"k": "out", "o": {"output_type": "stream", "name": "x", "text": "y" * 10**6}})
    with against(*[flood] * 30, ok(1)) as link:
        assert link.ask("run", "") == 1
        assert sum(len(str(o)) for o in link.outputs) < 300_000


scalars = st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats() | st.text()
NAMES = (
    *("list", "tuple", "dict", "set", "int", "str", "bytes", "tensor", "array", "scalar", "leaf"),
    *("cut", "out", "ref", "yours", "error", "named", "size", "range", "slice", "deque", "mine"),
    *("counter", "function", "class", "module", "object", "float32", "cpu", "<f8", "s", "c"),
)
KINDS = st.sampled_from(NAMES)
structures = st.recursive(
    scalars | st.binary() | KINDS,
    lambda inner: (
        st.lists(inner, max_size=6)
        | st.dictionaries(st.text() | st.integers(-9, 9), inner, max_size=4)
    ),
    max_leaves=25,
)
keys = st.sampled_from(["k", "v", "op", "outs", "deps", "leaves", "modules", "drop", "mode", "o"])
kinds = st.sampled_from(["ok", "raise", "ask", "out"])
frames = st.builds(
    lambda body, kind: {**body, "k": kind}, st.dictionaries(keys, structures, max_size=7), kinds
)


@given(st.lists(st.tuples(frames, st.binary(max_size=64)), min_size=1, max_size=3))
@QUICK
def test_random_frames(sent: list[tuple[Any, bytes]]) -> None:
    before = torch.get_rng_state(), torch.get_default_dtype(), torch.is_grad_enabled()
    answers = [frame(*one) for one in sent]
    with against(*answers) as link, suppress(StudentGone, *KNOWN.values()):
        link.ask("name", "f")
    assert torch.equal(before[0], torch.get_rng_state())
    assert before[1:] == (torch.get_default_dtype(), torch.is_grad_enabled())


@given(st.binary(max_size=200))
@QUICK
def test_random_bytes(data: bytes) -> None:
    with against(data) as link, pytest.raises(StudentGone):
        link.ask("name", "f")


def test_frames_over_the_limit_are_refused_before_they_are_sent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(wire, "MAX_FRAME", 1000)
    one, two = socket.socketpair()
    with one, two, pytest.raises(wire.TooLarge):
        wire.send(one, b"x" * 1001)


def test_random_states_and_news_arrive_after_a_frame_that_was_too_large(
    student: Callable[..., Any],
) -> None:
    s = student("import torch\ndef draw(x, rng=None):\n    return torch.rand(3, generator=rng)")
    torch.manual_seed(5)
    own = torch.Generator().manual_seed(7)
    expected = torch.rand(3), torch.rand(3, generator=own)
    torch.manual_seed(5)
    own.manual_seed(7)
    s.link.max_sent = 9000
    with pytest.raises(wire.TooLarge):
        s.draw("x" * 10_000)
    with pytest.raises(wire.TooLarge):
        s.draw("x" * 10_000, own)
    s.link.max_sent = wire.MAX_FRAME
    assert torch.equal(s.draw("x"), expected[0])
    assert torch.equal(s.draw("x", own), expected[1])
