"""clean, view and apply, against nbformat's own reader, writer and schema."""

import io
import json

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

import notebooks

texts = st.text(st.characters(codec="utf-8"), max_size=40)
lines = st.lists(st.one_of(texts, st.sampled_from(["# %% code x", "\\# %% y", ""])), max_size=4)
sources = lines.map("\n".join)
tags = st.lists(st.sampled_from(["hide-input", "remove-cell"]), unique=True)


@st.composite
def clean_notebooks(draw):
    cells = []
    for number in range(draw(st.integers(1, 5))):
        cell = {"cell_type": "markdown", "id": f"id-{number}", "metadata": {}}
        if chosen := draw(tags):
            cell["metadata"] = {"tags": chosen}
        cell["source"] = draw(sources)
        if draw(st.booleans()):
            cell |= {"cell_type": "code", "execution_count": None, "outputs": []}
        cells.append(cell)
    course = {"course": {"budget_seconds": draw(st.integers(1, 99))}}
    metadata = notebooks.KERNEL | course
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def messy():
    code = new_code_cell("1 + 1\n", execution_count=3, metadata={"collapsed": True, "tags": ["x"]})
    code.outputs = [new_output("execute_result", {"text/plain": "2"}, execution_count=3)]
    same = [new_markdown_cell("twice"), new_markdown_cell("twice")]
    nb = new_notebook(
        cells=[code, *same],
        metadata={"kernelspec": {"name": "base", "display_name": "b"}, "toc": {}},
    )
    raw = json.loads(nbformat.writes(nb))
    raw["cells"][2]["id"] = raw["cells"][1]["id"]
    return raw


@given(clean_notebooks())
def test_text_and_back_loses_nothing(nb):
    assert notebooks.parse(notebooks.view(nb)) == nb


@given(clean_notebooks())
def test_bytes_are_those_of_nbformat(nb):
    data = notebooks.write(nb)
    assert data.decode() == nbformat.writes(nbformat.from_dict(nb), version=4) + "\n"
    assert notebooks.read(data) == nb


@given(clean_notebooks())
def test_a_clean_notebook_stays_as_it_is(nb):
    assert notebooks.clean(nb, assignment=False) == nb


def test_clean_leaves_only_what_the_repository_keeps():
    cleaned = notebooks.clean(notebooks.read(json.dumps(messy()).encode()), assignment=False)
    code, first, second = cleaned["cells"]
    assert (code["outputs"], code["execution_count"], code["metadata"]) == ([], None, {})
    assert code["source"] == "1 + 1\n"
    assert first["id"] != second["id"]
    assert cleaned["metadata"] == notebooks.KERNEL
    nbformat.validate(nbformat.from_dict(cleaned))


def test_new_ids_depend_on_the_source_alone():
    raw = messy()
    for cell in raw["cells"]:
        del cell["id"]
    once = notebooks.clean(notebooks.read(json.dumps(raw).encode()), assignment=False)
    again = notebooks.clean(notebooks.read(json.dumps(raw).encode()), assignment=False)
    assert once == again
    assert len({cell["id"] for cell in once["cells"]}) == 3


def test_only_assignments_keep_what_nbgrader_needs():
    metadata = {"nbgrader": {"grade": True}, "tags": ["reference:windows"]}
    assert notebooks.allowed_metadata(metadata, assignment=True) == metadata
    assert notebooks.allowed_metadata(metadata, assignment=False) == {}


@pytest.mark.parametrize("data", [b"not JSON", b"[]", b'{"nbformat": 3, "worksheets": []}'])
def test_what_is_no_notebook_is_refused(data):
    with pytest.raises(ValueError, match=r"notebook|Expecting"):
        notebooks.read(data)


def test_commands_edit_the_file_in_place(tmp_path, monkeypatch, capsysbinary):
    path = tmp_path / "01_some_lecture.ipynb"
    path.write_text(json.dumps(messy()))
    assert notebooks.main(["clean", str(path)]) == 0
    cleaned = path.read_bytes()
    assert notebooks.main(["clean", str(path)]) == 0
    assert path.read_bytes() == cleaned
    capsysbinary.readouterr()
    notebooks.main(["view", str(path)])
    text = capsysbinary.readouterr().out.replace(b"1 + 1", b"2 + 2")
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text)))
    notebooks.main(["apply", str(path)])
    assert path.read_bytes() == cleaned.replace(b"1 + 1", b"2 + 2")


def test_an_unreadable_notebook_is_a_finding_and_no_crash(tmp_path, capsys):
    path = tmp_path / "01_broken.ipynb"
    path.write_text("{}")
    assert notebooks.main(["check", str(path)]) == 1
    assert "cannot be read" in capsys.readouterr().out
