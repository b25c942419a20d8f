"""From plans to the gradebook; scores that were given before are shown before they change."""

import sys
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from sqlalchemy.exc import SQLAlchemyError

from autograder.audit import Change
from autograder.batch import Handoff
from autograder.course import CourseError
from autograder.locks import writing
from autograder.plan import Plan


@dataclass(frozen=True)
class Held:
    """What would change for one student, and whether anybody has to agree to it first."""

    changes: tuple[Change, ...]
    why: str
    surprises: bool

    @classmethod
    def of(cls, plan: Plan) -> "Held":
        return cls(plan.changes, plan.why, plan.surprises)


class Giver:
    """Hands over one student after the other: one that cannot be costs nobody else anything.

    Attributes:
        said: what `Handoff.write` said, by student; None if a result is missing.
        held: whose given scores would change, and who is held back for that.
        failed: what went wrong, by student.
    """

    def __init__(
        self, handoff: Handoff, force: bool, on_each: Callable[[], object], dry: bool = False
    ) -> None:
        self.handoff, self.force, self.on_each, self.dry = handoff, force, on_each, dry
        self.said: dict[str, bool | None] = {}
        self.held: dict[str, Held] = {}
        self.failed: dict[str, str] = {}

    def give(self, students: Iterable[str]) -> None:
        """Hand over these, and commit: nobody else waits for the gradebook while others run."""
        self._each(students, self._give)

    def give_held(self, students: Iterable[str]) -> None:
        """Hand over those that were held back, as long as they are as they were shown."""
        self._each(students, self._give_held)

    @property
    def unready(self) -> list[str]:
        """Students of whom a result was missing."""
        return [student for student, said in self.said.items() if said is None]

    def _each(self, students: Iterable[str], act: Callable[[str], bool | None]) -> None:
        waiting = deque(students)
        with writing(self.handoff.course):
            while waiting:
                student = waiting.popleft()
                new = student not in self.said
                try:
                    self.said[student] = act(student)
                except (CourseError, OSError, SQLAlchemyError):
                    raise  # not about this student
                except Exception as error:
                    self.said.pop(student, None)
                    self.failed[student] = f"{type(error).__name__}: {error}"[:300]
                    waiting.extendleft(reversed(self.handoff.undo()))
                if new:
                    self.on_each()
            self.handoff.save()

    def _give(self, student: str) -> bool | None:
        plan = self.handoff.plan(student, self.force)
        if plan is None:
            return None
        if plan.alters:
            self.held[student] = Held.of(plan)
            return False
        if self.dry:
            return not plan.done
        return self.handoff.write(plan)

    def _give_held(self, student: str) -> bool | None:
        plan = self.handoff.plan(student, self.force)
        if plan is None or Held.of(plan) != self.held[student]:
            return None
        return self.handoff.write(plan)


def show(held: dict[str, Held], console: Console, shown: Callable[[str], str] = str) -> None:
    """One line for each score that would change."""
    table = Table("student", "task", "old", "new", "why", title="scores that change")
    for student, one in held.items():
        for change in one.changes:
            old, new = ("-" if x is None else f"{x:g}" for x in (change.old, change.new))
            words = (shown(student), f"{change.notebook}/{change.task}", old, new, one.why)
            table.add_row(*map(escape, words))
    if table.row_count:
        console.print(table)


def agreed(held: dict[str, Held], console: Console, answer: str) -> list[str]:
    """Whose changes may be written: all, or those that come from the students themselves.

    Args:
        answer: "yes", or "ask" to ask whoever sits at the terminal.
    """
    surprises = [student for student, one in held.items() if one.surprises]
    own = [student for student in held if student not in surprises]
    if not surprises or answer == "yes":
        return list(held)
    if console.is_terminal and sys.stdin.isatty():
        words = f"Change given scores of {len(surprises)} students as listed? \\[y/N] "
        if console.input(words).strip().lower() in ("y", "yes"):
            return list(held)
    return own
