"""Runs instructors' cells in the checker, as plain Python."""

import ast
import contextlib
import os
import sys
from typing import Any

from autograder.names import parse, plain_python
from autograder.split.errors import StudentGone
from autograder.split.scoring import message

Space = dict[str, Any]


def new_space() -> Space:
    return {"__name__": "__main__", "display": print, "get_ipython": _NoShell}


class _NoShell:
    """IPython's magics do nothing in the checker."""

    def run_line_magic(self, *_: Any) -> None:
        pass

    run_cell_magic = system = getoutput = run_line_magic


def run(source: str, space: Space) -> Any:
    """Execute a cell; the value of its last line if that is an expression."""
    tree = parse(source)
    if tree is None:
        raise SyntaxError("invalid cell")
    last = tree.body[-1] if tree.body else None
    shown = isinstance(last, ast.Expr) and not plain_python(source).rstrip().endswith(";")
    if not (shown and isinstance(last, ast.Expr)):
        exec(compile(tree, "<test>", "exec"), space)
        return None
    exec(compile(ast.Module(tree.body[:-1], []), "<test>", "exec"), space)
    return eval(compile(ast.Expression(last.value), "<test>", "eval"), space)


def run_quietly(source: str, space: Space) -> str | None:
    """Execute a set-up cell, whose output the student's run has shown; what went wrong."""
    saved = sys.stdout, sys.stderr
    try:
        with (
            open(os.devnull, "w") as nothing,
            contextlib.redirect_stdout(nothing),
            contextlib.redirect_stderr(nothing),
        ):
            run(source, space)
    except StudentGone:
        raise
    except BaseException as error:
        return f"this cell failed beside the tests: {message(error)}"
    finally:
        sys.stdout, sys.stderr = saved
    return None
