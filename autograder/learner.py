"""`course`: what somebody who takes the course types. start | status | check | solution | data."""

import argparse
import importlib
import os
import platform
import subprocess
import sys
from pathlib import Path
from types import ModuleType

from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from autograder import learner_state, pack
from autograder.course import CourseError
from autograder.files import write_whole
from autograder.lab import options
from autograder.learner_check import Told, attempt, points, remarks, score, words
from autograder.learner_home import FIRST, Home
from autograder.self_check import CannotCheck
from autograder.versions import own_version

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
    command = [sys.executable, "-m", "jupyterlab", *as_root, *options()]
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
        why = escape(str(error))
        lines.append(f"[red]PyTorch does not load ({why})[/]: pip install -r requirements.lock")
    if sys.platform != "linux":
        lines.append("Your own work is checked without a sandbox: that needs Linux")
    return lines


def run_check(home: Home, args: argparse.Namespace) -> int:
    """Run the learner's notebook, show what each test says, and record the attempt."""
    name = home.assignment(args.assignment)
    mine, bundle = home.working_copy(name), home.bundle(name)
    with console.status(f"Running {os.path.relpath(mine)} …"):
        told = attempt(home, name, bundle, mine.parent, args.hint)
    show(told)
    return 0


def show(told: Told) -> None:
    """One row for each test, and the points."""
    title = told.bundle.notebook
    table = Table("test", "points", "what happened", title=title, show_lines=True)
    for one in told.advice:
        colour = "red" if one.failed else "green" if one.here else "dim"
        table.add_row(one.test, f"[{colour}]{points(one)}[/]", escape("\n".join(words(one))))
    console.print(table)
    first, *rest = remarks(told)
    console.print(f"[bold]{score(told)}[/] from tests. {escape(first)}")
    for remark in rest:
        console.print(escape(remark))
    if any(one.more for one in told.advice):
        console.print("Hints are for the first failed test of a task, one more with each new try;")
        console.print("--hint 1, 2 or 3 gives so many at once.")


def solution(home: Home, args: argparse.Namespace) -> int:
    """Put the reference beside the learner's notebook, after a try."""
    name = home.assignment(args.assignment)
    if not home.source(name).exists():
        raise CourseError("this copy of the course has no solutions: your instructor has them")
    with learner_state.changing() as progress:
        work = progress.work.setdefault(name, learner_state.Work())
        if not work.checks:
            raise CourseError(
                f"try it first: change a solution cell, course check {args.assignment}, ask again"
            )
        target = home.mine(name).with_name(f"{name}_solution.ipynb")
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.exists():
            console.print("You have the reference already; your notes in it stay as they are.")
        else:
            write_whole(target, home.source(name).read_text(encoding="utf-8"))
        work.solution = work.solution or learner_state.now()
    console.print(f"The reference is in {os.path.relpath(target)}")
    return 0


def status(home: Home, _: argparse.Namespace) -> int:
    """One line for each lecture and each assignment."""
    ran = home.lectures()
    with learner_state.changing() as progress:
        for name, (cells, all_cells) in ran.items():
            if 0 < all_cells == cells:
                progress.lectures.setdefault(name, learner_state.now())
    table = Table("lecture", "cells run", "run to its end")
    for name, (cells, all_cells) in ran.items():
        table.add_row(escape(name), f"{cells} of {all_cells}", progress.lectures.get(name, ""))
    console.print(table)
    table = Table("assignment", "attempts", "best", "last", "solution")
    for name in home.assignments():
        work = progress.work.get(name, learner_state.Work())
        reached = f"{work.best:g} of {work.of:g}" if work.checks else ""
        seen = "seen" if work.solution else ""
        table.add_row(escape(name), str(work.checks), reached, work.last, seen)
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
    parser.add_argument("--version", action="version", version=f"course {own_version()}")
    commands = parser.add_subparsers(required=True)
    for function, text in (
        (start, "look at the machine and open a lecture, or your copy of an assignment"),
        (status, "which lectures you have run, what you have tried, and how it went"),
        (run_check, "run your notebook, show what each test says, and give hints"),
        (solution, "the reference, once you have tried"),
    ):
        name = function.__name__.removeprefix("run_")
        command = commands.add_parser(name, help=text, description=text)
        command.set_defaults(run=function)
        if function is not status:
            optional = "?" if function is start else None
            command.add_argument("assignment", nargs=optional, help="its name, or its beginning")
        if function is start:
            text = "unpack a learner pack into this folder first"
            command.add_argument("--pack", type=Path, metavar="FILE", help=text)
        if function is run_check:
            text = "show so many of the three hints of each failed test, without waiting for tries"
            command.add_argument("--hint", type=int, choices=(1, 2, 3), default=0, help=text)
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
        if args.run is data:
            return data(args)
        if args.run is start and args.pack:
            console.print(f"Unpacked {', '.join(pack.unpack(args.pack, Path.cwd()))}")
        return int(args.run(Home.find(), args))
    except (CourseError, CannotCheck, OSError) as error:
        print(f"course: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
