"""A failing case made small: parts of plain data are left out as long as it still fails."""

import time
from collections.abc import Callable, Iterator
from typing import Any

SECONDS = 60.0  # spent on one case


def shrunk(case: Any, fails: Callable[[Any], bool]) -> Any:
    """The smallest case found that still fails."""
    end = time.monotonic() + SECONDS
    again = True
    while again:
        again = False
        for smaller in _smaller(case):
            if time.monotonic() > end:
                return case
            if fails(smaller):
                case, again = smaller, True
                break
    return case


def _smaller(case: Any) -> Iterator[Any]:
    """Simpler variants, the much simpler first."""
    if isinstance(case, (list, bytes, str)):
        size = len(case)
        while size:
            for start in range(0, len(case), size):
                yield case[:start] + case[start + size :]
            size //= 2 if size <= 64 or isinstance(case, list) else 8
    if isinstance(case, list):
        for index, item in enumerate(case):
            for smaller in _smaller(item):
                yield [*case[:index], smaller, *case[index + 1 :]]
    elif isinstance(case, dict):
        for key in case:
            yield {other: value for other, value in case.items() if other != key}
        for key, item in case.items():
            for smaller in _smaller(item):
                yield {**case, key: smaller}
    elif isinstance(case, int) and not isinstance(case, bool) and case:
        yield 0
