"""Seconds a submission: stock nbgrader, stock without its slow shutdown, ours with 1 and 2 workers.

    python benchmarks/grading.py [ROUNDS]

The same submissions of hw1, whole commands with their start-up, one way after the other in each
round. Stock's time does not depend on how many there are, so it grades them once; ours grades
many copies of each (made different by a comment), as a class would be. Scores must be equal.

Ours grades a class a third as large as well: two sizes tell the start-up, once for a class, from
what each submission adds. Each is graded twice, the small one first and last: a machine that gets
steadily slower adds nothing. Overhead is what a submission adds beyond its own compute, which two
workers share and which is taken before and after. The bar is for two workers.
"""

import copy
import json
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import nbformat
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tools"))
import parity  # noqa: E402

from autograder.bundle import load_bundles  # noqa: E402
from autograder.cases import Case, cases_of  # noqa: E402
from autograder.course import Course  # noqa: E402

BUILD = ROOT / "build" / "benchmark"
RIGHT, WRONG = 6, 2
COPIES = {"once": 1, "few": 7, "many": 21}  # of each; both classes have `pool.MANY`
MIN_RATIO, MAX_OVERHEAD = 10.0, 0.15
WAYS = {
    "stock nbgrader": ["--mode", "stock"],
    "stock, kernel shut down at once": ["--mode", "stock"],
    "ours, 1 worker": ["--workers", "1"],
    "ours, 2 workers": ["--workers", "2"],
}
STOCK, AT_ONCE, ONE, TWO = WAYS
WORKERS = {ONE: 1, TWO: 2}
# The tests' own compute: all cells in one warm process, without a notebook or a sandbox.
COMPUTE = """
import json, os, sys, time
os.environ["OMP_NUM_THREADS"] = "1"
import numpy, torch
from course_lib import checks
torch.set_num_threads(1)
sys.stdout = open(os.devnull, "w")
def run(cells):
    names = {"__name__": "__main__"}
    for cell in cells:
        try:
            exec(compile(cell, "cell", "exec"), names)
        except Exception:
            pass
work = json.load(open(sys.argv[1]))
for cells in work:
    run(cells)
start = time.perf_counter()
for cells in work:
    run(cells)
print((time.perf_counter() - start) / len(work), file=sys.__stdout__)
"""


def chosen(course: Course, assignment: str) -> list[Case]:
    """Right and wrong solutions, evenly spread over the bank."""
    cases = list(cases_of(course, assignment, load_bundles(course, assignment)))[2:]
    right = [case for case in cases if not case.wrong]
    wrong = [case for case in cases if case.wrong]
    return right[:: len(right) // RIGHT][:RIGHT] + wrong[:: len(wrong) // WRONG][:WRONG]


def class_of(cases: list[Case], copies: int) -> dict[str, nbformat.NotebookNode]:
    """`copies` of each, every one with a comment of its own in its first answer."""
    work = {}
    for number, case in enumerate(cases):
        for version in range(copies):
            notebook = copy.deepcopy(case.answers)
            answer = next(
                c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("solution")
            )
            answer.source += f"\n# copy {version}"
            work[f"s{number}{version}"] = notebook
    return work


def timed(way: str, template: Path, assignment: str) -> tuple[float, Course]:
    """Seconds of the whole command in a fresh copy of the course, and the graded copy."""
    where = template.with_name("run")
    shutil.rmtree(where, ignore_errors=True)
    shutil.copytree(template, where)
    if way == AT_ONCE:
        with (where / "nbgrader_config.py").open("a") as config:
            config.write('c.Execute.shutdown_kernel = "immediate"\n')
    command = [sys.executable, "-m", "autograder.cli", "grade", assignment, *WAYS[way]]
    start = time.perf_counter()
    subprocess.run([*command, "--course", str(where)], check=True, capture_output=True)
    return time.perf_counter() - start, Course.open(where)


def compute(course: Course, assignment: str, cases: list[Case]) -> float:
    """Seconds a submission that its own code and the full tests take."""
    full = {cell.id: cell.source for cell in load_bundles(course, assignment)[assignment].tests}
    work = []
    for case in cases:
        known = [(c, c.metadata.get("nbgrader", {}).get("grade_id")) for c in case.answers.cells]
        work.append([full.get(id, c.source) for c, id in known if c.cell_type == "code"])
    path = BUILD / "compute.json"
    path.write_text(json.dumps(work))
    command = [sys.executable, "-W", "ignore", "-c", COMPUTE, str(path)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def compare(stock: parity.Scores, ours: parity.Scores) -> int:
    """The number of scores that are equal.

    Raises:
        AssertionError: one differs.
    """
    both = stock.keys() & ours.keys()
    differ = {key: (stock[key], ours[key]) for key in both if stock[key] != ours[key]}
    assert not differ, f"stock and ours differ: {differ}"
    return len(both)


@dataclass(frozen=True)
class Round:
    """Seconds, of each way.

    Attributes:
        whole: of the whole command, for each of its submissions.
        start: of the command before its first submission.
        added: of each further submission.
        compute: of a submission's own code and tests, each time that it was taken.
    """

    whole: dict[str, float]
    start: dict[str, float]
    added: dict[str, float]
    compute: list[float]

    @property
    def own(self) -> float:
        """Seconds of a submission's own compute."""
        return statistics.mean(self.compute)

    def overhead(self, way: str) -> float:
        """Seconds that each submission adds beyond its own compute."""
        return self.added[way] - self.own / WORKERS[way]


def measure(course: Course, assignment: str, rounds: int) -> tuple[list[Round], int]:
    """All rounds, and how many scores were compared."""
    cases = chosen(course, assignment)
    templates = {}
    for name, copies in COPIES.items():
        templates[name] = parity.prepare(BUILD / name, course.root, [assignment]).root
        parity.hand_in(Course.open(templates[name]), assignment, class_of(cases, copies))
    once, few, many = (copies * len(cases) for copies in COPIES.values())
    measured, equal = [], 0
    for _ in range(rounds):
        one, scores = Round({}, {}, {}, []), []
        for way in WAYS:
            if way not in WORKERS:
                took, done = timed(way, templates["once"], assignment)
                one.whole[way] = took / once
                scores.append(parity.stock_scores(done, assignment))
                continue
            one.compute.append(compute(course, assignment, cases))
            seconds: dict[str, list[float]] = {"few": [], "many": []}
            for name in ("few", "many", "many", "few"):
                took, done = timed(way, templates[name], assignment)
                seconds[name].append(took)
                scores.append(parity.our_scores(done, assignment))
            short, long = (statistics.mean(seconds[name]) for name in ("few", "many"))
            one.whole[way] = long / many
            one.added[way] = (long - short) / (many - few)
            one.start[way] = short - few * one.added[way]
        one.compute.append(compute(course, assignment, cases))
        equal += sum(compare(scores[0], other) for other in scores[1:])
        measured.append(one)
    return measured, equal


def main() -> int:
    """1 if a bar is missed."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    course = Course.open(ROOT / "assignments")
    assignment = course.assignment("hw1")
    BUILD.mkdir(parents=True, exist_ok=True)
    measured, equal = measure(course, assignment, rounds)

    def middle(figure: Callable[[Round], float]) -> float:
        return statistics.median(map(figure, measured))

    ratios = {way: middle(lambda r, w=way: r.whole[STOCK] / r.whole[w]) for way in WAYS}
    overheads = {way: middle(lambda r, w=way: r.overhead(w)) for way in WORKERS}
    table = Table("way", "seconds a submission", "against stock")
    for way in WAYS:
        seconds = middle(lambda r, w=way: r.whole[w])
        table.add_row(way, f"{seconds:.2f}", f"{ratios[way]:.1f} ×")
    console = Console(width=None if sys.stdout.isatty() else 100)
    console.print(table)
    console.print(f"{equal} scores compared, all equal")
    console.print(f"a submission's own compute: {middle(lambda r: r.own):.3f} s")
    for way in WORKERS:
        start, added = middle(lambda r, w=way: r.start[w]), middle(lambda r, w=way: r.added[w])
        console.print(
            f"{way}: start {start:.1f} s once, each submission {added:.3f} s, "
            f"of which overhead {overheads[way]:.3f} s"
        )
    met = ratios[TWO] >= MIN_RATIO and overheads[TWO] <= MAX_OVERHEAD
    console.print(
        f"bars, with two workers: {MIN_RATIO:g} × stock, {MAX_OVERHEAD} s of overhead: "
        f"{'met' if met else 'missed'}"
    )
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
