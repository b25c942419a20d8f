"""`kill -9` of anything, at any moment, with the real student and checker: no score is lost."""

import random
import threading
import time

import psutil
import pytest

from autograder import pool
from autograder.job import Cell, Job, Limits, Role
from autograder.zygote import Zygote

pytestmark = pytest.mark.sandbox

SOURCE = """
import time
import torch
def double(x):
    time.sleep(0.05)
    return 2 * x
"""
TEST = """
x = torch.arange(3.0)
assert double(x).sum() == 6
"""


@pytest.fixture(scope="module")
def zygote():
    with Zygote() as made:
        yield made


@pytest.fixture
def small_class(zygote, monkeypatch):
    monkeypatch.setattr(pool, "Zygote", lambda *_, **__: zygote.another())
    cells = (
        Cell("given", Role.LOCKED, "import torch"),
        Cell("answer", Role.STUDENT, SOURCE),
        *(Cell(f"test{i}", Role.TEST, TEST, points=1.0) for i in range(4)),
        Cell("wrong", Role.TEST, "assert double(1) == 3", points=1.0),
    )
    names = frozenset({"double"})
    job = Job(cells, names, limits=Limits(cell_seconds=20, total_seconds=120))
    return {f"s{i}": job for i in range(8)}


def scores(results):
    return [result.score for result in results]


RIGHT = [None, None, 1.0, 1.0, 1.0, 1.0, 0.0]


def members(zygote, kind):
    """Processes that may be killed: other zygotes, or their children."""
    zygotes = psutil.Process(zygote.pid).children()
    if kind == "zygote":
        return zygotes
    return [child for parent in zygotes for child in parent.children()]


@pytest.mark.parametrize("kind", ["zygote", "student or checker"])
def test_a_rerun_inside_the_run_saves_every_score(small_class, zygote, kind):
    chance, killed, over = random.Random(kind), [], threading.Event()

    def killer():
        while not over.wait(chance.uniform(0.3, 0.9)) and len(killed) < 4:
            try:
                victim = chance.choice(members(zygote, kind))
                victim.kill()
                killed.append(victim.pid)
                victim.wait(5)
            except (IndexError, psutil.Error):
                continue

    thread = threading.Thread(target=killer)
    thread.start()
    try:
        found = list(pool.run_all(small_class, 2))
    finally:
        over.set()
        thread.join()
    assert sorted(key for key, _ in found) == sorted(small_class)
    assert {r.verdict for _, results in found for r in results} == {None}
    assert [scores(results) for _, results in found] == [RIGHT] * len(small_class)
    assert len(killed) >= 2
    _, left = psutil.wait_procs(members(zygote, "zygote"), timeout=10)
    assert left == []


def test_undisturbed(small_class, zygote):
    began = time.monotonic()
    found = dict(pool.run_all(small_class, 1))
    assert {key: scores(results) for key, results in found.items()} == dict.fromkeys(found, RIGHT)
    assert [r.verdict for r in found["s0"]] == [None] * 7
    assert time.monotonic() - began < 60
