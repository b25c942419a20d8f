"""Processes that do not listen, or whose parent is gone, end with the Hub all the same."""

import multiprocessing
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).parent))

from processes import at_work

from hub import leftovers, serve

ROOT = Path(__file__).resolve().parents[2]
DEAF = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
    "print('deaf', flush=True); time.sleep(600)"
)
PARENT = f"""
import subprocess, sys
orphan = subprocess.Popen(
    [sys.executable, "-c", {DEAF!r}], stdout=subprocess.PIPE, start_new_session=True)
orphan.stdout.readline()
print(orphan.pid)
"""
GUARD = f"""
import subprocess, sys
sys.path.insert(0, {str(ROOT)!r})
from hub import leftovers
leftovers.adopt()
orphan = int(subprocess.check_output([sys.executable, "-c", {PARENT!r}]))
assert leftovers.children() == [orphan], leftovers.children()
leftovers.end(seconds=0.3)
print(orphan)
"""


def test_an_orphan_that_ignores_sigterm_is_ended():
    orphan = int(subprocess.check_output([sys.executable, "-c", GUARD], timeout=30))
    deadline = time.monotonic() + 5
    while Path(f"/proc/{orphan}").exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)


LOOKS = """
import contextlib, os, psutil, subprocess, sys, time
subprocess.run(["sh", "-c", "(sleep 0.1; exit 4) &"])
end, seen = time.monotonic() + 10, None
while seen != ["running"] and time.monotonic() < end:
    with contextlib.suppress(psutil.NoSuchProcess):  # it ends between the list and the look
        seen = [process.status() for process in psutil.Process(os.getppid()).children()]
print(seen)
sys.exit(3)
"""
WAITS = f"""
import subprocess, sys
sys.path.insert(0, {str(ROOT)!r})
from hub import leftovers
leftovers.adopt()
assert leftovers.wait(subprocess.Popen([sys.executable, "-c", {LOOKS!r}])) == 3
"""


def test_the_adopted_leave_no_zombies_and_the_hub_keeps_its_status():
    seen = subprocess.check_output([sys.executable, "-c", WAITS], timeout=30, text=True)
    assert seen == "['running']\n"


STUCK = DEAF.replace("SIG_IGN)", "SIG_IGN); signal.signal(signal.SIGINT, signal.SIG_IGN)")


def _run(told: Any) -> None:
    """`hub/serve.py` with a Hub that hears no signal."""

    def start(*_: object, **__: object) -> subprocess.Popen[bytes]:
        stuck = subprocess.Popen([sys.executable, "-c", STUCK], stdout=subprocess.PIPE)
        stuck.stdout.readline()
        told.send(stuck.pid)
        return stuck

    serve.start, serve.PATIENCE, leftovers.end.__defaults__ = start, 0.3, (0.3,)
    sys.exit(serve.run(None))


@pytest.mark.parametrize("number", serve.STOPS)
def test_a_hub_that_does_not_stop_is_ended(number: int) -> None:
    fork = multiprocessing.get_context("fork")
    told, tells = fork.Pipe(duplex=False)
    process = fork.Process(target=_run, args=(tells,))
    process.start()
    stuck = psutil.Process(told.recv())
    os.kill(process.pid, number)
    process.join(20)
    assert process.exitcode == 0
    assert at_work([stuck]) == []
