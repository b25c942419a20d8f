"""Back up a course while it is in use, and bring it back: gradebook, work, results, log, exchange.

python hub/backup.py COURSE --to FILE.tar         COURSE is the folder with nbgrader_config.py
python hub/backup.py COURSE --restore FILE.tar
"""

import argparse
import hashlib
import io
import json
import os
import sqlite3
import stat
import sys
import tarfile
import tempfile
from contextlib import closing
from pathlib import Path, PurePosixPath
from typing import IO

from sqlalchemy import make_url

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from autograder import exchanged
from autograder.course import Course, CourseError
from autograder.files import told
from autograder.locks import none_at_work, noting, writing
from hub.restore import MANIFEST, restore, verify

LOCKS = ".autograder/locks"


def back_up(course: Course, archive: Path) -> list[str]:
    """Write the archive, read it again, and put it in its place; what was left out, in words.

    Gradebook, records and log are copied while nobody writes them, so that they agree; results
    come after, and are only ever added to.
    """
    draft = archive.with_name(f"{archive.name}.{os.getpid()}.tmp")
    said: list[str] = []
    try:
        with told(archive), open(draft, "wb", opener=_private) as file:
            with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as tar:
                _write(course, tar, said)
            file.flush()
            os.fsync(file.fileno())
        verify(draft)
        draft.replace(archive)
    finally:
        draft.unlink(missing_ok=True)
    return said


def _write(course: Course, tar: tarfile.TarFile, said: list[str]) -> None:
    sums: dict[str, str] = {}
    database, exchange = database_of(course), exchanged.place(course)
    if database is None:
        said.append("the gradebook is not a file in the course folder: back it up with pg_dump")
    with writing(course), noting(course):
        if database is not None and database.is_file():
            _add_database(course, database, tar, sums)
        records = course.hidden
        if records.is_dir():
            _add(tar, records, "course/.autograder", sums, said, {LOCKS, ".autograder/results"})
    skip = {LOCKS, ".autograder"}
    if database is not None:
        name = database.relative_to(course.root).as_posix()
        skip |= {name + end for end in ("", "-journal", "-wal", "-shm")}
    _add(tar, course.root, "course", sums, said, skip)
    if (course.hidden / "results").is_dir():
        _add(tar, course.hidden / "results", "course/.autograder/results", sums, said, set())
    if exchange.is_dir():
        _add(tar, exchange, "exchange", sums, said, set())
    about = {"exchange": str(exchange), "sha256": sums}
    content = json.dumps(about, indent=1).encode()
    info = tarfile.TarInfo(MANIFEST + hashlib.sha256(content).hexdigest())
    info.size, info.mode = len(content), 0o600
    tar.addfile(info, io.BytesIO(content))


def _add_database(
    course: Course, database: Path, tar: tarfile.TarFile, sums: dict[str, str]
) -> None:
    """By SQLite's own backup, which waits for whoever writes."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "gradebook.db"
        with closing(sqlite3.connect(database)) as old, closing(sqlite3.connect(copy)) as new:
            old.backup(new)
        name = f"course/{database.relative_to(course.root).as_posix()}"
        info = tar.gettarinfo(str(database), name)
        info.size = copy.stat().st_size
        with open(copy, "rb") as file:
            _add_file(tar, info, file, sums)


def _add(
    tar: tarfile.TarFile,
    top: Path,
    under: str,
    sums: dict[str, str],
    said: list[str],
    skip: set[str],
) -> None:
    """A folder and all below. No link is followed: students own much of what lies here."""
    prefix = ".autograder/" if under == "course/.autograder" else ""
    for root, folders, files, here in os.fwalk(top):
        inside = PurePosixPath(os.path.relpath(root, top))
        folders[:] = [n for n in folders if prefix + (inside / n).as_posix() not in skip]
        tar.addfile(_info(tar, os.fstat(here), (PurePosixPath(under) / inside).as_posix()))
        for name in sorted(files + [n for n in folders if _is_link(n, here)]):
            path = (PurePosixPath(under) / inside / name).as_posix()
            if prefix + (inside / name).as_posix() in skip or name.endswith(".tmp"):
                continue
            try:
                descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=here)
            except OSError as error:
                said.append(f"left out {path!a}: {error.strerror}")
                continue
            with os.fdopen(descriptor, "rb") as file:
                about = os.fstat(descriptor)
                if not stat.S_ISREG(about.st_mode):
                    said.append(f"left out {path!a}: no plain file")
                    continue
                _add_file(tar, _info(tar, about, path), file, sums)


def _is_link(name: str, here: int) -> bool:
    return stat.S_ISLNK(os.stat(name, dir_fd=here, follow_symlinks=False).st_mode)


def _info(tar: tarfile.TarFile, about: os.stat_result, name: str) -> tarfile.TarInfo:
    with open(os.devnull, "rb") as nothing:
        info = tar.gettarinfo(arcname=name, fileobj=nothing)
    folder = stat.S_ISDIR(about.st_mode)
    info.type = tarfile.DIRTYPE if folder else tarfile.REGTYPE
    info.size = 0 if folder else about.st_size
    info.mode, info.mtime = stat.S_IMODE(about.st_mode), about.st_mtime
    info.uid, info.gid = about.st_uid, about.st_gid
    info.uname, info.gname = _names(about.st_uid, about.st_gid)
    return info


def _names(uid: int, gid: int) -> tuple[str, str]:
    import grp
    import pwd

    try:
        return pwd.getpwuid(uid).pw_name, grp.getgrgid(gid).gr_name
    except KeyError:
        return "", ""


class _Hashed:
    """Reads a file, and knows the sha256 of what was read."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file, self.sha256 = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        block = self.file.read(size)
        self.sha256.update(block)
        return block


def _add_file(
    tar: tarfile.TarFile, info: tarfile.TarInfo, file: IO[bytes], sums: dict[str, str]
) -> None:
    hashed = _Hashed(file)
    tar.addfile(info, hashed)
    sums[info.name] = hashed.sha256.hexdigest()


def database_of(course: Course) -> Path | None:
    """The gradebook, if it is a file in the course's folder."""
    url = make_url(course.directory.db_url)
    if url.get_backend_name() != "sqlite" or not url.database:
        return None
    path = Path(url.database).resolve()
    return path if path.is_relative_to(course.root.resolve()) else None


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Back up a course while it is in use, or restore")
    parser.add_argument("course", type=Path, help="the folder with nbgrader_config.py")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--to", type=Path, metavar="FILE.tar", help="write this archive")
    what.add_argument("--restore", type=Path, metavar="FILE.tar", help="bring back what is in it")
    args = parser.parse_args(argv)
    try:
        if args.to:
            for line in back_up(Course.open(args.course), args.to):
                print(line, file=sys.stderr)
            print(f"{args.to}: {args.to.stat().st_size / 1e6:.1f} MB, read again and whole")
            return 0
        root = args.course.resolve()
        if root.exists():
            with none_at_work(Course.open(root)):
                kept = restore(root, args.restore)
        else:
            kept = restore(root, args.restore)
    except CourseError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"restored {root}", *(f"what was there is in {path}" for path in kept), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
