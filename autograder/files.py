"""Files as a whole: all of a text, or nothing."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from autograder.course import CourseError


def write_whole(path: Path, text: str) -> None:
    """Write all or nothing; it is on the disk when this returns.

    Raises:
        CourseError: the folder does not exist or cannot be written, the disk is full, or `path`
            is itself a folder.
    """
    if path.is_dir():
        raise CourseError(f"{path} is a folder: name a file in it")
    draft = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    with told(path):
        try:
            with open(draft, "w", encoding="utf-8", newline="") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                draft.unlink(missing_ok=True)
            raise


def make_folder(path: Path) -> None:
    """A folder that only its owner can open, for pages that name students.

    Raises:
        CourseError: it cannot be made.
    """
    with told(path):
        path.mkdir(mode=0o700, exist_ok=True)


@contextlib.contextmanager
def told(path: Path) -> Iterator[None]:
    """What the system says of `path`, as an error that an instructor can read."""
    try:
        yield
    except OSError as error:
        raise CourseError(f"{path} cannot be written: {error.strerror}") from error


def sweep(folder: Path) -> None:
    """Remove the drafts below `folder` whose process was killed."""
    for draft in folder.rglob("*.tmp"):
        pid = draft.name.split(".")[-2]
        if pid.isdigit() and draft.is_file() and not _alive(int(pid)):
            draft.unlink(missing_ok=True)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:  # somebody else's
        return True
    return True
