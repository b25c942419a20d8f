"""The Python that users' servers run in: readable by all of them, and without the repository.

The repository holds solutions and proof banks, so its own `.venv`, which points into it, is not
for students. Packages are hard links to the repository's (seconds, no space), `autograder` and
`course_lib` are copies; where the interpreter itself lies in a private home, so is a copy of it.
"""

import compileall
import hashlib
import os
import shutil
import stat
import sys
import sysconfig
from pathlib import Path

from hub.settings import REPOSITORY, Site

OWN = ("autograder", "course_lib")
# the last compiles a grammar for IRIs, which no notebook uses, in two seconds of each start
LEFT_OUT = shutil.ignore_patterns("__editable__*", "direct_url.json", "rfc3987_syntax")


def build(site: Site) -> None:
    """Make `site.environment`, or bring it up to date; its folder is whole or absent."""
    environment, mark = site.environment, site.environment / ".built"
    wanted = _digest()
    if not (mark.is_file() and mark.read_text() == wanted):
        draft = environment.with_name("env.part")
        shutil.rmtree(draft, ignore_errors=True)
        shutil.rmtree(environment, ignore_errors=True)
        _copy_packages(site, draft)
        draft.rename(environment)
        mark.write_text(wanted)
    packages = Path(sysconfig.get_path("purelib", vars={"base": str(environment)}))
    for name in OWN:
        shutil.rmtree(packages / name, ignore_errors=True)
        shutil.copytree(
            REPOSITORY / name, packages / name, ignore=shutil.ignore_patterns("__pycache__")
        )
        compileall.compile_dir(packages / name, quiet=2)  # users cannot write there


def _digest() -> str:
    lock = (REPOSITORY / "requirements.lock").read_bytes()
    installed = sorted(os.listdir(sysconfig.get_path("purelib")))
    return hashlib.sha256(lock + repr((sys.version, installed)).encode()).hexdigest()


def _copy_packages(site: Site, draft: Path) -> None:
    old, new = sys.prefix, site.environment
    # written anew below: through a hard link, they would change the repository's own
    anew = [name for name in os.listdir(old) if name in ("bin", "pyvenv.cfg")]
    shutil.copytree(
        old,
        draft,
        symlinks=True,
        copy_function=_link,
        ignore=lambda folder, names: {*LEFT_OUT(folder, names), *(anew if folder == old else [])},
    )
    for name in OWN:
        shutil.rmtree(Path(sysconfig.get_path("purelib", vars={"base": str(draft)})) / name, True)
    home = Path(sys.base_prefix) / "bin"
    if not _readable_by_all(Path(sys.executable).resolve()):
        home = _copy_python(site.root / "python") / "bin"
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    (draft / "pyvenv.cfg").write_text(
        f"home = {home}\ninclude-system-site-packages = false\nversion = {sys.version.split()[0]}\n"
    )
    scripts = draft / "bin"
    scripts.mkdir()
    for name in ("python", "python3", version):
        (scripts / name).symlink_to(home / version)
    for script in sorted((Path(old) / "bin").iterdir()):
        if script.is_file() and not script.is_symlink():
            _copy_script(script, scripts / script.name, f"{old}/bin/", f"{new}/bin/")


def _copy_script(script: Path, target: Path, old: str, new: str) -> None:
    content = script.read_bytes()
    if content.startswith(b"#!") and old.encode() in content.split(b"\n", 1)[0]:
        target.write_bytes(content.replace(old.encode(), new.encode(), 1))
        target.chmod(0o755)
    else:
        _link(script, target)


def _copy_python(target: Path) -> Path:
    """The interpreter and its standard library, able to run from where they are copied to."""
    shutil.rmtree(target, ignore_errors=True)
    base = Path(sys.base_prefix)
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    (target / "bin").mkdir(parents=True)
    ignore = shutil.ignore_patterns("site-packages", "test", "pkgconfig")
    shutil.copytree(base / "lib", target / "lib", symlinks=True, ignore=ignore, copy_function=_link)
    (target / "lib" / version / "site-packages").mkdir()
    program = (base / "bin" / version).resolve().read_bytes()
    # a shared libpython is looked for where it was built; the copy looks beside itself
    built, beside = f"{base}/lib\0".encode(), b"$ORIGIN/../lib\0"
    if len(built) >= len(beside):
        program = program.replace(built, beside.ljust(len(built), b"\0"))
    (target / "bin" / version).write_bytes(program)
    (target / "bin" / version).chmod(0o755)
    return target


def _readable_by_all(path: Path) -> bool:
    readable = bool(path.stat().st_mode & stat.S_IROTH)
    return readable and all(folder.stat().st_mode & stat.S_IXOTH for folder in path.parents)


def _link(source: str | Path, target: str | Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # another file system
        shutil.copy2(source, target)
