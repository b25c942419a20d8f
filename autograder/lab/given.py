"""Where the tests of a student's notebook come from: the course, its release, or the notebook."""

import os
from dataclasses import dataclass
from glob import escape
from pathlib import Path

from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange.default import ExchangeFetchAssignment
from nbgrader.utils import find_all_files
from traitlets.config import Config

from autograder.bundle import Bundle, make_bundle
from autograder.course import load_config
from autograder.learner_home import Home
from autograder.notebook import read_source

RELEASED = "Tests and files are those that your instructor released."
OWN = (
    "The tests are those in this notebook, as they stand: your instructor's release was not found "
    "on this machine."
)


@dataclass(frozen=True)
class Given:
    """The tests for one notebook.

    Attributes:
        home: the copy of the course that the notebook is in; None in a folder of its own.
        remark: what a student should know of where the tests come from.
        allowed_files: patterns of the student's files that the notebook may read.
    """

    bundle: Bundle
    home: Home | None = None
    remark: str = ""
    allowed_files: tuple[str, ...] = ()


def find(path: Path) -> Given:
    """What belongs to a student's notebook.

    Raises:
        CourseError: it cannot be read, or not be graded here.
    """
    home, name = Home.above(path.parent), path.stem
    if home and path in (home.mine(name), home.given(name), home.source(name)):
        return Given(home.bundle(name), home)
    config = load_config(Path.cwd())
    release = released(config, path)
    if release is None:
        return Given(make_bundle(name, read_source(path)), None, OWN, ("*",))
    ignored = [*CourseDirectory(config=config).ignore, "*.ipynb"]
    files = {
        Path(file).relative_to(release.parent).as_posix(): Path(file).read_bytes()
        for file in sorted(find_all_files(str(release.parent), ignored))
    }
    return Given(make_bundle(name, read_source(release), files), None, RELEASED)


def released(config: Config, path: Path) -> Path | None:
    """The notebook as it lies in the exchange; None if it does not, or in several courses.

    The student's folder is ASSIGNMENT, inside of one of the course's name if the site wants that.
    """
    directory = CourseDirectory(config=config)
    exchange = ExchangeFetchAssignment(coursedir=directory, config=config)
    notebook = Path("outbound", path.parent.name, path.name)
    for course in filter(None, (path.parent.parent.name, directory.course_id)):
        if os.path.isfile(found := Path(exchange.root, course, notebook)):
            return found
    several = [*Path(exchange.root).glob(f"*/{escape(str(notebook))}")]
    return several[0] if len(several) == 1 else None
