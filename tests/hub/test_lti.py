"""hub/lti_config.py: loads in a JupyterHub, and lets in only whom the LMS has signed for."""

import asyncio
import sys
import time
from pathlib import Path

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from jupyterhub.app import JupyterHub
from ltiauthenticator.lti11.auth import LTI11Authenticator
from ltiauthenticator.lti13.auth import LTI13Authenticator
from ltiauthenticator.lti13.error import ValidationError
from ltiauthenticator.lti13.validator import LTI13LaunchValidator
from traitlets.config import Config

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from hub.lti_config import LTI13, LTIConfigError, use_lti

CANVAS = {
    "LTI_ISSUER": "https://canvas.instructure.com",
    "LTI_AUTHORIZE_URL": "https://canvas.example.edu/api/lti/authorize_redirect",
    "LTI_JWKS_ENDPOINT": "https://canvas.example.edu/api/lti/security/jwks",
    "LTI_CLIENT_ID": "10000000000001, 10000000000002",
}
MOODLE = {
    "LTI_ISSUER": "https://moodle.example.edu",
    "LTI_AUTHORIZE_URL": "https://moodle.example.edu/mod/lti/auth.php",
    "LTI_JWKS_ENDPOINT": "https://moodle.example.edu/mod/lti/certs.php",
    "LTI_CLIENT_ID": "aBcDeFgHiJ12345",
}


def loaded(environment):
    """The authenticator as a Hub with this configuration would make it."""
    config = Config()
    use_lti(config, environment)
    app = JupyterHub(config=config)
    return app.authenticator_class(parent=app, _deprecated_db_session=None)


@pytest.mark.parametrize("platform", [CANVAS, MOODLE], ids=["canvas", "moodle"])
def test_lti13_loads_with_what_a_platform_says_of_itself(platform):
    found = loaded(platform)
    assert type(found) is LTI13Authenticator
    assert found.issuer == platform["LTI_ISSUER"]
    assert found.authorize_url == platform["LTI_AUTHORIZE_URL"]
    assert found.jwks_endpoint == platform["LTI_JWKS_ENDPOINT"]
    assert found.client_id == set(platform["LTI_CLIENT_ID"].split(", "))
    assert found.allow_all
    assert not found.enable_auth_state
    paths = {path for path, *_ in found.get_handlers(found.parent)}
    assert paths == {"lti13/oauth_login", "lti13/oauth_callback", "lti13/config"}


def test_the_lms_number_of_a_person_is_the_name_and_nothing_else_is_taken():
    claims = {"sub": "a6d5c443", "email": "someone@example.edu", "given_name": "Some"}
    assert loaded(CANVAS).get_username(claims) == "a6d5c443"


def test_lti11_loads_where_only_its_key_and_secret_are_given():
    found = loaded({"LTI11_KEY": "course", "LTI11_SECRET": "long and random"})
    assert type(found) is LTI11Authenticator
    assert found.consumers == {"course": "long and random"}
    assert found.username_key == "user_id"


@pytest.mark.parametrize("missing", LTI13)
def test_a_missing_setting_is_named_with_what_it_is(missing):
    with pytest.raises(LTIConfigError, match=missing) as error:
        use_lti(Config(), {**CANVAS, missing: " "})
    assert [name for name in LTI13 if name in str(error.value)] == [missing]
    assert "\n" not in str(error.value)


def test_nothing_set_asks_for_lti13():
    with pytest.raises(LTIConfigError) as error:
        use_lti(Config(), {})
    assert [name for name in LTI13 if name in str(error.value)] == list(LTI13)


def test_half_of_lti11_is_not_a_way_in():
    with pytest.raises(LTIConfigError, match="LTI11_SECRET"):
        use_lti(Config(), {"LTI11_KEY": "course"})


def test_keys_are_not_fetched_over_plain_http():
    with pytest.raises(LTIConfigError, match="LTI_JWKS_ENDPOINT"):
        use_lti(Config(), {**CANVAS, "LTI_JWKS_ENDPOINT": "http://canvas.example.edu/jwks"})


@pytest.fixture(scope="module")
def key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def decoded(found, key, monkeypatch, **changes):
    """What the Hub makes of a token that is signed with `key`, as its own handler asks."""
    now = int(time.time())
    claims = {"iss": found.issuer, "aud": "10000000000001", "sub": "a6d5c443"}
    claims |= {"iat": now, "exp": now + 60, **changes}
    published = type("Key", (), {"key": key.public_key()})
    monkeypatch.setattr(jwt.PyJWKClient, "get_signing_key_from_jwt", lambda self, token: published)
    signer = key
    if changes.get("sub") == "forged":
        signer = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return LTI13LaunchValidator().verify_and_decode_jwt(
        encoded_jwt=jwt.encode(claims, signer, algorithm="RS256"),
        issuer=found.issuer,
        audience=found.client_id,
        jwks_endpoint=found.jwks_endpoint,
        jwks_algorithms=found.jwks_algorithms,
    )


def test_a_launch_that_the_platform_signed_logs_its_person_in(key, monkeypatch):
    found = loaded(CANVAS)
    token = decoded(found, key, monkeypatch)
    assert asyncio.run(found.authenticate(None, token))["name"] == "a6d5c443"


@pytest.mark.parametrize(
    "changes",
    [{"sub": "forged"}, {"iss": "https://elsewhere.example"}, {"exp": 1}, {"aud": "another tool"}],
    ids=["another key", "another platform", "expired", "for another tool"],
)
def test_a_launch_that_is_not_the_platforms_is_refused(key, monkeypatch, changes):
    with pytest.raises(ValidationError):
        decoded(loaded(CANVAS), key, monkeypatch, **changes)
