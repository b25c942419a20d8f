"""What is given out: one version, a wheel that works alone, and notebooks that install it.

Fresh environments see chosen distributions of this one by links; nothing is downloaded.
"""

import json
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import version
from pathlib import Path

import nbformat
import pytest
import yaml
from nbformat.v4 import new_code_cell, new_notebook

from autograder import learner

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tools"), str(Path(__file__).parent)]

from fresh import Fresh, build_wheel  # noqa: E402
from notebook_rules import INSTALL  # noqa: E402

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
SHELL = """
import sys, json
from IPython.core.interactiveshell import InteractiveShell
for cell in json.loads(sys.argv[1]):
    InteractiveShell.instance().run_cell(cell).raise_error()
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    return build_wheel(ROOT, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """The wheel by pip, over an environment with what it says that it needs."""
    fresh = Fresh(tmp_path_factory.mktemp("installed") / "venv")
    fresh.add(["pip"])
    done = fresh.run("python", "-m", "pip", "install", "--no-index", "--no-deps", str(wheel))
    assert done.returncode == 0, done.stderr
    fresh.add(PROJECT["dependencies"])
    return fresh


def test_one_place_says_the_version():
    assert PROJECT["version"] == version(PROJECT["name"]), "make installs it anew"
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert str(cited["version"]) == PROJECT["version"]
    assert cited["license"] == PROJECT["license"]
    assert f"## {PROJECT['version']} " in (ROOT / "CHANGELOG.md").read_text()


def test_the_wheel_has_every_file_of_both_packages_and_nothing_else(wheel):
    ask = ["git", "ls-files", "--"]
    if not (ROOT / ".git").exists():
        pytest.skip("needs the git repository")
    done = subprocess.run(
        [*ask, "course_lib", "autograder"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    ours = {name for name in done.stdout.split() if (ROOT / name).exists()}
    packed = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert sorted(ours - packed) == [], "package-data in pyproject.toml"
    assert sorted(packed - ours) == []


def test_both_commands_say_the_version(installed, capsys):
    done = installed.run("autograder", "--version")
    assert done.stdout == f"autograder {PROJECT['version']}\n", done.stderr
    with pytest.raises(SystemExit):
        learner.main(["--version"])
    assert capsys.readouterr().out == f"course {PROJECT['version']}\n"


@pytest.mark.sandbox
def test_the_wheel_alone_works_on_a_course_folder(installed, tmp_path):
    home, cells = tmp_path / "home", []
    for name, source, points in [
        (
            "square",
            "def square(x):\n    ### BEGIN SOLUTION\n    return x * x\n    ### END SOLUTION",
            0,
        ),
        ("square_test", "assert square(3) == 9", 10),
    ]:
        about = {"grade_id": name, "grade": points > 0, "solution": points == 0, "points": points}
        about |= {"locked": points > 0, "task": False, "schema_version": 3}
        cells.append(new_code_cell(source, id=name, metadata={"nbgrader": about}))
    folder = tmp_path / "assignments" / "source" / "hw1"
    folder.mkdir(parents=True)
    nbformat.write(new_notebook(cells=cells), folder / "hw1.ipynb")
    first = tmp_path / "notebooks" / "00_start_here.ipynb"
    first.parent.mkdir()
    nbformat.write(new_notebook(), first)
    (tmp_path / "my_work" / "hw1").mkdir(parents=True)
    cells[0].source = "def square(x):\n    return x ** 2"
    nbformat.write(new_notebook(cells=cells), tmp_path / "my_work" / "hw1" / "hw1.ipynb")
    settings = {"XDG_DATA_HOME": str(home)}
    done = installed.run("course", "check", "hw1", settings=settings, cwd=tmp_path)
    assert "10 of 10 points" in done.stdout, done.stdout + done.stderr
    assert (home / PROJECT["name"] / "progress.json").exists()


def code_of(pattern):
    """The code cells of each notebook."""
    paths = sorted(ROOT.glob(pattern))
    assert paths
    notebooks = [nbformat.read(path, as_version=4) for path in paths]
    return [[cell for cell in nb.cells if cell.cell_type == "code"] for nb in notebooks]


def first_task(cells):
    """A homework's cells up to its first test: set-up, reference solution, what students see."""
    test = next(i for i, cell in enumerate(cells) if cell.metadata.nbgrader.grade)
    assert "HIDDEN" not in cells[test].source
    return cells[: test + 1]


def test_where_only_torch_is_each_notebook_installs_the_course(wheel, tmp_path):
    """As on Colab: torch, numpy, ipykernel and pip; then what the wheel asks for."""
    fresh = Fresh(tmp_path / "venv")
    fresh.add(["torch", "numpy", "ipykernel", "pip"])
    missing = fresh.run("python", "-c", "import torch, numpy, ipykernel, course_lib")
    assert "No module named 'course_lib'" in missing.stderr
    offline = {"FIND_LINKS": str(wheel.parent), "NO_INDEX": "1", "NO_DEPS": "1"}
    settings = {f"PIP_{name}": value for name, value in offline.items()}
    settings |= {"IPYTHONDIR": str(tmp_path), "MPLCONFIGDIR": str(tmp_path)}
    done = fresh.run("python", "-c", SHELL, json.dumps([INSTALL]), settings=settings)
    assert (fresh.packages / "course_lib" / "__init__.py").exists(), done.stdout + done.stderr
    fresh.add(PROJECT["dependencies"])
    settings["PIP_FIND_LINKS"] = str(tmp_path)  # whoever asks again finds nothing
    lectures = [cells[:1] for cells in code_of("notebooks/*.ipynb")]
    homeworks = [first_task(cells) for cells in code_of("assignments/source/*/*.ipynb")]
    assert all(cells[0].source.startswith(INSTALL) for cells in [*lectures, *homeworks])
    cells = json.dumps([cell.source for cells in [*lectures, *homeworks] for cell in cells])
    done = fresh.run("python", "-c", SHELL, cells, settings=settings, cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "pip" not in (done.stdout + done.stderr).lower()
