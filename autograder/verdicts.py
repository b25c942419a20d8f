"""What a cell's end means: from messages and exit codes to a `CellResult` that people can read."""

import json
import math
import signal
from dataclasses import asdict, replace
from typing import Any

from autograder.job import MOST_OUTPUT, Cell, CellResult, Limits, Role
from autograder.zygote import Exit

OUT_OF_MEMORY = ("MemoryError", "DefaultCPUAllocator", "CUDA out of memory")
CAUSES = {
    "timeout": ("timeout", "it was stopped after {cell_seconds:g} s: is there an endless loop?"),
    "total": ("timeout", "the {total_seconds:g} s for the whole submission were used up"),
    "replay": ("replay", "not run: the cells before it did not run a second time"),
    "threads": ("threads", "it was stopped: it started too many threads"),
    "disk": ("disk", "it was stopped: it filled its working folder"),
    "files": ("files", "not run: {said}"),
    "closed": ("protocol", "the student's process closed its connection to the tests"),
    "checker": ("checker", "the process that runs the tests ended: is a result far too large?"),
    "engine": (
        "engine",
        "the grading engine failed here again and again, please report it: {said}",
    ),
    "silent": ("checker", "the process that runs the tests did not answer"),
}
# All that a cell's result may carry: by our own word above and below, or by the checker's.
VERDICTS = {verdict for verdict, _ in CAUSES.values()} | {
    *("memory", "exited", "killed", "output", "mutated-input")
}
MOST_LETTERS = 10_000  # of a message, which in "plain" mode the student's process sends
BEYOND = f"output beyond {MOST_OUTPUT // 2**20} MB of a submission is not kept"


def received(cell: Cell, message: Any, seconds: float) -> CellResult:
    """A result as the checker sent it, with nothing taken on trust."""
    fields = message if isinstance(message, dict) else {}
    outputs = fields.get("outputs")
    outputs = outputs if isinstance(outputs, list) else []
    error = _text(fields.get("error"))
    hungry = error and any(sign in error for sign in OUT_OF_MEMORY)
    return CellResult(
        id=cell.id,
        outputs=tuple(o for o in outputs if isinstance(o, dict)),
        error=error and error[:MOST_LETTERS],
        verdict=_known(fields.get("verdict")) or ("memory" if hungry else None),
        score=_score(fields.get("score"), cell),
        seconds=seconds,
    )


def without_run(cell: Cell, why: str, limits: Limits, said: str = "") -> CellResult:
    """The result of a cell that nobody can report on."""
    return ended(without_report(cell, 0.0), why, limits, said)


def without_report(cell: Cell, seconds: float) -> CellResult:
    """What is known of a cell before anybody reports on it."""
    return CellResult(cell.id, score=_score(0, cell), seconds=seconds)


def ended(result: CellResult, why: str, limits: Limits, said: str = "") -> CellResult:
    """The result of a cell that the engine ended, for one of `CAUSES`."""
    verdict, error = CAUSES[why]
    return _lost(result, verdict, error.format(said=said, **asdict(limits)))


def died(result: CellResult, end: Exit | None, limits: Limits) -> CellResult:
    """The result of a cell in which the judged process went; the checker's own verdict stays."""
    if result.verdict not in (None, "exited"):
        return _lost(result, result.verdict, result.error or result.verdict)
    if end is None:
        return ended(result, "closed", limits)
    if end.code >= 0:
        error = f"the process ended itself (exit code {end.code}); no cell may do that"
        return _lost(result, "exited", error)
    name = signal.Signals(-end.code).name
    return _lost(result, "killed", f"the process was ended by {name}: a crash, or out of memory?")


class Room:
    """What the cells of one submission may still show, all together."""

    def __init__(self) -> None:
        self.left: float = MOST_OUTPUT

    def take(self, result: CellResult) -> CellResult:
        """The result; from the first one that does not fit on, without its outputs."""
        size = _bytes(result.outputs)
        before, self.left = self.left, self.left - size
        if self.left >= 0 or not result.outputs:
            return result
        from autograder.outputs import printed  # with all that makes pages, which few runs need

        told = result.score is not None and size < math.inf
        result = replace(result, outputs=_instead(printed(result.outputs) if told else ""))
        if before < 0 or result.verdict:
            return result
        # of a test, an error would take the place of what it printed
        error = result.error or (BEYOND if result.score is None else None)
        return replace(result, verdict="output", error=error)


def _bytes(outputs: tuple[dict[str, Any], ...]) -> float:
    """Of the file that holds them; infinite for what none can hold."""
    try:
        return len(json.dumps(outputs)) if outputs else 0
    except (TypeError, ValueError, RecursionError):
        return math.inf


def _instead(said: str) -> tuple[dict[str, Any], ...]:
    """What may say why a test gave a part of its points, and a note."""
    shown = {"stdout": said, "stderr": f"\n[{BEYOND}]\n"}
    return tuple(
        {"output_type": "stream", "name": name, "text": text}
        for name, text in shown.items()
        if text
    )


def _lost(result: CellResult, verdict: str, error: str) -> CellResult:
    score = None if result.score is None else 0.0
    return replace(result, verdict=verdict, error=error, score=score)


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _known(verdict: Any) -> str | None:
    return verdict if isinstance(verdict, str) and verdict in VERDICTS else None


def _score(value: Any, cell: Cell) -> float | None:
    if cell.role is not Role.TEST:
        return None
    if not isinstance(value, (int, float)) or not math.isfinite(value):
        return 0.0
    return min(max(float(value), 0.0), cell.points)
