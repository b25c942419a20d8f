"""Where a cell's output goes: nbformat outputs, capped."""

import base64
import time
from collections.abc import Callable
from typing import Any

Output = dict[str, Any]
FLOOD = 20  # times the limit of output, after which the cell is stopped
IMMEDIATELY = 200  # writes that are handed on at once; later ones are collected
MIMES = (
    "text/plain", "text/html", "text/markdown", "text/latex",
    "image/png", "image/jpeg", "image/svg+xml",
)  # fmt: skip


class OutputFlood(RuntimeError):
    """A cell printed many times what it may."""


class Outlet:
    """Where a cell's output goes: at most `limit` bytes of it reach `emit`.

    Args:
        emit: takes one nbformat output.
        limit: bytes per cell.
    """

    def __init__(self, emit: Callable[[Output], None], limit: int) -> None:
        self.emit, self.limit = emit, limit
        self.start()

    def start(self) -> None:
        """Begin a new cell."""
        self.seen = self.writes = 0
        self.full = False
        self.waiting: list[tuple[str, str]] = []
        self.last = time.monotonic()

    def text(self, name: str, text: str) -> None:
        """Something written to stdout or stderr."""
        self.writes += 1
        self.waiting.append((name, text))
        self.seen += len(text)
        if self.seen > FLOOD * self.limit:
            self.flush()
            raise OutputFlood(f"this cell prints more than {FLOOD * self.limit // 1024} kB")
        late = self.writes < IMMEDIATELY or time.monotonic() - self.last > 0.1
        if late or len(self.waiting) > 100:
            self.flush()

    def flush(self) -> None:
        """Hand on what was collected."""
        waiting, self.waiting, self.last = self.waiting, [], time.monotonic()
        for name in ("stdout", "stderr"):
            joined = "".join(text for kind, text in waiting if kind == name)
            if joined:
                self.limited({"output_type": "stream", "name": name, "text": joined}, len(joined))

    def show(self, output: Output) -> None:
        """A displayed object, a result or an error."""
        self.flush()
        size = len(str(output))
        self.seen += size
        self.limited(output, size)

    def limited(self, output: Output, size: int) -> None:
        if self.full:
            return
        room = self.limit - (self.seen - size)
        if size > room:
            self.full = True
            if output["output_type"] == "stream" and room > 0:
                self.emit({**output, "text": output["text"][:room]})
            note = f"\n[output beyond {self.limit // 1024} kB is not kept]\n"
            output = {"output_type": "stream", "name": "stderr", "text": note}
        self.emit(output)


def joining(outputs: list[Output]) -> Callable[[Output], None]:
    """Append outputs to a list; text that follows text of the same stream joins it."""

    def emit(output: Output) -> None:
        last = outputs[-1] if outputs else {}
        same = last.get("output_type") == "stream" and last.get("name") == output.get("name")
        if same and output["output_type"] == "stream":
            output = {**last, "text": last["text"] + output["text"]}
            outputs[-1] = output
        else:
            outputs.append(output)

    return emit


class Stream:
    """In place of sys.stdout or sys.stderr."""

    encoding = "utf-8"
    errors = "replace"
    closed = False

    def __init__(self, outlet: Outlet, name: str) -> None:
        self._outlet, self.name = outlet, name

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if text:
            self._outlet.text(self.name, text)
        return len(text)

    def writelines(self, lines: Any) -> None:
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        self._outlet.flush()

    def isatty(self) -> bool:
        return False

    def readable(self) -> bool:
        return False

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        raise OSError("this stream has no file")


def bundle(data: Any) -> dict[str, Any]:
    """The kinds of a display that a notebook keeps; images as base64 text."""
    kept = {}
    for mime in MIMES:
        value = data.get(mime)
        if isinstance(value, bytes):
            value = base64.encodebytes(value).decode()
        if isinstance(value, str):
            kept[mime] = value
    return kept
