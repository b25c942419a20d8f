"""What a learner has done: one small file in the user's data folder, whichever the copy."""

import json
import sys
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import platformdirs

from autograder.files import told, write_whole
from autograder.locks import held
from autograder.versions import PACKAGE

VERSION = 1


@dataclass
class Failed:
    """How often different answers failed a test, and the digest of the last one."""

    answer: str
    times: int = 1


@dataclass
class Work:
    """What was tried of one assignment.

    Attributes:
        checks: how often it was checked with an answer in it that is not the release's.
        best: points reached, at most, of `of`.
        last: when it was last checked.
        failed: by test id, for tests that failed in the last check.
        solution: when the reference was asked for; empty if it was not.
    """

    checks: int = 0
    best: float = 0.0
    of: float = 0.0
    last: str = ""
    failed: dict[str, Failed] = field(default_factory=dict)
    solution: str = ""

    def add(
        self, points: float, of: float, tried: Mapping[str, str], failed: Collection[str]
    ) -> None:
        """Record a check, if there is an answer in it.

        Args:
            tried: a digest of the answer behind each test that has one.
            failed: tests that failed; the same answer once more is no new attempt at them.
        """
        if not tried:
            return
        before, self.failed = self.failed, {}
        for test in failed:
            old = before.get(test, Failed("", 0))
            if test in tried:
                self.failed[test] = Failed(tried[test], old.times + (old.answer != tried[test]))
        self.checks += 1
        self.best, self.of, self.last = max(self.best, points), of, now()


@dataclass
class Progress:
    """Assignments by name, and since when each lecture has been run to its end."""

    work: dict[str, Work] = field(default_factory=dict)
    lectures: dict[str, str] = field(default_factory=dict)


def now() -> str:
    return time.strftime("%Y-%m-%d %H:%M")


def file() -> Path:
    return Path(platformdirs.user_data_path(PACKAGE)) / "progress.json"


def read() -> Progress:
    """What is recorded; nothing if there is no file.

    A file that cannot be understood is kept beside, under a name that stderr tells.
    """
    path = file()
    try:
        return _progress(json.loads(path.read_bytes()))
    except FileNotFoundError:
        return Progress()
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError) as error:
        with told(path):
            kept = _aside(path)
        why = f"{path} cannot be understood ({type(error).__name__}: {error})"
        print(f"course: {why}; it is now {kept.name}, and you begin anew", file=sys.stderr)
        return Progress()


@contextmanager
def changing() -> Iterator[Progress]:
    """What is recorded, written when the block ends; several commands at once take turns."""
    with held(file().with_suffix(".lock")):
        progress = read()
        yield progress
        write_whole(file(), json.dumps({"version": VERSION, **asdict(progress)}, indent=1))


def _progress(content: dict[str, Any]) -> Progress:
    if content["version"] != VERSION:
        raise ValueError(f"version {content['version']}")
    return Progress(
        {str(name): _work(**work) for name, work in content["work"].items()},
        {str(name): str(when) for name, when in content["lectures"].items()},
    )


def _work(
    checks: int, best: float, of: float, last: str, failed: dict[str, Any], solution: str
) -> Work:
    known = {str(test): Failed(str(f["answer"]), int(f["times"])) for test, f in failed.items()}
    return Work(int(checks), float(best), float(of), str(last), known, str(solution))


def _aside(path: Path) -> Path:
    number = 1
    while (kept := path.with_name(f"{path.stem}.damaged-{number}.json")).exists():
        number += 1
    return path.replace(kept)
