"""A student checks hw1 in JupyterLab, without a mouse, in a folder as nbgrader fetches it."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Locator, Page, expect, sync_playwright

from autograder import bank
from autograder.course import Course
from autograder.lab import options
from autograder.notebook import read_source
from autograder.release import release_version

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(Path(__file__).parent), str(ROOT / "tools")]
import axe_table  # noqa: E402
from test_explorers import QUIET, SECONDS, TOKEN, free_port, wait_for  # noqa: E402

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.sandbox]

NAME = "hw1_feedforward_lm"
AXE = "places => axe.run({include: places}, {resultTypes: ['violations'], preload: false})"
THEME = "theme => jupyterapp.commands.execute('apputils:change-theme', { theme })"
HOSTILE = "raise AssertionError('<img src=x onerror=document.title=1> is no vocabulary')"


def notebooks(root: Path) -> None:
    """hw1 with the reference's answers but for one, its release in an exchange, and notes."""
    source = read_source(ROOT / "assignments" / "source" / NAME / f"{NAME}.ipynb")
    release = release_version(source, Course.open(ROOT / "assignments").config)
    mine = bank.submission(release, bank.reference_sources(source), None)
    for cell in mine.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "vocabulary":
            cell.source = "def build_vocabulary(*args, **kwargs):\n    " + HOSTILE
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "vocabulary_test":
            cell.source = "pass  # a student may write what they like here"
    outbound = root / "exchange" / "rnn" / "outbound" / NAME
    for notebook, folder in ((mine, root / "home" / NAME), (release, outbound)):
        folder.mkdir(parents=True)
        nbformat.write(notebook, folder / f"{NAME}.ipynb")
    notes = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1 + 1")])
    notes.metadata.kernelspec = release.metadata.kernelspec
    nbformat.write(notes, root / "home" / "notes.ipynb")
    (root / "home" / "nbgrader_config.py").write_text(
        f"c = get_config()\nc.Exchange.root = {str(root / 'exchange')!r}\n"
        "c.CourseDirectory.course_id = 'rnn'\n"
    )


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a JupyterLab below a Hub's kind of address, with the extension."""
    root = tmp_path_factory.mktemp("lab")
    notebooks(root)
    no_news = root / "jupyter_config_dir" / "labconfig" / "page_config.json"
    no_news.parent.mkdir(parents=True)
    disabled = {"@jupyterlab/apputils-extension:announcements": True}
    no_news.write_text(json.dumps({"disabledExtensions": disabled}))
    port = free_port()
    command = [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--ip=127.0.0.1", f"--port={port}"),
        *(f"--IdentityProvider.token={TOKEN}", f"--ServerApp.root_dir={root / 'home'}"),
        *("--ServerApp.allow_root=True", "--ServerApp.base_url=/user/student1/"),
        "--LabApp.expose_app_in_browser=True",
        *options(),
    ]
    own = {
        name: str(root / name.lower())
        for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR", "JUPYTERLAB_WORKSPACES_DIR",
                     "JUPYTERLAB_SETTINGS_DIR", "IPYTHONDIR")
    }  # fmt: skip
    environment = os.environ | own | {"OMP_NUM_THREADS": "1"}
    with (root / "lab.log").open("wb") as log:
        server = subprocess.Popen(
            command, env=environment, stdout=log, stderr=log, cwd=root / "home"
        )
    try:
        address = f"http://127.0.0.1:{port}/user/student1/"
        wait_for(f"{address}api?token={TOKEN}", server, root / "lab.log")
        yield address
    finally:
        server.terminate()
        server.wait(30)


@pytest.fixture(scope="module")
def page(lab: str) -> Iterator[Page]:
    """Nothing may come from the network but from this server, and no error to the console."""
    foreign: list[str] = []
    errors: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=QUIET)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("request", lambda r: None if r.url.startswith((lab, "data:", "blob:"))
                else foreign.append(r.url))  # fmt: skip
        yield page
        browser.close()
    assert not foreign
    assert not errors


def opened(page: Page, lab: str, path: str) -> None:
    page.goto(f"{lab}lab/tree/{path}?token={TOKEN}&reset", timeout=60 * SECONDS)
    page.locator(".jp-Notebook .jp-Cell").first.wait_for(timeout=60 * SECONDS)
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for(timeout=60 * SECONDS)


def violations(page: Page, *places: Locator) -> list[str]:
    """What axe-core finds wrong in these places, in both themes; in JupyterLab it sees no contrast.

    The colours are those of JupyterLab's themes.
    """
    page.evaluate(axe_table.AXE_SCRIPT)
    found = []
    for theme in ("JupyterLab Dark", "JupyterLab Light"):
        page.evaluate(THEME, theme)
        page.locator(f"body[data-jp-theme-name='{theme}']").wait_for(state="attached")
        nodes = [place.element_handle() for place in places]
        found += axe_table.violations(page.evaluate(AXE, nodes))
    return found


def test_a_notebook_that_is_no_assignment_has_no_button(page: Page, lab: str) -> None:
    opened(page, lab, "notes.ipynb")
    expect(page.get_by_role("button", name="Restart the kernel", exact=False).first).to_be_visible()
    expect(page.get_by_role("button", name="Check", exact=True)).to_have_count(0)


def test_check_by_keyboard(page: Page, lab: str, tmp_path: Path) -> None:
    opened(page, lab, f"{NAME}/{NAME}.ipynb")
    button = page.get_by_role("button", name="Check", exact=True)
    expect(button).to_be_visible()
    button.focus()
    page.keyboard.press("Enter")
    results = page.get_by_role("tabpanel", name=f"Check: {NAME}.ipynb")
    expect(results.get_by_role("status")).to_have_text("24 of 26 points from tests.", timeout=60000)
    expect(results).to_be_focused()
    row = results.get_by_role("row").filter(has=page.get_by_role("button", name="vocabulary_test"))
    expect(row).to_contain_text("0/2")
    expect(row).to_contain_text("<img src=x onerror=document.title=1> is no vocabulary")
    assert results.locator("img").count() == 0
    expect(results).to_contain_text("Tests and files are those that your instructor released.")
    expect(results).to_contain_text("70 more points are from tests that only your instructor has.")
    page.screenshot(path=tmp_path / "check.png")
    assert violations(page, results, button) == []
    results.focus()

    page.keyboard.press("Tab")
    expect(results.get_by_role("button", name="Check again")).to_be_focused()
    began = time.monotonic()
    page.keyboard.press("Enter")
    expect(results.get_by_role("status")).to_have_text("Checking …")
    expect(results.get_by_role("status")).to_have_text("24 of 26 points from tests.", timeout=20000)
    print(f"a later check took {time.monotonic() - began:.2f} s, in the browser")
    page.keyboard.press("Escape")
    expect(results).to_be_visible()
    assert page.evaluate("document.activeElement.closest('.jp-NotebookPanel') !== null")
