"""Files whose sha256 nobody knows in advance: the user looks once, from then on it is pinned.

>>> from course_lib import corpora
>>> corpora.candidate("war_and_peace")  # doctest: +SKIP
{'war_and_peace/2600-0.txt': Candidate(sha256='…', size=3359372, start='The Project …')}
>>> corpora.confirm("war_and_peace", {"war_and_peace/2600-0.txt": "…"})  # doctest: +SKIP

What was looked at waits where nothing reads it. `confirm` wants the sha256 spelled out, so that
it can also come from someone else who has the file, and takes the file only if it has that one.
"""

import hashlib
import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from course_lib.corpora import downloads
from course_lib.corpora.confirmed import digests, record_file
from course_lib.corpora.dataset import UNCONFIRMED, DataSet
from course_lib.corpora.downloads import DownloadError
from course_lib.corpora.registry import find


class Candidate(NamedTuple):
    """What came, or lay in `COURSE_DATA_DIR`: to be looked at before it is trusted."""

    sha256: str
    """Of the uncompressed content."""
    size: int
    """Bytes, uncompressed."""
    start: str
    """The first characters."""


def candidate(name: str) -> dict[str, Candidate]:
    """The files of a data set that nobody has confirmed yet, to look at; downloaded once.

    Raises:
        DownloadError: if they cannot be had.
        KeyError: if there is no such data set.
        ValueError: if its hashes are registered: there is nothing to confirm.
    """
    return {
        file: Candidate(_sha256(content), len(content), content[:200].decode(errors="replace"))
        for file, content in _contents(find(name)).items()
    }


def confirm(name: str, sha256: Mapping[str, str]) -> None:
    """Trust these files from now on: exactly this content, on this computer, for this user.

    Args:
        sha256: of each file that `candidate` shows.

    Raises:
        DownloadError: if a file has another sha256; nothing is recorded then.
        ValueError: if the files are not those to confirm.
    """
    data = find(name)
    contents = _contents(data)
    if sha256.keys() != contents.keys():
        raise ValueError(f"confirm exactly these: {', '.join(contents)}; got {', '.join(sha256)}")
    for file, content in contents.items():
        if _sha256(content) != sha256[file].lower():
            raise DownloadError(
                f"{file} of {name} has sha256 {_sha256(content)}, not {sha256[file]}: it was not "
                f"taken. Look at it with corpora.candidate({name!r})."
            )
    _record(name, {file: digest.lower() for file, digest in sha256.items()})
    for file in contents:
        waiting, cached = _waiting(file), downloads.cache_folder() / file
        if waiting.is_file():
            cached.parent.mkdir(parents=True, exist_ok=True)
            os.replace(waiting, cached)


def _contents(data: DataSet) -> dict[str, bytes]:
    """Of each file without a registered hash: in the shared folder, looked at before, or new."""
    files = [file for file, digest in data.files.items() if digest == UNCONFIRMED]
    if not files:
        raise ValueError(f"every file of {data.name} has a registered sha256: nothing to confirm")
    contents = {file: downloads.read_unverified(file) for file in files}
    for file in files:
        if contents[file] is None and _waiting(file).is_file():
            contents[file] = _waiting(file).read_bytes()
    if None in contents.values():
        fetched = downloads.fetch_unverified(data)
        for file in (file for file in files if contents[file] is None):
            contents[file] = fetched[file]
            _write(_waiting(file), fetched[file])
    return {file: content for file, content in contents.items() if content is not None}


def _waiting(file: str) -> Path:
    return downloads.cache_folder() / ".unconfirmed" / file


def _record(name: str, sha256: Mapping[str, str]) -> None:
    known = digests()
    known[name] = {**known.get(name, {}), **sha256}
    _write(record_file(), json.dumps(known, indent=2, sort_keys=True).encode())


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".partial-", delete=False) as part:
        part.write(content)
    os.replace(part.name, path)


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
