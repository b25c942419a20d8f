"""One submission, whatever its cells do: honest scores, deadlines, and nothing left over."""

import json
import time
from dataclasses import replace
from pathlib import Path

import pytest

from autograder import attempt
from autograder.job import MOST_OUTPUT, Cell, CellResult, Job, Limits, Role
from autograder.outputs import printed
from autograder.supervisor import EngineError, run
from autograder.verdicts import received

pytestmark = pytest.mark.sandbox

S, L, T = Role.STUDENT, Role.LOCKED, Role.TEST
LIMITS = Limits(cell_seconds=1.0, total_seconds=20, file_mb=1)


def job(*cells, limits=LIMITS, **rest):
    """A job of (role, source) pairs; each test gives 2 points."""
    made = [
        Cell(f"c{i}", role, source, points=2.0 * (role is T))
        for i, (role, source) in enumerate(cells)
    ]
    return Job(tuple(made), limits=limits, **rest)


@pytest.fixture
def outcome(stub_zygote):
    """`outcome(job)`: (verdict, score) of each cell; then nothing of it may be left."""

    def act(wanted, **rest):
        results = run(stub_zygote, wanted, **rest)
        assert [r.id for r in results] == [cell.id for cell in wanted.cells]
        assert all(r.error for r in results if r.verdict)
        return [(r.verdict, r.score) for r in results]

    yield act
    folders = [path.name for path in stub_zygote.folder.iterdir() if path.is_dir()]
    assert [name for name in folders if name.startswith("scratch")] == []
    children = Path(f"/proc/{stub_zygote.pid}/task/{stub_zygote.pid}/children")
    assert children.read_text() == ""


FINE, FULL = (None, None), (None, 2.0)


def test_a_good_submission(outcome):
    cells = job((L, "a = 1"), (S, "x = a + 1"), (T, "assert ask('x') == 2"), (T, "assert 0"))
    heard = []
    found = outcome(cells, on_cell=lambda i, result: heard.append((i, result.id)))
    assert found == [FINE, FINE, FULL, (None, 0.0)]
    assert heard == [(0, "c0"), (1, "c1"), (2, "c2"), (3, "c3")]


@pytest.mark.parametrize(
    ("given", "counted"),
    [("1.5", 1.5), ("99", 2.0), ("-1", 0.0), ("float('nan')", 0.0), ("'2'", 0.0), ("None", 0.0)],
)
def test_scores_stay_in_range(outcome, given, counted):
    assert outcome(job((T, f"score = {given}"))) == [(None, counted)]


DEATHS = {
    "ends itself": ("import os; os._exit(0)", "exited"),
    "system exit": ("raise SystemExit", "exited"),
    "kills itself": ("import os; os.kill(os.getpid(), 9)", "killed"),
    "crashes": ("import ctypes; ctypes.string_at(0)", "killed"),
    "endless loop": ("while True: pass", "timeout"),
    "stops itself": ("import os, signal; os.kill(os.getpid(), signal.SIGSTOP)", "timeout"),
    "ignores signals": (
        "import signal, time\n"
        "for n in {*signal.valid_signals()} - {9, 19}: signal.signal(n, signal.SIG_IGN)\n"
        "while True: time.sleep(9)",
        "timeout",
    ),
    "hangs up": ("import time; sock.close(); time.sleep(60)", "protocol"),
    "threads": (
        "import threading, time\nthreading.stack_size(32768)\n"
        "try:\n    while True: threading.Thread(target=time.sleep, args=(60,)).start()\n"
        "except RuntimeError: time.sleep(60)",
        "threads",
    ),
    "disk": (
        "import time\nfor i in range(9): open(str(i), 'wb').write(bytes([1]) * 2**20)\n"
        "time.sleep(60)",
        "disk",
    ),
    "hidden files": (
        "import os, time\nfor _ in range(60): os.mkdir('d'); os.chdir('d')\ntime.sleep(60)",
        "disk",
    ),
}


@pytest.mark.parametrize(("code", "verdict"), DEATHS.values(), ids=DEATHS)
def test_what_follows_a_death_still_counts(outcome, code, verdict):
    # only what is to run out of time may, however busy the machine
    limits = LIMITS if verdict == "timeout" else replace(LIMITS, cell_seconds=10.0)
    test = (T, "assert ask('x') == 3")
    cells = job((S, "x = 3"), test, (S, code), test, limits=limits)
    assert outcome(cells) == [FINE, FULL, (verdict, None), FULL]


def test_a_death_in_a_test_costs_that_test_only(outcome):
    define = "import os\ndef leave(): os._exit(3)\ndef loop():\n    while True: pass\nx = 3"
    cells = job(
        (S, define), (T, "ask('leave()')"), (T, "ask('loop()')"), (T, "assert ask('x') == 3")
    )
    assert outcome(cells) == [FINE, ("exited", 0.0), ("timeout", 0.0), FULL]


def test_a_locked_cell_that_hangs_is_not_run_again(outcome):
    cells = job((L, "x = 3"), (L, "while True: pass"), (T, "assert ask('x') == 3"))
    began = time.monotonic()
    assert outcome(cells) == [FINE, ("timeout", None), FULL]
    assert time.monotonic() - began < 2 * LIMITS.cell_seconds + 1


CHECKERS = {
    "loops": ("while True: pass", "timeout"),
    "ends": ("import os; os._exit(0)", "checker"),
    "sends no frame": ("main.send(b'\\0\\0\\0\\1\\xc1')", "checker"),
    "announces too much": ("main.send(b'\\xff\\xff\\xff\\xff')", "checker"),
    "sends no message": ("wire.send(main, [1])", "checker"),
    "goes back": ("wire.send(main, {'op': 'start', 'cell': 0})", "checker"),
    "invents a cell": ("wire.send(main, {'op': 'start', 'cell': 10**6})", "checker"),
    "falls silent": ("import time; main.send(b'\\0'); time.sleep(60)", "timeout"),
}


@pytest.mark.parametrize(("code", "verdict"), CHECKERS.values(), ids=CHECKERS)
def test_a_checker_that_fails_costs_one_test(outcome, code, verdict, monkeypatch):
    monkeypatch.setattr(attempt, "GRACE_SECONDS", 0.3)
    cells = job((S, "x = 3"), (T, code), (T, "assert ask('x') == 3"))
    assert outcome(cells) == [FINE, (verdict, 0.0), FULL]


def test_a_result_of_the_wrong_shape_is_read_as_far_as_it_goes():
    test = Cell("c", T, "", points=2.0)
    result = received(test, {"outputs": 7, "error": 5, "verdict": [], "score": True}, 0.5)
    assert result == CellResult("c", score=1.0, seconds=0.5)
    assert received(test, "nonsense", 0.5) == CellResult("c", score=0.0, seconds=0.5)


@pytest.mark.parametrize("code", ["bytearray(10**10)", "import torch; torch.empty(10**10)"])
def test_too_much_memory_has_a_verdict(outcome, code):
    assert outcome(job((S, f"x = 3\n{code}"), (T, "assert ask('x') == 3"))) == [
        ("memory", None),
        FULL,
    ]


def test_the_whole_submission_has_its_time(outcome):
    limits = replace(LIMITS, total_seconds=1.5)
    cells = job(*[(S, "while True: pass")] * 3, (T, "assert True"), limits=limits)
    began = time.monotonic()
    late = ("timeout", None)
    assert outcome(cells) == [late, late, late, ("timeout", 0.0)]
    assert time.monotonic() - began < 4


def test_cells_that_hang_when_run_again(outcome, monkeypatch):
    monkeypatch.setattr(attempt, "START_SECONDS", 0.5)
    monkeypatch.setattr(attempt, "GRACE_SECONDS", 0.3)
    trap = f"import time\nif time.time() > {time.time() + 1}: time.sleep(60)"
    wait = "time.sleep(1.1); import os; os._exit(0)"
    cells = job((S, trap), (S, wait), (T, ""), (T, ""), limits=replace(LIMITS, cell_seconds=5))
    again = ("replay", 0.0)
    assert outcome(cells) == [FINE, ("exited", None), again, again]


def test_a_failed_test_may_take_the_references_parts(stub_zygote):
    base = job(
        (S, "first = 'wrong'"),
        (T, "assert ask('first') == 'reference'"),
        (S, "second = 2"),
        (T, "assert ask('first') == 'reference' and ask('second') == 2"),
        (T, "assert ask('second') == 3"),
    )
    cells = [replace(c, reference=("first",)) if i > 2 else c for i, c in enumerate(base.cells)]
    results = run(stub_zygote, replace(base, cells=tuple(cells)))
    assert [r.score for r in results] == [None, 0.0, None, 0.0, 0.0]
    assert [r.reference_score for r in results] == [None, None, None, 2.0, 0.0]


def test_with_the_references_parts_no_other_test_runs_between(stub_zygote):
    asks = (T, "assert ask('first') == 'reference'")
    base = job((S, "first = 'wrong'"), asks, (T, "ask(run='first = 3')"), asks)
    cells = [
        replace(c, reference=("first",)) if i in (1, 3) else c for i, c in enumerate(base.cells)
    ]
    results = run(stub_zygote, replace(base, cells=tuple(cells)))
    assert [r.score for r in results] == [None, 0.0, 2.0, 0.0]
    assert [r.reference_score for r in results] == [None, 2.0, None, 2.0]


def test_files_are_given_to_both_and_shared_by_neither(outcome):
    read = "open('data/x.txt').read()"
    cells = job(
        (S, f"x = {read}; open('data/x.txt', 'w').write('changed')"),
        (T, f"assert ask('x') == 'given' == {read}"),
        files={"data/x.txt": b"given"},
    )
    assert outcome(cells) == [FINE, FULL]


def test_a_file_outside_the_folder_is_an_error(stub_zygote):
    with pytest.raises(ValueError, match="not a path inside"):
        run(stub_zygote, job((S, ""), files={"../x": b""}))


def test_files_that_cannot_be_placed_are_the_submissions_failure(outcome):
    cells = job((S, "x = 3"), (T, "assert ask('x') == 3"), files={"a": b"", "a/b": b""})
    first, test = cells.cells
    cells = replace(cells, cells=(first, replace(test, reference=("x",))))
    heard = []
    found = outcome(cells, on_cell=lambda i, result: heard.append((i, result.verdict)))
    assert found == [("files", None), ("files", 0.0)]
    assert heard == [(0, "files"), (1, "files")]


@pytest.mark.parametrize("mode", ["split", "plain"])
def test_what_a_submission_shows_has_a_limit_and_scores_have_none(stub_zygote, mode):
    flood = "outputs = [{'output_type': 'stream', 'name': 'stdout', 'text': 'y' * 2**20}]"
    told = "outputs = [{'output_type': 'stream', 'name': 'stdout', 'text': 'half of it'}]"
    cells = job(
        *[(S, flood)] * 20, (T, f"{told}\nscore = 1"), (T, "assert 0, 'no'"), (S, told), mode=mode
    )
    results = run(stub_zygote, cells)
    assert len(json.dumps([r.outputs for r in results])) < MOST_OUTPUT + 10_000
    kept = [printed(r.outputs) == "y" * 1500 for r in results[:20]]
    assert kept == [True] * 7 + [False] * 13
    assert [r.verdict for r in results] == [None] * 7 + ["output"] + [None] * 15
    assert "8 MB" in results[7].error
    assert "8 MB" in results[19].outputs[0]["text"]
    assert [(r.score, r.error) for r in results[20:22]] == [(1.0, None), (0.0, "no")]
    assert printed(results[20].outputs) == "half of it"
    assert printed(results[22].outputs) == ""


def test_outputs_that_no_file_can_hold_are_dropped(stub_zygote):
    cells = job((S, "outputs = [{'output_type': b'stream'}]"), (T, "score = 2"), mode="plain")
    first, test = run(stub_zygote, cells)
    assert (first.verdict, test.score) == ("output", 2.0)
    assert [output["name"] for output in first.outputs] == ["stderr"]


def test_plain_mode(outcome):
    cells = job((S, "x = 3"), (S, "while True: pass"), (T, "assert ask('x') == 3"), mode="plain")
    assert outcome(cells) == [FINE, ("timeout", None), FULL]
    cells = job((S, "import os; os._exit(0)"), (T, "assert 1"), (T, "assert 0"), mode="plain")
    assert outcome(cells) == [("exited", None), FULL, (None, 0.0)]


def test_no_checker_is_the_engines_fault(stub_zygote):
    with pytest.raises(EngineError, match="the checker did not start"):
        run(stub_zygote, job((S, "no checker"), (T, "")))


OLD_KERNEL = """
from pathlib import Path
from autograder.job import Cell, CellResult, Job, Role
from autograder.sandbox import SandboxError
from autograder.supervisor import run
from autograder.zygote import Zygote
from stub_filter import LANDLOCK, deny
deny(LANDLOCK)
roles = {role: f"stub_roles:{role}" for role in ("student", "checker", "plain")}
job = Job((Cell("a", Role.STUDENT, "x = 1"), Cell("b", Role.TEST, "ask('x')", 2.0)))
with Zygote(roles=roles, path=[sys.path[0]]) as zygote:
    for unsafe in (False, True):
        try:
            print(run(zygote, job, unsafe=unsafe)[1].score)
        except SandboxError as error:
            print(error)
"""


def test_without_a_sandbox_nothing_is_graded_unless_told(script):
    done = script(OLD_KERNEL)
    refusal, score = done.stdout.splitlines()
    assert "no Landlock" in refusal
    assert score == "2.0"
