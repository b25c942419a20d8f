"""Finding a course, its configuration and its assignments."""

import subprocess
import sys
from pathlib import Path

import pytest

from autograder import exchanged
from autograder.course import Course, CourseError, find_root, one_of


@pytest.fixture
def course_folder(tmp_path: Path) -> Path:
    for name in ("hw1_words", "hw1_windows", "hw2_cells"):
        (tmp_path / "source" / name).mkdir(parents=True)
        (tmp_path / "source" / name / f"{name}.ipynb").write_text("{}")
    (tmp_path / "nbgrader_config.py").write_text(
        "c = get_config()\nc.CourseDirectory.course_id = 'rnn'\nc.Autograder.cell_seconds = 7\n"
    )
    return tmp_path


def test_settings_come_from_the_configuration(course_folder: Path) -> None:
    course = Course.open(course_folder)
    assert course.directory.course_id == "rnn"
    assert course.settings.limits().cell_seconds == 7
    assert course.settings.mode == "split"
    assert course.settings.workers >= 1


def test_found_from_inside_and_from_the_repository(
    course_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(course_folder / "source" / "hw2_cells")
    assert find_root() == course_folder
    repository = course_folder.parent / "repository"
    repository.mkdir()
    course_folder.rename(repository / "assignments")
    monkeypatch.chdir(repository)
    assert find_root() == repository / "assignments"


@pytest.mark.parametrize(
    ("typed", "name"), [("hw2", "hw2_cells"), ("hw1_wo", "hw1_words"), ("hw1_words", "hw1_words")]
)
def test_a_unique_prefix_is_enough(course_folder: Path, typed: str, name: str) -> None:
    assert Course.open(course_folder).assignment(typed) == name


@pytest.mark.parametrize(
    ("typed", "says"), [("hw1", "hw1_windows, hw1_words"), ("exam", "hw2_cells"), ("", "hw1_words")]
)
def test_a_wrong_name_is_answered_with_the_choice(
    course_folder: Path, typed: str, says: str
) -> None:
    with pytest.raises(CourseError, match=says):
        Course.open(course_folder).assignment(typed)


def test_an_empty_name_is_no_beginning(course_folder: Path) -> None:
    with pytest.raises(CourseError, match=r"begins with ''.*only"):
        one_of(["only"], "", course_folder)


def test_a_number_is_not_the_beginning_of_another_number(course_folder: Path) -> None:
    (course_folder / "source" / "hw20_exam").mkdir()
    (course_folder / "source" / "hw20_exam" / "hw20_exam.ipynb").write_text("{}")
    course = Course.open(course_folder)
    assert course.assignment("hw2") == "hw2_cells"
    assert course.assignment("hw20") == "hw20_exam"
    with pytest.raises(CourseError, match="hw20_exam, hw2_cells: type more"):
        course.assignment("hw")


def test_brackets_in_the_path_are_only_a_name(course_folder: Path) -> None:
    inside = course_folder.parent / "b [2026] x"
    course_folder.rename(inside)
    (inside / "submitted" / "ada" / "hw2_cells").mkdir(parents=True)
    course = Course.open(inside)
    assert course.assignments() == ["hw1_windows", "hw1_words", "hw2_cells"]
    assert course.students("hw2_cells") == ["ada"]
    assert set(exchanged._notebooks(course)) == {"hw1_windows", "hw1_words", "hw2_cells"}


def test_a_name_that_is_a_prefix_of_another_still_works(course_folder: Path) -> None:
    (course_folder / "source" / "hw1").mkdir()
    (course_folder / "source" / "hw1" / "hw1.ipynb").write_text("{}")
    assert Course.open(course_folder).assignment("hw1") == "hw1"


def test_students_of_an_assignment(course_folder: Path) -> None:
    for student in ("ada", "bob[1]", "eve"):
        (course_folder / "submitted" / student / "hw2_cells").mkdir(parents=True)
    (course_folder / "submitted" / "zoe" / "hw1_words").mkdir(parents=True)
    course = Course.open(course_folder)
    assert course.students("hw2_cells") == ["ada", "bob[1]", "eve"]
    course.directory.student_id_exclude = "eve"
    assert course.students("hw2_cells") == ["ada", "bob[1]"]


def test_another_directory_structure(course_folder: Path) -> None:
    with open(course_folder / "nbgrader_config.py", "a") as file:
        file.write("c.CourseDirectory.directory_structure = ")
        file.write("'{nbgrader_step}/{assignment_id}/{student_id}'\n")
    source = course_folder / "source"
    (course_folder / "submitted" / "hw2_cells" / "ada").mkdir(parents=True)
    course = Course.open(course_folder)
    assert course.folder("source", "hw2_cells") == source / "hw2_cells"
    assert course.students("hw2_cells") == ["ada"]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("c.Autograder.mode = 'fast'", "mode"),
        ("c.Autograder.cell_seconds = 'ten'", "cell_seconds"),
        ("import nothing_like_this", "does not load"),
        ("this is not python", "does not load"),
    ],
)
def test_a_broken_configuration_is_named(course_folder: Path, line: str, says: str) -> None:
    (course_folder / "nbgrader_config.py").write_text(f"c = get_config()\n{line}\n")
    with pytest.raises(CourseError, match=says):
        Course.open(course_folder)


def test_no_course_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CourseError, match="no nbgrader course"):
        Course.open()
    with pytest.raises(CourseError, match="no such folder"):
        Course.open(tmp_path / "nowhere")
    with pytest.raises(CourseError, match="not a course"):
        Course.open(tmp_path)


def test_the_main_process_loads_neither_torch_nor_the_course() -> None:
    modules = "course, names, ownership, notebook, bundle"
    code = f"import sys; from autograder import {modules}; print(*sys.modules)"
    ask = [sys.executable, "-c", code]
    loaded = subprocess.run(ask, capture_output=True, text=True, check=True).stdout.split()
    assert not {"torch", "course_lib"} & set(loaded)
