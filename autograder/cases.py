"""Solutions to try on an assignment: the reference, the blank release, and the proof bank."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import nbformat

from autograder import bank
from autograder.affected import affected_tests
from autograder.bundle import Bundle
from autograder.course import Course
from autograder.release import release_version

REFERENCE, BLANK = "reference", "blank"


@dataclass(frozen=True)
class Case:
    """One solution to try, and what it must lose.

    Attributes:
        affects: tests that can come out otherwise than for the reference; others are not run.
    """

    notebook: str
    label: str
    note: str
    answers: nbformat.NotebookNode
    loses: frozenset[str]
    affects: frozenset[str]
    wrong: bool = False


def cases_of(course: Course, assignment: str, bundles: Mapping[str, Bundle]) -> Iterator[Case]:
    """The reference, the blank release, and the bank, for each notebook of the assignment.

    Raises:
        BankError: a proof names a cell or a test that does not exist.
    """
    proofs = bank.read_bank(course.root / "proof" / assignment)
    used: set[str] = set()
    for name, bundle in bundles.items():
        source = source_of(course, assignment, name)
        release, answers = release_version(source, course.config), bank.reference_sources(source)
        tests = frozenset(test.id for test in bundle.tests if test.points)
        every = frozenset(test.id for test in bundle.tests)
        full = bank.submission(release, answers, None)
        yield Case(name, REFERENCE, "the instructor's own answers", full, frozenset(), every)
        yield Case(name, BLANK, "the release, untouched", release, tests, every)
        for proof in proofs:
            if not proof.sections.keys() & answers.keys():
                continue
            used.add(proof.label)
            if unknown := proof.loses - tests:
                raise bank.BankError(f"{proof.label}: no test `{sorted(unknown)[0]}` in {name}")
            answered = bank.submission(release, answers, proof)
            affects = affected_tests(bundle, proof.sections) | proof.loses
            yield Case(
                name, proof.label, proof.note, answered, proof.loses, affects, not proof.right
            )
    if lost := [proof.label for proof in proofs if proof.label not in used]:
        raise bank.BankError(f"{lost[0]}: its cells are in no notebook of {assignment}")


def source_of(course: Course, assignment: str, notebook: str) -> nbformat.NotebookNode:
    path = course.folder("source", assignment) / f"{notebook}.ipynb"
    return nbformat.read(path, as_version=4)
