"""A test that gives a part of its points and says why, which nbgrader's issue 1399 asks for.

Oracles: nbgrader's own reading of the notebooks and of the gradebook, on a class that the real
engine has graded.
"""

import csv
from pathlib import Path

import nbformat
import pytest
from fake_engine import hand_in
from nbgrader.api import Gradebook
from nbgrader.utils import determine_grade
from small_course import make_course, nbgrader_cell

from autograder import cli, feedback
from autograder.course import Course
from autograder.release import generate

pytestmark = pytest.mark.sandbox

PARTS = """wrong = []
for values, mean in [([2, 4], 3), ([-1, 1], 0), ([], 0)]:
    try:
        wrong += [] if mean_of(values) == mean else [f"{values}: not {mean}"]
    except ZeroDivisionError:
        wrong.append(f"{values}: division by <zero>")
print("\\n".join(wrong))
2 * (3 - len(wrong))"""
ANSWERS = {
    "all": "def mean_of(values):\n    return sum(values) / max(len(values), 1)",
    "none": "def mean_of(values):\n    return 7",
    "some": "def mean_of(values):\n    return sum(values) / len(values)",
}
SAID = {
    "all": "",
    "none": "[2, 4]: not 3\n[-1, 1]: not 0\n[]: not 0",
    "some": "[]: division by <zero>",
}
POINTS = {"all": 6, "none": 0, "some": 4}


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Course:
    base = tmp_path_factory.mktemp("partial")
    course = make_course(base)
    path = course.folder("source", "hw1_means") / "hw1_means.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.append(nbgrader_cell(PARTS, "parts", 6, grade=True, locked=True))
    nbformat.write(notebook, path)
    with (course.root / "nbgrader_config.py").open("a") as config:
        config.write("c.Autograder.preload = []\n")
    generate(course, "hw1_means")
    for student, answer in ANSWERS.items():
        hand_in(course, student, {"mean": answer})
    assert cli.main(["grade", "hw1", "--course", str(course.root), "--workers", "1"]) == 0
    return Course.open(course.root)


def test_points_reach_the_gradebook_and_the_message_stands_beside_them(graded: Course) -> None:
    with Gradebook(graded.directory.db_url, graded.directory.course_id) as gradebook:
        for student, points in POINTS.items():
            grade = gradebook.find_grade("parts", "hw1_means", "hw1_means", student)
            assert (grade.auto_score, grade.max_score) == (points, 6)
    for student, points in POINTS.items():
        folder = graded.folder("autograded", "hw1_means", student)
        cell = nbformat.read(folder / "hw1_means.ipynb", as_version=4).cells[-1]
        assert determine_grade(cell)[0] == points
        assert SAID[student] in "".join(o.text for o in cell.outputs if "text" in o)


def test_both_reach_feedback(graded: Course) -> None:
    feedback.write_all(graded, "hw1_means")
    for student, points in POINTS.items():
        folder = graded.folder("feedback", "hw1_means", student)
        page = (folder / "hw1_means.html").read_text(encoding="utf-8")
        assert f"<td>{points} of 6</td>" in page
        for line in SAID[student].splitlines():
            assert line.replace("<", "&lt;").replace(">", "&gt;") in page


def test_both_reach_the_export(graded: Course, tmp_path: Path) -> None:
    to = tmp_path / "tests.csv"
    words = ["export", "hw1", "--tests", "--course", str(graded.root), "--to", str(to)]
    assert cli.main(words) == 0
    with to.open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    assert [(line["student"], line["test"]) for line in lines] == [
        (student, test)
        for student in ANSWERS
        for test in ("mean_visible", "mean_hidden", "why", "parts")
    ]
    parts = {line["student"]: line for line in lines if line["test"] == "parts"}
    for student, points in POINTS.items():
        line = parts[student]
        assert line["points"] == str(points)
        assert line["of"] == "6"
        assert line["message"] == SAID[student]
        assert float(line["seconds"]) >= 0
    assert [line["points"] for line in lines if line["test"] == "why"] == ["0", "0", "0"]
