"""A Hub that somebody without root starts from a copy of their own, for a look."""

import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).parent))

from processes import addresses, at_work, below, started
from visits import ask_for_server, login, wait_for_server

from hub.configuration import free_port
from hub.settings import REPOSITORY

pytestmark = pytest.mark.hub

LEFT_OUT = shutil.ignore_patterns(".*", "__pycache__", "build", "node_modules")


def test_it_warns_takes_one_password_and_is_reached_from_this_machine_alone(hub) -> None:
    person, port = hub.people["student1"], free_port()
    copy, url, log = person.home / "copy", f"http://127.0.0.1:{port}", hub.base / "own.log"
    shutil.copytree(REPOSITORY, copy, ignore=LEFT_OUT)
    subprocess.run(["chown", "-Rh", f"{person.name}:{person.name}", str(copy)], check=True)
    # this Hub's environment, for the repository's own may lie where others cannot read
    command = [str(hub.site.environment / "bin" / "python"), "hub/serve.py", f"--port={port}"]
    environment = {"HOME": str(person.home), "USER": person.name, "PATH": "/usr/bin:/bin"}
    account = {"user": person.name, "group": person.name, "extra_groups": []}
    try:
        process = started(command, url, log, **account, cwd=copy, env=environment)
        try:
            said = log.read_text()
            assert "WARNING: not started by root" in said
            password = re.search(r"student1, .*: password (\S+)", said)[1]
            with pytest.raises(AssertionError):
                login(url, "student1", f"not{password}")
            session = login(url, "student1", password)
            ask_for_server(url, session, "student1")
            wait_for_server(url, session, "student1", log)
            processes = below(process.pid)
            assert {one.username() for one in processes} == {person.name}
            assert {host for host, _ in addresses(processes)} == {"127.0.0.1"}
            assert (copy / "build" / "hub" / "hub").stat().st_mode & 0o777 == 0o700
        finally:
            process.send_signal(signal.SIGHUP)  # as when its terminal is closed
            assert process.wait(30) == 0
        assert at_work(processes) == []
    finally:
        shutil.rmtree(copy)  # another test looks for solutions among what students can read
