"""Run a function as another account of the system, in a process of its own."""

import os
import pickle
import pwd
from collections.abc import Callable
from pathlib import Path
from typing import Any


class Said(Exception):
    """What the function raised, where the exception itself could not come back."""


def as_user(name: str, act: Callable[..., Any], *args: Any, where: Path | None = None) -> Any:
    """What `act(*args)` returns for that account; its exception is raised here.

    Everything that it imports must be imported already: the account may not see this environment.
    """
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        try:
            _become(name)
            os.chdir(where or "/")
            answer = pickle.dumps((True, act(*args)))
        except BaseException as error:
            kind = error if isinstance(error, OSError) else Said(f"{type(error).__name__}: {error}")
            answer = pickle.dumps((False, kind))
        with os.fdopen(writer, "wb") as pipe:
            pipe.write(answer)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        answer = pipe.read()
    os.waitpid(child, 0)
    fine, value = pickle.loads(answer)
    if not fine:
        raise value
    return value


def _become(name: str) -> None:
    account = pwd.getpwnam(name)
    os.initgroups(name, account.pw_gid)
    os.setgid(account.pw_gid)
    os.setuid(account.pw_uid)
    os.umask(0o022)
    os.environ.clear()
    os.environ.update(HOME=account.pw_dir, PATH="/usr/bin:/bin", USER=name)
