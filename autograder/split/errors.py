"""Exceptions that cross: known names are rebuilt, others keep their name and nearest known base."""

import builtins
import linecache
from typing import Any

MAX_MESSAGE = 4000
KNOWN = {
    name: kind
    for name, kind in vars(builtins).items()
    if isinstance(kind, type) and issubclass(kind, Exception)
}


class StudentError(Exception):
    """An exception of the student's program that has no class on this side."""


class StudentGone(BaseException):
    """The student's process ended, or can no longer be trusted to speak; no test may catch it."""

    def __init__(self, message: str, verdict: str) -> None:
        super().__init__(message)
        self.verdict = verdict


class ChangedInput(AssertionError):
    """The student's code edited an argument in place where that is not allowed."""


class NotSupported(RuntimeError):
    """What a test cannot do with an object that lives in the student's process."""


def short(error: BaseException) -> str:
    """The message of an exception, even of one whose `__str__` fails."""
    try:
        return str.__str__(str(error))[:MAX_MESSAGE]
    except BaseException:
        return ""


def known_base(kind: type) -> str:
    """The nearest built-in exception among a class's bases."""
    return next((base.__name__ for base in kind.__mro__ if KNOWN.get(base.__name__) is base), "")


def plain_args(error: BaseException) -> list[Any]:
    """The arguments of an exception as far as they are plain scalars, else its message."""
    args = list(error.args)
    if len(args) <= 5 and all(type(a) in (str, int, float, bool, type(None)) for a in args):
        return [a[:MAX_MESSAGE] if isinstance(a, str) else a for a in args]
    return [short(error)]


def where(error: BaseException) -> str:
    """The place in the student's own cells where an exception came from, "" if in none."""
    found, trace = "", error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        if code.co_filename.startswith("<ipython-input"):
            line = linecache.getline(code.co_filename, trace.tb_lineno).strip()
            place = "" if code.co_name == "<module>" else f"in `{code.co_name}`, "
            found = f"{place}line {trace.tb_lineno}: {line[:120]}"
        trace = trace.tb_next
    return found


_FOREIGN: dict[tuple[str, str], type[Exception]] = {}


def rebuilt(name: str, base: str, args: list[Any], place: str, own: type | None) -> Exception:
    """The exception that the other side described; `own` is its class where one crossed.

    Never a BaseException such as SystemExit: those become a StudentError that names them.
    """
    if any(not isinstance(text, str) for text in (name, base, place)) or len(args) > 5:
        raise ValueError("not an exception")
    kind = own if own is not None and issubclass(own, Exception) else KNOWN.get(base)
    if kind is None or (own is None and name != base):
        kind = _foreign(name[:100], KNOWN.get(base, Exception))
    try:
        error = type.__call__(kind, *args)  # here, where the class is a proxy too
    except Exception:
        error = _foreign(name[:100], Exception)(*args)
    error.__dict__["student_place"] = place[:300]
    return error


def _foreign(name: str, base: type[Exception]) -> type[Exception]:
    key = (name, base.__name__)
    if key not in _FOREIGN:
        if len(_FOREIGN) > 500:
            return StudentError
        try:
            _FOREIGN[key] = type(name, (StudentError, base), {})
        except TypeError:  # two bases with different memory layouts
            _FOREIGN[key] = type(name, (StudentError,), {})
    return _FOREIGN[key]
