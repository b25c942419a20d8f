"""Finds what students must not have: solution and hidden-test lines in files meant for them.

A line is protected if it says something by itself: at least 20 characters and three different
words or numbers that are not Python's own (keywords, built-in names, `self`), and no open code cell
of its own notebook has it too. `return x` and `for t in range(1, len(words)):` are everyday code.
"""

import builtins
import json
import keyword
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.preprocessors import ClearHiddenTests, ClearMarkScheme, ClearSolutions
from nbgrader.utils import is_solution
from traitlets.config import Config

MIN_LENGTH = 20
MIN_WORDS = 3
PYTHONS = {*keyword.kwlist, *dir(builtins), "self"}
WORD = re.compile(r"[A-Za-z_]\w+|\d[\d.e_-]*")


@dataclass(frozen=True)
class Secret:
    """One protected line. `kind` is "solution", "hidden test" or "marking scheme"."""

    line: str
    kind: str
    notebook: str
    cell: str


@dataclass(frozen=True)
class Leak:
    """A protected line found where students can read it."""

    secret: Secret
    path: str

    def __str__(self) -> str:
        secret = self.secret
        return f"{self.path}: {secret.kind} of {secret.cell} in {secret.notebook}: {secret.line}"


def normal(line: str) -> str:
    """A line without indentation, with single spaces."""
    return " ".join(line.split())


def telling(line: str) -> bool:
    """Whether a normalised line says something by itself (the module's rule)."""
    words = set(WORD.findall(line)) - PYTHONS
    return len(line) >= MIN_LENGTH and len(words) >= MIN_WORDS


def secrets(
    notebook: nbformat.NotebookNode, name: str, config: Config | None = None
) -> list[Secret]:
    """Protected lines of an instructor's notebook, with nbgrader's configured delimiters."""
    regions = _regions(config)
    hidden: list[Secret] = []
    open_lines: set[str] = set()
    for cell in notebook.cells:
        cell_id = cell.metadata.get("nbgrader", {}).get("grade_id") or cell.get("id", "?")
        lines = list(_marked(cell.source, regions))
        whole = is_solution(cell) and not any(kind == "solution" for kind, _ in lines)
        for kind, line in lines:
            kind = "solution" if whole and kind is None else kind
            if kind is None and cell.cell_type == "code":
                open_lines.add(line)
            elif kind is not None:
                hidden.append(Secret(line, kind, name, cell_id))
    return [secret for secret in hidden if telling(secret.line) and secret.line not in open_lines]


def _regions(config: Config | None) -> dict[str, tuple[str, str]]:
    solution = ClearSolutions(config=config)
    test = ClearHiddenTests(config=config)
    scheme = ClearMarkScheme(config=config)
    return {
        "solution": (solution.begin_solution_delimeter, solution.end_solution_delimeter),
        "hidden test": (test.begin_test_delimeter, test.end_test_delimeter),
        "marking scheme": (scheme.begin_mark_scheme_delimeter, scheme.end_mark_scheme_delimeter),
    }


def _marked(source: str, regions: dict[str, tuple[str, str]]) -> Iterator[tuple[str | None, str]]:
    inside: str | None = None
    for line in source.splitlines():
        begins = next((kind for kind, (begin, _) in regions.items() if begin in line), None)
        if begins:
            inside = begins
        elif any(end in line for _, end in regions.values()):
            inside = None
        elif normal(line):
            yield inside, normal(line)


def search_text(text: str, protected: Iterable[Secret], path: str) -> list[Leak]:
    """Leaks in one text, wherever in a line they stand."""
    body = "\n".join(normal(line) for line in text.splitlines())
    return [Leak(secret, path) for secret in protected if secret.line in body]


def search_tree(root: Path, protected: Iterable[Secret]) -> list[Leak]:
    """Leaks in every file under `root`: notebooks string by string, other files as text."""
    known = list(protected)
    found: list[Leak] = []
    for path in sorted(root.rglob("*")):
        if path.is_file():
            found += search_text(_text_of(path), known, path.relative_to(root).as_posix())
    return found


def redact(text: str, protected: Collection[str]) -> str:
    """`text` with every line that contains a protected one replaced."""
    flat = normal(text)
    found = [secret for secret in protected if secret in flat]
    if not found:
        return text
    return "\n".join(
        "(hidden)" if any(secret in normal(line) for secret in found) else line
        for line in text.split("\n")
    )


def _text_of(path: Path) -> str:
    text = path.read_bytes().decode("utf-8", errors="replace")
    if path.suffix not in {".ipynb", ".json"}:
        return text
    try:
        return "\n".join(_strings(json.loads(text)))
    except ValueError:
        return text


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from _strings(item)
    elif isinstance(value, list):
        if all(isinstance(item, str) for item in value):
            yield "".join(value)
        else:
            for item in value:
                yield from _strings(item)
