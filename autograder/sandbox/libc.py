"""The C library, with errors raised as OSError."""

import ctypes
import os
from functools import cache

MADV_COLLAPSE = 25  # linux/mman.h
PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_SET_SECCOMP = 22
PR_SET_NO_NEW_PRIVS = 38
PR_GET_NO_NEW_PRIVS = 39


@cache
def _libc() -> ctypes.CDLL:
    library = ctypes.CDLL(None, use_errno=True)
    library.syscall.restype = ctypes.c_long
    return library


def prctl(option: int, *arguments: int | ctypes.Array | None) -> int:
    """Raises: OSError as the kernel answers."""
    words = [ctypes.c_ulong(a) if isinstance(a, int) else a for a in (*arguments, 0, 0, 0, 0)[:4]]
    return _checked(_libc().prctl(option, *words), f"prctl({option})")


def syscall(number: int, *arguments: object) -> int:
    """A call that the C library has no function for.

    Raises:
        OSError: as the kernel answers.
    """
    words = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    return _checked(_libc().syscall(ctypes.c_long(number), *words), f"syscall {number}")


def unshare(flags: int) -> None:
    """Raises: OSError as the kernel answers."""
    _checked(_libc().unshare(flags), "unshare")


def madvise(address: int, length: int, advice: int) -> None:
    """Raises: OSError as the kernel answers."""
    place = ctypes.c_void_p(address), ctypes.c_size_t(length)
    _checked(_libc().madvise(*place, ctypes.c_int(advice)), f"madvise({advice})")


def _checked(answer: int, what: str) -> int:
    if answer < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{what}: {os.strerror(code)}")
    return answer
