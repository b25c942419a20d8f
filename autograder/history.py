"""What students handed in before: kept while the best of it counts (`c.Autograder.resubmission`).

The exchange keeps only a student's last submission. Each that is graded is copied as it is, read
the way a submission is read, and graded again with the others whenever a test changes.
"""

import contextlib
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from autograder.course import Course, CourseError
from autograder.job import Limits
from autograder.notebook import read_regular
from autograder.rebuild import submitted_files
from autograder.results import read_handed, read_json, write_json

ABOUT = "about.json"


@dataclass(frozen=True)
class Kept:
    """One earlier submission.

    Attributes:
        number: counts from 1.
        digest: of the work in it.
        versions: of each notebook, the newest that the student had shown before.
    """

    number: int
    digest: str
    versions: dict[str, int]
    folder: Path


def kept(course: Course, assignment: str, student: str) -> list[Kept]:
    """All of them, the first one first."""
    found = []
    for path in sorted(_folder(course, assignment, student).glob("[0-9]*")):
        with contextlib.suppress(KeyError, ValueError):
            about = read_json(path / ABOUT)
            found.append(Kept(int(path.name), about["digest"], about["versions"], path / "files"))
    return found


def student_of(who: str) -> str:
    """Whose submission it is."""
    return who.partition("/")[0]


@dataclass(frozen=True)
class Attempts:
    """Submissions of one assignment: STUDENT for what is in submitted/, STUDENT/2 for one kept."""

    course: Course
    assignment: str

    def of(self, student: str) -> list[str]:
        """All that may count, the last one last."""
        if self.course.settings.resubmission == "last":
            return [student]
        found = kept(self.course, self.assignment, student)
        return [f"{student}/{one.number}" for one in found] or [student]

    def folder(self, who: str) -> Path:
        """Where it lies."""
        one = self._kept(who)
        return one.folder if one else self.course.folder("submitted", self.assignment, who)

    def versions_before(self, who: str) -> dict[str, int]:
        """Of each notebook, the newest version that the student had shown before."""
        one = self._kept(who)
        handed = None if one else read_handed(self.course, self.assignment, who)
        return one.versions if one else handed.versions if handed else {}

    def _kept(self, who: str) -> Kept | None:
        student, _, number = who.partition("/")
        found = kept(self.course, self.assignment, student) if number else []
        return next((one for one in found if str(one.number) == number), None)


def keep(
    course: Course, assignment: str, student: str, digest: str, versions: dict[str, int]
) -> None:
    """Copy what lies in submitted/ unless it is there already; all or nothing.

    Raises:
        CourseError: the disk is full, or the folder cannot be written.
    """
    before = kept(course, assignment, student)
    if digest in (one.digest for one in before):
        return
    number = before[-1].number + 1 if before else 1
    target = _folder(course, assignment, student) / f"{number:04}"
    for draft in target.parent.glob("*.tmp"):  # half copied when a run was killed
        shutil.rmtree(draft, ignore_errors=True)
    draft = target.with_suffix(f".{os.getpid()}.tmp")
    try:
        _copy(course.folder("submitted", assignment, student), draft / "files")
        write_json(draft / ABOUT, {"digest": digest, "versions": versions})
        draft.rename(target)
    except OSError as error:
        raise CourseError(f"{target} cannot be written: {error.strerror}") from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _copy(source: Path, target: Path) -> None:
    """Ordinary files within the limit of a submission, links as the links that they are."""
    target.mkdir(parents=True)
    left = Limits().file_mb * 2**20
    for path in submitted_files(source):
        copied = target / path.relative_to(source)
        copied.parent.mkdir(parents=True, exist_ok=True)
        if os.path.islink(path):  # `Path` raises where the folder is closed
            copied.symlink_to(os.readlink(path))
            continue
        content, _ = read_regular(path, left)
        if content is not None:
            copied.write_bytes(content)
            left -= len(content)


def _folder(course: Course, assignment: str, student: str) -> Path:
    return course.hidden / "history" / assignment / student
