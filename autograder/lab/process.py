"""The server's hold on the process that checks: started when needed, ended when idle."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Any

COMMAND = (sys.executable, "-m", "autograder.lab.worker")
ENDED = "the check ended before it was done: was the memory used up? Try it again"
LATE = "the check was stopped: it took longer than it may"
Worker = subprocess.Popen[str]


class Checker:
    """One worker for one server. Its methods are for the server's event loop, and never block it.

    Args:
        keep_seconds: how long the worker stays when it has nothing to do; 0 for not at all.
    """

    def __init__(self, keep_seconds: float, command: Sequence[str] = COMMAND) -> None:
        self.keep_seconds, self.command = keep_seconds, command
        self.turn = asyncio.Lock()
        self.worker: Worker | None = None
        self.rest: asyncio.TimerHandle | None = None

    def ready(self) -> None:
        """Somebody may ask soon."""
        if self.keep_seconds > 0:
            self._started()
            if not self.turn.locked():
                self._rest()

    async def ask(self, request: Mapping[str, Any], seconds: float) -> dict[str, Any]:
        """The worker's answer; several questions take turns. Cancelling ends the worker.

        Args:
            seconds: after which the worker is ended.
        """
        async with self.turn:
            worker = self._started()
            try:
                line = await asyncio.wait_for(asyncio.to_thread(_say, worker, request), seconds)
            except TimeoutError:
                self._end()
                return {"error": LATE}
            except BaseException:
                self._end()
                raise
            if not line:
                self._end()
                return {"error": ENDED}
            self._rest()
        answer: dict[str, Any] = json.loads(line)
        return answer

    def stop(self) -> None:
        """End the worker."""
        if self.worker and not self.turn.locked():
            _close(self.worker)
        self._end()

    def _started(self) -> Worker:
        if self.rest:
            self.rest.cancel()
        if self.worker is None or self.worker.poll() is not None:
            self.stop()
            self.worker = subprocess.Popen(
                self.command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                start_new_session=True,  # Ctrl-C in a terminal is for the server
            )
        return self.worker

    def _rest(self) -> None:
        loop = asyncio.get_running_loop()
        self.rest = loop.call_later(self.keep_seconds, self.stop)

    def _end(self) -> None:
        worker, self.worker = self.worker, None
        if self.rest:
            self.rest.cancel()
        if worker:
            worker.kill()
            worker.wait()


def _say(worker: Worker, request: Mapping[str, Any]) -> str:
    """In a thread: the line that answers; empty if the worker ends first."""
    assert worker.stdin
    assert worker.stdout
    try:
        worker.stdin.write(json.dumps(request) + "\n")
        worker.stdin.flush()
        line = worker.stdout.readline()
    except OSError:
        line = ""
    if not line:
        _close(worker)
    return line


def _close(worker: Worker) -> None:
    for pipe in (worker.stdin, worker.stdout):
        try:
            if pipe:
                pipe.close()
        except OSError:  # what was not sent is lost with its reader
            continue
