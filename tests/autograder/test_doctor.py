"""The doctor says what holds, and an exit code that can be trusted."""

from argparse import Namespace

import pytest

from autograder import doctor
from autograder.sandbox import layers
from autograder.zygote import ZygoteFailed

pytestmark = pytest.mark.sandbox


@pytest.fixture
def course(tmp_path):
    root = tmp_path / "course"
    (root / "source").mkdir(parents=True)
    (root / "nbgrader_config.py").write_text("c = get_config()\n")
    return root


@pytest.fixture
def quick_probe(monkeypatch):
    """Layers as this machine has them, tried once only; the engine is not started."""
    monkeypatch.setattr(doctor, "_engine", lambda: [("start the engine", True, "in no time")])
    found = layers.probe()
    monkeypatch.setattr(layers, "probe", lambda secret: found)
    return found


def test_the_whole_report_on_this_machine(course, capsys):
    assert doctor.run(Namespace(course=str(course))) == 0
    said = capsys.readouterr().out
    for line in ("Landlock", "seccomp", "student code: read", "grade a small submission"):
        assert line in said


def test_a_missing_mandatory_layer_is_fatal(quick_probe, monkeypatch, course, capsys):
    broken = [layers.Layer("Landlock", False, "no Landlock here"), *quick_probe[1:]]
    monkeypatch.setattr(layers, "probe", lambda secret: broken)
    assert doctor.run(Namespace(course=str(course))) == 1
    assert "no Landlock here" in capsys.readouterr().out


def test_a_missing_extra_layer_is_not(quick_probe, monkeypatch, course, capsys):
    weaker = [*quick_probe, layers.Layer("namespaces", False, "not allowed here")]
    monkeypatch.setattr(layers, "probe", lambda secret: weaker)
    assert doctor.run(Namespace(course=str(course))) == 0
    assert "absent" in capsys.readouterr().out


def test_settings_that_open_the_course_are_found(quick_probe, course):
    (course / "nbgrader_config.py").write_text(
        f"c = get_config()\nc.Autograder.read_paths = [{str(course.parent)!r}]\n"
    )
    assert doctor.run(Namespace(course=str(course))) == 1


def test_an_engine_that_does_not_start_is_reported(monkeypatch):
    def fail():
        raise ZygoteFailed("ModuleNotFoundError: torch")

    monkeypatch.setattr(doctor, "Zygote", fail)
    found = {name: (ok, detail) for name, ok, detail in doctor.report()}
    assert found["start the engine"] == (False, "ModuleNotFoundError: torch")
