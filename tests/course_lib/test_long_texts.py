"""Texts with their line breaks: nothing of a text is lost, and documents stay whole."""

import hashlib
import re
from dataclasses import replace

import pytest

from course_lib import corpora
from course_lib.corpora import downloads, registry


@pytest.fixture
def provide(tmp_path, monkeypatch):
    """A small stand-in for a data set's one file."""
    monkeypatch.setenv("COURSE_DATA_DIR", str(tmp_path))
    monkeypatch.setattr(downloads, "cache_folder", lambda: tmp_path / "cache")

    def provide(name, text):
        (file,) = registry.DATA[name].files
        (tmp_path / file).parent.mkdir()
        (tmp_path / file).write_bytes(text.encode())
        files = {file: hashlib.sha256(text.encode()).hexdigest()}
        monkeypatch.setitem(registry.DATA, name, replace(registry.DATA[name], files=files))

    return provide


def items(corpus):
    return corpus.train + corpus.valid + corpus.test


def test_wrapped_prose_is_wrapped_and_each_paragraph_stands_once():
    paragraphs = items(corpora.load("python_wrapped"))
    assert len(set(paragraphs)) == len(paragraphs)
    assert sum(map(len, paragraphs)) > 150_000
    lines = [line for p in paragraphs for line in p.split("\n")[:-1]]
    assert sum(50 < len(line) <= 80 for line in lines) > 0.85 * len(lines)
    assert not any(re.search(r"\n\s*\n", p) or p != p.strip("\n") for p in paragraphs)
    # A break comes where the next word does not fit: joined, most lines are too long.
    pairs = [(a, b) for p in paragraphs for a, b in zip(p.split("\n"), p.split("\n")[1:], strict=0)]
    joined = [len(a) + 1 + len(b.split()[0]) for a, b in pairs if b.split()]
    assert sum(length > 70 for length in joined) > 0.9 * len(joined)


def test_kernel_files_stay_whole(provide):
    ends = [
        "// SPDX-License-Identifier: GPL-2.0\nint a%d;\n",
        "/* SPDX-License-Identifier: X */\n%d\n",
    ]
    files = [ends[i % 2] % i for i in range(60)]
    provide("linux_kernel", "\n".join(files))
    corpus = corpora.load("linux_kernel")
    assert sorted(text.strip() for text in items(corpus)) == sorted(f.strip() for f in files)
    assert min(len(corpus.train), len(corpus.valid), len(corpus.test)) > 0


def test_the_novel_without_what_is_printed_around_it(provide):
    body = "“Well, Prince,” he said,\nand left.\n\n" * 40
    chapters = [f"CHAPTER {'I' * (1 + i % 3)}\n\n{i} {body}" for i in range(30)]
    contents = "CHAPTER I\nCHAPTER II\n"
    text = f"\ufeffHeader\n*** START OF THE PROJECT GUTENBERG EBOOK 2600 ***\n\n{contents}\n"
    text += "".join(chapters) + "\n*** END OF THE PROJECT GUTENBERG EBOOK 2600 ***\nLicence"
    provide("war_and_peace", text.replace("\n", "\r\n"))
    corpus = corpora.load("war_and_peace")
    assert sorted(c.strip() for c in items(corpus)) == sorted(c.strip() for c in chapters)


def test_another_layout_is_refused(provide):
    provide("war_and_peace", "CHAPTER I\nno marks\n")
    with pytest.raises(ValueError, match="no chapters"):
        corpora.load("war_and_peace")
