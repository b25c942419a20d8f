"""Servers of users, with limits that hold."""

from collections.abc import Callable
from typing import Any

from jupyterhub.spawner import LocalProcessSpawner, SimpleLocalProcessSpawner
from traitlets import Unicode

from hub import limits


class LimitedSpawner(LocalProcessSpawner):
    """Joins the user's control group before the server starts, and empties it when it stops."""

    limits_group = Unicode(help="name of the control group of all users").tag(config=True)

    def make_preexec_fn(self, name: str) -> Callable[[], None]:
        become = super().make_preexec_fn(name)
        join = limits.Group(self.limits_group, name).prepare(self.mem_limit, self.cpu_limit)

        def preexec() -> None:
            join()
            become()

        return preexec

    async def stop(self, now: bool = False) -> None:
        await super().stop(now)
        limits.Group(self.limits_group, self.user.name).close()


class AccountSpawner(LimitedSpawner):
    """Each server runs as the system's account of its user."""


class DemoSpawner(LimitedSpawner, SimpleLocalProcessSpawner):
    """All servers run as the account that started the Hub."""


def role_of(spawner: Any) -> str:
    """`instructor` for members of any course's formgrader, else `student`."""
    grades = any(group.name.startswith("formgrade-") for group in spawner.user.groups)
    return "instructor" if grades else "student"
