"""A Hub with people at work ends whole, soon, and can be started again."""

import signal
import sys
import time
from pathlib import Path

import psutil
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).parent))

from as_user import as_user
from processes import addresses, at_work, below
from visits import ask_for_server, login, post, wait_for_server

pytestmark = pytest.mark.hub

SECONDS = 30  # twice what the Hub has, for a busy machine
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"
# runs in each kernel of this student: a program that outlives its notebook, and ignores SIGTERM
STARTUP = f"""
import subprocess, sys
subprocess.Popen([sys.executable, "-c", {DEAF!r}], start_new_session=True)
"""
KINDS = (
    *("bin/jupyterhub ", "configurable-http-proxy", "jupyterhub_idle_culler"),
    *("--ServerApp.root_dir", "ipykernel_launcher", "SIG_IGN", "/bin/bash"),
    *("autograder.lab.worker", "autograder.zygote_server"),
)


@pytest.fixture
def deaf(hub):
    """Each kernel that student1 starts leaves a program running."""
    person = hub.people["student1"]
    path = person.home / ".ipython" / "profile_default" / "startup" / "left_running.py"

    def write() -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(STARTUP)

    as_user(person.name, write)
    yield
    path.unlink()


def test_one_signal_ends_all_that_runs_and_it_can_be_started_again(hub, deaf) -> None:
    people = [hub.people[who] for who in ("student1", "student2")]
    sessions = {one.name: login(hub.url, one.name, one.password) for one in people}
    for name, session in sessions.items():
        ask_for_server(hub.url, session, name)
    for name, session in sessions.items():
        wait_for_server(hub.url, session, name, hub.log)
    name = people[0].name
    for what in ("api/kernels", "api/terminals", "autograder/ready"):
        assert post(hub.url, sessions[name], name, what).ok, what
    processes = wait_for_all(hub.pid)
    assert {one.username() for one in processes} >= {one.name for one in people}
    ports = {port for _, port in addresses(processes)}
    assert hub.port in ports

    began = time.monotonic()
    hub.process.send_signal(signal.SIGINT)
    try:
        assert hub.process.wait(SECONDS) == 0
        print(f"{len(processes)} processes ended in {time.monotonic() - began:.1f} s")
        check_nothing_is_left(hub, processes, ports)
    finally:  # other tests go on with it
        hub.process.wait(60)
        hub.start()
    login(hub.url, people[0].name, people[0].password)


def check_nothing_is_left(hub, processes: list[psutil.Process], ports: set[int]) -> None:
    assert at_work(processes) == []
    owned = [
        one
        for one in psutil.process_iter(["username"])
        if (one.info["username"] or "").startswith(hub.site.prefix)
    ]
    assert at_work(owned) == []
    found = psutil.net_connections("inet")
    assert not ports & {one.laddr.port for one in found if one.status == psutil.CONN_LISTEN}


def wait_for_all(pid: int) -> list[psutil.Process]:
    """The Hub's processes, once there is one of each kind."""
    end = time.monotonic() + 60
    while True:
        found = below(pid)
        lines = at_work(found)
        missing = [kind for kind in KINDS if not any(kind in line for line in lines)]
        if not missing:
            return found
        assert time.monotonic() < end, f"there is no {missing}"
        time.sleep(0.2)
