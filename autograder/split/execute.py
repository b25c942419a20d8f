"""Runs instructors' cells in the checker, as plain Python."""

import ast
import contextlib
import inspect
import marshal
import os
import sys
from collections.abc import Iterable
from functools import lru_cache
from types import CodeType
from typing import Any

from IPython.core.async_helpers import get_asyncio_loop

from autograder.names import parse, plain_python
from autograder.split.errors import NotSupported, StudentGone
from autograder.split.scoring import message

Space = dict[str, Any]
HARMLESS = ("matplotlib", "config", "load_ext", "reload_ext", "autoreload", "pip", "conda")
Compiled = tuple[CodeType, CodeType | None]  # the cell, and its last line if that is an expression


def new_space() -> Space:
    return {"__name__": "__main__", "display": print, "get_ipython": _NoShell}


class _NoShell:
    """Magics of a test: those that would check something say that they cannot run."""

    def run_line_magic(self, name: str, *_: Any) -> None:
        if name not in HARMLESS:
            _refuse(f"%{name}")

    def run_cell_magic(self, name: str, *_: Any) -> None:
        _refuse(f"%%{name}")

    def system(self, command: str) -> None:
        _refuse(f"!{command}")

    getoutput = system


class _OtherShell(_NoShell):
    """Magics of a locked cell, which the student's process has run; values stay over there."""

    def run_line_magic(self, name: str, *_: Any) -> None:
        pass

    def run_cell_magic(self, name: str, *_: Any) -> None:
        pass

    def system(self, command: str) -> None:
        pass


def _refuse(magic: str) -> None:
    raise NotSupported(f"`{magic[:40]}` does not run beside the tests: write it in Python")


def run(source: str, space: Space) -> Any:
    """Execute a cell; the value of its last line if that is an expression."""
    whole, last = _TOLD.get(source) or compiled(source)
    _evaluated(whole, space)
    return None if last is None else _evaluated(last, space)


def _evaluated(code: CodeType, space: Space) -> Any:
    """The value of compiled code, which may await outside a function, as in Jupyter."""
    value = eval(code, space)
    if code.co_flags & inspect.CO_COROUTINE:
        return get_asyncio_loop().run_until_complete(value)
    return value


def compiled(source: str) -> Compiled:
    """A cell's code.

    Raises:
        SyntaxError: it is not Python.
    """
    tree = parse(source)
    if tree is None:
        raise SyntaxError("invalid cell")
    last = tree.body[-1] if tree.body else None
    shown = isinstance(last, ast.Expr) and not plain_python(source).rstrip().endswith(";")
    if not (shown and isinstance(last, ast.Expr)):
        return _compile(tree), None
    return _compile(ast.Module(tree.body[:-1], [])), _compile(ast.Expression(last.value))


def _compile(tree: ast.Module | ast.Expression) -> CodeType:
    mode = "exec" if isinstance(tree, ast.Module) else "eval"
    return compile(tree, "<test>", mode, ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)


_TOLD: dict[str, Compiled] = {}


@lru_cache(maxsize=1024)
def _packed(source: str) -> bytes | None:
    try:
        return marshal.dumps(compiled(source))
    except SyntaxError:  # the checker will say so
        return None


def known(sources: Iterable[str]) -> dict[str, bytes | None]:
    """Instructors' cells in compiled form, for another process of this Python to `learn`."""
    return {source: _packed(source) for source in sources}


def learn(found: dict[str, bytes | None]) -> None:
    """Take what `known` gave in a process that people trust: compiling all tests takes a while."""
    _TOLD.update({source: marshal.loads(code) for source, code in found.items() if code})


def run_quietly(source: str, space: Space) -> str | None:
    """Execute a set-up cell, whose output the student's run has shown; what went wrong."""
    saved = sys.stdout, sys.stderr
    space["get_ipython"] = _OtherShell
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
        space["get_ipython"] = _NoShell
    return None
