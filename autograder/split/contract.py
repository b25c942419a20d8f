"""The job as it arrives over a socket."""

from typing import Any

from autograder.job import Cell, Job, Limits, Role


def job_from(message: dict[str, Any]) -> Job:
    """The job that `pair.prepare` sent; files are already in the working folder."""
    cells = tuple(
        Cell(**{**cell, "role": Role(cell["role"]), "reference": tuple(cell["reference"])})
        for cell in message["cells"]
    )
    rest = {
        "student_names": frozenset(message["student_names"]),
        "limits": Limits(**message["limits"]),
    }
    return Job(**{**message, "cells": cells, **rest})
