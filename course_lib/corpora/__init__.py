"""Text to learn from: made by a grammar, bundled with Python, or downloaded and verified.

>>> from course_lib import corpora
>>> " ".join(corpora.load("english").train[0])
'the child threw this hat and the loud neighbor ran in the snow'
"""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

from course_lib.corpora import downloads, registry
from course_lib.corpora.corpus import Corpus
from course_lib.corpora.dataset import DataSet
from course_lib.corpora.downloads import DownloadError
from course_lib.corpora.trust import Candidate, candidate, confirm

__all__ = [
    "Candidate",
    "Corpus",
    "DataSet",
    "DownloadError",
    "candidate",
    "confirm",
    "get",
    "info",
    "load",
    "names",
    "where",
]

# Modules that hold, or lie beside, what is always present.
_BUNDLED = {
    "english": "course_lib.corpora.english",
    "english_tagged": "course_lib.corpora.tagged",
    "nli": "course_lib.corpora.nli",
    "paraphrases": "course_lib.corpora.events",
    "similarity": "course_lib.corpora.events",
    "answers": "course_lib.corpora.events",
    "english_spanish": "course_lib.corpora.english_spanish",
    "sentiment": "course_lib.corpora.sentiment",
    "python_code": "argparse",
    "python_prose": "pydoc_data.topics",
    "python_docs": "argparse",
    "python_packages": "argparse",
    "python_wrapped": "pydoc_data.topics",
    "names_and_dates": "babel.localedata",
}


def names() -> list[str]:
    """All data sets, those that are always present first."""
    return list(registry.DATA)


def info(name: str) -> DataSet:
    """Licence, citation, origin and files of a data set.

    Raises:
        KeyError: if there is none of that name; the message lists all names.
    """
    return registry.find(name)


def load(name: str) -> Corpus[Any]:
    """A data set as train, valid and test sentences, downloaded on the first use.

    Raises:
        DownloadError: if its files cannot be had; the message says what to do.
        KeyError: if there is none of that name.
        ValueError: if it is no text but, say, word vectors: use `get`.
    """
    from course_lib.corpora.loaders import LOADERS

    data = registry.find(name)
    if name not in LOADERS:
        raise ValueError(f"{name} is not a corpus; get({name!r}) gives the folder of its files")
    return LOADERS[data.name]()


def where(name: str) -> Path | None:
    """The folder with a data set's verified files; None where they are not here yet.

    Raises:
        DownloadError: if a file in `COURSE_DATA_DIR` has the wrong content.
        KeyError: if there is no such data set.
    """
    if name in _BUNDLED:
        spec = find_spec(_BUNDLED[name])
        return Path(spec.origin).parent if spec and spec.origin else None
    paths = downloads.where(name)
    if not paths:
        return None
    file, path = next(iter(paths.items()))
    return path.parents[file.count("/") - 1]


def get(name: str) -> Path:
    """The folder with a data set's verified files, downloaded if need be.

    Raises:
        DownloadError: if they cannot be had; the message says what to do.
        KeyError: if there is no such data set.
    """
    folder = where(name)
    if folder is None:
        downloads.fetch(registry.find(name))
        folder = where(name)
    if folder is None:
        raise DownloadError(f"{name} was fetched but is not in {downloads.cache_folder()}")
    return folder
