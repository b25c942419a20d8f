"""Frames of the engine's protocol as plain data, on the way to a reader that trusts nobody."""

import copy
import struct
from typing import Any

from fuzzing.chaos import Chaos, packed, unpacked

HEADER = struct.Struct("!II")


class Script:
    """In the place of a socket: what the other side has sent already, and where answers go."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0
        self.sent = bytearray()

    def recv(self, most: int, flags: int = 0) -> bytes:
        """A part of it; with flags (a look ahead) the other side is still there at the end."""
        part = self.data[self.at : self.at + most]
        if flags:
            if not part:
                raise BlockingIOError
            return part
        self.at += len(part)
        return part

    def recv_into(self, buffer: Any, most: int = 0) -> int:
        part = self.recv(most or len(buffer))
        buffer[: len(part)] = part
        return len(part)

    def send(self, data: Any) -> int:
        self.sent += data
        return len(data)

    def sendall(self, data: Any) -> None:
        self.sent += data

    def sendmsg(self, parts: Any) -> int:
        return sum(self.send(part) for part in parts)

    def close(self) -> None:
        pass


def split(data: bytes) -> list[list[Any]]:
    """[message, bulk] of each frame in good order."""
    frames = []
    while data:
        body, bulk = HEADER.unpack_from(data)
        end = HEADER.size + body
        frames.append([unpacked(data[HEADER.size : end]), data[end : end + bulk]])
        data = data[end + bulk :]
    return frames


def joined(frames: list[Any]) -> bytes:
    """The bytes of frames: [message, bulk], or bytes that are no frame."""
    parts = []
    for frame in frames:
        if isinstance(frame, list) and len(frame) == 2 and isinstance(frame[1], bytes):
            body = packed(frame[0])
            parts += [HEADER.pack(len(body), len(frame[1])), body, frame[1]]
        elif isinstance(frame, bytes):
            parts.append(frame)
    return b"".join(parts)


def spoiled(chaos: Chaos, frames: list[list[Any]], donors: list[Any]) -> list[Any]:
    """A conversation with one to four faults in it."""
    frames = [list(frame) for frame in frames]
    for _ in range(chaos.pick((1, 1, 1, 2, 3, 4))):
        act = chaos.random.randrange(20)
        at = chaos.random.randrange(len(frames)) if frames else 0
        if not frames or act == 0:
            frames.insert(at, chaos.pick(donors))
        elif act == 1:
            del frames[at]
        elif act == 2:
            frames.insert(at, frames[at])
        elif act == 3:
            other = chaos.random.randrange(len(frames))
            frames[at], frames[other] = frames[other], frames[at]
        elif act == 4:
            frames[at] = _lying(chaos, joined([frames[at]]))
        elif act == 5:
            frames[at] = chaos.damaged(joined([frames[at]]))
        elif act == 6 and isinstance(frames[at], list):
            frames[at] = [frames[at][0], chaos.damaged(frames[at][1] or b"1234")]
        elif isinstance(frames[at], list):
            message = copy.deepcopy(frames[at][0])
            for _ in range(chaos.pick((1, 1, 2, 3))):
                chaos.spoil(message, [chaos.pick(donors)[0]])
            message = chaos.junk() if chaos.chance(0.02) else message
            frames[at] = [unpacked(packed(message)), frames[at][1]]
    return frames


def _lying(chaos: Chaos, data: bytes) -> bytes:
    """Other lengths in its header, or so deep that no stack holds it."""
    if chaos.chance(0.3):
        deep = chaos.pick((b"\x91", b"\x81\xa1k", b"\x92\xa4list")) * chaos.pick((70, 500, 10**5))
        return HEADER.pack(len(deep), 0) + deep
    body, bulk = HEADER.unpack_from(data + bytes(HEADER.size))
    lies = (0, 1, body - 1, body + 1, 2**24, 2**24 + 1, 2**28 + 1, 2**31, 2**32 - 1)
    body, bulk = chaos.pick((*lies, body)), chaos.pick((*lies, bulk, bulk, 0))
    body, bulk = (min(max(size, 0), 2**32 - 1) for size in (body, bulk))
    return HEADER.pack(body, bulk) + data[HEADER.size :]
