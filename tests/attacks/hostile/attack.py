"""One attack: what is handed in, and what must come of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from nbformat import NotebookNode

Change = Callable[[NotebookNode], None]


@dataclass(frozen=True)
class Attack:
    """A submission that tries something.

    How it is known to be real, one of three at least: `plain` says that it works where tests run in
    the student's process; `shows` is what its own code says when it is refused; `verdicts` are the
    engine's or the reader's words for what it stopped.

    Attributes:
        name: unique, words joined by dashes.
        tries: the sentence that says what it tries.
        cell: source of a cell before everything else; @COURSE@, @HOME@, @GRADER@ (a process id)
            stand for what an attacker may know.
        answers: by grade_id; all others are left as they were released, and earn nothing.
        files: what else is handed in: text, or `Link`, `Pipe`.
        change: edits the notebook before it is handed in.
        earns: points that it deserves all the same.
        plain: what it gets where tests run in its own process: "points" or "secret".
        shows: regular expression, found in what the instructor sees.
        verdicts: names of verdicts that the instructor must get.
        limits: smaller ones, where the attack runs into one.
        destroys: what it would do to an unprotected host; "" if it may run under stock nbgrader.
    """

    name: str
    tries: str
    cell: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, Any] = field(default_factory=dict)
    change: Change | None = None
    earns: float = 0.0
    plain: str = ""
    shows: str = ""
    verdicts: tuple[str, ...] = ()
    destroys: str = ""
    limits: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Link:
    """A symbolic or hard link in a submission."""

    to: str
    hard: bool = False


@dataclass(frozen=True)
class Pipe:
    """A file that never ends when it is read."""


@dataclass(frozen=True)
class Folder:
    """A folder where a file is expected."""
