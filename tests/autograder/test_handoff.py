"""What nbgrader ends up with. Oracle: nbgrader's own `determine_grade` and gradebook."""

import json
import logging
import re
from typing import Any

import nbformat
import pytest
from fake_engine import GOOD, HALF, hand_in
from nbconvert.exporters import HTMLExporter
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.apps.api import NbGraderAPI
from nbgrader.server_extensions.formgrader.handlers import template_path
from nbgrader.utils import determine_grade
from sqlalchemy import event
from traitlets.config import Config

from autograder.batch import handing
from autograder.bundle import load_bundles
from autograder.course import Course, CourseError
from autograder.filled import fill, scored_outputs
from autograder.gradebook import OpenGradebook, opened
from autograder.handoff import use_engine
from autograder.job import CellResult
from autograder.notebook import parse_submitted
from autograder.rebuild import rebuild
from autograder.results import make_result, recorded
from autograder.submissions import Options, Submissions


def grades(course: Course, student: str) -> dict[str, tuple[float | None, bool]]:
    with Gradebook(course.directory.db_url, course.directory.course_id) as gradebook:
        submission = gradebook.find_submission("hw1_means", student)
        rows = [grade for notebook in submission.notebooks for grade in notebook.grades]
        return {row.name: (row.auto_score, row.needs_manual_grade) for row in rows}


def grade_all(course: Course, **options: Any) -> Submissions:
    submissions = Submissions(course, "hw1_means", Options.of(course, **options))
    students = course.students("hw1_means")
    for _ in submissions.run(submissions.missing(students)):
        pass
    with handing(submissions) as handoff:
        for student in students:
            assert handoff.give(student) is not None
    return submissions


STREAM = {"output_type": "stream", "name": "stderr", "text": "a harmless warning"}
SHOWN = {
    "output_type": "execute_result",
    "data": {"text/plain": "nan"},
    "metadata": {},
    "execution_count": 3,
}
ERROR = {"output_type": "error", "ename": "E", "evalue": "wrong", "traceback": ["wrong"]}


@pytest.mark.parametrize("outputs", [(), (STREAM,), (SHOWN,), (ERROR,), (STREAM, SHOWN, ERROR)])
@pytest.mark.parametrize("error", [None, "AssertionError: wrong\nsecond line"])
@pytest.mark.parametrize("score", [0.0, 1 / 3, 0.1 + 0.2, 1.9999999999999998, 2.0])
def test_nbgrader_reads_off_exactly_our_score(
    score: float, error: str | None, outputs: tuple[dict[str, Any], ...]
) -> None:
    ran = CellResult("t", outputs=outputs, error=error, score=score)
    cell = nbformat.v4.new_code_cell(
        "pass", metadata={"nbgrader": {"grade": True, "solution": False, "points": 2}}
    )
    cell.outputs = [nbformat.from_dict(output) for output in scored_outputs(ran, 2.0)]
    assert determine_grade(cell, logging.getLogger()) == (score, 2.0)
    notebook = nbformat.v4.new_notebook(cells=[cell])
    nbformat.validate(notebook)


def test_the_better_of_two_scores_counts() -> None:
    cell = nbformat.v4.new_code_cell("pass", metadata={"nbgrader": {"grade": True, "points": 2}})
    for own, reference, counts in [(0.0, 2.0, 2.0), (1.5, 1.0, 1.5), (0.0, 0.5, 0.5)]:
        ran = CellResult("t", (ERROR,), "wrong", score=own, reference_score=reference)
        cell.outputs = [nbformat.from_dict(output) for output in scored_outputs(ran, 2.0)]
        assert determine_grade(cell)[0] == counts


def test_a_class_reaches_the_gradebook(released: Course, fake_engine: Any) -> None:
    hand_in(released, "good", {"mean": GOOD, "why": "It balances."})
    hand_in(released, "half", {"mean": HALF})
    hand_in(released, "blank")
    hand_in(released, "broken", raw=b'{"cells": [')
    released.folder("submitted", "hw1_means", "absent").mkdir(parents=True)
    grade_all(released)
    assert grades(released, "good") == {
        "mean_visible": (2, False),
        "mean_hidden": (3, False),
        "why": (None, True),
    }
    assert grades(released, "half") == {
        "mean_visible": (2, False),
        "mean_hidden": (0, False),
        "why": (0, False),
    }
    nothing = {"mean_visible": (0, False), "mean_hidden": (0, False), "why": (0, False)}
    for student, verdict in [("blank", None), ("broken", "not-json"), ("absent", "missing")]:
        assert grades(released, student) == nothing
        result = recorded(released, "hw1_means", student, "hw1_means")
        assert result is not None
        assert [v.name for v in result.verdicts] == ([verdict] if verdict else [])


def test_the_autograded_notebook_is_the_instructors_with_the_students_work(
    released: Course, fake_engine: Any
) -> None:
    path = hand_in(released, "ada", {"mean": GOOD, "why": "It balances."})
    handed_in = nbformat.read(path, as_version=4)
    handed_in.cells[2].source = "pass  # no test"
    handed_in.cells[2].metadata.tags = ["skip-execution"]
    handed_in.cells.append(nbformat.v4.new_code_cell("mean_of([1])"))
    nbformat.write(handed_in, path)
    grade_all(released)
    folder = released.folder("autograded", "hw1_means", "ada")
    notebook = nbformat.read(folder / "hw1_means.ipynb", as_version=4)
    nbformat.validate(notebook)
    by_id = {c.metadata.get("nbgrader", {}).get("grade_id"): c for c in notebook.cells}
    assert by_id["mean"].source == GOOD
    assert by_id["mean"].outputs[0].text == "ran mean\n"
    assert by_id["why"].source == "It balances."
    assert by_id["mean_visible"].source.startswith("assert mean_of([1, 2, 3]) == 2")
    assert "tags" not in by_id["mean_visible"].metadata
    assert "END HIDDEN TESTS" in by_id["mean_hidden"].source
    assert notebook.cells[-1].source == "mean_of([1])"
    assert "edited-cell" in notebook.cells[0].source
    assert (folder / "numbers.csv").read_text() == "1,2,3\n"


def test_what_nbgrader_has_is_not_given_again(released: Course, fake_engine: Any) -> None:
    hand_in(released, "ada", {"mean": GOOD})
    submissions = grade_all(released)
    assert submissions.missing(["ada"]) == []
    with handing(submissions) as handoff:
        assert handoff.give("ada") is False
        hand_in(released, "ada", {"mean": GOOD, "why": "A new answer in prose."})
        assert handoff.give("ada") is True
    assert fake_engine.ran == ["ada/hw1_means"]
    assert grades(released, "ada")["why"] == (None, True)


def test_a_replaced_gradebook_is_filled_again(released: Course, fake_engine: Any) -> None:
    database = released.root / "gradebook.db"
    before = database.read_bytes()
    hand_in(released, "ada", {"mean": GOOD})
    grade_all(released)
    database.write_bytes(before)
    grade_all(released)
    assert grades(released, "ada")["mean_hidden"] == (3, False)
    assert fake_engine.ran == ["ada/hw1_means"]


def test_manual_grades_and_late_penalties_stay(released: Course, fake_engine: Any) -> None:
    with open(released.root / "nbgrader_config.py", "a") as file:
        file.write("c.LateSubmissionPlugin.penalty_method = 'zero'\n")
    course = Course.open(released.root)
    with Gradebook(course.directory.db_url, "means") as gradebook:
        gradebook.update_or_create_assignment("hw1_means", duedate="2030-01-01 00:00:00 UTC")
    for student, stamp in [("late", "2030-01-02 00:00:00 UTC"), ("lost", "no\x00 time")]:
        path = hand_in(course, student, {"mean": GOOD})
        (path.parent / "timestamp.txt").write_text(stamp)
    grade_all(course)
    with Gradebook(course.directory.db_url, "means") as gradebook:
        late = gradebook.find_submission_notebook("hw1_means", "hw1_means", "late")
        assert (late.score, late.late_submission_penalty) == (5, 5)
        assert gradebook.find_submission("hw1_means", "lost").timestamp is None
        row = gradebook.find_grade("mean_hidden", "hw1_means", "hw1_means", "late")
        row.manual_score = 1.0
        gradebook.db.commit()
    hand_in(course, "late", {"mean": HALF})
    grade_all(course)
    with Gradebook(course.directory.db_url, "means") as gradebook:
        row = gradebook.find_grade("mean_hidden", "hw1_means", "hw1_means", "late")
        assert (row.auto_score, row.manual_score, row.needs_manual_grade) == (0, 1, True)


def test_a_new_submission_has_the_rows_that_nbgrader_makes(released: Course) -> None:
    stamp = "2030-01-02 03:04:05 CET"
    with Gradebook(released.directory.db_url, "means") as theirs:
        theirs.add_task_cell("talk", "hw1_means", "hw1_means", cell_type="markdown", max_score=3)
        theirs.add_student("ada")
        with theirs.db.no_autoflush:  # it would warn of rows that are half made
            theirs.add_submission("hw1_means", "ada", timestamp=stamp)
    with opened(released) as ours:
        ours.add_student("zoe")
        ours.add_submission("hw1_means", "zoe", timestamp=stamp)
        ours.find_grade("talk", "hw1_means", "hw1_means", "zoe")
        ours.find_comment("talk", "hw1_means", "hw1_means", "zoe")
        ours.save()
    rows = {}
    with Gradebook(released.directory.db_url, "means") as gradebook:
        for student in ("ada", "zoe"):
            made = gradebook.find_submission("hw1_means", student)
            found = [one for nb in made.notebooks for one in (nb, *nb.grades, *nb.comments)]
            shown = [one.to_dict() | {"id": 0, "student": 0} for one in found]
            rows[student] = [made.timestamp, *sorted(map(repr, shown))]
    assert rows["ada"] == rows["zoe"]
    assert sum("talk" in str(row) for row in rows["zoe"]) == 2


def test_a_score_given_after_late_work_was_added_up_is_written(released: Course) -> None:
    with Gradebook(released.directory.db_url, "means") as gradebook:
        gradebook.update_or_create_assignment("hw1_means", duedate="2030-01-01 00:00:00 UTC")
    work, stamp = ("hw1_means", "hw1_means", "zoe"), "2030-01-02 00:00:00 UTC"
    with opened(released) as gradebook:
        gradebook.add_student("zoe")
        gradebook.add_submission("hw1_means", "zoe", timestamp=stamp)
        gradebook.find_grade("mean_hidden", *work).auto_score = 1.0
        assert gradebook.find_submission_notebook(*work).score == 1.0
        gradebook.find_grade("mean_hidden", *work).auto_score = 2.0
        gradebook.find_comment("why", *work).auto_comment = "No response."
        gradebook.save()
        assert gradebook.find_submission_notebook(*work).score == 2.0
        assert gradebook.find_comment("why", *work).comment == "No response."


def test_a_source_that_changed_since_its_release_is_refused(
    released: Course, fake_engine: Any
) -> None:
    hand_in(released, "ada", {"mean": GOOD})
    source = released.folder("source", "hw1_means") / "hw1_means.ipynb"
    source.write_text(source.read_text().replace("negative numbers", "numbers below 0"))
    with pytest.raises(CourseError, match=r"mean_hidden.*autograder release hw1_means"):
        grade_all(released)
    (released.root / "gradebook.db").unlink()
    with pytest.raises(CourseError, match="no gradebook"):
        grade_all(released)
    assert not (released.root / "gradebook.db").exists()


@pytest.mark.filterwarnings("ignore:.*not in session:sqlalchemy.exc.SAWarning")  # nbgrader's own
def test_nbgraders_own_autograde_uses_the_engine(
    released: Course, fake_engine: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_in(released, "ada", {"mean": GOOD})
    hand_in(released, "bob", {"mean": HALF})
    hand_in(released, "eve", raw=b"\xff\xfenot a notebook")
    secret = released.root / "secret.txt"
    secret.write_text("the exam")
    (released.folder("submitted", "hw1_means", "ada") / "stolen.txt").symlink_to(secret)
    (released.folder("submitted", "hw1_means", "bob") / "more.txt").write_text("not asked for")
    use_engine(released.config)
    monkeypatch.chdir(released.root)
    api = NbGraderAPI(coursedir=released.directory, config=released.config)
    for student in ("ada", "bob", "eve"):
        outcome = api.autograde("hw1_means", student)
        assert outcome["success"], outcome
    assert fake_engine.ran == ["ada/hw1_means", "bob/hw1_means"]
    assert grades(released, "ada")["mean_hidden"] == (3, False)
    assert grades(released, "bob")["mean_hidden"] == (0, False)
    assert grades(released, "eve")["mean_visible"] == (0, False)
    for student in ("ada", "bob"):
        files = released.folder("autograded", "hw1_means", student).iterdir()
        assert {file.name for file in files} == {"hw1_means.ipynb", "numbers.csv"}


def test_hostile_words_cannot_leave_the_note(released: Course) -> None:
    bundle = load_bundles(released, "hw1_means")["hw1_means"]
    kernel = "</pre>\n\n<script>alert(1)</script>\n\n[x](javascript:1)"
    content = {"cells": [], "metadata": {"kernelspec": {"name": kernel}}}
    rebuilt = rebuild(parse_submitted(json.dumps(content).encode()), bundle)
    result = make_result("k", rebuilt, [], "split", "cpu", unsafe=True)
    note = fill(rebuilt, result).cells[0].source
    lines = note.splitlines()[2:]
    assert any("script" in line for line in lines)
    assert all(line.startswith("    ") for line in lines)
    assert "without a sandbox" in note


def test_the_formgraders_page_runs_nothing_of_the_students(released: Course) -> None:
    attack = "<script>alert(1)</script><img src=x onerror=alert(2)>[x](javascript:alert(3))"
    shown = {"text/html": attack, "text/latex": attack, "text/markdown": attack}
    outputs = ({"output_type": "display_data", "data": shown},)
    known = [("code", "mean"), ("markdown", "why"), ("markdown", None), ("raw", None)]
    cells = [
        {"cell_type": kind, "source": attack, "metadata": {"nbgrader": {"grade_id": grade_id}}}
        for kind, grade_id in known
    ]
    bundle = load_bundles(released, "hw1_means")["hw1_means"]
    rebuilt = rebuild(parse_submitted(json.dumps({"cells": cells}).encode()), bundle)
    ran = [CellResult("mean", outputs), CellResult("mean_visible", outputs, attack, score=0.0)]
    result = make_result("k", rebuilt, ran, "split", "cpu", unsafe=False)
    config = Config()
    use_engine(config)
    config.HTMLExporter.template_name = "formgrade"
    config.HTMLExporter.extra_template_basedirs = [template_path]
    exporter = HTMLExporter(config=config)
    page, _ = exporter.from_notebook_node(fill(rebuilt, result), {"index": 0, "total": 1})
    assert page.count("alert") >= 2  # as text, in a source and in a message
    assert "<script>alert" not in page
    assert not re.search(r"<[^>]*\son\w+=[^>]*alert", page)
    assert 'href="javascript' not in page


def test_a_submission_that_is_missing_is_asked_for_once_until_it_is_there(released: Course) -> None:
    asked = []
    gradebook, another = OpenGradebook(released), OpenGradebook(released)
    event.listen(gradebook.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    try:
        for _ in range(3):
            with pytest.raises(MissingEntry):
                gradebook.find_submission("hw1_means", "new")
            with pytest.raises(MissingEntry):
                gradebook.find_submission_notebook("hw1_means", "hw1_means", "new")
        assert len(asked) == 1
        gradebook.update_or_create_student("new")  # not written yet
        made = gradebook.add_submission("hw1_means", "new")
        assert gradebook.find_submission("hw1_means", "new") is made
        where = ("hw1_means", "hw1_means", "new")
        assert gradebook.find_submission_notebook(*where).assignment is made
        with pytest.raises(MissingEntry):
            gradebook.find_submission("hw1_means", "later")
        gradebook.save()
        another.update_or_create_student("later")
        another.add_submission("hw1_means", "later")
        another.save()
        assert gradebook.find_submission("hw1_means", "later").student.id == "later"
    finally:
        another.leave()
        gradebook.leave()
