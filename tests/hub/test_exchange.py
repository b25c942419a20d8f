"""The exchange, tried by real accounts: what nbgrader's shared folder allows, and what we take.

Tests named `stock` show a hole of nbgrader's own `collect`; the one beside each shows it closed.
"""

import hashlib
import logging
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from nbgrader.api import Gradebook
from nbgrader.auth import Authenticator
from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange import ExchangeFactory
from nbgrader.exchange.default import (
    ExchangeCollect,
    ExchangeFetchAssignment,
    ExchangeList,
    ExchangeReleaseAssignment,
    ExchangeReleaseFeedback,
    ExchangeSubmit,
)
from traitlets.config import Config

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).parent))

from as_user import Said, as_user

from autograder.collect import CheckedCollect
from autograder.course import Course
from autograder.forget import steps
from hub import prepare
from hub.settings import Site

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to act as several accounts")

HW = "hw1"
COURSE = "rnn"
SECRET = "the-hidden-tests-of-hw1"


class _Kept(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


@dataclass(frozen=True)
class Place:
    """The exchange and a course on it as `make hub` lays them out, without a Hub."""

    site: Site
    root: Path

    def person(self, name: str) -> str:
        return self.site.prefix + name

    @property
    def owner(self) -> str:
        return self.site.account(COURSE)

    @property
    def inbound(self) -> Path:
        return self.site.exchange / COURSE / "inbound"

    @property
    def submitted(self) -> Path:
        return self.root / "submitted"

    def config(self) -> Config:
        config = Config()
        config.CourseDirectory.root = str(self.root)
        config.CourseDirectory.course_id = COURSE
        config.CourseDirectory.assignment_id = HW
        config.Exchange.root = str(self.site.exchange)
        return config

    def exchange(self, who: str, kind: type, where: Path | None = None, **set: object) -> list[str]:
        """Run one of nbgrader's exchange commands as an account; what it logged."""
        config = self.config()
        if who != self.owner:
            del config["CourseDirectory"]["root"]

        def act() -> list[str]:
            log, kept = logging.Logger("exchange"), _Kept()
            log.addHandler(kept)
            directory = CourseDirectory(config=config)
            command = kind(
                coursedir=directory,
                authenticator=Authenticator(config=config),
                config=config,
                log=log,
            )
            for name, value in set.items():
                setattr(command, name, value)
            command.start()
            return kept.lines

        return as_user(who, act, where=where)

    def submit(self, name: str, answer: str = "x = 1") -> Path:
        """As the student would from Assignment List; the folder that it made."""
        who = self.person(name)
        home = self.site.home(who)
        before = set(self.inbound.iterdir())

        def edit() -> None:
            shutil.rmtree(home / HW, ignore_errors=True)
            (home / HW).mkdir()
            nbformat.write(notebook(answer), home / HW / f"{HW}.ipynb")

        as_user(who, edit)
        self.exchange(who, ExchangeSubmit, where=home)
        (made,) = set(self.inbound.iterdir()) - before
        return made

    def collect(self, kind: type = CheckedCollect, **set: object) -> list[str]:
        return self.exchange(self.owner, kind, **set)

    def forge(self, name: str, folder: str, fill: Callable[[Path], None]) -> Path:
        """A folder that a student puts into inbound by hand."""
        path = self.inbound / folder

        def act() -> None:
            path.mkdir(mode=0o755)
            fill(path)

        as_user(self.person(name), act)
        return path

    def work(self, name: str) -> str | None:
        """Source of the first cell of what was collected from a student."""
        path = self.submitted / self.person(name) / HW / f"{HW}.ipynb"
        return nbformat.read(path, as_version=4).cells[0].source if path.exists() else None

    def stamp(self, name: str) -> datetime:
        text = (self.submitted / self.person(name) / HW / "timestamp.txt").read_text()
        return datetime.strptime(text, "%Y-%m-%d %H:%M:%S.%f UTC")


def notebook(answer: str) -> nbformat.NotebookNode:
    known = {"grade_id": "task", "solution": True, "grade": False, "locked": False}
    cell = new_code_cell(answer, id="task", metadata={"nbgrader": {**known, "schema_version": 3}})
    kernel = {"name": "python3", "language": "python", "display_name": "Python 3"}
    return new_notebook(cells=[cell], metadata={"kernelspec": kernel})


def named(student: str, when: datetime | None = None) -> str:
    when = when or datetime.now(UTC)
    return f"{student}+{HW}+{when:%Y-%m-%d %H:%M:%S.%f} UTC+{os.urandom(4).hex()}"


def holds(answer: str) -> Callable[[Path], None]:
    return lambda folder: nbformat.write(notebook(answer), folder / f"{HW}.ipynb")


@pytest.fixture(scope="module")
def laid_out() -> Iterator[Place]:
    base = Path(tempfile.mkdtemp(prefix="exchange-test-", dir="/srv"))
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(prepare.environment, "build", lambda site: None)
            # nbgrader looks for alembic there, to make a gradebook
            patch.setenv("PATH", f"{Path(sys.executable).parent}:{os.environ['PATH']}")
            for course in prepare.COURSES:
                (base / "material" / course / "tree").mkdir(parents=True)
            site = prepare.prepare(base, prefix=f"x{os.getpid()}-").site
            place = Place(site, site.course(COURSE) / "small")
            _make_course(place)
        yield place
    finally:
        prepare.remove(base)


def _make_course(place: Place) -> None:
    """One assignment, released; its gradebook."""
    source = place.root / "source" / HW
    source.mkdir(parents=True)
    nbformat.write(notebook(f"### BEGIN SOLUTION\n'{SECRET}'"), source / f"{HW}.ipynb")
    release = place.root / "release" / HW
    release.mkdir(parents=True)
    nbformat.write(notebook("# your answer"), release / f"{HW}.ipynb")
    with Gradebook(f"sqlite:///{place.root}/gradebook.db", COURSE) as gradebook:
        gradebook.add_assignment(HW, duedate=datetime.now(UTC) + timedelta(days=7))
    for path in (place.root, *place.root.rglob("*")):
        shutil.chown(path, place.owner, place.owner)
    ExchangeFactory(config=place.config())
    place.exchange(place.owner, ExchangeReleaseAssignment)


@pytest.fixture
def place(laid_out: Place) -> Iterator[Place]:
    yield laid_out
    for folder in laid_out.inbound.iterdir():
        if folder.is_dir() and not folder.is_symlink():
            shutil.rmtree(folder)
        else:
            folder.unlink()
    shutil.rmtree(laid_out.submitted, ignore_errors=True)


def refused(lines: list[str], why: str) -> bool:
    return any(line.startswith("Refused") and why in line for line in lines)


# --- what the folders' permissions give ---


def test_students_fetch_submit_and_see_nothing_of_each_other(place: Place) -> None:
    home = place.site.home(place.person("student1"))
    place.exchange(place.person("student1"), ExchangeFetchAssignment, where=home)
    assert (home / HW / f"{HW}.ipynb").exists()
    theirs = place.submit("student2")
    files = [theirs / f"{HW}.ipynb", theirs / "submission_secret.txt"]
    assert as_user(place.person("student2"), files[0].read_text)
    for act in (
        lambda: os.listdir(place.inbound),
        lambda: os.listdir(place.site.exchange / COURSE / "feedback"),
        lambda: os.listdir(place.site.home(place.person("student2"))),
        lambda: os.rename(theirs, place.inbound / named(place.person("student1"))),
        lambda: (theirs / f"{HW}.ipynb").write_text("overwritten"),
    ):
        with pytest.raises(OSError, match="ermi"):
            as_user(place.person("student1"), act)
    seen = place.exchange(place.person("student1"), ExchangeList, where=home, inbound=True)
    assert seen == ["Submitted assignments:"]


@pytest.mark.parametrize(
    "path",
    ["source/hw1/hw1.ipynb", "gradebook.db", "submitted", "nbgrader_config.py", "../assignments"],
)
def test_students_see_nothing_of_the_course(place: Place, path: str) -> None:
    with pytest.raises(PermissionError):
        as_user(place.person("student1"), os.stat, place.root / path)
    assert as_user(place.owner, os.stat, place.root)


def test_students_cannot_release(place: Place) -> None:
    outbound = place.site.exchange / COURSE / "outbound" / HW / f"{HW}.ipynb"
    for act in (
        lambda: outbound.write_text("{}"),
        lambda: outbound.unlink(),
        lambda: (outbound.parent.parent / "hw9").mkdir(),
        lambda: (place.inbound.parent / "feedback" / "a.html").write_text("forged"),
        lambda: os.rename(place.inbound, place.inbound.parent / "mine"),
        lambda: os.rename(place.inbound.parent, place.site.exchange / "mine"),
    ):
        with pytest.raises(PermissionError):
            as_user(place.person("student1"), act)


def test_another_course_is_closed(place: Place) -> None:
    evening = place.site.exchange / "rnn-evening"
    assert as_user(place.person("student2"), os.listdir, evening / "outbound") == []
    for path in (evening / "outbound", evening / "inbound"):
        with pytest.raises(PermissionError):
            as_user(place.person("student1"), os.stat, path)
    with pytest.raises(PermissionError):
        as_user(place.site.account("rnn-evening"), os.listdir, place.root)


def test_feedback_is_found_only_by_whom_it_is_for(place: Place) -> None:
    place.submit("student1")
    place.collect()
    student = place.person("student1")
    folder = place.root / "feedback" / student / HW
    shutil.copytree(place.submitted / student / HW, folder)
    (folder / f"{HW}.html").write_text("well done")
    for path in (folder.parent.parent, folder.parent, folder, *folder.iterdir()):
        shutil.chown(path, place.owner, place.owner)
    place.exchange(place.owner, ExchangeReleaseFeedback)
    (page,) = (place.inbound.parent / "feedback").glob("*.html")
    # its name is a hash of a secret, which lies in the student's home and nowhere to be listed
    assert as_user(student, page.read_text) == "well done"
    with pytest.raises(PermissionError):
        as_user(place.person("student2"), os.listdir, page.parent)
    page.unlink()
    shutil.rmtree(place.root / "feedback")


# --- whose it is ---


def test_stock_collects_work_in_somebody_elses_name(place: Place) -> None:
    place.submit("student2", "mine = 2")
    later = datetime.now(UTC) + timedelta(seconds=2)
    place.forge("student1", named(place.person("student2"), later), holds("nonsense"))
    place.collect(ExchangeCollect)
    assert place.work("student2") == "nonsense"


def test_nobody_submits_as_somebody_else(place: Place) -> None:
    place.submit("student2", "mine = 2")
    later = datetime.now(UTC) + timedelta(seconds=2)
    place.forge("student1", named(place.person("student2"), later), holds("nonsense"))
    said = place.collect()
    assert place.work("student2") == "mine = 2"
    assert refused(said, f"belongs to {place.person('student1')}")


def test_a_folder_that_another_has_written_into_is_refused(place: Place) -> None:
    """nbgrader leaves it writable for everybody who knows its name: the older one counts."""
    place.submit("student2", "old = 1")
    newer = place.submit("student2", "new = 2")
    as_user(place.person("student1"), (newer / "torch.py").write_text, "raise SystemExit")
    said = place.collect()
    assert refused(said, f"'torch.py' belongs to {place.person('student1')}")
    assert place.work("student2") == "old = 1"


@pytest.mark.parametrize("name", ["", ".", "..", "nobody-has-this-name", "root"])
def test_names_that_are_nobody_or_lead_elsewhere(place: Place, name: str) -> None:
    before = sorted(place.root.iterdir())
    place.forge("student1", named(name), holds("x = 1"))
    assert refused(place.collect(), "")
    assert refused(place.collect(check_owner=False), "") or name not in ("", ".", "..")
    shutil.rmtree(place.submitted, ignore_errors=True)
    assert sorted(place.root.iterdir()) == before


# --- when it came ---


def _late(place: Place) -> datetime:
    """A day after the deadline, claimed to be a day before it."""
    claimed = datetime.now(UTC) - timedelta(days=2)
    fill = holds("late = 1")

    def act(folder: Path) -> None:
        fill(folder)
        stamp = f"{claimed:%Y-%m-%d %H:%M:%S.%f} UTC"
        (folder / "timestamp.txt").write_text(stamp)
        for path in (folder, *folder.iterdir()):
            os.utime(path, (claimed.timestamp(),) * 2)

    place.forge("student1", named(place.person("student1"), claimed), act)
    return claimed.replace(tzinfo=None)


def test_stock_believes_the_time_in_a_name(place: Place) -> None:
    claimed = _late(place)
    place.collect(ExchangeCollect)
    assert place.stamp("student1") == claimed


def test_a_submission_counts_from_when_it_arrived(place: Place) -> None:
    claimed = _late(place)
    said = place.collect()
    arrived = place.stamp("student1")
    assert abs(arrived - datetime.now(UTC).replace(tzinfo=None)) < timedelta(minutes=1)
    assert any("arrived at" in line for line in said)
    # what the gradebook reads is what we wrote
    assert place.collect(check_times=False, update=True)
    assert place.stamp("student1") == arrived > claimed


def test_an_edit_after_the_deadline_is_late(place: Place) -> None:
    """A student owns the folder, and can change it for as long as it is not collected."""
    claimed = datetime.now(UTC) - timedelta(days=2)
    made = place.submit("student1", "x = 1")
    old = made.with_name(named(place.person("student1"), claimed))
    as_user(place.person("student1"), lambda: made.rename(old))
    as_user(place.person("student1"), holds("better = 2"), old)
    place.collect()
    assert place.work("student1") == "better = 2"
    assert place.stamp("student1") > claimed.replace(tzinfo=None) + timedelta(days=1)


def test_the_time_of_the_honest_is_theirs_to_the_microsecond(place: Place) -> None:
    made = place.submit("student1")
    said = place.collect()
    assert f"{place.stamp('student1'):%Y-%m-%d %H:%M:%S.%f} UTC" == made.name.split("+")[2]
    assert not any("arrived" in line for line in said)


@pytest.mark.parametrize("update", [False, True])
def test_a_newer_one_takes_its_place_only_if_told_to(place: Place, update: bool) -> None:
    place.submit("student1", "first = 1")
    place.collect()
    place.submit("student1", "second = 2")
    place.collect(update=update)
    assert place.work("student1") == ("second = 2" if update else "first = 1")
    assert [p.name for p in (place.submitted / place.person("student1")).iterdir()] == [HW]


def test_before_the_due_date_the_last_that_was_in_time_counts(place: Place) -> None:
    place.submit("student1", "in_time = 1")
    gradebook = f"sqlite:///{place.root}/gradebook.db"
    due = datetime.now(UTC).replace(tzinfo=None)
    with Gradebook(gradebook, COURSE) as book:
        before = book.find_assignment(HW).duedate
        book.update_or_create_assignment(HW, duedate=due)
    try:
        place.submit("student1", "too_late = 1")
        place.collect(before_duedate=True)
        assert place.work("student1") == "in_time = 1"
        place.collect(update=True)
        assert place.work("student1") == "too_late = 1"
        place.collect(before_duedate=True)
        assert place.work("student1") == "in_time = 1"
    finally:
        with Gradebook(gradebook, COURSE) as book:
            book.update_or_create_assignment(HW, duedate=before)


# --- what is in it ---


def _link(place: Place) -> None:
    def fill(folder: Path) -> None:
        holds("open('data.csv').read()")(folder)
        (folder / "data.csv").symlink_to(place.root / "source" / HW / f"{HW}.ipynb")

    place.forge("student1", named(place.person("student1")), fill)


def test_stock_copies_what_a_link_points_to(place: Place) -> None:
    _link(place)
    place.collect(ExchangeCollect)
    assert SECRET in (place.submitted / place.person("student1") / HW / "data.csv").read_text()


def test_a_link_is_not_followed(place: Place) -> None:
    _link(place)
    assert refused(place.collect(), "'data.csv' is a link")
    assert place.work("student1") is None


def test_a_folder_that_is_a_link_is_not_followed(place: Place) -> None:
    def act() -> None:
        (place.inbound / named(place.person("student1"))).symlink_to(place.root / "source" / HW)

    as_user(place.person("student1"), act)
    assert refused(place.collect(check_owner=False), "no folder")


def test_a_hard_link_is_refused(place: Place) -> None:
    def fill(folder: Path) -> None:
        holds("x = 1")(folder)
        os.link(folder / f"{HW}.ipynb", folder / "twice.ipynb")

    place.forge("student1", named(place.person("student1")), fill)
    assert refused(place.collect(), "is a link")


def _pipe(place: Place, folder: Path) -> None:
    holds("x = 1")(folder)
    os.mkfifo(folder / "data.csv")


def _closed(place: Place, folder: Path) -> None:
    holds("x = 1")(folder)
    (folder / f"{HW}.ipynb").chmod(0)


def _closed_folder(place: Place, folder: Path) -> None:
    (folder / "in").mkdir()
    (folder / "in").chmod(0)


def _huge(place: Place, folder: Path) -> None:
    for name in ("a", "b"):
        with open(folder / name, "wb") as file:
            file.truncate(90_000_000)


def _many(place: Place, folder: Path) -> None:
    for number in range(2100):
        (folder / str(number)).touch()


def _deep(place: Place, folder: Path) -> None:
    (folder / Path(*["d"] * 25)).mkdir(parents=True)


STOPPERS: list[tuple[Callable[[Place, Path], None], str, bool]] = [
    (_pipe, "no plain file", True),
    (_closed, "cannot be read", True),
    (_closed_folder, "cannot be read", True),
    (_huge, "larger than max_dir_size", True),
    (_many, "too many files", False),
    (_deep, "too deep folders", False),
]


@pytest.mark.parametrize(("fill", "why", "stops"), STOPPERS)
def test_one_bad_folder_does_not_stop_the_class(
    place: Place, fill: Callable[[Place, Path], None], why: str, stops: bool
) -> None:
    """Where `stops`, nbgrader's own ends there, and whoever comes after it is not collected."""
    place.forge("student1", named(place.person("student1")), lambda f: fill(place, f))
    place.submit("student2", "fine = 1")
    if stops:
        with pytest.raises((Said, OSError)):
            place.collect(ExchangeCollect)
        shutil.rmtree(place.submitted, ignore_errors=True)
    assert refused(place.collect(), why)
    assert place.work("student2") == "fine = 1"
    assert place.work("student1") is None


@pytest.mark.parametrize(
    "name", ["{}+hw1+yesterday-ish", "{}+hw1+", "{}+hw1+1+2+3", "{}+hw1+1e999999"]
)
def test_names_without_a_time(place: Place, name: str) -> None:
    place.forge("student1", name.format(place.person("student1")), holds("x = 1"))
    place.submit("student2", "fine = 1")
    assert refused(place.collect(), "")
    assert place.work("student2") == "fine = 1"
    assert place.work("student1") is None


def test_a_plain_file_in_inbound_stops_nobody(place: Place) -> None:
    path = place.inbound / named(place.person("student1"))
    as_user(place.person("student1"), path.write_text, "no folder")
    place.submit("student2", "fine = 1")
    assert refused(place.collect(), "no folder")
    assert place.work("student2") == "fine = 1"


@pytest.mark.parametrize("secret", [None, "", "../../x", "\udcff", "f" * 129])
def test_a_secret_of_ones_own_stops_no_feedback(place: Place, secret: str | None) -> None:
    made = place.submit("student1")
    file = made / "submission_secret.txt"

    def act() -> None:
        file.unlink()
        if secret is not None:
            file.write_text(secret, errors="surrogateescape")

    as_user(place.person("student1"), act)
    place.collect()
    kept = (place.submitted / place.person("student1") / HW / "submission_secret.txt").read_text()
    assert len(kept) == 128
    assert kept != secret


def test_what_is_collected_is_exactly_what_was_handed_in(place: Place) -> None:
    made = place.submit("student1", "exact = 1")
    place.collect()
    taken = place.submitted / place.person("student1") / HW
    assert {p.name: p.read_bytes() for p in made.iterdir()} == {
        p.name: p.read_bytes() for p in taken.iterdir()
    }
    assert {p.stat().st_mode & 0o002 for p in (taken, *taken.iterdir())} == {0}


def test_ignored_files_are_not_looked_at(place: Place) -> None:
    def fill(folder: Path) -> None:
        holds("x = 1")(folder)
        (folder / ".ipynb_checkpoints").symlink_to("/etc")
        (folder / "a.pyc").symlink_to("/etc/passwd")

    place.forge("student1", named(place.person("student1")), fill)
    place.collect()
    assert place.work("student1") == "x = 1"


def test_this_course_uses_it() -> None:
    course = Course.open(Path(__file__).resolve().parents[2] / "assignments")
    assert ExchangeFactory(config=course.config).collect is CheckedCollect


# --- who is forgotten ---


def test_the_course_account_forgets_one_student_and_says_what_only_root_may(place: Place) -> None:
    gone, stays = place.person("student1"), place.person("student2")
    answered = {who: place.submit(who.removeprefix(place.site.prefix)) for who in (gone, stays)}
    pages = {who: _page(place, folder) for who, folder in answered.items()}
    closed = place.forge("student1", named(gone), lambda path: (path / "mine").mkdir(mode=0o700))

    def forget() -> None:
        config = place.config()
        course = Course.of(CourseDirectory(config=config), config)
        for _, act in steps(course, gone):
            act()

    with pytest.raises(Said, match=r"remove it as root, then do this again"):
        as_user(place.owner, forget)
    shutil.rmtree(closed)
    as_user(place.owner, forget)
    assert [path.name for path in place.inbound.iterdir()] == [answered[stays].name]
    assert not pages[gone].exists()
    assert pages[stays].read_text() == "well done"
    pages[stays].unlink()


def _page(place: Place, submission: Path) -> Path:
    """Feedback in the exchange, where this submission's student looks for it."""
    secret = (submission / "submission_secret.txt").read_text()
    digest = hashlib.md5(f"{secret}{HW}".encode()).hexdigest()
    page = place.inbound.parent / "feedback" / f"{digest}.html"
    as_user(place.owner, page.write_text, "well done")
    return page
