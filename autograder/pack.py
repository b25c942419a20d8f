"""`autograder pack`: all that somebody who learns alone needs, in one file.

Solutions, hidden tests and hints are in it, as notebooks that anybody can open. Whoever learns
alone may read them at any time; for students of a class there is `autograder release`.
"""

import argparse
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

from nbgrader.utils import find_all_files

from autograder import hints, misconceptions
from autograder.course import CONFIG, Course, CourseError
from autograder.files import told
from autograder.learner_home import FIRST
from autograder.release import StudentTree, included, to_give

LABCONFIG = "labconfig"  # what JupyterLab shows, beside the configuration
LONG_AGO = (1980, 1, 1, 0, 0, 0)  # equal courses make equal files


def contents(course: Course) -> Iterator[tuple[str, Path]]:
    """Names in the pack and the files that they come from.

    Raises:
        CourseError: there is no assignment or no first lecture, or a file of hints is not as it
            should be.
        ReleaseError: a path that students should have is missing.
    """
    if not course.assignments():
        raise CourseError(f"{course.root} has no assignment to pack")
    tree = StudentTree(config=course.config)
    base = (course.root / tree.base).resolve()
    if not (base / FIRST).is_file():
        raise CourseError(f"`course` opens {FIRST} first, and {base} has none to pack")
    for lecture in sorted((base / FIRST.parent).glob("*.ipynb")):
        yield f"{FIRST.parent}/{lecture.name}", lecture
    for page in included(base, (name for name in tree.include if name.endswith(".md"))):
        yield page.relative_to(base).as_posix(), page
    single = [course.root / CONFIG, *sorted((course.root / LABCONFIG).glob("*"))]
    for name in course.assignments():
        folder = course.folder("source", name)
        single += [Path(path) for path in find_all_files(str(folder), course.directory.ignore)]
        hints.load(hints.file_of(course.root, name))
        single.append(hints.file_of(course.root, name))
        single.append(misconceptions.file_of(course.root, name))
    for path in single:
        if path.is_file():
            yield f"assignments/{path.relative_to(course.root).as_posix()}", path


def build(course: Course, target: Path) -> Path:
    """Write the pack, all or nothing.

    Raises:
        CourseError: as in `contents`, or the file cannot be written.
    """
    draft = target.with_name(f"{target.name}.{os.getpid()}.tmp")
    with told(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as file:
                for name, path in sorted(contents(course)):
                    file.writestr(zipfile.ZipInfo(name, LONG_AGO), to_give(path))
            draft.replace(target)
        finally:
            draft.unlink(missing_ok=True)
    return target


def unpack(pack: Path, into: Path) -> list[str]:
    """Put a pack's folders into `into`, all of them or none; returns their names.

    Raises:
        CourseError: it is no pack or damaged, or one of its folders is there already.
    """
    with _sound(pack) as file, told(into):
        tops = sorted({name.split("/")[0] for name in file.namelist()})
        if FIRST.as_posix() not in file.namelist():
            raise CourseError(f"{pack} is not a learner pack: it has no {FIRST.as_posix()}")
        if taken := [top for top in tops if (into / top).exists()]:
            raise CourseError(f"{into} has {', '.join(taken)} already: use an empty folder")
        with tempfile.TemporaryDirectory(dir=into) as draft:
            file.extractall(draft)
            for top in tops:
                shutil.move(Path(draft, top), into / top)
    return tops


def _sound(pack: Path) -> zipfile.ZipFile:
    if not pack.is_file():
        raise CourseError(f"{pack}: there is no such file; name the learner pack that you have")
    try:
        file = zipfile.ZipFile(pack)
        if broken := file.testzip():
            raise zipfile.BadZipFile(broken)
    except Exception as error:  # whatever a decompressor says of bytes that are not its own
        words = "is not a learner pack, or a damaged one: fetch it again"
        raise CourseError(f"{pack} {words} (autograder pack makes one)") from error
    return file


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `autograder pack`."""
    words = "the file to write; default: learner_pack.zip beside the student tree"
    parser.add_argument("--into", type=Path, metavar="FILE", help=words)


def run(args: argparse.Namespace) -> int:
    """Write the pack and say what is in it."""
    course = Course.open(args.course)
    tree = StudentTree(config=course.config)
    beside = (course.root / tree.base / tree.folder).resolve().with_name("learner_pack.zip")
    target = build(course, args.into or beside)
    print(f"{os.path.relpath(target)}: {', '.join(course.assignments())}")
    print("It shows solutions and hidden tests to whoever opens it: not for a class.")
    return 0
