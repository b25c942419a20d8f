"""The system calls of a sandboxed process: an allow-list as a classic BPF program.

Refused calls return EPERM, which Python shows as PermissionError; calls newer than the list return
ENOSYS, so that the C library falls back to one that is known. A wrong architecture (or x32) kills.
"""

import ctypes
import errno
import os
import platform
import struct
from collections.abc import Iterable
from functools import cache

from autograder.sandbox import libc
from autograder.sandbox.syscalls import ALWAYS, CONDITIONAL, numbers

AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
X32_BIT = 0x40000000
FIRST_NEW = 424  # from here on both machines share their numbers, and calls are recent

LOAD, AND, EQUAL, AT_LEAST, RETURN = 0x20, 0x54, 0x15, 0x35, 0x06
ALLOW, KILL, REFUSE = 0x7FFF0000, 0x80000000, 0x00050000
EPERM, ENOSYS = REFUSE | errno.EPERM, REFUSE | errno.ENOSYS
NUMBER, ARCH, ARGUMENTS = 0, 4, 16  # offsets in struct seccomp_data

CLONE_THREAD = 0x00010000
CLONE_NEW_ANYTHING = 0x7E020080
AF_UNIX, SOCK_STREAM = 1, 1

# get/set the descriptor's own flags and locks; never F_SETOWN or F_SETSIG, which send signals
FCNTL = (0, 1, 2, 3, 4, 5, 6, 7, 36, 37, 38, 1030, 1032)
# TCGETS (isatty), TIOCGWINSZ, FIONREAD, FIONBIO, FIONCLEX, FIOCLEX
IOCTL = (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)
# PR_GET_DUMPABLE, PR_SET_NAME, PR_GET_NAME, PR_SET_VMA (names of malloc's arenas)
PRCTL = (3, 15, 16, 0x53564D41)

Instruction = tuple[int, int, int, int]  # operation, jump if true, jump if false, operand


def install(gpu: bool = False) -> None:
    """Filter this process from now on; needs no_new_privs.

    Raises:
        OSError: the kernel refuses, or has no seccomp; or the machine is not known.
    """
    code = program(platform.machine(), os.getpid(), gpu)
    buffer = ctypes.create_string_buffer(code, len(code))
    header = struct.pack("HL", len(code) // 8, ctypes.addressof(buffer))
    libc.prctl(libc.PR_SET_SECCOMP, 2, ctypes.create_string_buffer(header, len(header)))


def program(machine: str, pid: int, gpu: bool = False) -> bytes:
    """The filter for the process `pid`; with `gpu`, devices may be driven by ioctl.

    Raises:
        OSError: for a machine other than x86_64 and aarch64.
    """
    code: list[Instruction] = []
    conditions = _conditions(pid, gpu)
    for name, number in numbers(CONDITIONAL, machine=machine).items():
        block = [*conditions[name], (RETURN, 0, 0, ALLOW)]
        code += [(EQUAL, 0, len(block), number), *block]
    # clone3 is among the new ones: its flags are behind a pointer, out of a filter's reach
    code += [(AT_LEAST, 0, 1, FIRST_NEW), (RETURN, 0, 0, ENOSYS), (RETURN, 0, 0, EPERM)]
    return beginning(machine) + _packed(code)


@cache
def beginning(machine: str) -> bytes:
    """The part that is the same for every process."""
    if machine not in AUDIT_ARCH:
        raise OSError(errno.ENOSYS, f"no system call filter for {machine}")
    code = [(LOAD, 0, 0, ARCH), (EQUAL, 1, 0, AUDIT_ARCH[machine]), (RETURN, 0, 0, KILL)]
    code += [(LOAD, 0, 0, NUMBER)]
    if machine == "x86_64":
        code += [(AT_LEAST, 0, 1, X32_BIT), (RETURN, 0, 0, KILL)]
    for number in numbers(*ALWAYS, machine=machine).values():
        code += [(EQUAL, 0, 1, number), (RETURN, 0, 0, ALLOW)]
    return _packed(code)


def _packed(code: Iterable[Instruction]) -> bytes:
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in code)


def _conditions(pid: int, gpu: bool) -> dict[str, list[Instruction]]:
    return {
        "clone": _masked(0, CLONE_THREAD | CLONE_NEW_ANYTHING, CLONE_THREAD),
        "kill": _one_of(0, [pid]),
        "tkill": _one_of(0, [pid]),
        "tgkill": _one_of(0, [pid]),
        "prctl": _one_of(0, PRCTL),
        "fcntl": _one_of(1, FCNTL),
        "ioctl": [] if gpu else _one_of(1, IOCTL),
        "prlimit64": _one_of(0, [0, pid]),
        "sched_setaffinity": _one_of(0, [0, pid]),
        "fallocate": _one_of(1, [0]),  # "keep size" would pass by the limit on a file's size
        "sendto": _null_pointer(4),
        # no datagrams: they can be sent to any socket that has a name
        "socketpair": _one_of(0, [AF_UNIX]) + _masked(1, 0xF, SOCK_STREAM),
    }


def _one_of(argument: int, values: Iterable[int]) -> list[Instruction]:
    """Fall through if the argument's low word is one of the values, else refuse."""
    values = list(values)
    tests = [(EQUAL, len(values) - i, 0, value) for i, value in enumerate(values)]
    return [(LOAD, 0, 0, ARGUMENTS + 8 * argument), *tests, (RETURN, 0, 0, EPERM)]


def _masked(argument: int, mask: int, value: int) -> list[Instruction]:
    load, *test = _one_of(argument, [value])
    return [load, (AND, 0, 0, mask), *test]


def _null_pointer(argument: int) -> list[Instruction]:
    low, *test = _one_of(argument, [0])
    high = (LOAD, 0, 0, ARGUMENTS + 8 * argument + 4)
    return [low, *test, high, *test]
