"""Many submissions on many machines: what `pool.run_all` does, by the workers of a Dask cluster.

Jobs go out as values of our own, results come back as msgpack and are checked on arrival. A few
jobs for each worker are under way at any time, so that memory does not grow with the class.
"""

import os
import queue
import time
import uuid
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import CancelledError
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from typing import Any

import msgpack

from autograder.cluster_connection import Client, Future, KilledWorker, connected
from autograder.cluster_worker import SETTINGS, Setup, end_run, run_job
from autograder.course import CourseError
from autograder.job import Cell, CellResult, Job
from autograder.verdicts import received, without_run
from autograder.versions import versions

GONE = "the scheduler is gone"
NO_WORKER_SECONDS = 300.0  # a queue or an autoscaler may need minutes
LOOK_SECONDS = 1.0
AHEAD = 2  # jobs under way for each thread of a worker


def run_all(
    jobs: Mapping[str, Job],
    workers: int | None = None,
    preload: Iterable[str] = (),
    *,
    scheduler: str,
    path: Iterable[str] = (),
    read: Iterable[str] = (),
    roles: Mapping[str, str] | None = None,
    unsafe: bool = False,
) -> Iterator[tuple[str, list[CellResult]]]:
    """Run every job; each is yielded once, as soon as it is done.

    Closing the iterator, or Ctrl-C while it is read, ends what this run has started anywhere.

    Args:
        workers: processes of a cluster that is started here (`scheduler` is "local").
        scheduler: "local", the address of a scheduler, or the scheduler file of a running one.

    Raises:
        CourseError: no scheduler there, or it vanished; no worker, or one that must not take part.
    """
    setup = Setup(
        run=uuid.uuid4().hex,
        preload=tuple(preload),
        path=tuple(os.path.abspath(folder) for folder in path),
        read=tuple(os.path.abspath(folder) for folder in read),
        roles=dict(roles or {}),
        unsafe=unsafe,
        environment={name: os.environ[name] for name in SETTINGS if os.environ.get(name)},
        versions=versions(),
    )
    with connected(scheduler, workers or 1) as client:
        run = _Run(client, jobs, setup, scheduler)
        try:
            yield from run.results()
        finally:
            run.end()


class _Run:
    """The jobs of one run: those under way, and how they end."""

    def __init__(
        self, client: Client, jobs: Mapping[str, Job], setup: Setup, scheduler: str
    ) -> None:
        self.client, self.jobs, self.setup, self.scheduler = client, jobs, setup, scheduler
        self.done: queue.SimpleQueue[str] = queue.SimpleQueue()
        self.under_way: dict[str, tuple[Future, Job]] = {}
        self.sent = 0
        self.threads, self.looked, self.seen = 0, 0.0, time.monotonic()

    def results(self) -> Iterator[tuple[str, list[CellResult]]]:
        """All of them; those whose workers died again and again come last, one by one.

        Only then is it known which of the jobs that were on a dying worker was the cause.
        """
        suspects = []
        for key, _, cells in self._ended(self.jobs):
            if cells is None:
                suspects.append(key)
            else:
                yield key, cells
        for key, job, cells in self._ended(suspects, most=1):
            said = "each worker that ran it died"
            yield key, cells or [without_run(c, "engine", job.limits, said) for c in job.cells]

    def end(self) -> None:
        """Stop what still runs, and end the zygotes, on workers that may live on."""
        futures = [future for future, _ in self.under_way.values()]
        self.under_way.clear()
        if self.client.status == "running":
            with suppress(Exception):  # it is over, and those who cannot hear it are gone
                self.client.cancel(futures)
                self.client.run(end_run, self.setup.run, on_error="ignore")

    def _ended(
        self, keys: Iterable[str], most: int | None = None
    ) -> Iterator[tuple[str, Job, list[CellResult] | None]]:
        """Each with its job and results, None if the workers that ran it died."""
        waiting = iter(keys)
        while True:
            room = (most or max(AHEAD * self._count(), 1)) - len(self.under_way)
            for key in islice(waiting, max(room, 0)):
                self._send(key)
            if not self.under_way:
                return
            ended = self._next()
            if ended is not None:
                future, job = self.under_way.pop(ended)
                yield ended, job, self._read(future, job)

    def _send(self, key: str) -> None:
        job = self.jobs[key]
        self.sent += 1
        name = f"autograder-{self.setup.run}-{self.sent}"  # no student's name on a dashboard
        future = self.client.submit(run_job, self.setup, job, key=name, pure=False)
        self.under_way[key] = future, job
        future.add_done_callback(lambda _: self.done.put(key))

    def _next(self) -> str | None:
        """A job that has ended; None if there is none yet, but there may be more workers now."""
        if self._count():
            self.seen = time.monotonic()
        elif time.monotonic() - self.seen > NO_WORKER_SECONDS:
            raise self._lost(f"no worker for {NO_WORKER_SECONDS:g} s")
        try:
            return self.done.get(timeout=LOOK_SECONDS)
        except queue.Empty:
            return None

    def _count(self) -> int:
        """Threads of all workers, which come and go."""
        if time.monotonic() - self.looked >= LOOK_SECONDS:
            if self.client.status != "running":
                raise self._lost(GONE)
            try:
                self.threads = sum(self.client.nthreads().values())
            except (OSError, CancelledError) as error:
                raise self._lost(GONE) from error
            self.looked = time.monotonic()
        return self.threads

    def _read(self, future: Future, job: Job) -> list[CellResult] | None:
        try:
            content = future.result()
        except KilledWorker:
            return None
        except (CancelledError, OSError) as error:
            raise self._lost(GONE) from error
        except Exception as error:  # such as a worker without this package
            cause = error.__cause__ or error
            said = f"{type(cause).__name__}: {cause}".splitlines()[0]
            raise CourseError(f"--scheduler {self.scheduler}: a worker failed: {said}") from error
        try:
            return arrived(job, content)
        except CourseError as error:
            raise CourseError(f"--scheduler {self.scheduler}: {error}") from error

    def _lost(self, what: str) -> CourseError:
        return CourseError(
            f"--scheduler {self.scheduler}: {what}; what is finished is kept, "
            "the same command goes on from there"
        )


def arrived(job: Job, content: Any) -> list[CellResult]:
    """A worker's answer as results, with nothing taken on trust.

    Raises:
        CourseError: it refuses to take part, or this is no answer.
    """
    try:
        answer = msgpack.unpackb(content)
        if "refused" in answer:
            raise CourseError(f"worker {answer['refused']}")
        return [_arrived(*both) for both in zip(job.cells, answer["cells"], strict=True)]
    except (TypeError, ValueError, KeyError, msgpack.UnpackException) as error:
        raise CourseError("a worker's answer is no result") from error


def _arrived(cell: Cell, fields: dict[str, Any]) -> CellResult:
    if fields["id"] != cell.id:
        raise ValueError(f"not of {cell.id}")
    own = received(cell, fields, max(float(fields["seconds"]), 0.0))
    if fields["reference_score"] is None:
        return own
    # the same rules hold for both scores
    other = received(cell, {"score": fields["reference_score"]}, 0.0)
    return replace(own, reference_score=other.score)
