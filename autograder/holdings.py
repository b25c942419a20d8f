"""What a course holds of its students: where it lies, and how it goes away for good."""

import glob
import html
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from sqlalchemy import create_engine, make_url, text

from autograder import scratch
from autograder.course import Course

STEPS = ("submitted", "autograded", "feedback")
A, S = "\0assignment", "\0student"
_KEYS = re.compile(rb"\b[0-9a-f]{64}\b")


def of_student(course: Course, student: str) -> list[Path]:
    """Files and folders of one student, whatever the course's folders look like."""
    found: list[Path] = []
    for step in STEPS:
        before, _, after = str(course.folder(step, A, S)).partition(S)
        name = glob.escape(student)
        below = "" if A in after else glob.escape(after)  # all of STUDENT/, or each assignment's
        found += _matching(glob.escape(before).replace(A, "*") + name + below)
    found += _matching(f"{glob.escape(str(course.hidden))}/history/*/{glob.escape(student)}")
    found += _matching(f"{glob.escape(str(course.hidden))}/handed/*/{glob.escape(student)}.json")
    reports = _matching(f"{glob.escape(str(course.root))}/reports/*.html")
    name = html.escape(student)
    return found + [page for page in reports if name in page.read_text(encoding="utf-8")]


def of_assignment(course: Course, assignment: str) -> list[Path]:
    """What was handed in for one assignment and what was made of it; the engine's records last."""
    found: list[Path] = []
    for step in STEPS:
        pattern = glob.escape(str(course.folder(step, A, S)))
        found += _matching(pattern.replace(A, glob.escape(assignment)).replace(S, "*"))
    folders = [course.hidden / "history" / assignment, course.hidden / "handed" / assignment]
    return found + [folder for folder in folders if folder.exists()]


def _matching(pattern: str) -> list[Path]:
    return sorted(Path(path) for path in glob.glob(pattern))


def size(paths: Iterable[Path]) -> int:
    """Bytes in these files and folders; links count for themselves."""
    return sum(file.lstat().st_size for path in paths for file in _files(path))


def _files(path: Path) -> Iterator[Path]:
    if path.is_symlink() or not path.is_dir():
        yield path
        return
    for root, _, names in os.walk(path):
        yield from (Path(root) / name for name in names)


def remove(path: Path) -> None:
    """A file, a link (not what it points to), or a folder, however its owner has made it."""
    if path.is_dir() and not path.is_symlink():
        scratch.remove(path)
    else:
        path.unlink(missing_ok=True)


def unreferenced(course: Course) -> list[Path]:
    """Results that no record names any more: of work that was replaced, or is gone."""
    named: set[bytes] = set()
    results = course.hidden / "results"
    for path in course.hidden.rglob("*.json*"):
        if path.parent != results and path.is_file() and not path.is_symlink():
            named.update(_KEYS.findall(path.read_bytes()))
    return sorted(path for path in results.glob("*.json") if path.stem.encode() not in named)


def rewrite_gradebook(course: Course) -> None:
    """Make the database give up the bytes of rows that were deleted."""
    url = make_url(course.directory.db_url)
    full = "VACUUM" if url.get_backend_name() == "sqlite" else "VACUUM FULL"
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            connection.execute(text(full))
    finally:
        engine.dispose()
