"""The Check button's server side: a real Jupyter server, and the process behind it by itself."""

import asyncio
import json
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

import nbformat
import pytest
from small_course import make_course, source_notebook

from autograder.job import CellResult, Role
from autograder.lab import answers, given, process
from autograder.lab.process import Checker
from autograder.release import release_version
from autograder.self_check import in_kernel

TOKEN = "only-for-this-test"
GOOD = "def mean_of(values):\n    return sum(values) / max(len(values), 1)"
LIMITS = {"cell_seconds": 5.0, "total_seconds": 20.0}


def write(folder: Path, mean: str = GOOD, visible: str | None = None) -> Path:
    """A student's hw1_means: the release with this answer, and this in the place of a test."""
    notebook = release_version(source_notebook(), None)
    for cell in notebook.cells:
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
        if grade_id == "mean":
            cell.source = mean
        if grade_id == "mean_visible" and visible is not None:
            cell.source = visible
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "hw1_means.ipynb"
    nbformat.write(notebook, path)
    return path


def release(exchange: Path, course: str) -> Path:
    """In the exchange, as nbgrader releases it."""
    folder = exchange / course / "outbound" / "hw1_means"
    folder.mkdir(parents=True)
    path = folder / "hw1_means.ipynb"
    nbformat.write(release_version(source_notebook(), None), path)
    (folder / "numbers.csv").write_text("1,2,3\n")
    return path


def by_exec(job):
    """An engine in this process."""
    names = {}
    for cell in job.cells:
        error = None
        try:
            exec(cell.source, names)
        except Exception as wrong:
            error = f"{type(wrong).__name__}: {wrong}"
        points = 0.0 if error else cell.points
        yield CellResult(cell.id, error=error, score=points if cell.role is Role.TEST else None)


# --- where the tests come from -------------------------------------------------------------------


@pytest.fixture
def student(tmp_path, monkeypatch):
    """A student's home whose nbgrader knows the exchange."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "nbgrader_config.py").write_text(
        f"c = get_config()\nc.Exchange.root = {str(tmp_path / 'exchange')!r}\n"
    )
    monkeypatch.chdir(home)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return home


def test_tests_are_the_released_ones_whatever_the_student_wrote(student, tmp_path):
    release(tmp_path / "exchange", "means")
    path = write(student / "hw1_means", "def mean_of(values):\n    return 7", visible="pass")
    said = answers.answer({"path": str(path), **LIMITS}, by_exec)
    assert said["score"] == "0 of 2 points"
    visible, hidden = said["tests"]
    assert (visible["test"], visible["points"], visible["state"]) == (
        "mean_visible",
        "0/2",
        "failed",
    )
    assert visible["words"] == ["AssertionError: the mean of 1, 2, 3 is 2"]
    assert (hidden["points"], hidden["state"]) == ("?/3", "hidden")
    assert said["remarks"][-1] == given.RELEASED
    assert given.find(path).bundle.files == {"numbers.csv": b"1,2,3\n"}


def test_without_a_release_the_notebook_s_own_tests_run_and_that_is_said(student):
    path = write(student / "hw1_means", visible="assert mean_of([4]) == 5, 'mine'")
    (path.parent / "mine.txt").write_text("beside it")
    jobs = []

    def seen(job):
        jobs.append(job)
        return by_exec(job)

    said = answers.answer({"path": str(path), **LIMITS}, seen)
    assert said["tests"][0]["words"] == ["AssertionError: mine"]
    assert said["remarks"][-1] == given.OWN
    assert jobs[0].files == {"mine.txt": b"beside it"}, "cells may read what lies beside them"
    assert (jobs[0].limits.cell_seconds, jobs[0].limits.total_seconds) == (5, 20)


def test_of_several_courses_the_folder_says_which(student, tmp_path):
    first = release(tmp_path / "exchange", "first")
    second = release(tmp_path / "exchange", "second")
    config = given.load_config(student)
    assert given.released(config, write(student / "second" / "hw1_means")) == second
    assert given.released(config, write(student / "first" / "hw1_means")) == first
    assert given.released(config, write(student / "hw1_means")) is None, "it could be either"
    config.CourseDirectory.course_id = "first"
    assert given.released(config, write(student / "hw1_means")) == first
    assert given.released(config, write(student / "hw[1]_means")) is None


def test_in_a_copy_of_the_course_it_is_course_check(student, tmp_path):
    root = make_course(tmp_path).root.parent
    first = root / "notebooks" / "00_start_here.ipynb"
    first.parent.mkdir()
    nbformat.write(nbformat.v4.new_notebook(), first)
    hints = root / "assignments" / "proof" / "hw1_means" / "hints.toml"
    hints.parent.mkdir(parents=True)
    hints.write_text(
        '[[hint]]\ntests = ["mean_hidden"]\nask = "Of nothing?"\nlook = "l"\ncode = "c"'
    )
    path = write(root / "my_work" / "hw1_means", "def mean_of(values):\n    return 2")
    said = answers.answer({"path": str(path), **LIMITS}, by_exec)
    assert said["score"] == "2 of 5 points"
    assert said["tests"][1]["words"][-1] == "Hint 1 of 3: Of nothing?"
    assert "expected 0.0, got 2" in said["tests"][1]["words"][0]
    assert given.RELEASED not in said["remarks"]
    assert given.OWN not in said["remarks"]


def test_what_cannot_be_checked_is_an_error_in_words(student):
    folder = student / "hw1_means"
    folder.mkdir()
    path = folder / "hw1_means.ipynb"
    for content, expected in [
        ("{", "is no notebook"),
        (json.dumps(nbformat.v4.new_notebook()), "it has no tests"),
    ]:
        path.write_text(content)
        assert expected in answers.answer({"path": str(path), **LIMITS}, by_exec)["error"]
    write(folder)

    def broken(job):
        raise ZeroDivisionError("in the engine")

    said = answers.answer({"path": str(path), **LIMITS}, broken)
    assert "ZeroDivisionError: in the engine" in said["error"]


def test_where_no_sandbox_is_it_says_so(student, monkeypatch):
    monkeypatch.setattr("autograder.self_check.sys.platform", "darwin")
    monkeypatch.setattr("autograder.self_check.in_kernel", lambda job: [*by_exec(job)])
    said = answers.answer({"path": str(write(student / "hw1_means")), **LIMITS}, in_kernel)
    assert said["score"] == "2 of 2 points"
    assert "without a sandbox" in said["remarks"][0]


# --- the process behind it -----------------------------------------------------------------------

ECHO = """
import json, sys, time
for line in sys.stdin:
    asked = json.loads(line)
    time.sleep(asked.get("sleep", 0))
    if asked.get("die"): sys.exit(3)
    import os
    print(json.dumps({"said": asked["say"], "pid": os.getpid()}), flush=True)
"""
COMMAND = (sys.executable, "-c", ECHO)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def passes(condition, seconds: float = 20) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until
        await asyncio.sleep(0.01)


def test_one_worker_answers_in_turn_and_rests():
    async def story():
        checker = Checker(keep_seconds=1000, command=COMMAND)
        checker.ready()
        assert checker.worker
        pid = checker.worker.pid
        said = await asyncio.gather(*(checker.ask({"say": i}, 60) for i in range(3)))
        assert [one["said"] for one in said] == [0, 1, 2]
        assert {one["pid"] for one in said} == {pid}
        checker.stop()
        assert not alive(pid)
        again = await checker.ask({"say": "new"}, 60)
        assert again["pid"] != pid
        checker.stop()

    asyncio.run(story())


def test_an_idle_worker_ends_and_one_that_is_not_to_stay_is_not_started_early():
    async def story():
        checker = Checker(keep_seconds=0, command=COMMAND)
        checker.ready()
        assert checker.worker is None
        said = await checker.ask({"say": 1}, 60)
        await passes(lambda: not alive(said["pid"]))

    asyncio.run(story())


def test_late_dying_and_cancelled_checks_leave_no_process_and_the_next_one_works():
    async def story():
        checker = Checker(keep_seconds=1000, command=COMMAND)
        pid = (await checker.ask({"say": 1}, 60))["pid"]
        assert await checker.ask({"say": 2, "sleep": 100}, 0.2) == {"error": process.LATE}
        assert not alive(pid)
        assert await checker.ask({"say": 3, "die": True}, 60) == {"error": process.ENDED}
        first = asyncio.ensure_future(checker.ask({"say": 4, "sleep": 100}, 60))
        await passes(lambda: checker.worker is not None)
        queued = asyncio.ensure_future(checker.ask({"say": 5}, 60))
        given_up = asyncio.ensure_future(checker.ask({"say": 6}, 60))
        await asyncio.sleep(0.05)
        pid = checker.worker.pid
        given_up.cancel()
        await asyncio.sleep(0)
        assert alive(pid), "one that only waits takes nobody's worker away"
        first.cancel()
        assert (await queued)["said"] == 5
        assert not alive(pid)
        checker.stop()

    asyncio.run(story())


# --- with a server and the real engine -----------------------------------------------------------


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """The address of a Jupyter server over a student's home."""
    base = tmp_path_factory.mktemp("server")
    home = base / "home"
    write(home / "hw1_means")
    write(home / "loop", "def mean_of(values):\n    while True:\n        pass")
    (base / "outside.ipynb").write_text("{}")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        *(sys.executable, "-m", "jupyter_server", "--no-browser", f"--ServerApp.port={port}"),
        *(f"--IdentityProvider.token={TOKEN}", f"--ServerApp.root_dir={home}", "--allow-root"),
        *("--ServerApp.base_url=/user/student1/", "--LabCheck.cell_seconds=2"),
        "--ServerApp.jpserver_extensions=autograder.lab=True",
    ]
    private = {f"JUPYTER_{name}_DIR": str(base) for name in ("CONFIG", "DATA", "RUNTIME")}
    with (base / "log").open("w") as log:
        running = subprocess.Popen(
            command, env=os.environ | private, stdout=log, stderr=log, cwd=home
        )
    address = f"http://127.0.0.1:{port}/user/student1/"
    try:
        until = time.monotonic() + 60
        while True:
            try:
                urllib.request.urlopen(f"{address}api?token={TOKEN}", timeout=10).close()
                break
            except OSError:
                assert time.monotonic() < until, (base / "log").read_text()
                time.sleep(0.1)
        yield address
    finally:
        running.terminate()
        running.wait(30)


def post(address: str, path: object, token: str = TOKEN):
    """Status and body of a check."""
    body = json.dumps({"path": path}).encode()
    request = urllib.request.Request(f"{address}autograder/check", data=body)
    if token:
        request.add_header("Authorization", f"token {token}")
    try:
        with urllib.request.urlopen(request, timeout=120) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


@pytest.mark.sandbox
def test_strangers_and_paths_elsewhere_are_refused(server):
    for token in ("", "wrong"):
        status, _ = post(server, "hw1_means/hw1_means.ipynb", token)
        assert status == 403
    for path, expected in [
        ("../outside.ipynb", 404),
        ("hw1_means/../../outside.ipynb", 404),
        ("nothing.ipynb", 404),
        ("/etc/passwd", 400),
        ("a\0.ipynb", 400),
        (None, 400),
        (["a.ipynb"], 400),
    ]:
        assert post(server, path)[0] == expected, path


@pytest.mark.sandbox
def test_a_loop_ends_and_meanwhile_the_server_answers_and_others_wait_their_turn(server):
    found = {}

    def ask(name):
        found[name] = post(server, f"{name}/hw1_means.ipynb")[1]

    threads = [threading.Thread(target=ask, args=(name,)) for name in ("loop", "hw1_means")]
    threads[0].start()
    answered = 0
    while threads[0].is_alive():
        urllib.request.urlopen(f"{server}api/status?token={TOKEN}", timeout=60).close()
        answered += 1
        if threads[1].ident is None:
            threads[1].start()
        time.sleep(0.05)
    for thread in threads:
        thread.join()
    assert answered > 2, "a blocked server would answer once, when the check is over"
    assert "endless loop" in found["loop"]["tests"][0]["words"][0]
    assert found["loop"]["score"] == "0 of 2 points"
    assert found["hw1_means"]["score"] == "2 of 2 points"
    assert "in the sandbox" in found["hw1_means"]["remarks"][0]
