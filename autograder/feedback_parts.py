"""From a graded notebook to the parts of a feedback page: never test code, never its traceback."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from nbformat import NotebookNode

from autograder import leaks, safe_html
from autograder.bundle import Bundle, SourceCell
from autograder.feedback_page import Part
from autograder.misconceptions import Known


@dataclass(frozen=True)
class Mark:
    """What the gradebook says of one graded cell; `score` is None until a person has graded it."""

    score: float | None
    max_score: float


@dataclass(frozen=True)
class Graded:
    """One graded submission of one notebook.

    Attributes:
        notebook: the autograded one; None if the submission could not be read.
        marks: by grade_id.
        comments: graders' comments by grade_id.
        messages: why a test failed, by grade_id, where the engine has recorded it.
    """

    notebook: NotebookNode | None
    marks: Mapping[str, Mark]
    comments: Mapping[str, str]
    messages: Mapping[str, str]


def parts(
    graded: Graded, bundle: Bundle, known: Known, hidden: Mapping[str, leaks.Secret]
) -> tuple[Part, ...]:
    """The page's parts in the notebook's order; without a notebook, just the graded cells."""
    messages, like = said(graded, known, hidden)
    builder = _Builder(graded, bundle, hidden, messages, like)
    cells = graded.notebook.cells if graded.notebook is not None else []
    found = [part for cell in cells if (part := builder.part(cell))]
    shown = {part.id for part in found}
    missing = [builder.absent(cell) for cell in bundle.by_id.values() if cell.id not in shown]
    return (*found, *(part for part in missing if part.graded))


def said(
    graded: Graded, known: Known, hidden: Mapping[str, leaks.Secret]
) -> tuple[dict[str, str], dict[str, str]]:
    """What a student may read about each test, and the known mistake that it looks like."""
    messages = {n: leaks.redact(text, hidden) for n, text in _messages(graded).items()}
    lost = {n for n, mark in graded.marks.items() if (mark.score or 0) < mark.max_score}
    return messages, known.match({n: text for n, text in messages.items() if n in lost})


def _messages(graded: Graded) -> dict[str, str]:
    """The engine's messages, else the last line of the error that the test's cell shows."""
    found = dict(_errors(graded.notebook)) if graded.notebook is not None else {}
    return {**found, **{name: text for name, text in graded.messages.items() if text}}


def _errors(notebook: NotebookNode) -> Iterator[tuple[str, str]]:
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        for item in cell.get("outputs", []):
            if name and item.get("output_type") == "error":
                yield name, safe_html.error_line(item)


@dataclass(frozen=True)
class _Builder:
    graded: Graded
    bundle: Bundle
    hidden: Mapping[str, leaks.Secret]
    messages: Mapping[str, str]
    looks_like: Mapping[str, str]

    def part(self, cell: NotebookNode) -> Part | None:
        source = self.bundle.by_id.get(cell.metadata.get("nbgrader", {}).get("grade_id", ""))
        if source is None:
            return self._own(cell)
        if source.is_solution or source.is_manual:
            return self._graded(source, "answer", self._content(cell))
        if source.is_test:
            return self._graded(source, "test", "")
        if cell.cell_type == "markdown":
            return Part("text", source.id, safe_html.markdown(cell.source))
        shown = safe_html.outputs(_redacted(cell.get("outputs", []), self.hidden))
        return Part("code", source.id, shown) if shown else None

    def absent(self, source: SourceCell) -> Part:
        """A graded cell that the notebook does not show."""
        answer = source.is_solution or source.is_manual
        return self._graded(source, "answer" if answer else "test", "")

    def _graded(self, source: SourceCell, kind: str, html: str) -> Part:
        mark = self.graded.marks.get(source.id)
        return Part(
            kind=kind,
            id=source.id,
            html=html,
            score=mark.score if mark else None,
            max_score=mark.max_score if mark else None,
            message=self.messages.get(source.id, "") if kind == "test" else "",
            looks_like=self.looks_like.get(source.id, ""),
            comment=self.graded.comments.get(source.id, ""),
        )

    def _own(self, cell: NotebookNode) -> Part | None:
        """A cell that nbgrader does not know: the task's text, or the student's own."""
        if not cell.source.strip() or "autograder" in cell.metadata:
            return None  # the engine's note for graders: the page says it in its own words
        kind = "text" if cell.cell_type == "markdown" else "code"
        return Part(kind, cell.get("id", ""), self._content(cell))

    def _content(self, cell: NotebookNode) -> str:
        source = leaks.redact(cell.source, self.hidden)
        if cell.cell_type == "markdown":
            return safe_html.markdown(source, cell.get("attachments"))
        if cell.cell_type != "code":
            return safe_html.preformatted(source)
        shown = safe_html.outputs(_redacted(cell.get("outputs", []), self.hidden))
        return f"{safe_html.code(source)}\n{shown}"


def _redacted(value: Any, hidden: Mapping[str, leaks.Secret]) -> Any:
    """Outputs with hidden-test lines taken out of every string in them."""
    if isinstance(value, str):
        return leaks.redact(value, hidden)
    if isinstance(value, dict):
        return {key: _redacted(item, hidden) for key, item in value.items()}
    if isinstance(value, list):
        if value and all(isinstance(item, str) for item in value):
            return _redacted("".join(value), hidden).splitlines(keepends=True)
        return [_redacted(item, hidden) for item in value]
    return value
