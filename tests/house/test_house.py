"""What holds for the repository as a whole."""

import re
import shutil
import socket
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MACHINE_PATH = re.compile(r"(?<![\w.$}~*-])/(?:work|home|Users|opt)/\w+")
# what a container image calls these paths, whoever builds it
ALLOWED = re.compile(r"/home/(?:jovyan|learner|user)|/opt/conda")


def _tracked() -> list[Path]:
    if not (ROOT / ".git").exists() or not shutil.which("git"):
        pytest.skip("needs the git repository")
    ask = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(ask, cwd=ROOT, capture_output=True, check=True, text=True).stdout
    paths = [ROOT / name for name in listed.split("\0") if name]
    return [path for path in paths if path.is_file()]


def _registries() -> list[str]:
    """Package indexes that this machine is set to use, beside the public one."""
    ask = [sys.executable, "-m", "pip", "config", "list"]
    text = subprocess.run(ask, capture_output=True, text=True, check=True).stdout
    hosts = re.findall(r"https?://(?:[^/@\s']*@)?([^/:\s']+)", text)
    public = ("pypi.org", "download.pytorch.org", "localhost", "127.0.0.1")
    return [host for host in hosts if host not in public]


def test_no_file_names_this_machine():
    forbidden = {str(ROOT), str(Path.home()) + "/", *_registries()}
    if len(socket.gethostname()) > 6:
        forbidden.add(socket.gethostname())
    for path in _tracked():
        text = path.read_bytes().decode(errors="ignore")
        named = [word for word in forbidden if len(word) > 2 and word in text]
        paths = [m for m in MACHINE_PATH.findall(text) if not ALLOWED.match(m)]
        assert named + paths == [], path.relative_to(ROOT)


def test_imports_point_one_way():
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports")], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout


def _targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "docs/student.md"])
def test_every_make_command_in_the_guides_exists(name):
    named = set(re.findall(r"(?:`|^)make ([a-z-]+)", (ROOT / name).read_text(), re.MULTILINE))
    assert named <= _targets()


def test_every_make_target_is_explained():
    text = (ROOT / "Makefile").read_text()
    assert _targets() - {"help", "format"} <= set(re.findall(r'"make ([a-z-]+) ', text))


@pytest.mark.skipif(not shutil.which("make"), reason="needs make")
@pytest.mark.parametrize("target", sorted(_targets()))
def test_make_knows_how(target):
    done = subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.fixture
def elsewhere(tmp_path):
    """A folder of its own with what make reads, and stand-ins for all that it installs."""
    folder = tmp_path / "a course"
    programs = folder / "stand-ins"
    programs.mkdir(parents=True)
    for name in ("Makefile", "requirements.lock", "pyproject.toml"):
        shutil.copy2(ROOT / name, folder)
    (programs / "pip").write_text("#!/bin/sh\n")
    (programs / "python").write_text(
        '#!/bin/sh\n[ "$*" != "-m venv .venv" ] || { mkdir .venv && cp -r stand-ins .venv/bin; }\n'
    )
    for program in programs.iterdir():
        program.chmod(0o755)
    return folder


def _make(folder, target):
    command = ["make", target, "PYTHON=stand-ins/python"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.skipif(not shutil.which("make"), reason="needs make")
def test_only_a_copied_or_renamed_folder_is_set_up_again(elsewhere):
    """Its programs would run the code of the folder that they were installed in."""
    assert "Setting up" in _make(elsewhere, "setup")
    assert "Setting up" not in _make(elsewhere, "setup")
    (elsewhere / ".venv" / "old program").touch()
    for other in (
        shutil.copytree(elsewhere, elsewhere.with_name("copy")),
        elsewhere.rename(elsewhere.with_name("renamed")),
    ):
        assert "Setting up" in _make(other, "setup")
        assert not (other / ".venv" / "old program").exists()
        assert "Setting up" not in _make(other, "setup")
    (other / ".venv" / ".ready").write_text("")  # an earlier version's
    assert "Setting up" not in _make(other, "setup")


@pytest.mark.skipif(not shutil.which("make"), reason="needs make")
def test_clean_leaves_a_hub_its_courses(elsewhere):
    for name in ("build/hub/homes/ada", "build/site", "build/demo"):
        (elsewhere / name).mkdir(parents=True)
    _make(elsewhere, "clean")
    left = {path.relative_to(elsewhere).as_posix() for path in elsewhere.rglob("*")}
    assert {"build/hub/homes/ada"} <= left
    assert not {"build/site", "build/demo", ".venv"} & left


def test_contributing_says_why_each_dependency_is_there():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    groups = [project["dependencies"], *project["optional-dependencies"].values()]
    names = {re.split(r"[<>=[]", text)[0] for group in groups for text in group}
    told = set(re.findall(r"^- `([^`]+)`: ", (ROOT / "CONTRIBUTING.md").read_text(), re.MULTILINE))
    assert names == told
