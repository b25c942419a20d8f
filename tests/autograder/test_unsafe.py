"""`autograder grade` on a machine without a sandbox: it refuses, or says what it did everywhere."""

import json
from collections.abc import Callable
from subprocess import CompletedProcess

import nbformat
import pytest
from fake_engine import hand_in

from autograder.course import Course

pytestmark = pytest.mark.sandbox

COMMANDS = """
import os
from autograder import cli
from stub_filter import LANDLOCK, deny
deny(LANDLOCK)  # for the engine's processes too
os.environ["COLUMNS"] = "150"
course = ["hw1_means", "--course", sys.argv[1], "--yes", "--workers", "1"]
for command in (["grade", *course], ["grade", *course, "--unsafe"],
                ["status", *course[:3]], ["feedback", *course[:3]]):
    print("code", cli.main(command), flush=True)
"""
ANSWER = "def mean_of(values):\n    return sum(values) / max(len(values), 1)"


def test_it_refuses_unless_it_is_told_and_then_every_output_says_so(
    released: Course, script: Callable[..., CompletedProcess[str]]
) -> None:
    hand_in(released, "ada", {"mean": ANSWER})
    done = script(COMMANDS, str(released.root))
    refusal = [line for line in done.stderr.splitlines() if line.startswith("autograder grade:")]
    assert len(refusal) == 1
    assert "Landlock" in refusal[0]
    assert "autograder doctor" in refusal[0]
    codes = [part.splitlines()[0] for part in done.stdout.split("code ")[1:]]
    assert codes == ["2", "0", "0", "0"]
    said = done.stdout + done.stderr
    assert said.count("graded without a sandbox") == 1  # of two gradings
    assert "unsafe" in done.stdout.split("code 0")[1]  # the class's table
    (stored,) = (released.hidden / "results").glob("*.json")  # of the second run: none of the first
    assert json.loads(stored.read_text())["result"]["unsafe"] is True
    folder = released.folder("autograded", "hw1_means", "ada")
    note = nbformat.read(folder / "hw1_means.ipynb", as_version=4).cells[0].source
    assert "without a sandbox" in note
    page = released.folder("feedback", "hw1_means", "ada") / "hw1_means.html"
    assert "without a sandbox" in page.read_text()
