"""Files over https, through pooch."""

import gzip
import zipfile
import zlib
from pathlib import Path

SILENCE = 20.0
"""Seconds without a byte after which a server counts as gone."""


class WebError(RuntimeError):
    """A file could not be had; the message says why."""


def content(url: str, temporary: Path) -> bytes:
    """What lies at an address, uncompressed.

    Args:
        url: of a file, of a `.gz` file, or of a file in an archive, as `….zip#member`.
        temporary: where the download is written while it lasts; removed after.

    Raises:
        WebError: if the server cannot be reached, refuses, falls silent, breaks off, or sends
            something else.
    """
    import pooch
    import requests

    address, _, member = url.partition("#")
    try:
        pooch.HTTPDownloader(timeout=SILENCE)(address, str(temporary), None)
        return _unpacked(temporary, address, member)
    except requests.Timeout as error:
        raise WebError(f"the server said nothing for {SILENCE:g} seconds") from error
    except (requests.RequestException, OSError) as error:
        raise WebError(str(error)) from error
    except (zipfile.BadZipFile, KeyError, EOFError, zlib.error) as error:
        raise WebError(f"the file is damaged, or not the one expected ({error})") from error
    finally:
        temporary.unlink(missing_ok=True)


def _unpacked(path: Path, address: str, member: str) -> bytes:
    if member:
        with zipfile.ZipFile(path) as archive:
            return archive.read(member)
    data = path.read_bytes()
    # Some networks answer every request with a page of their own.
    if data[:1000].lstrip().lower().startswith((b"<!doctype html", b"<html")):
        raise WebError("a web page came instead of the file: does this network want a login?")
    return gzip.decompress(data) if address.endswith(".gz") else data
