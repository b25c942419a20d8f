"""A Hub's command as a process, what it has running, and what is left of it."""

import signal
import subprocess
import time
import urllib.request
from pathlib import Path
from typing import Any

import psutil


def started(
    command: list[str], url: str, log: Path, seconds: float = 120, **options: Any
) -> subprocess.Popen[bytes]:
    """The command's process, once the Hub that it starts answers at `url`.

    Raises:
        AssertionError: it does not; the log's end is in the text.
    """
    with open(log, "ab") as file:
        process = subprocess.Popen(command, stdout=file, stderr=file, **options)
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        try:
            urllib.request.urlopen(f"{url}/hub/health", timeout=5).close()
            return process
        except OSError:  # refused, or not answered in time
            time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    process.wait(60)
    raise AssertionError(f"{url} does not answer:\n{log.read_text()[-3000:]}")


def below(pid: int) -> list[psutil.Process]:
    """A process, and all that it and its children started."""
    top = psutil.Process(pid)
    return [top, *top.children(recursive=True)]


def server_of(account: str) -> psutil.Process:
    """The Jupyter server that runs as this account of the system."""
    for process in psutil.process_iter(["username", "cmdline"]):
        line = " ".join(process.info["cmdline"] or ())
        if process.info["username"] == account and "jupyterhub-singleuser" in line:
            return process
    raise AssertionError(f"{account} runs no server")


def addresses(processes: list[psutil.Process]) -> set[tuple[str, int]]:
    """Where they listen."""
    found = [one for process in processes for one in process.net_connections("inet")]
    return {tuple(one.laddr) for one in found if one.status == psutil.CONN_LISTEN}


def at_work(processes: list[psutil.Process]) -> list[str]:
    """The command lines of those that have not ended."""
    found = []
    for process in processes:
        try:
            if process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
                found.append(" ".join(process.cmdline()))
        except psutil.NoSuchProcess:
            continue
    return found
