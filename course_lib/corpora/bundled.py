"""Real text that is always present: it comes with Python and with Babel."""

import datetime
import inspect
import os
import re
import sysconfig
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from course_lib.corpora.bitext import Bitext, as_words
from course_lib.corpora.corpus import Corpus, split_by
from course_lib.text import tokenize

_NOT_PROSE = re.compile(r"::=|>>>|[*=~\-+|]{4}|^[^\w\"'“(\[*]|^\S+\(.*\)$")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z\"“(])")
_DOCSTRING = re.compile(r'^[ \t]*[rRuU]?"""(.*?)"""', re.MULTILINE | re.DOTALL)
_COMMENT = re.compile(r"(?:^[ \t]*#.*\n)+", re.MULTILINE)
_NOT_OURS = {"site-packages", "dist-packages", "test", "tests", "idlelib", "lib2to3"}

# Packages that every installation has, each with much to say about one thing.
PACKAGES = {
    "asyncio": "asyncio",
    "_pydecimal": "decimal",
    "email": "email",
    "http": "http",
    "importlib": "importlib",
    "logging": "logging",
    "unittest": "unittest",
    "xml": "xml",
}


def stdlib_code() -> Corpus[str]:
    """Modules of the Python standard library; an item is a module's text, split by module."""
    folder = Path(sysconfig.get_paths()["stdlib"])
    modules = sorted(path for path in folder.glob("[a-z]*.py") if path.stem != "sitecustomize")
    return split_by(
        "python_code", modules, lambda path: path.stem, lambda path: path.read_text("utf-8")
    )


def prose() -> Corpus[list[str]]:
    """Sentences of the Python language reference, split by paragraph."""
    from pydoc_data.topics import topics

    # Topics repeat each other's sections, so every paragraph is taken once.
    distinct = {tuple(p): p[0] for topic in sorted(topics) for p in paragraphs(topics[topic])}
    pairs = [(first, sentence) for p, first in distinct.items() for sentence in p]
    return split_by("python_prose", pairs, lambda pair: pair[0], lambda pair: tokenize(pair[1]))


def docs() -> Corpus[list[str]]:
    """Sentences of the standard library's docstrings and comments and of the language
    reference, split by paragraph."""
    return split_by(
        "python_docs",
        ((p, sentence) for p in _documentation() for sentence in p),
        lambda pair: pair[0][0],
        lambda pair: tokenize(pair[1]),
    )


def package_docs() -> Corpus[tuple[list[str], str]]:
    """The part of `docs` that describes one of `PACKAGES`: sentences with the package's name.

    A paragraph is in the same split as in `docs`.
    """
    return split_by(
        "python_packages",
        ((p, s, name) for p, name in _documentation().items() for s in p if name in PACKAGES),
        lambda item: item[0][0],
        lambda item: (tokenize(item[1]), PACKAGES[item[2]]),
    )


@cache
def _documentation() -> dict[tuple[str, ...], str]:
    """Each different paragraph, as its sentences, and the package in which it comes first."""
    from pydoc_data.topics import topics

    folder = Path(sysconfig.get_paths()["stdlib"])
    package: dict[tuple[str, ...], str] = {}
    for path in _modules(folder):
        name = path.relative_to(folder).parts[0].removesuffix(".py")
        for text in _prose_of(path.read_text("utf-8", errors="replace")):
            for paragraph in paragraphs(text):
                package.setdefault(tuple(paragraph), name)
    for topic in sorted(topics):
        for paragraph in paragraphs(topics[topic]):
            package.setdefault(tuple(paragraph), "reference")
    return package


def _modules(folder: Path) -> list[Path]:
    """All Python files but those in folders of `_NOT_OURS`, which may be huge."""
    found = []
    for root, folders, files in os.walk(folder):
        folders[:] = set(folders) - _NOT_OURS
        found += [Path(root, file) for file in files if file.endswith(".py")]
    return sorted(found)


def _prose_of(source: str) -> Iterator[str]:
    """Docstrings, and comments that have lines to themselves."""
    for docstring in _DOCSTRING.finditer(source):
        yield inspect.cleandoc(docstring[1])
    for comment in _COMMENT.finditer(source):
        yield re.sub(r"^\s*#+ ?", "", comment[0], flags=re.MULTILINE)


def paragraphs(text: str) -> Iterator[list[str]]:
    """The sentences of each paragraph that ends as one does; rulers and code are left out."""
    for paragraph in re.split(r"\n\s*\n", text):
        line = " ".join(paragraph.split())
        if line.endswith((".", "!", "?", ":")) and not _NOT_PROSE.search(line):
            yield _SENTENCE_END.split(line)


def cldr_pairs() -> Corpus[Bitext]:
    """Names and dates in English and Spanish, each English text once; dates reorder.

    "Friday, March 4, 2016" is "viernes, 4 de marzo de 2016".
    """
    pairs = dict([*_names(), *_dates()])
    return split_by("names_and_dates", pairs.items(), lambda pair: pair[0], as_words)


def _names() -> Iterator[tuple[str, str]]:
    from babel import Locale

    english, spanish = Locale("en"), Locale("es")
    for kind in ("territories", "languages", "scripts", "currencies"):
        source, target = getattr(english, kind), getattr(spanish, kind)
        for code in sorted(source.keys() & target.keys()):
            yield source[code], target[code]


def _dates(first: int = 2012, last: int = 2020) -> Iterator[tuple[str, str]]:
    from babel.dates import format_date

    day = datetime.date(first, 1, 1)
    while day.year <= last:
        for style in ("full", "long"):
            yield format_date(day, style, "en"), format_date(day, style, "es")
        day += datetime.timedelta(days=3)
