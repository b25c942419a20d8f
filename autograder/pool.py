"""Many submissions on this machine: worker threads, each with a zygote of its own."""

import os
import queue
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial

from autograder.job import CellResult, Job
from autograder.sandbox import SandboxError
from autograder.supervisor import EngineError, run
from autograder.verdicts import without_run
from autograder.zygote import Zygote, ZygoteDied, ZygoteFailed

CHANCES = 3  # for a submission whose zygote or checker fails

MakeZygote = Callable[[], Zygote]
OnCell = Callable[[str, int, CellResult], None]


def processors() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0))


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
    preload, path, read = [*preload], [*path], [*read]
    pool = _Pool(jobs, lambda: Zygote(preload, roles=roles, path=path, read=read), on_cell, unsafe)
    try:
        pool.start(min(workers or processors(), len(jobs)))
        for _ in jobs:
            found = pool.done.get()
            if isinstance(found, BaseException):
                raise found
            yield found
    finally:
        pool.stop()


class _Pool:
    def __init__(
        self, jobs: Mapping[str, Job], make: MakeZygote, on_cell: OnCell | None, unsafe: bool
    ) -> None:
        self.jobs, self.make, self.on_cell, self.unsafe = jobs, make, on_cell, unsafe
        self.waiting: queue.SimpleQueue[str] = queue.SimpleQueue()
        self.done: queue.SimpleQueue[tuple[str, list[CellResult]] | BaseException]
        self.done = queue.SimpleQueue()
        self.threads: list[threading.Thread] = []
        self.zygotes: list[Zygote] = []
        self.lock = threading.Lock()
        self.stopped = False
        for key in jobs:
            self.waiting.put(key)

    def start(self, workers: int) -> None:
        """One thread and one zygote a worker; only the first zygote has to load anything."""
        try:
            for i in range(workers):
                self.zygotes.append(self.zygotes[0].another() if i else self.make())
        except ZygoteDied as error:
            raise ZygoteFailed(f"the engine's process ended while it started: {error}") from error
        for zygote in self.zygotes:
            self.threads.append(threading.Thread(target=self._work, args=(zygote,), daemon=True))
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

    def _work(self, zygote: Zygote | None) -> None:
        """One worker's life: until no job is waiting."""
        try:
            while not self.stopped:
                key = self.waiting.get_nowait()
                results, zygote = self._run(key, zygote)
                self.done.put((key, results))
        except queue.Empty:
            return
        except BaseException as error:
            self.done.put(error)

    def _run(self, key: str, zygote: Zygote | None) -> tuple[list[CellResult], Zygote | None]:
        job, said = self.jobs[key], ""
        hear = partial(self.on_cell, key) if self.on_cell else None
        for _ in range(CHANCES):
            try:
                zygote = zygote or self._open()
                return run(zygote, job, hear, unsafe=self.unsafe), zygote
            except (ZygoteDied, EngineError) as error:
                if self.stopped:
                    raise
                said = str(error)
                if zygote:
                    self._close(zygote)
                zygote = None
        results = [without_run(cell, "engine", job.limits, said) for cell in job.cells]
        return results, None

    def _open(self) -> Zygote:
        zygote = self.make()
        with self.lock:
            self.zygotes.append(zygote)
            if self.stopped:
                zygote.end()
        return zygote

    def _close(self, zygote: Zygote) -> None:
        with self.lock:
            self.zygotes.remove(zygote)
        zygote.close()
