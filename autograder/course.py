"""The nbgrader course: where it is, what its configuration says, which assignments it has."""

import glob
import os
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from jupyter_core.paths import jupyter_config_path
from nbgrader.coursedir import CourseDirectory
from traitlets import Bool, Enum, Float, Int, List, TraitError, Unicode, default
from traitlets.config import Config, Configurable, PyFileConfigLoader

from autograder import machine
from autograder.job import Limits

CONFIG = "nbgrader_config.py"
MODES = ("split", "plain", "stock")
ANY = "\0"  # for a name in a path; no real one has it
DEVICES = ("cpu", "cuda", "auto")


class CourseError(Exception):
    """Something that an instructor can put right; the text says what and how."""


class Autograder(Configurable):
    """Settings of the engine: `c.Autograder.NAME = VALUE` in nbgrader_config.py."""

    mode = Enum(MODES, "split", help="where tests run, unless --mode says otherwise").tag(
        config=True
    )
    workers = Int(help="submissions graded at once; default: the CPUs we may use").tag(config=True)
    cell_seconds = Float(60.0, help="time limit of one cell").tag(config=True)
    total_seconds = Float(900.0, help="time limit of one submission").tag(config=True)
    memory_mb = Int(2048, help="memory a submission may add").tag(config=True)
    preload = List(Unicode(), help="modules to import once, before any submission").tag(config=True)
    read_paths = List(Unicode(), help="folders that submissions may read").tag(config=True)
    allowed_files = List(
        Unicode(), help="patterns of submitted files that may lie beside the notebook, e.g. *.csv"
    ).tag(config=True)
    device = Enum(DEVICES, "cpu", help="what tests run on").tag(config=True)
    unsafe = Bool(False, help="grade even where no sandbox can be had").tag(config=True)
    resubmission = Enum(
        ("last", "best"), "last", help="which of a student's submissions counts"
    ).tag(config=True)

    @default("workers")
    def _cpus(self) -> int:
        return machine.processors()

    @default("preload")
    def _installed(self) -> list[str]:
        return [name for name in ("numpy", "torch") if find_spec(name)]

    def limits(self) -> Limits:
        return Limits(
            cell_seconds=self.cell_seconds,
            total_seconds=self.total_seconds,
            memory_mb=self.memory_mb,
        )


@dataclass(frozen=True)
class Course:
    """One course: nbgrader's folders and configuration, and the engine's settings."""

    config: Config
    directory: CourseDirectory
    settings: Autograder

    @classmethod
    def open(cls, where: str | Path | None = None) -> "Course":
        """The course at `where`, or the one that the working folder is in.

        Raises:
            CourseError: no course there, or a configuration that does not load.
        """
        root = find_root(where)
        config = load_config(root)
        if not config.CourseDirectory.get("root"):
            config.CourseDirectory.root = str(root)
        return cls.of(CourseDirectory(config=config), config)

    @classmethod
    def of(cls, directory: CourseDirectory, config: Config) -> "Course":
        """The course that an nbgrader application has already loaded."""
        try:
            return cls(config, directory, Autograder(config=config))
        except TraitError as error:
            raise CourseError(f"{CONFIG}: {error}") from error

    @property
    def root(self) -> Path:
        return Path(self.directory.root)

    @property
    def hidden(self) -> Path:
        """Where the engine keeps what it knows of this course."""
        return self.root / ".autograder"

    def folder(self, step: str, assignment: str, student: str = ".") -> Path:
        """`step` is nbgrader's: source, release, submitted, autograded, feedback."""
        name = getattr(self.directory, f"{step}_directory")
        return Path(os.path.normpath(self.directory.format_path(name, student, assignment)))

    def assignments(self) -> list[str]:
        """Names of all assignments that have a notebook in source/, sorted."""
        names = standing_for_any(self.folder("source", ANY))
        return sorted(n for n in names if any(self.folder("source", n).glob("*.ipynb")))

    def assignment(self, prefix: str) -> str:
        """The assignment that `one_of` finds in source/."""
        return one_of(self.assignments(), prefix, self.folder("source", ANY).parent)

    def students(self, assignment: str) -> list[str]:
        """Students with a folder for this assignment in submitted/, sorted."""
        names = standing_for_any(self.folder("submitted", assignment, ANY))
        excluded = set(self.directory.student_id_exclude.split(","))
        return sorted(name for name in names if name not in excluded and os.sep not in name)


def standing_for_any(path: Path) -> list[str]:
    """What stands for `ANY` in paths that exist; all else is taken as it is, brackets too."""
    before, _, after = str(path).partition(ANY)
    pattern = glob.escape(before) + "*" + glob.escape(after)
    return [found[len(before) : len(found) - len(after)] for found in glob.glob(pattern)]


def one_of(names: list[str], prefix: str, folder: Path) -> str:
    """The one name that is `prefix`, or else has it as a word (hw1 in hw1_means, not in hw10), or
    else begins with it.

    Raises:
        CourseError: there is none in the folder, or more than one.
    """
    begin = [name for name in names if prefix and name.startswith(prefix)]
    words = [name for name in begin if not name[len(prefix) :][:1].isalnum()]
    found = [prefix] if prefix in names else words or begin
    if len(found) == 1:
        return found[0]
    if found:
        raise CourseError(f"{prefix!r} could be {', '.join(found)}: type more of the name")
    have = ", ".join(names) or f"none in {folder}"
    raise CourseError(f"no assignment begins with {prefix!r}; this course has: {have}")


def find_root(where: str | Path | None = None) -> Path:
    """The course's folder: `where`, or the nearest one up from the working folder.

    A folder `assignments` beside the way counts too, so that a repository's root works.
    """
    if where is not None:
        root = Path(where).resolve()
        if not root.is_dir():
            raise CourseError(f"--course {where}: there is no such folder")
        for candidate in (root, root / "assignments"):
            if _is_course(candidate):
                return candidate
        raise CourseError(f"--course {where} is not a course: it has no {CONFIG} and no source/")
    here = Path.cwd()
    for folder in (here, *here.parents):
        for candidate in (folder, folder / "assignments"):
            if _is_course(candidate):
                return candidate
    raise CourseError(
        f"no nbgrader course in {here} or above it (a folder with {CONFIG} and source/): "
        "change into one, or name it with --course FOLDER"
    )


def _is_course(folder: Path) -> bool:
    return (folder / CONFIG).is_file() or (
        (folder / "source").is_dir() and any((folder / "source").glob("*/*.ipynb"))
    )


def load_config(root: Path) -> Config:
    """nbgrader's own order: the machine's and the user's files first, the course's last."""
    config = Config()
    for folder in (*reversed(jupyter_config_path()), str(root)):
        if not os.path.isfile(os.path.join(folder, CONFIG)):
            continue
        loader: Any = PyFileConfigLoader(CONFIG, path=folder)
        try:
            config.merge(loader.load_config())
        except (Exception, SystemExit) as error:
            path = os.path.join(folder, CONFIG)
            raise CourseError(f"{path} does not load: {type(error).__name__}: {error}") from error
    return config
