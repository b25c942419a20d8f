"""Corrected after its release: old copies, and who would gain by pretending. Oracle: by hand."""

import json
import shutil
from pathlib import Path
from typing import Any

import nbformat
import pytest
from corrections import by_hand, correct, grade, release, scores, set_due
from fake_engine import FakeEngine, hand_in
from hypothesis import given
from hypothesis import strategies as st
from nbformat.v4 import new_markdown_cell
from nbgrader.api import Gradebook
from small_course import make_course, nbgrader_cell

from autograder import cli, feedback, releases
from autograder.bundle import load_bundles
from autograder.course import Course
from autograder.locks import only_one
from autograder.notebook import Submitted, SubmittedCell
from autograder.old_copies import OldCopies
from autograder.overview import rows
from autograder.releases import Version, shown
from autograder.submissions import Options, Submissions

MEAN = "def mean_of(values):\n    return sum(values) / len(values)"
SPREAD = """def spread_of(values):
    "{words}"
    ### BEGIN SOLUTION
    centre = mean_of(values)
    return sum((value - centre) ** 2 for value in values) / {count}
    ### END SOLUTION"""
ASKED = ("the mean square of deviations", "the sum of squared deviations, by one less than values")
TEXTS = ("Divide by the number of values.", "Divide by one less than the number of values.")
COUNTS = ("len(values)", "(len(values) - 1)")
OLD, NEW = (
    SPREAD.format(words="", count=count).replace('    ""\n', "").replace("### ", "# ")
    for count in COUNTS
)
TEST = "### BEGIN HIDDEN TESTS\nassert spread_of([1, 3]) == {}, 'expected {}'\n### END HIDDEN TESTS"
BROKEN = "assert mean_of([2, 4]) == 4"
FIXED = "assert mean_of([2, 4]) == 3"


def notebook() -> nbformat.NotebookNode:
    """Two tasks, the second of which uses the first; the first one's test is wrong."""
    test = {"grade": True, "locked": True}
    return nbformat.v4.new_notebook(
        cells=[
            new_markdown_cell("# The mean\nAdd up and divide."),
            nbgrader_cell(f"### BEGIN SOLUTION\n{MEAN}\n### END SOLUTION", "mean", solution=True),
            nbgrader_cell(BROKEN, "mean_test", 2, **test),
            new_markdown_cell(f"# The spread\n{TEXTS[0]}"),
            nbgrader_cell(SPREAD.format(words=ASKED[0], count=COUNTS[0]), "spread", solution=True),
            nbgrader_cell(TEST.format("1.0", "1.0"), "spread_hidden", 3, **test),
            nbgrader_cell("Why squares?", "why", 5, grade=True, solution=True, markdown=True),
        ],
        metadata={"kernelspec": {"name": "python3", "language": "python", "display_name": "P"}},
    )


@pytest.fixture(scope="module")
def out_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("versions")
    course = make_course(base)
    path = course.folder("source", "hw1_means") / "hw1_means.ipynb"
    nbformat.write(notebook(), path)
    release(course)
    shutil.copytree(course.folder("release", "hw1_means"), base / "v1")
    return base


@pytest.fixture
def out(out_once: Path, tmp_path: Path) -> Course:
    """Version 1 is released, and beside the course lies a copy of it."""
    shutil.copytree(out_once, tmp_path, dirs_exist_ok=True)
    return Course.open(tmp_path / "course" / "assignments")


@pytest.fixture(scope="module")
def corrected_once(out_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("corrected")
    shutil.copytree(out_once, base, dirs_exist_ok=True)
    other_task(Course.open(base / "course" / "assignments"))
    return base


@pytest.fixture
def corrected(corrected_once: Path, tmp_path: Path) -> Course:
    """Version 2 is released, with another spread; nobody has handed in anything yet."""
    shutil.copytree(corrected_once, tmp_path, dirs_exist_ok=True)
    return Course.open(tmp_path / "course" / "assignments")


def copy_of(course: Course, version: int, student: str, **answers: str) -> nbformat.NotebookNode:
    """Hand in a copy of version 1, or of what is released now; returns what was handed in."""
    path = hand_in(course, student, answers)
    if version == 1:
        given = nbformat.read(course.root.parents[1] / "v1" / "hw1_means.ipynb", as_version=4)
        for cell in given.cells:
            id = cell.metadata.get("nbgrader", {}).get("grade_id")
            cell.source = answers.get(id, cell.source)
        nbformat.write(given, path)
    return nbformat.read(path, as_version=4)


def other_task(course: Course, **how: bool) -> None:
    """Version 2: another spread is asked for, and the test of the mean is corrected."""
    path = course.folder("source", "hw1_means") / "hw1_means.ipynb"
    source = nbformat.read(path, as_version=4)
    source.cells[2].source = FIXED
    source.cells[3].source = f"# The spread\n{TEXTS[1]}"
    source.cells[4].source = SPREAD.format(words=ASKED[1], count=COUNTS[1])
    source.cells[5].source = TEST.format("2.0", "2.0")
    nbformat.write(source, path)
    release(course, **how)


def verdicts(course: Course, student: str) -> list[str]:
    row = next(row for row in rows(course, "hw1_means") if row.student == student)
    return [verdict.name for verdict in row.verdicts]


def test_a_corrected_test_counts_for_every_copy(out: Course, fake_engine: FakeEngine) -> None:
    copy_of(out, 1, "old", mean=MEAN, spread=OLD)
    correct(out, BROKEN, FIXED)
    copy_of(out, 2, "new", mean=MEAN, spread=OLD)
    grade(out, fake_engine)
    assert scores(out) == {"old": 5.0, "new": 5.0}
    assert verdicts(out, "old") == verdicts(out, "new") == [], "a given test is no edited one"


def test_an_old_copy_is_graded_by_the_task_it_had(out: Course, fake_engine: FakeEngine) -> None:
    copy_of(out, 1, "old", mean=MEAN, spread=OLD)
    copy_of(out, 1, "old_wrong", mean=MEAN, spread=NEW)
    grade(out, fake_engine)
    assert scores(out) == {"old": 3.0, "old_wrong": 0.0}
    other_task(out)
    copy_of(out, 2, "new", mean=MEAN, spread=NEW)
    copy_of(out, 2, "new_wrong", mean=MEAN, spread=OLD)
    assert grade(out, fake_engine, "yes")[0] == 0
    assert scores(out) == {"old": 5.0, "old_wrong": 2.0, "new": 5.0, "new_wrong": 2.0}
    assert verdicts(out, "old") == ["old-version"]
    assert verdicts(out, "new") == []
    folder = out.folder("autograded", "hw1_means", "old")
    text = (folder / "hw1_means.ipynb").read_text()
    assert TEXTS[0] in text
    assert TEXTS[1] not in text
    assert ASKED[1] not in text


def test_what_the_instructor_is_told(out: Course, corrected_once: Path) -> None:
    assert OldCopies(out, "hw1_means", load_bundles(out, "hw1_means")).told() == []
    shutil.copytree(corrected_once, out.root.parents[1], dirs_exist_ok=True)
    (line,) = OldCopies(out, "hw1_means", load_bundles(out, "hw1_means")).told()
    assert line.startswith("copies of version 1 keep its tests where the task changed: spread_h")
    assert "mean_test" not in line
    releases.record(out, "hw1_means", replaces=True)
    assert OldCopies(out, "hw1_means", load_bundles(out, "hw1_means")).told() == []


def test_where_only_words_changed_old_copies_count_as_new(
    corrected: Course, fake_engine: FakeEngine
) -> None:
    copy_of(corrected, 1, "old", mean=MEAN, spread=OLD)
    releases.record(corrected, "hw1_means", replaces=True)
    grade(corrected, fake_engine)
    assert scores(corrected) == {"old": 2.0}
    assert verdicts(corrected, "old") == []


def test_a_test_that_uses_a_changed_task_belongs_to_it(
    out: Course, fake_engine: FakeEngine
) -> None:
    """The mean changes, and with it the spread's test, whose own text is as it was."""
    path = out.folder("source", "hw1_means") / "hw1_means.ipynb"
    source = nbformat.read(path, as_version=4)
    source.cells[0].source = "# The mean\nLeave out the largest value."
    source.cells[
        1
    ].source = "### BEGIN SOLUTION\ndef mean_of(values):\n    return min(values)\n### END SOLUTION"
    source.cells[2].source = "assert mean_of([2, 4]) == 2"
    source.cells[5].source = TEST.format("2.0", "2.0")
    nbformat.write(source, path)
    copy_of(out, 1, "old", mean=MEAN, spread=OLD)
    release(out)
    copy_of(out, 2, "new", mean="def mean_of(values):\n    return min(values)", spread=OLD)
    grade(out, fake_engine)
    assert scores(out) == {"old": 3.0, "new": 5.0}


# Attacks: somebody who was given version 2 would like to be graded as version 1.


def test_pretending_gains_nothing_where_the_task_is_the_same(
    out: Course, fake_engine: FakeEngine
) -> None:
    """Version 1 had a test that wrong answers pass."""
    wrong = "def mean_of(values):\n    return 4"
    copy_of(out, 1, "cheat", mean=wrong, spread="def spread_of(values):\n    return 2.0")
    grade(out, fake_engine)
    assert scores(out) == {"cheat": 2.0}
    other_task(out)
    grade(out, fake_engine, "yes")
    assert verdicts(out, "cheat") == ["old-version"]
    assert scores(out) == {"cheat": 0.0}, "the corrected test, and version 1's spread"


@pytest.mark.parametrize("how", ["checksums", "text", "one mark", "invented", "deleted"])
def test_whoever_shows_anything_newer_has_the_newer_one(
    corrected: Course, fake_engine: FakeEngine, how: str
) -> None:
    """Solving version 1's spread in a copy of version 2, edited to look like version 1."""
    first = nbformat.read(corrected.root.parents[1] / "v1" / "hw1_means.ipynb", as_version=4)
    second = copy_of(corrected, 2, "cheat", mean=MEAN, spread=OLD)
    for old, cell in zip(first.cells, second.cells, strict=True):
        known = cell.metadata.get("nbgrader")
        if known and how in ("checksums", "one mark"):
            known["checksum"] = old.metadata.nbgrader.checksum
        if known and how == "invented":
            known["checksum"] = "0" * 32
        if not known and how in ("text", "one mark"):
            cell.source = old.source
    if how == "one mark":
        second.cells.append(new_markdown_cell(f"# The  spread\n\n{TEXTS[1]}"))
    if how in ("deleted", "invented"):
        second.cells = [cell for cell in second.cells if cell.metadata.get("nbgrader")]
    if how == "deleted":
        for cell in second.cells:
            del cell.metadata.nbgrader["checksum"]
    nbformat.write(second, corrected.folder("submitted", "hw1_means", "cheat") / "hw1_means.ipynb")
    grade(corrected, fake_engine)
    assert scores(corrected) == {"cheat": 2.0}
    assert "old-version" not in verdicts(corrected, "cheat")


def test_nobody_goes_back(corrected: Course, fake_engine: FakeEngine) -> None:
    copy_of(corrected, 2, "cheat", mean=MEAN, spread=OLD)
    copy_of(corrected, 1, "honest", mean=MEAN, spread=OLD)
    grade(corrected, fake_engine)
    assert scores(corrected) == {"cheat": 2.0, "honest": 5.0}
    copy_of(corrected, 1, "cheat", mean=MEAN, spread=OLD)
    for _ in range(2):
        assert grade(corrected, fake_engine)[0] == 0
        assert scores(corrected) == {"cheat": 2.0, "honest": 5.0}
    row = next(row for row in rows(corrected, "hw1_means") if row.student == "cheat")
    assert "version 2 was handed in before" in row.verdicts[0].text
    copy_of(corrected, 1, "honest", mean=MEAN, spread=OLD + "  # again")
    grade(corrected, fake_engine)
    assert scores(corrected)["honest"] == 5.0


def marked(number: int, marks: set[str]) -> Version:
    return Version(number, "", False, "", {"n": frozenset(marks)}, {}, Path())


def submitted(marks: set[str]) -> Submitted:
    cells = (SubmittedCell("code", "", *mark.split()[:1], checksum="x") for mark in marks)
    return Submitted(tuple(cells))


MARKS = st.sets(st.sampled_from([f"c{i} x" for i in range(5)]))


@given(st.lists(MARKS, min_size=2, max_size=4), MARKS)
def test_a_copy_counts_as_the_newest_that_has_all_it_shows(
    has: list[set[str]], copy: set[str]
) -> None:
    versions = [marked(number, marks) for number, marks in enumerate(has, 1)]
    number, own = shown(submitted(copy), "n", versions)
    seen = {mark for mark in copy if any(mark in marks for marks in has)}
    fits = [n for n, marks in enumerate(has, 1) if seen <= marks | set.intersection(*has)]
    assert number == (fits[-1] if fits else len(has))
    assert own <= len(has)
    if own:
        assert seen & has[own - 1]
    new = has[-1] - set.union(set(), *has[:-1])
    if new:
        assert shown(submitted(copy | new), "n", versions) == (len(has), len(has))


def test_versions_are_kept_once(out: Course) -> None:
    release(out)
    (first,) = releases.recorded(out, "hw1_means")
    assert (first.number, first.replaces) == (1, False)
    (out.hidden / "versions" / "hw1_means" / "0002.7.tmp").mkdir()  # a kill has left it
    other_task(out)
    assert [version.number for version in releases.recorded(out, "hw1_means")] == [1, 2]
    source = nbformat.read(first.folder / "hw1_means.ipynb", as_version=4)
    assert source.cells[2].source == BROKEN
    release(out, replaces=True)
    versions = releases.recorded(out, "hw1_means")
    assert [version.replaces for version in versions] == [False, True]
    assert [version.number for version in releases.live(versions)] == [2]


def test_a_version_that_cannot_be_read_is_passed_over(corrected: Course) -> None:
    (corrected.hidden / "versions" / "hw1_means" / "0001" / "version.json").write_text("{")
    assert [version.number for version in releases.recorded(corrected, "hw1_means")] == [2]
    correct(corrected, FIXED, BROKEN)
    assert [version.number for version in releases.recorded(corrected, "hw1_means")] == [2, 3]


def test_nothing_is_released_while_it_is_graded(
    out: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["release", "hw1", "--course", str(out.root)]
    with only_one(out, "hw1_means"):
        assert cli.main(words) == 2
    assert "another `autograder grade hw1_means` is at work" in capsys.readouterr().err
    (out.root / "nbgrader_config.py").write_text("c = get_config()\n")
    assert cli.main([*words, "--replaces"]) == 0
    assert "hw1_means: version 1" in capsys.readouterr().out
    assert releases.recorded(out, "hw1_means")[0].replaces


def test_other_tasks_make_old_copies_count_as_new(out: Course, fake_engine: FakeEngine) -> None:
    """nbgrader has one set of tasks for all; before anything is graded, they may still change."""
    path = out.folder("source", "hw1_means") / "hw1_means.ipynb"
    path.write_text(path.read_text().replace('"spread_hidden"', '"spread_test"'))
    copy_of(out, 1, "old", mean=MEAN, spread=OLD)
    correct(out, BROKEN, FIXED)
    (line,) = OldCopies(out, "hw1_means", load_bundles(out, "hw1_means")).told()
    assert "other tasks" in line
    grade(out, fake_engine)
    assert scores(out) == {"old": 5.0}
    assert verdicts(out, "old") == ["missing-cell"]


@pytest.mark.parametrize("replaces", [False, True])
def test_nobody_deleted_a_set_up_cell_that_came_later(
    out: Course, fake_engine: FakeEngine, replaces: bool
) -> None:
    path = out.folder("source", "hw1_means") / "hw1_means.ipynb"
    source = nbformat.read(path, as_version=4)
    source.cells.insert(0, nbgrader_cell("import math", "set_up", locked=True))
    nbformat.write(source, path)
    copy_of(out, 1, "old", mean=MEAN, spread=OLD)
    correct(out, BROKEN, FIXED, replaces=replaces)
    new = copy_of(out, 2, "new", mean=MEAN)
    new.cells = [cell for cell in new.cells if cell.source != "import math"]
    handed_in = out.folder("submitted", "hw1_means", "new") / "hw1_means.ipynb"
    new.cells = [cell for cell in new.cells if "spread_hidden" not in str(cell.metadata)]
    nbformat.write(new, handed_in)
    grade(out, fake_engine)
    assert "missing-cell" not in verdicts(out, "old")
    assert verdicts(out, "new").count("missing-cell") == 1, "a test, which was always there"


def test_todays_maximum_holds_for_old_copies(out: Course, fake_engine: FakeEngine) -> None:
    path = out.folder("source", "hw1_means") / "hw1_means.ipynb"
    source = nbformat.read(path, as_version=4)
    source.cells[5].metadata.nbgrader.points = 4
    nbformat.write(source, path)
    copy_of(out, 1, "old", mean=MEAN, spread=OLD)
    other_task(out)
    grade(out, fake_engine)
    assert scores(out) == {"old": 6.0}


def test_an_untouched_answer_is_known_by_what_was_given(
    out: Course, fake_engine: FakeEngine
) -> None:
    config = out.root / "nbgrader_config.py"
    copy_of(out, 1, "old", mean=MEAN)
    copy_of(out, 1, "wrote", mean=MEAN, why="To punish outliers.")
    config.write_text(config.read_text() + "c.ClearSolutions.text_stub = 'IN YOUR OWN WORDS'\n")
    course = Course.open(out.root)
    other_task(course)
    grade(course, fake_engine)
    found = {row.student: row for row in rows(course, "hw1_means")}
    assert found["old"].tasks is not None
    assert found["wrote"].tasks is not None
    assert found["old"].tasks["hw1_means", "why"] == 0.0
    assert found["wrote"].tasks["hw1_means", "why"] is None


def test_other_files_keep_the_whole_version(out: Course, fake_engine: FakeEngine) -> None:
    copy_of(out, 1, "old", mean=MEAN, spread=OLD)
    (out.folder("source", "hw1_means") / "numbers.csv").write_text("7\n")
    other_task(out)
    bundle, said, own = Submissions(out, "hw1_means", Options.of(out)).copies.bundle(
        "hw1_means", out.folder("submitted", "hw1_means", "old")
    )
    assert bundle.files == {"numbers.csv": b"1,2,3\n"}
    assert [verdict.name for verdict in said] == ["old-version"]
    assert own == 1
    assert bundle.by_id["mean_test"].source == BROKEN


def test_an_old_hidden_test_is_hidden_in_feedback(
    corrected: Course, fake_engine: FakeEngine
) -> None:
    secret = "assert spread_of([1, 3]) == 1.0, 'expected 1.0'"
    nosy = f"{OLD}\nprint({secret!r})"
    copy_of(corrected, 1, "old", mean=MEAN, spread=nosy)
    grade(corrected, fake_engine)
    (page,) = feedback.write_all(corrected, "hw1_means", ["old"])
    assert secret.replace("'", "&#x27;") not in page.read_text()
    assert "assert spread_of([1, 3]) == 1.0" not in page.read_text()


def test_nbgraders_gradebook_stays_one_notebook(out: Course, fake_engine: FakeEngine) -> None:
    copy_of(out, 1, "old", mean=MEAN, spread=OLD, why="To punish outliers.")
    grade(out, fake_engine)
    by_hand(out, "old", "why", 4.5)
    set_due(out, "2030-01-01 00:00:00 UTC")
    other_task(out)
    copy_of(out, 2, "new", mean=MEAN, spread=NEW, why="Because.")
    grade(out, fake_engine, "yes")
    assert scores(out) == {"old": 9.5, "new": 5.0}
    with Gradebook(out.directory.db_url, "means") as gradebook:
        (only,) = gradebook.find_assignment("hw1_means").notebooks
        assert only.max_score == 10
        assert {row.name for row in only.grade_cells} == {"mean_test", "spread_hidden", "why"}


def test_a_copy_that_is_no_notebook_counts_as_the_newest(
    corrected: Course, fake_engine: FakeEngine
) -> None:
    hand_in(corrected, "eve", raw=json.dumps({"cells": 3}).encode())
    grade(corrected, fake_engine)
    assert scores(corrected) == {"eve": 0.0}
    shows: Any = Submissions(corrected, "hw1_means", Options.of(corrected)).shown("eve")
    assert shows == {"hw1_means": 0}
