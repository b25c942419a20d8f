"""`course`: what somebody who takes the course types. start | status | check | solution | data."""

import argparse
import importlib
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from autograder import misconceptions
from autograder.bundle import Bundle
from autograder.course import CourseError
from autograder.job import CellResult
from autograder.learner_home import FIRST, Home
from autograder.results import best
from autograder.self_check import CannotCheck, check

console = Console()


# --- commands -----------------------------------------------------------------------------------


def start(home: Home, args: argparse.Namespace) -> int:
    """Look at the machine, then open lecture 00 or one's own copy of an assignment."""
    for line in machine():
        console.print(line, highlight=False)
    notebook = home.root / FIRST
    if args.assignment:
        notebook = home.copy(home.assignment(args.assignment))
    console.print(f"Opening {os.path.relpath(notebook)} in JupyterLab; Ctrl-C here ends it.")
    return subprocess.call(lab(home, notebook), env=lab_environment(home))


def lab(home: Home, notebook: Path) -> list[str]:
    """The command that opens a notebook."""
    as_root = ["--allow-root"] if getattr(os, "geteuid", lambda: 1)() == 0 else []  # containers
    command = [sys.executable, "-m", "jupyterlab", *as_root]
    return [*command, f"--ServerApp.root_dir={home.root}", str(notebook)]


def lab_environment(home: Home) -> dict[str, str]:
    """Programs beside this Python (nbgrader calls one), settings of nbgrader and Lab."""
    found = os.environ | {}
    for name, folder in (
        ("PATH", Path(sys.executable).parent),
        ("JUPYTER_CONFIG_PATH", home.root / "assignments"),
    ):
        found[name] = os.pathsep.join(filter(None, [str(folder), found.get(name)]))
    return found


def machine() -> list[str]:
    """What the course needs of a machine, and what this one has."""
    lines = [f"Python {platform.python_version()} on {platform.system()}, {os.cpu_count()} CPUs"]
    try:
        torch = importlib.import_module("torch")
        gpu = "with a GPU" if torch.cuda.is_available() else "no GPU, and none is needed"
        lines.append(f"PyTorch {torch.__version__}, {gpu}")
    except ImportError as error:
        lines.append(f"[red]PyTorch does not load ({error})[/]: pip install -r requirements.lock")
    if sys.platform != "linux":
        lines.append("Your own work is checked without a sandbox: that needs Linux")
    return lines


def run_check(home: Home, args: argparse.Namespace) -> int:
    """Run the learner's notebook, show each test, and record the attempt."""
    name = home.assignment(args.assignment)
    mine, bundle = home.working_copy(name), home.bundle(name)
    with console.status(f"Running {os.path.relpath(mine)} …"):
        results, where = check(bundle, mine.parent)
    file = misconceptions.file_of(home.root / "assignments", name)
    show(bundle, results, misconceptions.load(file, bundle.digest))
    score = sum(best(result) for result in results)
    console.print(f"[bold]{score:g} of {bundle.max_score:g} points[/] from tests. Ran {where}.")
    if by_hand := sum(cell.points for cell in bundle.cells if cell.is_manual):
        console.print(f"{by_hand:g} more points are for answers that a person reads.")
    home.record(name, score=score, of=bundle.max_score)
    return 0


def show(bundle: Bundle, results: list[CellResult], known: misconceptions.Known) -> None:
    """One line per test; a failed one with its message, and what it looks like."""
    points = {cell.id: cell.points for cell in bundle.tests}
    failing = {r.id: r.error or "" for r in results if best(r) < points[r.id]}
    looks = known.match(failing)
    table = Table("test", "points", "what happened", title=bundle.notebook)
    for result in results:
        text = failing.get(result.id, "").strip()
        if text.startswith("NotImplementedError"):  # what stands in a task before an answer does
            text = "not written yet"
        if result.id in looks:
            text += f"\nThis looks like: {looks[result.id]}"
        colour = "red" if result.id in failing else "green"
        got = f"[{colour}]{best(result):g}/{points[result.id]:g}[/]"
        table.add_row(result.id, got, escape(text) or "passed")
    console.print(table)


def solution(home: Home, args: argparse.Namespace) -> int:
    """Put the reference beside the learner's notebook, after a try."""
    name = home.assignment(args.assignment)
    if not home.source(name).exists():
        raise CourseError("this copy of the course has no solutions: your instructor has them")
    if not home.attempts().get(name):
        raise CourseError(f"try it first: course check {args.assignment}, then ask again")
    target = home.mine(name).with_name(f"{name}_solution.ipynb")
    shutil.copyfile(home.source(name), target)
    home.record(name, solution=True)
    console.print(f"The reference is in {os.path.relpath(target)}")
    return 0


def status(home: Home, _: argparse.Namespace) -> int:
    """One line per assignment."""
    table = Table("assignment", "attempts", "best", "last", "solution")
    for name in home.assignments():
        history = home.attempts().get(name, [])
        scores = [attempt for attempt in history if "score" in attempt]
        top = max((a["score"] for a in scores), default=None)
        seen = "seen" if any("solution" in attempt for attempt in history) else ""
        last = scores[-1]["when"] if scores else ""
        reached = "" if top is None else f"{top:g} of {scores[-1]['of']:g}"
        table.add_row(name, str(len(scores)), reached, last, seen)
    console.print(table)
    return 0


def data(args: argparse.Namespace) -> int:
    """What corpora there are, on which terms, and where; `get` fetches one that is not here."""
    corpora = importlib.import_module("course_lib.corpora")
    if args.action == "get" and args.name is None:
        raise CourseError(f"which one? course data get NAME: {', '.join(corpora.names())}")
    try:
        if args.action == "list":
            console.print(_corpora_table(corpora))
        for name in [args.name] if args.name else corpora.names():
            if args.action == "get":
                info = corpora.info(name)
                console.print(
                    f"Licence: {info.licence}\nPlease cite: {info.citation}", markup=False
                )
                print(corpora.get(name))
            elif args.action == "where":
                print(f"{name}: {corpora.where(name) or 'not here; course data get ' + name}")
    except (KeyError, corpora.DownloadError) as error:
        raise CourseError(error.args[0]) from error
    return 0


def _corpora_table(corpora: ModuleType) -> Table:
    table = Table(Column("name", no_wrap=True), "here", "licence", "from")
    for name in corpora.names():
        info = corpora.info(name)
        here = "yes" if corpora.where(name) else "no"
        table.add_row(name, here, *map(escape, (info.licence, info.origin)))
    return table


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """The command line; `run` is the command's function."""
    parser = argparse.ArgumentParser(prog="course", description=__doc__)
    commands = parser.add_subparsers(required=True)
    for function, text in (
        (start, "look at the machine and open a lecture, or your copy of an assignment"),
        (status, "what you have tried, and how it went"),
        (run_check, "run your notebook and show what each test says"),
        (solution, "the reference, once you have tried"),
    ):
        name = function.__name__.removeprefix("run_")
        command = commands.add_parser(name, help=text, description=text)
        command.set_defaults(run=function)
        if function is not status:
            optional = "?" if function is start else None
            command.add_argument("assignment", nargs=optional, help="its name, or its beginning")
    text = "list | get NAME | where: real text beside what the course makes itself"
    command = commands.add_parser("data", help=text, description=text)
    command.set_defaults(run=data)
    command.add_argument("action", choices=["list", "get", "where"])
    command.add_argument("name", nargs="?")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    """Entry point of `course`: 0 done, 1 cannot be done (the reason is on stderr)."""
    args = parse(arguments)
    try:
        return data(args) if args.run is data else int(args.run(Home.find(), args))
    except (CourseError, CannotCheck, OSError) as error:
        print(f"course: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
