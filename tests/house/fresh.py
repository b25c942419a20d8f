"""A fresh environment that can import certain distributions of this one and nothing else."""

import os
import subprocess
import sys
import venv
from collections.abc import Iterable
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name


def closure(names: Iterable[str]) -> dict[str, Distribution]:
    """These distributions and all that they need here, by name."""
    found: dict[str, Distribution] = {}
    seen: set[tuple[str, str]] = set()
    waiting = [Requirement(name) for name in names]
    while waiting:
        wanted = waiting.pop()
        name = canonicalize_name(wanted.name)
        for extra in {"", *wanted.extras}:
            if (name, extra) not in seen:
                seen.add((name, extra))
                found[name] = distribution(name)
                needs = map(Requirement, found[name].requires or [])
                waiting += [n for n in needs if not n.marker or n.marker.evaluate({"extra": extra})]
    return found


class Fresh:
    """An empty environment; `add` lets it see distributions by links, without installing them."""

    def __init__(self, folder: Path) -> None:
        venv.create(folder, with_pip=False, symlinks=True)
        self.folder, self.bin = folder, folder / "bin"
        (self.packages,) = folder.glob("lib/python*/site-packages")

    def add(self, names: Iterable[str]) -> None:
        for dist in closure(names).values():
            for top in {file.parts[0] for file in dist.files or []}:
                origin, link = Path(dist.locate_file(top)), self.packages / top
                if top not in ("..", "__pycache__") and origin.exists() and not link.exists():
                    if origin.is_dir():
                        self._merge(origin, link)
                    else:
                        link.symlink_to(origin)

    def _merge(self, origin: Path, link: Path) -> None:
        """A link to a package; a folder of links where several distributions share one name."""
        if (origin / "__init__.py").exists() or origin.suffix in (".dist-info", ".libs"):
            link.symlink_to(origin)
            return
        link.mkdir()
        for path in origin.iterdir():
            (link / path.name).symlink_to(path)

    def run(
        self, *command: str | Path, settings: dict[str, str] | None = None, cwd: Path | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run a program of this environment; nothing of ours is on its path."""
        kept = {key: os.environ[key] for key in ("LANG", "TMPDIR", "HOME") if key in os.environ}
        settings = {
            "PATH": os.pathsep.join([str(self.bin), os.defpath]),
            "OMP_NUM_THREADS": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
        } | (settings or {})
        program, *arguments = command
        return subprocess.run(
            [self.bin / program, *arguments],
            env=kept | settings,
            cwd=cwd or self.folder,
            capture_output=True,
            text=True,
            timeout=300,
        )


def build_wheel(root: Path, folder: Path) -> Path:
    """The wheel of what is in `root`, built without the network in a copy of it."""
    copy = folder / "source"
    copy.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        (copy / name).write_bytes((root / name).read_bytes())
    for package in ("course_lib", "autograder"):
        (copy / package).symlink_to(root / package)
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", folder]
    subprocess.run([*command, "--no-build-isolation", copy], check=True, timeout=300)
    return next(folder.glob("*.whl"))
