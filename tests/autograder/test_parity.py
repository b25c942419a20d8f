"""Where our scores and stock nbgrader's differ: CI runs `tools/parity.py` on whole solutions."""

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
import endings  # noqa: E402
import parity  # noqa: E402

from autograder.course import Course  # noqa: E402

pytestmark = pytest.mark.sandbox
REASON = {"warns": "stderr", "edits": "edited", "skipped": "skipped"}
REASON |= dict.fromkeys(("gradients", "dtype"), "state")


@pytest.mark.slow
def test_stock_is_wrong_exactly_where_we_say(tmp_path: Path) -> None:
    endings.write(tmp_path)
    count, found = parity.run(tmp_path, endings.NAME, endings.work(), tmp_path / "build")
    assert count == len(endings.TESTS)
    (stock,) = parity.stock_courses(Course.open(tmp_path / "build" / "stock"))
    student = "s001_endings"
    seen = parity.stock_scores(stock, endings.NAME)
    assert {test: seen[student, test] for _, test in seen} == {
        name: score for name, (_, score, _) in endings.TESTS.items()
    }
    ours = parity.our_scores(Course.open(tmp_path / "build" / "ours"), endings.NAME)
    assert {test: ours[student, test] for _, test in ours} == {
        name: score for name, (_, _, score) in endings.TESTS.items()
    }
    differing = {name for name, (_, stock, right) in endings.TESTS.items() if stock != right}
    assert {item.test: item.reason for item in found} == {
        name: REASON.get(name, "ending") for name in differing
    }
