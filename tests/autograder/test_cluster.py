"""A class on a Dask cluster: each submission once, whatever dies, and nobody left behind."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from concurrent import futures
from contextlib import contextmanager
from dataclasses import asdict, replace
from importlib import import_module
from pathlib import Path

import dask
import msgpack
import psutil
import pytest
from fake_engine import hand_in
from hypothesis import given
from hypothesis import strategies as st

from autograder import cli, cluster, cluster_connection, cluster_worker, pool
from autograder.cluster import arrived, run_all
from autograder.cluster_worker import Setup
from autograder.course import CourseError
from autograder.job import Cell, CellResult, Job, Limits, Role
from autograder.results import Store
from autograder.zygote import ZygoteDied

HERE = str(Path(__file__).parent)


# Dask's own: its processes' pipes and event loops are left to the garbage collector
pytestmark = [
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


def job(source, test="", points=2.0):
    cells = Cell("a", Role.STUDENT, source), Cell("b", Role.TEST, test, points=points)
    return Job(cells, frozenset({"double"}), limits=Limits(cell_seconds=20))


def alive(processes):
    return psutil.wait_procs(processes, timeout=5)[1]


# ---- a real cluster of this machine, the real engine ----


ROLES = {role: f"stub_roles:{role}" for role in ("student", "checker", "plain")}


@pytest.mark.sandbox
def test_a_local_cluster_gives_what_the_pool_gives_though_a_worker_is_killed(
    stub_zygote, monkeypatch, tmp_path
):
    test = "import time; time.sleep(0.1); found = ask('x'); assert found == 1, found"
    jobs = {f"s{i}": job(f"x = {i % 3}", test) for i in range(9)}
    how = {"roles": ROLES, "path": [HERE]}
    monkeypatch.setattr(pool, "Zygote", lambda *_, **__: stub_zygote.another())
    expected = dict(pool.run_all(jobs, 1, **how))
    assert Counter(cells[1].score for cells in expected.values()) == {2.0: 3, 0.0: 6}

    monkeypatch.setenv("TMPDIR", str(tmp_path))
    found, family = [], []
    before = psutil.Process().children(recursive=True)
    for one in run_all(jobs, 2, scheduler="local", **how):
        found.append(one)
        if len(found) == 4:
            family = [p for p in psutil.Process().children(recursive=True) if p not in before]
            next(p for p in family if "spawn_main" in " ".join(p.cmdline())).kill()
    assert sorted(key for key, _ in found) == sorted(jobs)
    assert without_seconds(dict(found)) == without_seconds(expected)
    assert [p for p in alive(family) if "resource_tracker" not in " ".join(p.cmdline())] == []


def without_seconds(found):
    return {key: [replace(cell, seconds=0.0) for cell in cells] for key, cells in found.items()}


# ---- scheduler and workers as programs of their own, an engine without processes ----


def program(*words, **environment):
    return subprocess.Popen(
        [sys.executable, "-m", "dask", *words],
        env={**os.environ, **environment, "PYTHONPATH": HERE},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


@contextmanager
def ended(process):
    """Killed with all below it at the end of the block."""
    try:
        yield process
    finally:
        family = [process, *psutil.Process(process.pid).children(recursive=True)]
        for one in family:
            one.kill()
        process.communicate()


def wait_for(what, seconds=60):
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until
        time.sleep(0.05)


@contextmanager
def scheduler(folder):
    """The file that names it; the first death of a worker is enough for it to give a job up."""
    file = folder / "scheduler.json"
    words = ("--host", "127.0.0.1", "--port", "0", "--no-dashboard")
    words += ("--dashboard-address", "127.0.0.1:0", "--scheduler-file", str(file))
    failures = {"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0"}
    with ended(program("scheduler", *words, **failures)) as process:
        wait_for(lambda: file.exists() and file.read_text().endswith("}"))
        yield process, str(file)


@contextmanager
def worker(file, threads=2):
    words = ("--scheduler-file", file, "--nthreads", str(threads), "--no-dashboard")
    words += ("--preload", "stub_cluster", "--host", "127.0.0.1", "--memory-limit", "0")
    with ended(program("worker", *words)) as process:
        yield process


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    """A scheduler and one worker process with two threads, under a nanny."""
    with scheduler(tmp_path_factory.mktemp("dask")) as (_, file), worker(file):
        # a nanny whose worker dies at once gives up instead of starting another
        assert list(run_all({"first": job("")}, scheduler=file))
        yield file


def test_scores_and_messages_come_back(running):
    jobs = {"ada/hw1": job("x = 2", "assert x == 2"), "bob/hw1": job("x = 3", "assert x == 2, x")}
    found = dict(run_all(jobs, scheduler=running))
    assert [cell.score for cell in found["ada/hw1"]] == [None, 2.0]
    assert found["bob/hw1"][1].error == "AssertionError: 3"
    assert list(run_all({}, scheduler=running)) == []


def test_few_jobs_are_under_way_at_any_time(running):
    """What is read and not given back is bounded by the workers, not by the class."""
    begun = []

    class Jobs(dict):
        def __getitem__(self, key):
            begun.append(key)
            return super().__getitem__(key)

    jobs = Jobs({str(i): job("") for i in range(40)})
    most = 0
    for count, _ in enumerate(run_all(jobs, scheduler=running)):
        most = max(most, len(begun) - count)
    assert len(begun) == 40
    assert 2 < most <= cluster.AHEAD * 2


def test_a_job_that_takes_workers_along_gets_a_verdict_and_costs_nobody_else(running):
    jobs = {"kills": job("die")} | {str(i): job("import time; time.sleep(0.1)") for i in range(8)}
    found = list(run_all(jobs, scheduler=running))
    assert sorted(key for key, _ in found) == sorted(jobs)
    by_key = dict(found)
    assert [(c.verdict, c.score) for c in by_key.pop("kills")] == [("engine", None), ("engine", 0)]
    assert {cells[1].score for cells in by_key.values()} == {2.0}
    assert {cells[1].verdict for cells in by_key.values()} == {None}


def test_closing_early_ends_what_runs(running, tmp_path):
    """A job that would go on for a minute hears that its run was ended."""
    begun, heard = (f"Path({str(tmp_path)!r}, {name!r})" for name in ("begun", "heard"))
    long = f"import time\n{begun}.touch()\nfor _ in range(600):\n    time.sleep(0.1)\n"
    long += f"    if ended(): break\n{heard}.touch()"
    quick = f"import time\nwhile not {begun}.exists(): time.sleep(0.05)"
    results = run_all({"quick": job(quick), "long": job(long)}, scheduler=running)
    assert next(results)[0] == "quick"
    results.close()
    wait_for((tmp_path / "heard").exists, 20)


def test_workers_that_come_later_get_jobs_though_none_has_ended(monkeypatch):
    """The first job, sent when nobody was there, would wait for the second one for ever."""
    monkeypatch.setattr(cluster, "LOOK_SECONDS", 0.01)
    sent = []

    class Late:
        status = "running"

        def nthreads(self):
            return {"worker": 2} if sent else {}

        def submit(self, *_, **__):
            sent.append(futures.Future())
            if len(sent) == 2:
                for future in sent:
                    future.set_result(packed(FIELDS))
            return sent[-1]

    found = cluster._Run(Late(), {"a": job(""), "b": job("")}, Setup("one"), "late").results()
    assert sorted(key for key, _ in found) == ["a", "b"]


@pytest.mark.parametrize("library", ["torch", "python", "engine"])
def test_other_versions_are_refused_in_one_line(running, monkeypatch, library):
    own = cluster.versions()
    monkeypatch.setattr(cluster, "versions", lambda: own | {library: "0.1"})
    with pytest.raises(CourseError, match=rf"has {library} .*, the main process 0\.1") as refused:
        list(run_all({"a": job("")}, scheduler=running))
    assert f" {own[library]}, " in str(refused.value)
    assert len(str(refused.value).splitlines()) == 1


def test_a_folder_that_workers_lack_is_named(running):
    with pytest.raises(CourseError, match=r"has no /not/shared: the course must lie on"):
        list(run_all({"a": job("")}, scheduler=running, path=["/not/shared"]))


def test_a_worker_without_our_package_is_said_in_one_line(running, monkeypatch, tmp_path):
    (tmp_path / "only_here.py").write_text("def run_job(setup, job): ...")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(cluster, "run_job", import_module("only_here").run_job)
    with pytest.raises(CourseError, match=r"a worker failed: .*only_here") as failed:
        list(run_all({"a": job("")}, scheduler=running))
    assert len(str(failed.value).splitlines()) == 1


def test_a_scheduler_that_vanishes_loses_nothing(running, released, tmp_path, monkeypatch, capsys):
    """The command says so in one line; what was finished is kept; another cluster does the rest."""
    good = "def mean_of(values):\n    return sum(values) / max(len(values), 1)"
    waits = f"import time\nwhile not Path({str(tmp_path)!r}, 'go').exists(): time.sleep(0.05)\n"
    for i in range(6):
        hand_in(released, f"s{i}", {"mean": (waits if i > 2 else "") + good + f"\n# {i}"})
    command = ["grade", "hw1", "--course", str(released.root), "--scheduler"]
    kept = released.hidden / "results"

    def complaint(argument):
        assert cli.main([*command, argument]) == 2
        lines = capsys.readouterr().err.splitlines()
        (said,) = [line for line in lines if "autograder grade:" in line]
        assert "what is finished is kept" in said
        return said

    with scheduler(tmp_path) as (process, file):
        monkeypatch.setattr(cluster, "NO_WORKER_SECONDS", 0.5)
        assert "no worker for 0.5 s" in complaint(file)
        monkeypatch.setattr(cluster, "NO_WORKER_SECONDS", 60)

        def kill():
            wait_for(lambda: kept.exists() and len(list(kept.glob("*.json"))) == 3)
            process.kill()

        thread = threading.Thread(target=kill)
        thread.start()
        with worker(file):
            assert "the scheduler is gone" in complaint(file)
            thread.join()
    (tmp_path / "go").touch()
    before = {path: path.read_bytes() for path in kept.glob("*.json")}
    assert len(before) == 3
    assert cli.main([*command, running]) == 0
    assert "3 notebooks run" in " ".join(capsys.readouterr().err.split())
    assert {path: path.read_bytes() for path in before} == before
    results = [Store(released).get(path.stem) for path in kept.glob("*.json")]
    assert [result.score("mean_hidden") for result in results] == [3.0] * 6


@pytest.mark.parametrize(
    ("where", "says"),
    [
        ("nowhere", "neither 'local', nor an address"),
        ("tcp://", "neither 'local', nor an address"),
        ("foo://there:1", "neither 'local', nor an address"),
        ("tcp://127.0.0.1:1", "no scheduler answers"),
    ],
)
def test_an_address_without_a_scheduler(where, says, monkeypatch):
    monkeypatch.setattr(cluster_connection, "CONNECT_SECONDS", 0.5)
    with pytest.raises(CourseError, match=says) as failed:
        list(run_all({"a": job("")}, scheduler=where))
    assert len(str(failed.value).splitlines()) == 1


@pytest.mark.parametrize(
    ("address", "settings", "says"),
    [
        ("tls://127.0.0.1:1", {}, "it wants a key"),
        ("tls://127.0.0.1:1", {"tls.ca-file": "/not/there"}, "No such file"),
        ("tcp://127.0.0.1:1", {"require-encryption": True}, "want encryption"),
    ],
)
def test_keys_are_asked_for_before_anybody_connects(address, settings, says):
    files = {f"tls.client.{what}": "/not/there" for what in ("key", "cert")}
    settings |= files if "tls.ca-file" in settings else {}
    used = dask.config.set({f"distributed.comm.{name}": value for name, value in settings.items()})
    with used, pytest.raises(CourseError, match=says) as failed:
        list(run_all({"a": job("")}, scheduler=address))
    assert len(str(failed.value).splitlines()) == 1


@pytest.mark.parametrize("text", ["{", "{}", "[]", "3", '{"address": 3}', '{"address": "x"}'])
def test_a_file_that_no_scheduler_wrote(tmp_path, text):
    (tmp_path / "file").write_text(text)
    with pytest.raises(CourseError, match="nor a file that a scheduler has written"):
        list(run_all({"a": job("")}, scheduler=str(tmp_path / "file")))


def test_without_dask_one_line_says_what_to_install(released, monkeypatch, capsys):
    for name in ("cluster", "cluster_connection"):
        monkeypatch.delitem(sys.modules, f"autograder.{name}")
    monkeypatch.setitem(sys.modules, "distributed", None)
    hand_in(released, "ada")
    command = ["grade", "hw1", "--course", str(released.root), "--scheduler", "local"]
    assert cli.main(command) == 2
    said = [line for line in capsys.readouterr().err.splitlines() if "autograder grade:" in line]
    assert len(said) == 1
    assert "pip install 'recurrent-networks-course[cluster]'" in said[0]


CTRL_C = """
import signal, sys
if __name__ == "__main__":  # workers import this module too
    sys.modules["rfc3987_syntax"] = None
    from autograder.cluster import run_all
    from autograder.job import Cell, Job, Role
    signal.signal(signal.SIGINT, signal.default_int_handler)
    job = Job((Cell("a", Role.STUDENT, "import time; time.sleep(60)"),))
    try:
        for _ in run_all({"a": job}, 1, scheduler="local"):
            pass
    except KeyboardInterrupt:
        print("stopped")
"""


@pytest.mark.sandbox
def test_ctrl_c_leaves_nothing(tmp_path):
    """As a terminal sends it: to the main process and all workers at once."""
    script = tmp_path / "script.py"
    script.write_text(CTRL_C)
    (tmp_path / "scratch").mkdir()
    with subprocess.Popen(
        [sys.executable, str(script)],
        env={**os.environ, "TMPDIR": str(tmp_path / "scratch")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as main:
        whole = psutil.Process(main.pid)
        wait_for(lambda: len(list((tmp_path / "scratch").glob("*/scratch-*"))) == 2)
        family = whole.children(recursive=True)
        os.killpg(main.pid, signal.SIGINT)
        said, errors = main.communicate(timeout=30)
    assert (said, errors) == ("stopped\n", "")
    assert alive(family) == []
    assert not list((tmp_path / "scratch").glob("autograder-*"))


# ---- the parts ----


def packed(cells):
    return msgpack.packb({"cells": cells})


def test_an_answer_arrives_as_it_was_sent():
    shown = {"output_type": "stream", "name": "stdout", "text": "é"}
    first = CellResult("a", outputs=(shown,), error="no", verdict="timeout", seconds=1.5)
    second = CellResult("b", score=0.5, reference_score=2.0, seconds=0.25)
    assert arrived(job(""), packed([asdict(first), asdict(second)])) == [first, second]


FIELDS = asdict(CellResult("a")), asdict(CellResult("b", score=1.0))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xc1",
        None,
        msgpack.packb(3),
        msgpack.packb({}),
        packed(3),
        packed([FIELDS[0]]),
        packed([*FIELDS, FIELDS[0]]),
        packed([FIELDS[1], FIELDS[0]]),
        packed([FIELDS[0], FIELDS[1] | {"seconds": "long"}]),
        packed([FIELDS[0], [1]]),
    ],
)
def test_what_is_no_answer(content):
    with pytest.raises(CourseError, match="no result"):
        arrived(job(""), content)


NUMBERS = st.one_of(st.none(), st.text(max_size=3), st.booleans(), st.floats(), st.integers(-9, 9))


@given(NUMBERS, NUMBERS)
def test_no_score_beyond_its_bounds_arrives(score, reference):
    fields = FIELDS[1] | {"score": score, "reference_score": reference}
    first, second = arrived(job("", points=2.0), packed([FIELDS[0], fields]))
    assert first.score is None
    assert 0 <= second.score <= 2
    assert second.reference_score is None or 0 <= second.reference_score <= 2


# ---- the engine in a worker ----


@pytest.fixture
def quick(quick_start, monkeypatch):
    """The first zygote of each engine."""
    monkeypatch.setattr(cluster_worker, "_engines", {})
    return quick_start(cluster_worker)


SLOW = job("x = 1", "import time; time.sleep(0.5); assert ask('x') == 1")


def scores(content):
    return [cell["score"] for cell in msgpack.unpackb(content)["cells"]]


@pytest.mark.sandbox
def test_a_run_has_one_first_zygote_and_each_thread_its_own(quick):
    setup = Setup("one")
    answers = []
    threads = [
        threading.Thread(target=lambda: answers.append(cluster_worker.run_job(setup, SLOW)))
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [scores(answer) for answer in answers] == [[None, 2.0]] * 2
    engine = cluster_worker._engines["one"]
    assert len(quick) == 1
    assert len(engine.idle) == 2
    zygotes = [psutil.Process(zygote.pid) for zygote in (*engine.idle, *quick)]
    cluster_worker.end_run("one")
    assert alive(zygotes) == []
    with pytest.raises(ZygoteDied):
        cluster_worker.run_job(setup, SLOW)  # one that was on its way


@pytest.mark.sandbox
@pytest.mark.parametrize("victim", ["first", "busy"])
def test_a_dead_zygote_in_a_worker_is_replaced(quick, victim):
    def kill():
        wait_for(lambda: cluster_worker._engines.get("one") and cluster_worker._engines["one"].busy)
        engine = cluster_worker._engines["one"]
        for zygote in [engine.first] if victim == "first" else [*engine.busy]:
            zygote.end()

    thread = threading.Thread(target=kill)
    thread.start()
    assert scores(cluster_worker.run_job(Setup("one"), SLOW)) == [None, 2.0]
    thread.join()
    for zygote in cluster_worker._engines["one"].idle:
        zygote.end()
    assert scores(cluster_worker.run_job(Setup("one"), SLOW)) == [None, 2.0]
    cluster_worker.end_run("one")


@pytest.mark.sandbox
def test_a_job_that_ends_zygotes_in_a_worker_gets_a_verdict(quick, monkeypatch):
    def ends(zygote, job, **_):
        raise ZygoteDied("it left no message")

    monkeypatch.setattr(cluster_worker, "run", ends)
    cells = msgpack.unpackb(cluster_worker.run_job(Setup("one"), SLOW))["cells"]
    assert [cell["verdict"] for cell in cells] == ["engine", "engine"]
    cluster_worker.end_run("one")


@pytest.mark.sandbox
def test_the_next_run_ends_one_that_was_left(quick, monkeypatch):
    monkeypatch.setenv("COURSE_DATA_DIR", "somewhere")
    cluster_worker.run_job(Setup("left", environment={"COURSE_DATA_DIR": HERE}), SLOW)
    assert os.environ["COURSE_DATA_DIR"] == HERE
    cluster_worker.run_job(Setup("other"), SLOW)
    assert "COURSE_DATA_DIR" not in os.environ
    assert cluster_worker._engines["left"]  # it may only be slow
    monkeypatch.setattr(cluster_worker, "IDLE_SECONDS", 0.0)
    cluster_worker.run_job(Setup("next"), SLOW)
    left, _, own = quick
    assert not left.folder.exists()
    assert own.folder.exists()
    cluster_worker.end_run("next")
