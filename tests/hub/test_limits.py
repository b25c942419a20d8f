"""The kernel holds a user's limits; needs root, and a writable hierarchy of control groups."""

import subprocess
import sys
import time

import pytest

pytestmark = pytest.mark.hub

HOG = "held = []\nwhile True:\n    held.append(bytearray(b'x' * 10_000_000))"
SPIN = (
    "import time\nend = time.time() + 2\nwhile time.time() < end: pass\nprint(time.process_time())"
)


@pytest.fixture
def group():
    from hub import limits

    group = limits.Group("hub-limits-test", "somebody")
    if not group.folders():
        pytest.skip(limits.holds())
    yield group
    group.close()
    assert not any(folder.exists() for folder in group.folders().values())


def run(group, code: str, memory: int, cpus: float) -> subprocess.CompletedProcess[str]:
    enter = group.prepare(memory, cpus)
    return subprocess.run(
        [sys.executable, "-c", code], preexec_fn=enter, capture_output=True, text=True, timeout=60
    )


def test_more_memory_than_a_user_may_have_ends_the_process(group):
    assert run(group, HOG, memory=100_000_000, cpus=1).returncode == -9
    few = "print(len(bytearray(b'x' * 10_000_000)))"
    assert run(group, few, memory=100_000_000, cpus=1).stdout == "10000000\n"


def test_a_tenth_of_a_processor_is_a_tenth_of_a_processor(group):
    used = float(run(group, SPIN, memory=200_000_000, cpus=0.1).stdout)
    assert used < 0.5  # of two seconds; without the limit, however busy the machine, far more


def test_what_a_server_left_behind_ends_with_it(group):
    enter = group.prepare(200_000_000, 1)
    left = subprocess.Popen(
        [sys.executable, "-c", "import time; time.sleep(600)"],
        preexec_fn=enter,
        start_new_session=True,
    )
    assert group.processes() == [left.pid]
    began = time.monotonic()
    group.close()
    assert left.wait(timeout=5) == -9
    assert time.monotonic() - began < 5


def test_without_control_groups_memory_is_bounded_for_each_process(group, monkeypatch):
    from hub import limits

    monkeypatch.setattr(limits, "_tops", dict)
    assert "CPU is not bounded" in limits.holds()
    done = run(limits.Group("none", "somebody"), HOG, memory=200_000_000, cpus=1)
    assert "MemoryError" in done.stderr
