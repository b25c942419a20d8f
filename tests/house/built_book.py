"""The book, built once for all tests that look at it; lectures as written, none executed."""

import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ADDRESSES = {  # as somebody might copy them
    "COURSE_REPOSITORY": "https://github.com/some-school/recurrent.git",
    "COURSE_BRANCH": "autumn",
    "COURSE_HUB": "https://hub.example.edu/",
}


def built_book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its folder, the same for all workers of a test run; the first to come builds it.

    Raises:
        AssertionError: with Sphinx's words if it does not build, or warns.
    """
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if (base.parent / "popen-gw0").exists() else base
    site, done = shared / "book" / "site", shared / "book" / "done"
    site.parent.mkdir(exist_ok=True)
    with (shared / "book" / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q"]
            command += ["-d", shared / "book" / "read", "-D", "nb_execution_mode=off"]
            command += [ROOT / "docs", site]
            settings = os.environ | ADDRESSES
            ran = subprocess.run(command, capture_output=True, text=True, env=settings)
            assert ran.returncode == 0, ran.stderr
            done.touch()
    return site
