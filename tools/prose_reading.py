"""How hard a text is to read: sentence length, and the Flesch-Kincaid grade level.

Kincaid, Fishburne, Rogers and Chissom (1975), Derivation of new readability formulas for Navy
enlisted personnel, Research Branch Report 8-75:

    grade = 0.39 * words per sentence + 11.8 * syllables per word - 15.59

Syllables are counted by a rule of thumb, so a grade is good for comparing our pages, to about one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from prose import HEADING, Page
from rich.console import Console
from rich.table import Table

from notebooks import ROOT

LONGEST = 45  # words; beyond that, a sentence holds a second one
NOT_PROSE = re.compile(r"^\s*(?:\||\[[^\]]+\]: |    )[^\n]*$|</?\w[^>]*>", re.M)
CODE = re.compile(r"`+[^`]+`+")
MATHS = re.compile(r"\$\$.+?\$\$|(?<![\\$])\$[^$]+?\$", re.S)
LINK = re.compile(r"!?\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])")
ADDRESS = re.compile(r"https?://\S+|\b(?:arXiv|doi):\S+", re.I)
SHORT_FORMS = re.compile(
    r"\b(?:e\.g|i\.e|et al|cf|vs|eqs?|sec|pp?|ch|approx|etc|no)\.(?= )|(?<=\d)\.(?=\d)", re.I
)
BLOCK = re.compile(r"\n\s*\n|\n(?=\s*(?:[-*+>]|\d+\.) )| · ")
SENTENCE = re.compile(r"(?<=[.!?…])[\"”’)*_]*\s+(?=[\"“‘(*_]*[^\Wa-z_])")
WORD = re.compile(r"[^\W\d_][^\W_]*(?:['’-][^\W_]+)*|\d[\d.,]*")


@dataclass(frozen=True)
class Measure:
    """A page's size and difficulty."""

    sentences: tuple[str, ...]

    @property
    def words(self) -> list[str]:
        """All of them, in order."""
        return [word for sentence in self.sentences for word in WORD.findall(sentence)]

    @property
    def per_sentence(self) -> float:
        """Mean words a sentence."""
        return len(self.words) / len(self.sentences)

    @property
    def grade(self) -> float:
        """Flesch-Kincaid: the year of school whose pupils follow it, on average."""
        a_word = sum(map(syllables, self.words)) / len(self.words)
        return 0.39 * self.per_sentence + 11.8 * a_word - 15.59

    @property
    def longest(self) -> str:
        """The sentence with the most words."""
        return max(self.sentences, key=lambda sentence: len(WORD.findall(sentence)))


def syllables(word: str) -> int:
    """Groups of vowels, less a silent e at the end; numbers count as one."""
    groups = re.findall(r"[aeiouyáéíóúü]+", word.lower())
    silent = re.search(r"[^aeiouyl]e$|[^aeiouytd]ed$|[^aeiouysxzcg]es$", word.lower())
    return max(len(groups) - bool(silent), 1)


def sentences(text: str) -> list[str]:
    """Sentences of running text; a formula or a span of code is one word, tables are left out."""
    text = HEADING.sub("\n", text)
    text = MATHS.sub("X", CODE.sub("X", LINK.sub(r"\1", NOT_PROSE.sub("\n", text))))
    text = SHORT_FORMS.sub("", ADDRESS.sub("X", text))
    parts = (part for block in BLOCK.split(text) for part in SENTENCE.split(block.strip()))
    return [" ".join(part.split()) for part in parts if len(WORD.findall(part)) > 1]


def measure(page: Page) -> Measure:
    """Running text, references left out."""
    kept = (p.text for p in page.pieces if not p.place.startswith("references"))
    return Measure(tuple(s for text in kept for s in sentences(text)))


def too_long(page: Page) -> Iterator[str]:
    """Sentences of more than 45 words; references and the log of changes are lists."""
    if page.path.stem == "CHANGELOG":
        return
    for piece in page.pieces:
        if piece.place.startswith("references"):
            continue
        for sentence in sentences(piece.text):
            if (count := len(WORD.findall(sentence))) > LONGEST:
                opening = " ".join(sentence.split()[:8])
                yield f"{piece.place}: a sentence of {count} words, split it: “{opening} …”"


def show(pages: list[Page]) -> None:
    """A line a page: words, words a sentence, grade, the longest sentence."""
    table = Table(title="How hard it is to read (Flesch-Kincaid grade: years of school)")
    table.add_column("page")
    for column in ("words", "a sentence", "grade", "longest"):
        table.add_column(column, justify="right")
    for page in pages:
        measured = measure(page)
        if not measured.sentences:
            continue
        path = page.path
        name = str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else path.name
        longest = len(WORD.findall(measured.longest))
        numbers = (len(measured.words), measured.per_sentence, measured.grade, longest)
        table.add_row(name, *(f"{n:.1f}" if isinstance(n, float) else str(n) for n in numbers))
    Console(width=100).print(table)
