"""What a Hub that was stopped while it started would leave running."""

import contextlib
import ctypes
import os
import signal
import subprocess
import time
from pathlib import Path

PR_SET_CHILD_SUBREAPER = 36  # linux/prctl.h


def adopt() -> None:
    """From now on, processes whose parent ends become children of this one."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def wait(process: subprocess.Popen[bytes]) -> int:
    """Its exit status once it ends; adopted processes that end before leave no zombies."""
    ended = status = 0
    while ended != process.pid:
        ended, status = os.waitpid(-1, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode


def children() -> list[int]:
    """Ids of this process's children, adopted ones too, that have not ended."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            # the name, in brackets, may hold anything
            state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
            if int(parent) == os.getpid() and state != "Z":
                found.append(int(folder.name))
    return found


def end(seconds: float = 5.0) -> None:
    """Ask all children to end, and end those that have not after so many seconds."""
    deadline = time.monotonic() + seconds
    asked: set[int] = set()
    while left := children():
        for process in left:
            late = time.monotonic() > deadline
            if late or process not in asked:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL if late else signal.SIGTERM)
        asked.update(left)
        time.sleep(0.05)
