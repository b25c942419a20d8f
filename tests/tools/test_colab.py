"""Where the course is not installed, as on Colab, the first cell of every lecture installs it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from notebook_rules import INSTALL

ROOT = Path(__file__).resolve().parents[2]
RUN = """
import sys
from IPython.core.interactiveshell import InteractiveShell
sys.modules["course_lib"] = None  # so that importing it fails as if it were missing
InteractiveShell.instance().run_cell(sys.argv[1]).raise_error()
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    copy = tmp_path_factory.mktemp("source")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        (copy / name).write_bytes((ROOT / name).read_bytes())
    for package in ("course_lib", "autograder"):
        (copy / package).symlink_to(ROOT / package)
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", folder, copy]
    subprocess.run(build, check=True, timeout=300)
    return next(folder.glob("*.whl"))


@pytest.mark.network
def test_the_first_lines_install_the_course(wheel, tmp_path):
    install = {"TARGET": str(tmp_path), "FIND_LINKS": str(wheel.parent), "NO_INDEX": "1"}
    settings = {f"PIP_{name}": value for name, value in (install | {"NO_DEPS": "1"}).items()}
    command = [sys.executable, "-c", RUN, INSTALL]
    done = subprocess.run(command, env=os.environ | settings, capture_output=True, text=True)
    assert (tmp_path / "course_lib" / "__init__.py").exists(), done.stdout + done.stderr
