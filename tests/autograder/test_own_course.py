"""The page about one's own course: its files and its ten commands, run as they stand there."""

import csv
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = Path(__file__).resolve().parents[2] / "docs" / "own_course.md"
FILE = re.compile(r"`([\w/]+\.py)`:\n\n```python\n(.*?)```", re.S)
COMMANDS = re.compile(r"```console\n(.*?)```", re.S)
ROW = re.compile(r"^\| (student\d) \| (\w+) \| (\d+) \| (\d+) \|$", re.M)


@pytest.mark.sandbox
def test_three_files_and_ten_commands_grade_a_class(tmp_path):
    page = PAGE.read_text(encoding="utf-8")
    files, (commands,) = FILE.findall(page), COMMANDS.findall(page)
    assert len(files) == 3
    assert len(commands.splitlines()) == 10
    for name, content in files:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content, encoding="utf-8")
    here = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    for command in commands.splitlines():
        run = ["sh", "-c", command]
        done = subprocess.run(
            run, cwd=tmp_path, env=os.environ | {"PATH": here}, capture_output=True, text=True
        )
        assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    with (tmp_path / "grades.csv").open(newline="") as file:
        rows = [*csv.DictReader(file)]
    promised = ROW.findall(page)
    assert len(promised) == 2
    columns = ("student", "assignment", "total", "max_score")
    assert [tuple(row[name] for name in columns) for row in rows] == promised
    for student, complaints in (("student1", 0), ("student2", 4)):
        feedback = (tmp_path / "feedback" / student / "hw1" / "hw1.html").read_text()
        assert feedback.count("NotImplementedError") >= complaints, student
        assert "default_rng(7)" not in feedback, "a line of a hidden test"
    release = (tmp_path / "build" / "student" / "hw1" / "hw1.ipynb").read_text()
    assert "axis=0" not in release
    assert "centre_hidden" in release
