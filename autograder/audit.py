"""The audit log: every change of a score, who made it, when, from what to what, and why.

One JSON object a line. Each holds a hash of itself and of all lines before it, so that a line that
was edited, taken out or put in shows. A line is written before the gradebook is: after a kill it
may tell of a change that the next run makes, but no change is ever missing.
"""

import getpass
import hashlib
import json
import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from autograder.course import Course, CourseError
from autograder.files import told, write_whole
from autograder.locks import noting

TAIL = 4096  # bytes read back at first to find the last line


@dataclass(frozen=True)
class Change:
    """One score as the student sees it; None where there is none yet."""

    notebook: str
    task: str
    old: float | None
    new: float | None


@dataclass(frozen=True)
class Entry:
    """One hand-over of one submission to the gradebook.

    Attributes:
        when: in UTC.
        who: the account on this machine that ran the command.
        changes: none if the gradebook had all of it.
    """

    assignment: str
    student: str
    why: str
    changes: tuple[Change, ...]
    when: str
    who: str


@dataclass(frozen=True)
class Log:
    """What the log says; `broken` is the first line that does not follow from those before it."""

    entries: tuple[Entry, ...]
    head: str = ""
    broken: int | None = None


def entry(assignment: str, student: str, why: str, changes: Iterable[Change]) -> Entry:
    """What happens now, by whoever runs this."""
    when = datetime.now(UTC).isoformat(timespec="seconds")
    return Entry(assignment, student, why, tuple(changes), when, account())


def account() -> str:
    """The operating system's name for us, which no variable of the environment can change."""
    if sys.platform == "win32":
        return getpass.getuser()
    import pwd

    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"uid {os.getuid()}"


def path_of(course: Course) -> Path:
    return course.hidden / "log.jsonl"


def append(course: Course, entries: Iterable[Entry]) -> None:
    """Add entries; they are on the disk when this returns.

    Raises:
        CourseError: the file cannot be written.
    """
    entries = list(entries)
    if not entries:
        return
    path = path_of(course)
    with noting(course), told(path):
        path.parent.mkdir(exist_ok=True)
        with open(path, "a+b") as file:
            file.write("".join(_lines(entries, _whole_lines(file))).encode())
            file.flush()
            os.fsync(file.fileno())


def read(course: Course) -> Log:
    """The whole log, checked; an empty one if nothing was ever changed.

    Raises:
        CourseError: the file cannot be read.
    """
    path = path_of(course)
    try:
        lines = path.read_bytes().split(b"\n")[:-1]  # what follows the last newline is half a line
    except FileNotFoundError:
        return Log(())
    except OSError as error:
        raise CourseError(f"{path} cannot be read: {error.strerror}") from error
    entries, head, broken = [], "", None
    for number, line in enumerate(lines, 1):
        found, said = _parsed(line)
        if found is None or said != _hash(head, asdict(found)):
            broken = broken or number
        head = said
        entries += [found] if found else []
    return Log(tuple(entries), head, broken)


def _parsed(line: bytes) -> tuple[Entry | None, str]:
    try:
        content = json.loads(line)
        said = str(content["hash"])
        changes = tuple(Change(**change) for change in content["entry"].pop("changes"))
        return Entry(**content["entry"], changes=changes), said
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        return None, ""


def _hash(before: str, content: dict[str, Any]) -> str:
    return hashlib.sha256((before + json.dumps(content, sort_keys=True)).encode()).hexdigest()


def _whole_lines(file: IO[bytes]) -> str:
    """Cut off half a line, which a kill has left; returns the last line's hash."""
    end = file.seek(0, os.SEEK_END)
    size = min(TAIL, end)
    while True:
        file.seek(end - size)
        tail = file.read(size)
        whole = tail[: tail.rfind(b"\n") + 1]
        lines = whole.split(b"\n")
        if size == end or len(lines) > 2:  # a whole line, and what is before it
            break
        size = min(2 * size, end)
    file.truncate(end - size + len(whole))
    return _parsed(lines[-2])[1] if whole else ""


def rewrite(course: Course, entries: Iterable[Entry]) -> None:
    """Write the log anew, all or nothing: a name may have to go, what was done stays.

    Raises:
        CourseError: the file cannot be written.
    """
    with noting(course):
        write_whole(path_of(course), "".join(_lines(entries)))


def _lines(entries: Iterable[Entry], head: str = "") -> Iterator[str]:
    """What follows a line whose hash is `head`."""
    for content in map(asdict, entries):
        head = _hash(head, content)
        yield json.dumps({"entry": content, "hash": head}) + "\n"
