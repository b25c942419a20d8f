"""Every homework as a document: points, structure, and a bank that covers every test.

`autograder prove` runs the bank; here the reference runs in one process, as in a student's kernel.
"""

import re
import warnings
from pathlib import Path

import nbformat
import pytest
import torch

from autograder import bank
from autograder.names import plain_python

COURSE = Path(__file__).resolve().parents[2] / "assignments"


class Homework:
    """An assignment's cells, its tests among them, and its proof bank."""

    def __init__(self, name):
        self.name = name
        path = COURSE / "source" / name / f"{name}.ipynb"
        self.cells = nbformat.read(path, as_version=4).cells
        self.graded = [cell for cell in self.cells if cell.metadata.get("nbgrader")]
        markup = [(cell, cell.metadata.nbgrader) for cell in self.graded]
        self.tests = [c for c, m in markup if m.grade and c.cell_type == "code"]
        self.tasks = [c for c, m in markup if m.solution and c.cell_type == "code"]
        self.manual = [c for c, m in markup if m.grade and m.solution]
        self.bank = bank.read_bank(COURSE / "proof" / name)


@pytest.fixture(scope="module", params=sorted(p.name for p in (COURSE / "source").glob("hw*")))
def homework(request):
    return Homework(request.param)


def grade_id(cell):
    return cell.metadata.nbgrader.grade_id


def test_points_add_up_to_100_and_the_plan_tells_them(homework):
    total = sum(cell.metadata.nbgrader.get("points", 0) for cell in homework.graded)
    plan = next(cell.source for cell in homework.cells if cell.source.startswith("## The plan"))
    rows = [(int(a), int(b)) for a, b in re.findall(r"\| (\d+) \| (\d+) \|$", plan, re.M)]
    points, minutes = map(sum, zip(*rows, strict=True))
    assert total == points == 100
    assert f"about {minutes // 60} hours" in homework.cells[0].source
    assert minutes % 60 == 0


def test_every_task_says_what_to_do_and_has_a_test_to_look_at(homework):
    assert len(homework.tasks) >= 8
    for task in homework.tasks:
        assert '"""' in task.source.split("### BEGIN SOLUTION")[0], grade_id(task)
        after = homework.cells[homework.cells.index(task) + 1 :]
        first = next(cell for cell in after if cell in homework.tests)
        assert "BEGIN HIDDEN TESTS" not in first.source, grade_id(first)


def test_hidden_cells_say_in_the_release_what_they_look_at(homework):
    hidden = [cell for cell in homework.tests if "### BEGIN HIDDEN TESTS" in cell.source]
    assert len(hidden) >= 20
    for cell in hidden:
        assert grade_id(cell).endswith("_hidden")
        assert cell.source.startswith("# Graded: ")
        assert cell.source.endswith("### END HIDDEN TESTS")
        drawn = re.findall(r'checks\.generator\("(\w+)"\)', cell.source)
        assert set(drawn) <= {grade_id(cell)}, "seeds come from the test's own id"


def test_one_question_is_graded_by_hand(homework):
    assert [cell.cell_type for cell in homework.manual] == ["markdown"]
    notes = (COURSE / "proof" / homework.name / "written.md").read_text(encoding="utf-8")
    assert all(part in notes for part in ("Rubric", "Model answer", "Sample answer B"))


def test_the_bank_is_large_and_leaves_no_test_unproven(homework):
    wrong = [proof for proof in homework.bank if not proof.right]
    assert len(wrong) >= 50
    assert len(homework.bank) - len(wrong) >= 12
    assert len({proof.note for proof in homework.bank}) == len(homework.bank)
    unproven = {grade_id(cell) for cell in homework.tests}.difference(*(p.loses for p in wrong))
    assert not unproven


def test_the_reference_passes_in_silence_and_the_release_earns_nothing(homework, one_thread, capfd):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert failing(homework, lambda source: source) == set()
    assert capfd.readouterr() == ("", "")
    blank = r"\1raise NotImplementedError"
    solution = r"( *)### BEGIN SOLUTION.*?### END SOLUTION"
    failed = failing(homework, lambda source: re.sub(solution, blank, source, flags=re.S))
    assert failed >= {grade_id(cell) for cell in homework.tests}


@pytest.fixture
def one_thread():
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def failing(homework, change):
    """The graded cells that fail in one process, each cell's source changed first."""
    names, failed = {"__name__": "__main__"}, set()
    for cell in homework.cells:
        if cell.cell_type != "code" or not cell.metadata.get("nbgrader"):
            continue
        try:
            exec(compile(change(plain_python(cell.source)), cell.id, "exec"), names)
        except (AssertionError, NotImplementedError, NameError):
            failed.add(grade_id(cell))
    return failed
