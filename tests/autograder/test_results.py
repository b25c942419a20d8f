"""The store: one file a result, whole or absent, under a key that says what it depends on."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
import pytest
from small_course import source_notebook

from autograder.bundle import Bundle, make_bundle
from autograder.course import Course, CourseError
from autograder.job import CellResult, Limits
from autograder.notebook import SubmittedCell, Verdict, parse_submitted
from autograder.outputs import clean
from autograder.rebuild import Rebuilt, rebuild
from autograder.results import (
    Handed,
    Result,
    Store,
    key_of,
    make_result,
    read_handed,
    recorded,
    write_handed,
)


def rebuilt_of(bundle: Bundle, answer: str = "x = 1", **metadata: Any) -> Rebuilt:
    known = {"nbgrader": {"grade_id": "mean"}}
    cells = [{"cell_type": "code", "source": answer, "metadata": known}]
    content = {"cells": cells, "metadata": metadata}
    return rebuild(parse_submitted(json.dumps(content).encode()), bundle)


@pytest.fixture
def result(released: Course) -> Result:
    bundle = make_bundle("hw1_means", source_notebook())
    cells = [
        CellResult("mean", outputs=({"output_type": "stream", "name": "stdout", "text": "é\n"},)),
        CellResult("mean_visible", error="wrong", score=0.1 + 0.2, reference_score=2.0),
        CellResult("mean_hidden", verdict="timeout", error="too slow", score=0.0, seconds=2.5),
        CellResult("imports:mean", score=0.0),
    ]
    return make_result("k" * 64, rebuilt_of(bundle), cells, "split", "cpu", unsafe=False)


def test_what_is_put_comes_back_equal(released: Course, result: Result) -> None:
    store = Store(released)
    assert store.get(result.key) is None
    store.put(result)
    assert store.get(result.key) == result
    assert result.score("mean_visible") == 2.0
    assert result.score("mean_hidden") == result.score("unheard of") == 0.0
    assert result.messages == {"mean_visible": "wrong", "mean_hidden": "too slow"}
    assert [cell.id for cell in result.cells] == ["mean", "mean_visible", "mean_hidden"]
    assert Verdict("timeout", "stopped by the engine: timeout", "mean_hidden") in result.verdicts
    assert {"python", "engine", "torch"} <= result.versions.keys()


def test_what_ran_without_a_sandbox_says_so_to_all_who_read_it() -> None:
    bundle = make_bundle("hw1_means", source_notebook())
    result = make_result("k", rebuilt_of(bundle), [], "split", "cpu", unsafe=True)
    (verdict,) = [verdict for verdict in result.verdicts if verdict.name == "unsafe"]
    assert "without a sandbox" in verdict.text
    assert result.unsafe


@pytest.mark.parametrize(
    "harm",
    [
        lambda text: text[: len(text) // 2],
        lambda text: "",
        lambda text: "[]",
        lambda text: text.replace('"score": 0.0', '"score": 3.0'),
        lambda text: text.replace('"error"', '"terror"'),
        lambda text: text.replace("k" * 64, "j" * 64),
        lambda text: text.replace('"cells"', '"cell"'),
    ],
)
def test_a_damaged_file_counts_as_absent(released: Course, result: Result, harm: Any) -> None:
    store = Store(released)
    store.put(result)
    path = released.hidden / "results" / f"{result.key}.json"
    harmed = harm(path.read_text())
    assert harmed != path.read_text()
    path.write_text(harmed)
    assert store.get(result.key) is None


def test_nothing_half_written_is_left_when_the_disk_is_full(
    released: Course, result: Result, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("autograder.files.os.fsync", full)
    with pytest.raises(CourseError, match="No space left"):
        Store(released).put(result)
    assert list((released.hidden / "results").iterdir()) == []


def test_the_key_changes_with_all_that_decides_the_score() -> None:
    bundle = make_bundle("hw1_means", source_notebook())
    other_source = source_notebook()
    other_source.cells[3].source += "\nassert True"
    other = make_bundle("hw1_means", other_source)

    def key(rebuilt: Rebuilt, mode: str = "split", device: str = "cpu", **limits: Any) -> str:
        return key_of(rebuilt, rebuilt.job(Limits(**limits), mode), device)

    first = rebuilt_of(bundle)
    keys = {
        key(first),
        key(rebuilt_of(bundle, "x = 2")),
        key(rebuilt_of(bundle, kernelspec={"name": "julia"})),
        key(replace(first, files=(("a.csv", b"1"),))),
        key(replace(first, files=(("a.csv", b"2"),))),
        key(rebuilt_of(other)),
        key(first, mode="plain"),
        key(first, device="cuda"),
        key(first, cell_seconds=3.0),
    }
    assert len(keys) == 9
    assert key(rebuilt_of(bundle)) == key(first)


def test_prose_does_not_change_the_key() -> None:
    bundle = make_bundle("hw1_means", source_notebook())
    first = rebuilt_of(bundle)
    answer = SubmittedCell("markdown", "new words", "why")
    placed = replace(first.cells[-1], source=answer.source)
    second = replace(first, cells=(*first.cells[:-1], placed))
    job = first.job(Limits(), "split")
    assert key_of(first, job, "cpu") == key_of(second, second.job(Limits(), "split"), "cpu")


def test_the_result_behind_the_gradebook(released: Course, result: Result) -> None:
    assert recorded(released, "hw1_means", "ada", "hw1_means") is None
    Store(released).put(result)
    handed = Handed({"hw1_means": result.key}, "digest")
    write_handed(released, "hw1_means", "ada", handed)
    assert read_handed(released, "hw1_means", "ada") == handed
    assert recorded(released, "hw1_means", "ada", "hw1_means") == result
    assert recorded(released, "hw1_means", "ada", "other") is None


HOSTILE: list[Any] = [
    3,
    {},
    {"output_type": "widget"},
    {"output_type": "stream", "name": "/etc", "text": ["a", 3, "b\ud800"]},
    {"output_type": "error", "ename": 1, "evalue": None, "traceback": "x"},
    {"output_type": "display_data", "data": {"application/javascript": "alert(1)"}},
    {"output_type": "display_data", "data": {"image/svg+xml": "<svg onload=alert(1)>"}},
    {"output_type": "display_data", "data": {"image/png": "\"><script>alert(1)</script>"}},
    {"output_type": "display_data", "data": {"text/latex": "$<script>alert(1)</script>$"}},
    {"output_type": "display_data", "data": {"text/html": "<b onclick=a()>x<script>y</script>"},
     "metadata": {"isolated": True}},
    {"output_type": "execute_result", "data": {"text/plain": "1"}, "execution_count": "x"},
    {"output_type": "execute_result", "data": 7},
]  # fmt: skip


def test_outputs_are_valid_and_run_nothing(tmp_path: Path) -> None:
    kept = clean(HOSTILE)
    cell = nbformat.v4.new_code_cell("x")
    cell.outputs = [nbformat.from_dict(output) for output in kept]
    nbformat.validate(nbformat.v4.new_notebook(cells=[cell]))
    assert json.dumps(kept).encode("utf-8")
    assert [output["output_type"] for output in kept] == [
        "stream",
        "error",
        "display_data",
        "execute_result",
    ]
    assert kept[2]["data"] == {"text/html": "<b>x</b>"}
    assert "script" not in json.dumps(kept)


def test_an_id_that_an_earlier_engine_kept_is_shown_nowhere(
    released: Course, result: Result
) -> None:
    odd = tuple(Verdict("cell-too-large", "it was emptied", id) for id in ("\ud800", "why"))
    Store(released).put(replace(result, verdicts=odd))
    found = Store(released).get(result.key)
    assert found is not None
    assert [verdict.cell for verdict in found.verdicts] == [None, "why"]
