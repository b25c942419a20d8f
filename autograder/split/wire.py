"""Frames between the engine's processes: two lengths, msgpack, raw bytes. Never pickle.

The raw bytes (`bulk`) carry the contents of tensors, so that what msgpack unpacks into Python
objects, many times its own size, can have a much smaller limit than the data.
File descriptors travel beside a frame (SCM_RIGHTS) where a socket is handed over.
"""

import socket
import struct
from typing import Any

import msgpack

HEADER = struct.Struct("!II")
MAX_FRAME = 256 * 2**20  # of msgpack, and of bulk
MAX_HOSTILE_FRAME = 16 * 2**20  # of msgpack that a student's process may send


class BrokenFrame(Exception):
    """The other side sent something that is not a frame, or went away in the middle of one."""


class TooLarge(ValueError):
    """What should be sent is over the limit; nothing was sent."""


def send(
    sock: socket.socket,
    message: Any,
    fds: tuple[int, ...] = (),
    bulk: bytes | bytearray = b"",
    max_body: int | None = None,
) -> None:
    """Send one message; `fds` are duplicated into the receiver.

    Raises:
        TooLarge: the message is over the limit.
        OSError: the other side is gone.
    """
    frame = packed(message, bulk, max_body)
    sent = socket.send_fds(sock, [frame], list(fds)) if fds else sock.send(frame)
    if sent < len(frame):
        sock.sendall(memoryview(frame)[sent:])
    if len(bulk) >= 2**16:
        sock.sendall(bulk)


def packed(message: Any, bulk: bytes | bytearray = b"", max_body: int | None = None) -> bytes:
    """A frame up to its bulk, and with that where it is small.

    Raises:
        TooLarge: the message is over the limit.
    """
    body = msgpack.packb(message, use_bin_type=True)
    for size, limit in ((len(body), max_body or MAX_FRAME), (len(bulk), MAX_FRAME)):
        if size > limit:
            raise TooLarge(
                f"{size / 2**20:.0f} MB of data are too much to send to a test, "
                f"which takes {limit / 2**20:.0f} MB; tensors and arrays need the least"
            )
    return HEADER.pack(len(body), len(bulk)) + body + (bulk if len(bulk) < 2**16 else b"")


def recv(sock: socket.socket, max_fds: int = 0) -> tuple[Any, tuple[int, ...]]:
    """Receive one message without bulk and the descriptors that came with it.

    Raises:
        EOFError: the other side closed the connection between two frames.
        BrokenFrame: it closed in the middle, announced too much, or sent no msgpack.
    """
    if max_fds:
        first, fds, _, _ = socket.recv_fds(sock, HEADER.size, max_fds)
    else:
        first, fds = sock.recv(HEADER.size), []
    if not first:
        raise EOFError("the other side closed the connection")
    body, bulk = HEADER.unpack(first + _exactly(sock, HEADER.size - len(first)))
    if body > MAX_FRAME or bulk:
        raise BrokenFrame(f"a frame of {body} + {bulk} bytes is over the limit")
    return _unpacked(_exactly(sock, body)), tuple(fds)


class Frames:
    """Reads frames with bulk from a socket that nobody else reads.

    Args:
        max_body: bytes of msgpack that a frame may have.
    """

    def __init__(self, sock: socket.socket, max_body: int = MAX_FRAME) -> None:
        self.sock, self.max_body = sock, max_body
        self.unread = bytearray()

    def recv(self) -> tuple[Any, bytearray]:
        """Receive one message and its bulk; raises like `recv`."""
        if not self.unread:
            self.unread += self.sock.recv(2**16)
            if not self.unread:
                raise EOFError("the other side closed the connection")
        body, bulk = HEADER.unpack(self._take(HEADER.size))
        if body > self.max_body or bulk > MAX_FRAME:
            raise BrokenFrame(f"a frame of {body} + {bulk} bytes is over the limit")
        return _unpacked(self._take(body)), self._take(bulk)

    def _take(self, length: int) -> bytearray:
        part = self.unread[:length]
        del self.unread[:length]
        if len(part) < length:
            part += _exactly(self.sock, length - len(part))
        return part


def _unpacked(packed: bytearray) -> Any:
    try:
        return msgpack.unpackb(packed, raw=False, strict_map_key=False)
    except (ValueError, msgpack.UnpackException) as error:
        raise BrokenFrame(f"not msgpack: {error}") from error


def _exactly(sock: socket.socket, length: int) -> bytearray:
    """So many bytes; memory is taken as they come, not as they were announced."""
    parts = bytearray()
    while len(parts) < length:
        part = sock.recv(min(length - len(parts), 2**20))
        if not part:
            raise BrokenFrame("the connection ended in the middle of a frame")
        parts += part
    return parts
