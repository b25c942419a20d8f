"""Where the course is not installed, as on Colab, a lecture's first cell installs it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LECTURES = sorted(ROOT.glob("notebooks/*.ipynb"))
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
@pytest.mark.parametrize("path", LECTURES, ids=lambda path: path.stem)
def test_first_cell_installs_the_course(path, wheel, tmp_path):
    cells = json.loads(path.read_text())["cells"]
    source = "".join(next(cell for cell in cells if cell["cell_type"] == "code")["source"])
    install = {"TARGET": str(tmp_path), "FIND_LINKS": str(wheel.parent), "NO_INDEX": "1"}
    settings = {f"PIP_{name}": value for name, value in (install | {"NO_DEPS": "1"}).items()}
    command = [sys.executable, "-c", RUN, source]
    done = subprocess.run(command, env=os.environ | settings, capture_output=True, text=True)
    assert (tmp_path / "course_lib" / "__init__.py").exists(), done.stdout + done.stderr
