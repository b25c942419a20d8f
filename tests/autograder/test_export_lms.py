"""Files for Canvas and Moodle. Oracles: their importers written again, and nbgrader's scores."""

import csv
import html
import io
import re
import shutil
from pathlib import Path

import pytest
from fake_engine import GOOD, FakeEngine, hand_in, hand_over
from hypothesis import given, settings
from hypothesis import strategies as st
from lms_readers import CanvasCourse, moodle, parse
from nbgrader.api import Gradebook

from autograder import cli, export
from autograder.course import Course, CourseError
from autograder.exports import canvas, lms
from autograder.exports import moodle as to_moodle
from autograder.exports.fields import is_exact, one_line, plain
from autograder.exports.lms import Item, Person
from autograder.overview import GRADED, Row

LOUD = r"""def mean_of(values):
    raise ValueError('a \\ "quoted" <b>x</b>;=1+1, \u00fc \N{CAT}')"""
# first name, last name, e-mail, lms_user_id
ROSTER = {
    "ada": ('Ada "A" ', "O'Hara, Jr.", "ada@example.org", "101"),
    "bob": ("=cmd|' /C calc'!A1", "-Bob; =1", "bob@example.org", "102"),
    "eve": ("Ève \N{CAT}", "Zażółć\nPoints Possible", "Eve@example.org", "103"),
    "new": ("", "", "new@example.org", "104"),
    "sam": ("Sam \\", "Late\\", "sam@example.org", "105"),
    "zoe": ("Zoe", "Absent", "zoe@example.org", "106"),
}


@pytest.fixture
def term(released: Course, fake_engine: FakeEngine) -> Course:
    """Odd names; ada waits for a person, eve's file is unreadable, sam is late, zoe absent."""
    hand_in(released, "ada", {"mean": GOOD, "why": "It balances."})
    hand_in(released, "bob", {"mean": LOUD})
    hand_in(released, "sam", {"mean": GOOD, "why": "Balance."})
    hand_in(released, "eve", raw=b"{")
    hand_over(released, "ada", "bob", "sam", "eve")
    hand_in(released, "new", {"mean": GOOD})
    with Gradebook(released.directory.db_url, released.directory.course_id) as gradebook:
        for name, (first, last, email, lms_id) in ROSTER.items():
            known = {"first_name": first, "last_name": last, "email": email}
            gradebook.update_or_create_student(name, **known, lms_user_id=lms_id)
        late = gradebook.find_submission_notebook("hw1_means", "hw1_means", "sam")
        late.late_submission_penalty = 1.5
        where = ("why", "hw1_means", "hw1_means", "sam")
        gradebook.find_grade(*where).manual_score = 3.25
        gradebook.find_comment(*where).manual_comment = "Say <i>which</i> deviations\\"
        gradebook.db.commit()
    config = released.root / "nbgrader_config.py"
    config.write_text(
        config.read_text() + "c.GradeExport.columns = {'hw1_means': 'Means, 1st (4711)'}\n"
    )
    return Course.open(released.root)


def exported(course: Course, tmp_path: Path, format: str) -> tuple[int, str]:
    to = tmp_path / f"{format}.csv"
    words = ["export", "hw1", "--course", str(course.root), "--format", format, "--to", str(to)]
    code = cli.main(words)
    return code, to.read_text(encoding="utf-8")


def test_canvas_gets_every_total(
    term: Course, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, text = exported(term, tmp_path, "canvas")
    assert code == 0
    users = [(int(row[3]), f"S{row[3]}", id, f"{row[0]} {row[1]}") for id, row in ROSTER.items()]
    there = CanvasCourse(users, {4711: "Means", 12: "hw1_means"})
    there.upload(text)
    assert there.possible == {"Means": "10"}
    assert there.grades == {
        (101, "Means"): "",  # its written answer waits
        (102, "Means"): "0",
        (103, "Means"): "0",  # handed in, but unreadable
        (104, "Means"): "",  # handed in, not graded
        (105, "Means"): "6.75",  # 5 + 3.25 - 1.5
        (106, "Means"): "",  # not handed in
    }
    assert (there.created, there.strangers) == ([], [])
    said = capsys.readouterr().err
    assert "canvas: hw1_means: 1 left empty, they wait for a person" in said
    assert "canvas: hw1_means: 1 left empty, they are not graded yet" in said
    names = [row[0] for row in parse(text)]
    assert names[2:4] == ['O\'Hara, Jr., Ada "A"', "'-Bob;' =1, =cmd|' /C calc'!A1"]


def test_moodle_gets_every_total_and_what_students_may_read(term: Course, tmp_path: Path) -> None:
    code, text = exported(term, tmp_path, "moodle")
    assert code == 0
    columns = {"Means, 1st (4711)": "grade", "Means, 1st (4711) (feedback)": "feedback"}
    for by, place in (("Email address", 2), ("ID number", 3)):
        users = {row[place]: int(row[3]) for row in ROSTER.values()}
        found = moodle(text, users, by, columns)
        grades = {user: value for (user, kind), value in found.items() if kind == "grade"}
        assert grades == {101: "", 102: "0.0", 103: "0.0", 104: "", 105: "6.75", 106: ""}
    shown = html.unescape(found[102, "feedback"]).split("<br>")
    assert shown[0] == (
        'Mean visible: 0 of 2. ValueError: a \\ "quoted" <b>x</b>;\'=1+1, ü \N{CAT}'
    )
    assert "<b>" not in found[102, "feedback"], "what a student wrote is no HTML"
    assert "Comment: Say <i>which</i> deviations\\" in html.unescape(found[105, "feedback"])
    assert "mean_of(" not in text, "no line of a hidden test"
    assert found[106, "feedback"] == ""


def test_an_id_that_not_everybody_has_is_no_column(
    term: Course, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Gradebook(term.directory.db_url, term.directory.course_id) as gradebook:
        gradebook.update_or_create_student("zoe", email="", lms_user_id="0")
    _, text = exported(term, tmp_path, "moodle")
    assert parse(text)[0][:3] == ["Username", "First name", "Last name"]
    assert "no column Email address: the gradebook has none of 1 of 6" in capsys.readouterr().err


def item(title: str, **totals: float) -> Item:
    rows = {
        name: Row(name, "hw1", GRADED, None, {("hw1", "t"): points}, 10)
        for name, points in totals.items()
    }
    return Item("hw1", title, 10, rows)


@pytest.mark.parametrize(
    "name", ["=1+1", "@x", "+49", "-1", "1.234.5", "1,5", "a\tb", "a\nb", " a"]
)
def test_an_id_that_cannot_be_exact_and_safe_is_left_out(name: str) -> None:
    file = io.StringIO()
    people = [Person(name), Person("ok")]
    assert canvas.write([item("hw1", **{name: 3, "ok": 4})], people, file) == [name]
    assert [row[3] for row in parse(file.getvalue())[2:]] == ["ok"]


def test_an_unsafe_login_does_not_matter_where_there_is_another_id() -> None:
    file = io.StringIO()
    people = [Person("=1", lms_id="77"), Person("=2", lms_id="12ab")]
    assert canvas.write([item("hw1", **{"=1": 3, "=2": 4})], people, file) == []
    there = CanvasCourse([(77, "", "", ""), (12, "", "", ""), (9, "12ab", "", "")], {1: "hw1"})
    there.upload(file.getvalue())
    assert there.grades == {(77, "hw1"): "3", (9, "hw1"): "4"}, "12ab is not Canvas's number 12"


def test_moodle_leaves_out_who_would_stand_for_the_row_before() -> None:
    file = io.StringIO()
    people = [Person("ok"), Person("0"), Person("a\\")]
    totals = {"ok": 1.0, "0": 2.0, "a\\": 3.0}
    assert to_moodle.write([item("hw1", **totals)], people, {"hw1": {}}, file) == ["0", "a\\"]
    assert moodle(file.getvalue(), {"ok": 5}, "Username", {"hw1": "g"}) == {(5, "g"): "1.0"}


def test_somebody_left_out_is_said_and_counts_as_a_failure(
    term: Course, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Gradebook(term.directory.db_url, term.directory.course_id) as gradebook:
        gradebook.add_student("=1+1")
    for format in ("canvas", "moodle"):
        code, text = exported(term, tmp_path, format)
        assert code == 1
        assert not any(field == "=1+1" for row in parse(text) for field in row)
        assert f"{format}: '=1+1' is left out" in capsys.readouterr().err


@pytest.mark.parametrize("title", ["My Final Score (3)", "Student", "Unposted Current Grade"])
def test_a_title_that_canvas_overlooks_is_refused(title: str) -> None:
    with pytest.raises(CourseError, match="does not read a column"):
        canvas.write([item(title)], [], io.StringIO())


def test_two_students_or_titles_with_one_name_are_refused(term: Course) -> None:
    people = [Person("a", lms_id="7"), Person("b", lms_id="7")]
    with pytest.raises(CourseError, match="more than one student has the ID of Canvas 7"):
        canvas.write([item("hw1", a=1, b=2)], people, io.StringIO())
    with pytest.raises(CourseError, match="more than one student has the ID number of Moodle 7"):
        to_moodle.write([item("hw1", a=1, b=2)], people, {"hw1": {}}, io.StringIO())
    term.config.GradeExport.columns = {"hw1_means": "x", "hw2": "x"}
    with pytest.raises(CourseError, match="two assignments are called 'x'"):
        lms.items(term, {"hw1_means": [], "hw2": []})
    term.config.GradeExport.columns = {"hw1_means": "=x"}
    with pytest.raises(CourseError, match="'=x' cannot be the title of hw1_means"):
        lms.items(term, {"hw1_means": []})


def test_what_is_not_released_yet_is_left_out_and_said(
    term: Course, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(term.folder("source", "hw1_means"), term.folder("source", "hw2_more"))
    to = tmp_path / "all.csv"
    for words in (["--tests"], ["--format", "canvas"], []):
        assert cli.main(["export", *words, "--course", str(term.root), "--to", str(to)]) == 0
        assert "hw2_more is left out: it is not released yet" in capsys.readouterr().err
        assert "hw2" not in to.read_text()
        code = cli.main(["export", "hw2", *words, "--course", str(term.root)])
        assert code == (2 if words else 0)
        if words:
            said = capsys.readouterr().err
    assert "run `autograder release hw2_more`" in said
    assert cli.main(["report", "--course", str(term.root)]) == 0
    assert "hw2" not in (term.root / "reports" / "index.html").read_text()


def test_moodle_is_told_of_grades_above_a_hundred() -> None:
    (note,) = to_moodle.notes([item("hw1", a=100.5)], [Person("a", email="e", lms_id="1")])
    assert note == "hw1: Moodle refuses grades above 100 unless the site allows them"


@given(st.text())
def test_no_text_begins_a_formula(text: str) -> None:
    for field in (plain(text), one_line(text)):
        assert not field.lstrip(" ").startswith(tuple("=+-@\t\r\n"))
        assert not any(part.strip()[:1] in tuple("=+-@") for part in field.split(";"))
        field.encode("utf-8")
    if is_exact(text):
        assert (plain(text), one_line(text)) == (text, text)


odd = st.text(st.sampled_from("ab=+-@;,'\"\\ \t\n0149.%(é\N{CAT}"), max_size=6)


@settings(max_examples=100)
@given(st.lists(st.tuples(odd, odd, odd, odd, odd), min_size=1, unique_by=lambda row: row[0]))
def test_whatever_people_are_called_nobody_gets_anothers_grade(
    rows: list[tuple[str, str, str, str, str]],
) -> None:
    people = [Person(*row) for row in rows if row[0]]
    grades = {person.id: float(number) for number, person in enumerate(people, 1)}
    column = item("hw1", **grades)
    for person in people:
        if [other.lms_id for other in people].count(person.lms_id) > 1:
            return  # refused, as another test says
    file = io.StringIO()
    missing = canvas.write([column], people, file)
    users = [
        (int(p.lms_id), "", p.id, "")
        if re.fullmatch("[1-9][0-9]*", p.lms_id)
        else (-n, p.lms_id, p.id, "")
        for n, p in enumerate(people, 1)
    ]
    there = CanvasCourse(users, {1: "hw1"})
    there.upload(file.getvalue())
    found = {login: there.grades.get((user, "hw1")) for user, _, login, _ in users}
    wanted = {p.id: None if p.id in missing else f"{grades[p.id]:g}" for p in people}
    assert (found, there.strangers) == (wanted, [])

    file = io.StringIO()
    missing = to_moodle.write([column], people, {"hw1": {}}, file)
    numbers = {person.id: number for number, person in enumerate(people)}
    imported = moodle(file.getvalue(), numbers, "Username", {"hw1": "grade"})
    assert imported == {
        (number, "grade"): str(grades[id]) for id, number in numbers.items() if id not in missing
    }


@settings(max_examples=50)
@given(st.lists(st.lists(st.text(), min_size=2, max_size=4), min_size=1))
def test_the_reader_of_these_tests_reads_csv(rows: list[list[str]]) -> None:
    rows = [[plain(value).replace("\r", "") for value in row] for row in rows]
    file = io.StringIO()
    csv.writer(file, lineterminator="\n").writerows(rows)
    assert parse(file.getvalue()) == rows


def test_formats_exclude_the_table_of_tests(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["export", "--tests", "--format", "canvas"])
    assert "not allowed with argument" in capsys.readouterr().err
    assert export.FORMATS == ("canvas", "moodle")
