"""Accounts and groups of the system: made for the demo only where they are absent."""

import grp
import pwd
import secrets
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

from hub.settings import SiteError


def has_user(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


def has_group(name: str) -> bool:
    try:
        grp.getgrnam(name)
    except KeyError:
        return False
    return True


def groups_of(name: str) -> set[str]:
    """Names of all groups that an account is in."""
    account = pwd.getpwnam(name)
    return {group.gr_name for group in grp.getgrall() if name in group.gr_mem} | {
        grp.getgrgid(account.pw_gid).gr_name
    }


def add_group(name: str) -> bool:
    """True if it was not there before."""
    if has_group(name):
        return False
    _call("groupadd", name)
    return True


def add_course_account(name: str, home: Path) -> bool:
    """An account that nobody can log in to; True if it was not there before."""
    if has_user(name):
        return False
    _call("useradd", "--system", "--user-group", "--no-create-home", "--home-dir", str(home),
          "--shell", "/usr/sbin/nologin", name)  # fmt: skip
    return True


def add_person(name: str, home: Path) -> str | None:
    """An account with a home that only it can enter; its new password, None if it was there."""
    if has_user(name):
        return None
    _call("useradd", "--user-group", "--create-home", "-K", "HOME_MODE=0700",
          "--home-dir", str(home), "--shell", "/bin/bash", name)  # fmt: skip
    password = secrets.token_urlsafe(9)
    _call("chpasswd", text=f"{name}:{password}")
    return password


def join(name: str, groups: Iterable[str]) -> None:
    for group in groups:
        _call("usermod", "--append", "--groups", group, name)


def give(path: Path, account: str, group: str, mode: int) -> None:
    """Hand one file or folder to an account and a group."""
    shutil.chown(path, account, group)
    path.chmod(mode)


def remove_user(name: str) -> None:
    if has_user(name):
        _call("userdel", name)


def remove_group(name: str) -> None:
    if has_group(name):
        _call("groupdel", name)


def _call(*command: str, text: str | None = None) -> None:
    done = subprocess.run(command, input=text, capture_output=True, text=True)
    if done.returncode:
        words = (done.stderr or done.stdout).strip().splitlines()[-1:]
        raise SiteError(f"{command[0]} {command[-1]}: {' '.join(words) or done.returncode}")
