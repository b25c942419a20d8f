"""The fuzzer in short: the laws hold, and where one is broken on purpose, it says so."""

import importlib
import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))
import fuzz
from fuzzing import shrink, trial
from fuzzing.answers import Answers
from fuzzing.chaos import Chaos, packed, unpacked
from fuzzing.frames import joined, split
from fuzzing.notebooks import Notebooks
from fuzzing.reports import Reports
from fuzzing.trial import Law, Run, attempt

from autograder import outputs, rebuild, safe_html, verdicts
from autograder.split import checker_link, decoding, guard, unpacker

pytestmark = pytest.mark.sandbox  # resource limits as Linux has them
SEED = "short"


@pytest.fixture(scope="module")
def answers() -> Answers:
    return Answers()


@pytest.fixture(scope="module")
def laws(answers: Answers) -> Iterator[dict[str, Law]]:
    with tempfile.TemporaryDirectory() as folder:  # which others can reach, unlike pytest's
        notebooks = Notebooks(Path(folder))
        yield {"answers": answers, "reports": Reports(answers), "notebooks": notebooks}


def faults(law: Law, count: int, seed: str = SEED) -> list[str]:
    return [found.fault for found in Run(law, seed, count).faults() if found]


@pytest.mark.parametrize(("name", "count"), [("answers", 300), ("reports", 300), ("notebooks", 50)])
def test_the_laws_hold(laws: dict[str, Law], name: str, count: int) -> None:
    assert faults(laws[name], count) == []
    made = [laws[name].make(f"{SEED}:{index}") for index in (3, 3, 4)]
    assert made[0] == made[1] != made[2]  # equal seeds, equal cases


# --- planted faults: one in each part that must not have any ---


def no_memory(about: list[Any], raw: bytearray) -> Any:
    raise MemoryError


def imports(error: str, library: list[str]) -> Any:
    return type(importlib.import_module("antigravity" if library else "this"))


def touches(*about: Any) -> Exception:
    torch.nn.Identity = torch.nn.Linear
    return ValueError()


def edits(link: Any, target: Any, args: Any, kwargs: Any, changed: Any) -> None:
    for _, place, value in changed:
        checker_link._copy_into(args[place], value)


def shows_too_much(target: Any, name: Any) -> Any:
    return getattr(target, name)


PLANTED = {
    "memory runs out": ("answers", decoding, "tensor_from", no_memory),
    "names are imported": ("answers", unpacker, "_base", imports),
    "errors touch what all use": ("answers", unpacker, "rebuilt", touches),
    "edits are taken over": ("answers", checker_link.CheckerLink, "changed_inputs", edits),
    "private attributes are shown": ("answers", guard, "attribute", shows_too_much),
    "any verdict is believed": ("reports", verdicts, "_known", lambda verdict: verdict),
    "any score is believed": ("reports", verdicts, "_score", lambda value, cell: value),
    "html is not cleaned": ("notebooks", safe_html, "clean", lambda html: html),
    "any count is kept": ("notebooks", outputs, "_shown", lambda kind, output: dict(output)),
    "names are used as they are": ("notebooks", rebuild, "shown_name", lambda name: name),
}


@pytest.mark.parametrize("planted", PLANTED)
def test_planted_faults_are_found(
    laws: dict[str, Law], planted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, module, function, wrong = PLANTED[planted]
    monkeypatch.setattr(module, function, wrong)
    monkeypatch.setattr(shrink, "SECONDS", 0.0)
    monkeypatch.setattr(trial, "KINDS", 1)
    assert faults(laws[name], 1500)


class Slip:
    """A law that fails where the number 7 stands."""

    name = "slip"

    def start(self) -> None:
        pass

    def make(self, seed: str) -> Any:
        chaos = Chaos(seed)
        return [[chaos.random.randrange(10) for _ in range(6)] for _ in range(4)]

    def check(self, case: Any) -> None:
        self.act(any(7 in part for part in case))

    def act(self, wrong: bool) -> None:
        if wrong:
            raise trial.Fault("seven: there")


def test_a_case_is_made_small_and_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(fuzz, "ROOT", tmp_path)
    monkeypatch.setattr(fuzz, "KEPT", tmp_path / "kept")
    monkeypatch.setattr(fuzz, "law", slipping)
    assert fuzz.main(["answers", "--count", "50", "--seed", "1"]) == 1
    said = capsys.readouterr().out
    assert "50 cases, 1 faults" in said
    assert "seven: there" in said
    (path,) = (tmp_path / "kept").iterdir()
    assert unpacked(path.read_bytes())["case"] == [[7]]
    assert fuzz.main(["--replay", str(path)]) == 1
    monkeypatch.setattr(Slip, "act", lambda self, wrong: None)
    assert fuzz.main(["--replay", str(path)]) == 0


class slipping:  # noqa: N801 - in the place of a function
    def __init__(self, name: str) -> None:
        pass

    def __enter__(self) -> Law:
        return Slip()

    def __exit__(self, *_: object) -> None:
        pass


def dies() -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def never_ends() -> None:
    while True:
        try:
            while True:
                pass
        except BaseException:
            return


def hoards() -> None:
    bytearray(2**31)


@pytest.mark.parametrize(
    ("act", "said"),
    [(dies, "died of SIGSEGV"), (never_ends, "slow"), (hoards, "MemoryError")],
)
def test_crashes_hangs_and_hunger_are_faults(
    act: Any, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trial, "SECONDS", 0.1)
    monkeypatch.setattr(Slip, "act", lambda self, wrong: act())
    assert attempt(Slip(), []).startswith(said)


def test_frames_are_taken_apart_and_put_together_again() -> None:
    frames: list[Any] = [[{"k": "ok", "v": [1, "\ud800", b"x", float("inf")]}, b"bulk"], [{}, b""]]
    assert split(joined(frames)) == frames
    assert joined([*frames, b"junk"]) == joined(frames) + b"junk"
    assert unpacked(packed({"a": 2**70})) == "{'a': 1180591620717411303424}"
