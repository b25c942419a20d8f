"""A short term from end to end, every command in a process of its own. Oracle: the plan's tally."""

import contextlib
import importlib
import sys
from pathlib import Path
from typing import Any

import pytest
from fake_engine import FakeEngine

TOOLS = Path(__file__).resolve().parents[2] / "tools"


@pytest.fixture
def term(monkeypatch: pytest.MonkeyPatch, fake_engine: FakeEngine) -> Any:
    """The script, with an engine that costs nothing; what it forks has it too."""
    monkeypatch.syspath_prepend(str(TOOLS))
    monkeypatch.setattr("autograder.cli._head_start", lambda _: contextlib.nullcontext())
    yield importlib.import_module("term")
    for name in ("term", "term_weeks", "term_course", "term_tally"):
        sys.modules.pop(name, None)


def test_every_grade_is_as_the_plan_says(term: Any, tmp_path: Path) -> None:
    played = term.play(tmp_path / "term", real=False, size=8)
    assert played.wrong == [], played.log.read_text()[-5000:]
    assert len(played.tally.totals()) == 24
    assert {week for week, _, _ in played.weeks} == set("123456")
    said = " ".join(f"{what}: {outcome}" for _, what, outcome in played.weeks)
    for words in ("kill -9", "second grader", "hand in again", "regrade", "24 grades equal"):
        assert words in said


def test_the_tally_finds_a_wrong_grade(term: Any) -> None:
    found = list(term.mismatches({("a", "hw"): 1.0, ("b", "hw"): 2.0}, {("a", "hw"): 1.5}))
    assert found == [
        "a hw: the gradebook says 1.5, the tally 1.0",
        "b hw: the gradebook says None, the tally 2.0",
    ]
