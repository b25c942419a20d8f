"""Log in from Canvas or Moodle: a part of JupyterHub's configuration.

In jupyterhub_config.py, after everything else:

    from hub.lti_config import use_lti
    use_lti(c)

It reads what the learning management system (LMS) says of itself from the environment, names below,
so that no secret stands in a file; docs/hub_kubernetes.md says where an LMS shows each.
"""

import os
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from ltiauthenticator.lti11.auth import LTI11Authenticator
from ltiauthenticator.lti13.auth import LTI13Authenticator

LTI13 = {
    "LTI_ISSUER": "the platform's name of itself, e.g. https://canvas.instructure.com",
    "LTI_AUTHORIZE_URL": "where the platform authorises log-ins",
    "LTI_JWKS_ENDPOINT": "where the platform shows its public keys",
    "LTI_CLIENT_ID": "the number that the platform gave this Hub; several with commas between",
}
LTI11 = {"LTI11_KEY": "consumer key", "LTI11_SECRET": "shared secret"}
# the LMS's own opaque number of a person: no name and no address arrives in gradebook or logs
USERNAME = {"1.3": "sub", "1.1": "user_id"}


class LTIConfigError(Exception):
    """A setting is missing or cannot be; the text names all of them."""


def use_lti(c: Any, environment: Mapping[str, str] = os.environ) -> None:
    """LTI 1.3 as the Hub's only way in; LTI 1.1 where only its key and secret are given.

    Raises:
        LTIConfigError: a setting is missing, or an address is not https.
    """
    if "LTI11_KEY" in environment and not any(name in environment for name in LTI13):
        _lti11(c, _settings(environment, LTI11))
    else:
        _lti13(c, _settings(environment, LTI13))
    # whoever the LMS vouches for; the LMS decides who is in the course
    c.Authenticator.allow_all = True
    # what the LMS tells about a person is not kept, and log-ins are not written down in full
    c.Authenticator.enable_auth_state = False
    c.JupyterHub.log_level = "INFO"


def _lti13(c: Any, settings: Mapping[str, str]) -> None:
    plain = [name for name in settings if name != "LTI_CLIENT_ID"]
    if wrong := [name for name in plain if urlsplit(settings[name]).scheme != "https"]:
        raise LTIConfigError(f"not an https address: {', '.join(wrong)}")
    c.JupyterHub.authenticator_class = LTI13Authenticator
    c.LTI13Authenticator.issuer = settings["LTI_ISSUER"]
    c.LTI13Authenticator.authorize_url = settings["LTI_AUTHORIZE_URL"]
    c.LTI13Authenticator.jwks_endpoint = settings["LTI_JWKS_ENDPOINT"]
    c.LTI13Authenticator.client_id = {
        client.strip() for client in settings["LTI_CLIENT_ID"].split(",") if client.strip()
    }
    c.LTI13Authenticator.username_key = USERNAME["1.3"]
    c.LTI13Authenticator.uri_scheme = "https"


def _lti11(c: Any, settings: Mapping[str, str]) -> None:
    c.JupyterHub.authenticator_class = LTI11Authenticator
    c.LTI11Authenticator.consumers = {settings["LTI11_KEY"]: settings["LTI11_SECRET"]}
    c.LTI11Authenticator.username_key = USERNAME["1.1"]
    c.LTI11Authenticator.uri_scheme = "https"


def _settings(environment: Mapping[str, str], wanted: Mapping[str, str]) -> dict[str, str]:
    found = {name: environment.get(name, "").strip() for name in wanted}
    if missing := [f"{name} ({wanted[name]})" for name in wanted if not found[name]]:
        raise LTIConfigError(f"set these variables for the Hub: {'; '.join(missing)}")
    return found
