"""`autograder prove`: shows that an assignment's tests tell right from wrong.

The reference gets full marks, the release nothing, each wrong solution of the proof bank loses
exactly the tests that it names, no right one loses anything, and the release leaks nothing.
"""

import argparse
import os
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from autograder import leaks, misconceptions
from autograder.affected import only
from autograder.bundle import Bundle, load_bundles
from autograder.cases import BLANK, REFERENCE, Case, cases_of, source_of
from autograder.course import Course
from autograder.job import CellResult, Job
from autograder.ownership import decided_by_students
from autograder.pool import run_all
from autograder.progress import progress
from autograder.rebuild import rebuild_folder
from autograder.release import release_version
from autograder.results import best
from autograder.submissions import Options, resolve_device


@dataclass(frozen=True)
class Outcome:
    """What one solution lost."""

    case: Case
    score: float
    lost: frozenset[str]
    messages: Mapping[str, str]

    @property
    def problem(self) -> str:
        """Why this is not what was promised; empty if it is."""
        kept = sorted(self.case.loses - self.lost)
        extra = [
            f"{test} ({self.messages.get(test, 'no message')})"
            for test in sorted(self.lost - self.case.loses)
        ]
        parts = [f"keeps {', '.join(kept)}"] if kept else []
        return "; ".join(parts + ([f"loses {'; '.join(extra)}"] if extra else []))


@dataclass(frozen=True)
class Proof:
    """Everything that was found out about one assignment.

    Attributes:
        leaks: protected lines in the release version.
        uncaught: tests that no wrong solution loses, so that nothing shows what they are for.
        exposed: locked cells whose values students may replace, with the names that tests use.
    """

    outcomes: tuple[Outcome, ...]
    leaks: tuple[leaks.Leak, ...]
    uncaught: tuple[str, ...] = field(default=())
    exposed: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @property
    def holds(self) -> bool:
        return not self.leaks and not any(outcome.problem for outcome in self.outcomes)


def prove(course: Course, assignment: str, options: Options, console: Console) -> Proof:
    """Try every solution; the failing tests' messages are kept, to recognise misconceptions."""
    bundles = load_bundles(course, assignment)
    cases = {f"{c.notebook}/{c.label}": c for c in cases_of(course, assignment, bundles)}
    found = {}
    with progress(console, transient=True) as bar:
        task = bar.add_task(f"proving {assignment}", total=len(cases))
        for key, cells in run_cases(course, cases, bundles, options):
            found[key] = _outcome(cases[key], bundles[cases[key].notebook], cells)
            bar.advance(task)
    outcomes = tuple(found[key] for key in cases)
    _record(course, assignment, bundles, outcomes)
    caught = {test for o in outcomes if o.case.wrong for test in o.lost}
    tests = [test.id for bundle in bundles.values() for test in bundle.tests if test.points]
    uncaught = tuple(test for test in tests if test not in caught)
    exposed: dict[str, frozenset[str]] = {}
    for bundle in bundles.values():
        exposed |= decided_by_students(bundle.cells)
    return Proof(outcomes, tuple(_leaks(course, assignment, bundles)), uncaught, exposed)


def run_cases(
    course: Course, cases: Mapping[str, Case], bundles: Mapping[str, Bundle], options: Options
) -> Iterator[tuple[str, list[CellResult]]]:
    """Run each case the way a submission runs: written to a file, read back, rebuilt."""
    os.environ["COURSE_DEVICE"] = resolve_device(options.device)
    settings = course.settings
    jobs: dict[str, Job] = {}
    with tempfile.TemporaryDirectory() as scratch:
        for number, (key, case) in enumerate(cases.items()):
            folder = Path(scratch) / str(number)
            folder.mkdir()
            nbformat.write(case.answers, folder / f"{case.notebook}.ipynb")
            bundle = bundles[case.notebook]
            job = rebuild_folder(folder, bundle).job(settings.limits(), options.mode)
            jobs[key] = only(job, case.affects, bundle) if job else Job(())
    yield from run_all(
        jobs,
        options.workers,
        tuple(settings.preload),
        path=(str(course.root),),
        read=tuple(settings.read_paths),
        unsafe=options.unsafe,
    )


def _outcome(case: Case, bundle: Bundle, cells: list[CellResult]) -> Outcome:
    by_id = {cell.id: cell for cell in cells}
    scores = {
        test.id: best(by_id[test.id]) if test.id in case.affects else test.points
        for test in bundle.tests
        if test.points
    }
    lost = frozenset(test.id for test in bundle.tests if scores.get(test.id, 0.0) < test.points)
    messages = {test: by_id[test].error or "" for test in lost}
    return Outcome(case, sum(scores.values()), lost, messages)


def _record(
    course: Course, assignment: str, bundles: Mapping[str, Bundle], outcomes: tuple[Outcome, ...]
) -> None:
    known: dict[str, dict[str, Mapping[str, str]]] = {b.digest: {} for b in bundles.values()}
    for outcome in outcomes:
        if outcome.case.wrong and not outcome.problem:
            known[bundles[outcome.case.notebook].digest][outcome.case.note] = outcome.messages
    misconceptions.record(misconceptions.file_of(course.root, assignment), known)


def _leaks(course: Course, assignment: str, bundles: Mapping[str, Bundle]) -> Iterator[leaks.Leak]:
    for name in bundles:
        source = source_of(course, assignment, name)
        protected = leaks.secrets(source, name, course.config)
        release = release_version(source, course.config)
        text = "\n".join(cell.source for cell in release.cells)
        yield from leaks.search_text(text, protected, f"release of {name}")


def table(proof: Proof, short: bool = False) -> Table:
    """One row per solution; those that break their promise say how."""
    shown = Table("solution", "what it is", "score", "loses", "", title_justify="left")
    for outcome in proof.outcomes:
        if short and outcome.case.label not in (REFERENCE, BLANK) and not outcome.problem:
            continue
        lost = ", ".join(sorted(outcome.lost)) if len(outcome.lost) < 5 else f"{len(outcome.lost)}"
        mark = f"[red]✗ {escape(outcome.problem)}" if outcome.problem else "[green]✓"
        words = (outcome.case.label, outcome.case.note, f"{outcome.score:g}", lost or "nothing")
        shown.add_row(*map(escape, words), mark)
    return shown


def report(proof: Proof, console: Console, short: bool = False) -> None:
    """The table (a short one leaves out what is as promised), then what is wrong, line by line."""
    console.print(table(proof, short))
    for leak in proof.leaks:
        console.print(f"[red]leak:[/] {escape(str(leak))}", highlight=False)
    if proof.uncaught:
        console.print(f"no wrong solution loses: {', '.join(proof.uncaught)}", markup=False)
    for cell, names in proof.exposed.items():
        console.print(
            f"{cell} uses students' names as it runs: they may replace what tests take from it "
            f"({', '.join(sorted(names))})",
            markup=False,
        )
    broken = sum(1 for outcome in proof.outcomes if outcome.problem)
    wrong = sum(1 for outcome in proof.outcomes if outcome.case.wrong)
    right = sum(1 for outcome in proof.outcomes if outcome.case.label.startswith("right/"))
    verdict = "proven" if proof.holds else f"not proven: {broken} broken, {len(proof.leaks)} leaks"
    console.print(f"{wrong} wrong and {right} right solutions tried: {verdict}")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `autograder prove`."""
    parser.add_argument("assignment", help="the assignment, or the start of its name")
    parser.add_argument("--workers", type=int, help="solutions tried at once")
    parser.add_argument("--device", choices=("cpu", "cuda", "auto"), help="what tests run on")
    parser.add_argument("--unsafe", action="store_true", default=None, help="without a sandbox")


def run(args: argparse.Namespace) -> int:
    """Prove, print the table; 1 if anything is not as promised."""
    course = Course.open(args.course)
    options = Options.of(course, workers=args.workers, device=args.device, unsafe=args.unsafe)
    console = Console()
    proof = prove(course, course.assignment(args.assignment), options, console)
    report(proof, console)
    return 0 if proof.holds else 1
