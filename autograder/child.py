"""A child of the zygote, from its first moment to its role's `serve`."""

import os
import signal
import socket
import sys
import tempfile
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder import sandbox
from autograder.job import Limits
from autograder.sandbox import libc

# Exit codes of our own; they prove nothing about a process that has run student code.
NO_SANDBOX, FAILED = 97, 98
SOCKET = 3  # the only descriptor beside 0, 1, 2


@dataclass(frozen=True)
class Birth:
    """What a child is told by the zygote; none of it is secret."""

    role: str
    folder: Path
    limits: Limits
    read: tuple[Path, ...]
    gpu: bool
    unsafe: bool


def live(birth: Birth, serve: Callable[..., Any], sock: int, parent: int) -> None:
    """Become the child; never returns."""
    code = FAILED
    try:
        code = _live(birth, serve, sock, parent)
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


def _live(birth: Birth, serve: Callable[..., Any], sock: int, parent: int) -> int:
    os.setsid()
    libc.prctl(libc.PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        return FAILED
    connection = only(sock, quiet=birth.role != "checker")
    os.chdir(birth.folder)
    for name in ("HOME", "TMPDIR"):
        os.environ[name] = str(birth.folder)
    tempfile.tempdir = None
    sys.path.append(str(birth.folder))  # last: no file there can stand in for a library
    try:
        sandbox.enter(birth.folder, birth.limits, birth.read, gpu=birth.gpu, unsafe=birth.unsafe)
    except sandbox.SandboxError as error:
        print(error, file=sys.stderr)
        return NO_SANDBOX
    if birth.role == "student":
        serve(connection, birth.limits)
    else:
        serve(connection)
    return 0


def only(sock: int, quiet: bool) -> socket.socket:
    """Close every descriptor but the socket and, unless `quiet`, the log on stderr."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2) if quiet else (0, 1):
        os.dup2(nothing, standard)
    os.dup2(sock, SOCKET, inheritable=False)
    os.closerange(SOCKET + 1, os.sysconf("SC_OPEN_MAX"))
    return socket.socket(fileno=SOCKET)
