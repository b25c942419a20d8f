"""The demo on a small assignment: every sample is graded, and holes would be noticed."""

import io
import json
import shutil
import sys
from pathlib import Path
from types import SimpleNamespace

import demo
import pytest
from rich.console import Console
from sample_class import Sample, sample_class

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "autograder"))
from small_course import small_course  # noqa: F401

from autograder.course import Course

BROKEN = {"syntax_error", "endless_loop", "exits", "memory_hog", "print_flood", "deleted_cell"}
BROKEN |= {"duplicated_cell", "renamed_kernel", "old_format", "not_json"}
ATTACKS = {"skip_tag", "input_transformer", "shadow_torch", "reads_frames", "reads_files"}
SHORTER_AND_LONGER = ("reference", "deleted_cell", "duplicated_cell")
ATTACKS |= {"forks", "script_in_output"}


@pytest.fixture
def course(small_course: Course) -> Course:  # noqa: F811
    """The small course with a bank."""
    for kind, header, points in (
        ("wrong", "# misconception: the sum\n# loses: mean_visible mean_hidden", "sum(values)"),
        ("right", "# variant: or", "sum(values) / (len(values) or 1)"),
    ):
        folder = small_course.root / "proof" / "hw1_means" / kind
        folder.mkdir(parents=True)
        source = f"def mean_of(values):\n    return {points}\n"
        (folder / f"one_{kind}.py").write_text(f"{header}\n# %% mean\n{source}")
    small_course.settings.cell_seconds = 3
    return small_course


def test_the_class_has_every_kind_of_submission(course: Course) -> None:
    samples = sample_class(course, "hw1_means")
    assert len(samples) >= 24
    assert all(name.startswith("s") and name[1:3].isdigit() for name in samples)
    kinds = {sample.name: sample.kind for sample in samples.values()}
    assert kinds["reference"] == kinds["blank"] == "honest"
    assert {name for name, kind in kinds.items() if kind == "broken"} >= BROKEN
    assert {name for name, kind in kinds.items() if kind == "attack"} >= ATTACKS


def test_samples_are_what_they_say(course: Course) -> None:
    by_name = {sample.name: sample for sample in sample_class(course, "hw1_means").values()}
    with pytest.raises(ValueError, match="Expecting value"):
        json.loads(by_name["not_json"].content)
    assert json.loads(by_name["old_format"].content)["nbformat"] == 3
    kernel = json.loads(by_name["renamed_kernel"].content)["metadata"]["kernelspec"]["name"]
    assert kernel != "python3"
    cells = {name: json.loads(by_name[name].content)["cells"] for name in SHORTER_AND_LONGER}
    full, less, more = (len(cells[name]) for name in SHORTER_AND_LONGER)
    assert (less, more) == (full - 2, full + 1)
    assert "torch.py" in by_name["shadow_torch"].files
    released = json.dumps(json.loads(by_name["blank"].content))
    assert "running_total" not in released, "an attack starts from nothing"


def row(student: str, total: float) -> SimpleNamespace:
    return SimpleNamespace(student=student, total=total)


def test_holes_and_lost_submissions_are_noticed() -> None:
    samples = {
        "s01": Sample("reference", "", "honest", b""),
        "s02": Sample("blank", "", "honest", b""),
        "s03": Sample("forks", "", "attack", b""),
        "s04": Sample("exits", "", "broken", b""),
    }
    good = [row("s01", 5), row("s02", 0), row("s03", 0), row("s04", 3)]
    assert demo.surprises(good, samples, 5) == []  # type: ignore[arg-type]
    bad = [row("s01", 4), row("s02", 1), row("s03", 0.5)]
    assert demo.surprises(bad, samples, 5) == [  # type: ignore[arg-type]
        "s04 has no score",
        "s01 has 4 of 5 points",
        "s02 has 1 points for nothing",
        "s03 has 0.5 points for nothing",
    ]


def test_its_own_copy_of_the_course_is_released(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everything that a release reads is copied, and the student's tree comes out of the copy."""
    monkeypatch.setattr(demo, "DEMO", tmp_path / "demo")
    course = demo.copy_of_the_course()
    assert course.settings.cell_seconds == 10
    assert course.root == tmp_path / "demo" / "assignments"
    console = Console(file=io.StringIO(), width=160)
    running = demo.Demo(course, course.assignment("hw1"), console)
    for name in set(course.assignments()) - {running.assignment}:  # test_release searches for all
        shutil.rmtree(course.folder("source", name))
    running.step("release", running.release)
    shown = console.file.getvalue()  # type: ignore[attr-defined]
    assert running.failed == [], shown
    student = tmp_path / "demo" / "student"
    files = {path.relative_to(student).as_posix() for path in student.rglob("*")}
    assert f"assignments/{running.assignment}/{running.assignment}.ipynb" in files, files
    assert {"course_lib/checks.py", "requirements.lock", "README.md"} <= files
    assert any(name.startswith("notebooks/02") for name in files)
    assert not any("proof" in name or "nbgrader_config" in name for name in files)


@pytest.mark.parametrize("graded", [True, False])
def test_it_ends_with_what_is_there(
    course: Course, graded: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No page that was never written, and a command that a shell without the .venv finds."""
    venv = course.root / ".venv" / "bin"
    monkeypatch.setattr(demo, "ROOT", course.root)
    monkeypatch.setattr(sys, "executable", str(venv / "python"))
    monkeypatch.chdir(course.root)
    console = Console(file=io.StringIO(), width=160)
    demo.look_next(demo.Demo(course, "hw1_means", console), graded)
    shown = console.file.getvalue()  # type: ignore[attr-defined]
    assert ("feedback" in shown) == graded
    assert f" {Path('.venv', 'bin', 'autograder')} status" in shown
    monkeypatch.setattr(sys, "executable", "/usr/bin/python")
    assert demo.program() == "autograder"


@pytest.mark.slow
@pytest.mark.sandbox
def test_a_whole_class_from_proof_to_feedback(course: Course) -> None:
    console = Console(file=io.StringIO(), width=160)
    running = demo.Demo(course, "hw1_means", console)
    for name in ("prove", "release", "hand_in", "grade", "feedback"):
        running.step(name, getattr(running, name))
    shown = console.file.getvalue()  # type: ignore[attr-defined]
    assert running.failed == [], shown
    for student in running.samples:
        assert student in shown
    for verdict in ("timeout", "exited", "output", "not-json", "missing-cell", "kernel"):
        assert verdict in shown
    page = next(course.root.glob("feedback/*script_in_output/*/*.html")).read_text()
    assert "<script" not in page
    assert "<b>bold</b>" in page, "what is harmless stays"
