"""From folders of submissions to results in the store: what is known already is not run again."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from nbgrader.utils import parse_utc

from autograder.beside import allowed_files
from autograder.bundle import Bundle, load_bundles
from autograder.course import Course, CourseError
from autograder.history import Attempts, keep
from autograder.job import CellResult, Job
from autograder.notebook import Verdict, read_regular
from autograder.old_copies import OldCopies
from autograder.rebuild import Rebuilt, rebuild_folder, submitted_files
from autograder.results import Result, Store, key_of, make_result

KEPT = 32  # submissions in memory, from their run to their hand-over

RunAll = Callable[..., Iterator[tuple[str, list[CellResult]]]]
Stamps = list[tuple[str, int, int, int, int]]


@dataclass(frozen=True)
class Options:
    """How to run; the course's settings unless the command line says otherwise."""

    mode: str
    workers: int
    device: str
    unsafe: bool = False
    force: bool = False
    scheduler: str | None = None  # of a Dask cluster; None for this machine's own pool

    @classmethod
    def of(cls, course: Course, **given: object) -> "Options":
        """Settings of the course, with those `given` that are not None in their place."""
        s = course.settings
        chosen = {"mode": s.mode, "workers": s.workers, "device": s.device, "unsafe": s.unsafe}
        chosen |= {name: value for name, value in given.items() if value is not None}
        options = cls(**chosen)  # type: ignore[arg-type]
        if options.workers < 1:
            raise CourseError(f"--workers {options.workers}: at least one is needed")
        return options


@dataclass
class Submissions:
    """All submissions of one assignment, by (who, notebook); read when asked for.

    `who` is a student, for what lies in submitted/, or STUDENT/NUMBER for one that was kept.
    """

    course: Course
    assignment: str
    options: Options
    run_all: RunAll | None = None
    bundles: dict[str, Bundle] = field(init=False)

    def __post_init__(self) -> None:
        self._fresh: dict[tuple[str, str], tuple[Stamps, Rebuilt, Result]] = {}
        bundles = load_bundles(self.course, self.assignment)
        self.copies = OldCopies(self.course, self.assignment, bundles)
        self.bundles = self.copies.today
        self.attempts = Attempts(self.course, self.assignment)
        self.store = Store(self.course)
        self.device = resolve_device(self.options.device)
        self.allowed = allowed_files(self.course, self.assignment)

    def keep(self, students: Iterable[str]) -> None:
        """Where the best submission counts, copy the last ones before others take their place."""
        if self.course.settings.resubmission == "best":
            for student in students:
                shown = self.attempts.versions_before(student)
                keep(self.course, self.assignment, student, self.digest(student), shown)

    def read(self, who: str, notebook: str) -> tuple[Rebuilt, Job | None, str]:
        """The rebuilt notebook, what to run of it, and the key of its result."""
        folder = self.attempts.folder(who)
        floor = self.attempts.versions_before(who).get(notebook, 0)
        bundle, said, _ = self.copies.bundle(notebook, folder, floor)
        rebuilt = rebuild_folder(folder, bundle, self.allowed)
        job = rebuilt.job(self.course.settings.limits(), self.options.mode)
        key = key_of(rebuilt, job, self.device)
        if said:
            rebuilt = replace(rebuilt, verdicts=said + rebuilt.verdicts)
            own = key_of(rebuilt, job, self.device)
            self.store.inherit(own, key, said)
            key = own
        return rebuilt, job, key

    def shown(self, who: str) -> dict[str, int]:
        """Of each notebook, the newest version that the student has shown to have."""
        before, folder = self.attempts.versions_before(who), self.attempts.folder(who)
        return {
            name: self.copies.bundle(name, folder, before.get(name, 0))[2] for name in self.bundles
        }

    def result(self, student: str, notebook: str) -> tuple[Rebuilt, Result | None]:
        """The submission and its result; None if it has not been run yet."""
        if fresh := self._fresh.pop((student, notebook), None):
            before, rebuilt, made = fresh
            if before == stamps(self.attempts.folder(student)):
                return rebuilt, made
        rebuilt, job, key = self.read(student, notebook)
        result = self.store.get(key)
        if job is None and result is None:
            result = self._made(key, rebuilt, [])
            self.store.put(result)
        return rebuilt, result

    def missing(self, students: Iterable[str]) -> list[tuple[str, str]]:
        """What has to be run: no result yet, or one that the engine could not finish.

        Equal work has one result, so it is run once.
        """
        found: dict[str, tuple[str, str]] = {}
        for student in students:
            for who in self.attempts.of(student):
                for notebook in self.bundles:
                    key = self._missing(who, notebook)
                    if key is not None:
                        found.setdefault(key, (who, notebook))
        return list(found.values())

    def _missing(self, who: str, notebook: str) -> str | None:
        """The key of a result that has to be made."""
        _, job, key = self.read(who, notebook)
        if job is None:
            return None
        result = None if self.options.force else self.store.get(key)
        if result is None or (result.unsafe and not self.options.unsafe):
            return key
        return key if result.unfinished else None

    def run(self, wanted: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str, Result]]:
        """Run and store; each is yielded as soon as it is safe on disk."""
        jobs = _Jobs(self, wanted)
        if not jobs:
            return
        settings, options = self.course.settings, self.options
        os.environ["COURSE_DEVICE"] = self.device
        scheduler = options.scheduler
        run_all = self.run_all or (_on_cluster(scheduler) if scheduler else _run_all())
        done = run_all(
            jobs,
            options.workers,
            tuple(settings.preload),
            path=(str(self.course.root),),
            read=tuple(settings.read_paths),
            unsafe=options.unsafe,
        )
        for name, cells in done:
            before, key, rebuilt = jobs.started.pop(name)
            result = self._made(key, rebuilt, cells)
            self.store.put(result)
            who, notebook = jobs.keys_by_name[name]
            self._fresh[who, notebook] = before, rebuilt, result
            if len(self._fresh) > KEPT:
                del self._fresh[next(iter(self._fresh))]
            yield who, notebook, result

    def _made(self, key: str, rebuilt: Rebuilt, cells: list[CellResult]) -> Result:
        options = self.options
        return make_result(key, rebuilt, cells, options.mode, self.device, options.unsafe)

    def digest(self, who: str, notebooks: Iterable[Rebuilt] | None = None) -> str:
        """Changes with all that the student handed in, prose and time too, and nothing of ours."""
        if notebooks is None:
            notebooks = [self.read(who, name)[0] for name in self.bundles]
        content: list[object] = [self.timestamp(who)[0]]
        for rebuilt in notebooks:
            own = [c for c in rebuilt.cells if c.origin is None or c.origin.is_solution]
            sources = [[c.id, c.type, c.source, c.attachments] for c in own if rebuilt.readable]
            files = [[name, hashlib.sha256(data).hexdigest()] for name, data in rebuilt.files]
            content.append([rebuilt.bundle.notebook, sources, files])
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()

    def timestamp(self, who: str) -> tuple[str | None, Verdict | None]:
        """When it was handed in, in nbgrader's words: written by the student, so checked."""
        content, _ = read_regular(self.attempts.folder(who) / "timestamp.txt", 1024)
        if not content or not content.strip():
            return None, None
        try:
            stamp = content.decode().strip()
            parse_utc(stamp)
        except (ValueError, OverflowError):
            return None, Verdict("timestamp", "its timestamp cannot be read")
        return stamp, None


class _Jobs(Mapping[str, Job]):
    """Jobs that are read when a worker takes them, so that memory does not grow with the class."""

    def __init__(self, submissions: Submissions, wanted: Iterable[tuple[str, str]]) -> None:
        self.submissions = submissions
        self.keys_by_name = {
            f"{student}/{notebook}": (student, notebook) for student, notebook in wanted
        }
        self.started: dict[str, tuple[Stamps, str, Rebuilt]] = {}

    def __getitem__(self, name: str) -> Job:
        who, notebook = self.keys_by_name[name]
        before = stamps(self.submissions.attempts.folder(who))
        rebuilt, job, key = self.submissions.read(who, notebook)
        self.started[name] = (before, key, rebuilt)
        # gone since it was listed: nothing to run, which scores as such
        return job or Job(())

    def __iter__(self) -> Iterator[str]:
        return iter(self.keys_by_name)

    def __len__(self) -> int:
        return len(self.keys_by_name)


def stamps(folder: Path) -> Stamps:
    """Other ones after a write to a submission's folder: cheaper than to read it again."""
    found = []
    for path in submitted_files(folder):
        with suppress(OSError):
            status = os.lstat(path)
            when = status.st_mtime_ns, status.st_ctime_ns
            found.append((str(path), status.st_ino, status.st_size, *when))
    return found


def _run_all() -> RunAll:
    from autograder.pool import run_all

    return run_all


def _on_cluster(scheduler: str) -> RunAll:
    from autograder.cluster import run_all

    return partial(run_all, scheduler=scheduler)


def resolve_device(name: str) -> str:
    """What "auto" means on this machine; asked in a child, for torch stays out of this process."""
    if name != "auto":
        return name
    ask = "import torch; print('cuda' if torch.cuda.is_available() else 'cpu')"
    answer = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True)
    return answer.stdout.strip() or "cpu"
