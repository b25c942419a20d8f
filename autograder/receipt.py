"""One submission's receipt: found in the exchange, read with care, and left where it is fetched."""

import hashlib
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from fnmatch import fnmatch
from pathlib import Path
from secrets import token_hex
from typing import Any

import jinja2
from markupsafe import Markup
from nbgrader.exchange import ExchangeError
from nbgrader.exchange.default import ExchangeCollect, ExchangeReleaseFeedback
from nbgrader.utils import notebook_hash

from autograder.advice import advise
from autograder.beside import allowed_files
from autograder.bundle import Bundle, load_bundles
from autograder.course import Course, CourseError
from autograder.files import told as in_words
from autograder.inbox import Entry, Refused, account, content, entries, opened
from autograder.job import CellResult, Limits
from autograder.learner_check import Told, points, remarks, score, words
from autograder.misconceptions import Known
from autograder.rebuild import Rebuilt, rebuild_folder

SECRET = "submission_secret.txt"  # nbgrader writes it last: without it, a submission is incomplete
_SECRET = re.compile(rb"[0-9a-f]{128}")
_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Order:
    """A submission in the exchange, and what was read of it.

    Attributes:
        changed: its folder, by the clock of the file system.
        received: when its last file was changed, by the same clock.
        work: rebuilt notebooks by name.
        digests: sha256 of each notebook as it was handed in; absent if it was not.
    """

    name: str
    student: str
    assignment: str
    changed: float
    received: datetime | None = None
    secret: str = ""
    work: Mapping[str, Rebuilt] = field(default_factory=dict)
    digests: Mapping[str, str] = field(default_factory=dict)


class Desk:
    """Takes from the exchange's `inbound`, gives to its `feedback`.

    Raises:
        CourseError: the exchange is not there, or its feedback belongs to somebody else.
    """

    def __init__(self, course: Course) -> None:
        self.course = course
        about: dict[str, Any] = {"coursedir": course.directory, "config": course.config}
        collect, release = ExchangeCollect(**about), ExchangeReleaseFeedback(**about)
        self.check_owner = bool(collect.check_owner)
        self.inbound = Path(collect.root, course.directory.course_id, "inbound")
        if not self.inbound.is_dir():
            raise CourseError(f"{self.inbound} does not exist: release an assignment first")
        try:
            with in_words(self.inbound.with_name("feedback")):
                release.init_dest()
        except ExchangeError as error:
            raise CourseError(str(error)) from error
        self.feedback = Path(release.dest_path)
        self.answered: set[str] = set()
        self.bundles: dict[str, tuple[object, dict[str, Bundle]]] = {}

    def waiting(self) -> list[Order]:
        """The last submission of each student to each assignment, if it has no receipt yet.

        The student whose submission came first is first.
        """
        last: dict[tuple[str, str], Order] = {}
        for order in self._arrived():
            key = (order.student, order.assignment)
            if key not in last or last[key].changed < order.changed:
                last[key] = order
        found = [order for order in last.values() if order.name not in self.answered]
        return sorted(found, key=lambda order: order.changed)

    def _arrived(self) -> Iterator[Order]:
        """Folders that belong to whom they name; others cannot push them aside."""
        assignments, owners = {*self.course.assignments()}, dict[str, int | None]()
        for entry in os.scandir(self.inbound):
            student, _, rest = entry.name.partition("+")
            assignment = rest.partition("+")[0]
            if assignment not in assignments or student in ("", ".", ".."):
                continue
            with suppress(OSError):
                about = entry.stat(follow_symlinks=False)
                if student not in owners:
                    owners[student] = self._owner(student)
                if not self.check_owner or about.st_uid == owners[student]:
                    yield Order(entry.name, student, assignment, about.st_ctime)

    def _owner(self, student: str) -> int | None:
        try:
            return account(student) if self.check_owner else None
        except Refused:
            return None

    def take(self, order: Order, target: Path) -> Order | None:
        """The order with what was handed in, which is copied to `target`.

        Returns:
            None if every notebook has a receipt, or feedback, already.

        Raises:
            Refused: it is incomplete, or holds what nobody should hand in.
            CourseError: the assignment's release cannot be read.
        """
        bundles = self._visible_tests(order.assignment)
        with opened(str(self.inbound / order.name)) as top:
            secret = self._secret(top)
            left = {n: b for n, b in bundles.items() if not self._place(secret, n).exists()}
            if not left:
                self.answered.add(order.name)
                return None
            received = self._copy(top, target)
        allowed = allowed_files(self.course, order.assignment)
        handed = {name: target / f"{name}.ipynb" for name in left}
        return replace(
            order,
            received=datetime.fromtimestamp(max(received, order.changed), UTC),
            secret=secret,
            work={name: rebuild_folder(target, b, allowed) for name, b in left.items()},
            digests={
                name: hashlib.sha256(path.read_bytes()).hexdigest()
                for name, path in handed.items()
                if path.is_file()
            },
        )

    def _entries(self, top: int) -> Iterator[Entry]:
        return entries(top, os.fstat(top).st_uid, self._ignored)

    def _secret(self, top: int) -> str:
        for entry in self._entries(top):
            if entry.path == SECRET and entry.about.st_size < 1024:
                secret = content(entry)
                if _SECRET.fullmatch(secret):
                    return secret.decode()
        raise Refused("it has no secret of nbgrader's yet, so nobody could fetch a receipt")

    def _copy(self, top: int, target: Path) -> float:
        """When the last file was changed."""
        target.mkdir()
        left, last = Limits().file_mb * 2**20, 0.0
        for entry in self._entries(top):
            left -= entry.about.st_size
            if left < 0:
                raise Refused(f"it is larger than {Limits().file_mb} MB")
            path = target / entry.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content(entry))
            last = max(last, entry.about.st_ctime)
        return last

    def _ignored(self, name: str) -> bool:
        return any(fnmatch(name, pattern) for pattern in self.course.directory.ignore)

    def _place(self, secret: str, notebook: str) -> Path:
        """Where nbgrader looks for feedback; its name cannot be had without the secret."""
        name = notebook_hash(secret=secret, notebook_id=notebook)
        return self.feedback / f"{name}.html"

    def _visible_tests(self, assignment: str) -> dict[str, Bundle]:
        folder = self.course.folder("release", assignment)
        version = tuple((p.name, p.stat().st_mtime_ns) for p in sorted(folder.rglob("*")))
        if self.bundles.get(assignment, ((), {}))[0] != version or not version:
            self.bundles[assignment] = version, load_bundles(self.course, assignment, "release")
        return self.bundles[assignment][1]

    def give(self, order: Order, notebook: str, cells: Sequence[CellResult]) -> bool:
        """Write the receipt, unless there is one, or feedback already; whether it was written.

        Raises:
            CourseError: it cannot be written.
        """
        target, draft = self._place(order.secret, notebook), self.feedback / f".{token_hex(8)}"
        with in_words(target):
            try:
                draft.write_text(page(order, notebook, cells), encoding="utf-8")
                draft.chmod(0o644)  # to be found by who knows its name
                os.link(draft, target)  # unlike a rename, it never takes another's place
            except FileExistsError:
                return False
            finally:
                draft.unlink(missing_ok=True)
        return True


def page(order: Order, notebook: str, cells: Sequence[CellResult]) -> str:
    """The receipt as HTML: what students wrote is escaped, nothing is loaded, nothing runs."""
    rebuilt = order.work[notebook]
    advice = advise(rebuilt.bundle, cells, Known({}))
    told = Told(rebuilt.bundle, advice, "in the sandbox, when it arrived")
    problems = [] if rebuilt.readable else [verdict.text for verdict in rebuilt.verdicts]
    return _TEMPLATE.render(
        notebook=notebook,
        received=f"{order.received:%Y-%m-%d %H:%M:%S} UTC",
        digest=order.digests.get(notebook, "none"),
        problems=problems,
        score=score(told),
        rows=[(one, points(one), [*words(one)]) for one in advice if one.here],
        remarks=[*remarks(told)],
        css=Markup(_HERE.joinpath("feedback_page.css").read_text("utf-8")),
    )


_TEMPLATE = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(
    _HERE.joinpath("receipt.html.j2").read_text("utf-8")
)
