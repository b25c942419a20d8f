"""Stock nbgrader as the victim of attacks: a user that owns nothing, limits, a throw-away course.

Only root can become that user. Its number is nobody's; all its processes end after each attack.
"""

import contextlib
import hashlib
import json
import os
import platform
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook

from autograder import scratch
from autograder.course import Course
from autograder.grade import grade_stock
from autograder.release import generate
from autograder.sandbox import libc, limits

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "attacks"))
from hostile.attack import Attack  # noqa: E402
from hostile.course import (  # noqa: E402
    CONFIG,
    NAME,
    SECRETS,
    TESTS,
    Host,
    make_host,
    plant_in_gradebook,
    with_environment,
)

USER = 61234
VERSION = version("nbgrader")
CELL_SECONDS, SECONDS = 20, 90
NOTHING = "nothing gained"
KNOWN = ROOT / "build" / "attack-table" / "stock.json"  # unchanged attacks are not run again
LIMITS = {
    resource.RLIMIT_NPROC: 128,
    resource.RLIMIT_AS: 8 * 2**30,
    resource.RLIMIT_FSIZE: 32 * 2**20,
    resource.RLIMIT_NOFILE: 256,
    resource.RLIMIT_CPU: 60,
    resource.RLIMIT_CORE: 0,
}
NEW_MOUNTS, PRIVATE = 0x00020000, 1 << 18 | 1 << 14


def run_all(attacks: Iterable[Attack]) -> dict[str, str]:
    """What each attack came to, in words."""
    reachable()
    KNOWN.parent.mkdir(parents=True, exist_ok=True)
    known = _known()
    found: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        template = Path(folder) / "template"
        host = make_host(template, f"{CONFIG}c.ExecutePreprocessor.timeout = {CELL_SECONDS}\n")
        generate(host.course, NAME)
        plant_in_gradebook(host)
        for attack in attacks:
            if _key(attack) in known:
                found[attack.name] = known[_key(attack)]
                continue
            place = Path(folder) / attack.name
            shutil.copytree(template, place)
            found[attack.name] = Victim(place, attack).outcome()
            print(f"{attack.name}: stock: {found[attack.name]}", flush=True)
            known[_key(attack)] = found[attack.name]
            KNOWN.write_text(json.dumps(known))
            scratch.remove(place)  # which may be deeper than Python's own way can follow
    return found


def before(attacks: Iterable[Attack]) -> dict[str, str]:
    """What earlier runs found for attacks that have not changed since."""
    known = _known()
    return {a.name: known[_key(a)] for a in attacks if _key(a) in known}


def _known() -> dict[str, str]:
    return dict(json.loads(KNOWN.read_text())) if KNOWN.exists() else {}


def _key(attack: Attack) -> str:
    """Changes with what is handed in."""
    parts = (
        VERSION,
        CELL_SECONDS,
        attack.name,
        attack.cell,
        attack.answers,
        attack.files,
        attack.earns,
    )
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def reachable() -> None:
    """In mounts of our own, let that user reach this Python where root's home hides it."""
    base = Path(sys.base_prefix)
    closed = [path for path in base.parents if not path.stat().st_mode & 0o001]
    if not closed:
        return
    libc.unshare(NEW_MOUNTS)
    keep = tempfile.mkdtemp()
    for command in (
        "mount --make-rprivate /",
        f"mount --bind {base} {keep}",
        f"mount -t tmpfs -o mode=755 tmpfs {closed[-1]}",
        f"mkdir -p {base}",
        f"mount --bind {keep} {base}",
    ):
        if os.system(command):
            raise SystemExit(f"{command}: not allowed here")


class Victim:
    """One course, one attack, one grading."""

    def __init__(self, place: Path, attack: Attack) -> None:
        self.attack = attack
        self.host = Host(Course.open(place / "course"), place / "home")
        self.host.hand_in(attack.name, attack)
        for root, folders, files in os.walk(place):
            for name in (".", *folders, *files):
                os.chown(os.path.join(root, name), USER, USER, follow_symlinks=False)
        self.before = self.host.state()

    def outcome(self) -> str:
        """Grade it; all that it got, in words."""
        pid = os.fork()
        if pid == 0:
            self._grade()
        late = not _ended(pid, SECONDS)
        left = [other for other in processes() if other != pid]
        for other in processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(other, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(pid, 0)
        said = [*self._points(), *self._secrets(), *self._changes()]
        said += [f"grading hung for {SECONDS} s"] if late else []
        said += [f"{len(left)} processes left"] if left and not late else []
        return ", ".join(said) or NOTHING

    def _grade(self) -> None:
        """In the child: nobody's rights, then nbgrader's own way."""
        code = 1
        try:
            os.setsid()
            os.setgroups([])
            os.setresgid(USER, USER, USER)
            os.setresuid(USER, USER, USER)
            limits.drop_capabilities(platform.machine())
            libc.prctl(libc.PR_SET_NO_NEW_PRIVS, 1)
            for what, most in LIMITS.items():
                resource.setrlimit(what, (most, most))
            home = str(self.host.home)
            path = f"{Path(sys.executable).parent}:/usr/bin:/bin"
            os.environ.clear()
            os.environ.update(with_environment({"HOME": home, "PATH": path, "LANG": "C.UTF-8"}))
            os.environ["OMP_NUM_THREADS"] = "1"
            os.chdir(home)
            log = os.open(f"{home}/grading.log", os.O_CREAT | os.O_WRONLY)
            os.dup2(log, 1)
            os.dup2(log, 2)
            grade_stock(Course.open(self.host.root), NAME, [self.attack.name], False)
            code = 0
        finally:
            os._exit(code)

    def _points(self) -> Iterator[str]:
        course = self.host.course.directory
        try:
            with Gradebook(course.db_url, course.course_id) as gradebook:
                graded = gradebook.find_submission_notebook(NAME, NAME, self.attack.name)
                scores = [grade.auto_score for grade in graded.grades]
        except Exception as error:  # whatever was done to it
            yield f"no grade at all ({type(error).__name__})"
            return
        if None in scores:
            lost = "no grade at all" if not any(scores) else "a test without any score"
            yield lost
        points = sum(score or 0.0 for score in scores)
        if points > self.attack.earns:
            yield f"**{points:g} points**"
        elif points < self.attack.earns:
            yield f"{points:g} points of {self.attack.earns:g} deserved"

    def _secrets(self) -> Iterator[str]:
        """In what its own code showed: a failed test shows its own source there anyway."""
        path = self.host.course.folder("autograded", NAME, self.attack.name) / f"{NAME}.ipynb"
        try:
            cells = nbformat.read(path, as_version=4).cells
        except Exception:
            return
        said = ""
        for cell in cells:
            test = cell.metadata.get("nbgrader", {}).get("grade_id") in TESTS
            for output in cell.get("outputs", ()):
                said += str(output.get("evalue", "")) if test else ""
                said += json.dumps(output) if not test or output.output_type != "error" else ""
            said += cell.source if not test else ""
        for what, secret in SECRETS.items():
            if secret in said:
                yield f"reads {what}"

    def _changes(self) -> Iterator[str]:
        try:
            now = self.host.state()
        except OSError:
            now = {}
        ours = ("grading.log", ".cache", ".ipython", ".local", ".config", "home/.jupyter/migrated")
        changed = [
            path
            for path in {*now, *self.before}
            if now.get(path) != self.before.get(path) and not any(name in path for name in ours)
        ]
        if files := [path for path in changed if not Path(path).is_dir()]:
            yield f"changes {len(files)} files of the grader's"


def processes() -> list[int]:
    """Of that user."""
    found = []
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if entry.name.isdigit() and entry.stat().st_uid == USER:
                found.append(int(entry.name))
    return found


def _ended(pid: int, seconds: float) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if os.waitpid(pid, os.WNOHANG) != (0, 0):
            return True
        time.sleep(0.1)
    return False
