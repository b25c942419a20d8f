"""Fingerprints of code: winnowing (Schleimer, Wilkerson & Aiken, SIGMOD 2003) over Python's tokens.

Names, numbers and strings count as such, whatever they are, so that renaming changes nothing;
attributes, keywords and built-in functions stay. Comments, layout and docstrings are left out.

Of every `WINDOW` consecutive hashes of `NOISE` tokens each, the least is kept. The paper's two
promises follow: a passage of at least `GUARANTEE` tokens that two texts share gives them a
fingerprint in common, and what is shorter than `NOISE` tokens gives none. Each text is read alone,
so that a class is compared by an index, not pair by pair.
"""

import builtins
import keyword
import re
import zlib
from dataclasses import dataclass

NOISE, WINDOW = 10, 5  # tokens; hashes
GUARANTEE = WINDOW + NOISE - 1
MAX_LETTERS = 60_000  # of one cell
KEPT = frozenset(keyword.kwlist) | {name for name in dir(builtins) if name[0] != "_"}
_TOKEN = re.compile(
    r"""
      (?P<comment> \#[^\n]* )
    | (?P<string> (?i:[rbuf]{0,2})
        (?: '''(?:\\.|[^\\])*?(?:'''|\Z) | \"\"\"(?:\\.|[^\\])*?(?:\"\"\"|\Z)
          | '(?:\\.|[^\\'\n])*'? | "(?:\\.|[^\\"\n])*"? ) )
    | (?P<name> [^\W\d]\w* )
    | (?P<number> \.?\d[\w.]* )
    | (?P<line> \n )
    | (?P<space> [^\S\n]+ | \\\n )
    | (?P<operator> \*\*=?|//=?|>>=?|<<=?|[-+*/%@&|^=!<>:]=|->|\.\.\.|. )
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True)
class Token:
    """What a token counts as, and where it stands in the source."""

    kind: str
    start: int
    end: int


def tokens(source: str) -> list[Token]:
    """The tokens of Python source, or of whatever else a student may have written there."""
    found: list[Token] = []
    fresh = True  # at the beginning of a line
    before = ""  # the last two tokens as they stand, "self." among them
    for match in _TOKEN.finditer(source[:MAX_LETTERS]):
        group, text = match.lastgroup or "", match[0]
        if group == "line":
            fresh = True
        if group in ("line", "space", "comment"):
            continue
        if not (group == "string" and fresh):  # a docstring
            kind = _kind(group, text, before)
            found.append(Token(kind, match.start(), match.end()))
        fresh = False
        before = before.rpartition(" ")[2] + " " + text if group != "string" else ""
    return found


def _kind(group: str, text: str, before: str) -> str:
    if group in ("string", "number"):
        return group
    if group != "name" or text in KEPT:
        return text
    return f".{text}" if before.endswith(" .") and before != "self ." else "name"


def hashes(found: list[Token]) -> list[int]:
    """A hash for each run of `NOISE` tokens, the same in every process."""
    ids = [zlib.crc32(token.kind.encode()) for token in found]
    return [hash(tuple(ids[i : i + NOISE])) for i in range(len(ids) - NOISE + 1)]


def winnow(values: list[int]) -> dict[int, list[int]]:
    """The places of each fingerprint: of every window, its least hash; of equals the last."""
    kept: dict[int, list[int]] = {}
    last = -1
    for end in range(max(min(WINDOW, len(values)), 1), len(values) + 1):
        window = values[max(end - WINDOW, 0) : end]
        place = end - 1 - window[::-1].index(min(window))
        if place != last:
            kept.setdefault(values[place], []).append(place)
            last = place
    return kept
