"""Whatever bytes are handed in, reading them ends in cells or in a named verdict."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder import attachments, notebook
from autograder.notebook import parse_submitted, read_regular, read_submitted


def made(cells: Any, **more: Any) -> bytes:
    return json.dumps({"nbformat": 4, "metadata": {}, "cells": cells, **more}).encode()


def code(source: Any, grade_id: Any = None) -> dict[str, Any]:
    known = {"nbgrader": {"grade_id": grade_id}} if grade_id is not None else {}
    return {"cell_type": "code", "source": source, "metadata": known, "outputs": []}


def test_sources_and_grade_ids_are_all_that_is_taken() -> None:
    cell = code(["a = 1\n", "b = 2"], "task")
    cell["metadata"]["tags"] = ["skip-execution"]
    cell["metadata"]["nbgrader"]["checksum"] = "abc"
    submitted = parse_submitted(made([cell], metadata={"kernelspec": {"name": "julia"}}))
    assert submitted.cells is not None
    assert vars(submitted.cells[0]) == {
        "type": "code",
        "source": "a = 1\nb = 2",
        "grade_id": "task",
        "attachments": None,
        "tags": ("skip-execution",),
        "flags": (),
        "checksum": "abc",
    }
    assert submitted.kernel == "julia"
    assert submitted.verdicts == ()


@pytest.mark.parametrize(
    ("content", "verdict"),
    [
        (b"", "not-json"),
        (b"{", "not-json"),
        (b"\xff\xfe\x00", "not-json"),
        (b"[" * 100_000, "too-deep"),
        (b'{"cells": ' * 100_000, "too-deep"),
        (b"9" * 10_000, "not-json"),
        (b"null", "not-a-notebook"),
        (b"[]", "not-a-notebook"),
        (b"{}", "not-a-notebook"),
        (b'{"cells": 3}', "not-a-notebook"),
        (b'{"worksheets": {}}', "not-a-notebook"),
        (made([code("")] * (notebook.MAX_CELLS + 1)), "too-many-cells"),
    ],
)
def test_what_is_no_notebook_is_named(content: bytes, verdict: str) -> None:
    submitted = parse_submitted(content)
    assert submitted.cells is None
    assert [v.name for v in submitted.verdicts] == [verdict]


@pytest.mark.parametrize(
    "cell", [3, None, {}, {"cell_type": "code", "source": 7}, {"cell_type": "code", "source": [1]},
             {"cell_type": ["code"], "source": ""}, {"cell_type": "script", "source": "x"}]
)  # fmt: skip
def test_a_cell_that_is_none_is_left_out_and_the_rest_stays(cell: Any) -> None:
    submitted = parse_submitted(made([code("a"), cell, code("b")]))
    assert [c.source for c in submitted.cells or ()] == ["a", "b"]
    assert [v.name for v in submitted.verdicts] == ["bad-cell"]


@pytest.mark.parametrize("metadata", [None, 3, [], {"nbgrader": 3}, {"nbgrader": {"grade_id": {}}}])
def test_metadata_is_never_trusted(metadata: Any) -> None:
    submitted = parse_submitted(made([{**code("a"), "metadata": metadata}]))
    assert submitted.cells is not None
    assert submitted.cells[0].grade_id is None


def test_an_old_notebook_is_converted() -> None:
    cells = [
        {"cell_type": "heading", "source": "Words", "level": 2},
        {"cell_type": "code", "input": ["x = 1"], "metadata": {"nbgrader": {"grade_id": "t"}}},
    ]
    old = {"nbformat": 3, "metadata": {}, "worksheets": [{"cells": cells}, 3]}
    submitted = parse_submitted(json.dumps(old).encode())
    assert [(c.type, c.source, c.grade_id) for c in submitted.cells or ()] == [
        ("markdown", "# Words", None),
        ("code", "x = 1", "t"),
    ]
    assert [v.name for v in submitted.verdicts] == ["old-format"]


def test_a_giant_cell_is_emptied() -> None:
    submitted = parse_submitted(made([code("x" * (notebook.MAX_SOURCE + 1), "task"), code("y")]))
    assert [c.source for c in submitted.cells or ()] == ["", "y"]
    assert [(v.name, v.cell) for v in submitted.verdicts] == [("cell-too-large", "task")]


def test_half_a_character_can_be_written_again() -> None:
    submitted = parse_submitted(b'{"cells": [{"cell_type": "code", "source": "\\ud800"}]}')
    assert submitted.cells is not None
    assert submitted.cells[0].source.encode()


def test_only_pictures_are_attached() -> None:
    found = {"a.png": {"image/png": "AAAA", "text/html": "<script>"}, "b": 3}
    answer = {"cell_type": "markdown", "source": "![](attachment:a.png)", "attachments": found}
    submitted = parse_submitted(made([answer]))
    assert submitted.cells is not None
    assert submitted.cells[0].attachments == {"a.png": {"image/png": "AAAA"}}


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("\ud800abc", "half a character"),
        ('%%%"><script>', "no base64"),
        ("A" * (attachments.MAX_PICTURE + 1), "too large"),
        (["AAAA"], "no text"),
    ],
)
def test_what_is_no_picture_is_left_out_and_named(value: Any, why: str) -> None:
    found = {"a.png": {"image/png": value}, "b.gif": {"image/gif": "AAAA\n"}}
    answer = {**code("see", "why"), "cell_type": "markdown", "attachments": found}
    submitted = parse_submitted(made([answer]))
    assert submitted.cells is not None
    kept = {"a.png": {}, "b.gif": {"image/gif": "AAAA\n"}}
    assert submitted.cells[0].attachments == kept, why
    assert [(v.name, v.cell) for v in submitted.verdicts] == [("attachment", "why")]
    assert "a.png" in submitted.verdicts[0].text


@pytest.mark.parametrize("grade_id", ["\ud800", "x" * 5_000_000, "a\nb", "\x1b[2J", "a\u202eb"])
def test_a_grade_id_that_no_cell_can_have_is_none(grade_id: str) -> None:
    long = "#" * (notebook.MAX_SOURCE + 1)
    submitted = parse_submitted(made([code("a", grade_id), code(long, grade_id)]))
    assert [cell.grade_id for cell in submitted.cells or ()] == [None, None]
    assert [(v.name, v.cell) for v in submitted.verdicts] == [("cell-too-large", None)]


@pytest.mark.parametrize("grade_id", ["cell-3f2a", "Teil 1: Größe", "q1.a", "x" * 128])
def test_an_odd_grade_id_is_the_instructors(grade_id: str) -> None:
    submitted = parse_submitted(made([code("a", grade_id)]))
    assert [cell.grade_id for cell in submitted.cells or ()] == [grade_id]


def test_links_devices_and_folders_are_refused(tmp_path: Path) -> None:
    real = tmp_path / "real.ipynb"
    real.write_bytes(made([]))
    (tmp_path / "link.ipynb").symlink_to(real)
    (tmp_path / "gone.ipynb").symlink_to(tmp_path / "nowhere")
    (tmp_path / "loop.ipynb").symlink_to(tmp_path / "loop.ipynb")
    (tmp_path / "folder.ipynb").mkdir()
    os.mkfifo(tmp_path / "pipe.ipynb")
    names = {
        "real": None,
        "link": "link",
        "gone": "link",
        "loop": "link",
        "folder": "not-a-file",
        "pipe": "not-a-file",
        "nothing": "missing",
    }
    for name, verdict in names.items():
        submitted = read_submitted(tmp_path / f"{name}.ipynb")
        assert [v.name for v in submitted.verdicts] == ([verdict] if verdict else []), name


def test_a_large_file_is_not_read(tmp_path: Path) -> None:
    with open(tmp_path / "hole", "wb") as file:
        file.truncate(2**40)
    content, verdict = read_regular(tmp_path / "hole", 2**20)
    assert content is None
    assert verdict is not None
    assert verdict.name == "too-large"


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text() | st.integers(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.sampled_from(["cells", "cell_type", "source", "metadata", "nbgrader", "grade_id",
                         "worksheets", "attachments", "kernelspec", "name", "x"]),
        inner | st.sampled_from(["code", "markdown"]), max_size=6),
    max_leaves=25,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200) | JSON.map(lambda value: json.dumps(value).encode()))
def test_any_bytes_end_in_cells_or_a_verdict(content: bytes) -> None:
    submitted = parse_submitted(content)
    if submitted.cells is None:
        assert len(submitted.verdicts) == 1
    for cell in submitted.cells or ():
        assert cell.type in notebook.TYPES
        assert cell.source.encode() is not None
        assert cell.grade_id is None or isinstance(cell.grade_id, str)
