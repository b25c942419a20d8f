"""Many submissions on this machine: worker threads, each with a zygote of its own."""

import queue
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import partial

from autograder import machine
from autograder.job import CellResult, Job
from autograder.pair import Pair, prepare
from autograder.sandbox import SandboxError
from autograder.supervisor import EngineError, run
from autograder.verdicts import without_run
from autograder.zygote import Zygote, ZygoteDied, ZygoteFailed

MANY = 50  # submissions; each saves 20 ms where the zygote is on huge pages
CHANCES = 3  # for a submission whose zygote or checker fails

MakeZygote = Callable[[], Zygote]
OnCell = Callable[[str, int, CellResult], None]


def run_all(
    jobs: Mapping[str, Job],
    workers: int | None = None,
    preload: Iterable[str] = (),
    *,
    path: Iterable[str] = (),
    read: Iterable[str] = (),
    roles: Mapping[str, str] | None = None,
    on_cell: OnCell | None = None,
    unsafe: bool = False,
) -> Iterator[tuple[str, list[CellResult]]]:
    """Run every job; each is yielded once, as soon as it is done.

    Closing the iterator, or Ctrl-C while it is read, ends every process. `preload`, `path`, `read`
    and `roles` are `Zygote`'s. `on_cell` is called in the worker's thread.

    Raises:
        ZygoteFailed: a module to preload does not load.
        SandboxError: there is no sandbox here, and not `unsafe`.
    """
    if sys.platform != "linux":
        raise SandboxError(
            "other people's code can be graded on Linux only: try WSL or a container"
        )
    preload, path, read, many = [*preload], [*path], [*read], len(jobs) >= MANY

    def make() -> Zygote:
        return Zygote(preload, roles=roles, path=path, read=read, huge_pages=many)

    pool = _Pool(jobs, make, on_cell, unsafe)
    try:
        pool.start(min(workers or machine.processors(), len(jobs)))
        for _ in jobs:
            found = pool.done.get()
            if isinstance(found, BaseException):
                raise found
            yield found
    finally:
        pool.stop()


class _Queue:
    """The keys that no worker has begun; a worker may hold one back while it gets ready for it.

    Nobody waits for a worker that is busy: its key goes to another that has nothing else to do.
    """

    def __init__(self, keys: Iterable[str]) -> None:
        self.lock = threading.Lock()
        self.waiting = dict.fromkeys(keys)
        self.held: set[str] = set()

    def hold(self) -> str | None:
        """A key that nobody holds; None if there is none."""
        with self.lock:
            key = next((key for key in self.waiting if key not in self.held), None)
            if key is not None:
                self.held.add(key)
            return key

    def take(self, held: str | None) -> str | None:
        """The next key to begin: the held one, one that nobody holds, or any that is left."""
        with self.lock:
            free = (key for key in self.waiting if key not in self.held)
            key = held if held in self.waiting else next(free, next(iter(self.waiting), None))
            if key is not None:
                self.held.discard(key)
                del self.waiting[key]
            return key


class _Pool:
    def __init__(
        self, jobs: Mapping[str, Job], make: MakeZygote, on_cell: OnCell | None, unsafe: bool
    ) -> None:
        self.jobs, self.make, self.on_cell, self.unsafe = jobs, make, on_cell, unsafe
        self.queue = _Queue(jobs)
        self.done: queue.SimpleQueue[tuple[str, list[CellResult]] | BaseException]
        self.done = queue.SimpleQueue()
        self.threads: list[threading.Thread] = []
        self.zygotes: list[Zygote] = []
        self.lock = threading.Lock()
        self.stopped = False

    def start(self, workers: int) -> None:
        """One thread and one zygote a worker; only the first zygote has to load anything."""
        for chance in range(CHANCES):
            try:
                for i in range(workers):
                    self.zygotes.append(self.zygotes[0].another() if i else self.make())
                break
            except ZygoteDied as error:
                said = f"the engine's process ended while it started: {error}"
                if chance == CHANCES - 1:
                    raise ZygoteFailed(said) from error
                while self.zygotes:
                    self.zygotes.pop().close()
        for zygote in self.zygotes:
            worker = _Worker(self, zygote)
            self.threads.append(threading.Thread(target=worker.work, daemon=True))
        for thread in self.threads:
            thread.start()

    def stop(self) -> None:
        """End all zygotes, so that every worker finds its own gone and returns."""
        with self.lock:
            self.stopped = True
            for zygote in self.zygotes:
                zygote.end()
        for thread in self.threads:
            if thread.ident:
                thread.join()
        for zygote in self.zygotes:
            zygote.close()

    def open(self) -> Zygote:
        """Another zygote in the place of one that died."""
        zygote = self.make()
        with self.lock:
            self.zygotes.append(zygote)
            if self.stopped:
                zygote.end()
        return zygote

    def close(self, zygote: Zygote) -> None:
        with self.lock:
            self.zygotes.remove(zygote)
        zygote.close()


class _Worker:
    """One thread: runs a job, and prepares the next one's processes while that is at work."""

    def __init__(self, pool: _Pool, zygote: Zygote) -> None:
        self.pool = pool
        self.zygote: Zygote | None = zygote
        self.held: str | None = None
        self.ahead: tuple[Job, Pair] | None = None

    def work(self) -> None:
        """Until no job is waiting."""
        pool = self.pool
        try:
            while not pool.stopped and (key := pool.queue.take(self.held)) is not None:
                if key != self.held:
                    self._drop()
                self.held = None
                pool.done.put((key, self._run(key)))
        except BaseException as error:
            pool.done.put(error)
        finally:
            self._drop()

    def _run(self, key: str) -> list[CellResult]:
        pool, said = self.pool, ""
        (job, pair), self.ahead = self.ahead or (pool.jobs[key], None), None
        hear = partial(pool.on_cell, key) if pool.on_cell else None
        for _ in range(CHANCES):
            try:
                zygote = self.zygote = self.zygote or pool.open()
                rest = {"unsafe": pool.unsafe, "ahead": pair, "meanwhile": self._prepare}
                return run(zygote, job, hear, **rest)  # type: ignore[arg-type]
            except (ZygoteDied, EngineError) as error:
                if pool.stopped:
                    raise
                said, pair = str(error), None
                self._drop()
                if self.zygote:
                    pool.close(self.zygote)
                self.zygote = None
        return [without_run(cell, "engine", job.limits, said) for cell in job.cells]

    def _prepare(self) -> None:
        """Get ready for the next job; whatever fails here will fail again when it is its turn."""
        if self.ahead is None and self.zygote:
            self.held = self.held or self.pool.queue.hold()
            with suppress(Exception):
                if self.held is not None:
                    job = self.pool.jobs[self.held]
                    self.ahead = job, prepare(self.zygote, job, unsafe=self.pool.unsafe)

    def _drop(self) -> None:
        """Another worker has begun what was prepared here."""
        ahead, self.ahead = self.ahead, None
        if ahead:
            with suppress(ZygoteDied):
                ahead[1].close()
