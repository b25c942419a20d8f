"""How many processors: fake trees of control groups. Oracle: what was written into them."""

import math
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder import machine, pool
from autograder.course import Course
from autograder.job import Job

MANY = frozenset(range(64))


@pytest.fixture(autouse=True)
def many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: MANY, raising=False)


class Tree:
    """A process's /proc files, and the control groups that they point to."""

    def __init__(self, base: Path) -> None:
        self.proc, self.base = base / "proc", base / "cgroup"
        self.proc.mkdir()
        self.groups: list[str] = []
        self.mounts: list[str] = ["22 1 0:20 / / rw - ext4 /dev/root rw"]

    def v2(self, path: str, root: str = "/", **limits: str) -> None:
        """`limits`: cpu.max by folder, "top" for the mounted one, "__" for "/"."""
        self.groups.append(f"0::{path}")
        self._mount(root, "cgroup2", "rw", "unified")
        for folder, limit in limits.items():
            self._write("unified", folder, {"cpu.max": limit})

    def v1(
        self, path: str, root: str = "/", controllers: str = "cpu,cpuacct", **quota: int
    ) -> None:
        self.groups.append(f"4:{controllers}:{path}")
        self._mount("/", "cgroup", f"rw,{controllers}", "cpu")
        for folder, limit in quota.items():
            files = {"cpu.cfs_quota_us": str(limit), "cpu.cfs_period_us": "100000"}
            self._write("cpu", folder, files)

    def _mount(self, root: str, kind: str, options: str, name: str) -> None:
        point = str(self.base / name).replace(" ", "\\040")
        self.mounts.append(f"30 25 0:26 {root} {point} rw - {kind} {kind} {options}")

    def _write(self, name: str, folder: str, files: dict[str, str]) -> None:
        where = self.base / name / ("" if folder == "top" else folder.replace("__", "/"))
        where.mkdir(parents=True, exist_ok=True)
        for file, content in files.items():
            (where / file).write_text(content + "\n")

    def processors(self) -> int:
        (self.proc / "cgroup").write_text("\n".join([*self.groups, "1:name=systemd:/x"]) + "\n")
        (self.proc / "mountinfo").write_text("\n".join(self.mounts) + "\n")
        return machine.processors(self.proc)


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    (tmp_path / "with blank").mkdir()
    return Tree(tmp_path / "with blank")


def test_without_limits_it_is_the_affinity(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    tree.v2("/user/session", top="max 100000", user="max 100000")
    assert tree.processors() == 64
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {3, 5, 9})
    assert tree.processors() == 3


@pytest.mark.parametrize(
    ("limit", "usable"),
    [
        ("200000 100000", 2),
        ("250000 100000", 2),
        ("50000 100000", 1),
        ("1000 100000", 1),
        ("12800000 100000", 64),
        ("300000 50000", 6),
        ("max 100000", 64),
        ("nonsense", 64),
        ("100000 0", 64),
        ("", 64),
    ],
)
def test_version_2(tree: Tree, limit: str, usable: int) -> None:
    tree.v2("/", top=limit)
    assert tree.processors() == usable


def test_the_smallest_of_nested_groups(tree: Tree) -> None:
    tree.v2("/pods/pod/box", pods="800000 100000", pods__pod="max 100000", top="max 100000")
    assert tree.processors() == 8
    tree.v2("/pods/pod/box", pods__pod__box="350000 100000")
    assert tree.processors() == 3


@pytest.mark.parametrize("path", ["/docker/f00d", "/"])
def test_a_container_that_sees_its_own_part_of_the_tree(tree: Tree, path: str) -> None:
    tree.v2(path, root="/docker/f00d" if path != "/" else "/", top="400000 100000")
    assert tree.processors() == 4


def test_a_container_that_moved_into_a_group_beside_its_own(tree: Tree) -> None:
    tree.v2("/../other", top="500000 100000")
    assert tree.processors() == 5


@pytest.mark.parametrize(("quota", "usable"), [(-1, 64), (150000, 1), (700000, 7)])
@pytest.mark.parametrize("controllers", ["cpu,cpuacct", "cpuacct,cpu", "cpu"])
def test_version_1(tree: Tree, controllers: str, quota: int, usable: int) -> None:
    tree.v1("/docker/f00d", controllers=controllers, docker__f00d=quota, top=-1)
    assert tree.processors() == usable


def test_version_1s_accounting_and_cpusets_are_no_quota(tree: Tree) -> None:
    tree.v1("/docker", controllers="cpuset", docker=100000)
    tree.v1("/docker", controllers="cpuacct", docker=100000)
    assert tree.processors() == 64


def test_both_versions_at_once(tree: Tree) -> None:
    tree.v2("/a", a="900000 100000")
    tree.v1("/b", b=600000)
    assert tree.processors() == 6


def test_a_machine_without_control_groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert machine.processors(tmp_path) == 64
    monkeypatch.delattr(os, "sched_getaffinity")
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert machine.processors(tmp_path) == 1


@settings(max_examples=25)
@given(st.integers(1, 10**8), st.integers(1000, 10**6), st.integers(0, 3))
def test_never_more_than_each_limit(
    tmp_path_factory: pytest.TempPathFactory, quota: int, period: int, depth: int
) -> None:
    tree = Tree(tmp_path_factory.mktemp("tree"))
    folder = "__".join("abc"[:depth]) or "top"
    tree.v2("/a/b/c", **{folder: f"{quota} {period}"})
    assert tree.processors() == max(1, min(64, math.floor(quota / period)))


def test_workers_follow_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "nbgrader_config.py").write_text("c = get_config()\n")
    monkeypatch.setattr(machine, "processors", lambda: 5)
    assert Course.open(tmp_path).settings.workers == 5

    class Started(Exception):
        pass

    def start(self: pool._Pool, workers: int) -> None:
        raise Started(workers)

    monkeypatch.setattr(pool._Pool, "start", start)
    with pytest.raises(Started, match="5"):
        next(pool.run_all({name: Job(()) for name in "abcdefg"}))
