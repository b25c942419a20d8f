"""Three hints for each test of an assignment: a question, where to look, the first lines of code.

They lie beside the proof bank, in `proof/NAME/hints.toml`: there is one table for each property
that tests look at, and only in the third hint is there code.
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from autograder.course import CourseError

LEVELS = ("ask", "look", "code")
Hints = Mapping[str, tuple[str, ...]]


def file_of(course_root: Path, assignment: str) -> Path:
    """Where the hints of an assignment are kept."""
    return course_root / "proof" / assignment / "hints.toml"


def load(path: Path) -> dict[str, tuple[str, ...]]:
    """Hints by test id, the vaguest first; nothing if the course has none.

    Raises:
        CourseError: the file is not as it should be.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise CourseError(f"{path} cannot be read: {error}") from error
    found: dict[str, tuple[str, ...]] = {}
    groups = content.get("hint")
    for number, group in enumerate(groups if isinstance(groups, list) else [], 1):
        texts = _texts(group, f"{path}, hint {number}")
        for test in group["tests"]:
            if test in found:
                raise CourseError(f"{path}, hint {number}: {test} has hints already")
            found[test] = texts
    return found


def _texts(group: Any, where: str) -> tuple[str, ...]:
    wanted = {"tests", *LEVELS}
    if not isinstance(group, dict) or group.keys() != wanted:
        raise CourseError(f"{where}: it needs exactly {', '.join(sorted(wanted))}")
    tests = group["tests"]
    if not (isinstance(tests, list) and all(isinstance(test, str) for test in tests)):
        raise CourseError(f"{where}: tests must be a list of test ids")
    texts = [group[level] for level in LEVELS]
    if not all(isinstance(text, str) and text.strip() for text in texts):
        raise CourseError(f"{where}: {', '.join(LEVELS)} must be texts")
    return tuple(text.strip() for text in texts)
