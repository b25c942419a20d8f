"""No explorer is left out of the test that moves its control by keyboard in a real browser."""

import re
from pathlib import Path

import pytest

from course_lib import widgets

ROOT = Path(__file__).resolve().parents[2]
TESTED = (ROOT / "tests" / "browser" / "test_explorers.py").read_text(encoding="utf-8")
NAMES = [name for name in widgets.__all__ if name.endswith("_explorer")]


def moved(text: str) -> set[str]:
    """The explorers in the test's table: ("name", "ArrowRight"), also name(an argument."""
    return set(re.findall(r'\("(\w+_explorer)(?:\(\w+)?", "Arrow\w+"\)', text))


@pytest.mark.parametrize("name", NAMES)
def test_each_explorer_is_moved_by_keyboard(name: str) -> None:
    assert name in moved(TESTED), f"add {name} to tests/browser/test_explorers.py"


def test_one_that_is_missing_would_be_found() -> None:
    table = '("one_explorer", "ArrowUp"), ("two_explorer(x", "ArrowLeft"), "other_explorer"'
    assert moved(table) == {"one_explorer", "two_explorer"}
