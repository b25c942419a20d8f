"""Faults that `tools/fuzz.py` has found, each as the smallest case that showed it."""

import json
import os
import tempfile
import time
from pathlib import Path

import pytest

from autograder import outputs, safe_html
from autograder.bundle import Bundle
from autograder.job import Cell, Role
from autograder.notebook import parse_submitted, read_regular, read_submitted
from autograder.rebuild import brought_files
from autograder.verdicts import received


@pytest.mark.parametrize("count", [-1, True, 2.0, "1"])
def test_a_number_of_execution_that_nbformat_refuses(count: object) -> None:
    shown = {"output_type": "execute_result", "data": {"text/plain": "3"}}
    (kept,) = outputs.clean([{**shown, "execution_count": count}])
    assert kept["execution_count"] is None
    (kept,) = outputs.clean([{**shown, "execution_count": 4}])
    assert kept["execution_count"] == 4


@pytest.mark.parametrize("name", [b"\xff.py", b"a\nb.py", b"\x1b[31m.py"])
def test_names_that_no_message_can_hold(tmp_path: Path, name: bytes) -> None:
    path = os.path.join(os.fsencode(tmp_path), name)
    Path(os.fsdecode(path)).write_text("x = 1")
    files, (verdict,) = brought_files(tmp_path, Bundle("hw", ()), ("*.py",))
    assert files == ()
    assert verdict.name == "file-name"
    assert verdict.text.isprintable()
    _, verdict_ = read_regular(Path(os.fsdecode(path)), 1)
    assert verdict_ is not None
    assert verdict_.text.isprintable()


@pytest.mark.skipif(os.name != "posix", reason="permissions")
def test_a_folder_that_cannot_be_entered() -> None:
    with tempfile.TemporaryDirectory() as base:  # nobody can enter pytest's own
        os.chmod(base, 0o755)
        folder = Path(base) / "hw"
        folder.mkdir()
        (folder / "hw.ipynb").write_text("{}")
        folder.chmod(0)
        root = os.geteuid() == 0
        if root:
            os.seteuid(65534)
        try:
            read = read_submitted(folder / "hw.ipynb")
        finally:
            if root:
                os.seteuid(0)
        folder.chmod(0o755)
    assert [verdict.name for verdict in read.verdicts] == ["not-a-file"]


def test_a_million_lists_are_not_built() -> None:
    content = b'{"cells": [], "a": [' + b"[]," * 10**6 + b"[]]}"
    assert [verdict.name for verdict in parse_submitted(content).verdicts] == ["too-many-parts"]
    fewer = json.dumps({"cells": [], "a": [[]] * 10**5}).encode()
    assert parse_submitted(fewer).verdicts == ()


def test_formulas_that_never_end_take_no_time() -> None:
    began = time.process_time()
    page = safe_html.markdown(r"\begin{a}" * 6000)
    assert time.process_time() - began < 2  # seven seconds otherwise
    assert r"\begin{a}" in page
    assert "<math" in safe_html.markdown("\\begin{align}\nx\n\\end{align}\n" * 150)


@pytest.mark.parametrize("verdict", ["full marks", "a\nb", 3, ["timeout"], "unsafe"])
def test_verdicts_that_only_a_submission_knows(verdict: object) -> None:
    cell = Cell("a", Role.TEST, "", points=1.0)
    assert received(cell, {"verdict": verdict}, 0.0).verdict is None
    assert received(cell, {"verdict": "output"}, 0.0).verdict == "output"
