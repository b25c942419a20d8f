"""The autograded notebook: a rebuilt submission with outputs that nbgrader scores as we did."""

from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader.utils import compute_checksum

from autograder.job import CellResult
from autograder.outputs import error, text
from autograder.rebuild import Rebuilt, RebuiltCell
from autograder.results import Result, best

NOTE = {"autograder": "verdicts"}  # metadata of the cell that holds them


def fill(rebuilt: Rebuilt, result: Result, checksums: dict[str, str] | None = None) -> NotebookNode:
    """A notebook for which nbgrader's `determine_grade` gives exactly the result's scores.

    Args:
        checksums: nbgrader's, by grade_id: how it knows an answer that was never touched.
    """
    ran = {cell.id: cell for cell in result.cells}
    known = {**rebuilt.bundle.checksums, **(checksums or {})}
    cells = [_note(result)] if result.verdicts else []
    for number, cell in enumerate(rebuilt.notebook_cells, 1):
        cells.append(_cell(cell, f"cell-{number}", ran.get(cell.id), known))
    return nbformat.from_dict(
        {
            "cells": cells,
            "metadata": rebuilt.bundle.metadata,
            "nbformat": 4,
            "nbformat_minor": 5,
        }
    )


def _cell(
    cell: RebuiltCell, id: str, ran: CellResult | None, checksums: dict[str, str]
) -> dict[str, Any]:
    filled: dict[str, Any] = {
        "id": id,
        "cell_type": cell.type,
        "source": cell.source,
        "metadata": {},
    }
    if cell.origin and cell.origin.metadata:
        filled["metadata"] = {"nbgrader": dict(cell.origin.metadata)}
        if cell.id in checksums:
            filled["metadata"]["nbgrader"]["checksum"] = checksums[cell.id]
        if (
            cell.origin.is_solution and cell.source in cell.origin.former
        ):  # untouched, if not today's
            own = compute_checksum(nbformat.from_dict(filled))
            filled["metadata"]["nbgrader"]["checksum"] = own
    if cell.type == "raw":
        filled["metadata"]["raw_mimetype"] = "text/plain"  # or a page would hold it as it is
    if cell.attachments and cell.type != "code":
        filled["attachments"] = cell.attachments
    if cell.type == "code":
        filled["execution_count"] = None
        filled["outputs"] = list(ran.outputs) if ran else []
        if cell.origin and cell.origin.is_test:
            filled["outputs"] = scored_outputs(ran, cell.origin.points)
    return filled


def scored_outputs(ran: CellResult | None, points: float) -> list[dict[str, Any]]:
    """A test's outputs, changed so that nbgrader reads off exactly its score.

    nbgrader takes an error or anything on stderr as 0, the first result as the score, and anything
    else as full marks; so results are shown as displays, and warnings of passed tests as prints.
    """
    if ran is None:
        return [error("NotRun", "the test did not run", ["the test did not run"])]
    score = min(best(ran), points)
    shown: list[dict[str, Any]] = []
    for output in ran.outputs:
        kind = output["output_type"]
        if kind == "stream":
            shown.append({**output, "name": "stdout"})
        elif kind == "error" and score > 0:
            shown.append({"output_type": "stream", "name": "stdout", "text": output["evalue"]})
        elif kind == "execute_result":
            kept = {key: output[key] for key in ("data", "metadata")}
            shown.append({"output_type": "display_data", **kept})
        else:
            shown.append(dict(output))
    if score >= points:
        return shown
    if score == 0 and ran.error:
        failed = any(output["output_type"] == "error" for output in shown)
        return shown if failed else [*shown, error("Failed", ran.error, ran.error.splitlines())]
    number = {"text/plain": repr(float(score))}
    result = {"output_type": "execute_result", "execution_count": None, "data": number}
    return [*shown, {**result, "metadata": {}}]


def _note(result: Result) -> dict[str, Any]:
    """What a grader should know before reading on, as text that nothing in it can style."""
    lines = [f"{v.cell or 'submission'}: {v.text} [{v.name}]" for v in result.verdicts]
    shown = "\n".join("    " + " ".join(text(line).split()) for line in lines)
    return {
        "id": "autograder",
        "cell_type": "markdown",
        "source": f"**Autograder:**\n\n{shown}",
        "metadata": dict(NOTE),
    }
