"""What the engine reads from the instructor's notebook. Oracle for names: running the code."""

import ast
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder import names
from autograder.bundle import IMPORTS, Bundle, allowed_files, load_bundles, make_bundle
from autograder.course import Course, CourseError
from autograder.job import Role
from autograder.ownership import decided_by_students


def known(source: str, grade_id: str, points: float | None = None, **flags: Any) -> Any:
    """A cell that nbgrader knows; `flags` are grade, solution, locked, task, type and tags."""
    make = new_markdown_cell if flags.pop("type", "code") == "markdown" else new_code_cell
    tags = flags.pop("tags", [])
    fields = {"grade": False, "solution": False, "locked": False, "schema_version": 3, **flags}
    if points is not None:
        fields["points"] = points
    return make(source, metadata={"nbgrader": {"grade_id": grade_id, **fields}, "tags": tags})


def notebook() -> nbformat.NotebookNode:
    return new_notebook(
        cells=[
            new_markdown_cell("# Words"),
            known("import math\nlimit = 3", "setup", locked=True),
            new_code_cell("import numpy as np\nimport json\nscale = 2.0"),
            known(
                "def area(r):\n    ### BEGIN SOLUTION\n    return math.pi * r**2\n"
                "    ### END SOLUTION",
                "area",
                solution=True,
            ),
            known("unit = area(1)", "uses_area", locked=True),
            known(
                "assert np.isclose(area(1), 3.14159, atol=1e-3)\n### BEGIN HIDDEN TESTS\n"
                "assert unit < 4\n### END HIDDEN TESTS",
                "area_test",
                2,
                grade=True,
                locked=True,
                tags=["reference:area", "may-change-inputs"],
            ),
            known("because", "why", 3, grade=True, solution=True, type="markdown"),
        ],
        metadata={"kernelspec": {"name": "python3", "language": "python", "display_name": "P"}},
    )


def by_id(bundle: Bundle) -> dict[str, Any]:
    return {cell.id: cell for cell in bundle.cells}


def test_roles_points_and_tags() -> None:
    bundle = make_bundle("words", notebook())
    cells = by_id(bundle)
    roles = {id: cells[id].role for id in ("setup", "area", "uses_area", "area_test", "why")}
    assert roles == {
        "setup": Role.LOCKED,
        "area": Role.STUDENT,
        "uses_area": Role.LOCKED,
        "area_test": Role.TEST,
        "why": None,
    }
    assert [cell.id for cell in bundle.tests] == ["area_test"]
    assert [cell.id for cell in bundle.solutions] == ["area"]
    assert bundle.max_score == 2
    assert cells["area_test"].reference == ("area",)
    assert cells["area_test"].may_change_inputs
    assert cells["why"].is_manual
    assert cells["why"].points == 3


def test_names_belong_to_the_student_unless_they_are_imports_or_the_instructors() -> None:
    bundle = make_bundle("words", notebook())
    assert bundle.student_names == {"area", "scale", "unit"}
    cells = by_id(bundle)
    assert cells["uses_area"].student_only
    assert not cells["setup"].student_only


def owned(locked: str) -> tuple[set[str], bool]:
    """A locked cell's names that are the student's, who write `area`; whether it is all theirs."""
    tests = "agrees, TABLE, made, first"
    cells = [
        known(locked, "locked", locked=True),
        known("def area(r):\n    return r", "area", solution=True),
        known(tests, "t", 1, grade=True, locked=True),
    ]
    bundle = make_bundle("words", new_notebook(cells=cells))
    return {*bundle.student_names} - {"area"}, by_id(bundle)["locked"].student_only


@pytest.mark.parametrize(
    ("locked", "theirs"),
    [
        ("TABLE = {1: 1}\ndef agrees(r):\n    return area(r) == TABLE[r]", set()),
        ("agrees = lambda r: area(r) == 1", set()),
        ("class agrees:\n    def __call__(self, r):\n        return area(r) == 1", set()),
        ("def agrees(r):\n    assert area(1) == 1\n    return area(r)", set()),
        ("def agrees(r):\n    return same(area(r), 1)", set()),
        ("def agrees(area):\n    return area(3)", set()),
        ("@cached\ndef agrees(r):\n    return area(r)", set()),
        ("def agrees(r):\n    return area(r).eq(1)", set()),
        ("def agrees(r):\n    def area(x):\n        return x\n    return area(r)", set()),
        ("TABLE = {}\ndef made(r):\n    'Text.'\n    s = 2 * r\n    return area(s)", {"made"}),
        ("def made(r):\n    return area(area(r)).double()", {"made"}),
    ],
)
def test_a_locked_function_is_the_checkers_unless_it_hands_on_an_answer(
    locked: str, theirs: set[str]
) -> None:
    assert owned(locked) == (theirs, False)


@pytest.mark.parametrize(
    "locked",
    [
        "first = area(1)",
        "def first(r=area(1)):\n    return r",
        "first = sorted([2, 1], key=lambda r: area(r))",
        "class first(area):\n    pass",
        "for first in [area]:\n    pass",
    ],
)
def test_a_locked_cell_that_needs_the_students_code_to_run_is_theirs(locked: str) -> None:
    assert owned(locked) == ({"first"}, True)


def test_what_tests_take_from_a_cell_that_students_decide_is_found() -> None:
    assert decided_by_students(make_bundle("words", notebook()).cells) == {"uses_area": {"unit"}}


def test_the_checker_gets_the_imports_it_needs_and_no_others() -> None:
    added = [cell for cell in make_bundle("words", notebook()).cells if cell.id.startswith(IMPORTS)]
    assert [cell.source for cell in added] == ["import numpy as np"]
    assert added[0].role is Role.TEST
    assert added[0].points == 0
    assert not added[0].is_test


def test_a_module_that_the_student_may_hand_in_is_the_students() -> None:
    cells = [
        known("import helper\nimport math", "setup", locked=True),
        known("assert helper.f(1) == math.floor(1.5)", "t", 1, grade=True),
    ]
    plain = make_bundle("words", new_notebook(cells=cells))
    brought = make_bundle("words", new_notebook(cells=cells), allowed_files=("help*.py",))
    assert plain.student_names == frozenset()
    assert brought.student_names == {"helper"}
    assert by_id(brought)["setup"].student_only


def test_what_students_see_has_no_secret_line() -> None:
    bundle = make_bundle("words", notebook())
    cells = by_id(bundle)
    assert "NotImplementedError" in cells["area"].released
    assert cells["why"].released == "YOUR ANSWER HERE"
    secrets = bundle.secret_lines
    assert {"return math.pi * r**2", "assert unit < 4", "because"} <= secrets
    assert "def area(r):" not in secrets
    assert "import math" not in secrets


def test_the_digest_follows_everything_that_can_change_a_score() -> None:
    first = make_bundle("words", notebook(), {"data.csv": b"1"})
    assert first.digest == make_bundle("words", notebook(), {"data.csv": b"1"}).digest
    other = notebook()
    other.cells[5].metadata.nbgrader.points = 3
    changed = [
        make_bundle("words", notebook(), {"data.csv": b"2"}),
        make_bundle("words", other, {"data.csv": b"1"}),
    ]
    assert len({first.digest, *(bundle.digest for bundle in changed)}) == 3
    prose = notebook()
    prose.cells[0].source = "# Sentences"
    assert make_bundle("words", prose, {"data.csv": b"1"}).digest == first.digest


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda nb: nb.cells.append(known("pass", "area", locked=True)), "grade_id area"),
        (lambda nb: nb.metadata.kernelspec.update(language="R"), "--mode stock"),
        (lambda nb: nb.cells[3].update(source="### BEGIN SOLUTION"), "end solution"),
        (lambda nb: nb.cells[5].update(source="### BEGIN HIDDEN TESTS"), "end hidden tests"),
    ],
)
def test_a_notebook_that_cannot_be_graded_is_named(change: Any, says: str) -> None:
    broken = notebook()
    change(broken)
    with pytest.raises(CourseError, match=f"(?i)words.*{says}"):
        make_bundle("words", broken)


def test_loaded_with_the_files_beside_it(tmp_path: Path) -> None:
    folder = tmp_path / "source" / "hw1"
    (folder / "data").mkdir(parents=True)
    (folder / ".ipynb_checkpoints").mkdir()
    (folder / "data" / "words.txt").write_bytes(b"fish")
    (folder / ".ipynb_checkpoints" / "old.txt").write_bytes(b"old")
    nbformat.write(notebook(), folder / "words.ipynb")
    bundles = load_bundles(Course.open(tmp_path), "hw1")
    assert list(bundles) == ["words"]
    assert bundles["words"].files == {"data/words.txt": b"fish"}


def test_a_file_that_students_hand_in_themselves_is_not_the_instructors(tmp_path: Path) -> None:
    folder = tmp_path / "source" / "hw1"
    folder.mkdir(parents=True)
    nbformat.write(notebook(), folder / "words.ipynb")
    for name in ("helper.py", "data.csv"):
        (folder / name).write_bytes(b"")
    (tmp_path / "nbgrader_config.py").write_text(
        "c = get_config()\nc.Autograde.exclude_overwriting = {'hw1': ['helper.py']}\n"
        "c.Autograder.allowed_files = ['*.png']\n"
    )
    course = Course.open(tmp_path)
    assert load_bundles(course, "hw1")["words"].files == {"data.csv": b""}
    assert allowed_files(course, "hw1") == ("*.png", "helper.py")


@pytest.mark.parametrize("content", ["", "[]", '{"cells": 3}', '{"cells": [{}]}', "\x00"])
def test_a_broken_source_notebook_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / "source" / "hw1").mkdir(parents=True)
    (tmp_path / "source" / "hw1" / "hw1.ipynb").write_text(content)
    with pytest.raises(CourseError, match=r"hw1\.ipynb is no notebook"):
        load_bundles(Course.open(tmp_path), "hw1")


CELLS = [
    "a = b = 1\n(c, [d, *e]) = 1, [2, 3]\nf: int = 4\ng: int",
    "def outer():\n    global made\n    made = local = 1\nouter()",
    "class Model:\n    size = 3\n    def run(self): self.x = 1",
    "total = 0\ntotal += 1\nfor i, (j, k) in [(1, (2, 3))]:\n    inside = i",
    "squares = [x * x for x in range(3)]\nif any((hit := n) > 1 for n in squares): pass",
    "with open('/dev/null') as file: text = file.read()",
    "match {'a': [1, 2]}:\n    case {'a': [first, *rest]}: found = first",
    "try:\n    import missing_module_xyz as m\nexcept ImportError:\n    m = None",
    "f = lambda y: y\nasync def g(z): return z",
]


@pytest.mark.parametrize("source", CELLS)
def test_bound_names_are_those_that_running_binds(source: str) -> None:
    namespace: dict[str, Any] = {}
    exec(source, namespace)
    assert names.bound(source) - {"g"} == namespace.keys() - {
        "__builtins__",
        "__annotations__",
        "g",
    }


@pytest.mark.parametrize(
    ("source", "bound", "loaded"),
    [
        ("import numpy as np, os.path\nfrom math import *", set(), set()),
        ("x += y", {"x"}, {"x", "y"}),
        ("def f(a=b):\n    def g(): return h(a)\n    return g", {"f"}, {"b", "h"}),
        ("%matplotlib inline\nx = y", {"x"}, {"y", "get_ipython"}),
        ("%%time\nx = y", {"x"}, {"y"}),
        ("files = !ls", {"files"}, {"get_ipython"}),
        ("class A:\n    x = x\n    y = 1", {"A"}, {"x"}),
        ("def f(x):\n    class A:\n        y = x", {"f"}, set()),
        ("this is no python", set(), set()),
        ("return 1", set(), set()),
    ],
)
def test_names_of_notebook_cells(source: str, bound: set[str], loaded: set[str]) -> None:
    assert names.bound(source) == bound
    assert names.loaded(source) == loaded


def test_each_import_stands_alone() -> None:
    found = names.imports(
        "import numpy as np, os.path\nfrom .near import a as b, c\nimport x.y as z"
    )
    assert [(module, name) for module, name, _ in found] == [
        ("numpy", "np"),
        ("os.path", "os"),
        ("near", "b"),
        ("near", "c"),
        ("x.y", "z"),
    ]
    assert all(len(ast.parse(line).body) == 1 for _, _, line in found)
