"""Memory and CPU of one user, held by the kernel: control groups (v2, or v1), and rlimits.

A control group counts all processes of a user together. Where the Hub may not make one (not root,
or a container without a writable hierarchy), RLIMIT_DATA still bounds each process's memory, and
nothing bounds CPU: `holds()` says which.
"""

import contextlib
import os
import resource
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path("/sys/fs/cgroup")
PERIOD = 100_000  # microseconds
PROCESSES = 512


@dataclass(frozen=True)
class Group:
    """The control group of one user."""

    hub: str
    user: str

    def folders(self) -> dict[str, Path]:
        """Where each controller keeps this user's group; empty where none can be made."""
        return {name: top / self.hub / self.user for name, top in _tops().items()}

    def prepare(self, memory: int | None, cpus: float | None) -> Callable[[], None]:
        """Sets the limits; returns what a process calls to enter (after fork, before exec)."""
        folders = self.folders()
        for name, folder in folders.items():
            _make(name, folder)
            for file, value in _values(name, folder, memory, cpus):
                (folder / file).write_text(value)
        entries = [str(folder / "cgroup.procs") for folder in dict.fromkeys(folders.values())]

        def enter() -> None:
            for entry in entries:
                with open(entry, "w") as file:
                    file.write("0")
            if memory and not entries:
                resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))

        return enter

    def processes(self) -> list[int]:
        """Ids of all processes of this user's server, kernels and terminals."""
        for folder in self.folders().values():
            with contextlib.suppress(FileNotFoundError):
                return [int(line) for line in (folder / "cgroup.procs").read_text().split()]
        return []

    def close(self) -> None:
        """End what a server left behind, and remove the group."""
        for _ in range(50):
            left = self.processes()
            for process in left:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
            if not left:
                break
            time.sleep(0.02)
        for folder in dict.fromkeys(self.folders().values()):
            for each in (folder, folder.parent):
                with contextlib.suppress(OSError):
                    each.rmdir()


def holds() -> str:
    """What bounds a user's memory and CPU on this machine, in words."""
    if _tops():
        return "memory, CPU and number of processes of each user are bounded by control groups"
    return (
        "memory is bounded for each process, not for a user, and CPU is not bounded: "
        "the Hub cannot make control groups here"
    )


def _tops() -> dict[str, Path]:
    """Controller → the hierarchy that we may use; both entries are one folder in v2."""
    if (ROOT / "cgroup.controllers").is_file():
        tops = {"v2": ROOT}
    else:
        tops = {name: ROOT / name for name in ("memory", "cpu", "pids")}
    usable = all(os.access(top / "cgroup.procs", os.W_OK) for top in tops.values())
    return tops if usable else {}


def _make(name: str, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    if name == "v2":
        for parent in (ROOT, folder.parent):
            (parent / "cgroup.subtree_control").write_text("+memory +cpu +pids")


def _values(
    name: str, folder: Path, memory: int | None, cpus: float | None
) -> list[tuple[str, str]]:
    quota = str(int(cpus * PERIOD)) if cpus else None
    if name == "v2":
        return [
            ("memory.max", str(memory or "max")),
            ("cpu.max", f"{quota or 'max'} {PERIOD}"),
            ("pids.max", str(PROCESSES)),
        ]
    if name == "memory":
        return [("memory.limit_in_bytes", str(memory or -1))]
    if name == "cpu":
        return [("cpu.cfs_period_us", str(PERIOD)), ("cpu.cfs_quota_us", quota or "-1")]
    return [("pids.max", str(PROCESSES))]
