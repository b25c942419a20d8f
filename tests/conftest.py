"""What a test needs, and what happens where it is missing: CI fails, elsewhere it skips."""

import os
import shutil
import subprocess
import sys
from functools import cache

import pytest
from hypothesis import settings
from jaxtyping import install_import_hook

# Shapes and types in annotations are checked at run time, in every test.
install_import_hook("course_lib", "beartype.beartype")
# A busy machine is slow; that is no failure.
settings.register_profile("course", deadline=None)
settings.load_profile("course")

REASONS = {
    "browser": "needs Chromium: apt-get install chromium",
    "network": "needs a Python package registry",
    "sandbox": "needs Linux with Landlock",
    "gpu": "needs CUDA",
}


@cache
def _missing(marker: str) -> bool:
    if marker == "browser":
        return shutil.which("chromium") is None
    if marker == "network":
        return not _registry_answers()
    if marker == "sandbox":
        return sys.platform != "linux" or not _landlock()
    import torch

    return not torch.cuda.is_available()


def _registry_answers() -> bool:
    ask = [sys.executable, "-m", "pip", "index", "versions", "six", "--retries", "0"]
    try:
        return subprocess.run(ask, capture_output=True, timeout=60).returncode == 0
    except subprocess.TimeoutExpired:
        return False


def _landlock() -> int:
    from autograder.sandbox import landlock

    return landlock.version()


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what cannot run here; CI promises everything but a GPU."""
    for marker, reason in REASONS.items():
        required = bool(os.environ.get("CI")) and marker != "gpu"
        if item.get_closest_marker(marker) and not required and _missing(marker):
            pytest.skip(reason)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browsers first: their tests take minutes, which one process would still be at in the end."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is None)
