"""What lies beside the notebooks: the instructor's files, and those that students may bring."""

import os
from collections.abc import Mapping
from pathlib import Path

from nbgrader.utils import find_all_files

from autograder.course import Course


def files_beside(course: Course, assignment: str, folder: Path) -> dict[str, bytes]:
    """What lies beside the notebooks in `folder`, without what students hand in of their own."""
    ignored = [*course.directory.ignore, "*.ipynb"]
    found = {
        os.path.relpath(path, folder): Path(path).read_bytes()
        for path in sorted(find_all_files(str(folder), ignored))
    }
    own = own_files(course, assignment)
    return {name: content for name, content in found.items() if name not in own}


def own_files(course: Course, assignment: str) -> set[str]:
    """Files of which nbgrader's `exclude_overwriting` says that students hand in their own."""
    exempt = course.config.Autograde.get("exclude_overwriting", {})
    return set(exempt.get(assignment, ())) if isinstance(exempt, Mapping) else set()


def allowed_files(course: Course, assignment: str) -> tuple[str, ...]:
    """Patterns of files that a submission may bring along."""
    return (*course.settings.allowed_files, *sorted(own_files(course, assignment)))
