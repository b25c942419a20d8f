"""Hints: every test of every assignment has three, and only the third has code, never all of it."""

import re
from pathlib import Path

import pytest

from autograder import hints
from autograder.bundle import load_bundles
from autograder.course import Course, CourseError
from autograder.release import StudentTree

COURSE = Course.open(Path(__file__).resolve().parents[2] / "assignments")
NAME = re.compile(r"[\w.]+")  # what may stand between backticks in words: a name, nothing to run
CODE = re.compile(r"[=@\[\]{}]|\w\(|\*\*|\bdef\b|\blambda\b|-=|\+=")
MARKS = ("### BEGIN SOLUTION", "### END SOLUTION")
MOST_LINES = 3


@pytest.fixture(scope="module", params=COURSE.assignments())
def assignment(request):
    (bundle,) = load_bundles(COURSE, request.param).values()
    return bundle, hints.load(hints.file_of(COURSE.root, request.param))


def test_every_test_has_three_hints_and_no_other(assignment):
    bundle, found = assignment
    assert found.keys() == {cell.id for cell in bundle.tests}
    assert {len(texts) for texts in found.values()} == {3}


def test_there_is_no_code_before_the_third(assignment):
    bundle, found = assignment
    lines = {line for cell in bundle.solutions for line in answer(cell.source)}
    for test, (ask, look, _) in found.items():
        assert ask.rstrip().endswith(("?", ".", "!")), test
        assert "?" in ask, f"{test}: the first hint asks something"
        for text in (ask, look):
            spans = re.findall(r"`([^`]*)`", text)
            assert [span for span in spans if not NAME.fullmatch(span)] == [], test
            words = re.sub(r"`[^`]*`", "", text)
            assert not CODE.search(words), f"{test}: {text}"
            assert not any(line in text for line in lines if len(line) > 12), test


def test_the_third_is_a_line_or_two_and_never_the_whole_answer(assignment):
    bundle, found = assignment
    for test, (_, _, code) in found.items():
        shown = {re.sub(r"\s*# .*", "", line).strip() for line in code.splitlines()}
        assert 1 <= len(code.splitlines()) <= MOST_LINES, test
        for cell in bundle.solutions:
            whole = answer(cell.source)
            assert not whole <= shown, f"{test} shows all of {cell.id}"
            assert len(whole & shown) <= max(1, len(whole) / 2), f"{test}: half of {cell.id}"


def answer(source):
    """The lines of a solution, without comments."""
    _, _, rest = source.partition(MARKS[0])
    inside = [] if not rest else rest.split(MARKS[0])
    lines = [line for part in inside for line in part.split(MARKS[1])[0].splitlines()]
    return {re.sub(r"\s*# .*", "", line).strip() for line in lines} - {""}


def test_the_checks_above_can_fail():
    assert all(CODE.search(text) for text in ("so h = x", "call f(x)", "use x @ y", "x[0]"))
    assert not any(NAME.fullmatch(text) for text in ("x + 1", "f()", "a[0]"))
    solution = "def f(x):\n    ### BEGIN SOLUTION\n    return x  # y\n    ### END SOLUTION"
    assert answer(solution) == {"return x"}


def test_students_of_a_class_get_none():
    tree = StudentTree(config=COURSE.config)
    base = (COURSE.root / tree.base).resolve()
    files = {hints.file_of(COURSE.root, name).resolve() for name in COURSE.assignments()}
    assert all(file.is_file() for file in files)
    for pattern in tree.include:
        for path in base.glob(pattern):
            assert not any(file.is_relative_to(path.resolve()) for file in files), pattern


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[[hint]\n", "cannot be read"),
        ('[[hint]]\ntests = ["a"]\nask = "?"\nlook = "l"\n', "exactly ask, code, look, tests"),
        ('[[hint]]\ntests = "a"\nask = "?"\nlook = "l"\ncode = "c"\n', "list of test ids"),
        ('[[hint]]\ntests = ["a"]\nask = "?"\nlook = " "\ncode = "c"\n', "must be texts"),
        (2 * '[[hint]]\ntests = ["a"]\nask = "?"\nlook = "l"\ncode = "c"\n', "hint 2: a has hints"),
    ],
)
def test_a_mistake_in_a_file_is_named(tmp_path, text, why):
    (tmp_path / "hints.toml").write_text(text)
    with pytest.raises(CourseError, match=why):
        hints.load(tmp_path / "hints.toml")


def test_a_course_without_hints_has_none(tmp_path):
    assert hints.load(tmp_path / "hints.toml") == {}
