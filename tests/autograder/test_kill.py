"""`kill -9` of anything, at any moment, in real runs of the command: no score is lost or doubled.

The long version, with hundreds of kills, is `python tools/kill_test.py`.
"""

import json
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))
from kill_class import ANSWERS
from kill_test import KillTest, Run

from autograder.audit import path_of

pytestmark = pytest.mark.sandbox

SIZE = 13
POINTS = (5, 5, 2, 0, 0, 5, 0)  # of `ANSWERS`, by hand


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> KillTest:
    """A class after three kills: in one round, unless the machine was too quick for that."""
    once = dict.fromkeys(("main", "server", "zygote", "newborn"), 1)
    test = KillTest(tmp_path_factory.mktemp("kill"), seed=11, size=SIZE, most=once)
    seen = 0
    while test.kills.total() < 3:
        seen += len([*test.round()])
        assert test.rounds < 10
    assert seen == test.kills.total()
    return test


def test_after_reruns_all_is_as_in_an_undisturbed_run(killed: KillTest) -> None:
    assert killed.faults == []


def test_the_scores_are_those_that_the_answers_deserve(killed: KillTest) -> None:
    course = killed.last.course
    with Gradebook(course.directory.db_url, course.directory.course_id) as gradebook:
        found = {s.student.id: s.score for s in gradebook.assignment_submissions("hw1_means")}
    expected = {f"student{i:02}": POINTS[i % len(ANSWERS)] for i in range(SIZE)}
    assert found == expected | {"student12": 0}  # which is no notebook


def result_of(run: Run) -> Path:
    """The one that says most."""
    return max((run.course.hidden / "results").iterdir(), key=lambda path: path.stat().st_size)


def change_score(run: Run) -> None:
    content = json.loads(result_of(run).read_text())
    content["result"]["cells"][1]["score"] = 0.25
    result_of(run).write_text(json.dumps(content))


def in_gradebook(statement: str) -> Callable[[Run], None]:
    def change(run: Run) -> None:
        with closing(sqlite3.connect(run.course.root / "gradebook.db")) as database:
            assert database.execute(statement).rowcount == 1
            database.commit()

    return change


HARM: list[Callable[[Run], object]] = [
    change_score,
    in_gradebook("UPDATE grade SET auto_score = 1.5 WHERE id = (SELECT max(id) FROM grade)"),
    in_gradebook("INSERT INTO student (id) VALUES ('somebody')"),
    lambda run: result_of(run).unlink(),
    lambda run: result_of(run).with_suffix(".1.tmp").touch(),
    lambda run: (run.scratch / "autograder-scratch-x").mkdir(),
    lambda run: path_of(run.course).write_text("{}\n"),
]


@pytest.mark.parametrize("harm", HARM)
def test_whatever_else_is_left_is_found(killed: KillTest, harm: Callable[[Run], object]) -> None:
    run = killed.copy_of(killed.last.course)
    assert killed.differences(run) == []
    harm(run)
    assert len(killed.differences(run)) >= 1
