"""Servers of users, with limits that hold."""

from collections.abc import Callable
from typing import Any

from jupyterhub.spawner import LocalProcessSpawner, SimpleLocalProcessSpawner
from traitlets import Unicode

from hub import limits


class _Limited:
    """Joins the user's control group before the server starts, and empties it when it stops."""

    slice_name = Unicode("course-hub", help="name of the control group of all users").tag(
        config=True
    )

    def make_preexec_fn(self, name: str) -> Callable[[], None]:
        become = super().make_preexec_fn(name)  # type: ignore[misc]
        join = limits.Group(self.slice_name, name).prepare(self.mem_limit, self.cpu_limit)

        def preexec() -> None:
            join()
            become()

        return preexec

    async def stop(self, now: bool = False) -> None:
        await super().stop(now)  # type: ignore[misc]
        limits.Group(self.slice_name, self.user.name).close()


class AccountSpawner(_Limited, LocalProcessSpawner):
    """Each server runs as the system's account of its user."""


class DemoSpawner(_Limited, SimpleLocalProcessSpawner):
    """All servers run as the account that started the Hub."""


def role_of(spawner: Any) -> str:
    """`instructor` for members of any course's formgrader, else `student`."""
    grades = any(group.name.startswith("formgrade-") for group in spawner.user.groups)
    return "instructor" if grades else "student"
