"""Random numbers: the checker's state goes to the student, never the other way.

A state that was lent is not used again in the checker: it goes on from a hash of it, so that the
two processes draw independently, and seeding anew is always noticed.
"""

import ctypes
import hashlib
import os
import random
from typing import Any

import numpy as np
import torch

MT19937_BYTES = 4 * 624 + 4  # the numbers and the place among them
GLOBAL = {"python": random, "numpy": np.random, "torch": torch.default_generator}


def seed_all(test_id: str) -> int:
    """Seed Python, NumPy and torch from a test's id, so that a regrade draws the same."""
    seed = _number(test_id.encode())
    for kind, source in GLOBAL.items():
        _seed(kind, source, seed)
    return seed


def kind_of(value: Any) -> str | None:
    """The kind of a generator object, None if the value is none."""
    if isinstance(value, torch.Generator):
        return "torch"
    if isinstance(value, np.random.Generator):
        return "generator"
    return "python" if type(value) is random.Random else None


def read(kind: str, source: Any) -> Any:
    """The state of a source of random numbers, as plain data."""
    if kind == "torch":
        return source.get_state().numpy().tobytes()
    if kind == "python":
        version, numbers, gauss = source.getstate()
        return [version, np.array(numbers, np.uint32).tobytes(), gauss]
    if kind == "numpy":
        name, keys, *rest = source.get_state()
        return [name, keys.tobytes(), *rest]
    return source.bit_generator.state


def write(kind: str, source: Any, state: Any) -> None:
    """Undo `read`; a number instead of a state is a seed."""
    if isinstance(state, int):
        _seed(kind, source, state)
    elif kind == "torch":
        source.set_state(torch.frombuffer(bytearray(state), dtype=torch.uint8))
    elif kind == "python":
        numbers = np.frombuffer(state[1], np.uint32).tolist()
        source.setstate((state[0], tuple(numbers), state[2]))
    elif kind == "numpy":
        source.set_state((state[0], np.frombuffer(state[1], np.uint32), *state[2:]))
    else:
        source.bit_generator.state = state


def new(kind: str, state: Any) -> Any:
    """A generator object in this state."""
    if kind == "torch":
        made: Any = torch.Generator()
    elif kind == "python":
        made = random.Random()
    else:
        made = np.random.Generator(getattr(np.random, state["bit_generator"])())
    write(kind, made, state)
    return made


def _seed(kind: str, source: Any, seed: int) -> None:
    if kind == "torch":
        source.manual_seed(seed)
        if source is torch.default_generator:
            _seed_gpu(seed)
    elif kind == "generator":
        fresh = type(source.bit_generator)(seed)
        source.bit_generator.state = fresh.state
    else:
        source.seed(seed)


def _seed_gpu(seed: int) -> None:
    """A GPU draws by itself; it follows the CPU, so that a regrade draws the same there too."""
    if os.environ.get("COURSE_DEVICE", "cpu").startswith("cuda"):
        torch.cuda.manual_seed_all(seed)


class Lender:
    """What the checker has lent to the student."""

    def __init__(self) -> None:
        self.marks: dict[str, Any] = {}
        self.seeded: dict[str, tuple[int, Any]] = {}  # by kind: a seed, and the state after it
        self.objects: dict[int, tuple[Any, int, Any]] = {}  # by id: object, number, mark
        self.on_the_way: list[tuple[str, Any, Any]] = []  # kind, source, state of this frame
        self.count = 0

    def seed_all(self, test_id: str) -> None:
        """Seed the global sources; until they are used, their seed says as much as their state."""
        seed = seed_all(test_id)
        self.seeded = {kind: (seed, _state(kind, source)) for kind, source in GLOBAL.items()}

    def arrived(self) -> None:
        """The frame with the last states was sent."""
        self.on_the_way.clear()

    def take_back(self) -> None:
        """It was not: the sources are as they were, and will be lent with the next one."""
        for kind, source, state in self.on_the_way:
            write(kind, source, state)
            if id(source) in self.objects:
                self.objects[id(source)] = (*self.objects[id(source)][:2], None)
            else:
                self.marks.pop(kind, None)
        self.on_the_way.clear()

    def news(self) -> dict[str, Any]:
        """States, or seeds, of the global sources that the student must take over."""
        changed = {}
        for kind, source in GLOBAL.items():
            now = _state(kind, source)
            if kind in self.marks and now == self.marks[kind]:
                continue
            seed, fresh = self.seeded.get(kind, (0, None))
            changed[kind] = seed if now == fresh else read(kind, source)
            self.on_the_way.append((kind, source, changed[kind]))
            _go_on(kind, source, changed[kind])
            self.marks[kind] = _state(kind, source)
        return changed

    def send(self, kind: str, source: Any) -> tuple[int, Any]:
        """The number of a generator object, and its state if the student must take it over."""
        _, number, mark = self.objects.get(id(source), (None, 0, None))
        state = read(kind, source)
        if number and _packed(state) == mark:
            return number, None
        if not number:
            self.count += 1
            number = self.count
        self.on_the_way.append((kind, source, state))
        _go_on(kind, source, state)
        self.objects[id(source)] = (source, number, _packed(read(kind, source)))
        return number, state

    def end_of_cell(self) -> None:
        """Let go of the generators of a test that is over."""
        self.objects.clear()


def _state(kind: str, source: Any) -> Any:
    """The state of a global source as it is quickest to get and to compare.

    A normal number kept for later is not in it. Seeding drops it, so that it never makes the
    difference between a state that was lent and one that is not.
    """
    if kind == "numpy":
        bits = source.get_bit_generator()
        if type(bits) is np.random.MT19937:  # its `state` is built number by number
            return bits, ctypes.string_at(bits.ctypes.state_address, MT19937_BYTES)
    if kind == "python" and _IN_SIGHT:
        return _memory_of_python()
    return source.getstate() if kind == "python" else read(kind, source)


def _memory_of_python() -> bytes:
    """What CPython keeps behind the head of `random`'s own generator."""
    return ctypes.string_at(id(random._inst) + object.__basicsize__, MT19937_BYTES)


def _is_in_sight() -> bool:
    """Whether that is the place among the numbers, and the numbers."""
    place, *numbers = np.frombuffer(_memory_of_python(), np.uint32).tolist()
    return (*numbers, place) == random.getstate()[1]


_IN_SIGHT = _is_in_sight()


def _packed(state: Any) -> bytes:
    return repr(state).encode()


def _go_on(kind: str, source: Any, state: Any) -> None:
    """Move a source to where its state's hash leads."""
    _seed(kind, source, _number(state if isinstance(state, bytes) else _packed(state)))


def _number(state: bytes) -> int:
    return int.from_bytes(hashlib.sha256(state).digest()[:4], "big")


class Borrower:
    """The student's side of it."""

    def __init__(self) -> None:
        self.objects: dict[int, Any] = {}

    def take(self, changed: dict[str, Any]) -> None:
        """Continue from the checker's global states."""
        for kind, state in changed.items():
            write(kind, GLOBAL[kind], state)
            if kind == "torch" and isinstance(state, bytes):  # a seed was for the GPU too
                _seed_gpu(_number(state))

    def receive(self, kind: str, number: int, state: Any) -> Any:
        """The generator object of that number, in the checker's state where one came along."""
        if number not in self.objects:
            self.objects[number] = new(kind, state)
        elif state is not None:
            write(kind, self.objects[number], state)
        return self.objects[number]
