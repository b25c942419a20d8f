"""What readers read, checked: links lead somewhere, headings are in order, sentences are short.

    python tools/prose.py check       every guide, lecture and assignment; part of `make lint`
    python tools/prose.py reading     how hard each is to read, in a table

Nothing is fetched: an address on the web must be well formed, no more.
"""

import argparse
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from notebooks import ROOT, every_notebook, read

FENCE = re.compile(r"^( *)(`{3,}|:{3,}|~{3,})[^\n]*\n.*?^\1\2 *$|<!--.*?-->", re.M | re.S)
HEADING = re.compile(r"^(#{1,6}) +(.+?) *#* *$", re.M)
MARKUP = re.compile(r"`|\*\*?|(?<!\w)_|_(?!\w)|\]\([^)]*\)|[\[\]]|<[^>]+>")


@dataclass(frozen=True)
class Piece:
    """A stretch of Markdown without code blocks, and where it stands: a line or a cell."""

    place: str
    text: str


@dataclass(frozen=True)
class Page:
    """A guide or a notebook as its reader sees it."""

    path: Path
    pieces: tuple[Piece, ...]

    @property
    def headings(self) -> list[tuple[Piece, int, str]]:
        """Piece, level and text of each heading, in order."""
        found = ((p, m) for p in self.pieces for m in HEADING.finditer(p.text))
        return [(piece, len(match[1]), match[2]) for piece, match in found]


def guides() -> list[Path]:
    """Every Markdown file that the repository keeps for readers."""
    found = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("hub/**/*.md")]
    copies = (ROOT / "docs" / "notebooks", ROOT / "docs" / "assignments")
    return sorted(p for p in found if not any(p.is_relative_to(copy) for copy in copies))


@cache
def page(path: Path) -> Page:
    """The page of a file: a notebook's pieces are its cells of prose, a guide's its paragraphs."""
    if path.suffix == ".ipynb":
        cells = [c for c in read(path.read_bytes())["cells"] if c["cell_type"] == "markdown"]
        return Page(path, tuple(Piece(c["id"], without_code(c["source"])) for c in cells))
    text, pieces = without_code(path.read_text(encoding="utf-8")), []
    for match in re.finditer(r"(?:^.*\S.*\n?)+", text, re.M):
        line = text.count("\n", 0, match.start()) + 1
        pieces.append(Piece(f"line {line}", match.group()))
    return Page(path, tuple(pieces))


def without_code(text: str) -> str:
    """The text with code blocks emptied, line numbers kept; what a `:::` box holds is text."""

    def emptied(match: re.Match[str]) -> str:
        block = match.group()
        if block.lstrip().startswith(":"):
            lines = block.split("\n")
            return "\n".join(["", without_code("\n".join(lines[1:-1])), ""])
        return "\n" * block.count("\n")

    return FENCE.sub(emptied, text)


def headings_out_of_order(page: Page) -> Iterator[str]:
    """One title, and it comes first; no level is skipped on the way down."""
    levels = page.headings
    if not levels:
        if "{include}" not in page.path.read_text(encoding="utf-8"):
            yield "has no heading: begin with a title, # like this"
        return
    if levels[0][1] != 1:
        yield f"{levels[0][0].place}: the first heading must be the title, # {levels[0][2]}"
    for (_, before, _), (piece, level, text) in pairwise(levels):
        if level == 1:
            yield f"{piece.place}: a second title, {text!r}: make it ## or lower"
        elif level > before + 1:
            yield f"{piece.place}: {text!r} is level {level} right below level {before}"


def anchors(page: Page) -> set[str]:
    """What a link may name after #, as GitHub and the book make it from headings."""
    made: set[str] = set()
    for _, _, text in page.headings:
        plain = MARKUP.sub("", text).lower()
        slug = re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")
        copies = sum(re.fullmatch(rf"{re.escape(slug)}(-\d+)?", a) is not None for a in made)
        made.add(f"{slug}-{copies}" if copies else slug)
    for piece in page.pieces:
        made |= set(re.findall(r"^\(([\w-]+)\)=$", piece.text, re.M))
    return made


def every_page() -> list[Page]:
    """Guides, then lectures and assignments."""
    return [page(path) for path in [*guides(), *every_notebook()]]


def problems(pages: list[Page]) -> Iterator[str]:
    """Every broken rule, as `docs/student.md: line 7: what, and what to do`."""
    from prose_links import bad_links
    from prose_reading import too_long

    for each in pages:
        path = each.path
        name = path.relative_to(ROOT) if path.is_relative_to(ROOT) else path
        for rule in (headings_out_of_order, bad_links, too_long):
            yield from (f"{name}: {problem}" for problem in rule(each))


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 1 means that `check` found something."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("command", choices=["check", "reading"])
    parser.add_argument("files", nargs="*", type=Path)
    options = parser.parse_args(arguments)
    pages = [page(path.resolve()) for path in options.files] or every_page()
    if options.command == "reading":
        from prose_reading import show

        show(pages)
        return 0
    found = list(problems(pages))
    print("\n".join(found) if found else f"{len(pages)} pages: links, headings, sentences good")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
