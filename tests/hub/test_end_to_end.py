"""A homework's whole way in a browser: released, done, handed in, graded, given back.

Screenshots go to build/screenshots.
"""

import html
import os
import re
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import nbformat
import pytest
from playwright.sync_api import Browser, Locator, Page, sync_playwright

pytestmark = [pytest.mark.hub, pytest.mark.browser]
ROOT = Path(__file__).resolve().parents[2]
NAME = "hw1_feedforward_lm"
SOURCE = nbformat.read(ROOT / "assignments" / "source" / NAME / f"{NAME}.ipynb", as_version=4)
POINTS = {
    about["grade_id"]: about["points"]
    for about in (cell.metadata.get("nbgrader", {}) for cell in SOURCE.cells)
    if about.get("grade")
}
SCREENSHOTS = ROOT / "build" / "screenshots"
BY_HAND = 3  # of the 4 points of the written answer
COMMENT = "Which word hangs on which?"

WINDOWS = """\
def make_windows(sentences, M):
    examples = []
    for sentence in sentences:
        padded = (M - 1) * [BOS] + sentence + [EOS]
        examples += [padded[i : i + M] for i in range(len(sentence) + 1)]
    table = torch.tensor(examples, dtype=torch.int64).reshape(-1, M)
    return table[:, :-1], table[:, -1]
"""
BITS = """\
def perplexity(nats, tokens):
    return float(2 ** (nats / tokens))
"""
EARNED = ["windows_test", "windows_targets_hidden", "windows_sentences_hidden"]
WRITTEN = "Each word of context costs $H \\cdot D$ more weights, and no window is the largest."


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        place = shutil.which("chromium")
        opened = playwright.chromium.launch(executable_path=place, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def asked() -> list[str]:
    """Every address that any page of this module asked for."""
    return []


def sign_in(browser: Browser, hub, asked: list[str], who: str) -> Page:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(40_000)
    context.on("request", lambda request: asked.append(request.url))
    page = context.new_page()
    page.on("websocket", lambda socket: asked.append(socket.url))
    person = hub.people[who]
    page.goto(f"{hub.url}/hub/login?next=/hub/home")
    page.get_by_label("Username").fill(person.name)
    page.get_by_label("Password").fill(person.password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/hub/home")
    return page


def keep(page: Page, name: str) -> None:
    page.screenshot(path=SCREENSHOTS / f"{name}.png")


# --- the instructor's formgrader ---


def press(page: Page, row: Locator, button: str) -> None:
    """Click one of the formgrader's buttons, and wait until it says that all went well."""
    row.locator(f".{button} a").click()
    told = page.locator(".modal.in")
    told.wait_for()
    assert told.locator(".modal-title").inner_text() == "Success", told.inner_text()
    told.locator(".modal-footer button").click()
    told.wait_for(state="hidden")


def manage(page: Page, hub) -> Locator:
    page.goto(f"{hub.url}/services/rnn/formgrader/manage_assignments")
    return page.locator("tr", has=page.get_by_role("link", name=NAME, exact=True))


def release(page: Page, hub) -> None:
    row = manage(page, hub)
    press(page, row, "assign")
    press(page, row, "release")
    row.get_by_text("released").wait_for()
    keep(page, "1-released")


def autograde(page: Page, hub) -> None:
    press(page, manage(page, hub), "collect")
    page.goto(f"{hub.url}/services/rnn/formgrader/manage_submissions/{NAME}")
    for who in ("student1", "student2"):
        row = page.locator("tr", has_text=hub.people[who].name)
        press(page, row, "autograde")
        row.get_by_text("needs manual grading").wait_for()
    keep(page, "5-autograded")


def grade_by_hand(page: Page, hub) -> None:
    """The written answers, as they wait in the formgrader: 3 points, and none."""
    for number in (1, 2):
        page.goto(f"{hub.url}/services/rnn/formgrader/gradebook/{NAME}/{NAME}")
        page.get_by_role("link", name=f"Submission #{number}").click()
        for field in ("#written_extra_credit", "#written-comment"):
            # until the page has filled these, it does not notice what is typed
            page.locator(f"{field}[placeholder]").wait_for()
        honest = page.get_by_text("no window is the largest").count()
        for field, value, saved in (
            ("#written", str(BY_HAND if honest else 0), "/api/grade/"),
            ("#written-comment", COMMENT if honest else "No answer.", "/api/comment/"),
        ):
            with page.expect_response(lambda answer, saved=saved: saved in answer.url):
                page.locator(field).fill(value)
                page.locator(field).blur()
        page.locator("#written-comment").scroll_into_view_if_needed()
        assert page.locator("math").count() > 10, "the tasks' formulas"
        assert page.evaluate("window.owned") is None, "a student's script ran"
        keep(page, f"6-by-hand-{'honest' if honest else 'hostile'}")


def give_back(page: Page, hub) -> None:
    row = manage(page, hub)
    press(page, row, "generate-feedback")
    press(page, row, "release-feedback")
    keep(page, "7-given-back")


# --- a student's JupyterLab ---


def assignments(page: Page, hub, who: str) -> None:
    page.goto(f"{hub.url}/hub/spawn")  # starts the server, or opens the one that runs
    page.wait_for_url(f"**/user/{hub.people[who].name}/lab**")
    page.get_by_role("menuitem", name="Nbgrader").click()
    page.locator(".lm-Menu").get_by_text("Assignment List").click()


def fetch(page: Page) -> None:
    page.locator("#released_assignments_list").get_by_role("button", name="Fetch").click()
    page.locator("#fetched_assignments_list").get_by_role("button", name="Submit").wait_for()


def submit(page: Page) -> None:
    page.locator("#fetched_assignments_list").get_by_role("button", name="Submit").click()
    page.locator("#submitted_assignments_list").get_by_text(NAME).first.wait_for()


def write(page: Page, kind: str, old: str, new: str) -> None:
    """Type `new` in the place of all that stands in the cell with the text `old`."""
    cell = page.locator(f".jp-Notebook .jp-{kind}Cell").filter(has_text=old).first
    cell.scroll_into_view_if_needed()
    if kind == "Markdown":
        cell.dblclick()
    cell.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(new)
    typed = page.locator(".jp-Notebook .jp-Cell.jp-mod-active .cm-content")
    assert typed.inner_text().split() == new.split()


def solve(page: Page) -> None:
    """Two tasks, one of them wrong, and the written answer."""
    page.locator("#fetched_assignments_list").get_by_text(NAME).first.click()
    page.locator("#fetched_assignments_list").get_by_role("link", name=NAME).last.click()
    page.locator(".jp-Notebook .jp-CodeCell").first.wait_for()
    write(page, "Code", "def make_windows", WINDOWS)
    keep(page, "2-editing")
    write(page, "Code", "def perplexity", BITS)
    write(page, "Markdown", "YOUR ANSWER HERE", WRITTEN)
    page.keyboard.press("Control+s")
    page.locator(".jp-mod-dirty").wait_for(state="detached")


def read_feedback(page: Page, hub, who: str) -> tuple[str, str]:
    """Fetch the page as its student does; returns its HTML and the text that is seen."""
    assignments(page, hub, who)
    page.get_by_role("button", name="Fetch Feedback").click()
    page.get_by_text("(view feedback)").first.click()
    page.locator(".jp-DirListing-item", has_text=f"{NAME}.html").dblclick()
    shown = page.frame_locator("iframe.jp-IFrame, .jp-HTMLViewer iframe, .jp-RenderedIFrame iframe")
    shown.locator("h1").first.wait_for()
    keep(page, f"8-feedback-{who}")
    files = list(hub.people[who].home.glob(f"**/feedback/**/{NAME}.html"))
    assert len(files) == 1
    return files[0].read_text("utf-8"), shown.locator("body").inner_text()


def validate(page: Page) -> str:
    """What nbgrader's own check of the visible tests says."""
    page.locator(".validate-button").click()
    told = page.locator(".jp-Dialog")
    told.wait_for()
    words = told.inner_text()
    keep(page, "3-validated")
    told.locator(".jp-mod-accept").click()
    return words


# --- a submission that means harm ---


def attack(hub) -> str:
    """Code that takes what it can reach, and says what that was."""
    course, site = hub.course(), hub.site
    reads = [
        *(course / "assignments" / "gradebook.db", site.state / "site.json"),
        *(course / "assignments" / "source" / NAME / f"{NAME}.ipynb", hub.people["student1"].home),
        *(site.exchange / "rnn" / "inbound", Path("/etc/shadow"), Path(f"/proc/{hub.pid}/environ")),
    ]
    writes = [course / "assignments" / "owned", site.exchange / "rnn" / "inbound" / "owned"]
    return f"""\
import os, socket
from pathlib import Path
loot = [name for name in os.environ if "TOKEN" in name or "JUPYTERHUB" in name]
for place in map(Path, {[str(path) for path in reads]!r}):
    try:
        loot.append((place, os.listdir(place) if place.is_dir() else place.read_bytes()[:99]))
    except OSError:
        pass
for number in range(1, 5000):
    try:
        if b"JUPYTERHUB_API_TOKEN" in Path(f"/proc/{{number}}/environ").read_bytes():
            loot.append(number)
    except OSError:
        pass
for place in map(Path, {[str(path) for path in writes]!r}):
    try:
        loot.append((place, place.write_text("owned")))
    except OSError:
        pass
try:
    socket.create_connection(("127.0.0.1", {hub.site.port}), 2)
    loot.append("the Hub")
except OSError:
    pass
print("LOOT:", loot)
def make_windows(sentences, M):
    import course_lib.checks as checks
    for name in dir(checks):
        setattr(checks, name, lambda *a, **k: None)
    os._exit(0)
"""


def hand_in_harm(hub) -> None:
    """student2's own files, as a text editor would leave them."""
    home = hub.people["student2"].home
    (folder,) = [path.parent for path in home.glob(f"rnn/{NAME}/{NAME}.ipynb")]
    notebook = nbformat.read(folder / f"{NAME}.ipynb", as_version=4)
    for cell in notebook.cells:
        about = cell.metadata.get("nbgrader", {})
        if about.get("grade_id") == "windows":
            cell.source = attack(hub)
        elif about.get("grade") and cell.cell_type == "code":
            cell.source, about["points"] = "1000", 1000
            cell.metadata["tags"] = ["skip-execution", "may-change-inputs"]
        elif about.get("grade_id") == "written":
            cell.source = "<img src=x onerror='window.owned = 1'><script>window.owned = 2</script>"
    nbformat.write(notebook, folder / f"{NAME}.ipynb")
    (folder / "torch.py").write_text("raise SystemExit")
    (folder / "nbgrader_config.py").write_text("c = get_config()\nc.ClearSolutions.x = 1\n")
    owner = home.stat()
    for path in folder.iterdir():
        os.chown(path, owner.st_uid, owner.st_gid)


# --- what must have come of it ---


def hidden_lines() -> list[str]:
    """Lines of hidden tests that students have never seen."""
    hidden: list[str] = []
    seen = ""
    for cell in SOURCE.cells:
        parts = re.split(r"### (?:BEGIN|END) HIDDEN TESTS\n?", cell.source)
        seen += "\n".join(parts[::2])
        hidden += [line.strip() for part in parts[1::2] for line in part.splitlines()]
    return [line for line in hidden if len(line) > 25 and line not in seen]


def scores(hub) -> dict[str, float]:
    """What the gradebook says, asked in SQL."""
    query = """
        select submitted_assignment.student_id, sum(coalesce(manual_score, auto_score, 0))
        from grade join submitted_notebook on submitted_notebook.id = grade.notebook_id
        join submitted_assignment on submitted_assignment.id = submitted_notebook.assignment_id
        group by submitted_assignment.student_id
    """
    with sqlite3.connect(hub.course() / "assignments" / "gradebook.db") as book:
        return dict(book.execute(query).fetchall())


def tokens(hub) -> set[str]:
    """Secrets in the environments of the Hub's processes, which only root can read."""
    found = set()
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            words = path.read_bytes().split(b"\0")
        except OSError:
            continue
        if any(word.startswith(f"COURSE_SITE={hub.site.root}".encode()) for word in words):
            found |= {w.partition(b"=")[2].decode() for w in words if b"TOKEN=" in w}
    return found


def test_a_homework_from_release_to_feedback(browser, hub, asked):
    people = {who: sign_in(browser, hub, asked, who) for who in ("instructor", "student1")}
    release(people["instructor"], hub)
    people["student2"] = sign_in(browser, hub, asked, "student2")
    for who in ("student1", "student2"):
        assignments(people[who], hub, who)
        fetch(people[who])
    solve(people["student1"])
    assert "failed" in validate(people["student1"])
    people["student1"].get_by_role("tab", name="Assignments").first.click()
    hand_in_harm(hub)
    for who in ("student1", "student2"):
        submit(people[who])
    keep(people["student1"], "4-submitted")
    autograde(people["instructor"], hub)
    grade_by_hand(people["instructor"], hub)
    give_back(people["instructor"], hub)
    expected = {"student1": sum(POINTS[test] for test in EARNED) + BY_HAND, "student2": 0}
    assert scores(hub) == {hub.people[who].name: points for who, points in expected.items()}
    for who, points in expected.items():
        page, text = read_feedback(people[who], hub, who)
        assert f"{points:g} of {sum(POINTS.values()):g} points" in " ".join(text.split()), text[
            :500
        ]
        assert [line for line in hidden_lines() if line in html.unescape(page)] == []
        assert "<math" in page
    # nothing came from another machine: no MathJax, no fonts, no news
    elsewhere = {url for url in asked if urlsplit(url).hostname not in ("127.0.0.1", None)}
    assert elsewhere == set()
    judge_harm(hub)


def judge_harm(hub) -> None:
    """The attack ran, found nothing, and left nothing."""
    assignments = hub.course() / "assignments"
    name = hub.people["student2"].name
    (graded,) = (assignments / "autograded" / name).rglob("*.ipynb")
    assert "LOOT: []" in graded.read_text("utf-8")
    assert not list(hub.site.root.rglob("owned"))
    secrets = tokens(hub)
    assert len(secrets) >= len(hub.site.courses)
    for path in [
        *(assignments / "autograded").rglob("*.*"),
        *(assignments / "feedback").rglob("*.*"),
    ]:
        assert not any(secret in path.read_text("utf-8") for secret in secrets), path


def test_who_may_open_what(browser, hub, asked):
    answers = {}
    for who, address in {
        "student1": "/services/rnn/formgrader/manage_assignments",
        "student2": f"/user/{hub.people['student1'].name}/lab",
        "instructor": "/services/rnn-evening/formgrader/manage_assignments",
        "grader": "/services/rnn/formgrader/manage_assignments",
    }.items():
        page = sign_in(browser, hub, asked, who)
        answers[who] = page.goto(hub.url + address).status
    # a server that runs says 403 itself; of one that does not run, the Hub says 404
    assert answers == {"student1": 403, "student2": 403, "instructor": 403, "grader": 200}
