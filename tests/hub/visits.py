"""A person's browser on a running Hub, as far as HTTP goes."""

import time
from pathlib import Path

import requests


def login(url: str, name: str, password: str) -> requests.Session:
    """A browser's session of this person."""
    session = requests.Session()
    session.get(f"{url}/hub/login")
    form = {"username": name, "password": password, "_xsrf": session.cookies["_xsrf"]}
    answer = session.post(f"{url}/hub/login?next=/hub/home", data=form)
    assert answer.url == f"{url}/hub/home", answer.text
    return session


def ask_for_server(url: str, session: requests.Session, name: str) -> None:
    """Does not wait for it."""
    token = next(c.value for c in session.cookies if c.name == "_xsrf" and c.path == "/hub/")
    session.post(f"{url}/hub/spawn/{name}", data={"_xsrf": token})


def wait_for_server(url: str, session: requests.Session, name: str, log: Path) -> None:
    """Until it runs, and the browser has signed in to it, as to any service of the Hub."""
    end = time.monotonic() + 90
    while not session.get(f"{url}/hub/api/users/{name}").json().get("server"):
        assert time.monotonic() < end, log.read_text()[-3000:]
        time.sleep(0.3)
    assert session.get(f"{url}/user/{name}/lab").status_code == 200


def stop_server(url: str, session: requests.Session, name: str) -> None:
    """Until it runs no longer, if it did."""
    token = next(c.value for c in session.cookies if c.name == "_xsrf" and c.path == "/hub/")
    headers = {"X-XSRFToken": token, "Referer": f"{url}/hub/home"}
    end = time.monotonic() + 60
    while session.get(f"{url}/hub/api/users/{name}").json()["servers"]:
        session.delete(f"{url}/hub/api/users/{name}/server", headers=headers)
        assert time.monotonic() < end
        time.sleep(0.3)


def post(url: str, session: requests.Session, name: str, path: str) -> requests.Response:
    """As a script of the pages of this person's server would."""
    home = f"/user/{name}/"
    token = next(c.value for c in session.cookies if c.name == "_xsrf" and c.path == home)
    headers = {"X-XSRFToken": token, "Sec-Fetch-Mode": "cors"}
    return session.post(f"{url}{home}{path}", json={}, headers=headers)
