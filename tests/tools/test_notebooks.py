"""clean, view and apply, against nbformat's own reader, writer and schema."""

import io
import json
import shlex
import shutil
import subprocess
import sys

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
            cell["attachments"] = {"image.png": {"image/png": draw(st.text("aZ0+/="))}}
        elif draw(st.booleans()):
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


CONFLICT = "<<<<<<< ours\n{}\n=======\n{}\n>>>>>>> theirs\n"
DAMAGED = {
    "in conflict": CONFLICT.encode(),
    "cut off": b'{"cells": [',
    "no text": b"\xff\xfe",
    "an old version": b'{"nbformat": 3, "worksheets": []}',
    "no metadata": b'{"nbformat": 4, "cells": []}',
    "no cells": b'{"nbformat": 4, "metadata": {}, "cells": ["x"]}',
}


@pytest.mark.parametrize("data", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_notebook_is_shown_as_it_is_and_named(tmp_path, data, capfdbinary):
    path = tmp_path / "01_broken.ipynb"
    path.write_bytes(data)
    assert notebooks.main(["view", str(path)]) == 0
    assert capfdbinary.readouterr().out == data
    for command in ("clean", "check"):
        assert notebooks.main([command, str(path)]) == 1
        (line,) = b"".join(capfdbinary.readouterr()).decode().splitlines()
        assert str(path) in line
    assert path.read_bytes() == data


@pytest.mark.parametrize("command", ["check", "clean", "view"])
def test_a_missing_notebook_is_named_in_one_line(tmp_path, command, capfd):
    path = tmp_path / "gone.ipynb"
    assert notebooks.main([command, str(path)]) == 1
    (line,) = "".join(capfd.readouterr()).splitlines()
    assert str(path) in line


def test_clean_goes_on_after_a_damaged_notebook(tmp_path):
    paths = [tmp_path / f"0{number}.ipynb" for number in range(3)]
    paths[1].write_text(json.dumps(messy()))
    paths[2].write_text(CONFLICT)
    assert notebooks.main(["clean", *map(str, paths)]) == 1
    nbformat.validate(json.loads(paths[1].read_text()))
    assert "collapsed" not in paths[1].read_text()


def test_nothing_applied_leaves_the_notebook_as_it_was(tmp_path, monkeypatch, capfd):
    path = tmp_path / "01_lecture.ipynb"
    path.write_text(json.dumps(messy()))
    before = path.read_bytes()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO()))
    assert notebooks.main(["apply", str(path)]) == 1
    (line,) = capfd.readouterr().err.splitlines()
    assert str(path) in line
    assert "# %% notebook" in line
    assert path.read_bytes() == before


@pytest.mark.skipif(not shutil.which("git"), reason="needs git")
def test_a_conflict_in_one_notebook_leaves_git_diff_to_the_others(tmp_path):
    view = shlex.join([sys.executable, str(notebooks.ROOT / "tools" / "notebooks.py"), "view"])
    files = {".gitattributes": "*.ipynb diff=notebook\n"}
    files |= {f"{name}.ipynb": json.dumps(messy()) for name in ("first", "second")}
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    git = ["git", "-C", str(tmp_path), "-c", f"diff.notebook.textconv={view}"]
    subprocess.run([*git, "init", "-q"], check=True)
    subprocess.run([*git, "add", "."], check=True)
    (tmp_path / "first.ipynb").write_text(CONFLICT)
    (tmp_path / "second.ipynb").write_text(files["second.ipynb"].replace("1 + 1", "2 + 2"))
    done = subprocess.run([*git, "diff"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert {"+<<<<<<< ours", "-1 + 1", "+2 + 2"} <= {*done.stdout.splitlines()}


def test_an_unreadable_notebook_is_a_finding_and_no_crash(tmp_path, capsys):
    path = tmp_path / "01_broken.ipynb"
    path.write_text("{}")
    assert notebooks.main(["check", str(path)]) == 1
    assert "cannot be read" in capsys.readouterr().out
