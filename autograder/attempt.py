"""One pair's life: from its first cell to the cell after which another pair is needed."""

import signal
import time
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import Any

from autograder.child import NO_SANDBOX
from autograder.job import CellResult, Job, Role
from autograder.pair import Gone, Pair, prepare
from autograder.sandbox import SandboxError
from autograder.verdicts import died, ended, received, without_report
from autograder.zygote import Zygote

START_SECONDS = 30.0
GRACE_SECONDS = 2.0  # for the checker, to report on a cell that was ended
EXIT_SECONDS = 0.5  # between the end of a connection and that of its process
KILLS = 2  # of one cell's process by somebody, before we take it to be the cell's own doing

Keep = Callable[[int, CellResult], None]


class EngineError(Exception):
    """The engine, not the submission, failed."""


def nothing() -> None:
    """Do it."""


@dataclass
class Attempt:
    """What all pairs of one run share.

    Attributes:
        keep: takes each cell's index and result.
        skip: cells that are not run again.
        kills: of each cell's process, by somebody else.
        end: when the submission's time is over, on the monotonic clock.
        failed_replays: pairs that did not get through the cells before their first one.
        ahead: the first pair, where it was prepared beforehand.
        meanwhile: done once, while the first pair is at work.
    """

    zygote: Zygote
    job: Job
    keep: Keep
    unsafe: bool
    end: float
    skip: set[int] = field(default_factory=set)
    reference: tuple[str, ...] = ()
    failed_replays: int = 0
    kills: Counter[int] = field(default_factory=Counter)
    spent: float = 0.0  # seconds in cells so far, which a replay may take again
    ahead: Pair | None = None
    meanwhile: Callable[[], object] = nothing

    def with_reference(self, names: tuple[str, ...], keep: Keep, skip: Iterable[int]) -> "Attempt":
        """The same run, with the reference's version of these names."""
        return replace(
            self,
            reference=names,
            keep=keep,
            skip=self.skip | {*skip},
            kills=Counter(),
            failed_replays=0,
        )

    def time_left(self) -> bool:
        """Whether the submission may go on."""
        return time.monotonic() < self.end

    def go(self, start: int, last: int) -> int:
        """Run a pair from cell `start` up to `last`; where the next pair has to start.

        Raises:
            EngineError: the pair ended before its very first cell.
            SandboxError: the sandbox could not be set up.
        """
        ahead, self.ahead = self.ahead, None
        pair = ahead or prepare(
            self.zygote,
            self.job,
            unsafe=self.unsafe,
            start=start,
            stop=last + 1,
            skip=self.skip,
            reference=self.reference,
        )
        with closing(pair):
            pair.begin()
            self.meanwhile()
            self.meanwhile = nothing
            return _Life(self, pair, start, last, early=ahead is not None).live()


class _Life:
    """Follows one pair's messages.

    `early` says that the pair was prepared beforehand, `index` is the cell that runs or ran last
    (None before the first), `result` what the checker said of it (None while it runs), `why` the
    reason for which we ended the judged process.
    """

    def __init__(
        self, attempt: Attempt, pair: Pair, start: int, last: int, early: bool = False
    ) -> None:
        self.attempt, self.pair, self.start, self.last = attempt, pair, start, last
        self.early = early
        self.index: int | None = None
        self.result: CellResult | None = None
        self.why: str | None = None
        self.began = time.monotonic()
        self.until = self.began + START_SECONDS + 2 * attempt.spent

    def live(self) -> int:
        """Returns: the index of the first cell that this pair has not settled."""
        try:
            while True:
                limit = self.until if self.why else min(self.until, self.attempt.end)
                message = self.pair.receive(limit)
                if (settled := self._heard(message)) is not None:
                    return settled
        except Gone:
            return self._gone()

    def _heard(self, message: dict[str, Any] | str) -> int | None:
        return self._stop(message) if isinstance(message, str) else self._take(message)

    def _take(self, message: dict[str, Any]) -> int | None:
        operation = message.get("op")
        if operation == "start":
            if self._settle() == self.last + 1:
                return self.last + 1
            self.index, self.result = self._checked(message.get("cell")), None
            self.attempt.failed_replays = 0
            self.began = time.monotonic()
            self.until = self.began + self.attempt.job.limits.cell_seconds
        elif operation == "done" and self.index is not None and self.result is None:
            seconds = time.monotonic() - self.began
            self.attempt.spent += seconds
            cell = self.attempt.job.cells[self.index]
            self.result = received(cell, message.get("result"), seconds)
            self.until = time.monotonic() + START_SECONDS
            if self.why:
                return self._lose(self.why)
            if self.index == self.last and self.result.verdict is None:
                return self._settle()
        elif operation == "lost":
            return self._lose(None)
        elif operation == "finished":
            self._settle()
            return self.last + 1
        else:
            raise Gone("it sent an unknown message")
        return None

    def _checked(self, index: Any) -> int:
        """The checker goes forward through the cells, and may pass over those to skip."""
        before = self.start - 1 if self.index is None else self.index
        if not isinstance(index, int) or not before < index < len(self.attempt.job.cells):
            raise Gone("it named a cell that is not next")
        return index

    def _stop(self, why: str) -> int | None:
        """Time, threads or disk ran out: end the judged process, and give the checker a moment."""
        if self.why:
            return self._lose(self.why)
        self.why = why if self.attempt.time_left() else "total"
        self.pair.kill(self.pair.judged)
        self.until = time.monotonic() + GRACE_SECONDS
        return None

    def _settle(self) -> int | None:
        """Keep the last cell's result; the index after it."""
        if self.index is None or self.result is None:
            return None
        self.attempt.keep(self.index, self.result)
        return self.index + 1

    def _gone(self) -> int:
        """The checker is no more; in "plain" mode it was the judged process as well."""
        end = self.pair.exit(self.pair.checker, EXIT_SECONDS)
        if end and end.code == NO_SANDBOX and self.index is None:
            raise SandboxError(self.attempt.zygote.last_words())
        if self.pair.checker == self.pair.judged:
            return self._lose(self.why)
        if end and end.code == -signal.SIGKILL and self._once_more():
            return self._from_here()
        return self._lose(self.why or "checker")

    def _lose(self, why: str | None) -> int:
        """The judged process is gone, for the reason `why` or for one of its own."""
        if self.index is None:
            return self._from_here()
        attempt, cell = self.attempt, self.attempt.job.cells[self.index]
        seconds = time.monotonic() - self.began
        result = self.result or without_report(cell, seconds)
        if why:
            self.result = ended(result, why, attempt.job.limits)
        else:
            end = self.pair.exit(self.pair.judged, EXIT_SECONDS)
            if end and end.code == -signal.SIGKILL and self._once_more():
                return self._from_here()
            self.result = died(result, end, attempt.job.limits)
        if cell.role is not Role.TEST:
            attempt.skip.add(self.index)
        self._settle()
        return self.index + 1

    def _once_more(self) -> bool:
        """Whether a cell whose process somebody killed deserves another chance.

        The system does that when memory is short, and so may an administrator.
        """
        here = self.start if self.index is None else self.index
        self.attempt.kills[here] += 1
        return self.attempt.kills[here] <= KILLS

    def _from_here(self) -> int:
        """Where another pair goes on: at the same cell; if none had begun, the start failed."""
        if self.index is not None:
            return self.index
        if self.early:  # it may have waited for long
            return self.start
        if self.start == 0:
            raise EngineError(self.attempt.zygote.last_words())
        self.attempt.failed_replays += 1
        return self.start
