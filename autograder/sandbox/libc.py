"""The C library, with errors raised as OSError."""

import ctypes
import os

_LIBC = ctypes.CDLL(None, use_errno=True)
_LIBC.syscall.restype = ctypes.c_long

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_SET_SECCOMP = 22
PR_SET_NO_NEW_PRIVS = 38
PR_GET_NO_NEW_PRIVS = 39


def prctl(option: int, *arguments: int | ctypes.Array | None) -> int:
    """Raises: OSError as the kernel answers."""
    words = [ctypes.c_ulong(a) if isinstance(a, int) else a for a in (*arguments, 0, 0, 0, 0)[:4]]
    return _checked(_LIBC.prctl(option, *words), f"prctl({option})")


def syscall(number: int, *arguments: object) -> int:
    """A call that the C library has no function for.

    Raises:
        OSError: as the kernel answers.
    """
    words = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    return _checked(_LIBC.syscall(ctypes.c_long(number), *words), f"syscall {number}")


def unshare(flags: int) -> None:
    """Raises: OSError as the kernel answers."""
    _checked(_LIBC.unshare(flags), "unshare")


def _checked(answer: int, what: str) -> int:
    if answer < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{what}: {os.strerror(code)}")
    return answer
