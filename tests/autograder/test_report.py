"""The instructor's page. Oracles: numpy and scipy on the table of points, and an HTML parser."""

import argparse
import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from fake_engine import GOOD, HALF, FakeEngine, hand_in
from nbgrader.api import Gradebook
from report_class import MARK, POINTS, TESTS, class_report, table
from scipy import stats

from autograder import cli, misconceptions, report
from autograder.batch import handing
from autograder.bundle import load_bundles
from autograder.course import Course, CourseError
from autograder.report_figures import BOTTOM, HEIGHT, TOP, histogram
from autograder.report_page import FOLDER, index, page
from autograder.submissions import Options, Submissions

VOID = {"meta", "rect", "line", "circle", "br", "link", "img"}


class Page(HTMLParser):
    """What is on a page: tags, attributes, headings, the text of each table."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str, str]] = []
        self.open: list[str] = []
        self.levels: list[int] = []
        self.tables: list[list[list[str]]] = []
        self.words = ""
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if re.fullmatch("h[1-6]", tag):
            self.levels.append(int(tag[1]))
        if tag == "table":
            self.tables.append([])
        if tag in ("caption", "tr"):
            self.tables[-1].append([])
        if tag in ("caption", "td", "th"):
            self.tables[-1][-1].append("")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" in self.open:
            return
        self.words += data
        if "table" in self.open and self.tables[-1] and self.tables[-1][-1]:
            self.tables[-1][-1][-1] += " ".join(data.split())


def numbers(text: str) -> list[float]:
    return [float(x) for x in re.findall(r"-?\d+(?:\.\d+)?", text.replace("\N{MINUS SIGN}", "-"))]


def test_every_figure_is_numpys_and_scipys() -> None:
    points = table(40)
    made = class_report(points)
    totals = points.sum(1)
    totals[3] -= 1.5
    assert made.scores is not None
    assert (made.scores.mean, made.scores.median) == pytest.approx(
        (np.mean(totals), np.median(totals))
    )
    assert made.scores.complete == list(np.histogram(totals, bins=10, range=(0, 20))[0])
    shown = Page(page(made))
    lines = {line[0]: line for line in shown.tables[0]}
    for k, test in enumerate(TESTS):
        line = lines[test.replace("_", " ").capitalize()]
        share = points[:, k] / POINTS[k]
        assert numbers(line[3])[0] == pytest.approx(share.mean(), abs=0.0051)
        assert numbers(line[5] + " " + line[6]) == [
            (share >= 1).sum(),
            (share <= 0).sum(),
        ]
        rest = points.sum(1) - points[:, k]
        if points[:, k].std() == 0:
            assert line[4] == ""
        else:
            wanted = stats.pearsonr(points[:, k], rest)
            low, high = wanted.confidence_interval(0.95)
            assert numbers(line[4]) == pytest.approx([wanted.statistic, low, high], abs=0.0051)
    assert lines["Easy"][8] == "everybody has all points"
    assert lines["Hard"][8] == "nobody has a point"
    assert "padding is counted" in shown.words
    slow = {line[0]: line for line in shown.tables[3][2:]}
    assert numbers(slow["Hard"][1]) == pytest.approx([0.05 + 0.0195], abs=0.0051)
    assert numbers(slow["Hard"][2]) == pytest.approx([0.05 + 0.039], abs=0.0051)
    assert next(iter(slow)) == "Hard"
    assert "2 h 5 min" in shown.words


def test_points_that_wait_are_not_taken_for_zero() -> None:
    points = table(20)
    made = class_report(points, waiting=8)
    why = next(task for task in made.tasks if task.name == "why")
    assert (why.share, why.discrimination, why.waiting, why.n) == (None, None, 8, 12)
    assert why.remark == ""
    assert made.scores is not None
    assert (made.scores.by_hand, sum(made.scores.partial), sum(made.scores.complete)) == (8, 8, 12)
    loss = next(task for task in made.tasks if task.name == "loss_hidden")
    others = points[:, [0, 1, 3, 4]].sum(1)
    assert loss.discrimination is not None
    wanted = stats.pearsonr(points[:, 2], others).statistic
    assert loss.discrimination.value == pytest.approx(wanted)
    assert "8 still wait for a person" in Page(page(made)).words


@pytest.mark.parametrize("students", [0, 1, 9])
def test_small_classes_have_a_page_without_claims(students: int) -> None:
    made = class_report(table(students))
    shown = Page(page(made))
    assert all(task.discrimination is None for task in made.tasks)
    assert ("Nobody is graded yet" in shown.words) == (students == 0)


def test_equal_scores_have_a_page() -> None:
    made = class_report(np.tile(POINTS, (12, 1)))
    assert all(task.discrimination is None for task in made.tasks)
    assert all(task.remark == "everybody has all points" for task in made.tasks)
    assert "Distribution of scores" in Page(page(made)).words


def test_nothing_that_students_wrote_is_html() -> None:
    text = page(class_report(table(12), hostile=MARK))
    shown = Page(text)
    assert MARK in shown.words
    assert not {"script", "img", "iframe", "object", "link", "form", "style "} & shown.tags
    assert not [name for _, name, _ in shown.attributes if name.startswith("on") or name == "src"]
    links = [value for _, name, value in shown.attributes if name == "href"]
    assert links
    assert all(link.startswith("#") for link in links)
    assert "url(" not in text
    assert "default-src 'none'" in text


def test_it_can_be_read_without_seeing_it() -> None:
    made = class_report(table(30), waiting=5)
    for text in (page(made), index([made])):
        shown = Page(text)
        assert shown.levels[0] == 1
        assert shown.levels.count(1) == 1
        assert all(after - before <= 1 for before, after in pairwise(shown.levels))
        assert all(lines[0][0] for lines in shown.tables), "every table has a caption"
        heads = re.findall("<th[ >][^>]*", text)
        assert heads
        assert all("scope=" in head for head in heads)
        svgs = text.count("<svg")
        assert svgs == text.count('aria-hidden="true"') + text.count('role="img" aria-labelledby')
        ids = [value for _, name, value in shown.attributes if name == "id"]
        assert len(ids) == len(set(ids))
        for _, name, value in shown.attributes:
            if name == "aria-labelledby":
                assert set(value.split()) <= set(ids)
        assert '<html lang="en">' in text


# WCAG 2.2: 4.5 for text, 3 for what a figure shows
LEAST = {"ink": 7, "soft": 4.5, "link": 4.5, "warn": 4.5, "done": 3, "waits": 3}


def luminance(color: str) -> float:
    color = color if len(color) == 6 else "".join(letter * 2 for letter in color)
    channels = [int(color[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_contrast_is_enough_in_both_themes() -> None:
    css = (FOLDER / "report.css").read_text()
    light = dict(re.findall(r"--(\w+): #(\w+)", css.split("@media")[0]))
    dark = light | dict(re.findall(r"--(\w+): #(\w+)", css.split("@media")[1]))
    for theme in (light, dark):
        for front, least in LEAST.items():
            for back in ("paper", "panel"):
                pair = sorted((luminance(theme[front]), luminance(theme[back])))
                assert (pair[1] + 0.05) / (pair[0] + 0.05) >= least, (front, back)


def test_bars_are_as_high_as_the_axis_says() -> None:
    drawn = histogram([0, 3, 7], [0, 1, 6], 30, 12.0, 15.0)
    zero, top = drawn.up[0], drawn.up[-1]
    assert (zero[0], zero[1]) == (HEIGHT - BOTTOM, "0")
    unit = (zero[0] - top[0]) / float(top[1])
    assert [bar.lower[1] + bar.upper[1] for bar in drawn.bars] == pytest.approx(
        [0, 4 * unit, 13 * unit]
    )
    assert min(bar.upper[0] for bar in drawn.bars) >= TOP
    assert drawn.bars[2].label == "20 to 30 points: 13"
    assert drawn.mean < drawn.median


EVIL = f"def mean_of(values):\n    raise ValueError('{MARK}')"


def arguments(course: Course, *words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--course")
    report.add_arguments(parser)
    return parser.parse_args([*words, "--course", str(course.root)])


@pytest.fixture
def graded(released: Course, fake_engine: FakeEngine) -> Course:
    for student, answer in (("ada", GOOD), ("bob", HALF), ("cy", HALF), ("eve", EVIL)):
        path = hand_in(released, student, {"mean": answer, "why": MARK})
        (path.parent / "timestamp.txt").write_text("2030-01-02 10:20:30 UTC")
    submissions = Submissions(released, "hw1_means", Options.of(released))
    students = released.students("hw1_means")
    list(submissions.run(submissions.missing(students)))
    with handing(submissions) as handoff:
        for student in students:
            handoff.give(student)
    with Gradebook(released.directory.db_url, released.directory.course_id) as gradebook:
        gradebook.update_or_create_assignment("hw1_means", duedate="2030-01-01 10:20:30 UTC")
        gradebook.update_or_create_submission("hw1_means", "cy", extension=None)
        gradebook.add_student("zoe")
        gradebook.db.commit()
    digest = load_bundles(released, "hw1_means")["hw1_means"].digest
    failing = {"mean_hidden": "ZeroDivisionError: division by zero"}
    known = {digest: {"nothing has no mean": failing}}
    misconceptions.record(misconceptions.file_of(released.root, "hw1_means"), known)
    return released


def test_the_page_of_a_graded_class(graded: Course) -> None:
    assert cli.main(["report", "hw1", "--course", str(graded.root)]) == 0
    text = (graded.root / "reports" / "hw1_means.html").read_text(encoding="utf-8")
    shown = Page(text)
    assert not {"script", "img"} & shown.tags
    assert "nothing has no mean" in shown.words
    lines = {line[0]: line for table in shown.tables for line in table[1:]}
    assert numbers(lines["nothing has no mean"][1]) == [2]
    tasks = {line[0]: line for line in shown.tables[0]}
    assert numbers(tasks["Mean hidden"][5] + " " + tasks["Mean hidden"][6]) == [1, 3]
    assert [lines[name][2] for name in ("ada", "bob", "cy", "eve")] == ["1 d 0 h"] * 4
    assert "Not handed in: 1" in shown.words
    assert "4 still wait for a person" in shown.words


def test_all_assignments_have_an_index(graded: Course, capsys: pytest.CaptureFixture[str]) -> None:
    assert report.run(arguments(graded)) == 0
    path = Path(capsys.readouterr().out.strip())
    assert path.name == "index.html"
    text = path.read_text(encoding="utf-8")
    assert 'href="hw1_means.html"' in text
    assert (path.parent / "hw1_means.html").is_file()
    assert sorted(file.name for file in path.parent.iterdir()) == ["hw1_means.html", "index.html"]


def test_pseudonyms_stand_for_names_and_messages(graded: Course) -> None:
    assert cli.main(["report", "hw1", "--pseudonyms", "--course", str(graded.root)]) == 0
    text = (graded.root / "reports" / "hw1_means.html").read_text(encoding="utf-8")
    shown = Page(text)
    assert not re.search(r"\b(ada|bob|cy|eve|zoe)\b", shown.words)
    assert "alert" not in text
    assert "2030" not in text
    late = next(table for table in shown.tables if table[0][0].startswith("Late"))
    assert [line[2] for line in late[2:]] == ["1 d 0 h"] * 4
    assert all(line[0].startswith("s-") for line in late[2:])


def test_errors_are_one_line(graded: Course, tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="say which assignment"):
        report.run(arguments(graded, "--to", str(tmp_path / "x.html")))
    (tmp_path / "file").write_text("")
    with pytest.raises(CourseError, match="cannot be written"):
        report.run(arguments(graded, "hw1", "--to", str(tmp_path / "file" / "x.html")))
    assert report.run(arguments(graded, "hw1", "--to", str(tmp_path / "x.html"))) == 0
    assert sorted(p.name for p in tmp_path.iterdir()) == ["course", "file", "x.html"]
