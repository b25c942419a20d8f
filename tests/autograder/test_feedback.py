"""Feedback pages. Oracles: an HTML parser, and the hidden lines themselves."""

import argparse
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_output
from nbgrader.api import Gradebook

from autograder import feedback, misconceptions, privacy, results, safe_html
from autograder.bundle import load_bundles
from autograder.course import Course, CourseError
from autograder.job import CellResult
from autograder.notebook import Verdict

# nbgrader's own way of adding a submission makes SQLAlchemy warn
pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")

ATTACK = "<script>alert(1)</script><img src='http://evil.example/x.png' onerror='alert(2)'>"
HIDDEN_LINE = 'assert mean_of([-7, 4, 18]) == 5.0, "negative numbers: expected 5.0"'
WRONG = "def mean_of(values):\n    return sum(values) / len(values)"


class Page(HTMLParser):
    """Collects what a browser would act on."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.handlers: list[str] = []
        self.loads: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.handlers += [name for name, _ in attrs if name.startswith("on")]
        fetching = {"src", "srcset", "data", "poster", "background", "action", "style"}
        if tag in ("link", "base"):
            fetching.add("href")
        self.loads += [f"{tag} {v}" for n, v in attrs if n in fetching and v]


def graded_notebook(course: Course, answer: str, *outputs: Any, leak: str = "") -> Any:
    """What stock nbgrader leaves: full test cells, with tracebacks through them."""
    path = course.folder("source", "hw1_means") / "hw1_means.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[1].source = answer
    notebook.cells[1].outputs = list(outputs)
    traceback = [
        "Traceback (most recent call last)",
        f"----> 3 {HIDDEN_LINE}",
        "AssertionError: the mean of nothing",
    ]
    notebook.cells[3].outputs = [
        new_output("error", ename="AssertionError", evalue=f"no{leak}", traceback=traceback)
    ]
    notebook.cells[4].source = "It is central. $x^2$ " + ATTACK
    return notebook


def record(course: Course, student: str, notebook: Any, scores: dict[str, float]) -> None:
    """Put a graded submission where nbgrader keeps it."""
    if notebook is not None:
        folder = course.folder("autograded", "hw1_means", student)
        folder.mkdir(parents=True)
        nbformat.write(notebook, folder / "hw1_means.ipynb")
    with Gradebook(course.directory.db_url, course.directory.course_id) as gradebook:
        gradebook.update_or_create_student(student)
        gradebook.update_or_create_submission("hw1_means", student)
        row = gradebook.find_submission_notebook("hw1_means", "hw1_means", student)
        for grade in row.grades:
            grade.auto_score = scores.get(grade.name)
        gradebook.db.commit()


def page_of(course: Course, student: str) -> str:
    (path,) = feedback.write_all(course, "hw1_means", [student])
    assert path == course.folder("feedback", "hw1_means", student) / "hw1_means.html"
    return path.read_text(encoding="utf-8")


SCORES = {"mean_visible": 2.0, "mean_hidden": 0.0}


def test_names_points_messages_and_own_work_are_there(released: Course) -> None:
    output = new_output("execute_result", {"text/plain": "41.5"}, execution_count=1)
    record(released, "s01", graded_notebook(released, WRONG, output), SCORES)
    page = page_of(released, "s01")
    for expected in ("Mean visible", "2 of 2", "0 of 3", "AssertionError: no", "41.5", "– of 5"):
        assert expected in page
    assert "<b>2</b> of 10" in page
    assert "<mfrac>" in page, "formulas are rendered without a browser's help"


def test_hidden_tests_and_tracebacks_never_show(released: Course) -> None:
    printed = new_output("stream", name="stdout", text=f"I read: {HIDDEN_LINE}\n")
    shown = new_output("display_data", {"text/html": f"<p>{HIDDEN_LINE}</p>"})
    notebook = graded_notebook(released, WRONG, printed, shown, leak="\n" + HIDDEN_LINE)
    record(released, "s01", notebook, SCORES)
    page = page_of(released, "s01")
    assert "mean_of([-7" not in page
    assert "negative numbers" not in page
    assert "most recent call" not in page
    assert "(hidden)" in page


@pytest.mark.parametrize(
    "output",
    [
        new_output("display_data", {"text/html": ATTACK + "<iframe src='http://x'></iframe>"}),
        new_output("display_data", {"text/html": "<style>@import url(http://x)</style><b>x</b>"}),
        new_output("display_data", {"text/html": "<form action='http://x'><input name=a></form>"}),
        new_output("display_data", {"text/markdown": "![x](http://evil.example/a.png)" + ATTACK}),
        new_output("display_data", {"text/latex": r"$\text{" + ATTACK + "}$"}),
        new_output("display_data", {"image/svg+xml": f"<svg onload='alert(1)'>{ATTACK}</svg>"}),
        new_output("display_data", {"image/png": "x' onerror='alert(1)"}),
        new_output("display_data", {"application/javascript": "alert(1)"}),
        new_output("stream", name="stdout", text=ATTACK),
        new_output("error", ename=ATTACK, evalue=ATTACK, traceback=[ATTACK]),
    ],
)
def test_nothing_runs_and_nothing_is_fetched(released: Course, output: Any) -> None:
    record(released, "s01", graded_notebook(released, WRONG + f"  # {ATTACK}", output), SCORES)
    page = Page(page_of(released, "s01"))
    assert page.handlers == []
    assert not {"script", "iframe", "form", "object", "embed", "link", "base"} & set(page.tags)
    assert [item for item in page.loads if not item.startswith("img data:image/")] == []


def test_a_submission_cannot_dress_up_as_the_page() -> None:
    assert "ag-" not in safe_html.clean("<p class='ag-total ag-full'>100 of 100</p>")


def test_deep_nesting_and_long_output_stay_readable() -> None:
    assert safe_html.markdown("> " * 20_000).startswith(("<blockquote>", "<pre"))
    page = safe_html.outputs([{"output_type": "stream", "text": "x" * 10**6}])
    assert len(page) < 2 * safe_html.MAX_TEXT
    assert "940,000 more characters not shown" in page


def test_engine_messages_verdicts_and_misconceptions(released: Course) -> None:
    record(released, "s01", graded_notebook(released, WRONG), SCORES)
    digest = load_bundles(released, "hw1_means")["hw1_means"].digest
    cells = (
        CellResult("mean_visible", score=0.0, reference_score=2.0, error="own part failed"),
        CellResult("mean_hidden", score=0.0, error="the mean of nothing: division by zero"),
    )
    verdicts = (
        Verdict("kernel", "the kernel was 'mine'"),
        Verdict("missing-cell", "the cell was deleted", "mean_visible"),
    )
    result = results.Result("k1", cells, verdicts, digest, "split", "cpu")
    results.Store(released).put(result)
    handed = results.Handed({"hw1_means": "k1"}, "d")
    results.write_handed(released, "hw1_means", "s01", handed)
    known = {digest: {"the empty list is forgotten": {"mean_hidden": cells[1].error or ""}}}
    misconceptions.record(misconceptions.file_of(released.root, "hw1_means"), known)
    page = page_of(released, "s01")
    assert "The kernel was &#39;mine&#39;" in page
    assert "Mean visible: the cell was deleted" in page
    assert "the mean of nothing: division by zero" in page
    assert "This looks like: the empty list is forgotten." in page
    assert "our version of the earlier parts" in page
    assert "AssertionError" not in page, "the engine's own message comes first"


def test_a_submission_that_could_not_be_read(released: Course) -> None:
    zero = dict.fromkeys(("mean_visible", "mean_hidden", "why"), 0.0)
    record(released, "s02", None, zero)
    said = (Verdict("not-json", "the notebook is not JSON"),)
    digest = load_bundles(released, "hw1_means")["hw1_means"].digest
    results.Store(released).put(results.Result("k2", (), said, digest, "split", "cpu"))
    handed = results.Handed({"hw1_means": "k2"}, "d")
    results.write_handed(released, "hw1_means", "s02", handed)
    page = page_of(released, "s02")
    assert "The notebook is not JSON" in page
    assert "0 of 3" in page
    assert "<b>0</b> of 10" in page


def test_manual_grade_and_comment(released: Course) -> None:
    record(released, "s01", graded_notebook(released, WRONG), SCORES)
    with Gradebook(released.directory.db_url, "means") as gradebook:
        where = ("hw1_means", "hw1_means", "s01")
        gradebook.find_grade("why", *where).manual_score = 4.0
        comment = gradebook.find_comment("why", *where)
        comment.manual_comment = "Nearly: say *which* deviations, $x_i$. " + ATTACK
        gradebook.db.commit()
    page = page_of(released, "s01")
    assert "4 of 5" in page
    assert "<b>6</b> of 10" in page
    assert "say <em>which</em> deviations" in page
    assert Page(page).handlers == []


def test_student_without_a_grade_is_named(released: Course) -> None:
    with pytest.raises(CourseError, match="nobody has no graded submission"):
        feedback.write_all(released, "hw1_means", ["nobody"])


def test_nbgraders_own_command_makes_the_same_page(released: Course) -> None:
    output = new_output("display_data", {"text/html": ATTACK})
    record(released, "s01", graded_notebook(released, WRONG, output), SCORES)
    ours = page_of(released, "s01")
    by_nbgrader = released.folder("feedback", "hw1_means", "s01") / "hw1_means.html"
    by_nbgrader.unlink()
    command = [sys.executable, "-m", "nbgrader", "generate_feedback", "hw1_means", "--force"]
    done = subprocess.run(command, cwd=released.root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert by_nbgrader.read_text(encoding="utf-8") == ours


def test_written_pages_survive_in_place(released: Course, tmp_path: Path) -> None:
    record(released, "s01", graded_notebook(released, WRONG), SCORES)
    first = page_of(released, "s01")
    assert page_of(released, "s01") == first
    folder = released.folder("feedback", "hw1_means", "s01")
    assert [path.name for path in folder.iterdir()] == ["hw1_means.html"], "no draft left over"


def test_cells_of_the_students_own_are_shown(released: Course) -> None:
    notebook = graded_notebook(released, WRONG)
    notebook.cells.insert(2, new_code_cell("my_own_experiment = 1"))
    record(released, "s01", notebook, SCORES)
    assert "my_own_experiment" in page_of(released, "s01")


def test_a_page_that_cannot_be_costs_nobody_elses(
    released: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    for student in ("ada", "bob", "zoe"):
        record(released, student, graded_notebook(released, WRONG), SCORES)
    folder = released.folder("autograded", "hw1_means", "bob")
    (folder / "hw1_means.ipynb").write_text("{")
    arguments = argparse.Namespace(course=released.root, assignment="hw1", student=[])
    assert feedback.run(arguments) == 1
    pages = {s: released.folder("feedback", "hw1_means", s) for s in ("ada", "bob", "zoe")}
    written = {s: [path.name for path in where.glob("*")] for s, where in pages.items()}
    assert written == {"ada": ["hw1_means.html"], "bob": [], "zoe": ["hw1_means.html"]}
    said = capsys.readouterr()
    assert "2 pages" in said.out
    (line,) = [line for line in said.err.splitlines() if "has no new page" in line]
    assert line.startswith(privacy.pseudonym(released, "bob"))


@pytest.mark.parametrize("reference", [False, True])
def test_a_picture_is_shown_but_not_hundreds_of_copies_of_it(reference: bool) -> None:
    data = "iVBORw0K" * 2**14
    given = {"a.png": {"image/png": data}}
    link = "![a][1]" if reference else "![a](attachment:a.png)"
    end = "\n\n[1]: attachment:a.png" if reference else ""
    assert safe_html.markdown(link + end, given).count(data) == 1
    often = safe_html.markdown(link * 300 + end, given)
    assert len(often) < 100_000
    assert "![a]" in often
