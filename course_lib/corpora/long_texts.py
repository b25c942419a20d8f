"""Texts to read character by character, with their line breaks: prose and source code."""

import re

from course_lib.corpora import bundled, downloads
from course_lib.corpora.corpus import Corpus, split_by

_GUTENBERG = re.compile(
    r"\*\*\* ?START OF TH.*?\*\*\*\s*(.*?)\s*\*\*\* ?END OF TH", re.DOTALL | re.IGNORECASE
)
_CHAPTER = re.compile(r"^(?=CHAPTER [IVXLC]+\.?$)", re.MULTILINE)
_KERNEL_FILE = re.compile(r"^(?=(?://|/\*) SPDX-License-Identifier)", re.MULTILINE)


def wrapped_prose() -> Corpus[str]:
    """Paragraphs of the Python language reference with the line breaks they have there.

    Lines are wrapped before column 72 or so; paragraphs in lists are indented.
    """
    from pydoc_data.topics import topics

    # Topics repeat each other's sections, so every paragraph is taken once.
    pieces = (p for name in sorted(topics) for p in re.split(r"\n[ \t]*\n", topics[name]))
    distinct = dict.fromkeys(piece.strip("\n") for piece in pieces)
    prose = [paragraph for paragraph in distinct if any(bundled.paragraphs(paragraph))]
    return split_by("python_wrapped", prose, str, str)


def linux_kernel() -> Corpus[str]:
    """Files of the Linux kernel in C, split by file."""
    text = downloads.read("linux_kernel", "linux_kernel/linux_kernel_6.1_sample.c.txt").decode()
    files = [file for file in _KERNEL_FILE.split(text) if file.strip()]
    return split_by("linux_kernel", files, str, str)


def war_and_peace() -> Corpus[str]:
    """Chapters of Tolstoy's novel as Project Gutenberg wraps them, split by chapter.

    Raises:
        ValueError: if the file is not laid out as Project Gutenberg's.
    """
    text = downloads.read("war_and_peace", "war_and_peace/2600-0.txt").decode("utf-8-sig")
    novel = _GUTENBERG.search(text.replace("\r\n", "\n"))
    chapters = _CHAPTER.split(novel[1])[1:] if novel else []
    # The table of contents has a line for each chapter, and no text between them.
    chapters = [chapter for chapter in chapters if len(chapter) > 1000]
    if not chapters:
        raise ValueError("war_and_peace/2600-0.txt has no chapters between Gutenberg's marks")
    return split_by("war_and_peace", enumerate(chapters), lambda item: str(item[0]), lambda i: i[1])
