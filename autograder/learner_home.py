"""A learner's copy of the course: where things are, and how far its lectures have been run."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from autograder.bundle import Bundle, load_bundles, make_bundle
from autograder.course import Course, CourseError, one_of
from autograder.hints import Hints, file_of, load
from autograder.notebook import read_source
from autograder.release import release_version

FIRST = Path("notebooks", "00_start_here.ipynb")


@dataclass(frozen=True)
class Home:
    """A copy of the course: the repository, a learner pack, or what an instructor gives out."""

    root: Path

    @classmethod
    def find(cls) -> "Home":
        """The copy that the working folder is in.

        Raises:
            CourseError: it is in none.
        """
        if home := cls.above(Path.cwd()):
            return home
        raise CourseError(
            f"no course here: change into the folder that has {FIRST}, "
            "or unpack a learner pack: course start --pack FILE"
        )

    @classmethod
    def above(cls, here: Path) -> "Home | None":
        """The copy that `here` is in; None if it is in none."""
        for folder in (here, *here.parents):
            if (folder / FIRST).is_file():
                return cls(folder)
        return None

    def source(self, name: str) -> Path:
        """The instructor's notebook: in the repository, and in a learner pack."""
        return self.root / "assignments" / "source" / name / f"{name}.ipynb"

    def given(self, name: str) -> Path:
        """The notebook that an instructor gave out."""
        return self.root / "assignments" / name / f"{name}.ipynb"

    def mine(self, name: str) -> Path:
        """The learner's own copy."""
        return self.root / "my_work" / name / f"{name}.ipynb"

    def assignments(self) -> list[str]:
        """Names of what there is to do, in order."""
        found = self.root.glob("assignments/**/*.ipynb")
        names = {path.stem for path in found if path.stem == path.parent.name}
        return sorted(n for n in names if self.source(n).exists() or self.given(n).exists())

    def assignment(self, prefix: str) -> str:
        """The assignment that `one_of` finds here."""
        return one_of(self.assignments(), prefix, self.root / "assignments")

    def bundle(self, name: str) -> Bundle:
        """Tests as far as they are here: the hidden ones only where source() is."""
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

    def hints(self, name: str) -> Hints:
        """Hints by test id; none in what an instructor gives out."""
        return load(file_of(self.root / "assignments", name))

    def lectures(self) -> dict[str, tuple[int, int]]:
        """Of each lecture, in order: code cells that have run without an error, of how many."""
        return {path.stem: run_cells(path) for path in sorted(self.root.glob("notebooks/*.ipynb"))}


def run_cells(path: Path) -> tuple[int, int]:
    """Code cells that have run without an error, as JupyterLab has saved it, of how many."""
    try:
        cells = json.loads(path.read_bytes())["cells"]
        code = [cell for cell in cells if cell["cell_type"] == "code" and "".join(cell["source"])]
        return sum(map(_has_run, code)), len(code)
    except (OSError, ValueError, LookupError, TypeError):
        return 0, 0


def _has_run(cell: dict[str, Any]) -> bool:
    errors = [item for item in cell["outputs"] if item["output_type"] == "error"]
    return cell["execution_count"] is not None and not errors
