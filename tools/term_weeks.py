"""What happens in each week of `term.py`."""

import json
import os
import shutil
import signal
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
from term_course import (
    DOUBLE,
    MEAN,
    REAL,
    ROOT,
    SPREADS,
    SQUARE,
    TOP,
    Task,
    answers_of,
    losses,
    source_of,
)
from term_tally import declared, points_of

if TYPE_CHECKING:
    from term import Term

MEANS, POWERS = "hw2_means", "hw3_powers"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LATE = 1 / 8  # of a class


def first_homework(term: "Term", due: datetime) -> None:
    """Released with a test that nobody can pass; a kill; a second grader meanwhile."""
    name = term.making.first
    broken = _break_last_test(term, name)
    _release(term, name, due)
    kinds = _kinds(term)
    late = round(term.size * LATE)
    for number, student in enumerate(term.students):
        days = number + 0.5 if number < late else -0.5
        answers, loses = kinds[number % len(kinds)]
        term.hand_in(student, name, due + days * DAY, {name: answers}, loses)
    term.note(f"{term.size} students hand in {name}", f"{late} late; {broken} is wrong")
    _killed(term, name)
    task = "written" if name == REAL else "words"
    given = {student: 1.0 + number % 3 for number, student in enumerate(term.students)}
    second = term.by_hand(name, name, task, given)
    term.grade(name)
    second.join()
    term.expect("a second grader meanwhile", second.exitcode == 0, f"{len(given)} scores by hand")
    term.run("grade", name, "--yes")  # late penalties follow what was given by hand


def correction(term: "Term", due: datetime) -> None:
    """The test is put right; extensions come in."""
    name = term.making.first
    _break_last_test(term, name, mend=True)
    term.run("release", name)
    term.grade(name, "--dry-run")
    term.check()
    term.grade(name, expected=2)
    term.check()
    term.tally.broken[name].clear()
    term.grade(name, "--yes")
    term.check()
    lines = ["student,assignment,due"]
    for student in term.students[:2]:
        until = due + 2 * DAY
        term.tally.extended[student, name] = until
        lines.append(f"{student},{name},{until:%Y-%m-%d %H:%M} UTC")
    (term.course.root / "extensions.csv").write_text("\n".join(lines) + "\n")
    term.grade(name, expected=2)
    term.grade(name, "--yes")


def corrected_release(term: "Term", start: datetime) -> None:
    """The second homework's task changes when half of the class has its first version."""
    due = start + 14 * DAY
    wrong = {"mean_hidden": (3, "assert mean([]) == 1")}
    sources = [
        source_of(Task(MEAN.text, MEAN.id, MEAN.answer, {**MEAN.tests, **wrong}), SPREADS[0]),
        source_of(MEAN, SPREADS[1]),
    ]
    term.making.put_source(MEANS, {MEANS: sources[0]})
    term.tally.broken[MEANS] = {"mean_hidden"}
    _release(term, MEANS, due)
    first = term.course.root.parent / "version1"
    shutil.copytree(term.course.folder("release", MEANS), first, dirs_exist_ok=True)
    half = term.size // 2
    for number, student in enumerate(term.students[:half]):
        kinds = {"mean": ("good", "half", "none")[number % 3], "spread": ("old", "new")[number % 2]}
        _means(term, student, due - 3 * DAY, kinds, 1, first)
    term.grade(MEANS)
    term.check()
    term.making.put_source(MEANS, {MEANS: sources[1]})
    term.tally.broken[MEANS].clear()
    term.run("release", MEANS)
    for number, student in enumerate(term.students[half:]):
        kinds = {"mean": ("half", "good")[number % 2], "spread": ("new", "old", "new")[number % 3]}
        _means(term, student, due - DAY, kinds, 2)
    cheat = term.students[-1]
    _means(term, cheat, due - DAY, {"mean": "good", "spread": "old"}, 2)
    _pretend(term, cheat, first)
    term.tally.papers.pop(-2)  # the paper that this one took the place of was never graded
    term.note(f"{half} copies of version 1, {term.size - half} of version 2", f"{cheat} pretends")
    term.grade(MEANS, expected=2)
    term.grade(MEANS, "--yes")


def resubmissions(term: "Term", start: datetime) -> None:
    """Better, worse, late, and one who would like to go back; then requests for regrades."""
    due, half = start + 14 * DAY, term.size // 2
    first = term.course.root.parent / "version1"
    back = term.students[half]
    for student in term.students[1:4]:
        _means(term, student, due - HOUR, {"mean": "good", "spread": "old"}, 1, first)
    for student in term.students[half + 1 : half + 3]:
        _means(term, student, due - HOUR, {"mean": "none", "spread": "none"}, 2)
    _means(term, term.students[half + 3], due + HOUR, {"mean": "good", "spread": "new"}, 2)
    _means(term, back, due - HOUR, {"mean": "good", "spread": "old"}, 2, first)
    term.note("7 hand in again", f"1 late, 2 worse, {back} with an older version")
    term.grade(MEANS)
    term.check()
    for student in (back, *term.students[:2]):
        code = term.run("regrade", student, MEANS, "--reason", f"{student} asked for it")
        term.expect(f"autograder regrade {student} {MEANS}", code == 0, f"exit code {code}")


def two_notebooks(term: "Term", start: datetime) -> None:
    """The third homework has two notebooks; two commands and a person work at once."""
    due = start + 28 * DAY
    notebooks = {"part_a": source_of(DOUBLE), "part_b": source_of(SQUARE)}
    term.making.put_source(POWERS, notebooks)
    _release(term, POWERS, due)
    for number, student in enumerate(term.students):
        twice, square = ("good", "none", "good")[number % 3], ("none", "good")[number % 2]
        answers = {"part_a": answers_of({"twice": twice}, student)}
        if number % 4:
            answers["part_b"] = answers_of({"square": square}, student)
        at = due + (1.5 * DAY if number % 5 == 1 else -HOUR)
        term.hand_in(
            student,
            POWERS,
            at,
            answers,
            losses([DOUBLE, SQUARE], {"twice": twice, "square": square}),
        )
    given = {student: 2.0 + number % 2 for number, student in enumerate(term.students)}
    second = term.by_hand(POWERS, "part_a", "words", given)
    both = [term.start("grade", POWERS), term.start("grade", MEANS, "--force")]
    for process in (*both, second):
        process.join()
    codes = [process.exitcode for process in (*both, second)]
    term.expect("two assignments and a person at once", codes == [0, 0, 0], f"exit codes {codes}")
    term.run("grade", POWERS, "--yes")  # late penalties follow what was given by hand


WEEKS: tuple[Callable[["Term", datetime], None], ...] = (
    first_homework,
    correction,
    corrected_release,
    resubmissions,
    two_notebooks,
)


def _kinds(term: "Term") -> list[tuple[dict[str, str], frozenset[str]]]:
    """Answers to the first homework, each with the tests that it must lose."""
    name = term.making.first
    every = frozenset(test for tests in term.tally.points[name].values() for test in tests)
    if name != REAL:
        kinds = ("good", "first", "none", "good")
        return [(answers_of({"top": kind}, ""), losses([TOP], {"top": kind})) for kind in kinds]
    known = declared(ROOT / "assignments" / "proof" / REAL)
    wrong = [label for label in known if label.startswith("wrong/")]
    right = [label for label in known if label.startswith("right/")]
    chosen = [*wrong[:: len(wrong) // 24][:24], *right[:: len(right) // 12][:12], "reference"]
    known = {**known, "reference": frozenset(), "blank": every}
    return [(term.making.real_answers(kind), known[kind]) for kind in (*chosen, "blank")]


def _means(
    term: "Term",
    student: str,
    at: datetime,
    kinds: dict[str, str],
    counts: int,
    given: Path | None = None,
) -> None:
    """Hand in the second homework; its spread is right as the version that counts asks for it."""
    loses = losses([MEAN, SPREADS[0]], kinds)
    if kinds["spread"] == ("old", "new")[counts - 1]:
        loses -= {"spread_hidden"}
    term.hand_in(student, MEANS, at, {MEANS: answers_of(kinds, f"{student} {at}")}, loses, given)


def _pretend(term: "Term", student: str, first: Path) -> None:
    """Make a copy of version 2 look like version 1, but for one cell."""
    path = term.course.folder("submitted", MEANS, student) / f"{MEANS}.ipynb"
    mine, old = (json.loads(p.read_text()) for p in (path, first / path.name))
    for cell, other in zip(mine["cells"], old["cells"], strict=True):
        if "nbgrader" in cell["metadata"]:
            cell["metadata"]["nbgrader"]["checksum"] = other["metadata"]["nbgrader"]["checksum"]
    path.write_text(json.dumps(mine))


def _release(term: "Term", name: str, due: datetime) -> None:
    code = term.run("release", name)
    term.expect(f"autograder release {name}", code == 0, f"exit code {code}")
    paths = sorted(term.course.folder("source", name).glob("*.ipynb"))
    points = {path.stem: points_of(json.loads(path.read_text())) for path in paths}
    term.tally.points[name] = points
    term.set_due(name, due)


def _break_last_test(term: "Term", name: str, mend: bool = False) -> str:
    """The last hidden test asks for what is not so; its id."""
    path = term.course.folder("source", name) / f"{name}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    known = [cell for cell in notebook.cells if "nbgrader" in cell.metadata]
    test = [cell for cell in known if cell.metadata.nbgrader.grade_id.endswith("_hidden")][-1]
    wrong, end = "assert 2 + 2 == 5\n", "### END HIDDEN TESTS"
    test.source = test.source.replace(wrong if mend else end, "" if mend else wrong + end)
    nbformat.write(notebook, path)
    id = str(test.metadata.nbgrader.grade_id)
    term.tally.broken.setdefault(name, set()).add(id)
    return id


def _killed(term: "Term", name: str) -> None:
    """The machine fails when a third of the class has been run."""
    process: Any = term.start("grade", name)
    while process.is_alive() and term.results() < term.size // 3:
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    killed = process.exitcode == -signal.SIGKILL
    term.expect(f"autograder grade {name}, kill -9", killed, f"{term.results()} notebooks run")
