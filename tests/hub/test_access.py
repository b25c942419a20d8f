"""Who may open what, as a real Hub answers; `docs/hub.md` shows the table that this prints."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import requests

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).parent))

from processes import server_of
from visits import ask_for_server, login, stop_server, wait_for_server

from hub import accounts

pytestmark = pytest.mark.hub

PEOPLE = ("nobody", "student1", "student2", "instructor", "grader", "instructor2")
# path, then the status that each of PEOPLE gets; {student1}'s server runs
EXPECTED = {
    "/hub/home": "login 200 200 200 200 200",
    "/hub/admin": "login 403 403 403 403 403",
    "/hub/api/users": "403 403 403 403 403 403",
    "/hub/api/groups": "403 403 403 403 403 403",
    "/hub/api/users/{student1}": "403 200 404 404 404 404",
    "/user/{student1}/api/contents": "403 200 403 403 403 403",
    "/user/{student1}/lab": "login 200 403 403 403 403",
    # student2's server does not run, and others do not learn that
    "/user/{student2}/lab": "login 404 424 404 404 404",
    "/services/rnn/formgrader/api/assignments": "login 403 403 200 200 403",
    "/services/rnn-evening/formgrader/api/assignments": "login 403 403 403 403 200",
    "/services/rnn/api/contents": "403 403 403 200 200 403",
}


@pytest.fixture(scope="module")
def sessions(hub) -> dict[str, requests.Session]:
    people = hub.people
    found = {who: login(hub.url, people[who].name, people[who].password) for who in PEOPLE[1:]}
    session, name = found["student1"], people["student1"].name
    ask_for_server(hub.url, session, name)
    wait_for_server(hub.url, session, name, hub.log)
    stop_server(hub.url, found["student2"], people["student2"].name)
    return {"nobody": requests.Session()} | found


def test_an_account_of_the_system_that_is_in_no_course_does_not_get_in(hub):
    name = f"{hub.site.prefix}stranger"
    password = accounts.add_person(name, hub.site.home(name))
    try:
        session = requests.Session()
        session.get(f"{hub.url}/hub/login")
        form = {"username": name, "password": password, "_xsrf": session.cookies["_xsrf"]}
        answer = session.post(f"{hub.url}/hub/login?next=/hub/home", data=form)
        assert answer.status_code == 403
        assert "/hub/login" in session.get(f"{hub.url}/hub/home").url
    finally:
        accounts.remove_user(name)


def observed(hub, session: requests.Session, path: str) -> str:
    names = {who: person.name for who, person in hub.people.items()}
    answer = session.get(hub.url + path.format(**names))
    return "login" if "/hub/login" in answer.url else str(answer.status_code)


def test_each_person_opens_what_is_theirs_and_nothing_else(hub, sessions):
    table = {path: [observed(hub, sessions[who], path) for who in PEOPLE] for path in EXPECTED}
    print("\n| address | " + " | ".join(PEOPLE) + " |\n" + "|---" * (len(PEOPLE) + 1) + "|")
    for path, row in table.items():
        print(f"| `{path}` | " + " | ".join(row) + " |")
    assert table == {path: row.split() for path, row in EXPECTED.items()}


def test_the_server_of_a_student_has_a_token_that_opens_little(hub, sessions):
    """Code that a student runs can read its server's token, so that must be worth nothing more."""
    environment = server_of(hub.people["student1"].name).environ()
    token = {"Authorization": f"token {environment['JUPYTERHUB_API_TOKEN']}"}

    def get(path: str) -> requests.Response:
        return requests.get(f"{hub.url}/hub/api{path}", headers=token)

    me = hub.people["student1"].name
    assert get(f"/users/{me}").json()["groups"] == ["nbgrader-rnn"]
    assert get("/users").status_code == 403
    assert get("/groups").status_code == 403
    assert get(f"/users/{hub.people['student2'].name}").status_code == 404
    assert get("/services").status_code in (200, 403)
    assert "rnn" not in get("/services").json()
    assert requests.post(f"{hub.url}/hub/api/users/x", headers=token).status_code == 403


def test_the_token_of_a_formgrader_opens_nothing(hub, sessions):
    account = hub.site.account("rnn")
    token = server_of(account).environ()["JUPYTERHUB_API_TOKEN"]
    for path in ("/users", "/groups", "/services", f"/users/{hub.people['student1'].name}"):
        answer = requests.get(
            f"{hub.url}/hub/api{path}", headers={"Authorization": f"token {token}"}
        )
        assert answer.status_code in (403, 404), path


def test_students_see_assignment_list_validate_and_check_only(hub, sessions):
    name = hub.people["student1"].name
    page = sessions["student1"].get(f"{hub.url}/user/{name}/lab").text
    off = re.search(r'"disabledExtensions": \[(.*?)\]', page)
    assert off
    for extension in ("formgrader", "course-list", "create-assignment"):
        assert f"nbgrader:{extension}" in off[1]
    for extension in ("assignment-list", "validate-assignment"):
        assert f"nbgrader:{extension}" not in off[1]
    assert sessions["student1"].get(f"{hub.url}/user/{name}/formgrader").status_code == 404
    extensions = re.search(r'"federated_extensions": \[(.*?)\]', page, re.DOTALL)
    assert extensions
    assert '"autograder-check"' in extensions[1]
    courses = sessions["student1"].get(f"{hub.url}/user/{name}/courses").json()
    assert courses["success"], courses


def test_the_formgrader_may_be_framed_by_its_own_lab_and_students_pages_by_nobody(hub, sessions):
    def policy(who: str, path: str) -> str:
        return sessions[who].get(hub.url + path).headers["Content-Security-Policy"]

    assert policy("instructor", "/services/rnn/formgrader") == "frame-ancestors 'self'"
    name = hub.people["student1"].name
    assert "'none'" in policy("student1", f"/user/{name}/lab")


def test_a_server_is_held_in_its_users_limits(hub, sessions):
    from hub import limits

    person = hub.people["student1"]
    group = limits.Group(f"{hub.site.prefix}course-hub", person.name)
    if not group.folders():
        pytest.skip(limits.holds())
    assert server_of(person.name).pid in group.processes()


def test_students_cannot_read_the_repository_the_hubs_state_or_each_other(hub):
    student, other = hub.people["student1"], hub.people["student2"]
    for secret in (hub.site.state, hub.course(), hub.course("rnn-evening"), other.home):
        done = subprocess.run(
            ["ls", str(secret)], user=student.name, group=student.name, extra_groups=[],
            capture_output=True,
        )  # fmt: skip
        assert done.returncode, f"a student can list {secret}"
    members = hub.site.exchange / "rnn-evening"
    listing = ["su", student.name, "-s", "/bin/sh", "-c"]
    assert subprocess.run([*listing, f"ls {members}"], capture_output=True).returncode
    own = subprocess.run([*listing, f"ls {hub.site.exchange}/rnn"], capture_output=True)
    assert own.returncode == 0
    assert os.stat(hub.site.state / "site.json").st_mode & 0o777 == 0o600
    assert os.stat(hub.site.state / "cookie_secret").st_mode & 0o777 == 0o600
