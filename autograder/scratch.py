"""A child's working folder: made with the submission's files, watched, and removed for sure."""

import os
import stat
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from itertools import count
from pathlib import Path, PurePosixPath

MOST_ENTRIES = 4096


def make(parent: Path, files: Mapping[str, bytes]) -> Path:
    """A new folder under `parent` that holds `files` by relative path.

    Raises:
        ValueError: a path is absolute, leaves the folder, or is no path.
    """
    for name in files:
        path = PurePosixPath(name)
        if not name or "\0" in name or path.is_absolute() or {"..", "."} & {*name.split("/")}:
            raise ValueError(f"not a path inside the working folder: {name!r}")
    folder = Path(tempfile.mkdtemp(prefix="scratch-", dir=parent))
    for name, content in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return folder


def over(folder: Path, megabytes: int) -> bool:
    """Whether the folder holds more than this, very many files, or something out of sight."""
    blocks = entries = 0
    waiting = [str(folder)]
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
    return False


def remove(folder: Path) -> None:
    """Remove a folder that its owner may have made hard to remove; nobody may be using it.

    Folders are taken apart one level at a time, so that depth and permissions do not matter.
    """
    top = Path(tempfile.mkdtemp(prefix="removed-", dir=folder.parent))
    number = count(1)
    waiting = [folder]
    while waiting:
        here = waiting.pop()
        with suppress(FileNotFoundError):
            here.chmod(stat.S_IRWXU)
            for entry in list(os.scandir(here)):
                if entry.is_dir(follow_symlinks=False):
                    os.chmod(entry.path, stat.S_IRWXU)
                    waiting.append(top / str(next(number)))
                    os.rename(entry.path, waiting[-1])
                else:
                    os.unlink(entry.path)
            here.rmdir()
    top.rmdir()
