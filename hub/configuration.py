"""From a site to JupyterHub's settings."""

import socket
import sys
from pathlib import Path
from typing import Any

from hub import login, spawner
from hub.settings import GRADERS, Site

MEMORY = "4G"
CPUS = 2.0
IDLE_SECONDS = 3600
CULLER = "idle-culler"


def configure(c: Any, site: Site) -> None:
    """Fill JupyterHub's configuration `c` for this site."""
    _network(c, site)
    _people(c, site)
    _servers(c, site)
    c.JupyterHub.services = [_formgrader(site, course) for course in site.courses]
    c.JupyterHub.services.append(_culler(site))
    c.JupyterHub.load_roles = _roles(site)
    # a managed service that ends is started again; asking it each minute only fills the log
    c.JupyterHub.service_check_interval = 0
    # refused requests and faults, not who looked at what when
    c.JupyterHub.log_level = "WARN"


def programs(site: Site) -> Path:
    """Where the commands of users' servers lie."""
    return (site.environment if site.privileged else Path(sys.prefix)) / "bin"


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _network(c: Any, site: Site) -> None:
    c.JupyterHub.bind_url = f"http://127.0.0.1:{site.port}"
    c.JupyterHub.hub_bind_url = f"http://127.0.0.1:{free_port()}"
    c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{free_port()}"
    c.ConfigurableHTTPProxy.auth_token = site.proxy_token
    # the one in Python, from PyPI; docs/hub.md names the line for the Node proxy and for traefik
    c.ConfigurableHTTPProxy.command = [
        str(programs(site) / "configurable-http-proxy"),
        "--proxy-timeout=3600000",  # by default 20 s, and grading a class takes longer
    ]
    c.ConfigurableHTTPProxy.log_level = "error"
    c.ConfigurableHTTPProxy.pid_file = str(site.state / "proxy.pid")
    c.JupyterHub.db_url = f"sqlite:///{site.state}/jupyterhub.sqlite"
    c.JupyterHub.cookie_secret_file = str(site.state / "cookie_secret")


def _people(c: Any, site: Site) -> None:
    c.Authenticator.manage_groups = True
    if site.privileged:
        c.JupyterHub.authenticator_class = login.SystemLogin
        c.SystemLogin.prefix = site.prefix
        c.SystemLogin.course_groups = site.groups_of_courses()
        c.SystemLogin.allowed_groups = {site.prefix + g for g in site.groups_of_courses()}
    else:
        c.JupyterHub.authenticator_class = login.DemoLogin
        c.DemoLogin.people = site.people
        c.DemoLogin.allowed_users = set(site.people)
        c.DemoLogin.user_password = site.password


def _servers(c: Any, site: Site) -> None:
    if site.privileged:
        c.JupyterHub.spawner_class = spawner.AccountSpawner
    else:
        c.JupyterHub.spawner_class = spawner.DemoSpawner
        c.DemoSpawner.home_dir_template = f"{site.root}/home/{{username}}"
    c.Spawner.cmd = [str(site.roles / "start-server")]
    c.Spawner.default_url = "/lab"
    # with six servers starting at once on two processors, some take longer than the usual 30 s
    c.Spawner.http_timeout = 120
    c.Spawner.mem_limit = MEMORY
    c.Spawner.cpu_limit = CPUS
    c.LimitedSpawner.limits_group = f"{site.prefix}course-hub"
    c.Spawner.env_keep = ["LANG", "LC_ALL"]
    c.Spawner.environment = _environment(site) | {
        "JUPYTER_CONFIG_PATH": lambda server: str(site.roles / spawner.role_of(server)),
    }
    # what nbgrader asks the Hub: in which courses am I, and where are their formgraders
    c.Spawner.server_token_scopes = [
        *("users:activity!user", "access:servers!server"),
        *("read:users:name!user", "read:users:groups!user", "list:services", "read:services"),
    ]


def _environment(site: Site) -> dict[str, Any]:
    return {
        "PATH": f"{programs(site)}:/usr/local/bin:/usr/bin:/bin",
        "COURSE_SITE": str(site.root),
    }


def _formgrader(site: Site, course: str) -> dict[str, Any]:
    service = {
        "name": course,
        "url": f"http://127.0.0.1:{free_port()}",
        "command": [
            str(programs(site) / "jupyterhub-singleuser"),
            f"--ServerApp.root_dir={site.course(course)}",
        ],
        "cwd": str(site.course(course) / "assignments"),  # where nbgrader_config.py lies
        "oauth_no_confirm": True,
        "environment": _environment(site)
        | {
            "JUPYTER_CONFIG_PATH": str(site.roles / "grading"),
            "JUPYTER_PATH": str(site.roles / "grading" / "share"),
            "JUPYTERHUB_DEFAULT_URL": "/lab",
        },
    }
    if site.privileged:
        service["user"] = site.account(course)
    return service


def _culler(site: Site) -> dict[str, Any]:
    service = {
        "name": CULLER,
        "display": False,
        "command": [
            *(str(programs(site) / "python"), "-m", "jupyterhub_idle_culler"),
            f"--timeout={IDLE_SECONDS}",
        ],
    }
    if site.privileged:
        service["user"] = "nobody"
    return service


def _roles(site: Site) -> list[dict[str, Any]]:
    roles: list[dict[str, Any]] = [
        {
            "name": "stop-idle-servers",
            "services": [CULLER],
            "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"],
        }
    ]
    for course in site.courses:
        may = [f"{verb}:services!service={course}" for verb in ("access", "list", "read")]
        roles.append({"name": GRADERS + course, "groups": [GRADERS + course], "scopes": may})
    return roles
