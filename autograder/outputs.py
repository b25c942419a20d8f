"""What a cell showed, as nbformat outputs that are valid and safe to open in a browser."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from autograder import safe_html

BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*\Z")
IMAGES = ("image/png", "image/jpeg", "image/gif")
MAX_OUTPUTS = 200  # of one cell
MAX_LINES, MAX_LETTERS = 12, 1500  # of a message


def clean(outputs: Iterable[Any]) -> tuple[dict[str, Any], ...]:
    """Keep of each output what nbformat knows and a page may show; drop the rest."""
    kept = (_clean(output) for output, _ in zip(outputs, range(MAX_OUTPUTS), strict=False))
    return tuple(output for output in kept if output)


def _clean(output: Any) -> dict[str, Any] | None:
    if not isinstance(output, Mapping):
        return None
    kind = output.get("output_type")
    if kind == "stream":
        name = "stderr" if output.get("name") == "stderr" else "stdout"
        return {"output_type": "stream", "name": name, "text": text(output.get("text", ""))}
    if kind == "error":
        lines = output.get("traceback", [])
        lines = lines if isinstance(lines, list | tuple) else [lines]
        return error(output.get("ename", "Error"), output.get("evalue", ""), lines)
    if kind in ("display_data", "execute_result"):
        return _shown(kind, output)
    return None


def _shown(kind: str, output: Mapping[str, Any]) -> dict[str, Any] | None:
    found = output.get("data")
    data = {}
    for mime, value in found.items() if isinstance(found, Mapping) else ():
        value = text(value)
        if mime == "text/plain" or (mime == "text/latex" and "<" not in value):
            data[mime] = value
        elif mime == "text/html":
            data[mime] = safe_html.clean(value)
        elif mime in IMAGES and BASE64.match(value):
            data[mime] = value
    shown: dict[str, Any] = {"output_type": kind, "data": data, "metadata": {}}
    if kind == "execute_result":
        count = output.get("execution_count")
        shown["execution_count"] = count if type(count) is int and count >= 0 else None
    return shown if data else None


def printed(outputs: Iterable[Mapping[str, Any]]) -> str:
    """The first lines that a cell wrote to stdout."""
    streams = (o for o in outputs if o.get("output_type") == "stream" and o.get("name") == "stdout")
    written = "".join(text(stream.get("text", "")) for stream in streams)
    return "\n".join(written.strip().splitlines()[:MAX_LINES])[:MAX_LETTERS]


def error(name: Any, message: Any, lines: Iterable[Any]) -> dict[str, Any]:
    """An nbformat error output."""
    shown = [text(line) for line in lines]
    return {
        "output_type": "error",
        "ename": text(name),
        "evalue": text(message),
        "traceback": shown,
    }


def text(value: Any) -> str:
    """A string that any file can hold; nbformat's lists of lines are joined."""
    if isinstance(value, list | tuple):
        value = "".join(part for part in value if isinstance(part, str))
    return str(value).encode("utf-8", "replace").decode("utf-8")
