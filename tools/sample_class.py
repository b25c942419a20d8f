"""A class of sample submissions: good, wrong, broken and hostile ones, made from the proof bank.

    python tools/sample_class.py COURSE ASSIGNMENT    writes COURSE/submitted/…

Broken ones answer everything but one cell, so that the rest still counts. Attacks answer nothing,
so that every point they get is a hole. Students are invented.
"""

import copy
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import attacks
import nbformat
from nbformat.v4 import new_code_cell

from autograder import bank
from autograder.course import Course
from autograder.release import release_version

WRONG, RIGHT = 6, 2  # how many of each the class takes from the bank


@dataclass(frozen=True)
class Sample:
    """One submission.

    Attributes:
        name: what is wrong with it, as part of the student's id.
        about: the same in words.
        kind: "honest", "broken" or "attack".
        content: of the notebook file.
        files: what else is handed in.
    """

    name: str
    about: str
    kind: str
    content: bytes
    files: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Maker:
    """Makes notebooks of one assignment."""

    course: Course
    assignment: str

    @cached_property
    def source(self) -> nbformat.NotebookNode:
        path = self.course.folder("source", self.assignment) / f"{self.assignment}.ipynb"
        return nbformat.read(path, as_version=4)

    @cached_property
    def release(self) -> nbformat.NotebookNode:
        return release_version(self.source, self.course.config)

    @cached_property
    def answers(self) -> dict[str, str]:
        return bank.reference_sources(self.source)

    @cached_property
    def first(self) -> str:
        """The first task: what breaks in it must not cost the others."""
        return next(iter(self.answers))

    def full(self, **replaced: str) -> nbformat.NotebookNode:
        """The reference's answers, some replaced."""
        return bank.submission(self.release, self.answers | replaced, None)

    def blank(self, first_cell: str) -> nbformat.NotebookNode:
        """No answers, and a cell of the student's own before everything else."""
        notebook = copy.deepcopy(self.release)
        notebook.cells.insert(0, new_code_cell(first_cell))
        return notebook

    def index(self, notebook: nbformat.NotebookNode, grade_id: str) -> int:
        ids = [c.metadata.get("nbgrader", {}).get("grade_id") for c in notebook.cells]
        return ids.index(grade_id)


def packed(notebook: nbformat.NotebookNode) -> bytes:
    return json.dumps(notebook, indent=1).encode()


def honest(maker: Maker) -> Iterator[Sample]:
    """The reference, the release untouched, and some of the bank, evenly spread."""
    yield Sample("reference", "the instructor's own answers", "honest", packed(maker.full()))
    yield Sample("blank", "the release, untouched", "honest", packed(maker.release))
    proofs = bank.read_bank(maker.course.root / "proof" / maker.assignment)
    for right, count in ((True, RIGHT), (False, WRONG)):
        some = [proof for proof in proofs if proof.right is right]
        for proof in some[:: max(1, len(some) // count)][:count]:
            notebook = bank.submission(maker.release, maker.answers, proof)
            yield Sample(proof.name, proof.note, "honest", packed(notebook))


def broken(maker: Maker) -> Iterator[Sample]:
    """Answers that stop the notebook, or a file that is no such notebook."""
    for name, about, code in attacks.STOPPING:
        answer = maker.full(**{maker.first: code})
        yield Sample(name, about, "broken", packed(answer))
    for name, (about, change) in CHANGES.items():
        notebook = maker.full()
        change(maker, notebook)
        yield Sample(name, about, "broken", packed(notebook))
    old = nbformat.convert(maker.full(), 3)
    yield Sample("old_format", "notebook format 3", "broken", packed(old))
    yield Sample("not_json", "a merge conflict", "broken", b"<<<<<<< HEAD\n" + packed(maker.full()))
    yield Sample("cut_off", "half of the file", "broken", packed(maker.full())[:3000])
    yield Sample("empty_file", "0 bytes", "broken", b"")


def _delete(maker: Maker, notebook: nbformat.NotebookNode) -> None:
    where = maker.index(notebook, maker.first)
    del notebook.cells[where : where + 2]


def _duplicate(maker: Maker, notebook: nbformat.NotebookNode) -> None:
    where = maker.index(notebook, maker.first)
    notebook.cells.insert(where + 1, copy.deepcopy(notebook.cells[where]))


def _rename_kernel(maker: Maker, notebook: nbformat.NotebookNode) -> None:
    name = {"name": "my-env", "display_name": "My environment", "language": "python"}
    notebook.metadata["kernelspec"] = name


def _edit_test(maker: Maker, notebook: nbformat.NotebookNode) -> None:
    notebook.cells[maker.index(notebook, maker.first) + 1].source = "pass"


CHANGES = {
    "deleted_cell": ("the first answer and its test deleted", _delete),
    "duplicated_cell": ("the first answer twice", _duplicate),
    "renamed_kernel": ("a kernel that only they have", _rename_kernel),
    "edited_test": ("the first test replaced by `pass`", _edit_test),
}


def hostile(maker: Maker) -> Iterator[Sample]:
    """What earns points under stock nbgrader without a line of correct code, and more."""
    tagged = copy.deepcopy(maker.release)
    for cell in tagged.cells:
        cell.metadata["tags"] = ["skip-execution"]
    yield Sample("skip_tag", "a tag that makes nbgrader skip the tests", "attack", packed(tagged))
    shadow = packed(maker.blank("import torch"))
    yield Sample("shadow_torch", attacks.SHADOW_ABOUT, "attack", shadow, attacks.SHADOW_FILES)
    for name, about, code in attacks.CELLS:
        yield Sample(name, about, "attack", packed(maker.blank(code)))


def sample_class(course: Course, assignment: str) -> dict[str, Sample]:
    """Every submission by student, ids in a fixed order."""
    maker = Maker(course, assignment)
    samples = [*honest(maker), *broken(maker), *hostile(maker)]
    return {f"s{number:02}_{sample.name}": sample for number, sample in enumerate(samples, 1)}


def write_class(course: Course, assignment: str) -> dict[str, Sample]:
    """Hand everything in, in nbgrader's layout."""
    samples = sample_class(course, assignment)
    for student, sample in samples.items():
        folder = course.folder("submitted", assignment, student)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{assignment}.ipynb").write_bytes(sample.content)
        for name, content in sample.files.items():
            (folder / name).write_text(content)
    return samples


if __name__ == "__main__":
    opened = Course.open(Path(sys.argv[1]))
    written = write_class(opened, opened.assignment(sys.argv[2]))
    print(f"{len(written)} submissions in {opened.root / 'submitted'}")
