"""What goes wrong outside of us, in one line that says what to do."""

import errno
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

FIXES = {
    errno.ENOSPC: "make room and run the same command again: nothing is lost",
    errno.EDQUOT: "make room and run the same command again: nothing is lost",
    errno.EMFILE: "allow more open files (`ulimit -n`) and run the same command again",
    errno.ENFILE: "the machine has too many open files; run the same command again later",
    errno.EROFS: "the disk is read-only: has it failed?",
    errno.EACCES: "who runs this must be able to write there",
    errno.EPERM: "who runs this must be able to write there",
    errno.ENOMEM: "there is too little memory: use fewer --workers",
    errno.EAGAIN: "too many processes (`ulimit -u`): use fewer --workers",
}
GRADEBOOK = (  # what a database's own words mean, by a part of them
    ("locked", "another program has held it for too long; run the same command again"),
    ("disk is full", FIXES[errno.ENOSPC]),
    ("disk I/O error", "is the disk full, or gone?"),
    ("readonly", FIXES[errno.EACCES]),
    ("read-only", FIXES[errno.EACCES]),
    ("no such column", "it is older than this nbgrader: run `nbgrader db upgrade`"),
    ("does not exist", "make the database first, or run `nbgrader db upgrade`: docs/admin.md"),
    ("not a database", "restore it from a backup"),
    ("malformed", "restore it from a backup"),
    ("unable to open", "is there a folder in its place, or one that cannot be written?"),
    ("connection", "is the server up? Run the same command again: nothing is lost"),
)


SCRATCH = "TMPDIR names another folder for scratch files"


class Stopped(KeyboardInterrupt):
    """The machine goes down, or the terminal has closed: `number` is the signal's."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


@contextmanager
def stoppable() -> Iterator[None]:
    """SIGTERM and SIGHUP end the block as Ctrl-C does: in order, with nothing half-written."""
    names = ("SIGTERM", "SIGHUP")
    here = threading.current_thread() is threading.main_thread()
    known = [getattr(signal, name) for name in names if here and hasattr(signal, name)]
    ours = [number for number in known if signal.getsignal(number) is signal.SIG_DFL]
    for number in ours:
        signal.signal(number, _stop)
    try:
        yield
    finally:
        for number in ours:
            signal.signal(number, signal.SIG_DFL)


def _stop(number: int, _: Any) -> None:
    signal.signal(number, signal.SIG_IGN)  # once: what follows tidies up
    raise Stopped(number)


def say(words: str) -> None:
    """One line on stderr, wherever that may lead by now."""
    with suppress(OSError, ValueError):
        print(words, file=sys.stderr, flush=True)


def in_words(error: Exception) -> str | None:
    """What is wrong and what to do; None for a mistake of ours, which deserves its traceback.

    It imports when there is an error: a command should begin before all of this is loaded.
    """
    from sqlalchemy.exc import SQLAlchemyError

    from autograder.course import CourseError
    from autograder.sandbox import SandboxError
    from autograder.scratch import OURS
    from autograder.zygote import ZygoteFailed

    if isinstance(error, CourseError):
        return _with_fix(str(error), error.__cause__)
    if isinstance(error, (SandboxError, ZygoteFailed)):
        return f"{error} (see `autograder doctor`)"
    if isinstance(error, SQLAlchemyError):
        return f"the gradebook: {_of_gradebook(error)}"
    if isinstance(error, OSError):
        return (
            f"{error} ({SCRATCH})" if OURS in str(error.filename) else _with_fix(str(error), error)
        )
    return None


def _with_fix(words: str, cause: BaseException | None) -> str:
    fix = FIXES.get(cause.errno or 0) if isinstance(cause, OSError) else None
    return f"{words} ({fix})" if fix else words


def _of_gradebook(error: Exception) -> str:
    words = str(error.__cause__ or error).strip().splitlines()[0]
    fix = next((fix for sign, fix in GRADEBOOK if sign in words), None)
    return f"{words} ({fix})" if fix else words
