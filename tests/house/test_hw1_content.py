"""Homework 1 as a document: points, structure, and a bank that covers every test.

`autograder prove` runs the bank; here the reference runs in one process, as in a student's kernel.
"""

import re
import warnings
from pathlib import Path

import nbformat
import pytest
import torch

from autograder import bank

NAME = "hw1_feedforward_lm"
COURSE = Path(__file__).resolve().parents[2] / "assignments"
CELLS = nbformat.read(COURSE / "source" / NAME / f"{NAME}.ipynb", as_version=4).cells
GRADED = [cell for cell in CELLS if cell.metadata.get("nbgrader")]
TESTS = [c for c in GRADED if c.metadata.nbgrader.grade and c.cell_type == "code"]
BANK = bank.read_bank(COURSE / "proof" / NAME)


def grade_id(cell):
    return cell.metadata.nbgrader.grade_id


def test_points_add_up_to_100_and_the_plan_tells_them():
    total = sum(cell.metadata.nbgrader.get("points", 0) for cell in GRADED)
    plan = next(cell.source for cell in CELLS if cell.source.startswith("## The plan"))
    rows = [(int(a), int(b)) for a, b in re.findall(r"\| (\d+) \| (\d+) \|$", plan, re.M)]
    points, minutes = map(sum, zip(*rows, strict=True))
    assert total == points == 100
    assert "about 5 hours" in CELLS[0].source
    assert minutes == 300


def test_every_task_says_what_to_do_and_has_a_test_to_look_at():
    tasks = [c for c in GRADED if c.metadata.nbgrader.solution and c.cell_type == "code"]
    assert len(tasks) >= 8
    for task in tasks:
        assert '"""' in task.source.split("### BEGIN SOLUTION")[0], grade_id(task)
        after = CELLS[CELLS.index(task) + 1 :]
        first = next(cell for cell in after if cell in TESTS)
        assert "BEGIN HIDDEN TESTS" not in first.source, grade_id(first)


def test_hidden_cells_say_in_the_release_what_they_look_at():
    hidden = [cell for cell in TESTS if "### BEGIN HIDDEN TESTS" in cell.source]
    assert len(hidden) >= 20
    for cell in hidden:
        assert grade_id(cell).endswith("_hidden")
        assert cell.source.startswith("# Graded: ")
        assert cell.source.endswith("### END HIDDEN TESTS")
        drawn = re.findall(r'checks\.generator\("(\w+)"\)', cell.source)
        assert set(drawn) <= {grade_id(cell)}, "seeds come from the test's own id"


def test_one_question_is_graded_by_hand():
    manual = [c for c in GRADED if c.metadata.nbgrader.grade and c.metadata.nbgrader.solution]
    assert [cell.cell_type for cell in manual] == ["markdown"]
    notes = (COURSE / "proof" / NAME / "written.md").read_text(encoding="utf-8")
    assert all(part in notes for part in ("Rubric", "Model answer", "Sample answer B"))


def test_the_bank_is_large_and_leaves_no_test_unproven():
    wrong = [proof for proof in BANK if not proof.right]
    assert len(wrong) >= 50
    assert len(BANK) - len(wrong) >= 12
    assert len({proof.note for proof in BANK}) == len(BANK)
    assert set().union(*(proof.loses for proof in wrong)) == {grade_id(cell) for cell in TESTS}


@pytest.fixture(scope="module")
def outcomes():
    """Which tests fail in one process, with the reference and with the untouched release."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    blank = r"\1raise NotImplementedError"
    yield {
        "reference": failing(lambda source: source),
        "blank": failing(
            lambda s: re.sub(r"( *)### BEGIN SOLUTION.*?### END SOLUTION", blank, s, flags=re.S)
        ),
    }
    torch.set_num_threads(threads)


def failing(change):
    names, failed = {"__name__": "__main__"}, set()
    for cell in CELLS:
        if cell.cell_type != "code" or not cell.metadata.get("nbgrader"):
            continue
        try:
            exec(compile(change(cell.source), cell.id, "exec"), names)
        except (AssertionError, NotImplementedError, NameError):
            failed.add(grade_id(cell))
    return failed


def test_the_reference_passes_in_silence_and_the_release_earns_nothing(outcomes, capfd):
    assert outcomes["reference"] == set()
    assert outcomes["blank"] >= {grade_id(cell) for cell in TESTS}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        failing(lambda source: source)
    assert capfd.readouterr() == ("", "")
