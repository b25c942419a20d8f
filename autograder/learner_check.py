"""A learner's check, whoever asks for it: run, record the attempt, and what is told of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder import learner_state, misconceptions
from autograder.advice import Advice, advise
from autograder.attempts import first_of_each_task, tried
from autograder.bundle import Bundle
from autograder.hints import LEVELS
from autograder.job import Limits
from autograder.learner_home import Home
from autograder.self_check import Run, check


@dataclass(frozen=True)
class Told:
    """What is told of a checked notebook; `where` says in words where it ran."""

    bundle: Bundle
    advice: Sequence[Advice]
    where: str


def attempt(
    home: Home,
    name: str,
    bundle: Bundle,
    folder: Path,
    hint: int = 0,
    run: Run | None = None,
    limits: Limits | None = None,
) -> Told:
    """Check the notebook in `folder`, record the attempt, and give the hints that are due.

    Args:
        hint: how many hints the first failed test of each task has at least.
        run: in the place of the engine that `check` would start.

    Raises:
        CannotCheck: the notebook cannot be read.
    """
    hints = home.hints(name)
    checked = check(bundle, folder, run, limits)
    file = misconceptions.file_of(home.root / "assignments", name)
    known = misconceptions.load(file, bundle.digest)
    first = advise(bundle, checked.results, known)
    answers = tried(bundle, checked.answers)
    with learner_state.changing() as progress:
        work = progress.work.setdefault(name, learner_state.Work())
        failed = first_of_each_task(bundle, (told.test for told in first if told.failed))
        of = sum(told.of for told in first if told.here)
        work.add(sum(told.points for told in first), of, answers, failed)
    levels = dict.fromkeys(failed, hint)
    levels |= {test: max(hint, fails.times) for test, fails in work.failed.items()}
    return Told(bundle, advise(bundle, checked.results, known, hints, levels), checked.where)


def words(told: Advice) -> Iterator[str]:
    """What stands in a test's row, line by line."""
    if not told.here:
        yield "hidden: your instructor has it"
    elif not told.failed:
        yield "passed"
    else:
        yield (told.message or "failed") if told.written else "not written yet"
    if told.looks_like:
        yield f"This looks like: {told.looks_like}"
    for number, hint in enumerate(told.hints, 1):
        code = number == len(LEVELS)  # which keeps its lines
        yield f"Hint {number} of {len(LEVELS)}:" + ("\n" if code else " ") + hint


def points(told: Advice) -> str:
    """For example "3/4"."""
    return f"{told.points:g}/{told.of:g}" if told.here else f"?/{told.of:g}"


def score(told: Told) -> str:
    """For example "12 of 20 points"."""
    here = sum(one.of for one in told.advice if one.here)
    return f"{sum(one.points for one in told.advice):g} of {here:g} points"


def remarks(told: Told) -> Iterator[str]:
    """What is said under the table of tests, sentence by sentence."""
    yield f"Ran {told.where}."
    if elsewhere := sum(one.of for one in told.advice if not one.here):
        yield f"{elsewhere:g} more points are from tests that only your instructor has."
    if by_hand := sum(cell.points for cell in told.bundle.cells if cell.is_manual):
        yield f"{by_hand:g} more points are for answers that a person reads."
