"""A real Hub, started as an administrator would, for the tests of this folder."""

import os
import re
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).parent))

from processes import started

from hub.configuration import free_port
from hub.prepare import COURSES, PEOPLE, remove
from hub.settings import REPOSITORY, Site


@dataclass(frozen=True)
class Person:
    """An account of the Hub: `name` is what it logs in with, and the system's account too."""

    name: str
    password: str
    home: Path


class RunningHub:
    """`python hub/serve.py`, and what it wrote to its log.

    `people` has student1, student2, instructor, grader, instructor2 (of the evening course).
    """

    def __init__(self, base: Path) -> None:
        self.base, self.port, self.log = base, free_port(), base / "log"
        self.url = f"http://127.0.0.1:{self.port}"
        self.start()

    def start(self) -> None:
        command = [sys.executable, str(REPOSITORY / "hub" / "serve.py")]
        command += [f"--base={self.base}", f"--port={self.port}"]
        self.process = started(command, self.url, self.log)

    def stop(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(60)

    @property
    def pid(self) -> int:
        return self.process.pid

    @cached_property
    def site(self) -> Site:
        return Site.load(self.base)

    @cached_property
    def people(self) -> dict[str, Person]:
        site = self.site
        told = re.findall(r"^  (\S+) +password (\S+)", self.log.read_text(), re.MULTILINE)
        return {
            name.removeprefix(site.prefix): Person(name, password, site.home(name))
            for name, password in told
        }

    def course(self, name: str = "rnn") -> Path:
        return self.site.course(name)


@pytest.fixture(scope="session")
def hub() -> Iterator[RunningHub]:
    if os.geteuid() != 0:
        pytest.skip("a Hub with accounts of the system needs root")
    base = Path(tempfile.mkdtemp(prefix="hub-test-", dir="/srv"))
    prefix = f"h{os.getpid()}-"
    people = {prefix + name: groups for name, groups in PEOPLE.items()}
    site = Site(str(base), privileged=True, courses=[*COURSES], prefix=prefix, people=people)
    site.state.mkdir()
    site.save()
    try:
        running = RunningHub(base)
        try:
            yield running
        finally:
            running.stop()
    finally:
        if (base / "log").exists() and (kept := os.environ.get("HUB_TEST_LOG")):
            shutil.copy(base / "log", kept)
        remove(base)
