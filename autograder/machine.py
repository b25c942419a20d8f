"""What this machine lets us use, which in a container is less than what it has."""

import math
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path, PurePosixPath

PROC = Path("/proc/self")


def processors(proc: Path = PROC) -> int:
    """Whole processors that this process may use, at least 1.

    Affinity (a cpuset, `taskset`, Slurm) and the quota of each control group that we are in both
    bound it. A part of a processor does not count: a cell's time limit is wall time, and one that
    shares its processor would take longer than it does elsewhere. Each worker has one thread, so
    that the number of workers is all there is to set.
    """
    affinity = getattr(os, "sched_getaffinity", None)
    allowed = len(affinity(0)) if affinity else os.cpu_count() or 1
    return max(1, math.floor(min([allowed, *quotas(proc)])))


def quotas(proc: Path = PROC) -> list[float]:
    """The quota of our control groups and of those above them, in processors.

    Reads cgroup v2's `cpu.max` and v1's `cpu.cfs_quota_us`; a system without them has none.
    """
    found = []
    for folder in _folders(proc):
        with suppress(OSError, ValueError, ZeroDivisionError):
            found.append(_quota(folder))
    return [quota for quota in found if quota > 0]


def _quota(folder: Path) -> float:
    """Of one control group: 0 for none."""
    if (folder / "cpu.max").exists():
        quota, period = (folder / "cpu.max").read_text().split()
        return 0.0 if quota == "max" else int(quota) / int(period)
    quota = (folder / "cpu.cfs_quota_us").read_text()
    return max(0, int(quota)) / int((folder / "cpu.cfs_period_us").read_text())


def _folders(proc: Path) -> Iterator[Path]:
    """Each control group that bounds our processors: where it is mounted, ours first."""
    groups = {}  # path by controllers: "" is v2's
    mounts = []
    with suppress(OSError):
        for line in (proc / "cgroup").read_text().splitlines():
            _, controllers, path = line.split(":", 2)
            groups[controllers] = path
        mounts = (proc / "mountinfo").read_text().splitlines()
    for mount in mounts:
        before, _, after = mount.partition(" - ")
        root, point = (_unescaped(word) for word in before.split()[3:5])
        kind, _, options = after.split(None, 2)
        for controllers, path in groups.items():
            ours = kind == "cgroup2" and not controllers
            if ours or (kind == "cgroup" and _has_cpu(controllers) and _has_cpu(options)):
                yield from _upwards(Path(point), root, path)


def _has_cpu(words: str) -> bool:
    return "cpu" in words.split(",")


def _upwards(point: Path, root: str, path: str) -> Iterator[Path]:
    """From our group to the mounted one; a container may see only a part of the tree."""
    inside = PurePosixPath(path)
    if inside.is_relative_to(root):
        inside = inside.relative_to(root)
    steps = [part for part in inside.parts if part not in ("/", "..")]
    for depth in range(len(steps), -1, -1):
        yield point.joinpath(*steps[:depth])


def _unescaped(word: str) -> str:
    """The kernel writes blanks in a mount's path as \\040."""
    return word.encode().decode("unicode_escape").encode("latin-1").decode(errors="replace")
