"""Proving an assignment, with an engine that runs cells by `exec`: the bookkeeping is on trial."""

import argparse
import io
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
from fake_engine import FakeEngine
from rich.console import Console
from small_course import nbgrader_cell

from autograder import leaks, misconceptions, prove
from autograder.bank import BankError
from autograder.bundle import load_bundles
from autograder.course import Course
from autograder.submissions import Options

GOOD = "def mean_of(values):\n    return sum(values) / (len(values) or 1)"
WRONG = {
    "empty_list": ("mean_hidden", "def mean_of(values):\n    return sum(values) / len(values)"),
    "sum": ("mean_visible mean_hidden", "def mean_of(values):\n    return sum(values)"),
}


def add(course: Course, kind: str, name: str, header: str, source: str) -> None:
    folder = course.root / "proof" / "hw1_means" / kind
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.py").write_text(f"{header}\n# %% mean\n{source}\n")


@pytest.fixture
def proven(small_course: Course, monkeypatch: pytest.MonkeyPatch) -> Course:
    """The small course with a bank that holds."""
    for name, (loses, source) in WRONG.items():
        add(small_course, "wrong", name, f"# misconception: {name}\n# loses: {loses}", source)
    add(small_course, "right", "loop", "# variant: or", GOOD)
    monkeypatch.setattr(prove, "run_all", FakeEngine())
    return small_course


def proof_of(course: Course) -> prove.Proof:
    options = Options("split", 1, "cpu")
    return prove.prove(course, "hw1_means", options, Console(file=io.StringIO()))


def problems(proof: prove.Proof) -> dict[str, str]:
    return {o.case.label: o.problem for o in proof.outcomes if o.problem}


def test_a_locked_cell_that_students_decide_is_told(proven: Course) -> None:
    path = proven.root / "source" / "hw1_means" / "hw1_means.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[1:1] = [nbgrader_cell("TABLE = {2: mean_of([2])}", "table", locked=True)]
    notebook.cells[3].source += "\nassert TABLE == {2: 2}"
    nbformat.write(notebook, path)
    said = io.StringIO()
    prove.report(proof_of(proven), Console(file=said, width=200))
    wanted = "table uses students' names as it runs: they may replace what tests take from it"
    assert f"{wanted} (TABLE)" in said.getvalue()


def test_a_bank_that_keeps_its_promises(proven: Course) -> None:
    proof = proof_of(proven)
    assert proof.holds
    assert {o.case.label: o.score for o in proof.outcomes} == {
        "reference": 5.0,
        "blank": 0.0,
        "wrong/empty_list": 2.0,
        "wrong/sum": 0.0,
        "right/loop": 5.0,
    }
    assert proof.uncaught == ()


def test_messages_of_wrong_solutions_are_kept(proven: Course) -> None:
    proof_of(proven)
    digest = load_bundles(proven, "hw1_means")["hw1_means"].digest
    known = misconceptions.load(misconceptions.file_of(proven.root, "hw1_means"), digest)
    message = "ZeroDivisionError: division by zero"
    assert known.match({"mean_hidden": message}) == {"mean_hidden": "empty_list"}


def test_a_wrong_solution_that_keeps_a_test(proven: Course) -> None:
    header = "# misconception: none at all\n# loses: mean_visible"
    add(proven, "wrong", "is_right", header, GOOD)
    proof = proof_of(proven)
    assert problems(proof) == {"wrong/is_right": "keeps mean_visible"}
    assert not proof.holds


def test_a_wrong_solution_that_loses_more(proven: Course) -> None:
    add(proven, "wrong", "sum", "# misconception: sum\n# loses: mean_hidden", WRONG["sum"][1])
    (problem,) = problems(proof_of(proven)).values()
    assert problem.startswith("loses mean_visible (AssertionError: the mean of 1, 2, 3 is 2")


def test_a_right_variant_that_loses(proven: Course) -> None:
    add(proven, "right", "sum", "# variant: not really", WRONG["sum"][1])
    assert problems(proof_of(proven)).keys() == {"right/sum"}


def test_a_reference_that_fails_its_own_test(proven: Course) -> None:
    path = proven.folder("source", "hw1_means") / "hw1_means.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[2].source = "assert mean_of([1, 2, 3]) == 2.5"
    nbformat.write(notebook, path)
    assert "reference" in problems(proof_of(proven))


def test_points_for_nothing(proven: Course) -> None:
    path = proven.folder("source", "hw1_means") / "hw1_means.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[2].source = "'no test at all'"
    nbformat.write(notebook, path)
    found = problems(proof_of(proven))
    assert found["blank"] == "keeps mean_visible"


def test_a_leak_in_the_text_of_the_task(proven: Course) -> None:
    path = proven.folder("source", "hw1_means") / "hw1_means.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[0].source += "\nHint: `running_total / max(len(values), 1)`: write\n\n"
    notebook.cells[0].source += "    return running_total / max(len(values), 1)"
    nbformat.write(notebook, path)
    proof = proof_of(proven)
    assert [leak.secret.cell for leak in proof.leaks] == ["mean"]
    assert not proof.holds


def test_tests_that_nothing_proves_are_named(proven: Course) -> None:
    (proven.root / "proof" / "hw1_means" / "wrong" / "sum.py").unlink()
    assert proof_of(proven).uncaught == ("mean_visible",)


@pytest.mark.parametrize(
    ("header", "section", "says"),
    [("mean_typo", "mean", "no test `mean_typo`"), ("mean_hidden", "nowhere", "in no notebook")],
)
def test_a_typo_in_the_bank(proven: Course, header: str, section: str, says: str) -> None:
    folder = proven.root / "proof" / "hw1_means" / "wrong"
    content = f"# misconception: x\n# loses: {header}\n# %% {section}\n{GOOD}\n"
    (folder / "typo.py").write_text(content)
    with pytest.raises(BankError, match=f"wrong/typo: .*{says}"):
        proof_of(proven)


def run(course: Course, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    parser = argparse.ArgumentParser()
    parser.add_argument("--course")
    prove.add_arguments(parser)
    code = prove.run(parser.parse_args(["hw1", "--course", str(course.root)]))
    return code, capsys.readouterr().out


def test_command_shows_a_table_and_an_honest_code(
    proven: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    code, shown = run(proven, capsys)
    assert code == 0
    assert "wrong/empty_list" in shown
    assert "2 wrong and 1 right solutions tried: proven" in shown
    add(proven, "right", "sum", "# variant: not really", WRONG["sum"][1])
    code, shown = run(proven, capsys)
    assert code == 1
    assert "not proven: 1 broken, 0 leaks" in shown


def test_brackets_in_free_text_are_shown_as_they_are(proven: Course) -> None:
    header = "# misconception: reads x[mask]\n# loses: mean_visible mean_hidden"
    source = (
        'def mean_of(values):\n    raise ValueError("expected loss[keep], got loss[mask] [/b]")'
    )
    add(proven, "wrong", "brackets", header, source)
    add(proven, "right", "raises", "# variant: x[keep]", source)
    proof = proof_of(proven)
    secret = leaks.Secret("total = loss[mask][/b]", "solution", "hw1_means", "mean")
    proof = replace(proof, leaks=(leaks.Leak(secret, "release"),), uncaught=("a[b]",))
    console = Console(file=io.StringIO(), width=400)
    prove.report(proof, console)
    shown = console.file.getvalue()  # type: ignore[attr-defined]
    for text in ("x[mask]", "x[keep]", "expected loss[keep], got loss[mask] [/b]", "a[b]"):
        assert text in shown
    assert "total = loss[mask][/b]" in shown


@pytest.mark.sandbox
def test_the_real_engine_agrees(proven: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    by_exec = proof_of(proven)
    monkeypatch.undo()
    proven.settings.preload = []
    by_engine = proof_of(proven)
    assert by_engine.holds
    assert [o.score for o in by_engine.outcomes] == [o.score for o in by_exec.outcomes]


def test_a_course_without_a_bank(small_course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prove, "run_all", FakeEngine())
    proof = proof_of(small_course)
    assert proof.holds
    assert [o.case.label for o in proof.outcomes] == ["reference", "blank"]
    assert Path(small_course.root, ".autograder", "misconceptions", "hw1_means.json").exists()
