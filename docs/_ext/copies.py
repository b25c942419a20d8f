"""Sphinx reads below its own folder only: lectures, and assignments as students get them.

Folders are named as in the student tree, so that a page's name is its notebook's path there.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import nbformat
from sphinx.application import Sphinx

from autograder.course import Course
from autograder.release import release_version, sources

HERE = Path(__file__).resolve().parent.parent
ROOT = HERE.parent
OUTSIDE = re.compile(r"(\]\(|\]: )\.\./(?=notebooks/)")


def lectures() -> Iterator[tuple[str, bytes]]:
    """Path and content of each lecture; links to a guide lead one level up."""
    for path in sorted(ROOT.glob("notebooks/*.ipynb")):
        yield f"notebooks/{path.name}", path.read_bytes().replace(b"](../docs/", b"](../")


def assignments() -> Iterator[tuple[str, bytes]]:
    """Path and content of each assignment's release version: no solutions, no hidden tests."""
    course = Course.open(ROOT / "assignments")
    for name in course.assignments():
        for stem, notebook in sources(course, name).items():
            text = nbformat.writes(release_version(notebook, course.config))
            yield f"assignments/{name}/{stem}.ipynb", text.encode()


def copy(app: Sphinx) -> None:
    """Unchanged copies stay untouched, so that Sphinx does not read them again."""
    wanted = dict(lectures()) | dict(assignments())
    present = {
        path.relative_to(HERE).as_posix()
        for folder in ("notebooks", "assignments")
        for path in (HERE / folder).rglob("*.ipynb")
    }
    for name in present - wanted.keys():
        (HERE / name).unlink()
    for name, content in wanted.items():
        path = HERE / name
        if not path.exists() or path.read_bytes() != content:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)


def lead_to_copies(app: Sphinx, page: str, source: list[str]) -> None:
    """A guide's link to a lecture is true in the repository; here its copy is nearer."""
    source[0] = OUTSIDE.sub(r"\1", source[0])


def setup(app: Sphinx) -> dict[str, bool]:
    """Copies before Sphinx looks for pages."""
    app.connect("builder-inited", copy)
    app.connect("source-read", lead_to_copies)
    return {"parallel_read_safe": True}
