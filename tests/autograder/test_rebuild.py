"""A submission is put into the instructor's notebook; nothing but sources comes from it."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from nbformat.v4 import new_notebook
from small_course import HIDDEN, SOLUTION, VISIBLE, nbgrader_cell, source_notebook

from autograder.bundle import Bundle, make_bundle
from autograder.job import Limits, Role
from autograder.notebook import parse_submitted
from autograder.rebuild import Rebuilt, rebuild, rebuild_folder, submitted_files

ANSWER = "def mean_of(values): return 2"


@pytest.fixture
def bundle() -> Bundle:
    return make_bundle("hw1_means", source_notebook(), {"numbers.csv": b"1,2,3\n"})


def cell(source: str, grade_id: str | None = None, type: str = "code") -> dict[str, Any]:
    metadata = {"nbgrader": {"grade_id": grade_id, "points": 99}} if grade_id else {}
    return {"cell_type": type, "source": source, "metadata": metadata}


def submitted(bundle: Bundle, *cells: dict[str, Any], **more: Any) -> Rebuilt:
    content = {"cells": list(cells), **more}
    return rebuild(parse_submitted(json.dumps(content).encode()), bundle)


def full(*, mean: str = ANSWER) -> list[dict[str, Any]]:
    return [
        cell(mean, "mean"),
        cell(VISIBLE, "mean_visible"),
        cell("", "mean_hidden"),
        cell("because", "why", "markdown"),
    ]


def names(rebuilt: Rebuilt) -> list[tuple[str, str | None]]:
    return [(verdict.name, verdict.cell) for verdict in rebuilt.verdicts]


def sources(rebuilt: Rebuilt) -> list[str]:
    job = rebuilt.job(Limits(), "split")
    assert job is not None
    return [one.source for one in job.cells]


def test_tests_come_from_the_instructor(bundle: Bundle) -> None:
    job = submitted(bundle, *full()).job(Limits(), "split")
    assert job is not None
    assert [(c.id, c.role, c.source, c.points) for c in job.cells] == [
        ("mean", Role.STUDENT, ANSWER, 0.0),
        ("mean_visible", Role.TEST, VISIBLE, 2.0),
        ("mean_hidden", Role.TEST, HIDDEN, 3.0),
    ]
    assert job.student_names == {"mean_of"}
    assert job.reference_cells == {"mean": SOLUTION}
    assert job.files == {"numbers.csv": b"1,2,3\n"}
    assert names(submitted(bundle, *full())) == []


def test_order_is_the_instructors_and_extra_cells_keep_their_place(bundle: Bundle) -> None:
    one, two, three, _ = full()
    moved = submitted(bundle, cell("start = 1"), two, cell("after = 2"), three, cell("x = 3"), one)
    assert sources(moved) == ["start = 1", ANSWER, VISIBLE, "after = 2", HIDDEN, "x = 3"]


def test_emptied_tests_run_as_they_were(bundle: Bundle) -> None:
    rebuilt = submitted(bundle, cell(ANSWER, "mean"), cell("pass", "mean_visible"))
    assert sources(rebuilt) == [ANSWER, VISIBLE, HIDDEN]
    assert names(rebuilt) == [
        ("edited-cell", "mean_visible"),
        ("missing-cell", "mean_hidden"),
        ("missing-cell", "why"),
    ]


def test_a_deleted_answer_is_empty(bundle: Bundle) -> None:
    rebuilt = submitted(bundle, *full()[1:3])
    assert sources(rebuilt) == ["", VISIBLE, HIDDEN]
    assert names(rebuilt) == [("missing-cell", "mean"), ("missing-cell", "why")]
    assert rebuilt.cells[-1].source == "YOUR ANSWER HERE"


def test_the_first_of_two_cells_is_graded_and_both_run(bundle: Bundle) -> None:
    first, *others = full()
    rebuilt = submitted(bundle, first, cell("second = 1", "mean"), *others)
    assert sources(rebuilt) == [ANSWER, "second = 1", VISIBLE, HIDDEN]
    assert [c.id for c in rebuilt.cells if c.source == ANSWER] == ["mean"]
    assert names(rebuilt) == [("duplicate-cell", "mean")]


def test_a_stolen_or_unknown_grade_id_makes_no_test(bundle: Bundle) -> None:
    rebuilt = submitted(bundle, *full(), cell("score = 100", "bonus"))
    job = rebuilt.job(Limits(), "split")
    assert job is not None
    assert job.cells[-1].role is Role.STUDENT
    assert job.cells[-1].id == "extra:1"
    assert sum(one.points for one in job.cells) == 5


def test_an_answer_turned_into_prose_still_counts(bundle: Bundle) -> None:
    rebuilt = submitted(bundle, cell(ANSWER, "mean", "markdown"), *full()[1:])
    assert sources(rebuilt)[0] == ANSWER
    assert names(rebuilt) == [("cell-type", "mean")]


def test_another_kernel_is_named(bundle: Bundle) -> None:
    metadata = {"kernelspec": {"name": "my-conda-env"}}
    assert names(submitted(bundle, *full(), metadata=metadata)) == [("kernel", None)]


def test_what_cannot_be_read_has_no_job_and_no_answers(bundle: Bundle) -> None:
    rebuilt = rebuild(parse_submitted(b"not json"), bundle)
    assert rebuilt.job(Limits(), "split") is None
    assert not rebuilt.readable
    assert [c.source for c in rebuilt.cells][2:] == [VISIBLE, HIDDEN, "YOUR ANSWER HERE"]


def test_a_notebook_without_code_has_no_job() -> None:
    prose = nbgrader_cell("", "why", 5, grade=True, solution=True, markdown=True)
    bundle = make_bundle("essay", new_notebook(cells=[prose]))
    rebuilt = submitted(bundle, cell("text", "why", "markdown"))
    assert rebuilt.readable
    assert rebuilt.job(Limits(), "split") is None


def test_files_come_from_the_allow_list_and_links_are_refused(
    bundle: Bundle, tmp_path: Path
) -> None:
    (tmp_path / "hw1_means.ipynb").write_text(json.dumps({"cells": full()}))
    (tmp_path / "timestamp.txt").write_text("2030-01-01 00:00:00 UTC")
    (tmp_path / "numbers.csv").write_text("9,9,9")
    (tmp_path / "torch.py").write_text("raise SystemExit")
    (tmp_path / "plots").mkdir()
    (tmp_path / "plots" / "a.csv").write_text("4")
    secret = tmp_path.parent / "secret.csv"
    secret.write_text("exam")
    (tmp_path / "stolen.csv").symlink_to(secret)
    (tmp_path / "home").symlink_to(tmp_path.parent)
    rebuilt = rebuild_folder(tmp_path, bundle, ("*.csv",))
    job = rebuilt.job(Limits(), "split")
    assert job is not None
    assert job.files == {"numbers.csv": b"1,2,3\n", "plots/a.csv": b"4"}
    said = {verdict.text.split()[0]: verdict.name for verdict in rebuilt.verdicts}
    assert said == {"home": "link", "stolen.csv": "link", "torch.py": "extra-file"}


def test_a_file_in_the_place_of_the_assignments_own_is_refused(tmp_path: Path) -> None:
    own = {"numbers.csv": b"1,2,3\n", "data/x.csv": b"4"}
    bundle = make_bundle("hw1_means", source_notebook(), own)
    (tmp_path / "hw1_means.ipynb").write_text(json.dumps({"cells": full()}))
    (tmp_path / "data").write_text("a file where the instructor has a folder")
    for folder in ("numbers.csv", "data2/other.ipynb", "timestamp.txt", "numbers.csv2"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "a.csv").write_text("5")
    rebuilt = rebuild_folder(tmp_path, bundle, ("*",))
    assert dict(rebuilt.files) == {"numbers.csv2/a.csv": b"5"}
    said = {verdict.text.split()[0]: verdict.name for verdict in rebuilt.verdicts}
    refused = ("data", "numbers.csv/a.csv", "data2/other.ipynb/a.csv", "timestamp.txt/a.csv")
    assert said == dict.fromkeys(refused, "file-name")


def test_long_and_deep_names_are_refused_and_not_followed(
    bundle: Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "hw1_means.ipynb").write_text(json.dumps({"cells": full()}))
    for name in ("d" * 200, "d"):
        monkeypatch.chdir(tmp_path)
        for _ in range(60):
            os.mkdir(name)
            os.chdir(name)
            Path("x.csv").write_text("1")
    rebuilt = rebuild_folder(tmp_path, bundle, ("*",))
    names = ["d" * 200 + "/x.csv", *("d/" * depth + "x.csv" for depth in range(1, 11))]
    assert sorted(dict(rebuilt.files)) == sorted(names)
    assert [verdict.name for verdict in rebuilt.verdicts] == ["file-name"] * 3
    assert max(len(str(path)) for path in submitted_files(tmp_path)) < len(str(tmp_path)) + 500
