"""Reading a folder that somebody else still owns: nothing is followed, nothing is believed.

A submission in the exchange belongs to its student, who can put links, pipes and other people's
files into it, or change it while it is read.
"""

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

MAX_ENTRIES = 2000  # files and folders
MAX_DEPTH = 20


class Refused(Exception):
    """Why a folder is not taken."""


@dataclass(frozen=True)
class Entry:
    """A plain file: its path in the folder, the open folder that it lies in, what was seen."""

    path: str
    folder: int
    about: os.stat_result


@contextmanager
def opened(path: str) -> Iterator[int]:
    """Descriptor of a folder that is no link.

    Raises:
        Refused: it is something else, or closed to us.
    """
    try:
        top = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError as error:
        raise Refused(f"it is no folder that can be opened ({error.strerror})") from error
    try:
        yield top
    finally:
        os.close(top)


def entries(top: int, owner: int, ignored: Callable[[str], bool]) -> Iterator[Entry]:
    """All files below, each looked at and none opened; `owner` is the user id they must have.

    Raises:
        Refused: a link, a pipe, a file of somebody else, a folder that cannot be read, too many.
    """
    count = 0
    for root, folders, files, here in os.fwalk(".", dir_fd=top, onerror=_cannot_read):
        folders[:] = [name for name in folders if not ignored(name)]
        files = [name for name in files if not ignored(name)]
        count += len(folders) + len(files)
        if count > MAX_ENTRIES or root.count(os.sep) >= MAX_DEPTH:
            raise Refused("it has too many files, or too deep folders")
        for name in folders + files:
            path = os.path.normpath(os.path.join(root, name))
            try:
                about = os.stat(name, dir_fd=here, follow_symlinks=False)
            except OSError as error:
                raise Refused(f"{path!a} is gone") from error
            _check(path, about, owner, folder=name in folders)
            if name not in folders:
                yield Entry(path, here, about)


def content(entry: Entry) -> bytes:
    """Of the very file that was looked at.

    Raises:
        Refused: it is another one now, or cannot be read.
    """
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
    try:
        descriptor = os.open(os.path.basename(entry.path), flags, dir_fd=entry.folder)
    except OSError as error:
        raise Refused(f"{entry.path!a} cannot be read ({error.strerror})") from error
    with os.fdopen(descriptor, "rb") as file:
        found = file.read(entry.about.st_size + 1)
        now = os.fstat(descriptor)
    same = (now.st_ino, now.st_ctime_ns) == (entry.about.st_ino, entry.about.st_ctime_ns)
    if not same or len(found) != entry.about.st_size:
        raise Refused(f"{entry.path!a} changed while it was read")
    return found


def account(name: str) -> int:
    """User id of an account of this system.

    Raises:
        Refused: there is none.
    """
    import pwd  # absent on Windows, which has no exchange

    try:
        return pwd.getpwnam(name).pw_uid
    except KeyError as error:
        raise Refused("no account has that name") from error


def name_of(uid: int) -> str:
    """Of an account, or its number where it has no name."""
    import pwd

    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"


def _check(path: str, about: os.stat_result, owner: int, folder: bool) -> None:
    plain = stat.S_ISDIR(about.st_mode) if folder else stat.S_ISREG(about.st_mode)
    if not plain or (not folder and about.st_nlink != 1):
        raise Refused(f"{path!a} is a link, or no plain file")
    if about.st_uid != owner:
        raise Refused(f"{path!a} belongs to {name_of(about.st_uid)}")


def _cannot_read(error: OSError) -> None:
    raise Refused(f"a folder in it cannot be read ({error.strerror})") from error
