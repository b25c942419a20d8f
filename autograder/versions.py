"""What a score was made with, apart from the course itself."""

import contextlib
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from platform import python_version

PACKAGE = "recurrent-networks-course"  # the distribution that this is a part of
ENGINE = 4  # raise it when a change of the engine can change a score
LIBRARIES = ("nbgrader", "ipython", "numpy", "torch")


@cache
def versions() -> dict[str, str]:
    """Of Python, the engine, and those of `LIBRARIES` that are installed."""
    found = {"python": python_version(), "engine": str(ENGINE)}
    for name in LIBRARIES:
        with contextlib.suppress(PackageNotFoundError):
            found[name] = version(name)
    return found


def own_version() -> str:
    """Of the course and its autograder: pyproject.toml is the one place that says it."""
    return version(PACKAGE)
