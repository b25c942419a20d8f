"""The benchmark's class earns what it is said to earn, and its bars notice what they are for."""

import os
import subprocess
import sys
import time
from pathlib import Path

import class_size as bench
import class_size_run
import light_class
import pytest
import torch
from class_size_run import Run, Watch, measured
from sqlalchemy import event
from sqlalchemy.engine import Engine

from autograder.course import Course
from autograder.submissions import Options

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "autograder"))
from fake_engine import FakeEngine

TESTS = {light_class.VISIBLE: 2.0, light_class.HIDDEN: 3.0}


@pytest.mark.parametrize("number", range(20))
def test_each_answer_earns_what_is_said(number):
    body, points = light_class.answer(number)
    earned = 0.0
    for source, worth in TESTS.items():
        names = {"torch": torch}
        exec(light_class.TASK.format(body), names)
        try:
            exec(source, names)
        except AssertionError:
            continue
        earned += worth
    assert earned == points


def test_no_two_submissions_are_equal():
    assert len({light_class.answer(number)[0] for number in range(10_000)}) == 10_000


CHILD = """
import re, sys
sys.path.insert(0, {folder!r})
import autograder.submissions, class_size_run, light_class
from autograder.job import CellResult, Role

def run_all(jobs, *_, **__):
    for name in jobs:
        cells = jobs[name].cells
        number = int(re.search(r"of student (\\d+)", "".join(c.source for c in cells))[1])
        left = light_class.answer(number)[1]
        results = []
        for cell in cells:
            score = min(left, cell.points) if cell.role is Role.TEST else None
            left -= score or 0
            results.append(CellResult(cell.id, score=score))
        yield name, results

autograder.submissions._run_all = lambda: run_all
class_size_run.child(*sys.argv[1:])
"""


@pytest.fixture
def fake_child(tmp_path, monkeypatch):
    """The measured process, with an engine that knows what each answer earns."""
    script = tmp_path / "child.py"
    script.write_text(CHILD.format(folder=str(Path(bench.__file__).parent)))
    monkeypatch.setattr(class_size_run, "__file__", str(script))
    monkeypatch.setattr(class_size_run, "BUILD", tmp_path)


def test_a_class_is_graded_and_measured(fake_child, tmp_path):
    heard = []
    run = measured(11, "whole", ("0", "--workers", "1"), heard.append)
    assert run.size == heard[-1] == 11
    assert 0 < run.handoff < run.handoff + run.rest < run.seconds
    assert 50 < run.main_mb < 5000
    assert not (tmp_path / "whole11").exists()


FAILS = """
import sys
print("no sandbox here", file=sys.stderr)
print('{"code": 2}')
"""


def test_a_failure_is_told(fake_child, tmp_path, monkeypatch):
    (tmp_path / "child.py").write_text(FAILS)
    monkeypatch.setattr(class_size_run, "make_course", lambda where, size: where.mkdir())
    with pytest.raises(RuntimeError, match="grading 3 failed: no sandbox here"):
        measured(3, "whole", ("0", "--workers", "1"), lambda n: None)


@pytest.fixture
def graded(tmp_path):
    """A class of 12 in the gradebook, twice, and every query that this took."""
    asked = {}

    def note(connection, cursor, statement, parameters, context, many):
        if not many:
            asked.setdefault(statement, parameters)

    light_class.make_course(tmp_path / "course", 12)
    course = Course.open(tmp_path / "course")
    event.listen(Engine, "before_cursor_execute", note)
    try:
        for force in (False, True):  # new rows, and then those that are there
            grade(course, force)
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    return tmp_path / "course", asked


def grade(course, force):
    from rich.console import Console

    from autograder import grade as command

    options = Options.of(course, workers=1, force=force)
    with open(os.devnull, "w") as nowhere:
        students = course.students(light_class.NAME)
        console = Console(file=nowhere)
        assert (
            command.grade(course, light_class.NAME, students, options, console, FakeEngine()) == 0
        )


def test_a_wrong_or_missing_score_is_noticed(graded):
    import sqlite3

    where, _ = graded
    light_class.check_scores(where, 12)
    with pytest.raises(AssertionError, match="12 of 13 in the gradebook"):
        light_class.check_scores(where, 13)
    with sqlite3.connect(where / "gradebook.db") as database:
        database.execute("update grade set auto_score = 1 where auto_score = 3")
    database.close()
    with pytest.raises(AssertionError, match=r"wrong: \[\(\('s0"):
        light_class.check_scores(where, 12)


def test_no_query_of_a_hand_over_reads_the_whole_class(graded):
    """Or a submission would cost more, the more there are."""
    import sqlite3

    where, asked = graded
    tables = {"grade", "comment", "submitted_assignment", "submitted_notebook", "student"}
    database = sqlite3.connect(where / "gradebook.db")
    about = set()
    for statement, parameters in asked.items():
        words = statement.split()
        if words[0] != "SELECT" or "WHERE" not in words or not tables & {*words}:
            continue
        about |= tables & {*words}
        plan = database.execute(f"explain query plan {statement}", parameters)
        steps = [row[3].split() for row in plan]
        scanned = {step[1] for step in steps if step[0] == "SCAN"}
        assert not scanned & tables, statement
    assert about == tables
    database.close()


ZYGOTE = """
import subprocess, sys, time
if sys.argv[1:] == ["autograder.zygote_server"]:
    held = bytearray(b"x") * 30_000_000
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)", sys.argv[1]])
else:
    subprocess.Popen([sys.executable, __file__, "autograder.zygote_server"])
print("ready", flush=True)
time.sleep(60)
"""


def test_the_engines_processes_are_watched_and_no_others(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(ZYGOTE)
    with subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE) as main:
        watch = Watch(main.pid)
        until = time.monotonic() + 30
        while len(watch.main.children(recursive=True)) < 2 and time.monotonic() < until:
            time.sleep(0.05)
        watch.look()
        zygote, child = watch.main.children(recursive=True)
        for process in (child, zygote, watch.main):
            process.kill()
    assert list(watch.cpu) == [zygote.pid]
    assert max(watch.megabytes) > 30
    assert watch.peaks[zygote.pid] > 30


def run(size, added, start=4.0, **fields):
    parts = {"engine": size * 0.1, "handoff": size * 0.02, "rest": size * 0.005}
    return Run(size, **(parts | {"seconds": start + size * added, "main_mb": 100.0}
                        | {"zygotes_mb": 700.0, "engine_mb": 400.0} | fields))  # fmt: skip


LINEAR = [run(10, 0.1), run(100, 0.1), run(1000, 0.1)]


def a_round(one=0.2, two=0.105, **others):
    """Of all ways: what one worker and two workers take for each submission."""
    added = {way: two if "2 workers" in way else one for way in bench.WAYS} | others
    return {way: (run(10, each), run(40, each)) for way, each in added.items()}


GOOD = [a_round()] * 3


def test_what_a_submission_adds_has_no_start_up_in_it():
    assert bench.added(LINEAR[0], LINEAR[2], "seconds") == pytest.approx(0.1)
    assert bench.growth(LINEAR, "seconds") == pytest.approx(1.0)
    assert bench.efficiency(GOOD, bench.ALONE_1, bench.ALONE_2) == pytest.approx(0.2 / 0.21)


def test_one_bad_round_of_three_does_not_count():
    rounds = [a_round(two=0.5), a_round(), a_round(one=5.0)]
    assert bench.efficiency(rounds, *bench.PAIRS["run only"]) == pytest.approx(0.2 / 0.21)
    assert bench.typical(rounds, bench.ALONE_1, "seconds") == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("runs", "rounds", "missed"),
    [
        (LINEAR, GOOD, []),
        ([*LINEAR[:2], run(1000, 0.12)], GOOD, ["wall seconds"]),
        ([*LINEAR[:2], run(1000, 0.1, main_mb=111.0)], GOOD, ["peak of the main"]),
        ([*LINEAR[:2], run(1000, 0.1, zygotes_mb=780.0)], GOOD, ["peak of the zygotes"]),
        (LINEAR, [a_round(**{bench.ALONE_2: 0.2})], ["efficiency of 2 workers, run"]),
        (LINEAR, [a_round(**{bench.WHOLE_2: 0.2})], ["efficiency of 2 workers, with"]),
    ],
)
def test_a_missed_bar_is_named_and_is_exit_code_1(
    runs, rounds, missed, monkeypatch, capsys, tmp_path
):
    monkeypatch.setattr(bench, "measure", lambda *_: (runs, rounds))
    monkeypatch.setattr(bench, "BUILD", tmp_path)
    assert bench.main(["10", "100", "1000"]) == bool(missed)
    said = [line for line in capsys.readouterr().out.splitlines() if line.endswith("missed")]
    assert len(said) == len(missed)
    assert all(line.startswith(words) for line, words in zip(said, missed, strict=True))


def test_two_sizes_cannot_show_growth(capsys):
    with pytest.raises(SystemExit):
        bench.main(["10", "100"])
    assert "three sizes" in capsys.readouterr().err


def test_every_class_of_a_run_is_measured(monkeypatch, capsys):
    asked = []

    def one(size, part, how, on_done):
        asked.append((size, part, *how))
        on_done(size)
        return run(size, 0.1)

    monkeypatch.setattr(bench, "measured", one)
    runs, rounds = bench.measure([1, 2, 3], 8, rounds=2, workers=2)
    assert [r.size for r in runs] == [1, 2, 3]
    assert [[*one] for one in rounds] == [[*bench.WAYS]] * 2
    assert {(few.size, many.size) for one in rounds for few, many in one.values()} == {(2, 8)}
    assert asked[-1] == (3, "whole", "0", "--workers", "2")
    assert (8, "whole", "0", "--workers", "2", "--scheduler", "local") in asked


@pytest.mark.parametrize(
    ("engine", "main", "cores", "hours"),
    [(3.6, 0.0, 1, 1.0), (3.6, 0.0, 4, 0.25), (3.6, 1.8, 16, 0.5), (0.0, 0.036, 64, 0.01)],
)
def test_the_projection_is_the_slower_of_both_parts(engine, main, cores, hours):
    assert bench.hours_for(1000, engine, main, cores) == pytest.approx(hours)
