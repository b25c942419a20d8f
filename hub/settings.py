"""What one Hub is: its folder, its courses, who is in them, its secrets; kept in `site.json`."""

import json
import os
import secrets
from dataclasses import asdict, dataclass, field
from pathlib import Path

from autograder.files import write_whole

REPOSITORY = Path(__file__).resolve().parent.parent
ROLES = Path(__file__).resolve().parent / "roles"
STUDENTS, GRADERS = "nbgrader-", "formgrade-"  # the Hub's groups, as nbgrader names them


class SiteError(Exception):
    """Something that whoever starts the Hub can put right; the text says what and how."""


@dataclass
class Site:
    """A Hub and all that belongs to it lie under `base`.

    `privileged`: started by root, each person an account of the system, groups read from it.
    Otherwise one account runs everything, and `people` says who is in which group.
    `prefix` begins the names of all accounts and groups, so that two Hubs can share a machine.
    """

    base: str
    privileged: bool
    courses: list[str]
    prefix: str = ""
    port: int = 8000
    people: dict[str, list[str]] = field(default_factory=dict)
    created_users: list[str] = field(default_factory=list)
    created_groups: list[str] = field(default_factory=list)
    password: str = field(default_factory=lambda: secrets.token_urlsafe(12))
    proxy_token: str = field(default_factory=lambda: secrets.token_hex(32))

    @classmethod
    def load(cls, base: Path) -> "Site":
        """The Hub that was prepared in this folder.

        Raises:
            SiteError: there is none.
        """
        path = base / "hub" / "site.json"
        if not path.is_file():
            raise SiteError(f"{base} has no Hub: `python hub/serve.py --base {base}` prepares one")
        # the folder may have been moved or copied since
        return cls(**json.loads(path.read_text("utf-8")) | {"base": str(base)})

    def save(self) -> None:
        path = self.state / "site.json"
        write_whole(path, json.dumps(asdict(self), indent=2))
        os.chmod(path, 0o600)

    @property
    def root(self) -> Path:
        return Path(self.base)

    @property
    def state(self) -> Path:
        """The Hub's own: database, secrets. Nobody else may enter."""
        return self.root / "hub"

    @property
    def environment(self) -> Path:
        """Python and packages that servers of users run in."""
        return self.root / "env"

    @property
    def roles(self) -> Path:
        return self.root / "roles"

    @property
    def exchange(self) -> Path:
        return self.root / "exchange"

    def course(self, name: str) -> Path:
        """The course's home: what instructors work in."""
        return self.root / "courses" / name

    def material(self, name: str) -> Path:
        """The student tree: what students may see of the course."""
        return self.root / "material" / name

    def home(self, name: str) -> Path:
        return self.root / "home" / name

    def account(self, course: str) -> str:
        """The system's account that owns a course and runs its formgrader."""
        return f"{self.prefix}course-{course}"

    def groups_of_courses(self) -> list[str]:
        return [kind + course for course in self.courses for kind in (STUDENTS, GRADERS)]
