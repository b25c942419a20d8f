"""Lay out everything a Hub needs under one folder, and take it away again."""

import os
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from autograder.course import CONFIG, Course
from autograder.release import LEFT_OUT, StudentTree, build_tree, check_tree
from hub import accounts, environment
from hub.settings import GRADERS, REPOSITORY, ROLES, STUDENTS, Site, SiteError

ASSIGNMENTS = REPOSITORY / "assignments"
COURSES = ("rnn", "rnn-evening")
# the demo: who is in which course, and as what
PEOPLE = {
    "student1": ["nbgrader-rnn"],
    "student2": ["nbgrader-rnn", "nbgrader-rnn-evening"],
    "instructor": ["formgrade-rnn", "nbgrader-rnn"],
    "grader": ["formgrade-rnn", "nbgrader-rnn"],
    "instructor2": ["formgrade-rnn-evening", "nbgrader-rnn-evening"],
}


@dataclass
class Prepared:
    """A Hub that can be started, and the passwords of accounts that were just made."""

    site: Site
    passwords: dict[str, str] = field(default_factory=dict)


def prepare(base: Path, prefix: str = "", port: int = 8000) -> Prepared:
    """Make what is missing; what is there (courses, gradebooks, homes) is left alone.

    Raises:
        SiteError: the folder lies where students cannot go, or an account cannot be made.
    """
    base = base.resolve()
    try:
        site = Site.load(base)
        site.port = port
    except SiteError:
        privileged = os.geteuid() == 0
        people = {prefix + name: groups for name, groups in PEOPLE.items()}
        site = Site(str(base), privileged, list(COURSES), prefix, port, people)
    if site.privileged:
        _check_reachable(base)
    base.mkdir(parents=True, exist_ok=True)
    base.chmod(0o755)
    for folder, mode in ((site.state, 0o700), (site.root / "home", 0o755)):
        folder.mkdir(exist_ok=True)
        folder.chmod(mode)
    for folder in (site.root / "courses", site.root / "material", site.exchange):
        folder.mkdir(exist_ok=True)
        folder.chmod(0o755)
    site.exchange.chmod(0o1777)
    if site.privileged:
        environment.build(site)
    shutil.copytree(ROLES, site.roles, dirs_exist_ok=True)
    passwords = _make_people(site) if site.privileged else {}
    for course in site.courses:
        _make_course(site, course)
    site.save()
    return Prepared(site, passwords)


def remove(base: Path) -> list[str]:
    """Take away the accounts that `prepare` made, and the folder; returns what is gone."""
    site = Site.load(base.resolve())
    for name in site.created_users:
        accounts.remove_user(name)
    for name in site.created_groups:
        accounts.remove_group(name)
    shutil.rmtree(site.root)
    return [*site.created_users, *site.created_groups, str(site.root)]


def _check_reachable(base: Path) -> None:
    if REPOSITORY in (base, *base.parents):
        raise SiteError(f"{base} is inside the repository, which students must not read")
    for folder in base.parents:
        if folder.exists() and not folder.stat().st_mode & 0o001:
            raise SiteError(f"users cannot enter {folder}: name another folder with --base")


def _make_people(site: Site) -> dict[str, str]:
    passwords = {}
    for course in site.courses:
        for group in (STUDENTS + course, GRADERS + course):
            if accounts.add_group(site.prefix + group):
                site.created_groups.append(site.prefix + group)
        account = site.account(course)
        if accounts.add_course_account(account, site.course(course)):
            site.created_users.append(account)
        site.save()
    for name, groups in site.people.items():
        password = accounts.add_person(name, site.home(name))
        if password is not None:
            site.created_users.append(name)
            passwords[name] = password
            site.save()
            accounts.join(name, [site.prefix + group for group in groups])
    return passwords


def _make_course(site: Site, name: str) -> None:
    """The course's own copy of the repository, its part of the exchange, its student tree."""
    home = site.course(name)
    if not home.exists():
        draft = home.with_name(f"{name}.part")
        shutil.rmtree(draft, ignore_errors=True)
        _copy_course(site, name, draft)
        draft.rename(home)
    exchange = site.exchange / name
    for folder in (exchange, exchange / "inbound", exchange / "outbound", exchange / "feedback"):
        folder.mkdir(exist_ok=True)
    material = site.material(name)
    material.mkdir(exist_ok=True)
    if not (material / "tree").exists():
        shutil.copytree(_student_tree(site), material / "tree")
    if site.privileged:
        owner, members = site.account(name), site.prefix + STUDENTS + name
        subprocess.run(["chown", "-Rh", f"{owner}:{owner}", str(home)], check=True)
        subprocess.run(["chown", "-Rh", f"{owner}:{members}", str(material)], check=True)
        accounts.give(home, owner, owner, 0o700)
        accounts.give(material, owner, members, 0o750)
        accounts.give(exchange, owner, members, 0o750)
        accounts.give(exchange / "outbound", owner, members, 0o755)
        accounts.give(exchange / "inbound", owner, members, 0o1733)
        accounts.give(exchange / "feedback", owner, members, 0o711)


def _student_tree(site: Site) -> Path:
    """What `autograder release` shows students before anything is released, searched for leaks."""
    tree = site.state / "student-tree"
    if not tree.exists():
        build_tree(course := Course.open(ASSIGNMENTS), tree)
        if leaks := check_tree(course, tree):
            shutil.rmtree(tree)
            raise SiteError(f"the student tree would show solutions: {leaks[0]}")
    return tree


def _copy_course(site: Site, name: str, into: Path) -> None:
    tree = StudentTree(config=Course.open(ASSIGNMENTS).config)
    ignore = shutil.ignore_patterns(*LEFT_OUT)
    wanted = [REPOSITORY / path for path in tree.include]
    wanted += [ASSIGNMENTS / path for path in (CONFIG, "source", "proof")]
    for path in wanted:
        target = into / path.relative_to(REPOSITORY)
        target.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            shutil.copytree(path, target, ignore=ignore)
        else:
            shutil.copy2(path, target)
    with open(into / "assignments" / CONFIG, "a", encoding="utf-8") as config:
        config.write(
            "\n# This course on this Hub.\n"
            f"c.CourseDirectory.course_id = {name!r}\n"
            f"c.Exchange.root = {str(site.exchange)!r}\n"
            f"c.StudentTree.folder = {str(site.material(name) / 'tree')!r}\n"
        )
