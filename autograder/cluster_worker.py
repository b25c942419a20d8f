"""What runs in a Dask worker: the engine of one run, with a warm zygote to copy from.

A worker needs this package, its libraries, and the folders that the course names.
"""

import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

import msgpack

from autograder.job import CellResult, Job
from autograder.pool import CHANCES
from autograder.sandbox import SandboxError
from autograder.supervisor import EngineError, run
from autograder.verdicts import without_run
from autograder.versions import versions
from autograder.zygote import Zygote, ZygoteDied, ZygoteFailed

SETTINGS = ("COURSE_DEVICE", "COURSE_DATA_DIR")  # environment that a run needs everywhere
IDLE_SECONDS = 600.0  # after which a run that never said goodbye has to go


class Refused(Exception):
    """This worker must not take part; the text says why."""


@dataclass(frozen=True)
class Setup:
    """What all jobs of one run share.

    Attributes:
        run: its name: a new run gets new zygotes, for the course may have changed since.
        versions: of the main process, which workers must have too.
        environment: of `SETTINGS`.
    """

    run: str
    preload: tuple[str, ...] = ()
    path: tuple[str, ...] = ()
    read: tuple[str, ...] = ()
    roles: dict[str, str] = field(default_factory=dict)
    unsafe: bool = False
    environment: dict[str, str] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)


class Engine:
    """The zygotes of one run in this process: one that only makes others, one for each thread."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self.lock = threading.Lock()
        self.first: Zygote | None = None
        self.idle: list[Zygote] = []
        self.busy: set[Zygote] = set()
        self.stopped = False
        self.used = time.monotonic()

    def run(self, job: Job) -> list[CellResult]:
        """As the pool does it: a zygote that dies is replaced, and its job begins again.

        Raises:
            Refused, ZygoteFailed, SandboxError: no job can run here.
            ZygoteDied: the run was ended.
        """
        said = ""
        for _ in range(CHANCES):
            zygote = None
            try:
                zygote = self._take()
                cells = run(zygote, job, unsafe=self.setup.unsafe)
            except (ZygoteDied, EngineError) as error:
                self._give_back(zygote, broken=True)
                if self.stopped:
                    raise ZygoteDied("the run was ended") from error
                said = str(error)
            except BaseException:
                self._give_back(zygote, broken=True)
                raise
            else:
                self._give_back(zygote)
                return cells
        return [without_run(cell, "engine", job.limits, said) for cell in job.cells]

    def end(self) -> None:
        """End every zygote; threads that use one see `ZygoteDied`, and close it."""
        self.stopped = True
        with self.lock:
            for zygote in (*self.idle, *self.busy, *([self.first] if self.first else [])):
                zygote.end()
            for zygote in (*self.idle, *([self.first] if self.first else [])):
                zygote.close()
            self.idle.clear()
            self.first = None

    def _take(self) -> Zygote:
        with self.lock:
            self.used = time.monotonic()
            if self.stopped:
                raise ZygoteDied("the run was ended")
            if self.first is None:
                check(self.setup)
                s = self.setup
                for name in SETTINGS:  # another run's may still be there
                    os.environ.pop(name, None)
                os.environ.update(s.environment)
                self.first = Zygote(s.preload, roles=s.roles, path=s.path, read=s.read)
            try:
                zygote = self.idle.pop() if self.idle else self.first.another()
            except ZygoteDied:
                self.first.close()
                self.first = None
                raise
            self.busy.add(zygote)
            return zygote

    def _give_back(self, zygote: Zygote | None, broken: bool = False) -> None:
        if zygote is None:
            return
        with self.lock:
            self.used = time.monotonic()
            self.busy.discard(zygote)
            if not (broken or self.stopped):
                self.idle.append(zygote)
                return
        zygote.close()


def check(setup: Setup) -> None:
    """
    Raises:
        Refused: another platform, other versions, or a folder that is not on this machine.
    """
    if sys.platform != "linux":
        raise Refused("other people's code can be graded on Linux only")
    own = versions()
    for name, wanted in setup.versions.items():
        if own.get(name) != wanted:
            raise Refused(f"has {name} {own.get(name, 'not at all')}, the main process {wanted}")
    data = setup.environment.get("COURSE_DATA_DIR")
    missing = _missing((*setup.path, *setup.read, *([data] if data else [])))
    if missing:
        raise Refused(
            f"has no {missing[0]}: the course must lie on a file system that all machines share"
        )


def _missing(folders: Iterable[str]) -> list[str]:
    return [folder for folder in folders if not os.path.exists(folder)]


_engines: dict[str, Engine | None] = {}  # by run; None for one that was ended
_lock = threading.Lock()


def run_job(setup: Setup, job: Job) -> bytes:
    """One job in this worker.

    Returns:
        msgpack: {"cells": one map a cell}, or {"refused": why no job can run on this worker}.
    """
    try:
        cells = _engine(setup).run(job)
    except (Refused, ZygoteFailed, SandboxError) as error:
        return _packed({"refused": f"{socket.gethostname()} {error}"})
    return _packed({"cells": [asdict(cell) for cell in cells]})


def end_run(name: str) -> None:
    """End the zygotes of a run, at once."""
    with _lock:
        engine, _engines[name] = _engines.get(name), None
    if engine:
        engine.end()


def _engine(setup: Setup) -> Engine:
    """This run's; on the way, one whose main process is long gone is ended."""
    now = time.monotonic()
    with _lock:
        others = [(name, engine) for name, engine in _engines.items() if name != setup.run]
        if setup.run not in _engines:
            _engines[setup.run] = Engine(setup)
        engine = _engines[setup.run]
    for name, other in others:
        if other and not other.busy and now - other.used > IDLE_SECONDS:
            end_run(name)
    if engine is None:
        raise ZygoteDied("the run was ended")
    return engine


def dask_setup(worker: object) -> None:
    """Called by Dask where this is preloaded: Ctrl-C is for the main process, which ends us."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _packed(answer: dict[str, Any]) -> bytes:
    packed: bytes = msgpack.packb(answer)
    return packed
