"""What a site becomes in JupyterHub's configuration; no Hub is started."""

import json
import os
import shutil
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

pytest.importorskip("jupyterhub")

from jupyterhub.app import JupyterHub
from jupyterhub.auth import Authenticator
from jupyterhub.proxy import ConfigurableHTTPProxy
from jupyterhub.scopes import _check_scopes_exist
from jupyterhub.spawner import Spawner
from traitlets.config import Config

from hub import configuration, limits, login, spawner
from hub.settings import ROLES, Site, SiteError


@pytest.fixture
def site(tmp_path) -> Site:
    (tmp_path / "hub").mkdir()
    return Site(str(tmp_path), privileged=True, courses=["rnn", "vision"], prefix="x-")


@pytest.fixture
def config(site) -> Config:
    config = Config()
    configuration.configure(config, site)
    return config


def test_no_service_is_admin_and_no_role_is_broad(config):
    assert not any(service.get("admin") for service in config.JupyterHub.services)
    roles = {role["name"]: role for role in config.JupyterHub.load_roles}
    for role in roles.values():
        _check_scopes_exist(role["scopes"])
        assert not any(scope.startswith(("admin", "access:servers")) for scope in role["scopes"])
    assert set(roles["formgrade-rnn"]["scopes"]) == {
        "access:services!service=rnn",
        "list:services!service=rnn",
        "read:services!service=rnn",
    }
    assert set(roles) == {"stop-idle-servers", "formgrade-rnn", "formgrade-vision"}
    assert "vision" not in json.dumps(roles["formgrade-rnn"])


def test_each_course_has_a_formgrader_of_its_own_account(config, site):
    services = {service["name"]: service for service in config.JupyterHub.services}
    assert services["rnn"]["user"] == "x-course-rnn"
    assert services["vision"]["user"] == "x-course-vision"
    assert services["rnn"]["url"] != services["vision"]["url"]
    assert services["vision"]["cwd"].startswith(str(site.course("vision")))
    assert services["idle-culler"]["user"] == "nobody"
    for service in services.values():
        path = service.get("environment", {}).get("PATH", str(site.environment))
        assert path.startswith(str(site.environment))


def test_everything_listens_on_loopback_only(config):
    addresses = [config.JupyterHub.bind_url, config.JupyterHub.hub_bind_url]
    addresses += [config.ConfigurableHTTPProxy.api_url]
    addresses += [s["url"] for s in config.JupyterHub.services if "url" in s]
    assert all(address.startswith("http://127.0.0.1:") for address in addresses)


def test_jupyterhub_knows_every_setting(config):
    """A misspelt trait would be ignored in silence."""
    classes = (JupyterHub, Spawner, Authenticator, ConfigurableHTTPProxy)
    classes += (spawner.LimitedSpawner, login.SystemLogin)
    known = {cls.__name__: cls for cls in classes}
    for section, values in config.items():
        for name in values:
            assert known[section].class_traits(config=True).get(name), f"{section}.{name}"


def test_without_root_one_password_opens_one_account(tmp_path):
    site = Site(str(tmp_path), False, ["rnn"], people={"student1": ["nbgrader-rnn"]})
    config = Config()
    configuration.configure(config, site)
    assert config.DemoLogin.user_password == site.password
    assert len(site.password) >= 12
    assert config.DemoLogin.allowed_users == {"student1"}
    assert not any("user" in service for service in config.JupyterHub.services)
    another = Site(str(tmp_path), False, ["rnn"])
    assert another.password != site.password
    assert another.proxy_token != site.proxy_token


def test_a_site_is_kept_with_its_secrets_closed(site, tmp_path):
    site.save()
    assert os.stat(tmp_path / "hub" / "site.json").st_mode & 0o777 == 0o600
    assert Site.load(tmp_path) == site
    with pytest.raises(SiteError, match="has no Hub"):
        Site.load(tmp_path / "elsewhere")


def test_a_copy_of_a_site_does_not_lead_back_to_the_first(site, tmp_path):
    """Else removing the copy would remove the other one's courses."""
    site.save()
    copy = tmp_path / "copy"
    (copy / "hub").mkdir(parents=True)
    shutil.copy(site.state / "site.json", copy / "hub")
    assert Site.load(copy).root == copy


def test_limits_are_written_as_each_kernel_wants_them(tmp_path):
    v2 = dict(limits._values("v2", tmp_path, 1024, 0.5))
    assert v2 == {"memory.max": "1024", "cpu.max": "50000 100000", "pids.max": "512"}
    assert dict(limits._values("v2", tmp_path, None, None))["cpu.max"] == "max 100000"
    assert dict(limits._values("cpu", tmp_path, 1024, 2.0))["cpu.cfs_quota_us"] == "200000"


@pytest.mark.parametrize("role", ["student", "instructor", "grading"])
def test_an_extension_is_off_on_both_sides_or_on_both(role):
    server = json.loads((ROLES / role / "jupyter_server_config.d/nbgrader.json").read_text())
    page = json.loads((ROLES / role / "labconfig/page_config.json").read_text())
    on = {
        name.rsplit(".", 1)[1].replace("_", "-")
        for name, wanted in server["ServerApp"]["jpserver_extensions"].items()
        if wanted and name.startswith("nbgrader.")
    }
    off = {
        name.split(":")[1]
        for name, wanted in page["disabledExtensions"].items()
        if wanted and name.startswith("@jupyter/nbgrader:")
    }
    every = {"assignment-list", "course-list", "formgrader", "validate-assignment"}
    assert on == every - off
    assert ("formgrader" in on) == (role == "grading")
