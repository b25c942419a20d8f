"""A PostgreSQL server of the tests' own: a folder, a socket, no network."""

import getpass
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from glob import glob
from pathlib import Path
from typing import Any

import psycopg

ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
ROLE = "grader"  # owns its databases, and has no other rights
SECONDS = 60.0


def programs() -> Path | None:
    """The folder of `initdb` and `postgres`: Debian's newest, or the one on PATH."""
    debian = sorted(
        glob("/usr/lib/postgresql/*/bin/initdb"), key=lambda path: int(path.split("/")[4])
    )
    found = debian[-1] if debian else shutil.which("initdb")
    return Path(found).parent if found else None


class Server:
    """May be stopped and started again. It refuses to run as root: then it is somebody else."""

    def __init__(self, programs: Path) -> None:
        self.programs = programs
        self.folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))  # a socket's path is short
        self.user: dict[str, Any] = {}
        self.owner = getpass.getuser()
        if os.getuid() == 0:
            names = [entry.pw_name for entry in pwd.getpwall()]
            self.owner = "postgres" if "postgres" in names else "nobody"
            who = pwd.getpwnam(self.owner)
            self.user = {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": []}
            os.chown(self.folder, who.pw_uid, who.pw_gid)
        self.process: subprocess.Popen[bytes] | None = None
        options = ["-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-sync"]
        self._run("initdb", "-D", self.folder / "data", *options)
        self.start()
        self.ask(f"CREATE ROLE {ROLE} LOGIN")

    def _run(self, name: str, *arguments: object) -> None:
        command = [str(self.programs / name), *map(str, arguments)]
        where = {"cwd": self.folder, "env": ENVIRONMENT, "timeout": SECONDS}
        subprocess.run(command, check=True, capture_output=True, **where, **self.user)

    def start(self) -> None:
        settings = {"listen_addresses": "", "fsync": "off", "unix_socket_directories": self.folder}
        command = [str(self.programs / "postgres"), "-D", str(self.folder / "data")]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(
                command, cwd=self.folder, env=ENVIRONMENT, stdout=log, stderr=log, **self.user
            )
        until = time.monotonic() + SECONDS
        while True:
            try:
                return self.ask("SELECT 1")
            except psycopg.OperationalError:
                if time.monotonic() > until or self.process.poll() is not None:
                    raise RuntimeError((self.folder / "log").read_text()) from None
                time.sleep(0.05)

    def stop(self) -> None:
        """At once, as when the machine goes down: who is connected is thrown out."""
        if self.process:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(SECONDS)
            self.process = None

    def close(self) -> None:
        self.stop()
        shutil.rmtree(self.folder)

    def ask(self, query: str) -> None:
        """One statement, as the superuser."""
        where = {"host": str(self.folder), "user": "postgres", "dbname": "postgres"}
        with psycopg.connect(**where, autocommit=True) as connection:  # type: ignore[arg-type]
            connection.execute(query)  # type: ignore[call-overload]

    def create(self, name: str, like: str = "template1") -> str:
        """A new database, or a copy of one to which nobody is connected; its URL."""
        self.ask(f"CREATE DATABASE {name} OWNER {ROLE} TEMPLATE {like}")
        return self.url(name)

    def url(self, name: str) -> str:
        return f"postgresql+psycopg://{ROLE}@/{name}?host={self.folder}"
