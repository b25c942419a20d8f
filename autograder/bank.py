"""Proof banks: wrong and right solutions of an assignment, and the submissions made from them.

A file replaces the source of one or more solution cells; every other cell keeps the reference's:

    # misconception: the target is not shifted        (right/: "# variant: einsum for matmul")
    # loses: windows_shape_test windows_targets_hidden
    # %% windows
    def make_windows(...): ...
"""

import copy
import re
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbgrader.utils import is_solution

from autograder.course import CourseError

SECTION = re.compile(r"^# %%\s+(\S+)\s*$")
HEADER = re.compile(r"^#\s*(misconception|loses|variant):\s*(.*)$")


class BankError(CourseError):
    """A proof file that does not follow the format."""


@dataclass(frozen=True)
class Proof:
    """One solution of the bank.

    Attributes:
        name: file name without suffix, unique in its folder.
        right: whether it must keep every point.
        note: the misconception, or what the variant does differently.
        loses: ids of exactly the tests that must lose points.
        sections: new source by grade_id of the solution cell.
    """

    name: str
    right: bool
    note: str
    loses: frozenset[str]
    sections: dict[str, str]

    @property
    def label(self) -> str:
        """`wrong/NAME` or `right/NAME`."""
        return f"{'right' if self.right else 'wrong'}/{self.name}"


def read_bank(folder: Path) -> list[Proof]:
    """Every proof of `<assignments>/proof/<assignment>`, wrong ones first.

    Raises:
        BankError: a file breaks the format; the message names it and the fix.
    """
    wrong = [parse(path, right=False) for path in sorted((folder / "wrong").glob("*.py"))]
    right = [parse(path, right=True) for path in sorted((folder / "right").glob("*.py"))]
    return wrong + right


def parse(path: Path, right: bool) -> Proof:
    """One proof file."""
    header: dict[str, str] = {}
    sections: dict[str, list[str]] = {}
    current: list[str] | None = None
    for line in _text(path).splitlines():
        if match := SECTION.match(line):
            if match[1] in sections:
                raise BankError(f"{path}: two sections for `{match[1]}`; keep one")
            current = sections[match[1]] = []
        elif current is not None:
            current.append(line)
        elif match := HEADER.match(line):
            header[match[1]] = match[2].strip()
    _check(path, right, header, sections)
    return Proof(
        name=path.stem,
        right=right,
        note=header["variant" if right else "misconception"].rstrip("."),
        loses=frozenset(header.get("loses", "").split()),
        sections={cell: "\n".join(lines).strip() for cell, lines in sections.items()},
    )


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        byte = error.object[error.start]
        raise BankError(f"{path}: byte 0x{byte:02x} is not UTF-8; save it as UTF-8") from error


def _check(path: Path, right: bool, header: dict[str, str], sections: dict[str, list[str]]) -> None:
    wanted = {"variant"} if right else {"misconception", "loses"}
    missing = [key for key in sorted(wanted) if not header.get(key)]
    if missing:
        raise BankError(f"{path}: no `# {missing[0]}: …` line before the first section")
    if not sections:
        raise BankError(f"{path}: no section; start one with `# %% GRADE_ID`")


def submission(
    release: nbformat.NotebookNode, reference: dict[str, str], proof: Proof | None
) -> nbformat.NotebookNode:
    """A student's notebook: the release with answers filled in.

    Args:
        release: the release version, as a student receives it.
        reference: source of each solution cell by grade_id.
        proof: what differs from the reference; None for the reference itself.
    """
    sections = proof.sections if proof else {}
    if unknown := sections.keys() - reference.keys():
        raise BankError(f"{proof and proof.label}: no solution cell `{sorted(unknown)[0]}`")
    notebook = copy.deepcopy(release)
    for cell in notebook.cells:
        if is_solution(cell):
            grade_id = cell.metadata.nbgrader.grade_id
            cell.source = sections.get(grade_id, reference[grade_id])
    return notebook


def reference_sources(source: nbformat.NotebookNode) -> dict[str, str]:
    """The instructor's answers by grade_id, without nbgrader's marks."""
    marks = ("BEGIN SOLUTION", "END SOLUTION", "BEGIN MARK SCHEME", "END MARK SCHEME")
    answers = {}
    for cell in source.cells:
        if is_solution(cell):
            lines = [ln for ln in cell.source.splitlines() if not any(m in ln for m in marks)]
            answers[cell.metadata.nbgrader.grade_id] = "\n".join(lines)
    return answers
