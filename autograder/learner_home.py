"""A learner's copy of the course: where things are, and what was tried."""

import json
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from autograder.bundle import Bundle, load_bundles, make_bundle
from autograder.course import Course, CourseError
from autograder.files import write_whole
from autograder.notebook import read_source
from autograder.release import release_version

FIRST = Path("notebooks", "00_start_here.ipynb")


@dataclass(frozen=True)
class Home:
    """A copy of the course: the whole repository, or the tree that an instructor gives out."""

    root: Path

    @classmethod
    def find(cls) -> "Home":
        """The copy that the working folder is in.

        Raises:
            CourseError: it is in none.
        """
        here = Path.cwd()
        for folder in (here, *here.parents):
            if (folder / FIRST).is_file():
                return cls(folder)
        raise CourseError(f"no course here: change into the folder that has {FIRST}")

    def source(self, name: str) -> Path:
        """The instructor's notebook, which only the whole repository has."""
        return self.root / "assignments" / "source" / name / f"{name}.ipynb"

    def given(self, name: str) -> Path:
        """The notebook that an instructor gave out."""
        return self.root / "assignments" / name / f"{name}.ipynb"

    def mine(self, name: str) -> Path:
        """The learner's own copy."""
        return self.root / "my_work" / name / f"{name}.ipynb"

    @property
    def progress(self) -> Path:
        return self.root / "my_work" / "progress.json"

    def assignments(self) -> list[str]:
        """Names of what there is to do, in order."""
        found = self.root.glob("assignments/**/*.ipynb")
        names = {path.stem for path in found if path.stem == path.parent.name}
        return sorted(n for n in names if self.source(n).exists() or self.given(n).exists())

    def assignment(self, prefix: str) -> str:
        """The one assignment that begins so.

        Raises:
            CourseError: none does, or several.
        """
        found = [name for name in self.assignments() if name.startswith(prefix)]
        if len(found) != 1:
            have = ", ".join(self.assignments()) or "none"
            raise CourseError(f"{len(found)} assignments begin with {prefix!r}; there are: {have}")
        return found[0]

    def bundle(self, name: str) -> Bundle:
        """Tests as far as they are here: the hidden ones only in the whole repository."""
        if self.source(name).exists():
            return load_bundles(Course.open(self.root), name)[name]
        return make_bundle(name, read_source(self.given(name)))

    def copy(self, name: str) -> Path:
        """The learner's copy of an assignment, made at the first call and then left alone."""
        target = self.mine(name)
        if target.exists():
            return target
        whole = self.source(name).exists()
        origin = self.source(name) if whole else self.given(name)
        ignore = shutil.ignore_patterns("*.ipynb", ".*")
        shutil.copytree(origin.parent, target.parent, ignore=ignore, dirs_exist_ok=True)
        notebook = read_source(origin)
        if whole:
            notebook = release_version(notebook, Course.open(self.root).config)
        nbformat.write(notebook, target)
        return target

    def working_copy(self, name: str) -> Path:
        """The notebook that the learner works in.

        Raises:
            CourseError: there is none yet.
        """
        for path in (self.mine(name), self.given(name)):
            if path.exists():
                return path
        raise CourseError(f"you have no copy of {name} yet: course start {name}")

    def attempts(self) -> dict[str, list[dict[str, Any]]]:
        """What was recorded: per assignment a list of attempts, oldest first."""
        return json.loads(self.progress.read_text()) if self.progress.exists() else {}

    def record(self, name: str, **what: Any) -> None:
        """Add one line to an assignment's history."""
        history = self.attempts()
        history.setdefault(name, []).append({"when": time.strftime("%Y-%m-%d %H:%M"), **what})
        self.progress.parent.mkdir(exist_ok=True)
        write_whole(self.progress, json.dumps(history, indent=1))
