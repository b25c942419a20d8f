"""A real Hub, started as an administrator would, for the tests of this folder."""

import os
import shutil
import signal
import socket
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from hub import serve
from hub.prepare import prepare, remove
from hub.settings import Site


@dataclass(frozen=True)
class Person:
    """An account of the Hub: `name` is what it logs in with, and the system's account too."""

    name: str
    password: str
    home: Path


@dataclass(frozen=True)
class RunningHub:
    """`people` has student1, student2, instructor, grader, instructor2 (of the evening course)."""

    url: str
    site: Site
    people: dict[str, Person]
    log: Path
    pid: int

    def course(self, name: str = "rnn") -> Path:
        return self.site.course(name)


@pytest.fixture(scope="session")
def hub() -> Iterator[RunningHub]:
    if os.geteuid() != 0:
        pytest.skip("a Hub with accounts of the system needs root")
    base = Path(tempfile.mkdtemp(prefix="hub-test-", dir="/srv"))
    prefix = f"h{os.getpid()}-"
    prepared = prepare(base, prefix=prefix, port=free_port())
    site = prepared.site
    log = base / "hub" / "log"
    with open(log, "wb") as file:
        process = serve.start(site, stdout=file, stderr=file)
    try:
        url = f"http://127.0.0.1:{site.port}"
        wait_for(f"{url}/hub/health", log)
        people = {
            name.removeprefix(prefix): Person(name, password, site.home(name))
            for name, password in prepared.passwords.items()
        }
        yield RunningHub(url, site, people, log, process.pid)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)
        if kept := os.environ.get("HUB_TEST_LOG"):
            shutil.copy(log, kept)
        remove(base)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def wait_for(url: str, log: Path, seconds: float = 60) -> None:
    """Until the address answers.

    Raises:
        TimeoutError: it does not; the log's end is in the text.
    """
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except OSError:  # refused, or not answered in time
            time.sleep(0.1)
    raise TimeoutError(f"{url} does not answer:\n{log.read_text()[-3000:]}")
