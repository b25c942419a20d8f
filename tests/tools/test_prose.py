"""Each rule for prose, broken alone in a page that is otherwise good; and our own pages."""

import prose
import prose_reading
import pytest

import notebooks

GOOD = "# Title\n\n## Part one\n\nShort words help.\n"


@pytest.fixture
def found(tmp_path):
    """What is wrong with a guide of this text, beside a page other.md."""
    other = (
        "# Other\n\n## What's `new`, twice\n\n### Deep · down\n\n(by-hand)=\n## Twice\n\n## Twice\n"
    )
    (tmp_path / "other.md").write_text(other)

    def check(text, name="guide.md"):
        path = tmp_path / name
        path.write_text(text)
        prose.page.cache_clear()
        return list(prose.problems([prose.page(path)]))

    return check


GOOD_TEXTS = [
    "",
    "See [other](other.md), [its part](other.md#whats-new-twice), [down](other.md#deep--down).",
    "[One](other.md#twice), [two](other.md#twice-1), [label](other.md#by-hand), [up](#part-one)",
    "[a]: other.md\n[b]: https://example.org/a_(b)",
    "A paper: <https://doi.org/10.1145/1150402.1150464>, [another](https://arxiv.org/abs/1409.0473).",
    "Mail [us](mailto:someone@example.org); open http://localhost:8888; or https://HOST/hub.",
    "`exam[0](gone.md)` and $f[0](gone.md)$ are no links.",
    "Nor is\n\n```\n[x](gone.md)\n# comment\n```",
    "Run `python tools/notebooks.py check`; write `assignments/source/hw2_name/hw2_name.ipynb`.",
    "`docs/*.md`, `tests/tools`, `notebooks/NN_name.ipynb`, `assignments/source/NAME/` are fine.",
    ":::{note}\n[inside](other.md)\n:::",
    "One. " * 60,
    "- a list of nouns\n" * 60,
    "| a table | " + "word " * 60 + "|",
]
BAD_TEXTS = {
    "[x](gone.md)": "gone.md leads to no file",
    "[x](Other.md)": "Other.md leads to no file",
    "[a link\nthat wraps](gone.md)": "line 7: the link gone.md",
    "[x]: gone.md": "gone.md leads to no file",
    '<a href="gone.md">x</a>': "gone.md leads to no file",
    ":::{note}\n[inside](gone.md)\n:::": "gone.md leads to no file",
    "[x](other.md#nowhere)": "no heading of other.md gives #nowhere",
    "[x](other.md#twice-2)": "no heading of other.md",
    "[x](#nowhere)": "no heading of guide.md",
    "[x](/etc/passwd)": "leaves the repository",
    "[x](../other.md)": "leaves the repository",
    "[x]()": "without a target",
    "[x](ftp://example.org)": "links are https",
    "[x](http://example.org)": "not encrypted",
    "[x](https://example)": "malformed",
    "[x](https://exa_mple.org)": "malformed",
    "[x](https://example.org:port)": "malformed",
    "https://example.org/a?utm_source=x&page=2": "leave out utm_source",
    "https://bit.ly/abc": "hides where it leads",
    "[x](mailto:nobody)": "no mail",
    "Read `docs/gone.md` first.": "`docs/gone.md` names a file that is not there",
    "Run `python tools/gone.py --now`.": "`tools/gone.py` names a file",
    "#### Too deep": "level 4 right below level 2",
    "# Again": "a second title, 'Again'",
    "Word " + "word " * 45 + "end.": "a sentence of 47 words",
}


@pytest.mark.parametrize("text", GOOD_TEXTS)
def test_good_prose_passes(found, text):
    assert found(f"{GOOD}\n{text}\n") == []


@pytest.mark.parametrize(("text", "message"), BAD_TEXTS.items())
def test_a_fault_is_named(found, text, message):
    problems = found(f"{GOOD}\n{text}\n")
    assert len(problems) == 1, problems
    assert message in problems[0].replace("\n", " ")


def test_a_page_begins_with_its_title(found):
    assert "first heading must be the title" in found("## Part\n")[0]
    assert "no heading" in found("Words.\n")[0]
    assert found("```{include} ../README.md\n```\n") == []


def test_a_notebook_is_a_page_whose_pieces_are_cells(tmp_path):
    def cell(kind, name, source):
        return {"cell_type": kind, "id": name, "metadata": {}, "source": source}

    cells = [
        cell("markdown", "opening", "# Title"),
        cell("code", "some-code", "# [x](gone.md)"),
        cell("markdown", "some-prose", "### Deep\n[x](gone.md)\n\n[y](#title)"),
    ]
    path = tmp_path / "01_name.ipynb"
    path.write_bytes(notebooks.write({"cells": cells, "metadata": {}, "nbformat": 4}))
    deep, link = prose.problems([prose.page(path)])
    assert "some-prose: 'Deep' is level 3" in deep
    assert "some-prose: the link gone.md" in link


def test_line_numbers_count_what_is_left_out(found):
    text = "# Title\n\n```\ncode\n```\n\n<!-- a\ncomment -->\n\n[x](gone.md)\n"
    assert "line 10:" in found(text)[0]


# Counted by hand, with a dictionary.
@pytest.mark.parametrize(
    ("word", "count"),
    [("cat", 1), ("make", 1), ("table", 2), ("walked", 1), ("wanted", 2), ("boxes", 2),
     ("network", 2), ("memory", 3), ("the", 1), ("12", 1)],
)  # fmt: skip
def test_syllables(word, count):
    assert prose_reading.syllables(word) == count


def test_the_grade_is_the_published_formula(found, tmp_path):
    found("# Title\n\nThe cat sat on the mat. The dogs ran to the town.\n")
    measured = prose_reading.measure(prose.page(tmp_path / "guide.md"))
    assert (len(measured.sentences), len(measured.words)) == (2, 12)
    assert measured.grade == pytest.approx(0.39 * 6 + 11.8 * 1 - 15.59)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("One two three. Four five six! Seven eight?", 3),
        ("Bahdanau et al. (2015) say so, e.g. Here it costs 2.5 nats. `f` does it.", 2),
        ("As *he said.* “Then so.” It goes on.", 3),
        ("First point:\n\n- one thing\n- another thing", 3),
        ("## A heading\n\nA [link. Here](x.md) is part of it.", 2),
    ],
)
def test_sentences_are_told_apart(text, count):
    assert len(prose_reading.sentences(text)) == count


def test_the_commands(tmp_path, capsys):
    good, bad = tmp_path / "good.md", tmp_path / "bad.md"
    good.write_text(GOOD)
    bad.write_text(GOOD + "[x](gone.md)")
    assert prose.main(["check", str(good)]) == 0
    assert prose.main(["check", str(bad)]) == 1
    assert "gone.md leads to no file" in capsys.readouterr().out
    assert prose.main(["reading", str(good)]) == 0
    assert "good.md" in capsys.readouterr().out


def test_every_page_is_looked_at():
    names = {page.path.relative_to(prose.ROOT).as_posix() for page in prose.every_page()}
    assert {"README.md", "docs/student.md", "notebooks/14_attention.ipynb"} <= names
    assert sum(name.startswith("assignments/source/") for name in names) == 6
    assert not any(name.startswith(("docs/notebooks/", "docs/assignments/")) for name in names)
