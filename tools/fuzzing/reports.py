"""What the processes of a submission may send to the supervisor, which takes nothing on trust."""

import json
import socket
import time
from dataclasses import asdict, replace
from typing import Any

from autograder import outputs
from autograder.attempt import Attempt, EngineError
from autograder.job import Cell, CellResult, Job
from autograder.pair import Pair
from autograder.sandbox import SandboxError
from autograder.verdicts import VERDICTS
from autograder.zygote import Exit
from fuzzing.answers import Answers, checked
from fuzzing.chaos import Chaos
from fuzzing.frames import Script, joined, split, spoiled
from fuzzing.scenario import job_of
from fuzzing.trial import Fault

MOST = 100_000  # bytes, which a socket holds without a reader
WORDS = (
    *("op", "start", "done", "lost", "finished", "cell", "result", "id", "outputs", "error"),
    *("verdict", "score", "reference_score", "seconds", "timeout", "engine", "output_type"),
    *("stream", "display_data", "execute_result", "data", "text/html", "text/plain", "metadata"),
    *("image/png", "execution_count", "name", "stdout", "text", "traceback", "ename", "evalue"),
)
SHOWN: list[dict[str, Any]] = [
    {"output_type": "execute_result", "data": {"text/plain": "3"}, "execution_count": 1},
    {"output_type": "display_data", "data": {"text/html": "<b>x</b>", "image/png": "QQ=="}},
    {"output_type": "error", "ename": "E", "evalue": "v", "traceback": ["a", "b"]},
]


class Reports:
    """The law: from whatever arrives, each cell gets a result that any file and page can hold."""

    name = "reports"

    def __init__(self, answers: Answers) -> None:
        self.recorded = {}
        for name, frames in answers.recorded.items():
            supervisor = Script(b"")
            checked(job_of(name), joined(frames), supervisor)
            self.recorded[name] = split(bytes(supervisor.sent))
            for message, _ in self.recorded[name]:
                if "result" in message:
                    message["result"]["outputs"] = [*message["result"]["outputs"], *SHOWN]
        self.donors = [frame for frames in self.recorded.values() for frame in frames]

    def start(self) -> None:
        """Nothing is needed."""

    def make(self, seed: str) -> Any:
        chaos = Chaos(seed, WORDS)
        name = chaos.pick([*self.recorded])
        frames = spoiled(chaos, self.recorded[name], self.donors)
        return {"test": name, "frames": frames, "exit": chaos.pick((0, 1, 97, 98, -9, -11, -64))}

    def check(self, case: Any) -> None:
        job = job_of(case["test"])
        kept: dict[int, CellResult] = {}
        try:
            after = _listened(job, joined(case["frames"])[:MOST], case["exit"], kept)
        except (EngineError, SandboxError):
            return  # documented: there was no first cell
        if not 0 <= after <= len(job.cells):
            raise Fault(f"next cell: {after}")
        for index, result in kept.items():
            _right(job.cells[index], result)


class _Zygote:
    """The part of a zygote that a running pair uses; its child has ended with `code`."""

    def __init__(self, code: int) -> None:
        self.sock, self.other = socket.socketpair()
        self.code = code

    def wait(self, pid: int, seconds: float) -> Exit:
        return Exit(self.code, 0, 0.0)

    def last_words(self) -> str:
        return ""

    def kill(self, pid: int) -> None:
        pass

    def leave(self, pids: Any, folders: Any) -> None:
        pass


def _listened(job: Job, data: bytes, code: int, kept: dict[int, CellResult]) -> int:
    ours, theirs = socket.socketpair()
    theirs.sendall(data)
    theirs.shutdown(socket.SHUT_WR)
    zygote: Any = _Zygote(code)
    pair = Pair(zygote, job, ours)
    pair.pids = [1, 2]
    end = time.monotonic() + 60
    with theirs, zygote.sock, zygote.other:
        attempt = Attempt(zygote, job, kept.__setitem__, False, end, ahead=pair)
        return attempt.go(0, last=len(job.cells) - 1)


def _right(cell: Cell, result: CellResult) -> None:
    if result.id != cell.id:
        raise Fault(f"cell: {result.id!r}")
    if result.verdict is not None and result.verdict not in VERDICTS:
        raise Fault(f"verdict: {result.verdict!r}")
    if (result.score is None) is not (cell.points == 0):
        raise Fault(f"score: {result.score!r}")
    if result.score is not None and not 0 <= result.score <= cell.points:
        raise Fault(f"score: {result.score!r}")
    stored = replace(result, outputs=outputs.clean(result.outputs))
    json.dumps(asdict(stored), allow_nan=False).encode()
