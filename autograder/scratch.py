"""A child's working folder: made with the submission's files, watched, and removed for sure."""

import errno
import os
import stat
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path, PurePosixPath

MOST_ENTRIES = 4096
DEEPEST = 50
OURS = "autograder-scratch-"
OF_NAMES = (errno.EISDIR, errno.ENOTDIR, errno.EEXIST, errno.ENAMETOOLONG, errno.EINVAL)

_locks: dict[Path, int] = {}


class Misplaced(Exception):
    """A submission has a file that cannot lie where it should: no fault of the machine's."""


def private() -> Path:
    """A new temporary folder, locked while this process lives and has not removed it."""
    import fcntl  # Windows has none

    while True:
        folder = Path(tempfile.mkdtemp(prefix=OURS))
        with suppress(FileNotFoundError):  # somebody swept before it was locked
            lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            fcntl.flock(lock, fcntl.LOCK_SH)
            if os.fstat(lock).st_nlink:
                _locks[folder] = lock
                return folder
            os.close(lock)


def sweep() -> None:
    """Remove private folders whose process was killed, and everything else that could have."""
    import fcntl

    for folder in Path(tempfile.gettempdir()).glob(f"{OURS}*"):
        with suppress(OSError):
            lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
            try:
                if os.fstat(lock).st_uid == os.geteuid():
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    remove(folder)
            finally:
                os.close(lock)


def make(parent: Path, files: Mapping[str, bytes]) -> Path:
    """A new folder under `parent` that holds `files` by relative path.

    Raises:
        ValueError: a path is absolute, leaves the folder, or is no path.
        Misplaced: a path is another one's folder, or too long.
    """
    for name in files:
        path = PurePosixPath(name)
        if not name or "\0" in name or path.is_absolute() or {"..", "."} & {*name.split("/")}:
            raise ValueError(f"not a path inside the working folder: {name!r}")
    folder = Path(tempfile.mkdtemp(prefix="scratch-", dir=parent))
    try:
        place(folder, files)
    except BaseException:
        remove(folder)
        raise
    return folder


def place(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write `files` below `folder` by relative path.

    Raises:
        Misplaced: a path is another one's folder, or too long.
    """
    for name, content in files.items():
        file = folder / name
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        except OSError as error:
            if error.errno not in OF_NAMES:
                raise
            raise Misplaced(f"{name[:100]} cannot be placed: {error.strerror}") from error


def over(folder: Path, megabytes: int) -> bool:
    """Whether the folder holds more than this, very many files, or a very deep tree."""
    blocks = entries = 0
    waiting = [str(folder)]
    deepest = str(folder).count("/") + DEEPEST
    while waiting:
        try:
            for entry in list(os.scandir(waiting.pop())):
                entries += 1
                blocks += entry.stat(follow_symlinks=False).st_blocks
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
        except FileNotFoundError:
            continue  # its owner is at work
        except OSError:
            return True
        if entries > MOST_ENTRIES or blocks * 512 > megabytes * 2**20:
            return True
        if waiting and waiting[-1].count("/") > deepest:
            return True
    return False


def remove(folder: Path) -> None:
    """Remove a folder that its owner may have made hard to remove; nobody may be using it.

    It goes down and up by descriptors, so that neither depth nor permissions matter.
    """
    with suppress(FileNotFoundError):
        here = _opened(str(folder))
        path = [(str(folder), _emptied(here))]
        while path:
            name, folders = path[-1]
            if folders:
                down = folders.pop()
                here = _opened(down, here)
                path.append((down, _emptied(here)))
            else:
                path.pop()
                here = _opened("..", here)
                os.rmdir(name, dir_fd=here)
        os.close(here)
    if lock := _locks.pop(folder, None):
        os.close(lock)


def _opened(name: str, here: int | None = None) -> int:
    """A folder by name, in place of the one that is open."""
    if name != "..":
        os.chmod(name, stat.S_IRWXU, dir_fd=here)
    try:
        return os.open(name, os.O_RDONLY | os.O_DIRECTORY, dir_fd=here)
    finally:
        if here is not None:
            os.close(here)


def _emptied(here: int) -> list[str]:
    """Remove all files of a folder; the names of its folders."""
    folders = []
    with os.scandir(here) as entries:
        for entry in list(entries):
            if entry.is_dir(follow_symlinks=False):
                folders.append(entry.name)
            else:
                os.unlink(entry.name, dir_fd=here)
    return folders
