"""Many submissions: each exactly once, whatever dies, and nobody left behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from autograder import pool
from autograder.job import Cell, Job, Limits, Role
from autograder.pool import run_all
from autograder.zygote import ZygoteFailed

pytestmark = pytest.mark.sandbox

HERE = str(Path(__file__).parent)


def job(number, seconds=0.0):
    test = f"import time; time.sleep({seconds}); assert ask('x') == {number}"
    cells = Cell("a", Role.STUDENT, f"x = {number}"), Cell("b", Role.TEST, test, points=1.0)
    return Job(cells, limits=Limits(cell_seconds=20))


@pytest.fixture
def zygotes(quick_start):
    """Those of the pool."""
    return quick_start(pool)


def test_every_job_once(zygotes):
    jobs = {f"s{i}": job(i) for i in range(7)}
    heard = []
    found = list(run_all(jobs, 2, on_cell=lambda key, i, result: heard.append((key, i))))
    assert sorted(key for key, _ in found) == sorted(jobs)
    assert {results[1].score for _, results in found} == {1.0}
    assert sorted(heard) == sorted((key, i) for key in jobs for i in (0, 1))
    assert not zygotes[0].folder.exists()


@pytest.mark.parametrize(("count", "huge"), [(pool.MANY - 1, False), (pool.MANY, True)])
def test_many_submissions_are_worth_huge_pages(monkeypatch, count, huge):
    asked = []

    def failing(*_, huge_pages, **__):
        asked.append(huge_pages)
        raise ZygoteFailed("enough")

    monkeypatch.setattr(pool, "Zygote", failing)
    with pytest.raises(ZygoteFailed):
        list(run_all({str(i): job(i) for i in range(count)}, 1))
    assert asked == [huge]


def test_keys_are_begun_once_and_nobody_waits_for_a_busy_worker():
    waiting = pool._Queue("abcd")
    assert waiting.take(None) == "a"
    assert waiting.hold() == "b"  # by one worker
    assert waiting.take(None) == "c"  # by another
    assert waiting.hold() == "d"
    assert waiting.hold() is None
    assert waiting.take("d") == "d"
    assert waiting.take(None) == "b"  # the first one is still busy
    assert waiting.take("b") is None


def test_no_jobs(zygotes):
    assert list(run_all({}, 2)) == []
    assert zygotes == []


def test_a_dead_zygote_is_replaced(zygotes):
    started = []

    def on_cell(key, i, result):
        if key == "b" and not started:
            started.append(key)
            zygotes[-1].end()

    jobs = {"a": job(1), "b": job(2), "c": job(3, 1.0)}  # c runs until the end is felt
    found = dict(run_all(jobs, 1, on_cell=on_cell))
    assert {key: results[1].score for key, results in found.items()} == dict.fromkeys("abc", 1.0)
    assert len(zygotes) == 2


def test_a_submission_that_takes_every_zygote_along_gets_a_verdict(zygotes):
    def on_cell(key, i, result):
        if key == "b":
            zygotes[-1].end()

    found = dict(run_all({"a": job(1), "b": job(2, 1.0), "c": job(3)}, 1, on_cell=on_cell))
    assert [(r.verdict, r.score) for r in found["b"]] == [("engine", None), ("engine", 0.0)]
    assert found["a"][1].score == found["c"][1].score == 1.0


def test_closing_early_ends_everything(zygotes):
    results = run_all({f"s{i}": job(i, 0.2) for i in range(9)}, 2)
    next(results)
    pids = [zygote.pid for zygote in zygotes]
    results.close()
    assert not [zygote for zygote in zygotes if zygote.folder.exists()]
    assert not [pid for pid in pids if psutil.pid_exists(pid) and alive(pid)]


def alive(pid):
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_a_missing_module_is_said_once():
    with pytest.raises(ZygoteFailed, match="no_such_module"):
        next(run_all({"a": job(1)}, 2, ["no_such_module"]))


ENDLESS = """
import signal
from autograder.job import Cell, Job, Role
from autograder.pool import run_all
roles = {role: f"stub_roles:{role}" for role in ("student", "checker", "plain")}
jobs = {str(i): Job((Cell("a", Role.STUDENT, "import time; time.sleep(60)"),)) for i in range(4)}
signal.signal(signal.SIGINT, signal.default_int_handler)  # a script's background job ignores it
try:
    for _ in run_all(jobs, 2, path=[sys.path[0]], roles=roles):
        pass
except KeyboardInterrupt:
    print("stopped")
"""


@pytest.fixture
def busy(tmp_path):
    """A main process, two zygotes, their pairs at work and those in wait; all in `tmp_path`."""
    code = f"import sys; sys.path.insert(0, {HERE!r})\n{ENDLESS}"
    with subprocess.Popen(
        [sys.executable, "-c", code],
        env={**os.environ, "TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as main:
        family = psutil.Process(main.pid)
        until = time.monotonic() + 60
        while len(everyone(family)) < 11 and time.monotonic() < until:
            time.sleep(0.05)
        yield main, everyone(family)
        main.kill()


def everyone(main):
    """Main, two zygotes, and of each a pair at work and one in wait: student and checker."""
    return [main, *main.children(recursive=True)]


def test_ctrl_c_leaves_nothing(busy, tmp_path):
    main, family = busy
    assert len(family) == 11
    main.send_signal(signal.SIGINT)
    assert main.communicate(timeout=20)[0] == "stopped\n"
    _, left = psutil.wait_procs(family, timeout=5)
    assert left == []
    assert list(tmp_path.iterdir()) == []


def test_kill_of_the_main_process_leaves_nothing(busy, tmp_path):
    main, family = busy
    assert len(family) == 11
    main.kill()
    _, left = psutil.wait_procs(family, timeout=10)
    assert left == []
    assert list(tmp_path.iterdir()) == []
