"""`autograder receipts` on the small course, with an exchange as nbgrader lays it out."""

import hashlib
import io
import os
import re
import time
from functools import partial
from pathlib import Path

import nbformat
import pytest
from fake_engine import GOOD, HALF, FakeEngine
from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange.default import ExchangeFetchFeedback
from rich.console import Console
from traitlets.config import Config

from autograder import cli, receipts
from autograder.course import Course, CourseError
from autograder.job import CellResult
from autograder.receipt import Desk
from autograder.receipts import Service

WRONG = "def mean_of(values):\n    raise ValueError('<script>alert(1)</script>')"
SECRETS = {"ada": "a" * 128, "bob": "b" * 128, "eve": "e" * 128}


@pytest.fixture
def course(released: Course, tmp_path: Path) -> Course:
    """The small course, released into an exchange; every submission counts as its student's."""
    with (released.root / "nbgrader_config.py").open("a") as config:
        config.write(f"c.Exchange.root = {str(tmp_path / 'exchange')!r}\n")
        config.write("c.ExchangeCollect.check_owner = False\n")
    (tmp_path / "exchange" / "means" / "inbound").mkdir(parents=True)
    return Course.open(released.root)


class Watch:
    """A service with an engine that is easy to look at."""

    def __init__(self, course: Course, run_all=None) -> None:
        self.engine = FakeEngine()
        self.jobs: list = []
        self.said = io.StringIO()
        console = Console(file=self.said, width=1000)
        self.service = Service(course, Desk(course), console, run_all or self.run)
        self.look = self.service.look

    def run(self, jobs, *arguments, **rest):
        self.jobs += jobs.values()
        yield from self.engine(jobs, *arguments, **rest)


@pytest.fixture
def watch(course):
    """`watch()` begins a new one, as after a restart."""
    return partial(Watch, course)


def inbound(course: Course) -> Path:
    return course.root.parents[1] / "exchange" / "means" / "inbound"


def submit(
    course: Course,
    student: str,
    mean: str = GOOD,
    when: str = "10:00:00",
    secret: str | None = None,
) -> Path:
    """What `nbgrader submit` leaves in the exchange."""
    folder = inbound(course) / f"{student}+hw1_means+2026-10-01 {when} UTC+{os.urandom(4).hex()}"
    folder.mkdir()
    notebook = nbformat.read(course.folder("release", "hw1_means") / "hw1_means.ipynb", 4)
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "mean":
            cell.source = mean
    nbformat.write(notebook, folder / "hw1_means.ipynb")
    (folder / "timestamp.txt").write_text(f"2026-10-01 {when} UTC")
    (folder / "submission_secret.txt").write_text(secret or SECRETS[student])
    time.sleep(0.02)  # clocks of file systems tick
    return folder


def pages(course: Course) -> list[Path]:
    return sorted((inbound(course).with_name("feedback")).iterdir())


def receipt(course: Course, secret: str) -> str:
    name = hashlib.md5(f"{secret}hw1_means".encode()).hexdigest()
    return (inbound(course).with_name("feedback") / f"{name}.html").read_text()


def test_a_receipt_says_what_arrived_and_what_its_visible_tests_say(course, watch):
    folder = submit(course, "ada", WRONG)
    one = watch()
    assert one.look() == 1
    page = receipt(course, SECRETS["ada"])
    content = (folder / "hw1_means.ipynb").read_bytes()
    assert hashlib.sha256(content).hexdigest() in page
    assert re.search(r"Received \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC", page)
    received = time.strftime("%Y-%m-%d", time.gmtime(folder.stat().st_ctime))
    assert f"Received {received}" in page, "by our clock, not by the student's"
    assert "mean_visible" in page
    assert "0/2" in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script" not in page
    assert "ada" not in page.replace(hashlib.sha256(content).hexdigest(), ""), "nobody is named"


def test_hidden_tests_are_neither_run_nor_told(course, watch):
    submit(course, "ada", HALF)
    one = watch()
    one.look()
    sources = "".join(cell.source for job in one.jobs for cell in job.cells)
    sources += "".join(source for job in one.jobs for source in job.reference_cells.values())
    assert "the mean of 1, 2, 3 is 2" in sources
    for secret in ("mean of nothing", "negative numbers", "running_total"):
        assert secret not in sources
        assert secret not in receipt(course, SECRETS["ada"])
    assert "mean_hidden" not in receipt(course, SECRETS["ada"])
    assert "3 more points are from tests that only your instructor has" in receipt(
        course, SECRETS["ada"]
    )


def test_nbgrader_fetches_it_as_feedback_and_only_who_has_the_secret_can(course, watch, tmp_path):
    folder = submit(course, "ada")
    watch().look()
    cache = tmp_path / "cache" / "means" / folder.name.rpartition("+")[0]
    cache.mkdir(parents=True)
    for name in ("hw1_means.ipynb", "submission_secret.txt"):
        (cache / name).write_bytes((folder / name).read_bytes())
    config = Config()
    config.CourseDirectory.course_id = "means"
    config.CourseDirectory.assignment_id = "hw1_means"
    config.Exchange.root = str(tmp_path / "exchange")
    config.Exchange.cache = str(tmp_path / "cache")
    config.Exchange.assignment_dir = str(tmp_path / "home")
    ExchangeFetchFeedback(coursedir=CourseDirectory(config=config), config=config).start()
    (fetched,) = (tmp_path / "home" / "hw1_means" / "feedback").rglob("*.html")
    assert fetched.read_text() == receipt(course, SECRETS["ada"])
    (page,) = pages(course)
    assert page.stat().st_mode & 0o777 == 0o644
    assert page.parent.stat().st_mode & 0o077 == 0o011, "nobody else can list the folder"


def test_a_restart_repeats_nothing_and_a_kill_loses_nothing(course, watch):
    submit(course, "ada")
    submit(course, "bob", HALF)
    first = watch()

    def killed(name):
        if first.engine.ran:
            raise KeyboardInterrupt

    first.engine.before = killed
    with pytest.raises(KeyboardInterrupt):
        first.look()
    assert len(pages(course)) == 1
    second = watch()
    assert second.look() == 1
    assert len(second.engine.ran) == 1
    third = watch()
    assert third.look() == 0
    assert third.engine.ran == []
    assert len(pages(course)) == 2


def test_who_uploads_again_and_again_waits_and_nobody_else_does(course, watch, monkeypatch):
    clock = [1000.0]
    monkeypatch.setattr(receipts.time, "monotonic", lambda: clock[0])
    one = watch()
    for number in range(5):
        submit(course, "eve", when=f"10:00:0{number}", secret=f"{number}" * 128)
    submit(course, "ada")
    assert one.look() == 2
    assert receipt(course, "4" * 128), "the last of five"
    submit(course, "eve", when="10:01:00", secret="5" * 128)
    submit(course, "bob")
    assert one.look() == 1, "bob's"
    clock[0] += receipts.PAUSE_SECONDS
    submit(course, "eve", when="10:02:00", secret="6" * 128)
    assert one.look() == 1
    assert receipt(course, "6" * 128), "the last one"
    assert len(pages(course)) == 4
    clock[0] += receipts.PAUSE_SECONDS
    assert one.look() == 0, "what was replaced before its turn has none"


def test_a_student_who_costs_much_waits_long(course, watch, monkeypatch):
    clock = [0.0]
    monkeypatch.setattr(receipts.time, "monotonic", lambda: clock[0])

    def slow(jobs, *_, **__):
        for name, job in jobs.items():
            yield name, [CellResult(cell.id, score=0.0, seconds=30.0) for cell in job.cells]

    one = watch(slow)
    submit(course, "eve")
    assert one.look() == 1
    submit(course, "eve", when="11:00:00", secret="f" * 128)
    clock[0] = 2 * receipts.PAUSE_SECONDS
    assert one.look() == 0
    clock[0] = 30.0 * 10 * 10
    assert one.look() == 1


def test_feedback_that_is_there_stays(course, watch):
    folder = submit(course, "ada")
    one = watch()
    name = hashlib.md5(f"{SECRETS['ada']}hw1_means".encode()).hexdigest()
    feedback = inbound(course).with_name("feedback") / f"{name}.html"

    def released_meanwhile(_):
        feedback.write_text("the grade")

    one.engine.before = released_meanwhile
    assert one.look() == 0
    assert feedback.read_text() == "the grade"
    assert [path.name for path in pages(course)] == [feedback.name], "no draft is left"
    assert watch().look() == 0
    assert folder.is_dir()


def test_hostile_folders_are_told_once_and_stop_nobody(course, watch, tmp_path):
    secret = tmp_path / "gradebook.db"
    secret.write_text("everybody's grades")
    linked = submit(course, "eve")
    (linked / "hw1_means.ipynb").unlink()
    (linked / "hw1_means.ipynb").symlink_to(secret)
    os.mkfifo(submit(course, "bob") / "pipe")
    (inbound(course) / "nonsense").mkdir()
    (inbound(course) / "+hw1_means+now").mkdir()
    (inbound(course) / "..+hw1_means+now").mkdir()
    (inbound(course) / "zoe+hw9_other+now").mkdir()
    (inbound(course) / "zoe+hw1_means+now").symlink_to(linked)
    submit(course, "ada")
    one = watch()
    assert one.look() == 1
    assert one.look() == 0
    said = one.said.getvalue().splitlines()
    assert len(said) == 3, said
    assert sum("is a link, or no plain file" in line for line in said) == 2
    assert sum("no folder that can be opened" in line for line in said) == 1
    assert not any("eve" in line for line in said), "a log has pseudonyms"
    assert "0/2" not in receipt(course, SECRETS["ada"])
    assert len(pages(course)) == 1


def test_a_secret_that_is_none_brings_nothing(course, watch):
    for secret in (" ", "../" * 40, "A" * 128, "a" * 127, "a" * 2000):
        folder = submit(course, "eve", secret=secret)
        one = watch()
        assert one.look() == 0
        assert "nobody could fetch" in one.said.getvalue()
        (folder / "submission_secret.txt").unlink()
    folder = submit(course, "eve")  # as nbgrader copies: the secret comes last
    (folder / "submission_secret.txt").rename(folder.parent / "later")
    one = watch()
    assert one.look() == 0
    (folder.parent / "later").rename(folder / "submission_secret.txt")
    one.service.free_at.clear()
    assert one.look() == 1


def test_nobody_submits_for_somebody_else(course, watch, monkeypatch):
    with (course.root / "nbgrader_config.py").open("a") as config:
        config.write("c.ExchangeCollect.check_owner = True\n")
    mine = os.getuid()
    monkeypatch.setattr("autograder.receipt.account", {"eve": mine, "ada": mine + 1}.__getitem__)
    submit(course, "ada")
    submit(course, "eve")
    one = Watch(Course.open(course.root))
    assert one.look() == 1
    assert len(pages(course)) == 1
    assert receipt(course, SECRETS["eve"])


def test_what_cannot_be_read_has_a_receipt_that_says_so(course, watch):
    folder = submit(course, "ada")
    (folder / "hw1_means.ipynb").write_text("{")
    missing = submit(course, "bob")
    (missing / "hw1_means.ipynb").unlink()
    one = watch()
    assert one.look() == 2
    assert "the file is not JSON" in receipt(course, SECRETS["ada"])
    assert hashlib.sha256(b"{").hexdigest() in receipt(course, SECRETS["ada"])
    assert "was not handed in" in receipt(course, SECRETS["bob"])
    assert one.engine.ran == []


def test_a_fault_of_the_engine_is_tried_again(course, watch):
    def failing(jobs, *_, **__):
        for name, job in jobs.items():
            yield name, [CellResult(cell.id, score=0.0, verdict="engine") for cell in job.cells]

    submit(course, "ada")
    one = watch(failing)
    assert one.look() == 0
    assert pages(course) == []
    one.service.run_all = one.run
    one.service.free_at.clear()
    assert one.look() == 1


def test_an_assignment_that_is_not_released_is_told(course, watch):
    submit(course, "ada")
    for path in course.folder("release", "hw1_means").iterdir():
        path.unlink()
    one = watch()
    assert one.look() == 0
    assert "release hw1_means first" in one.said.getvalue()


def test_without_an_exchange_the_command_says_what_is_missing(released, tmp_path, capsys):
    with (released.root / "nbgrader_config.py").open("a") as config:
        config.write(f"c.Exchange.root = {str(tmp_path / 'none')!r}\n")
    assert cli.main(["receipts", "--once", "--course", str(released.root)]) == 2
    assert "release an assignment first" in capsys.readouterr().err


@pytest.mark.sandbox
def test_the_command_with_the_real_engine_and_two_at_once(course, monkeypatch):
    with (course.root / "nbgrader_config.py").open("a") as config:
        config.write("c.Autograder.cell_seconds = 2\nc.Autograder.preload = []\n")
    submit(course, "eve", "def mean_of(values):\n    while True:\n        pass")
    submit(course, "ada")

    def second(_: float) -> None:
        arguments = receipts.argparse.Namespace(course=course.root, once=True, every=1)
        with pytest.raises(CourseError, match="another `autograder receipts`"):
            receipts.run(arguments)
        raise KeyboardInterrupt

    monkeypatch.setattr(receipts.time, "sleep", second)
    assert cli.main(["receipts", "--course", str(course.root)]) == 130
    assert "endless loop" in receipt(course, SECRETS["eve"])
    assert "2 of 2 points" in receipt(course, SECRETS["ada"])
