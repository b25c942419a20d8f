"""`nbgrader collect`, and the formgrader's Collect, from a folder that every student can write to.

In nbgrader_config.py: `c.ExchangeFactory.collect = "autograder.collect.CheckedCollect"`. nbgrader
believes what stands in a folder's name, follows links with the instructor's rights, and stops for
the whole class at the first folder that it cannot read. Here a submission is taken whole or not at
all: only plain files that belong to the student, at the time at which they arrived.
"""

import os
import re
import secrets
import shutil
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatch
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.exchange.default import ExchangeCollect
from nbgrader.utils import parse_utc
from traitlets import Bool

from autograder.inbox import Entry, Refused, account, content, entries, name_of, opened

SLACK = timedelta(minutes=2)  # copying takes time after the student's clock was read
TIME, SECRET = "timestamp.txt", "submission_secret.txt"
_SECRET = re.compile(rb"[0-9a-f]{128}")


@dataclass(frozen=True)
class Arrived:
    """A folder that could be taken: `stamp` is its time in nbgrader's words, `received` ours."""

    student: str
    name: str
    stamp: str
    received: datetime

    @property
    def time(self) -> datetime:
        return parse_utc(self.stamp)


class CheckedCollect(ExchangeCollect):
    """Collects what belongs to whom it names; what it refuses, it says, and goes on."""

    check_times = Bool(
        True,
        help="Whether a submission counts from when its files last changed, if it claims an "
        "earlier time. Switch it off once after the exchange was restored or moved.",
    ).tag(config=True)

    def init_src(self) -> None:
        """Find the one submission of each student that is to be collected."""
        course, assignment = self.coursedir.course_id, self.coursedir.assignment_id
        if not course:
            self.fail("No course id specified. Re-run with --course flag.")
        self.inbound_path = os.path.join(self.root, course, "inbound")
        if not os.access(self.inbound_path, os.R_OK | os.X_OK):
            self.fail(f"Inbound directory cannot be read: {self.inbound_path}")
        with Gradebook(self.coursedir.db_url, course) as gradebook:
            try:
                self.duedate = gradebook.find_assignment(assignment).duedate
            except MissingEntry:
                self.duedate = None
        found = defaultdict(list)
        for student, name in self._named():
            wanted = self.coursedir.student_id in ("", "*", student)
            if wanted and name.startswith(f"{student}+{assignment}+"):
                try:
                    found[student].append(self._arrived(name))
                except Refused as reason:
                    self._tell(name, reason)
        self.src_records = [self._chosen(arrived) for arrived in found.values() if arrived]

    def _named(self) -> Iterator[tuple[str, str]]:
        """Everything that is there, and whose it says it is."""
        for name in sorted(os.listdir(self.inbound_path)):
            yield name.partition("+")[0], name

    def copy_files(self) -> None:
        """Take them; one that cannot be taken does not stop the others."""
        if not self.src_records:
            self.log.warning("No submissions of '%s' to collect", self.coursedir.assignment_id)
        for arrived in self.src_records:
            try:
                self._collect(arrived)
            except Refused as reason:
                self._tell(arrived.name, reason)

    def _tell(self, name: str, reason: Refused) -> None:
        self.log.warning("Refused %s: %s", ascii(name)[1:-1], reason)

    def _chosen(self, arrived: list[Arrived]) -> Arrived:
        """The newest; with `before_duedate`, the newest that was in time, if there is one."""
        in_time = [one for one in arrived if self.duedate and one.time <= self.duedate]
        return max(in_time if self.before_duedate and in_time else arrived, key=lambda a: a.time)

    def _arrived(self, name: str) -> Arrived:
        parts = name.split("+")
        if len(parts) not in (3, 4):
            raise Refused("its name is not STUDENT+ASSIGNMENT+TIME")
        student, _, claimed, *_ = parts
        try:
            time = parse_utc(claimed)
        except Exception as error:  # a date parser, with what a student wrote
            raise Refused("the time in its name cannot be read") from error
        with self._opened(name, student) as (top, owner):
            seen = [os.fstat(top), *(entry.about for entry in self._entries(top, owner))]
        received = max(map(_changed, seen))
        if self.check_times and abs(received - time) > SLACK:
            self.log.warning("%s says %s, and arrived at %s UTC", student, claimed, received)
            claimed = f"{received:%Y-%m-%d %H:%M:%S.%f} UTC"
        return Arrived(student, name, claimed, received)

    @contextmanager
    def _opened(self, arrived: str, student: str) -> Iterator[tuple[int, int]]:
        """Descriptor of the folder, and who must own everything in it."""
        with opened(os.path.join(self.inbound_path, arrived)) as top:
            owner = os.fstat(top).st_uid
            if student in ("", ".", ".."):
                raise Refused("it names no student")
            if self.check_owner and owner != account(student):
                raise Refused(f"it belongs to {name_of(owner)}")
            yield top, owner

    def _entries(self, top: int, owner: int) -> Iterator[Entry]:
        """The files that are to be copied."""
        size = 0
        for entry in entries(top, owner, self._ignored):
            if entry.about.st_size > self.coursedir.max_file_size * 1000:
                self.log.warning("Left out %s: larger than max_file_size", ascii(entry.path))
                continue
            size += entry.about.st_size
            if size > self.coursedir.max_dir_size * 1000:
                raise Refused("it is larger than max_dir_size")
            yield entry

    def _ignored(self, name: str) -> bool:
        return any(fnmatch(name, pattern) for pattern in self.coursedir.ignore)

    def _collect(self, arrived: Arrived) -> None:
        student, assignment = arrived.student, self.coursedir.assignment_id
        target = Path(self.coursedir.format_path(self._submitted, student, assignment))
        words, there = "Collecting", target.is_dir()
        if there:
            before = self.coursedir.get_existing_timestamp(str(target))
            newer = self.update and (before is None or arrived.time > before)
            if not (newer or (self.before_duedate and before != arrived.time)):
                hint = "No newer submission" if self.update else "Already there, see --update"
                self.log.info("%s: %s %s", hint, student, assignment)
                return
            words = "Updating"
        draft, old = (target.with_name(f".{target.name}.{end}") for end in ("part", "old"))
        for left in (draft, old):
            shutil.rmtree(left, ignore_errors=True)
        try:
            self._copy(arrived, draft)
            if there:
                target.rename(old)
            draft.rename(target)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)
        self.log.info("%s submission: %s %s", words, student, assignment)

    @property
    def _submitted(self) -> str:
        return str(self.coursedir.submitted_directory)

    def _copy(self, arrived: Arrived, draft: Path) -> None:
        shared = self.coursedir.groupshared
        draft.mkdir(parents=True)
        with self._opened(arrived.name, arrived.student) as (top, owner):
            for entry in self._entries(top, owner):
                target = draft / entry.path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content(entry))
                if _changed(entry.about) > arrived.received:
                    raise Refused(f"{entry.path!a} changed while it was collected")
        (draft / TIME).write_text(arrived.stamp)
        given = (draft / SECRET).read_bytes() if (draft / SECRET).is_file() else b""
        if not _SECRET.fullmatch(given):  # release_feedback would stop at it, for everybody
            (draft / SECRET).write_text(secrets.token_hex(64))
        if shared:
            for path in (draft, *draft.rglob("*")):
                path.chmod(0o2770 if path.is_dir() else 0o660)


def _changed(about: os.stat_result) -> datetime:
    """By the clock of the file system, which no owner can set; in UTC without a zone."""
    return datetime.fromtimestamp(about.st_ctime, UTC).replace(tzinfo=None)
