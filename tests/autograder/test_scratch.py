"""Working folders: what may be put in, what is too much, and that they go away."""

import errno
import os

import pytest

from autograder import scratch


def test_files_are_put_in_place(tmp_path):
    folder = scratch.make(tmp_path, {"a.txt": b"1", "data/b.bin": b"\0"})
    assert (folder / "a.txt").read_bytes() == b"1"
    assert (folder / "data/b.bin").read_bytes() == b"\0"


@pytest.mark.parametrize("name", ["/etc/x", "../x", "a/../../x", "", "a/./x", "a\0b", ".", ".."])
def test_paths_outside_are_refused(tmp_path, name):
    with pytest.raises(ValueError, match="not a path inside"):
        scratch.make(tmp_path, {name: b""})
    assert list(tmp_path.iterdir()) == []


def test_too_much_is_seen(tmp_path):
    folder = scratch.make(tmp_path, {"a": b"x" * 2**20})
    assert not scratch.over(folder, 2)
    (folder / "b").write_bytes(bytes([1]) * 2**21)
    assert scratch.over(folder, 2)


def test_many_files_and_deep_trees_are_seen(tmp_path):
    many, deep = scratch.make(tmp_path, {}), scratch.make(tmp_path, {})
    for i in range(4100):
        (many / str(i)).touch()
    (deep / "/".join("d" * 60)).mkdir(parents=True)
    assert scratch.over(many, 10)
    assert scratch.over(deep, 10)


def test_removal_needs_no_permission_and_follows_no_link(tmp_path):
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept/file").touch()
    folder = scratch.make(tmp_path, {"closed/in/file": b""})
    (folder / "link").symlink_to(tmp_path / "kept")
    (folder / "closed/in").chmod(0)
    (folder / "closed").chmod(0)
    scratch.remove(folder)
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]
    assert (tmp_path / "kept/file").exists()


def test_removal_of_a_very_deep_tree(tmp_path):
    folder = scratch.make(tmp_path, {})
    here = os.open(folder, os.O_RDONLY)
    for _ in range(1500):  # far past the longest path and the recursion limit
        os.mkdir("deep", dir_fd=here)
        down = os.open("deep", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = down
    os.close(here)
    scratch.remove(folder)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "names", [("a", "a/b"), ("a/b", "a"), ("n" * 300,), ("/".join(["n" * 200] * 30),)]
)
def test_files_that_cannot_lie_there_are_no_fault_of_the_machines(tmp_path, names):
    with pytest.raises(scratch.Misplaced, match="cannot be placed"):
        scratch.make(tmp_path, dict.fromkeys(names, b""))
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(scratch.Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space left"):
        scratch.make(tmp_path, {"a": b""})
