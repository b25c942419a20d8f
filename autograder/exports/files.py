"""Files for people: all of a text, or nothing."""

import contextlib
import os
from pathlib import Path

from autograder.course import CourseError


def write_whole(path: Path, text: str) -> None:
    """Write all or nothing.

    Raises:
        CourseError: the folder does not exist or cannot be written, or the disk is full.
    """
    draft = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        draft.write_text(text, encoding="utf-8", newline="")
        draft.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)
        raise CourseError(f"{path} cannot be written: {error.strerror}") from error


def make_folder(path: Path) -> None:
    """A folder that only its owner can open, for pages that name students.

    Raises:
        CourseError: it cannot be made.
    """
    try:
        path.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise CourseError(f"{path} cannot be made: {error.strerror}") from error
