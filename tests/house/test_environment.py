"""pyproject.toml, requirements.lock and environment.yml say the same thing."""

import re
import subprocess
import sys
import tomllib
from importlib.metadata import distribution, metadata, version
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
LOCK = [
    line
    for line in (ROOT / "requirements.lock").read_text().splitlines()
    if line and not line.startswith("#")
]
PINS = {canonicalize_name(Requirement(line).name): Requirement(line) for line in LOCK}
CONDA = yaml.safe_load((ROOT / "environment.yml").read_text())


def _dependencies():
    groups = [PROJECT["dependencies"], *PROJECT["optional-dependencies"].values()]
    return [Requirement(text) for group in groups for text in group]


def test_the_lock_holds_exact_versions_and_nothing_else():
    exact = re.compile(r"[A-Za-z0-9._-]+==[0-9][A-Za-z0-9.]*")
    assert [line for line in LOCK if not exact.fullmatch(line)] == []
    assert len(PINS) == len(LOCK)


def test_torch_is_pinned_so_that_any_build_of_it_fits():
    assert "torch==2.13.0" in LOCK


@pytest.mark.parametrize("requirement", _dependencies(), ids=str)
def test_every_dependency_is_in_the_lock_in_a_version_it_allows(requirement):
    pin = PINS[canonicalize_name(requirement.name)]
    (exact,) = pin.specifier
    assert requirement.specifier.contains(exact.version)


def test_the_running_environment_is_the_lock():
    """What tests prove is what others install; `make` puts it right."""
    here = {name: version(name).split("+")[0] for name in PINS}
    assert [str(pin) for name, pin in PINS.items() if here[name] not in str(pin.specifier)] == []


def test_conda_accepts_each_specification_strictly():
    from rattler import MatchSpec

    specs = [item for item in CONDA["dependencies"] if isinstance(item, str)]
    names = [MatchSpec(spec, strict=True).name.normalized for spec in specs]
    assert names == ["python", "pip"]
    assert CONDA["channels"] == ["conda-forge"]


def test_conda_hands_the_rest_to_pip_and_the_lock():
    (pip,) = [item["pip"] for item in CONDA["dependencies"] if isinstance(item, dict)]
    assert [line for line in pip if not line.startswith("--")] == ["-r requirements.lock", "-e ."]
    assert CONDA["name"] == PROJECT["name"]


def test_repo2docker_writes_a_build_file(tmp_path):
    for name in ("environment.yml", "requirements.lock", "pyproject.toml"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    ask = [sys.executable, "-m", "repo2docker", "--no-build", "--debug", "--user-id=1000"]
    done = subprocess.run(
        [*ask, "--user-name=learner", "."], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    dockerfile = done.stdout + done.stderr
    assert "Building conda environment for python=3.11" in dockerfile
    update = dockerfile.index('env update -p ${NB_PYTHON_PREFIX} --file "environment.yml"')
    assert dockerfile.index("COPY --chown=1000:1000 src/ ${REPO_DIR}/") < update


LATER = ("3.12", "3.13")


def lacking(python, name, extras=("",)):
    """What a pinned package needs with that Python and the lock does not have."""
    about = metadata(name)
    if not SpecifierSet(about.get("Requires-Python") or "").contains(f"{python}.0"):
        yield f"{name} is not for Python {python}"
    versions = {"python_version": python, "python_full_version": f"{python}.0"}
    for wanted in map(Requirement, about.get_all("Requires-Dist") or ()):
        told = [wanted.marker is None or wanted.marker.evaluate(versions | {"extra": extra})
                for extra in extras]  # fmt: skip
        if not any(told):
            continue
        pin = PINS.get(canonicalize_name(wanted.name))
        if pin is None or not wanted.specifier.contains(str(pin.specifier)[2:], prereleases=True):
            yield f"{name} needs {wanted}, the lock has {pin}"
        elif wanted.extras:
            yield from lacking(python, wanted.name, tuple(wanted.extras))


@pytest.mark.parametrize("python", ["3.11", *LATER])
def test_the_lock_has_all_that_its_packages_need(python):
    """By what each wheel says of itself, which a resolver would believe as well."""
    assert sorted({lack for name in PINS for lack in lacking(python, name)}) == []


def test_nothing_compiles_a_grammar_when_a_notebook_is_read():
    """What jsonschema needs from 4.25 on costs each process that imports it 1.4 s."""
    assert "lark" not in PINS


@pytest.mark.slow
@pytest.mark.network
def test_later_pythons_have_wheels(tmp_path):
    """No more than this is claimed for them. A wheel for every Python is one for them too."""
    own = f"cp{sys.version_info.major}{sys.version_info.minor}-"
    tags = {name: distribution(name).read_text("WHEEL").split("Tag: ")[1:] for name in PINS}
    special = [name for name in PINS if all(tag.startswith(2 * own) for tag in tags[name])]
    assert "numpy" in special
    # with all that could run here pip compares each file of a project to thousands of tags
    machine = {tag.split()[0].split("-")[2] for name in special for tag in tags[name]}
    asked = ["--dry-run", "--quiet", "--no-deps", "--only-binary=:all:"]
    asked += [f"--platform={one}" for one in sorted(".".join(machine).split("."))]
    running = []
    for python in LATER:
        where = ["--target", str(tmp_path / python), "--python-version", python]
        errors = (tmp_path / f"{python}.txt").open("w+")
        command = [sys.executable, "-m", "pip", "install", *where, *asked]
        command += [str(PINS[name]) for name in special]
        running.append((subprocess.Popen(command, stdout=errors, stderr=errors), errors))
    for process, errors in running:
        code = process.wait(timeout=600)
        errors.seek(0)
        assert code == 0, errors.read()[-2000:]
        errors.close()
