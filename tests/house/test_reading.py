"""What a reader without a teacher relies on: the glossary, the times to read, the references."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
LECTURES = sorted((ROOT / "notebooks").glob("*.ipynb"))
HOMEWORKS = sorted((ROOT / "assignments" / "source").glob("*/*.ipynb"))
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
TERMS = re.findall(r"^\| ([^|]+) \| \[(\d\d)\] \| [^|]+ \|$", GLOSSARY, re.MULTILINE)
# textbooks and tools, listed for further reading
BACKGROUND = {"Paszke", "Harris", "Okabe", "Jurafsky", "Goldberg", "Goodfellow", "Olah", "Tolstoy"}
WORDS_A_MINUTE, LINES_A_MINUTE = 130, 12  # as lecture 00 says


def cells(lecture: Path, kind: str) -> list[tuple[str, str]]:
    """The (id, source) of a lecture's cells of this kind."""
    nb = json.loads(lecture.read_text(encoding="utf-8"))
    return [(c["id"], "".join(c["source"])) for c in nb["cells"] if c["cell_type"] == kind]


def prose(lecture: Path) -> str:
    """A lecture's text in one line, without its references."""
    kept = [text for name, text in cells(lecture, "markdown") if "references" not in name]
    return re.sub(r"\s+", " ", " ".join(kept))


def defined(lecture: Path) -> set[str]:
    """What is set in bold."""
    return {b.lower().rstrip(".:") for b in re.findall(r"\*\*(.+?)\*\*", prose(lecture))}


def means(term: str, bold: str) -> bool:
    """Whether the bold words are the term, or leave out its last (Spearman's, additive)."""
    return term in (bold, f"{bold} correlation", f"{bold} score")


def test_the_glossary_is_a_table_in_alphabetical_order() -> None:
    rows = [line for line in GLOSSARY.splitlines() if line.startswith("| ")]
    assert len(TERMS) == len(rows) - 1 > 100, "every row but the head: | term | [NN] | meaning |"
    names = [term.lower() for term, _ in TERMS]
    assert names == sorted(set(names))


@pytest.mark.parametrize(("term", "number"), TERMS, ids=[term for term, _ in TERMS])
def test_a_term_is_first_bold_in_the_lecture_that_the_glossary_names(
    term: str, number: str
) -> None:
    found = [x.name[:2] for x in LECTURES if any(means(term.lower(), b) for b in defined(x))]
    assert found, f"{term} is bold in no lecture"
    assert found[0] == number, f"{term}: lecture {found[0]} defines it"


def test_the_glossary_links_every_lecture() -> None:
    links = dict(re.findall(r"^\[(\d\d)\]: \.\./notebooks/(\S+)$", GLOSSARY, re.MULTILINE))
    assert links == {lecture.name[:2]: lecture.name for lecture in LECTURES}


def minutes(lecture: Path) -> float:
    """Time for the words of the prose and the lines of code, solutions included, set-up not."""
    fenced = re.compile(r"```.*?```", re.DOTALL)
    texts = [text for name, text in cells(lecture, "markdown") if "references" not in name]
    code = [text for name, text in cells(lecture, "code") if not name.startswith("setup")]
    code += [block for text in texts for block in fenced.findall(text)]
    words = sum(len(fenced.sub("", text).split()) for text in texts)
    lines = sum(bool(line.strip("` ")) for block in code for line in block.splitlines())
    return words / WORDS_A_MINUTE + lines / LINES_A_MINUTE


@pytest.mark.parametrize("lecture", LECTURES, ids=lambda path: path.stem)
def test_a_lecture_states_the_time_that_its_words_and_lines_take(lecture: Path) -> None:
    told = re.search(r"\*Reading: about (?:(\d+) minutes|an hour)\.", prose(lecture))
    assert told, "the opening cell says *Reading: about N minutes.*"
    stated, counted = int(told.group(1) or 60), minutes(lecture)
    assert abs(stated - counted) <= 5, f"{stated} minutes stated, {counted:.0f} counted"


@pytest.mark.parametrize("lecture", LECTURES, ids=lambda path: path.stem)
def test_a_reference_is_cited_in_the_text(lecture: Path) -> None:
    """By first author and year; in prose, solutions, or code."""
    listed = " ".join(t for name, t in cells(lecture, "markdown") if "references" in name)
    entries = re.findall(r"(?m)^- (.+?) \((\d{4})", re.sub(r"\n +", " ", listed))
    code = " ".join(text for _, text in cells(lecture, "code"))
    text = prose(lecture) + re.sub(r"[\s#]+", " ", code)
    for authors, year in entries:
        first = re.split(r",| and | et al\.", authors)[0]
        if first not in BACKGROUND:
            assert re.search(rf"\b{first}\b.{{0,90}}\b{year}", text), f"{first} ({year})"


@pytest.mark.parametrize("homework", HOMEWORKS, ids=lambda path: path.stem)
def test_each_task_names_sections_of_lectures_that_exist(homework: Path) -> None:
    plan = dict(cells(homework, "markdown"))["plan"]
    tasks = re.findall(r"^\| \d+ .*\| `([^`]+)` \| \d+ \| \d+ \|$", plan, re.MULTILINE)
    assert len(tasks) == len(re.findall(r"^\| \d+ ", plan, re.MULTILINE)) > 0
    for place in (place for task in tasks for place in re.findall(r"\d\d(?: §\d+)?", task)):
        number, _, section = place.partition(" §")
        text = "\n".join(
            t for x in LECTURES if x.name[:2] == number for _, t in cells(x, "markdown")
        )
        assert re.search(rf"^## {section} ·" if section else "^# ", text, re.MULTILINE), place
