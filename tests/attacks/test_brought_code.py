"""Modules that students may hand in run in their own process, whoever imports them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hostile.arena import LIMITS, Arena
from nbformat.v4 import new_code_cell, new_notebook

from autograder import supervisor
from autograder.bundle import make_bundle
from autograder.notebook import Submitted
from autograder.rebuild import rebuild

pytestmark = pytest.mark.sandbox

# takes the test's namespace to pieces, wherever it is imported
EVIL = """
import sys
frame = sys._getframe()
while frame:
    frame.f_globals.update(double=lambda x: 2 * x)
    frame = frame.f_back
def double(x):
    return 2 * x
"""


def cell(grade_id: str, source: str, **flags: Any) -> Any:
    known = {"grade_id": grade_id, "schema_version": 3, "grade": False, "solution": False, **flags}
    return new_code_cell(source, metadata={"nbgrader": known})


def points(
    arena: Arena,
    test: str,
    brought: Mapping[str, str],
    given: str = "pass",
    *,
    guarded: bool = True,
) -> float:
    test_cell = cell("test", test, grade=True, locked=True, points=1)
    cells = [cell("given", given, locked=True), cell("answer", "pass", solution=True), test_cell]
    bundle = make_bundle("hw", new_notebook(cells=cells), allowed_files=("*.py",))
    rebuilt = rebuild(Submitted(()), bundle)
    files = tuple((name, text.encode()) for name, text in brought.items())
    job = replace(rebuilt, files=files).job(LIMITS, "split")
    assert job is not None
    if not guarded:
        job = replace(job, student_code=())
    return supervisor.run(arena.zygote, job)[-1].score or 0.0


def test_a_test_never_imports_what_a_student_wrote(arena: Arena) -> None:
    test = "import helper\nassert double(2) == 4"
    assert points(arena, test, {"helper.py": EVIL}) == 0.0
    assert points(arena, test, {"helper.py": EVIL}, guarded=False) == 1.0
    test = "import helper.inner\nassert double(2) == 4"
    assert points(arena, test, {"helper/__init__.py": "", "helper/inner.py": EVIL}) == 0.0


def test_a_locked_cell_imports_it_beside_the_students_code(arena: Arena) -> None:
    test = "assert helper.double(2) == 4"
    right, wrong = "def double(x):\n    return 2 * x", "def double(x):\n    return x"
    assert points(arena, test, {"helper.py": right}, "import helper") == 1.0
    assert points(arena, test, {"helper.py": wrong}, "import helper") == 0.0


def test_installed_modules_stay_the_checkers_own(arena: Arena) -> None:
    test = (
        "assert not colorsys.__file__.startswith('/tmp') and colorsys.rgb_to_hsv(0, 0, 1)[2] == 1"
    )
    assert points(arena, test, {"colorsys.py": EVIL}, "import colorsys") == 1.0
