"""The file of a notebook, in every state in which somebody may hand one in."""

import base64
import json
from collections.abc import Iterator
from typing import Any

from fuzzing.chaos import NUMBERS, TEXTS, Chaos

WORDS = (
    *("cells", "metadata", "nbformat", "nbformat_minor", "kernelspec", "name", "language"),
    *("cell_type", "source", "outputs", "execution_count", "id", "attachments", "tags", "input"),
    *("worksheets", "heading", "code", "markdown", "raw", "nbgrader", "grade_id", "grade"),
    *("solution", "locked", "task", "points", "schema_version", "checksum", "remove", "python3"),
    *("mean", "mean_visible", "mean_hidden", "why", "extra:1", "imports:mean", "autograder"),
    *("skip-execution", "raises-exception", "image/png", "image/svg+xml", "text/html"),
    *("output_type", "stream", "display_data", "data", "![a](attachment:a)", "$$\\begin{a}"),
    *("def mean_of(values):\n    return 2", "%%bash\nls", "<img src=x onerror=alert(1)>", 4, 5, 3),
    *(
        "| a |\n|--|\n",
        "[a]: javascript:alert(1)\n[b][a]",
        "```\n",
        "# a\n> - 1. *b* `c`",
        "\x1b[1m",
    ),
)
CODINGS = (*("utf-8",) * 9, "utf-16", "utf-32", "utf-8-sig")


def content(chaos: Chaos, tree: Any) -> bytes:
    """A notebook with faults in its structure, in its text, or none left of it."""
    act = chaos.random.randrange(20)
    if act == 0:
        return chaos.bytes(300)
    if act == 1:
        return chaos.pick([*_monsters(chaos)])
    if act == 2:
        tree = _old(tree)
    if act < 8:
        _crowd(chaos, tree)
    for _ in range(chaos.random.randrange(6)):
        chaos.spoil(tree)
    text = json.dumps(tree, default=_base64, ensure_ascii=chaos.chance(0.5))
    if act < 12:
        text = _reworded(chaos, text)
    data = text.encode(chaos.pick(CODINGS), "surrogatepass")
    return chaos.damaged(data) if act in (12, 13) else data


def _base64(value: Any) -> str:
    return base64.b64encode(value).decode()


def _old(tree: Any) -> Any:
    """In format 3, roughly."""
    cells = [{**cell, "input": cell.get("source")} for cell in tree["cells"]]
    return {"nbformat": 3, "metadata": {}, "worksheets": [{"cells": cells}]}


def _crowd(chaos: Chaos, tree: Any) -> None:
    """More cells: copies of others, lying metadata, pictures, prose that is hard to read."""
    cells = tree.get("cells") or tree["worksheets"][0]["cells"]
    for _ in range(chaos.random.randrange(1, 6)):
        known = {word: chaos.junk(1) for word in ("grade", "solution", "locked", "points", "task")}
        cell = {
            "cell_type": chaos.pick(("code", "markdown", "raw", "heading")),
            "source": chaos.pick((*TEXTS, *WORDS)) * chaos.pick((1, 1, 1, 3, 400)),
            "metadata": {"nbgrader": {**known, "grade_id": chaos.pick(WORDS)}, "tags": list(WORDS)},
            "attachments": {chaos.pick(TEXTS): {"image/png": "QQ==", "image/svg+xml": "<svg>"}},
            "outputs": chaos.junk(),
            "id": chaos.pick(("a", "cell-1", "autograder", "")),
        }
        cells.insert(chaos.random.randrange(len(cells) + 1), cell)


def _reworded(chaos: Chaos, text: str) -> str:
    """What a tree of Python cannot say: keys twice, numbers beyond measure."""
    word = f'"{chaos.pick(("source", "cell_type", "cells", "metadata", "grade_id", "nbgrader"))}":'
    number = chaos.pick(("NaN", "-Infinity", "1e999", "9" * 5000, "1" + "0" * 400, '"\\ud800"'))
    return text.replace(word, f"{word} {number}, {word}", chaos.pick((1, -1)))


def _monsters(chaos: Chaos) -> Iterator[bytes]:
    """Large in one way or another."""
    depth = chaos.pick((500, 5000, 10**5))
    yield b"[" * depth
    yield b'{"cells":' * depth
    yield b'{"cells":' + b"[" * depth + b"]" * depth + b"}"
    yield b'{"cells": [' + b"{}," * 5000 + b"{}]}"
    yield json.dumps({"cells": [{"cell_type": "code", "source": "x" * (2**20 + 1)}] * 3}).encode()
    yield json.dumps({"cells": [{"cell_type": "markdown", "source": "[" * 70_000}]}).encode()
    yield json.dumps({"cells": [{"cell_type": "markdown", "source": "\\begin{a}" * 9000}]}).encode()
    yield b'{"cells": [], "metadata": ' + b'{"a":' * 400 + b"1" + b"}" * 401
    yield b"{" + b'"cells": [], ' * 10**4 + b'"cells": 3}'
    yield b'{"cells": [], "a": [' + b"[]," * 3 * 10**6 + b"[]]}"
    yield str(chaos.pick(NUMBERS)).encode() + b" " * 10**6
    yield b"\0" * (32 * 2**20 + 1)
