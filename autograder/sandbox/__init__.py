"""What stands between a student's code and everything else on the machine.

Mandatory: Landlock, seccomp, resource limits, no new privileges; they need no rights and work in
containers. Namespaces are added where they are allowed.
"""

import os
import platform
import sys
import sysconfig
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from pathlib import Path

from autograder.job import Limits
from autograder.sandbox import landlock, libc, limits, seccomp

SYSTEM = (
    *("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/share", "/usr/local/lib"),
    *("/etc/ld.so.cache", "/etc/localtime", "/etc/fonts", "/dev/urandom", "/dev/random"),
    *("/proc/cpuinfo", "/proc/meminfo", "/sys/devices/system/cpu"),
)
GPU_READ = (
    "/proc/driver",
    "/proc/devices",
    "/sys/devices",
    "/sys/bus",
    "/sys/module",
    "/sys/class",
)


class SandboxError(Exception):
    """The sandbox cannot be set up here, so nothing may be graded."""


def enter(
    scratch: Path,
    allowed: Limits,
    read_paths: Iterable[Path] = (),
    *,
    gpu: bool = False,
    unsafe: bool = False,
) -> None:
    """Shut this process in, for good: it can write in `scratch` only and read little else.

    It must have one thread, since each layer holds for the calling thread and what it starts.

    Raises:
        SandboxError: a mandatory layer is missing; never if `unsafe`, which then does what it can.
    """
    steps = (
        limits.die_first,
        limits.leave_namespaces,
        lambda: limits.drop_capabilities(platform.machine()),
        lambda: libc.prctl(libc.PR_SET_NO_NEW_PRIVS, 1),
        lambda: limits.apply(allowed, gpu),
        lambda: restrict_files(scratch, read_paths, gpu),
        lambda: libc.prctl(libc.PR_SET_DUMPABLE, 0),
        lambda: seccomp.install(gpu),
    )
    for step in steps:
        try:
            step()
        except (OSError, KeyError) as error:
            if not unsafe:
                raise SandboxError(f"the sandbox failed: {error}") from error


def restrict_files(scratch: Path, read_paths: Iterable[Path] = (), gpu: bool = False) -> None:
    """Landlock alone, with what Python and its libraries need.

    Raises:
        OSError: Landlock is missing.
    """
    devices = [Path("/dev/null"), Path("/dev/zero")]
    read = [*python_paths(), *read_paths]
    if gpu:
        devices += Path("/dev").glob("nvidia*")
        read += [*map(Path, GPU_READ), *Path("/usr/local").glob("cuda*")]
    landlock.restrict(read=read, write=[scratch], devices=devices)


@cache
def python_paths() -> tuple[Path, ...]:
    """Where this Python keeps its libraries, and the system's shared ones; nothing personal."""
    names = ("stdlib", "platstdlib", "purelib", "platlib")
    own = {os.path.realpath(sysconfig.get_path(name)) for name in names}
    own |= {os.path.realpath(f"{prefix}/lib") for prefix in (sys.prefix, sys.base_prefix)}
    return tuple(Path(path) for path in (*SYSTEM, *sorted(own)))


def prepare() -> None:
    """Do beforehand what `enter` needs and what is the same for every process."""
    python_paths()
    with suppress(OSError):
        seccomp.program(platform.machine(), os.getpid())
