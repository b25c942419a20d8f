"""The zygote's process, before it is told anything: isolated, and loading what all will need."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from autograder import scratch

ONE_THREAD = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMEXPR_NUM_THREADS")
KEPT = ("COURSE_DEVICE", "COURSE_DATA_DIR", "CUDA_VISIBLE_DEVICES", "LD_LIBRARY_PATH", "TZ")
Started = tuple[subprocess.Popen[bytes], socket.socket, Path]

WAITING: list[Started] = []


@contextmanager
def head_start() -> Iterator[None]:
    """Load the usual libraries in the background; the next `Zygote` in the block goes on there.

    They take seconds, as does much else that a command imports and reads before it needs them.
    """
    WAITING.append(start())
    try:
        yield
    finally:
        for process, sock, folder in WAITING:
            sock.close()
            process.kill()
            process.wait()
            scratch.remove(folder)
        WAITING.clear()


def kept() -> dict[str, str]:
    return {name: os.environ[name] for name in KEPT if name in os.environ}


def start() -> Started:
    """The process: no environment but this, and hashing that repeats from run to run.

    `-I` would ignore PYTHONHASHSEED; `-P -s` isolate as well where the environment is ours.
    """
    scratch.sweep()
    folder = scratch.private()
    environment = kept() | dict.fromkeys(ONE_THREAD, "1")
    environment |= dict.fromkeys(("HOME", "TMPDIR", "MPLCONFIGDIR", "IPYTHONDIR"), str(folder))
    environment |= {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "USER": "student"}
    environment |= {"PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"}
    environment["PYTORCH_NVML_BASED_CUDA_CHECK"] = "1"  # the other way, CUDA cannot be forked
    ours, theirs = socket.socketpair()
    with theirs, open(folder / "log", "ab") as log:
        command = [sys.executable, "-P", "-s", "-m", "autograder.zygote_server"]
        process = subprocess.Popen(
            [*command, str(theirs.fileno())],
            env=environment,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=[theirs.fileno()],
            start_new_session=True,
        )
    return process, ours, folder
