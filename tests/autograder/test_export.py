"""The CSV says what the gradebook says. Oracle: nbgrader's own scores."""

import argparse
import csv
import io
from pathlib import Path

import pytest
from fake_engine import GOOD, HALF, FakeEngine, hand_in
from nbgrader.api import Gradebook

from autograder import export
from autograder.batch import handing
from autograder.course import Course, CourseError
from autograder.notebook import Verdict
from autograder.overview import GRADED, Row
from autograder.submissions import Options, Submissions


@pytest.fixture
def graded(released: Course, fake_engine: FakeEngine) -> Course:
    for student, answer in [("ada", GOOD), ("bob", HALF)]:
        hand_in(released, student, {"mean": answer})
    hand_in(released, "eve", raw=b"{")
    submissions = Submissions(released, "hw1_means", Options.of(released))
    list(submissions.run(submissions.missing(["ada", "bob", "eve"])))
    with handing(submissions) as handoff:
        for student in ("ada", "bob", "eve"):
            handoff.give(student)
    return released


def arguments(course: Course, *words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--course")
    export.add_arguments(parser)
    return parser.parse_args([*words, "--course", str(course.root)])


def test_every_score_is_nbgraders(graded: Course, capsys: pytest.CaptureFixture[str]) -> None:
    with Gradebook(graded.directory.db_url, graded.directory.course_id) as gradebook:
        gradebook.find_grade("mean_hidden", "hw1_means", "hw1_means", "bob").manual_score = 0.75
        gradebook.find_grade("why", "hw1_means", "hw1_means", "ada").manual_score = 4
        gradebook.db.commit()
        totals = {s.student.id: s.score for s in gradebook.assignment_submissions("hw1_means")}
    assert export.run(arguments(graded, "hw1")) == 0
    lines = {line["student"]: line for line in csv.DictReader(io.StringIO(capsys.readouterr().out))}
    assert {name: float(line["total"]) for name, line in lines.items()} == totals
    assert totals == {"ada": 9, "bob": 2.75, "eve": 0}
    assert [lines["bob"][task] for task in ("mean_visible", "mean_hidden", "why")] == [
        "2",
        "0.75",
        "0",
    ]
    assert lines["eve"]["verdicts"] == "not-json"
    assert {line["max_score"] for line in lines.values()} == {"10"}


def test_a_file_is_written_whole_or_not_at_all(graded: Course, tmp_path: Path) -> None:
    assert export.run(arguments(graded, "--to", str(tmp_path / "grades.csv"))) == 0
    assert len((tmp_path / "grades.csv").read_text().splitlines()) == 4
    with pytest.raises(CourseError, match="cannot be written"):
        export.run(arguments(graded, "--to", str(tmp_path / "nowhere" / "grades.csv")))


def test_names_that_two_notebooks_share_are_told_apart() -> None:
    tasks: dict[tuple[str, str], float | None] = {
        ("one", "mean"): 1.0,
        ("two", "mean"): 0.1 + 0.2,
        ("two", "why"): None,
    }
    file = io.StringIO()
    export.write([Row("ada", "hw", GRADED, None, tasks, 9)], file)
    header, line = csv.reader(io.StringIO(file.getvalue()))
    found = dict(zip(header, line, strict=True))
    assert (found["one/mean"], found["two/mean"], found["why"]) == ("1", "0.3", "")
    assert found["by_hand"] == "1"


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_no_field_is_a_formula(name: str) -> None:
    file = io.StringIO()
    export.write([Row(name, "hw", GRADED, verdicts=(Verdict(name, ""),))], file)
    line = list(csv.reader(io.StringIO(file.getvalue())))[1]
    assert not any(field[:1] in set("=+-@\t") for field in line if field)


def test_a_folder_is_no_file_to_write(
    graded: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.iterdir())
    for to in (".", "", str(tmp_path)):
        with pytest.raises(CourseError, match="is a folder: name a file in it"):
            export.run(arguments(graded, "hw1", "--to", to))
    assert sorted(tmp_path.iterdir()) == before
