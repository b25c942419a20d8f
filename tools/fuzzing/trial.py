"""Cases tried in forked children, under limits: a crash, a hang, a hunger are faults too."""

import faulthandler
import mmap
import os
import resource
import select
import signal
import struct
import time
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import msgpack

from autograder.sandbox import limits
from fuzzing.shrink import shrunk

SECONDS = 10  # of CPU for one case
MEGABYTES = 512  # for one child
HANGS = 180.0  # seconds without a case, on a machine that may be busy
BATCH = 1000
KINDS = 10  # of faults, after which a run ends


class Fault(Exception):
    """A law does not hold."""


class TooSlow(BaseException):
    """A case takes too long; no `except Exception` may swallow it."""


class Law(Protocol):
    """One subject of the fuzzer."""

    name: str

    def start(self) -> None:
        """Called once in each child, before its first case."""

    def make(self, seed: str) -> Any:
        """The case of that seed, as plain data that msgpack can hold."""

    def check(self, case: Any) -> None:
        """Raises Fault, or anything else, if the law does not hold."""


@dataclass(frozen=True)
class Found:
    """One fault: the number of its case, what happened, and the smallest case that shows it."""

    index: int
    fault: str
    case: Any


@dataclass
class Run:
    """Some of a law's cases, one after the other; `done` of them so far."""

    law: Law
    seed: str
    count: int
    done: int = 0

    def faults(self) -> Iterator[Found | None]:
        """Each new kind of fault; None from time to time, so that somebody can show progress."""
        known: set[str] = set()
        while self.done < self.count and len(known) < KINDS:
            child = _Child(self.law, self.seed, self.done, min(self.count, self.done + BATCH))
            while (fault := child.wait()) is None:
                self.done = child.index
                yield None
            self.done = child.index
            if not fault:
                continue
            self.done += 1
            if _kind(fault) not in known:
                known.add(_kind(fault))
                yield Found(child.index, fault, self._small(child.index, fault))

    def _small(self, index: int, fault: str) -> Any:
        case = self.law.make(f"{self.seed}:{index}")
        return shrunk(case, lambda smaller: _kind(attempt(self.law, smaller)) == _kind(fault))


def attempt(law: Law, case: Any) -> str:
    """What is wrong with one case, tried in a child; "" if nothing is."""
    child = _Child(law, "", 0, 1, case)
    while (fault := child.wait()) is None:
        pass
    return fault


def _kind(fault: str) -> str:
    return fault.partition(":")[0]


class _Child:
    """A forked process that tries cases until one fails."""

    def __init__(self, law: Law, seed: str, start: int, stop: int, case: Any = None) -> None:
        self.shared = mmap.mmap(-1, 8)
        self.moved = time.monotonic()
        self._at(start)
        self.pipe, writer = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            try:
                _limit()
                law.start()
                for index in range(start, stop):
                    self._at(index)
                    made = law.make(f"{seed}:{index}") if case is None else case
                    if fault := _tried(law, made):
                        os.write(writer, msgpack.packb(fault[:4000], unicode_errors="replace"))
                        os._exit(0)
                self._at(stop)
            except BaseException:
                os.write(writer, msgpack.packb(f"no start: {traceback.format_exc()}"[-4000:]))
            os._exit(0)
        os.close(writer)

    def _at(self, index: int) -> None:
        struct.pack_into("Q", self.shared, 0, index)

    @property
    def index(self) -> int:
        return int(struct.unpack_from("Q", self.shared)[0])

    def wait(self) -> str | None:
        """What went wrong, "" if nothing did; None while it works."""
        before = self.index
        if not select.select([self.pipe], [], [], 0.2)[0]:
            now = time.monotonic()
            self.moved = now if self.index != before else self.moved
            if now - self.moved < HANGS:
                return None
            os.kill(self.pid, signal.SIGKILL)
            self._end()
            return "hang: it waits for something that never comes"
        said = os.read(self.pipe, 2**16)
        status = self._end()
        if said:
            return str(msgpack.unpackb(said))
        if os.WIFSIGNALED(status):
            return f"died of {signal.Signals(os.WTERMSIG(status)).name}: the whole process"
        return "" if status == 0 else f"exit {status}: the whole process"

    def _end(self) -> int:
        os.close(self.pipe)
        return os.waitpid(self.pid, 0)[1]


def _limit() -> None:
    faulthandler.disable()
    most = limits.memory_now()[1] + MEGABYTES * 2**20
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGPROF, _too_slow)


def _too_slow(*_: Any) -> None:
    raise TooSlow


def _tried(law: Law, case: Any) -> str:
    began = time.process_time()
    resource.setrlimit(resource.RLIMIT_CPU, (int(began + 6 * SECONDS) + 1, resource.RLIM_INFINITY))
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    fault = ""
    try:
        law.check(case)
    except TooSlow:
        pass
    except Fault as wrong:
        fault = str(wrong)
    except BaseException as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{os.path.basename(last.filename)} in {last.name}"
        fault = f"{type(error).__name__} from {place}: {str(error)[:500]}\n{traceback.format_exc()}"
    finally:
        left, _ = signal.setitimer(signal.ITIMER_PROF, 0)
    if not left:  # also where the case has swallowed it
        return f"slow: {time.process_time() - began:.1f} s of CPU"
    return fault
