"""What a process may use, and the privileges that it gives up."""

import ctypes
import os
import sys
from contextlib import suppress

from autograder.job import Limits
from autograder.sandbox import libc

if sys.platform != "win32":
    import resource

CAPSET = {"x86_64": 126, "aarch64": 91}
CAPABILITY_VERSION_3 = 0x20080522
CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
MB, GB = 2**20, 2**30
THREADS = 512


def memory_now() -> tuple[int, int]:
    """Bytes of (all, data) memory mapped by this process."""
    handle = os.open("/proc/self/statm", os.O_RDONLY)
    try:
        pages = os.read(handle, 256).split()
    finally:
        os.close(handle)
    return int(pages[0]) * resource.getpagesize(), int(pages[5]) * resource.getpagesize()


def apply(limits: Limits, gpu: bool = False) -> None:
    """Set the limits for good: above what is held now, `limits.memory_mb` more.

    A GPU's driver maps its own memory and more into the process: no limit on mappings there.
    """
    mapped, data = memory_now()
    budget = limits.memory_mb * MB
    if not gpu:
        _set(resource.RLIMIT_AS, mapped + budget + GB)
    _set(resource.RLIMIT_DATA, data + budget)
    _set(resource.RLIMIT_FSIZE, limits.file_mb * MB)
    _set(resource.RLIMIT_NOFILE, limits.open_files)
    _set(resource.RLIMIT_CORE, 0)
    _set(resource.RLIMIT_MSGQUEUE, 0)
    _set(resource.RLIMIT_MEMLOCK, 0)


def _set(what: int, value: int) -> None:
    _, hard = resource.getrlimit(what)
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    resource.setrlimit(what, (value, value))


def leave_namespaces() -> bool:
    """An own user namespace (no rights outside it) and an empty network, where that is allowed."""
    user, group = os.geteuid(), os.getegid()
    try:
        libc.unshare(CLONE_NEWUSER | CLONE_NEWNET)
    except OSError:
        return False
    with suppress(OSError):
        _write("/proc/self/setgroups", "deny")
    _write("/proc/self/uid_map", f"{user} {user} 1")
    _write("/proc/self/gid_map", f"{group} {group} 1")
    # Counted inside the namespace, but never for root: the supervisor looks too, at fewer.
    _set(resource.RLIMIT_NPROC, 2 * THREADS)
    return True


def drop_capabilities(machine: str) -> None:
    """Give up root's powers; file owners stay as they are. Nothing brings them back without exec.

    Raises:
        OSError: the kernel refuses.
    """
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    libc.syscall(CAPSET[machine], header, (ctypes.c_uint32 * 6)())


def die_first() -> None:
    """Where memory runs out, the system ends this process before any other."""
    with suppress(OSError):
        _write("/proc/self/oom_score_adj", "1000")


def _write(path: str, text: str) -> None:
    handle = os.open(path, os.O_WRONLY)
    try:
        os.write(handle, text.encode())
    finally:
        os.close(handle)
