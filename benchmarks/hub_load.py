"""A class on the Hub: all log in, start a server, fetch hw1, edit it, submit it, and leave.

Nothing is simulated but the people: each has an account, a password, a real JupyterLab server, and
uses the HTTP API that the browser uses. Needs root. `python benchmarks/hub_load.py --students 30`
"""

import argparse
import asyncio
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

import aiohttp
import nbformat
import psutil
from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from autograder.progress import progress
from benchmarks.hub_student import COURSE, HW, STEPS, Failed, Student, mark
from hub import accounts, serve
from hub.configuration import free_port
from hub.prepare import prepare, remove
from hub.settings import STUDENTS, Site


def add_students(site: Site, count: int) -> dict[str, str]:
    """New accounts in the course, and their passwords; `hub.prepare.remove` takes them away."""
    passwords = {}
    for number in range(1, count + 1):
        name = f"{site.prefix}load{number}"
        password = accounts.add_person(name, site.home(name))
        if password is None:
            raise Failed(f"an account {name} is there already")
        site.created_users.append(name)
        site.save()
        accounts.join(name, [f"{site.prefix}{STUDENTS}{COURSE}"])
        passwords[name] = password
    return passwords


def as_course(site: Site, *command: str) -> str:
    """Run a program of the Hub's environment as the course's account; what it said."""
    program, *rest = command
    done = subprocess.run(
        [str(site.environment / "bin" / program), *rest],
        cwd=site.course(COURSE) / "assignments",
        user=site.account(COURSE),
        group=site.account(COURSE),
        extra_groups=[],
        env={"PATH": f"{site.environment}/bin:/usr/bin:/bin", "HOME": str(site.course(COURSE))},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise Failed(f"{' '.join(command)}: {done.stderr[-1000:]}")
    return done.stdout + done.stderr


def release(site: Site) -> None:
    as_course(site, "autograder", "release", "hw1")
    as_course(site, "nbgrader", "release_assignment", HW)


async def run_class(
    url: str, passwords: dict[str, str], at_once: int, console: Console
) -> tuple[list[Student], list[str]]:
    """Everybody comes at once; `at_once` of them have a server at any moment."""
    seats, failures = asyncio.Semaphore(at_once), []
    students = [Student(url, name, password) for name, password in passwords.items()]
    with progress(console) as bar:
        task = bar.add_task("students", total=len(students))

        async def one(student: Student) -> None:
            async with seats:
                try:
                    await student.term()
                except (Failed, aiohttp.ClientError, TimeoutError) as error:
                    failures.append(f"{student.name}: {error}")
            bar.advance(task)

        await asyncio.gather(*map(one, students))
    return students, failures


def lost(site: Site, names: list[str]) -> list[str]:
    """Students whose own work is not in submitted/ after nbgrader's collect."""
    as_course(site, "nbgrader", "collect", HW)
    found = site.course(COURSE) / "assignments" / "submitted"
    gone = []
    for name in names:
        path = found / name / HW / f"{HW}.ipynb"
        cells = nbformat.read(path, as_version=4).cells if path.exists() else []
        marks = [
            line for c in cells for line in c.source.splitlines() if line.startswith("Work of")
        ]
        if marks != [mark(name)]:
            gone.append(name)
    return gone


class Watch:
    """Peak of memory (proportional, MB) and of servers, and mean CPU, below one process."""

    def __init__(self, pid: int) -> None:
        self.top, self.memory, self.servers = psutil.Process(pid), 0.0, 0
        psutil.cpu_percent()

    async def look(self) -> None:
        while True:
            total, servers = 0, 0
            for process in self.top.children(recursive=True):
                try:
                    total += process.memory_full_info().pss
                    servers += any("jupyterhub-singleuser" in word for word in process.cmdline())
                except psutil.Error:
                    continue
            self.memory, self.servers = max(self.memory, total / 1e6), max(self.servers, servers)
            await asyncio.sleep(2)


def table(students: list[Student]) -> Table:
    seconds = defaultdict(list)
    for student in students:
        for step, took in student.took.items():
            seconds[step].append(took)
    shown = Table("step", "students", "median s", "95 % within s", "longest s")
    for step in STEPS:
        took = sorted(seconds[step])
        if took:
            p95 = took[min(len(took) - 1, int(0.95 * len(took)))]
            numbers = (statistics.median(took), p95, took[-1])
            shown.add_row(step, str(len(took)), *(f"{number:.2f}" for number in numbers))
    return shown


async def _up(url: str) -> None:
    async with aiohttp.ClientSession() as session:
        for _ in range(600):
            try:
                async with session.get(f"{url}/hub/health") as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.1)
    raise Failed(f"{url} does not answer")


async def measure(
    site: Site, pid: int, passwords: dict[str, str], at_once: int, console: Console
) -> int:
    """Run the class and say what it took; 1 if anything was lost or it took over 5 minutes."""
    watch = Watch(pid)
    looking = asyncio.create_task(watch.look())
    url = f"http://127.0.0.1:{site.port}"
    await _up(url)
    start = time.monotonic()
    students, failures = await run_class(url, passwords, at_once, console)
    seconds = time.monotonic() - start
    looking.cancel()
    console.print(table(students))
    gone = lost(site, list(passwords))
    console.print(
        f"{len(students)} students, {at_once} at once, in {seconds:.0f} s; lost: {len(gone)}; "
        f"failed: {len(failures)}\nHub, proxy, services and servers: at most "
        f"{watch.memory:.0f} MB (proportional); the machine's processors busy "
        f"{psutil.cpu_percent():.0f} % on average"
    )
    for line in [*failures, *(f"lost: {name}" for name in gone)]:
        console.print(line, markup=False)
    return int(bool(gone or failures) or seconds > 300)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--students", type=int, default=30)
    parser.add_argument("--at-once", type=int, default=6, help="servers at any moment")
    args = parser.parse_args()
    if os.geteuid() != 0:
        print("needs root: each student is an account of the system", file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # what was made goes away then, too
    console = Console(width=None if sys.stdout.isatty() else 100)
    base = Path(tempfile.mkdtemp(prefix="hub-load-", dir="/srv"))
    hub = None
    try:
        site = prepare(base, prefix=f"l{os.getpid()}-", port=free_port()).site
        passwords = add_students(site, args.students)
        release(site)
        with open(site.state / "log", "wb") as log:
            hub = serve.start(site, stdout=log, stderr=log)
        return asyncio.run(measure(site, hub.pid, passwords, args.at_once, console))
    finally:
        if hub is not None:
            hub.send_signal(signal.SIGINT)
            hub.wait(60)
            shutil.copy(base / "hub" / "log", os.environ.get("HUB_LOAD_LOG", os.devnull))
        remove(base)


if __name__ == "__main__":
    sys.exit(main())
