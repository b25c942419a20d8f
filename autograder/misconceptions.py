"""What known mistakes look like: recorded when an assignment is proven, recognised when graded."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from autograder.files import write_whole

MAX_NAMED = 2  # more candidates than this say nothing


@dataclass(frozen=True)
class Known:
    """Messages of failing tests, by misconception."""

    messages: Mapping[str, Mapping[str, str]]

    def match(self, failing: Mapping[str, str]) -> dict[str, str]:
        """The misconception that each failing test looks like, where one or two fit.

        Args:
            failing: message of each test that lost points, by test id.

        Returns:
            Test id to words; tests whose message is new, or fits too many, are left out.
        """
        whole = [name for name, seen in self.messages.items() if _same(seen, failing)]
        named = {}
        for test, message in failing.items():
            fits = [n for n, seen in self.messages.items() if _equal(seen.get(test), message)]
            fits = [name for name in fits if name in whole] or fits
            if 0 < len(fits) <= MAX_NAMED:
                named[test] = " or ".join(fits)
        return named


def file_of(course_root: Path, assignment: str) -> Path:
    """Where the messages of an assignment are kept."""
    return course_root / ".autograder" / "misconceptions" / f"{assignment}.json"


def record(path: Path, messages: Mapping[str, Mapping[str, Mapping[str, str]]]) -> None:
    """Write the failing tests' messages, atomically.

    Args:
        messages: by digest of the notebook's bundle (other tests give other messages), then by
            misconception, then by test id.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, json.dumps(messages, indent=1, ensure_ascii=False))


def load(path: Path, digest: str) -> Known:
    """The messages recorded for exactly this bundle; nothing if there are none."""
    try:
        return Known(json.loads(path.read_text(encoding="utf-8")).get(digest, {}))
    except (OSError, ValueError, AttributeError):
        return Known({})


def _equal(known: str | None, message: str) -> bool:
    return bool(message.strip()) and known is not None and known.strip() == message.strip()


def _same(seen: Mapping[str, str], failing: Mapping[str, str]) -> bool:
    return seen.keys() == failing.keys() and all(_equal(seen[t], m) for t, m in failing.items())
