"""Keep the course's notebooks clean: check | clean | view as text | apply text.

    python tools/notebooks.py check [NOTEBOOK ...]   every rule of CONTRIBUTING.md
    python tools/notebooks.py clean [NOTEBOOK ...]   fix what can be fixed without you
    python tools/notebooks.py view NOTEBOOK          the notebook as text, on stdout
    python tools/notebooks.py apply NOTEBOOK [TEXT]  write it back from such text (or stdin)

Without a name, `check` and `clean` take every lecture and every assignment. `git diff` shows
notebooks through `view` after this:
    git config diff.notebook.textconv ".venv/bin/python tools/notebooks.py view"
"""

import argparse
import hashlib
import json
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
KERNEL = {
    "kernelspec": {
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
        "name": "python3",
    },
    "language_info": {"name": "python"},
}
ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
TAGS = re.compile(r"(hide|remove)-(input|output|cell)|raises-exception")
ASSIGNMENT_TAGS = re.compile(TAGS.pattern + r"|reference:\w+|may-change-inputs")

# what reading a file that is missing, damaged or no notebook leads to
UNREADABLE = (OSError, ValueError, KeyError, TypeError, AttributeError)

Notebook = dict[str, Any]
Cell = dict[str, Any]


def every_notebook() -> list[Path]:
    """All notebooks that the repository keeps, in reading order."""
    return sorted(ROOT.glob("notebooks/*.ipynb")) + sorted(
        ROOT.glob("assignments/source/*/*.ipynb")
    )


def is_assignment(path: Path) -> bool:
    """Assignments carry nbgrader's metadata and are not held to a lecture's prose rules."""
    return path.resolve().parent.parent.name == "source"


# --- bytes <-> notebook: the same bytes that nbformat writes, without importing it ------------


def read(data: bytes) -> Notebook:
    """A notebook whose sources are strings.

    Raises:
        ValueError: if the bytes are no version-4 notebook.
    """
    nb = json.loads(data)
    if not isinstance(nb, dict) or nb.get("nbformat") != 4 or not {"cells", "metadata"} <= {*nb}:
        raise ValueError("not a version-4 notebook")
    for cell in nb["cells"]:
        if isinstance(cell.get("source"), list):
            cell["source"] = "".join(cell["source"])
    return nb


def write(nb: Notebook) -> bytes:
    """One line of source a line, keys sorted: equal notebooks give equal bytes."""
    split = [{**cell, "source": cell["source"].splitlines(keepends=True)} for cell in nb["cells"]]
    text = json.dumps({**nb, "cells": split}, ensure_ascii=False, indent=1, sort_keys=True)
    return (text + "\n").encode()


# --- clean ----------------------------------------------------------------------------------


def allowed_metadata(metadata: dict[str, Any], assignment: bool) -> dict[str, Any]:
    """The part of a cell's metadata that the repository keeps."""
    kept: dict[str, Any] = {}
    allowed_tags = ASSIGNMENT_TAGS if assignment else TAGS
    if tags := [tag for tag in metadata.get("tags", []) if allowed_tags.fullmatch(tag)]:
        kept["tags"] = tags
    if metadata.get("jupyter", {}).get("source_hidden") is True:
        kept["jupyter"] = {"source_hidden": True}
    if assignment and "nbgrader" in metadata:
        kept["nbgrader"] = metadata["nbgrader"]
    return kept


def _new_id(cell: Cell, taken: set[str]) -> str:
    """An id made from the source, so that cleaning the same notebook twice agrees."""
    copy = 0
    while True:
        digest = hashlib.sha256(f"{copy}{cell['cell_type']}{cell['source']}".encode()).hexdigest()
        if digest[:8] not in taken:
            return digest[:8]
        copy += 1


def clean(nb: Notebook, assignment: bool) -> Notebook:
    """The notebook without outputs, counts and foreign metadata, and with an id on every cell."""
    good = [cell["id"] for cell in nb["cells"] if ID.fullmatch(str(cell.get("id", "")))]
    taken, seen, cells = set(good), set(), []
    for old in nb["cells"]:
        cell = {
            "cell_type": old["cell_type"],
            "id": old.get("id"),
            "metadata": allowed_metadata(old.get("metadata", {}), assignment),
            "source": old["source"],
        }
        if cell["id"] not in taken or cell["id"] in seen:
            cell["id"] = _new_id(cell, taken)
            taken.add(cell["id"])
        seen.add(cell["id"])
        if old.get("attachments"):  # only a person can replace a pasted picture: `check` asks
            cell["attachments"] = old["attachments"]
        if cell["cell_type"] == "code":
            cell |= {"execution_count": None, "outputs": []}
        cells.append(cell)
    course = {key: value for key, value in nb["metadata"].items() if key == "course"}
    return {"cells": cells, "metadata": KERNEL | course, "nbformat": 4, "nbformat_minor": 5}


# --- view and apply: a text that a person can read, edit and diff --------------------------------

MARK = "# %% "


def view(nb: Notebook) -> str:
    """`# %% type id {metadata, attachments}`, the source as it is, an empty line; for each cell."""
    parts = [f"{MARK}notebook - {_json(nb['metadata'])}\n"]
    for cell in nb["cells"]:
        pasted = {"attachments": cell["attachments"]} if "attachments" in cell else {}
        about = cell.get("metadata", {}) | pasted
        extra = f" {_json(about)}" if about else ""
        source = re.sub(r"^(\\*# %% )", r"\\\1", cell["source"], flags=re.MULTILINE)
        parts.append(f"{MARK}{cell['cell_type']} {cell.get('id', '-')}{extra}\n{source}\n")
    return "\n".join(parts)


def parse(text: str) -> Notebook:
    """The inverse of `view`; outputs are not part of the text, so there are none.

    Raises:
        ValueError: if the text does not start with `# %% notebook`.
    """
    if not text.startswith(MARK + "notebook - "):
        raise ValueError(f"a notebook's text starts with {MARK + 'notebook - {…}'!r}")
    head, *bodies = re.split(r"^# %% ", text, flags=re.MULTILINE)[1:]
    nb: Notebook = {"cells": [], "nbformat": 4, "nbformat_minor": 5}
    nb["metadata"] = json.loads(head.split(" - ", 1)[1])
    for body in bodies:
        header, _, source = body.partition("\n")
        kind, name, *extra = header.split(" ", 2)
        ending = "\n\n" if body is not bodies[-1] else "\n"
        source = re.sub(r"^\\(\\*# %% )", r"\1", source.removesuffix(ending), flags=re.MULTILINE)
        cell: Cell = {"cell_type": kind, "id": name, "source": source}
        cell["metadata"] = json.loads(extra[0]) if extra else {}
        if "attachments" in cell["metadata"]:
            cell["attachments"] = cell["metadata"].pop("attachments")
        if kind == "code":
            cell |= {"execution_count": None, "outputs": []}
        nb["cells"].append(cell)
    return nb


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


# --- commands -----------------------------------------------------------------------------


def _clean_files(paths: list[Path]) -> int:
    failed = 0
    for path in paths:
        try:
            before = path.read_bytes()
            after = write(clean(read(before), is_assignment(path)))
            if after != before:
                path.write_bytes(after)
                print(f"cleaned {path}")
        except UNREADABLE as error:
            failed = 1
            print(f"{path}: cannot be cleaned: {error}", file=sys.stderr)
    return failed


def _check_files(paths: list[Path]) -> int:
    from notebook_rules import problems

    found = [f"{_short(path)}: {line}" for path in paths for line in _guard(problems, path)]
    print("\n".join(found) if found else f"{len(paths)} notebooks: clean")
    return 1 if found else 0


def _guard(problems: Callable[[Notebook, bytes, Path], Iterator[str]], path: Path) -> list[str]:
    try:
        data = path.read_bytes()
        return list(problems(read(data), data, path))
    except UNREADABLE as error:
        return [f"cannot be read as a notebook: {error}"]


def _view_file(path: Path) -> None:
    shown = path.read_bytes()
    with suppress(*UNREADABLE):  # as it is: one notebook in conflict must not end `git diff`
        shown = view(read(shown)).encode()
    sys.stdout.buffer.write(shown)


def _short(path: Path) -> Path:
    full = path.resolve()
    return full.relative_to(ROOT) if full.is_relative_to(ROOT) else path


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 1 means that `check` found something, or that a file cannot be read."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("command", choices=["check", "clean", "view", "apply"])
    parser.add_argument("files", nargs="*", type=Path)
    options = parser.parse_args(arguments)
    if options.command in ("check", "clean"):
        run = _check_files if options.command == "check" else _clean_files
        return run(options.files or every_notebook())
    if not options.files:
        parser.error(f"{options.command} needs the name of a notebook")
    notebook, *text = options.files
    try:
        if options.command == "view":
            _view_file(notebook)
        else:
            data = text[0].read_bytes() if text else sys.stdin.buffer.read()
            notebook.write_bytes(write(parse(data.decode())))
    except UNREADABLE as error:
        print(f"{notebook}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
