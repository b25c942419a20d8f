"""What the Check button shows, as JSON: the same words as `course check`."""

import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from autograder.advice import advise
from autograder.course import CourseError
from autograder.job import CellResult, Job, Limits
from autograder.lab import given
from autograder.learner_check import Told, attempt, points, remarks, score, words
from autograder.misconceptions import Known
from autograder.self_check import CannotCheck, Run, check

CHANCES = 2  # for a check whose engine fails


class Engine:
    """A zygote that stays between checks; it is started in the block, where there is a sandbox."""

    def __init__(self) -> None:
        self.zygote: Any = None

    def __enter__(self) -> "Engine":
        if sys.platform == "linux":
            with suppress(Exception):  # the first check comes across it again, and says so
                self._ready()
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def __call__(self, job: Job) -> list[CellResult]:
        """Every cell's result.

        Raises:
            SandboxError: there is none here.
        """
        from autograder.supervisor import EngineError, run
        from autograder.verdicts import without_run
        from autograder.zygote import ZygoteDied

        said = ""
        for _ in range(CHANCES):
            try:
                return run(self._ready(), job)
            except (ZygoteDied, EngineError) as error:
                said = str(error)
                self._end()
        return [without_run(cell, "engine", job.limits, said) for cell in job.cells]

    def _ready(self) -> Any:
        from autograder.zygote import Zygote

        self.zygote = self.zygote or Zygote()
        return self.zygote

    def _end(self) -> None:
        zygote, self.zygote = self.zygote, None
        if zygote:
            zygote.close()


def answer(request: Mapping[str, Any], engine: Run) -> dict[str, Any]:
    """What is told of the notebook at `path`; `error` says why it could not be checked."""
    limits = Limits(request["cell_seconds"], request["total_seconds"])
    try:
        return _told(Path(request["path"]), engine, limits)
    except (CourseError, CannotCheck, OSError) as error:
        return {"error": str(error)}
    except Exception as error:
        # one notebook must not take the next one's check with it
        return {"error": f"it could not be checked: {type(error).__name__}: {error}"}


def _told(path: Path, engine: Run, limits: Limits) -> dict[str, Any]:
    found = given.find(path)
    if not found.bundle.tests:
        raise CourseError(f"{path.name} is no assignment: it has no tests")
    if found.home:
        told = attempt(found.home, path.stem, found.bundle, path.parent, run=engine, limits=limits)
    else:
        checked = check(found.bundle, path.parent, engine, limits, found.allowed_files)
        advice = advise(found.bundle, checked.results, Known({}))
        told = Told(found.bundle, advice, checked.where)
    rows = [
        {
            "test": one.test,
            "points": points(one),
            "state": "failed" if one.failed else "passed" if one.here else "hidden",
            "words": [*words(one)],
        }
        for one in told.advice
    ]
    said = [*remarks(told), *filter(None, [found.remark])]
    return {"score": score(told), "tests": rows, "remarks": said}
