"""Frames between the engine's processes: a length, then msgpack. Never pickle.

File descriptors travel beside a frame (SCM_RIGHTS) where a socket is handed over.
"""

import socket
import struct
from typing import Any

import msgpack

HEADER = struct.Struct("!I")
MAX_FRAME = 256 * 2**20


class BrokenFrame(Exception):
    """The other side sent something that is not a frame, or went away in the middle of one."""


def send(sock: socket.socket, message: Any, fds: tuple[int, ...] = ()) -> None:
    """Send one message; `fds` are duplicated into the receiver."""
    body = msgpack.packb(message, use_bin_type=True)
    if len(body) > MAX_FRAME:
        raise BrokenFrame(f"a message of {len(body)} bytes is over the limit of {MAX_FRAME}")
    header = HEADER.pack(len(body))
    sent = socket.send_fds(sock, [header], list(fds)) if fds else sock.send(header)
    sock.sendall(header[sent:] + body)


def recv(sock: socket.socket, max_fds: int = 0) -> tuple[Any, tuple[int, ...]]:
    """Receive one message and the descriptors that came with it.

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
    header = first + _exactly(sock, HEADER.size - len(first))
    (length,) = HEADER.unpack(header)
    if length > MAX_FRAME:
        raise BrokenFrame(f"a frame of {length} bytes is over the limit of {MAX_FRAME}")
    try:
        return msgpack.unpackb(_exactly(sock, length), raw=False, strict_map_key=False), tuple(fds)
    except (ValueError, msgpack.UnpackException) as error:
        raise BrokenFrame(f"not msgpack: {error}") from error


def _exactly(sock: socket.socket, length: int) -> bytes:
    parts = bytearray()
    while len(parts) < length:
        part = sock.recv(min(length - len(parts), 2**20))
        if not part:
            raise BrokenFrame("the connection ended in the middle of a frame")
        parts += part
    return bytes(parts)
