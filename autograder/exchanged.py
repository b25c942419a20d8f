"""What nbgrader's exchange holds of a course: what came in, and what was given back.

A page that was given back (feedback or a receipt) has a hash for a name, of its notebook's name and
of a secret that lies beside what was handed in: without one of these, nobody can tell whose it is.
"""

import os
import re
import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from nbgrader.exchange.default import Exchange
from nbgrader.utils import notebook_hash

from autograder.course import ANY, Course, CourseError, standing_for_any
from autograder.notebook import read_regular

SECRET = "submission_secret.txt"
_SECRET = re.compile(rb"[0-9a-f]{128}")
_DIGITS = 32  # a page's name begins with so many


def place(course: Course) -> Path:
    """Where the course's part of the exchange is, or would be."""
    return Path(Exchange(config=course.config).root) / course.directory.course_id


def handed_in(
    course: Course, *, student: str | None = None, assignment: str | None = None
) -> list[Path]:
    """Every submission in the student's name, or for the assignment.

    Raises:
        CourseError: the exchange cannot be listed.
    """
    who = ".+" if student is None else re.escape(student)
    what = r"[^+]+" if assignment is None else re.escape(assignment)
    # as nbgrader names it: STUDENT+ASSIGNMENT+TIME
    name = re.compile(rf"{who}\+{what}\+\d{{4}}-\d\d-\d\d .*", re.DOTALL)
    return _listed(place(course) / "inbound", name.fullmatch)


def given_back(course: Course, folders: Iterable[Path]) -> list[Path]:
    """Feedback and receipts for what was handed in and lies in these folders.

    Raises:
        CourseError: the exchange cannot be listed.
    """
    names = {*_notebooks(course)}
    digests = {
        notebook_hash(secret=secret, notebook_id=name)
        for secret, beside in _secrets(folders)
        for name in names | beside
    }
    return _listed(place(course) / "feedback", lambda name: name[:_DIGITS] in digests)


def remove_submission(path: Path) -> None:
    """Without following anything: it lies where its student can still write.

    Raises:
        CourseError: it cannot be removed by this account.
    """
    try:
        if path.is_symlink() or not path.is_dir():
            path.unlink(missing_ok=True)
        else:
            shutil.rmtree(path)
    except OSError as error:
        raise CourseError(
            f"{path} cannot be removed ({error.strerror}), for it belongs to its student: "
            "remove it as root, then do this again"
        ) from error


def _secrets(folders: Iterable[Path]) -> Iterator[tuple[str, set[str]]]:
    """Each secret below these folders, and the notebooks that lie beside it; no link counts."""
    for top in folders:
        for folder, _, names in [] if top.is_symlink() else os.walk(top):
            if SECRET in names:
                content, _ = read_regular(Path(folder, SECRET), 1024)
                if content and _SECRET.fullmatch(content):
                    yield content.decode(), {Path(n).stem for n in names if n.endswith(".ipynb")}


def _notebooks(course: Course) -> Iterator[str]:
    """Names of all that the course has, and has released."""
    for step in ("source", "release"):
        for name in standing_for_any(course.folder(step, ANY)):
            yield from (found.stem for found in course.folder(step, name).glob("*.ipynb"))


def _listed(folder: Path, wanted: Callable[[str], object]) -> list[Path]:
    try:
        names = sorted(os.listdir(folder))
    except FileNotFoundError:
        return []
    except OSError as error:
        raise CourseError(
            f"{folder} cannot be listed ({error.strerror}): use the account that owns the exchange"
        ) from error
    return [folder / name for name in names if wanted(name)]
