"""What a student gets hold of on a running Hub: in a terminal, and in code that is graded there."""

import os
import pwd
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).parent))

from as_user import as_user
from processes import at_work, below, server_of

from benchmarks.hub_load import HW

pytestmark = pytest.mark.hub

ATTACK = """
import os, socket


def attempt(name, act):
    try:
        print(name, 'gives', act())
    except BaseException as error:
        print(name, 'refused by', type(error).__name__)


print('environment', sorted(name for name in os.environ if 'HUB' in name or 'TOKEN' in name))
attempt('service', lambda: open('/proc/@SERVICE@/environ').read())
attempt('parent', lambda: open(f'/proc/{os.getppid()}/environ').read())
attempt('hub', lambda: socket.create_connection(('127.0.0.1', @PORT@), 2))
attempt('gradebook', lambda: open('@COURSE@/assignments/gradebook.db', 'rb').read(9))
attempt('source', lambda: open('@COURSE@/assignments/source/@HW@/@HW@.ipynb').read(9))
attempt('exchange', lambda: os.listdir('@EXCHANGE@/rnn/inbound'))
attempt('secret', lambda: open('@STATE@/cookie_secret').read())
attempt('site', lambda: open('@STATE@/site.json').read())
print('tried', 'all')
"""
TRIED = ("service", "parent", "hub", "gradebook", "source", "exchange", "secret", "site")


def test_code_graded_by_the_formgraders_account_sees_none_of_it(hub) -> None:
    """With the very environment and folder of the service, as its Autograde button starts it."""
    service, site = server_of(hub.site.account("rnn")), hub.site
    environment = service.environ()
    assert environment["JUPYTERHUB_API_TOKEN"]
    student, root = f"{site.prefix}attacker", hub.course() / "assignments"
    places = {"@SERVICE@": service.pid, "@PORT@": site.port, "@COURSE@": hub.course(), "@HW@": HW}
    places |= {"@EXCHANGE@": site.exchange, "@STATE@": site.state}
    attack = ATTACK
    for name, place in places.items():
        attack = attack.replace(name, str(place))
    folder = root / "submitted" / student / HW
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    notebook = nbformat.read(root / "source" / HW / f"{HW}.ipynb", as_version=4)
    notebook.cells.insert(0, new_code_cell(attack, id="attack"))
    nbformat.write(notebook, folder / f"{HW}.ipynb")
    account = pwd.getpwnam(site.account("rnn"))
    for path in (root / "submitted", folder.parent, folder, *folder.iterdir()):
        os.chown(path, account.pw_uid, account.pw_gid)
    programs = site.environment / "bin"
    for command in (["release", "hw1"], ["grade", "hw1"]):
        done = subprocess.run(
            [str(programs / "autograder"), *command],
            **{"cwd": root, "env": environment, "user": account.pw_uid, "group": account.pw_gid},
            extra_groups=[],
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr
    graded = nbformat.read(root / "autograded" / student / HW / f"{HW}.ipynb", as_version=4)
    shown = "".join(
        output.get("text", "") for cell in graded.cells for output in cell.get("outputs", ())
    )
    assert "tried all" in shown
    assert "environment []" in shown
    for name in TRIED:
        assert re.search(rf"{name} refused by (Permission|FileNotFound|OS)", shown), (name, shown)
    assert environment["JUPYTERHUB_API_TOKEN"] not in shown
    shutil.rmtree(folder.parent)


def test_a_terminal_reads_nothing_of_the_hub_or_of_others(hub) -> None:
    site, me = hub.site, f"{hub.site.prefix}student1"
    closed = [
        site.state / "cookie_secret",
        site.state / "site.json",
        site.state / "jupyterhub.sqlite",
        hub.course() / "assignments" / "source",
        hub.course() / "assignments" / "gradebook.db",
        site.home(f"{site.prefix}student2") / ".bashrc",
        site.exchange / "rnn-evening" / "outbound",
        Path(f"/proc/{hub.pid}/environ"),
        Path(f"/proc/{server_of(site.account('rnn')).pid}/environ"),
    ]

    def reads(path: Path) -> object:
        return os.listdir(path) if path.is_dir() else path.read_bytes()

    for path in closed:
        with pytest.raises(PermissionError):
            as_user(me, reads, path)


def test_no_command_line_shows_a_secret(hub) -> None:
    """Everybody on the machine can read those, where /proc is not mounted with hidepid."""
    site = hub.site
    token = server_of(site.account("rnn")).environ()["JUPYTERHUB_API_TOKEN"]
    secrets, lines = [site.proxy_token, token], at_work(below(hub.pid))
    assert len(lines) > 3
    assert not [line for line in lines if any(secret in line for secret in secrets)]


def test_a_student_can_list_no_solution_below_the_hubs_folder(hub) -> None:
    """Walks all that a student can open, for the marks that only sources have."""

    def walk() -> list[str]:
        found = []
        for root, folders, files in os.walk(hub.site.root):
            folders[:] = [name for name in folders if name not in ("env", "python")]
            for name in files:
                path = Path(root) / name
                if name.endswith((".ipynb", ".db", ".sqlite")):
                    try:
                        content = path.read_bytes()
                    except OSError:
                        continue
                    if b"### BEGIN SOLUTION" in content or b"BEGIN HIDDEN" in content:
                        found.append(str(path))
        return found

    assert as_user(f"{hub.site.prefix}student1", walk) == []
    assert walk()  # root finds them
