"""A course that is not ours: nbgrader's own quickstart, the real engine, nbgrader's own commands.

Oracle: what nbgrader itself gives the same submissions.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbgrader
import pytest
from nbgrader.api import Gradebook

from autograder import cli
from autograder.course import Course
from autograder.release import generate

pytestmark = [
    pytest.mark.slow,
    pytest.mark.sandbox,
    pytest.mark.filterwarnings("ignore"),  # of nbgrader's own way of running notebooks
]


@pytest.fixture(scope="module")
def quickstart(tmp_path_factory: pytest.TempPathFactory) -> Path:
    # what `nbgrader quickstart` copies
    guide = Path(nbgrader.__file__).parent / "docs" / "source" / "user_guide" / "source"
    root = tmp_path_factory.mktemp("quickstart") / "course101"
    shutil.copytree(guide, root / "source", ignore=shutil.ignore_patterns("ps1_autotest", "*.html"))
    (root / "nbgrader_config.py").write_text(
        "c = get_config()\nc.CourseDirectory.course_id = 'course101'\n"
        "c.IncludeHeaderFooter.header = 'source/header.ipynb'\n"
    )
    generate(Course.open(root), "ps1")
    for student, kind in [("full", "source"), ("blank", "release"), ("one", "release")]:
        shutil.copytree(root / kind / "ps1", root / "submitted" / student / "ps1")
    one = root / "submitted" / "one" / "ps1" / "problem1.ipynb"
    notebook = json.loads(one.read_text())
    for cell in notebook["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == "squares":
            cell["source"] = "def squares(n):\n    return [i**2 for i in range(1, n + 1)]"
    one.write_text(json.dumps(notebook))
    return root


def scores(root: Path) -> dict[str, dict[str, float | None]]:
    course = Course.open(root)
    with Gradebook(course.directory.db_url, course.directory.course_id) as gradebook:
        return {
            submission.student.id: {
                grade.name: grade.auto_score
                for notebook in submission.notebooks
                for grade in notebook.grades
            }
            for submission in gradebook.assignment_submissions("ps1")
        }


def test_grades_are_nbgraders_own(quickstart: Path, tmp_path: Path) -> None:
    found = {}
    for mode in ("stock", "plain", "split"):
        root = tmp_path / mode
        shutil.copytree(quickstart, root)
        words = ["grade", "ps1", "--course", str(root), "--workers", "1", "--mode", mode]
        assert cli.main(words) == 0
        found[mode] = scores(root)
    assert found["plain"] == found["stock"]
    assert found["stock"]["one"]["correct_squares"] == 1
    assert found["split"] == found["stock"]
    root = tmp_path / "split"
    assert cli.main(["status", "ps1", "--course", str(root)]) == 0
    assert cli.main(["export", "--course", str(root), "--to", str(tmp_path / "grades.csv")]) == 0
    assert len((tmp_path / "grades.csv").read_text().splitlines()) == 4


def test_nbgraders_command_uses_the_engine_where_it_is_told_to(
    quickstart: Path, tmp_path: Path
) -> None:
    root = tmp_path / "course"
    shutil.copytree(quickstart, root)
    with open(root / "nbgrader_config.py", "a") as file:
        file.write("\nfrom autograder.handoff import use_engine\nuse_engine(c)\n")
        file.write("c.Autograder.workers = 1\n")
    (root / "submitted" / "one" / "ps1" / "problem2.ipynb").write_text("{")
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", "autograde", "ps1"],
        cwd=root,
        env=os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    found = scores(root)
    assert found["one"]["correct_squares"] == 1
    assert found["one"]["part-a"] == found["blank"]["correct_squares"] == 0
    # one result for each notebook that has code, none of them run twice
    assert len(list((root / ".autograder" / "results").glob("*.json"))) >= 3
