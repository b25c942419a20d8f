"""A course's part of nbgrader's exchange: work that came in, and pages that were given back."""

import hashlib
from pathlib import Path

from autograder.course import Course

IDS = ("ad", "ada", "ada.b", "ada+b")  # nbgrader takes no + of its own accord, some Hubs do
STAMPS = [f"2026-10-01 {hour:02}:00:00.000000 UTC" for hour in (9, 10)]


def filled(released: Course, base: Path) -> Course:
    """Released into an exchange below `base`: each of IDS handed in twice, and was answered."""
    with (released.root / "nbgrader_config.py").open("a") as config:
        config.write(f"c.Exchange.root = {str(base / 'exchange')!r}\n")
    for folder in ("inbound", "feedback", "outbound/hw1_means"):
        (base / "exchange" / "means" / folder).mkdir(parents=True)
    for student in IDS:
        for stamp in STAMPS:
            submit(released, student, stamp)
    return Course.open(released.root)


def exchange(course: Course) -> Path:
    return course.root.parents[1] / "exchange" / "means"


def secret_of(student: str, stamp: str) -> str:
    return hashlib.sha512(f"{student} {stamp}".encode()).hexdigest()


def page_of(course: Course, student: str, stamp: str, notebook: str = "hw1_means") -> Path:
    """Where nbgrader looks for it."""
    digest = hashlib.md5(f"{secret_of(student, stamp)}{notebook}".encode()).hexdigest()
    return exchange(course) / "feedback" / f"{digest}.html"


def submit(course: Course, student: str, stamp: str, assignment: str = "hw1_means") -> Path:
    """What `nbgrader submit` leaves, with a folder in it, and a receipt for it."""
    folder = exchange(course) / "inbound" / f"{student}+{assignment}+{stamp}+q-_{len(student)}"
    (folder / "data").mkdir(parents=True)
    for name in ("hw1_means.ipynb", "extra.ipynb", "data/numbers.csv", "timestamp.txt"):
        (folder / name).write_text(student)
    (folder / "submission_secret.txt").write_text(secret_of(student, stamp))
    page_of(course, student, stamp).write_text("a receipt")
    return folder


def everything(course: Course) -> set[Path]:
    """All that is of students, in the exchange and in the course."""
    tops = (exchange(course), course.root / "submitted", course.root / "autograded")
    return {path for top in tops for path in top.rglob("*")}
