"""JupyterLab as `make lab` starts it: nbgrader is there, questions about news are not."""

import json
import re
import socket
import subprocess
import time
import urllib.request
from pathlib import Path

from autograder.course import load_config
from autograder.learner import lab, lab_environment
from autograder.learner_home import Home

ROOT = Path(__file__).resolve().parents[2]


def _page(url, server, seconds=60):
    until = time.monotonic() + seconds
    while time.monotonic() < until and server.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=30) as answer:
                return answer.read().decode()
        except OSError:
            time.sleep(0.2)
    raise AssertionError("JupyterLab did not answer")


def test_lab_has_nbgrader_and_no_news(tmp_path):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    home = Home(ROOT)
    here = ["--no-browser", f"--ServerApp.port={port}", "--IdentityProvider.token=open"]
    private = {f"JUPYTER_{name}_DIR": str(tmp_path) for name in ("CONFIG", "DATA", "RUNTIME")}
    command = [*lab(home, ROOT / "README.md"), *here]
    with (tmp_path / "log.txt").open("w") as log:
        server = subprocess.Popen(
            command, env=lab_environment(home) | private, stdout=log, stderr=log
        )
    try:
        page = _page(f"http://127.0.0.1:{port}/lab?token=open", server)
    finally:
        server.terminate()
        server.wait(30)
    found = re.search(r'id="jupyter-config-data"[^>]*>(.*?)</script>', page, re.DOTALL)
    settings = json.loads(found[1])
    assert "@jupyterlab/apputils-extension:announcements" in settings["disabledExtensions"]
    names = {item["name"] for item in settings["federated_extensions"]}
    assert {"@jupyter/nbgrader", "autograder-check"} <= names
    started = (tmp_path / "log.txt").read_text()
    assert "autograder.lab | extension was successfully loaded" in started
    for name in ("formgrader", "validate_assignment", "assignment_list"):
        assert f"nbgrader.server_extensions.{name} | extension was successfully loaded" in started


def test_nbgrader_finds_the_course_from_wherever_lab_runs():
    config = load_config(ROOT / "assignments")
    assert Path(config.CourseDirectory.root) == ROOT / "assignments"
    assert lab_environment(Home(ROOT))["JUPYTER_CONFIG_PATH"].startswith(str(ROOT / "assignments"))
