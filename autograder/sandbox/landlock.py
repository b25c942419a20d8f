"""Landlock: which files a process may open, whatever its user may do.

Source: Linux, Documentation/userspace-api/landlock.rst.
"""

import ctypes
import errno
import os
import stat
from collections.abc import Iterable
from pathlib import Path

from autograder.sandbox import libc

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
RULE_PATH_BENEATH = 1
ASK_VERSION = 1
NO_LOG = 1  # a student must not fill the machine's audit log

WRITE_FILE, READ_FILE, READ_DIR = 1 << 1, 1 << 2, 1 << 3
REMOVE_DIR, REMOVE_FILE, MAKE_DIR, MAKE_REG, MAKE_SYM = 1 << 4, 1 << 5, 1 << 7, 1 << 8, 1 << 12
REFER, TRUNCATE, IOCTL_DEV = 1 << 13, 1 << 14, 1 << 15
READ = READ_FILE | READ_DIR
SCRATCH = READ | WRITE_FILE | REMOVE_DIR | REMOVE_FILE | MAKE_DIR | MAKE_REG | MAKE_SYM | TRUNCATE
DEVICE = READ_FILE | WRITE_FILE | IOCTL_DEV
OF_A_FILE = READ_FILE | WRITE_FILE | TRUNCATE | IOCTL_DEV

# What each version of the interface can handle: files, network, signals and sockets.
FILES = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}
NETWORK = {4: 0b11}  # bind and connect TCP
SCOPES = {6: 0b11}  # abstract sockets and signals


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("access", ctypes.c_uint64), ("folder", ctypes.c_int32))


def version() -> int:
    """The kernel's interface version; 0 where Landlock is missing or switched off."""
    try:
        return libc.syscall(CREATE_RULESET, None, 0, ASK_VERSION)
    except OSError:
        return 0


def restrict(read: Iterable[Path], write: Iterable[Path], devices: Iterable[Path] = ()) -> None:
    """Leave this process only what is beneath these paths; what cannot be reached is passed over.

    Nothing may be executed, no device made, no TCP port used. Needs no_new_privs.

    Raises:
        OSError: Landlock is missing.
    """
    abi = version()
    if not abi:
        raise OSError(errno.ENOSYS, "this kernel has no Landlock")
    files = _latest(FILES, abi)
    attributes = (ctypes.c_uint64 * 3)(files, _latest(NETWORK, abi), _latest(SCOPES, abi))
    size = 8 if abi < 4 else 16 if abi < 6 else 24
    ruleset = libc.syscall(CREATE_RULESET, attributes, size, 0)
    try:
        for access, paths in ((READ, read), (SCRATCH | REFER, write), (DEVICE, devices)):
            for path in paths:
                _allow(ruleset, path, access & files)
        libc.syscall(RESTRICT_SELF, ruleset, NO_LOG if abi >= 7 else 0)
    finally:
        os.close(ruleset)


def _latest(table: dict[int, int], abi: int) -> int:
    return next((table[v] for v in sorted(table, reverse=True) if v <= abi), 0)


def _allow(ruleset: int, path: Path, access: int) -> None:
    try:
        handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except (FileNotFoundError, PermissionError):
        return
    try:
        if not stat.S_ISDIR(os.fstat(handle).st_mode):
            access &= OF_A_FILE
        rule = _Beneath(access, handle)
        libc.syscall(ADD_RULE, ruleset, RULE_PATH_BENEATH, ctypes.byref(rule), 0)
    finally:
        os.close(handle)
