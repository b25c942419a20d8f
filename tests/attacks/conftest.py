"""One zygote and one host course for all attacks."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from hostile.arena import Arena
from hostile.course import make_host, with_environment

from autograder.zygote import Zygote


@pytest.fixture(scope="session")
def arena(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Arena]:
    """The grader's own secrets are in its environment while the zygote starts."""
    before = dict(os.environ)
    os.environ.update(with_environment({}))
    try:
        host = make_host(tmp_path_factory.mktemp("host"))
        with Zygote(["numpy", "torch", "course_lib.checks"]) as zygote:
            yield Arena(host, zygote)
    finally:
        os.environ.clear()
        os.environ.update(before)
