"""Who logs in, and into which of the Hub's groups that puts them."""

from typing import Any

from jupyterhub.auth import PAMAuthenticator
from jupyterhub.authenticators.shared import SharedPasswordAuthenticator
from traitlets import Dict, List, Unicode

from hub import accounts


class _Grouped:
    """Groups are asked anew at each login, and every few minutes for whoever is there."""

    def groups_for(self, name: str) -> list[str]:
        raise NotImplementedError

    async def authenticate(self, handler: Any, data: dict[str, str]) -> dict[str, Any] | None:
        found = await super().authenticate(handler, data)  # type: ignore[misc]
        if not found:
            return None
        name = found if isinstance(found, str) else found["name"]
        return {"name": name, "groups": self.groups_for(name)}

    async def refresh_user(self, user: Any, handler: Any = None) -> dict[str, Any]:
        return {"name": user.name, "groups": self.groups_for(user.name)}


class SystemLogin(_Grouped, PAMAuthenticator):
    """The system's accounts, passwords and groups."""

    prefix = Unicode(help="what the system's names of our groups begin with").tag(config=True)
    course_groups = List(Unicode(), help="the Hub's groups").tag(config=True)

    def groups_for(self, name: str) -> list[str]:
        if not accounts.has_user(name):
            return []
        mine = accounts.groups_of(name)
        return [group for group in self.course_groups if self.prefix + group in mine]


class DemoLogin(_Grouped, SharedPasswordAuthenticator):
    """One password for all: only for a person who tries the Hub alone on a machine."""

    people = Dict(List(Unicode()), help="groups of each person").tag(config=True)

    def groups_for(self, name: str) -> list[str]:
        return list(self.people.get(name, []))
