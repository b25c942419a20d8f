"""What `hub/backup.py` wrote: whether an archive is whole, and a course brought back from it."""

import hashlib
import json
import os
import shutil
import tarfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path, PurePosixPath

from autograder.course import CourseError
from autograder.files import told

MANIFEST = "manifest-"  # its name ends in the sha256 of its content


def verify(archive: Path) -> Path:
    """Where its exchange was. Every byte of every file is compared with the manifest.

    Raises:
        CourseError: damaged, incomplete, or no archive of this program.
    """
    damaged = f"{archive} is damaged, or no backup of a course: nothing was changed"
    found: dict[str, str] = {}
    about = None
    try:
        with tarfile.open(archive, "r:") as tar:
            for member in tar:
                parts = PurePosixPath(member.name).parts
                if ".." in parts or not (member.isfile() or member.isdir()):
                    raise CourseError(damaged)
                content = tar.extractfile(member) if member.isfile() else None
                if content is None:
                    continue
                if member.name.startswith(MANIFEST):
                    text = content.read()
                    whole = MANIFEST + hashlib.sha256(text).hexdigest() == member.name
                    about = json.loads(text) if whole else None
                elif parts[0] in ("course", "exchange"):
                    found[member.name] = hashlib.file_digest(content, "sha256").hexdigest()  # type: ignore[arg-type]
    except (tarfile.TarError, OSError, EOFError, ValueError) as error:
        raise CourseError(f"{damaged} ({error})") from error
    if about is None or about["sha256"] != found:
        raise CourseError(damaged)
    return Path(about["exchange"])


def restore(root: Path, archive: Path) -> list[Path]:
    """Put course and exchange back, owners too; what was there before is kept beside them.

    Raises:
        CourseError: the archive is damaged, or somebody grades in the course that is there.
    """
    targets = {"course": root, "exchange": verify(archive)}
    kept: list[Path] = []
    mark = f".{os.getpid()}.tmp"
    drafts = {name: path.with_name(path.name + mark) for name, path in targets.items()}
    try:
        with tarfile.open(archive, "r:") as tar:
            for member in tar.getmembers():
                top, *rest = PurePosixPath(member.name).parts
                if top in drafts:
                    drafts[top].parent.mkdir(parents=True, exist_ok=True)
                    member.name = "/".join([drafts[top].name, *rest])
                    tar.extract(member, drafts[top].parent, filter="fully_trusted")
        with told(root):
            for name in ("exchange", "course"):
                if drafts[name].is_dir():
                    kept += _swap(drafts[name], targets[name])
    finally:
        for draft in drafts.values():
            shutil.rmtree(draft, ignore_errors=True)
    return kept


def _swap(draft: Path, target: Path) -> Iterator[Path]:
    """The draft takes its place; yields where the old one is now."""
    if target.exists():
        before = target.with_name(f"{target.name}.before-{datetime.now():%Y%m%d-%H%M%S-%f}")
        target.rename(before)
        yield before
    draft.rename(target)
