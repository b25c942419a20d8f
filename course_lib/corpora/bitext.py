"""Pairs of sentences that say the same in two languages: generated, downloaded, or your own.

Real text is read as strings, so that a program can cut it as it likes and score what it writes
against what people wrote: `from_folder`, or `read_tsv` and `held_out`. `as_words` makes `Bitext`
of a pair.
"""

import gzip
import unicodedata
import zlib
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from course_lib.text import tokenize

Strings = tuple[str, str]
"""A sentence and its translation, as they were written."""
Link = tuple[int, int]
"""The index of a source word and that of a target word which say the same."""


class Bitext(NamedTuple):
    """A sentence and its translation, in words."""

    source: list[str]
    target: list[str]
    links: frozenset[Link] = frozenset()
    """Empty where nobody has aligned them."""


class Splits(NamedTuple):
    """Pairs as strings. No source sentence of one is in another, if they come from `held_out`."""

    train: list[Strings]
    valid: list[Strings]
    test: list[Strings]


BANDS = ((1, 4), (5, 7), (8, 10), (11, 15), (16, 1_000))
"""Lengths of source sentences, in words between spaces, from and to."""
_ENDS = " \t\n\u200b.,;:!?¡¿…\"'“”‘’«»()[]-–—"
_PARTS = {"train": ("train",), "valid": ("valid", "val", "dev"), "test": ("test",)}


def as_words(pair: Strings) -> Bitext:
    """The pair cut by `tokenize`; nobody has aligned it."""
    return Bitext(tokenize(pair[0]), tokenize(pair[1]))


def normal(sentence: str) -> str:
    """What two spellings of one sentence have in common: case, spaces between words, and
    punctuation at both ends do not count.

    >>> normal("¡Corre  ya!")
    'corre ya'
    """
    folded = unicodedata.normalize("NFKC", sentence).casefold()
    return " ".join(folded.strip(_ENDS).split())


def held_out(pairs: Iterable[Strings], test: int = 300, valid: int = 100) -> Splits:
    """Splits by source sentence: all its translations are in one split, or in none.

    Test and valid hold so many source sentences of each of `BANDS`, since nearly all would be
    short otherwise; but of a band at most a half and a tenth, and at most a twentieth and a
    fiftieth of the number of all sentences. There each sentence has one reference, as in most
    published scores: the translation that comes first. The others go nowhere, and neither does a
    pair whose target is in the test too (for training: or in valid). Sentences are the same if
    `normal` makes them so. Checksums choose, so more data hardly change what is held out.
    """
    by_source: dict[str, list[Strings]] = {}
    for pair in pairs:
        by_source.setdefault(normal(pair[0]), []).append(pair)
    keys_of_test, keys_of_valid = _chosen(by_source, test, valid)
    tested = [by_source[key][0] for key in keys_of_test]
    targets = {normal(target) for _, target in tested}
    checked = [by_source[key][0] for key in keys_of_valid]
    checked = [pair for pair in checked if normal(pair[1]) not in targets]
    targets |= {normal(target) for _, target in checked}
    apart = {*keys_of_test, *keys_of_valid}
    trained = (pair for key, group in by_source.items() if key not in apart for pair in group)
    return Splits([pair for pair in trained if normal(pair[1]) not in targets], checked, tested)


def _chosen(sentences: Iterable[str], test: int, valid: int) -> tuple[list[str], list[str]]:
    """For test and for valid, the short ones first."""
    bands: list[list[str]] = [[] for _ in BANDS]
    for sentence in sentences:
        words = len(sentence.split())
        bands[bisect_left([high for _, high in BANDS], words)].append(sentence)
    total = sum(map(len, bands))
    tested, checked = [], []
    for band in bands:
        band.sort(key=lambda sentence: (zlib.crc32(sentence.encode()), sentence))
        end = min(test, total // 20, len(band) // 2)
        tested += band[:end]
        checked += band[end : end + min(valid, total // 50, len(band) // 10)]
    return tested, checked


def read_tsv(text: str, columns: Sequence[int] = (0, 1)) -> list[Strings]:
    """Source and target from the columns with these indices of each line; more are left alone.

    Lines in which either is empty are left out.

    Raises:
        ValueError: if a line has too few columns; the message names it.
    """
    pairs = []
    for number, line in enumerate(_lines(text), 1):
        fields = line.split("\t")
        if not line.strip():
            continue
        if len(fields) <= max(columns):
            raise ValueError(
                f"line {number} has {len(fields)} column(s) between tabs, not {max(columns) + 1}: "
                f"{line[:60]!r}"
            )
        pairs.append((fields[columns[0]].strip(), fields[columns[1]].strip()))
    return [pair for pair in pairs if all(pair)]


def from_folder(path: str | Path, source: str, target: str) -> Splits:
    """The pairs of a folder of parallel text, in either of two layouts; files may end in .gz.

    - A file for each language and part, a sentence a line: `train.de`, `train.en`, `val.de`, ...
      `source` and `target` are the endings, "de" and "en". The parts are taken as they are, but for
      pairs with an empty side. Valid may be called val or dev; where no file is called just
      `test`, the first in alphabetical order whose name begins so is taken (`test_2016_flickr`).
    - One file .tsv or .txt with a tab in its first line, as Tatoeba has: `source` and `target` are
      the numbers of its columns, "1" and "2". `held_out` splits it.

    Raises:
        ValueError: if the folder has neither, or a file is damaged; the message names the fix.
    """
    folder = Path(path)
    if not folder.is_dir():
        raise ValueError(f"{folder} is not a folder; give the one that holds the files")
    names = {file.name.removesuffix(".gz"): file for file in sorted(folder.iterdir())}
    if any(name.startswith("train.") for name in names):
        parts = (_part(folder, names, part, (source, target)) for part in _PARTS)
        return Splits(*parts)
    tables = [file for name, file in names.items() if _is_table(name, file)]
    if len(tables) != 1:
        found = ", ".join(sorted(names)) or "nothing"
        raise ValueError(
            f"{folder} has no train.{source} and train.{target}, and {len(tables)} files "
            f"of .tsv or .txt with tabs, where one is needed; it has: {found}"
        )
    if not (source.isdecimal() and target.isdecimal() and int(source) and int(target)):
        raise ValueError(
            f"{tables[0]} is one table: name its columns for source and target by their "
            f'numbers, such as "1" and "2", not {source!r} and {target!r}'
        )
    try:
        return held_out(read_tsv(_read(tables[0]), (int(source) - 1, int(target) - 1)))
    except ValueError as error:
        raise ValueError(f"{tables[0]}: {error}") from error


def _is_table(name: str, file: Path) -> bool:
    return name.endswith((".tsv", ".txt")) and "\t" in _read(file).partition("\n")[0]


def _part(
    folder: Path, names: dict[str, Path], part: str, endings: tuple[str, str]
) -> list[Strings]:
    """The pairs of train, valid or test."""
    stems = list(_PARTS[part])
    if part == "test":
        stems += [name.rpartition(".")[0] for name in sorted(names) if name.startswith("test")]
    both = (tuple(f"{stem}.{ending}" for ending in endings) for stem in stems)
    files = next((pair for pair in both if names.keys() >= set(pair)), None)
    if files is None:
        wanted = " or ".join(f"{stem}.{endings[0]}" for stem in _PARTS[part])
        raise ValueError(
            f"{folder} has no {wanted} with its .{endings[1]}; it has: {', '.join(sorted(names))}. "
            f"source and target are the endings of its files, such as 'de' and 'en'"
        )
    sides = [_lines(_read(names[file])) for file in files]
    if len(sides[0]) != len(sides[1]):
        raise ValueError(
            f"{names[files[0]]} has {len(sides[0])} lines, {names[files[1]]} has "
            f"{len(sides[1])}: line k of one must translate line k of the other"
        )
    pairs = ((one.strip(), other.strip()) for one, other in zip(*sides, strict=True))
    return [pair for pair in pairs if all(pair)]


def _read(file: Path) -> str:
    """Uncompressed.

    Raises:
        ValueError: if it is no gzip file in spite of its name, or not UTF-8.
    """
    content = file.read_bytes()
    try:
        content = gzip.decompress(content) if file.suffix == ".gz" else content
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(
            f"{file} is not UTF-8: byte {error.start} is {content[error.start]:#04x}. Convert it, "
            "for example with iconv -f latin1 -t utf-8"
        ) from error
    except (EOFError, OSError, zlib.error) as error:
        raise ValueError(f"{file} is damaged, or no gzip file: fetch it again") from error


def _lines(text: str) -> list[str]:
    """Cut at line feeds alone: other separators of Unicode occur inside sentences."""
    return [line.rstrip("\r") for line in text.removesuffix("\n").split("\n")] if text else []
