"""A machine that fails: one line that says what to do, nothing lost, the next run completes."""

import errno
import multiprocessing
import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, nullcontext, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fake_engine import HALF, FakeEngine, four, hand_in
from nbgrader.api import Gradebook

from autograder import audit, cli, files, pool, scratch
from autograder.batch import Handoff
from autograder.course import Course
from autograder.job import Cell, CellResult, Job, Role
from autograder.plan import UNFINISHED

SCORES = {"ada": 5.0, "bob": 2.0, "eve": 0.0, "zoe": 5.0}


head_start = cli._head_start


@pytest.fixture(autouse=True)
def no_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "_head_start", lambda _: nullcontext())


@pytest.fixture
def class_(released: Course, fake_engine: FakeEngine) -> Course:
    return four(released)


class Shell:
    """Runs `autograder grade` on a course, and knows what it should say and leave."""

    def __init__(self, engine: FakeEngine, capsys: pytest.CaptureFixture[str]) -> None:
        self.engine, self.capsys = engine, capsys

    def grade(self, course: Course) -> tuple[int, str]:
        """Exit code, and the last line on stderr."""
        self.capsys.readouterr()
        code = cli.main(["grade", "hw1", "--course", str(course.root)])
        said = self.capsys.readouterr().err
        assert "Traceback" not in said
        return code, said.splitlines()[-1]

    def fails(self, course: Course, *says: str) -> None:
        code, line = self.grade(course)
        assert code == 2, line
        assert line.startswith("autograder grade: ")
        assert [part for part in says if part not in line] == [], line

    def completes(self, course: Course, most: int = len(SCORES)) -> None:
        """And runs no more than `most` submissions for it."""
        self.engine.before = lambda name: None
        before = len(self.engine.ran)
        assert self.grade(course)[0] == 0
        assert len(self.engine.ran) - before <= most
        with Gradebook(course.directory.db_url, course.directory.course_id) as gradebook:
            found = gradebook.assignment_submissions("hw1_means")
            assert {one.student.id: one.score for one in found} == SCORES
        assert [*course.root.rglob("*.tmp")] == []
        assert audit.read(course).broken is None


@pytest.fixture
def shell(fake_engine: FakeEngine, capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(fake_engine, capsys)


# The disk


@pytest.fixture
def small_disk(released_once: Path) -> Iterator[Path]:
    """A file system of its own, with little room and few inodes."""
    folder = Path(tempfile.mkdtemp(prefix="small-"))
    command = ["mount", "-t", "tmpfs", "-o", "size=4m,nr_inodes=400", "none", str(folder)]
    if subprocess.run(command, capture_output=True).returncode:
        folder.rmdir()
        pytest.skip("nothing can be mounted here; the limit on file sizes is tested everywhere")
    shutil.copytree(released_once, folder / "course")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)
    folder.rmdir()


def take_room(folder: Path) -> None:
    with suppress(OSError), open(folder / "filler", "ab") as file:
        for size in (2**16, 2**12, 2**9, 1):
            with suppress(OSError):
                while True:
                    file.write(bytes(size))
                    file.flush()


def take_inodes(folder: Path) -> None:
    (folder / "fillers").mkdir()
    with suppress(OSError):
        for i in range(10_000):
            (folder / "fillers" / str(i)).touch()


def give_back(folder: Path) -> None:
    (folder / "filler").unlink(missing_ok=True)
    shutil.rmtree(folder / "fillers", ignore_errors=True)


@pytest.mark.parametrize("when", ["before", "first", "last", "handing over"])
@pytest.mark.parametrize("take", [take_room, take_inodes])
def test_a_full_disk(
    small_disk: Path,
    shell: Shell,
    monkeypatch: pytest.MonkeyPatch,
    take: Callable[[Path], None],
    when: str,
) -> None:
    course = four(Course.open(small_disk / "course" / "assignments"))
    write = Handoff._write
    if when == "before":
        take(small_disk)
    elif when == "handing over":
        taken = take, take, take

        def full(*args: Any) -> None:
            give_back(small_disk)
            taken[0](small_disk)
            write(*args)

        monkeypatch.setattr(Handoff, "_write", full)
    else:
        name = {"first": "ada", "last": "zoe"}[when]
        shell.engine.before = lambda job: take(small_disk) if job.startswith(name) else None
    shell.fails(course, "make room and run the same command again: nothing is lost")
    give_back(small_disk)
    monkeypatch.setattr(Handoff, "_write", write)
    shell.completes(course, most={"last": 1, "handing over": 1}.get(when, 4))


@contextmanager
def limit(kind: int, most: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(kind)
    resource.setrlimit(kind, (most, hard))
    try:
        yield
    finally:
        resource.setrlimit(kind, (soft, hard))


def test_a_limit_on_the_size_of_files(class_: Course, shell: Shell) -> None:
    with limit(resource.RLIMIT_FSIZE, 300):
        shell.fails(class_, "cannot be written", "File too large")
    shell.completes(class_)


def test_too_few_descriptors(class_: Course, shell: Shell) -> None:
    failed = 0
    for spare in range(0, 12, 3):
        with limit(resource.RLIMIT_NOFILE, len(os.listdir("/proc/self/fd")) + spare):
            code, line = shell.grade(class_)
        assert code in (0, 2)
        assert line.startswith("autograder grade: " if code else "hw1_means: "), line
        failed += code == 2
    assert failed >= 1
    shell.completes(class_)


# Who may write


@pytest.fixture
def ordinary(released_once: Path) -> Iterator[Course]:
    """The class in the hands of an ordinary user, whom permissions bind: root they do not."""
    folder = Path(tempfile.mkdtemp(prefix="ordinary-", dir="/tmp"))
    shutil.copytree(released_once, folder / "course")
    course = four(Course.open(folder / "course" / "assignments"))
    if root := os.geteuid() == 0:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, 65534, 65534)
        os.seteuid(65534)
    yield course
    if root:
        os.seteuid(0)
    shutil.rmtree(folder)


@pytest.mark.parametrize(
    "where", [".autograder", ".autograder/results", "autograded", "gradebook.db", "."]
)
def test_what_may_not_be_written(
    ordinary: Course, fake_engine: FakeEngine, shell: Shell, where: str
) -> None:
    path = ordinary.root / where
    if not path.exists():
        path.mkdir(parents=True)
    path.chmod(0o444 if path.is_file() else 0o555)
    shell.fails(ordinary)
    path.chmod(0o755)
    shell.completes(ordinary)


# The gradebook


def test_a_locked_gradebook(class_: Course, shell: Shell) -> None:
    with open(class_.root / "nbgrader_config.py", "a") as file:
        file.write(f"c.CourseDirectory.db_url = {class_.directory.db_url + '?timeout=0.2'!r}\n")
    with closing(sqlite3.connect(class_.root / "gradebook.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        shell.fails(class_, "locked", "run the same command again")
        other.execute("ROLLBACK")
        shell.engine.before = lambda job: (
            other.execute("BEGIN EXCLUSIVE") if job.startswith("zoe") else None
        )
        shell.fails(class_, "locked", "run the same command again")
        other.execute("ROLLBACK")
    shell.completes(class_, most=0)


def older(path: Path) -> None:
    """As before nbgrader 0.6."""
    with closing(sqlite3.connect(path)) as database:
        database.execute("ALTER TABLE student DROP COLUMN lms_user_id")
        database.execute("UPDATE alembic_version SET version_num = '167914646830'")
        database.commit()


def folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize(
    ("harm", "says"),
    [
        (folder, "is there a folder in its place"),
        (lambda path: path.write_bytes(b"no database" * 999), "restore it from a backup"),
        (lambda path: path.write_bytes(path.read_bytes()[:5000]), "restore it from a backup"),
        (lambda path: path.write_bytes(b""), "autograder release hw1_means"),
        (lambda path: path.unlink(), "autograder release hw1_means"),
        (older, "nbgrader db upgrade"),
    ],
)
def test_another_gradebook_in_its_place(
    class_: Course, shell: Shell, harm: Callable[[Path], object], says: str
) -> None:
    path = class_.root / "gradebook.db"
    good = path.read_bytes()
    harm(path)
    shell.fails(class_, says)
    if path.is_dir():
        path.rmdir()
    path.write_bytes(good)
    shell.completes(class_)


# The clock


class Jumping(datetime):
    """Each look at this clock is a year away from the last, back and forth."""

    looks = 0

    @classmethod
    def now(cls, tz: Any = None) -> datetime:
        cls.looks += 1
        year = timedelta(days=365 * (-1) ** cls.looks)
        return datetime(2030, 1, 1, tzinfo=UTC) + year * cls.looks


def test_a_clock_that_jumps(class_: Course, shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    looks = iter(range(10**6))
    monkeypatch.setattr(time, "time", lambda: 1.9e9 + 3e7 * next(looks) * (-1) ** next(looks))
    monkeypatch.setattr(audit, "datetime", Jumping)
    shell.completes(class_)
    for i, path in enumerate(sorted(class_.hidden.rglob("*.json"))):
        os.utime(path, (4e9 * (i % 2), 4e9 * (i % 2)))
    hand_in(class_, "eve", {"mean": HALF})
    hand_in(class_, "bob", {"mean": HALF + "\n# new"})
    ran = len(shell.engine.ran)
    assert shell.grade(class_)[0] == 0
    assert (
        shell.engine.ran[ran:] == ["bob/hw1_means", "eve/hw1_means"][: len(shell.engine.ran) - ran]
    )
    entries = audit.read(class_).entries
    assert [entry.student for entry in entries] == ["ada", "bob", "eve", "zoe", "bob", "eve"]
    assert [entry.when for entry in entries] != sorted(entry.when for entry in entries)
    assert audit.read(class_).broken is None


# Being stopped


def _grade_slowly(course: Course, said: Path, begun: Any) -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored below a shell's `&`
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # and this one below `nohup`
    engine = FakeEngine()

    def wait(name: str) -> None:
        if name.startswith("zoe"):
            begun.set()
            time.sleep(60)

    engine.before = wait
    with open(said, "w") as file:
        os.dup2(file.fileno(), 2)
        sys.stderr = file
        import autograder.submissions

        autograder.submissions._run_all = lambda: engine
        code = cli.main(["grade", "hw1", "--course", str(course.root)])
    os._exit(code)


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_server_that_reboots(
    class_: Course, shell: Shell, tmp_path: Path, sign: signal.Signals
) -> None:
    context = multiprocessing.get_context("fork")
    begun = context.Event()
    arguments = (class_, tmp_path / "said", begun)
    process = context.Process(target=_grade_slowly, args=arguments)
    process.start()
    assert begun.wait(60)
    os.kill(process.pid or 0, sign)
    process.join(60)
    assert process.exitcode == 128 + sign
    said = (tmp_path / "said").read_text()
    assert said.splitlines()[-1] == "stopped; the same command goes on where this one was"
    assert "Traceback" not in said
    assert [*class_.root.rglob("*-journal")] == []
    shell.completes(class_, most=1)


@pytest.mark.sandbox
def test_the_engine_waits_for_its_main_process_to_stop(stub_zygote: Any) -> None:
    """At a reboot everybody hears SIGTERM, and a child that heard it first would lose points."""
    with stub_zygote.another() as zygote:
        os.kill(zygote.pid, signal.SIGTERM)
        with zygote.another() as other:  # it still answers
            os.kill(other.pid, signal.SIGTERM)
            time.sleep(0.05)
            with other.another():
                pass


def test_what_the_engine_could_not_finish_is_not_done(
    class_: Course, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: FakeEngine, cell: Cell, namespace: dict[str, Any]) -> CellResult:
        return CellResult(cell.id, verdict="engine", score=0.0)

    with monkeypatch.context() as patch:
        patch.setattr(FakeEngine, "_run", broken)
        code, line = shell.grade(class_)
        assert code == 1
        assert "verdicts: engine" in line
    shell.completes(class_)  # and nobody has to agree to these changes
    assert {entry.why for entry in audit.read(class_).entries[4:]} == {UNFINISHED}


# Scratch folders and drafts


def test_no_room_for_scratch_folders(
    class_: Course, shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(cli, "_head_start", head_start)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    shell.fails(class_, "TMPDIR names another folder")


@pytest.mark.sandbox
def test_a_scratch_folder_that_fills_in_the_middle(
    stub_zygote: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, make = [], scratch.make

    def full(*args: Any) -> Path:
        made.append(args)
        if len(made) > 4:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return make(*args)

    monkeypatch.setattr(scratch, "make", full)
    monkeypatch.setattr(pool, "Zygote", lambda *_, **__: stub_zygote.another())
    jobs = {str(i): Job((Cell("a", Role.STUDENT, "x = 1"),)) for i in range(6)}
    with pytest.raises(OSError, match="No space"):
        list(pool.run_all(jobs, 1))


def test_scratch_folders_of_the_dead_are_swept_and_no_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    ours = scratch.private()
    dead = tmp_path / f"{scratch.OURS}dead"
    (dead / "deep" / "er").mkdir(parents=True)
    (dead / "deep").chmod(0)
    other, link = tmp_path / "autograder-notes", tmp_path / f"{scratch.OURS}link"
    other.mkdir()
    link.symlink_to(other)
    scratch.sweep()
    assert {*tmp_path.iterdir()} == {ours, other, link}
    scratch.remove(ours)
    assert {*tmp_path.iterdir()} == {other, link}


def test_drafts_of_the_dead_are_swept_and_no_others(class_: Course, shell: Shell) -> None:
    folder = class_.hidden / "results"
    folder.mkdir(parents=True)
    process = subprocess.Popen(["true"])
    process.wait()
    drafts = folder / f"key.{process.pid}.tmp", folder / f"key.{os.getpid()}.tmp"
    for draft in (*drafts, folder / "key.tmp"):
        draft.touch()
    files.sweep(class_.hidden)
    assert {*folder.iterdir()} == {drafts[1], folder / "key.tmp"}


def test_a_text_that_no_file_holds_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(UnicodeEncodeError):
        files.write_whole(tmp_path / "page.html", "\ud800")
    assert list(tmp_path.iterdir()) == []
