"""Pseudonyms, for everything that leaves the course: only who has its key can tell who is who.

The key lies in `.autograder/pseudonyms.key`, for its owner's eyes only. One student has one
pseudonym in all assignments and exports. Delete the key, and nobody can tell any more.
"""

import base64
import hashlib
import hmac
import os
import secrets
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from autograder.course import Course, CourseError
from autograder.notebook import Verdict
from autograder.overview import Row

KEY = "pseudonyms.key"
KEY_BYTES = 32
SHOWN_BYTES = 10  # 80 bits: no two of a million students are the same


def pseudonym(course: Course, student: str) -> str:
    """For example "s-kf5dgtmevnsb2odr": the same for equal names, and nothing else can be told.

    Raises:
        CourseError: the key cannot be read or made, or other accounts may read it.
    """
    digest = hmac.digest(_key(course), os.fsencode(student), hashlib.sha256)
    return "s-" + base64.b32encode(digest[:SHOWN_BYTES]).decode().lower()


def shown(course: Course, student: str, *, terminal: bool) -> str:
    """A student's name for a line of output: itself for who sits there, a pseudonym in a log."""
    return student if terminal else pseudonym(course, student)


def rows(course: Course, found: Iterable[Row]) -> list[Row]:
    """Rows without names, times, and words that anybody wrote; in an order that tells nothing."""
    return sorted((_row(course, row) for row in found), key=lambda row: row.student)


def _row(course: Course, row: Row) -> Row:
    tasks = {task for _, task in row.tasks or ()}
    verdicts = (Verdict(v.name, "", v.cell if v.cell in tasks else None) for v in row.verdicts)
    numbers = (row.tasks, row.max_score, row.penalty)  # one by one: what else Row has stays here
    name = pseudonym(course, row.student)
    return Row(name, row.assignment, row.state, None, *numbers, tuple(verdicts))


def outcomes(course: Course, found: Iterable[Any]) -> list[Any]:
    """The same for `exports.per_test`: its messages may quote what a student wrote."""
    hidden = (replace(o, student=pseudonym(course, o.student), message="") for o in found)
    return sorted(hidden, key=lambda o: (o.assignment, o.student))  # tests stay in order


def _key(course: Course) -> bytes:
    path = course.hidden / KEY
    try:
        if not path.exists():
            _make(path)
        if os.name == "posix" and path.stat().st_mode & 0o077:
            raise CourseError(f"{path} can be read by other accounts: chmod 600 it")
        key = bytes.fromhex(path.read_text())
    except OSError as error:
        raise CourseError(f"{path} cannot be used: {error.strerror}") from error
    except ValueError as error:
        raise CourseError(f"{path} is damaged: restore it, or pseudonyms will change") from error
    if len(key) != KEY_BYTES:
        raise CourseError(f"{path} is damaged: restore it, or pseudonyms will change")
    return key


def _make(path: Path) -> None:
    """All or nothing, and once: who comes second uses the first one's."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}.tmp")
    draft.unlink(missing_ok=True)
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_hex(KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())
    try:
        with suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink()
