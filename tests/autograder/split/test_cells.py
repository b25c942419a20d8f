"""Whole notebooks: what cells give, in split and in plain mode."""

from typing import Any

import pytest

from autograder.job import Cell, Job, Limits, Role
from autograder.split.teacher import Teacher

NAMES = frozenset({"f", "g", "x", "Net", "gone", "data"})


def cells(*sources: str, **options: Any) -> list[Cell]:
    """The first source is the student's, the others are tests of two points."""
    found = [Cell("s", Role.STUDENT, sources[0])]
    for i, source in enumerate(sources[1:]):
        found.append(Cell(f"t{i}", Role.TEST, source, 2.0, **options))
    return found


def split(grade: Any, *sources: str, **options: Any) -> dict[str, Any]:
    return grade(*cells(*sources), student_names=NAMES, **options)


SCORES = [
    ("assert f(2) == 4", 2.0),
    ("assert f(2) == 5, 'f(2) should be 5'", 0.0),
    ("1.5", 1.5),
    ("7", 2.0),
    ("-3", 0.0),
    ("True", 2.0),
    ("False", 0.0),
    ("float('nan')", 0.0),
    ("'full'", 0.0),
    ("f", 0.0),
    ("f(0.25)", 0.5),
    ("f(1);", 2.0),
    ("None", 2.0),
    ("", 2.0),
    ("gone(1)", 0.0),
    ("print('seen')\nassert f('a') == 'aa'", 2.0),
    ("try:\n    f(None)\nexcept TypeError:\n    pass\nelse:\n    assert False", 2.0),
    ("import sys\nsys.exit(0)", 0.0),
    ("f(", 0.0),
]


@pytest.mark.parametrize("mode", ["split", "plain"])
def test_scores(grade: Any, mode: str) -> None:
    source = "def f(x):\n    return x * 2"
    results = grade(*cells(source, *(test for test, _ in SCORES)), student_names=NAMES, mode=mode)
    found = [results[f"t{i}"]["score"] for i in range(len(SCORES))]
    assert found == [score for _, score in SCORES]
    assert results["end"] == "finished"


def test_messages(grade: Any) -> None:
    results = split(
        grade,
        "def f(x):\n    raise ValueError('no ' + x)",
        "assert 1 == 2, 'one is not two'",
        "assert 1 == 2",
        "f('thing')",
        "gone",
        "secret = 5\nassert secret == 6",
    )
    texts = [results[f"t{i}"]["error"] for i in range(5)]
    assert texts[0] == "one is not two"
    assert texts[1] == texts[4] == "a check of this test failed"
    assert texts[2] == ("ValueError: no thing\n(in `f`, line 2: raise ValueError('no ' + x))")
    assert texts[3] == "`gone` is not defined: did its cell run without an error?"


def test_a_dead_student_costs_one_test(grade: Any) -> None:
    source = "import os\ndef f(x):\n    print('bye', flush=True)\n    os._exit(0)"
    results = split(grade, source, "try:\n    f(1)\nexcept BaseException:\n    pass", "1")
    assert results["end"] == "lost"
    assert "t1" not in results
    assert results["t0"]["score"] == 0
    assert results["t0"]["verdict"] == "exited"
    again = split(grade, source, "f(1)", "1", start=2)
    assert set(again) == {"t1", "end"}
    assert again["t1"]["score"] == 1


def test_outputs_of_student_cells(grade: Any) -> None:
    results = split(grade, "print('a')\nimport sys\nprint('b', file=sys.stderr)\n3", "print('t')")
    kinds = [(o["output_type"], o.get("text")) for o in results["s"]["outputs"]]
    assert kinds[0][0] == "stream"
    assert kinds[-1][0] == "execute_result"
    assert results["t0"]["outputs"] == [{"output_type": "stream", "name": "stdout", "text": "t\n"}]
    flood = split(grade, "while True: print('x' * 100)", "1", limits=Limits(output_kb=10))
    assert flood["s"]["verdict"] == "output"
    assert sum(len(o.get("text", "")) for o in flood["s"]["outputs"]) < 11_000
    assert flood["t0"]["score"] == 1


EMBED = "import torch\ndef embed(x):\n    return 2 * x"
USE = "def use(x):\n    return embed(x) + 1"
WRONG_EMBED = "def embed(x):\n    return 3 * x"


def test_a_test_with_the_references_earlier_part(grade: Any) -> None:
    notebook = [
        Cell("a", Role.STUDENT, WRONG_EMBED),
        Cell("b", Role.STUDENT, USE),
        Cell("ta", Role.TEST, "assert embed(1) == 2", 1.0),
        Cell("tb", Role.TEST, "assert use(4) == 9\nassert embed(1) == 2", 1.0, False, ("embed",)),
    ]
    options = {"student_names": frozenset({"embed", "use"}), "reference_cells": {"a": EMBED}}
    alone = grade(*notebook, **options)
    assert (alone["ta"]["score"], alone["tb"]["score"]) == (0, 0)
    helped = grade(*notebook, **options, start=3, reference=["embed"])
    assert helped["tb"]["score"] == 1
    spy = "import inspect\ndef use(x):\n    return inspect.getsource(embed)"
    notebook[1] = Cell("b", Role.STUDENT, spy)
    spied = grade(*notebook, **options, start=3, reference=["embed"])
    assert spied["tb"]["score"] == 0
    assert "2 * x" not in str(spied)


@pytest.mark.parametrize("mode", ["split", "plain"])
def test_fresh_processes_run_again_what_later_tests_need(grade: Any, mode: str) -> None:
    notebook = [
        Cell("l", Role.LOCKED, "SIZE = 3"),
        Cell("s", Role.STUDENT, "def f(x):\n    return x + SIZE"),
        Cell("u", Role.LOCKED, "y = f(1)", student_only=True),
        Cell("bad", Role.STUDENT, "import time\nwhile True: time.sleep(1)"),
        Cell("t0", Role.TEST, "kept = [f(1)]", 1.0),
        Cell("other", Role.TEST, "kept.append(0)", 1.0),
        Cell("t1", Role.TEST, "assert kept == [y] == [SIZE + 1]", 1.0),
    ]
    names = frozenset({"f", "y"})
    results = grade(*notebook, student_names=names, start=6, skip=[3], mode=mode)
    assert set(results) == {"t1", "end"}
    assert results["t1"]["score"] == 1


def test_tests_never_see_a_students_fake_library(grade: Any) -> None:
    source = (
        "import torch\nimport math\ndef f(x):\n    return x\n"
        "torch.equal = torch.allclose = lambda *a, **k: True\nmath.isclose = lambda *a: True\n"
        "import builtins\nbuiltins.abs = lambda x: 0\nclass torch: pass"
    )
    results = split(
        grade,
        source,
        "import torch\nassert torch.equal(f(torch.ones(1)), torch.zeros(1))",
        "import math\nassert math.isclose(f(1), 2)",
        "assert abs(f(3)) < 1",
    )
    assert [results[f"t{i}"]["score"] for i in range(3)] == [0, 0, 0]


def test_figures_become_images(grade: Any) -> None:
    source = "import matplotlib.pyplot as plt\nplt.plot([0, 1])\nplt.show()"
    (figure,) = split(grade, source)["s"]["outputs"]
    assert figure["output_type"] == "display_data"
    assert figure["data"]["image/png"].startswith("iVBOR")


def test_a_students_error_is_told_and_the_rest_still_runs(grade: Any) -> None:
    results = split(grade, "def f(x):\n    return x\n1 / 0", "assert f(1) == 1")
    assert results["s"]["error"] == "ZeroDivisionError: division by zero"
    assert results["s"]["outputs"][-1]["ename"] == "ZeroDivisionError"
    assert results["t0"]["score"] == 2


@pytest.mark.parametrize("mode", ["split", "plain"])
def test_a_function_that_a_test_deletes_or_replaces_is_missed_by_the_others(
    grade: Any, mode: str
) -> None:
    deletes = """kept = f
del f
try:
    g(3)
except NameError:
    pass
else:
    raise AssertionError("g does not use f")
finally:
    f = kept"""
    replaces = "kept = f\nf = lambda x: 70\nfound = g(3)\nf = kept\nassert found == 71"
    after = "assert (f(3), g(3)) == (6, 7)"
    uses = "def f(x):\n    return 2 * x\n\ndef g(x):\n    return f(x) + 1"
    copies = uses.replace("f(x) + 1", "2 * x + 1")
    for source, expected in ((uses, [2, 2, 2]), (copies, [0, 0, 2])):
        tests = cells(source, deletes, replaces, after)
        results = grade(*tests, student_names=NAMES, mode=mode)
        assert [results[f"t{i}"]["score"] for i in range(3)] == expected


REBINDS = {
    "a function": ("f = lambda: 2", "assert f() == 2"),
    "a class": ("f = type('F', (), {'two': 2})", "assert f().two == 2"),
    "an object": ("f = F(2)", "assert f.value == 2"),
    "data": ("f = [2]", "assert f == [2]"),
    "nothing": ("del f", "try:\n    f\nexcept NameError:\n    2\nelse:\n    raise AssertionError"),
    "a name that was not there": ("x = 2", "assert x == 2"),
    "and raises": ("f = lambda: 2\n    raise KeyError", "assert f() == 2"),
    "through the shell": ("get_ipython().user_ns['f'] = lambda: 2", "assert f() == 2"),
    "in a thread": ("t = Thread(target=g2)\n    t.start()\n    t.join()", "assert f() == 2"),
}  # fmt: skip


@pytest.mark.parametrize("kind", ["f = lambda: 1", "f = F(1)"])
@pytest.mark.parametrize(("rebinds", "sees"), REBINDS.values(), ids=REBINDS)
@pytest.mark.parametrize("mode", ["split", "plain"])
def test_a_name_that_the_students_code_binds_anew_is_seen(
    grade: Any, mode: str, rebinds: str, sees: str, kind: str
) -> None:
    source = f"""
from threading import Thread

class F:
    def __init__(self, value):
        self.value = value

{kind}

def g2():
    global f
    f = lambda: 2

def g():
    global f, x
    {rebinds}
"""
    before = "f\ntry:\n    x\nexcept NameError:\n    pass"
    uses = "try:\n    g()\nexcept KeyError:\n    pass"
    results = grade(*cells(source, before, uses, sees, sees), student_names=NAMES, mode=mode)
    assert [results[f"t{i}"]["score"] for i in range(4)] == [2, 2, 2, 2]


def test_what_stays_with_the_student_is_asked_for_once(start: Any) -> None:
    """Data, of which a test has a copy, each time; all again after a cell, or a name bound anew."""
    source = """
def f(x):
    return x

def g():
    global f, data
    f, data = len, [2]

data = [1]
"""
    job = Job(
        (
            *cells(source, "f\ngone", "f\ngone", "f\ndata.append(2)", "assert data == [1]"),
            Cell("s2", Role.STUDENT, "def gone():\n    pass"),
            *cells("f", "f\ngone()", "f\ngone()", "data\ng()", "assert f('ab') == 2", "f\ng;")[1:],
        ),
        student_names=NAMES,
    )
    asked = []
    with start("student") as student:
        student.setblocking(True)
        teacher = Teacher(student, job, frozenset())
        ask = teacher.link.ask
        teacher.link.ask = lambda op, *args: asked.append((op, *args)) or ask(op, *args)
        scores = [teacher.cell(cell).score for cell in job.cells]
    assert scores == [None, 0, 0, 2, 2, None, 2, 2, 2, 2, 2]
    first = [["f", "gone"], ["data"], ["data"]]
    again = [["f", "gone"], ["data", "g"], ["f"], ["g"]]
    assert [args[0] for op, *args in asked if op == "begin"] == [*first, *again]


@pytest.mark.parametrize("mode", ["split", "plain"])
def test_a_cell_binds_a_name_in_another_spelling_again(grade: Any, mode: str) -> None:
    job = [
        *cells("fi = 1", "fi = 2\nassert fi == 2"),
        Cell("s2", Role.STUDENT, "\N{LATIN SMALL LIGATURE FI} = 3"),
        Cell("t1", Role.TEST, "assert fi == 3", 2.0),
    ]
    results = grade(*job, student_names=frozenset({"fi"}), mode=mode)
    assert [results[f"t{i}"]["score"] for i in range(2)] == [2, 2]


def test_a_class_in_a_test_reads_the_students_name(grade: Any) -> None:
    results = grade(*cells("x = 3", "class A:\n    x = x\nassert A.x == 3"), student_names=NAMES)
    assert results["t0"]["score"] == 2


@pytest.mark.parametrize("mode", ["split", "plain"])
def test_endless_recursion_shows_both_ends_of_its_traceback(grade: Any, mode: str) -> None:
    results = grade(*cells("def f(n):\n    return f(n + 1)\n\nf(0)", "0"), mode=mode)
    (shown,) = results["s"]["outputs"]
    text = "\n".join(shown["traceback"])
    assert shown["ename"] == "RecursionError"
    assert "----> 4 f(0)" in text
    assert 1 <= text.count("return f(n + 1)") < 20


AWAITS = [
    "import asyncio\nx = await asyncio.sleep(0, 3)",
    "import asyncio\nasync def three():\n    return 3\n"
    "x = (await asyncio.gather(three(), three()))[1]",
    "class Three:\n    async def __aenter__(self):\n        return 3\n"
    "    async def __aexit__(self, *_):\n        pass\nasync with Three() as x:\n    pass",
    "async def up_to(n):\n    for i in range(n):\n        yield i\n"
    "x = [i async for i in up_to(4)][-1]",
    "%time 1\nimport asyncio\nx = await asyncio.sleep(0, 3)",
]


@pytest.mark.parametrize("mode", ["split", "plain"])
@pytest.mark.parametrize("source", AWAITS)
def test_a_cell_may_await_as_in_jupyter(grade: Any, source: str, mode: str) -> None:
    results = grade(*cells(source, "assert x == 3"), student_names=NAMES, mode=mode)
    assert not results["s"]["error"]
    assert results["t0"]["score"] == 2


LATER = """import asyncio
async def later(x):
    await asyncio.sleep(0)
    return 2 * x
class Ready:
    def __await__(self):
        yield from asyncio.sleep(0).__await__()
        return 3
async def wrong():
    raise KeyError("nothing")
"""
AWAITED = {
    "assert await later(2) == 4": 2,
    "assert await later(2) == 5": 0,
    "1.5 if await later(2) == 4 else 0": 1.5,
    "await later(0.5)": 1,
    "assert [await later(i) for i in range(3)] == [0, 2, 4]": 2,
    "import asyncio\nassert await asyncio.gather(later(1), later(2)) == [2, 4]": 2,
    "assert await Ready() == 3": 2,
    "assert await own() == 8": 2,
    "assert known == 3": 2,
    "try:\n    await wrong()\nexcept KeyError:\n    pass\nelse:\n    assert False": 2,
    "import torch\nassert (await later(torch.ones(3))).sum() == 6": 2,
    "import torch\nx = torch.ones(3, requires_grad=True)\n"
    "(await later(x)).sum().backward()\nassert x.grad.tolist() == [2, 2, 2]": 2,
}


@pytest.mark.parametrize("mode", ["split", "plain"])
def test_a_test_and_a_locked_cell_may_await(grade: Any, mode: str) -> None:
    locked = "import asyncio\nknown = await asyncio.sleep(0, 3)\nasync def own():\n    return 8"
    job = [Cell("l", Role.LOCKED, locked), *cells(LATER, *AWAITED)]
    names = frozenset({"later", "Ready", "wrong"})
    results = grade(*job, student_names=names, mode=mode)
    found = {source: results[f"t{i}"]["score"] for i, source in enumerate(AWAITED)}
    assert found == AWAITED


HELPERS = """
EXPECTED = {2: 4, 3: 9}
def agrees(x):
    return f(x) == EXPECTED[x]
def check_all():
    return all(map(agrees, EXPECTED))
"""
CHEAT = "\ndef agrees(x):\n    return True\nEXPECTED = {}\ncheck_all = agrees"
TESTS = (
    "assert all(agrees(x) for x in [2, 3])",
    "for x, want in EXPECTED.items():\n    assert f(x) == want",
    "assert check_all()",
)


@pytest.mark.parametrize(
    ("answer", "score"),
    [("return x * x", 2), ("return x + 2", 0), ("return 0" + CHEAT, 0)],
)
@pytest.mark.parametrize("shared", [HELPERS, HELPERS + "ready = [check_all, agrees]"])
def test_a_locked_cells_check_is_the_instructors(
    grade: Any, answer: str, score: float, shared: str
) -> None:
    cells_of = cells(f"def f(x):\n    {answer}", *TESTS)
    results = grade(Cell("l", Role.LOCKED, shared), *cells_of, student_names=NAMES)
    assert results["l"]["error"] is None
    assert [results[f"t{i}"]["score"] for i in range(len(TESTS))] == [score] * len(TESTS)


def test_a_locked_cells_function_calls_what_the_name_means_in_that_test(grade: Any) -> None:
    job = [
        Cell("l", Role.LOCKED, "def twice():\n    return 2 * f(x)"),
        Cell("early", Role.TEST, "twice()", 9.0),
        Cell("s", Role.STUDENT, "x = 1\ndef f(n):\n    global x\n    x += 1\n    return n"),
        Cell("t0", Role.TEST, "assert twice() == 2", 1.0),
        Cell("t1", Role.TEST, "assert twice() == 4", 1.0),
        Cell("t2", Role.TEST, "f = len\nx = 'abc'\nassert twice() == 6", 1.0),
        Cell("again", Role.STUDENT, "f = lambda n: 10\nx = 0"),
        Cell("checked", Role.LOCKED, "seen = twice()"),
        Cell("t3", Role.TEST, "assert twice() == seen == 20", 1.0),
    ]
    results = grade(*job, student_names=frozenset({"f", "x"}))
    assert [results[f"t{i}"]["score"] for i in range(4)] == [1, 1, 1, 1]
    assert results["early"]["error"].startswith("`f` is not defined")


def test_a_locked_cells_function_has_the_references_earlier_part(grade: Any) -> None:
    job = [
        Cell("l", Role.LOCKED, "def right():\n    return f(2) == 4"),
        Cell("a", Role.STUDENT, "def f(x):\n    return 0"),
        Cell("t0", Role.TEST, "assert right()", 1.0),
    ]
    options = {"student_names": NAMES, "reference_cells": {"a": "def f(x):\n    return x * x"}}
    assert grade(*job, **options)["t0"]["score"] == 0
    assert grade(*job, **options, reference=["f"])["t0"]["score"] == 1


MAGIC_TESTS = {
    "%%bash\nexit 1": 0,
    "!false": 0,
    "%time assert f(1) == 3": 0,
    "%run nothing.py": 0,
    "found = !ls": 0,
    "%%time\n%%capture\nassert f(1) == 3": 0,
    "%%capture\nassert f(1) == 3": 0,
    "%matplotlib inline\nassert f(1) == 2": 2,
    "%%time\n%%capture\nassert f(1) == 2": 2,
    "%%time\nf(0.5)": 1,
}


def test_a_magic_gives_no_points_for_what_it_does_not_run(grade: Any) -> None:
    results = split(grade, "def f(x):\n    return 2 * x", *MAGIC_TESTS)
    found = {source: results[f"t{i}"]["score"] for i, source in enumerate(MAGIC_TESTS)}
    assert found == MAGIC_TESTS
    assert "`%%bash` does not run beside the tests: write it in Python" in results["t0"]["error"]


def test_a_magic_hides_no_failure_from_a_learner(grade: Any) -> None:
    tests = {source: s for source, s in MAGIC_TESTS.items() if source.startswith("%%")}
    results = split(grade, "def f(x):\n    return 2 * x", *tests, mode="plain")
    assert {source: results[f"t{i}"]["score"] for i, source in enumerate(tests)} == tests


def test_a_locked_cells_magics_are_the_students_process_business(grade: Any) -> None:
    magics = "!true\n%cd .\n%pip --version"
    job = [
        Cell("l", Role.LOCKED, f"{magics}\nSIZE = 3"),
        Cell("sh", Role.LOCKED, "%%html\n<b>Hello</b>"),
        *cells("", "assert SIZE == 3", "%%bash\ntrue"),
    ]
    results = grade(*job, student_names=NAMES)
    assert results["sh"]["error"] is None
    assert [results["t0"]["score"], results["t1"]["score"]] == [2, 0]


@pytest.mark.parametrize("kind", ["StopIteration", "StopAsyncIteration", "Own"])
def test_a_students_stop_ends_no_loop_of_a_test(grade: Any, kind: str) -> None:
    source = f"class Own(StopIteration):\n    pass\ndef f(x):\n    raise {kind}(x)\n" + (
        f"class Net:\n    def __len__(self):\n        raise {kind}\n    __iter__ = __len__\n"
        "g = iter([1, 2])"
    )
    tests = [
        "for got, want in zip(map(f, [1, 2]), [1, 4]):\n    assert got == want",
        "assert all(map(f, [1, 2]))",
        "list(map(len, [Net()]))",
        "list(map(list, [Net()]))",
        "try:\n    f(1)\nexcept RuntimeError:\n    pass\nelse:\n    assert False",
        "assert list(g) == [1, 2] and next(g, 5) == 5",
    ]
    results = split(grade, source, *tests)
    assert [results[f"t{i}"]["score"] for i in range(len(tests))] == [0, 0, 0, 0, 2, 2]
    assert results["t0"]["error"].startswith("RuntimeError: this code raised")


NUMPY_SCORES = {
    "np.mean([True, False]) * 2": 1,
    "np.float32(0.5)": 0.5,
    "np.int64(5)": 2,
    "np.float64('nan')": 0,
    "np.all([1, 0])": 0,
    "np.all([1, 1])": 2,
    "np.str_('a')": 0,
    "np.ones(1)": 0,
}


@pytest.mark.parametrize("mode", ["split", "plain"])
def test_numpys_numbers_are_points(grade: Any, mode: str) -> None:
    tests = [f"import numpy as np\n{source}" for source in NUMPY_SCORES]
    results = split(grade, "", *tests, mode=mode)
    found = {source: results[f"t{i}"]["score"] for i, source in enumerate(NUMPY_SCORES)}
    assert found == NUMPY_SCORES


def test_a_cell_too_deep_to_look_into_costs_nobody_the_checker(grade: Any) -> None:
    deep = "import os\nif 0: x = " + "+".join(["1"] * 950) + "\ndef f(n): return n"
    job = [Cell("t", Role.TEST, "x = 1", 1.0), *cells(deep, "assert f(2) == 2")]
    results = grade(*job, student_names=NAMES)
    assert (results["t0"]["score"], results["end"]) == (2, "finished")
