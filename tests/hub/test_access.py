"""Who may open what, as a real Hub answers."""

import pytest
import requests

pytestmark = pytest.mark.hub


def login(hub, who: str) -> requests.Session:
    """A browser's session of this person."""
    person = hub.people[who]
    session = requests.Session()
    session.get(f"{hub.url}/hub/login")
    form = {"username": person.name, "password": person.password}
    form["_xsrf"] = session.cookies["_xsrf"]
    answer = session.post(f"{hub.url}/hub/login?next=/hub/home", data=form)
    assert answer.url == f"{hub.url}/hub/home", answer.text
    return session


def test_the_formgrader_opens_for_its_instructors_only(hub):
    address = f"{hub.url}/services/rnn/formgrader/api/assignments"
    assert login(hub, "student1").get(address).status_code == 403
    assert login(hub, "instructor2").get(address).status_code == 403
    answer = login(hub, "instructor").get(address)
    assert "hw1_feedforward_lm" in [each["name"] for each in answer.json()]
