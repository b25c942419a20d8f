"""Read notebooks: the instructor's, and those of people who may want to break the reader."""

import json
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from autograder.attachments import pictures
from autograder.course import CourseError

MAX_BYTES = 32 * 2**20
MAX_CELLS = 2000
MAX_SOURCE = 2**20  # characters of one cell
MAX_PARTS = 10**6  # lists and dicts, which take many times their text in memory
READ_ONLY = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
TYPES = ("code", "markdown", "raw")
TAGS = ("skip-execution", "raises-exception")  # which nbclient obeys, so that a test is a formality
FLAGS = ("grade", "solution", "locked")  # points an instructor may have changed since
MAX_ID = 200  # letters of a grade_id; nbgrader's gradebook holds 128


@dataclass(frozen=True)
class Verdict:
    """Something about a submission that its grader should know.

    Attributes:
        name: one of a fixed few, such as "not-json" or "missing-cell".
        text: one sentence for people.
        cell: the grade_id it is about, None if it is the whole notebook.
    """

    name: str
    text: str
    cell: str | None = None


@dataclass(frozen=True)
class SubmittedCell:
    """All that is ever taken from a cell of a submission.

    Attributes:
        tags: of `TAGS`, and `flags`, of `FLAGS`: only to say that they are not the instructor's.
        checksum: nbgrader's, of the cell as it was released, or whatever stands in its place.
    """

    type: str
    source: str
    grade_id: str | None = None
    attachments: dict[str, dict[str, str]] | None = None
    tags: tuple[str, ...] = ()
    flags: tuple[tuple[str, bool], ...] = ()
    checksum: str | None = None


@dataclass(frozen=True)
class Submitted:
    """A notebook as it was handed in; `cells` is None where it could not be read at all."""

    cells: tuple[SubmittedCell, ...] | None
    verdicts: tuple[Verdict, ...] = ()
    kernel: str | None = None


def read_submitted(path: Path) -> Submitted:
    """Read a student's notebook; whatever it is, the answer is data."""
    content, verdict = read_regular(path, MAX_BYTES)
    if content is None:
        return Submitted(None, (verdict,) if verdict else ())
    return parse_submitted(content)


def read_regular(path: Path, max_bytes: int) -> tuple[bytes | None, Verdict | None]:
    """A file's content, or why it is not taken: links, devices and large files are refused."""
    name = shown_name(path.name)
    try:
        fd = os.open(path, READ_ONLY)
    except OSError as error:
        if os.path.islink(path):  # `Path` raises where the folder is closed
            return None, Verdict("link", f"{name} is a link, which is not followed")
        if isinstance(error, FileNotFoundError):
            return None, Verdict("missing", f"{name} was not handed in")
        return None, Verdict("not-a-file", f"{name} cannot be read: {error.strerror}")
    try:
        status = os.fstat(fd)
        if not stat.S_ISREG(status.st_mode):
            return None, Verdict("not-a-file", f"{name} is not an ordinary file")
        if status.st_nlink > 1:  # it may be another student's, or the instructor's
            return None, Verdict("link", f"{name} has a second name (a hard link): copy it")
        if status.st_size <= max_bytes:
            with open(fd, "rb", closefd=False) as file:
                return file.read(max_bytes), None
        return None, Verdict("too-large", f"{name} is larger than {max_bytes / 2**20:.0f} MB")
    finally:
        os.close(fd)


def shown_name(name: str) -> str:
    """A file's name in a sentence: control characters and half letters as their codes."""
    return (name if name.isprintable() else ascii(name))[:100]


def parse_submitted(content: bytes) -> Submitted:
    """The cells of a notebook in format 3 or 4, or one verdict that says why not."""
    if content.count(b"[") + content.count(b"{") > MAX_PARTS:
        return _unreadable("too-many-parts", f"the file has more than {MAX_PARTS} brackets")
    try:
        notebook = json.loads(content)
    except RecursionError:
        return _unreadable("too-deep", "the file is nested too deeply")
    except ValueError as error:
        return _unreadable("not-json", f"the file is not JSON: {_short(error)}")
    if not isinstance(notebook, dict):
        return _unreadable("not-a-notebook", "the file is JSON, but not a notebook")
    cells, verdicts = notebook.get("cells"), []
    if not isinstance(cells, list):
        cells = _old_cells(notebook)
        verdicts.append(
            Verdict("old-format", "the notebook was in an old format and was converted")
        )
    if cells is None:
        return _unreadable("not-a-notebook", "the file is JSON, but has no cells")
    if len(cells) > MAX_CELLS:
        return _unreadable("too-many-cells", f"{len(cells)} cells are more than {MAX_CELLS}")
    read = []
    for number, cell in enumerate(cells, 1):
        taken, verdict = _cell(cell, number)
        if taken:
            read.append(taken)
        if verdict:
            verdicts.append(verdict)
    return Submitted(tuple(read), tuple(verdicts[:20]), _kernel(notebook))


def _unreadable(name: str, text: str) -> Submitted:
    return Submitted(None, (Verdict(name, text),))


def _old_cells(notebook: dict[str, Any]) -> list[Any] | None:
    """Cells of formats 2 and 3, which had worksheets and called source `input`."""
    sheets = notebook.get("worksheets")
    if not isinstance(sheets, list):
        return None
    cells: list[Any] = []
    for sheet in sheets:
        found = sheet.get("cells") if isinstance(sheet, dict) else None
        cells += found if isinstance(found, list) else []
    return cells


def _cell(cell: Any, number: int) -> tuple[SubmittedCell | None, Verdict | None]:
    if not isinstance(cell, dict):
        return None, Verdict("bad-cell", f"cell {number} is not a cell and was left out")
    kind = cell.get("cell_type")
    text = cell.get("source", cell.get("input", ""))
    if isinstance(text, list) and all(isinstance(line, str) for line in text):
        text = "".join(text)
    if kind == "heading":
        kind, text = "markdown", f"# {text}"
    if kind not in TYPES or not isinstance(text, str):
        return None, Verdict("bad-cell", f"cell {number} has no readable source and was left out")
    metadata = cell.get("metadata")
    grade_id = as_id(_nbgrader(metadata).get("grade_id"))
    if len(text) > MAX_SOURCE:
        verdict = Verdict("cell-too-large", f"cell {number} is too long and was emptied", grade_id)
        return SubmittedCell(kind, "", grade_id), verdict
    shown, lost = pictures(cell.get("attachments"))
    said = [f"cell {number}: {shown_name(n)} is no picture, or too large: left out" for n in lost]
    checksum = _nbgrader(metadata).get("checksum")
    taken = SubmittedCell(
        type=kind,
        source=_text(text),
        grade_id=grade_id,
        attachments=shown,
        tags=running_tags(metadata),
        flags=_flags(metadata),
        checksum=checksum if isinstance(checksum, str) else None,
    )
    return taken, Verdict("attachment", said[0], grade_id) if said else None


def running_tags(metadata: Any) -> tuple[str, ...]:
    """Those of `TAGS` that a cell carries."""
    found = metadata.get("tags") if isinstance(metadata, dict) else None
    return tuple(tag for tag in TAGS if isinstance(found, list) and tag in found)


def _flags(metadata: Any) -> tuple[tuple[str, bool], ...]:
    known = _nbgrader(metadata)
    return tuple((k, known[k]) for k in FLAGS if isinstance(known.get(k), bool))


def _nbgrader(metadata: Any) -> dict[str, Any]:
    known = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    return known if isinstance(known, dict) else {}


def as_id(found: Any) -> str | None:
    """A grade_id; None for what no cell can be called, nor a terminal or a page should show."""
    known = isinstance(found, str) and len(found) <= MAX_ID and found.isprintable()
    return found if known else None


def _kernel(notebook: dict[str, Any]) -> str | None:
    metadata = notebook.get("metadata")
    spec = metadata.get("kernelspec") if isinstance(metadata, dict) else None
    name = spec.get("name") if isinstance(spec, dict) else None
    return _text(name)[:80] if isinstance(name, str) else None


def _text(text: str) -> str:
    """Half a surrogate pair cannot be written to any file."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _short(error: Exception) -> str:
    return str(error)[:100]


def read_source(path: Path) -> NotebookNode:
    """The instructor's own notebook, upgraded to format 4.

    Raises:
        CourseError: it is no valid notebook.
    """
    try:
        notebook = nbformat.convert(nbformat.from_dict(json.loads(path.read_text("utf-8"))), 4)
        for cell in notebook.cells:
            if isinstance(cell.source, list):
                cell.source = "".join(cell.source)
        nbformat.validate(notebook, relax_add_props=True)
    except OSError as error:
        raise CourseError(f"{path} cannot be read: {error.strerror}") from error
    except (ValueError, LookupError, TypeError, AttributeError, nbformat.ValidationError) as error:
        raise CourseError(f"{path} is no notebook: {_short(error)}") from error
    return notebook
