"""The user's own record of hashes that the course does not know (see `trust`)."""

import json
from pathlib import Path

import platformdirs

from course_lib.corpora.dataset import UNCONFIRMED, DataSet


def record_file() -> Path:
    """Where confirmed hashes are kept for this user; the file may not exist yet."""
    return Path(platformdirs.user_data_path("recurrent-networks-course")) / "confirmed.json"


def digests() -> dict[str, dict[str, str]]:
    """From data set and file to the sha256 that the user confirmed.

    Raises:
        ValueError: if the record is not what this course wrote.
    """
    path = record_file()
    if not path.is_file():
        return {}
    try:
        return {name: dict(files) for name, files in json.loads(path.read_text("utf-8")).items()}
    except (ValueError, AttributeError, TypeError) as error:
        raise ValueError(f"{path} is damaged: remove it, and confirm again") from error


def expected(data: DataSet, file: str) -> str | None:
    """The sha256 that a file must have; None if nobody has confirmed one."""
    registered = data.files[file]
    if registered != UNCONFIRMED:
        return registered
    return digests().get(data.name, {}).get(file)
