"""The zygote: what its children have, and how its end and theirs are heard of."""

import importlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from autograder import sandbox, scratch, warm
from autograder.job import Limits
from autograder.split import wire
from autograder.start import ONE_THREAD, WAITING, head_start
from autograder.zygote import Zygote, ZygoteDied, ZygoteFailed

pytestmark = pytest.mark.sandbox

HERE = Path(__file__).parent
STUBS = {"student": "stub_roles:student"}


def has_huge_pages() -> bool:
    version = tuple(map(int, re.findall(r"\d+", os.uname().release)[:2]))
    enabled = Path("/sys/kernel/mm/transparent_hugepage/enabled")
    return version >= (6, 1) and enabled.exists() and "[never]" not in enabled.read_text()


@pytest.fixture
def born(stub_zygote):
    """A student of the stub zygote: its process id, and a socket to it."""
    ours, theirs = socket.socketpair()
    folder = scratch.make(stub_zygote.folder, {})
    with ours:
        with theirs:
            pid = stub_zygote.fork("student", theirs, Limits(), folder)
        yield pid, ours
    stub_zygote.kill(pid)
    stub_zygote.wait(pid, 10)
    scratch.remove(folder)


def test_a_child_has_nothing_of_ours(inside):
    descriptors = """
import os
def isopen(fd):
    try:
        return os.fstat(fd) and True
    except OSError:
        return False
"""
    assert inside(descriptors, "[fd for fd in range(100) if isopen(fd)]") == [0, 1, 2, 3]
    assert inside("", "sock.fileno()") == 3
    environment = inside("import os", "dict(os.environ)")
    assert set(environment) & set(os.environ) <= {
        *("PATH", "HOME", "LANG", "USER", "TMPDIR", "TZ", "COURSE_DEVICE", "COURSE_DATA_DIR"),
        *(*ONE_THREAD, "PYTHONHASHSEED", "LD_LIBRARY_PATH", "PYTHONDONTWRITEBYTECODE"),
        "TORCHINDUCTOR_CACHE_DIR",  # torch sets it, here as there
    }


def test_a_child_works_in_its_own_folder(inside):
    home, here, listed = inside("import os", "(os.environ['HOME'], os.getcwd(), os.listdir())")
    assert home == here
    assert listed == ["data.txt"]


def test_libraries_come_before_the_students_files(inside):
    code = "open('json.py', 'w').write('x = 1'); open('mine.py', 'w').write('x = 2')"
    assert inside(code + "; import json, mine", "[hasattr(json, 'dumps'), mine.x]") == [True, 2]


def test_hashing_repeats(inside):
    assert inside("", "hash('a word')") == inside("", "hash('a word')")


def test_versions(stub_zygote):
    versions = stub_zygote.versions()
    assert versions["python"] == ".".join(map(str, sys.version_info[:3]))
    assert {"numpy", "torch"} <= set(versions)


def test_exit_and_kill_are_reported(stub_zygote, born):
    pid, ours = born
    assert stub_zygote.wait(pid, 0.05) is None
    stub_zygote.kill(pid)
    end = stub_zygote.wait(pid, 10)
    assert end.code == -signal.SIGKILL
    assert end.memory_kb > 10_000
    stub_zygote.kill(pid)
    assert ours.recv(1) == b""


def test_a_childs_own_end_is_reported(stub_zygote, born):
    pid, ours = born
    wire.send(ours, {"run": "import os; os._exit(7)", "ask": "None"})
    assert stub_zygote.wait(pid, 10).code == 7


def test_a_second_zygote_outlives_the_first(stub_zygote):
    with stub_zygote.another() as first:
        second = first.another()
    with second:
        assert not first.folder.exists()
        ours, theirs = socket.socketpair()
        with ours:
            with theirs:
                pid = second.fork("student", theirs, Limits(), scratch.make(second.folder, {}))
            wire.send(ours, {"run": "import torch", "ask": "torch.ones(3).sum().item()"})
            assert wire.recv(ours)[0] == {"value": 3.0}
            second.end()
            with pytest.raises(ZygoteDied):
                second.wait(pid, 10)
            ours.settimeout(10)
            assert ours.recv(1) == b""
    assert not second.folder.exists()


def test_what_cannot_be_loaded_is_named():
    with pytest.raises(ZygoteFailed, match="no_such_module"):
        Zygote(["no_such_module"])


def test_a_module_with_threads_is_refused(tmp_path):
    code = "import threading, time\nthreading.Thread(target=time.sleep, args=(60,)).start()"
    (tmp_path / "busy.py").write_text(code)
    with pytest.raises(ZygoteFailed, match="busy starts threads"):
        Zygote(["busy"], path=[str(tmp_path)])


def test_the_main_process_loads_no_library():
    code = "import sys, autograder.pool; print({'torch', 'course_lib', 'numpy'} & {*sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr) == ("set()\n", "")


def test_a_head_start_serves_one_zygote_and_is_given_up_if_nobody_wants_it():
    with head_start():
        pid, folder = WAITING[0][0].pid, WAITING[0][2]
        with Zygote() as zygote:
            assert zygote.pid == pid
            assert zygote.folder == folder
        assert WAITING == []
    with head_start():
        process, _, folder = WAITING[0]
    assert process.poll() == -signal.SIGKILL
    assert not folder.exists()
    assert WAITING == []


def test_what_is_left_is_swept_away_when_it_is_gone(stub_zygote):
    ours, theirs = socket.socketpair()
    folder = scratch.make(stub_zygote.folder, {"a.txt": b"left"})
    with ours, theirs:
        pid = stub_zygote.fork("student", theirs, Limits(), folder)
    stub_zygote.leave([pid], [folder])
    stub_zygote.sweep()
    assert not folder.exists()
    assert pid not in stub_zygote.exits


def test_what_is_readable_anyway_has_no_rule_of_its_own(tmp_path, monkeypatch):
    """The course's library and a single module elsewhere have one, what Python brings has none."""
    (tmp_path / "lone_module.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    importlib.import_module("lone_module")
    library = Path(importlib.import_module("course_lib").__file__).parent
    monkeypatch.setattr(sandbox, "python_paths", lambda: (Path(json.__file__).parents[1],))
    found = warm.source_folders()
    assert {tmp_path / "lone_module.py", library} <= {*found}
    assert Path(json.__file__).parent not in found
    monkeypatch.setattr(sandbox, "python_paths", tuple)
    assert Path(json.__file__).parent in warm.source_folders()


ON_HUGE_PAGES = """
import hashlib, os, re
from autograder import warm

def state():
    return hashlib.sha256(kept).hexdigest(), hashlib.sha256(repr(small).encode()).hexdigest()

kept, small = bytearray(os.urandom(9_000_000)), [str(i) for i in range(200_000)]
before = state()
warm.use_huge_pages()
assert state() == before
if os.fork() == 0:
    small[::7], kept[::5000] = ["x"] * len(small[::7]), bytes(len(kept[::5000]))
    os._exit(state() == before)
assert os.wait()[1] == 0
assert state() == before
print(re.search(r"AnonHugePages: +(\\d+)", open("/proc/self/smaps_rollup").read())[1])
"""


@pytest.mark.skipif(not has_huge_pages(), reason="needs Linux 6.1 with transparent huge pages")
def test_on_huge_pages_everything_is_as_it_was(script):
    done = script(ON_HUGE_PAGES)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) * 1024 > 9_000_000


@pytest.mark.skipif(not has_huge_pages(), reason="needs Linux 6.1 with transparent huge pages")
def test_a_zygote_on_huge_pages_has_children_like_any():
    ours, theirs = socket.socketpair()
    with Zygote(roles=STUBS, path=[str(HERE)], huge_pages=True) as zygote, ours:
        about = Path(f"/proc/{zygote.pid}/smaps_rollup").read_text()
        assert int(re.search(r"AnonHugePages: +(\d+)", about)[1]) > 50_000
        with theirs:
            zygote.fork("student", theirs, Limits(), scratch.make(zygote.folder, {}))
        wire.send(ours, {"run": "x = [1] * 3", "ask": "sum(x)"})
        assert wire.recv(ours)[0]["value"] == 3
