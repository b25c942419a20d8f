"""Students' own path: JupyterLab in a browser, run all cells, move a control by keyboard."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import nbformat
import pytest
from playwright.sync_api import Locator, Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
import lectures  # noqa: E402

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TOKEN = "only-for-this-test"
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
RAN = (
    "() => [...jupyterapp.shell.currentWidget.content.model.cells]"
    ".every(cell => cell.type !== 'code' || cell.executionCount)"
)
# No value: JupyterLab's answer is the whole notebook's widgets, which takes seconds to bring here.
COMMAND = "async ([name, args]) => { await jupyterapp.commands.execute(name, args) }"
SHOW = """async code => {
    const notebook = jupyterapp.shell.currentWidget.content;
    const has = cell => cell.model.type === 'code' && cell.model.sharedModel.source.includes(code);
    await notebook.scrollToItem(notebook.widgets.findIndex(has), 'center');
}"""
# Outputs and widgets out of sight are still made, and their errors told, but not laid out:
# the browser then works a fifth less.
SETTINGS = {"@jupyterlab/notebook-extension:tracker": {"windowingMode": "full"}}
# Each pixel is painted by the processor.
VIEWPORT = {"width": 1000, "height": 700}
# What JupyterLab itself writes to the console, whatever the notebook.
LABS_OWN: tuple[str, ...] = ()
SECONDS = 1000  # Playwright counts milliseconds
Opener = Callable[[str], tuple[Page, list[str]]]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a JupyterLab over copies of the lectures, with settings of its own."""
    root = tmp_path_factory.mktemp("lab")
    shutil.copytree(ROOT / "notebooks", root / "notebooks")
    labconfig = root / "jupyter_config_dir" / "labconfig"
    labconfig.mkdir(parents=True)
    no_news = {"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}}
    (labconfig / "page_config.json").write_text(json.dumps(no_news))
    (labconfig / "default_setting_overrides.json").write_text(json.dumps(SETTINGS))
    port = free_port()
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--ip=127.0.0.1"]
    command += [
        f"--port={port}",
        f"--IdentityProvider.token={TOKEN}",
        f"--ServerApp.root_dir={root}",
    ]
    command += ["--ServerApp.allow_root=True", "--LabApp.expose_app_in_browser=True"]
    own = {
        name: str(root / name.lower())
        for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR", "JUPYTERLAB_WORKSPACES_DIR",
                     "JUPYTERLAB_SETTINGS_DIR", "IPYTHONDIR")
    }  # fmt: skip
    environment = os.environ | own | {"COURSE_FAST": "1", "OMP_NUM_THREADS": "1"}
    with (root / "lab.log").open("wb") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=root)
    try:
        address = f"http://127.0.0.1:{port}"
        wait_for(f"{address}/api?token={TOKEN}", server, root / "lab.log")
        yield address
    finally:
        server.terminate()
        server.wait(30)


def wait_for(address: str, server: subprocess.Popen, log: Path, seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end and server.poll() is None:
        try:
            with urlopen(address, timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.5)
    raise RuntimeError(f"JupyterLab did not start:\n{log.read_text()[-2000:]}")


@pytest.fixture(scope="module")
def page_of(lab: str) -> Iterator[Opener]:
    """Opens a lecture, and tells what is written to the console as errors from then on.

    All in one page: JupyterLab takes longer to load than most lectures to run.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=QUIET)
        page = browser.new_page(viewport=VIEWPORT)
        errors: list[str] = []
        page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(f"{lab}/lab?token={TOKEN}&reset", timeout=120 * SECONDS)
        page.wait_for_function("window.jupyterapp?.restored", timeout=120 * SECONDS)

        def opened(name: str) -> tuple[Page, list[str]]:
            page.evaluate(COMMAND, ["application:close-all", {}])
            errors.clear()
            page.evaluate(COMMAND, ["docmanager:open", {"path": f"notebooks/{name}.ipynb"}])
            return page, errors

        yield opened
        browser.close()


def run_all(page: Page) -> None:
    """Run all cells from the menu, as a student does, and wait until the last one is done."""
    page.locator(".jp-Notebook .jp-Cell").first.wait_for(timeout=120 * SECONDS)
    # A kernel that is still starting makes JupyterLab ask which kernel to use.
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for(timeout=240 * SECONDS)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    # to look at a notebook that is at work takes the page more time than the kernel
    page.wait_for_function(RAN, timeout=240 * SECONDS, polling=500)


def explorer(page: Page, code: str) -> Locator:
    """The code cell that contains `code`, once its explorer is there, scrolled into view.

    JupyterLab keeps only the cells near the visible part in the page.
    """
    page.evaluate(SHOW, code)
    cell = page.locator(".jp-CodeCell").filter(has_text=code).first
    shown = cell.locator("figure img").first
    shown.wait_for(timeout=60 * SECONDS)
    shown.scroll_into_view_if_needed()
    return cell


def move_by_keyboard(page: Page, cell: Locator, key: str) -> None:
    """Focus the first control, press a key: another picture, other words."""
    picture, words = cell.locator("figure img").first, cell.locator("figcaption").first
    before, said = picture.get_attribute("src") or "", words.inner_text()
    cell.locator(".noUi-handle").first.focus()
    page.keyboard.press(key)
    # The kernel first works off the cells below.
    expect(picture).not_to_have_attribute("src", before, timeout=240 * SECONDS)
    expect(words).not_to_have_text(said)
    expect(picture).to_have_attribute("alt", words.inner_text())


def api(page: Page, path: str) -> str:
    """An address of the server that the page is of."""
    return f"{page.url.partition('/lab')[0]}/api/{path}?token={TOKEN}"


def saved(page: Page, lecture: str, seconds: float = 120) -> nbformat.NotebookNode:
    """The notebook as JupyterLab saves it, once every code cell has run."""
    address = api(page, f"contents/notebooks/{lecture}.ipynb")
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        page.keyboard.press("Control+s")
        page.wait_for_timeout(500)
        notebook = nbformat.from_dict(page.request.get(address).json()["content"])
        code = [cell for cell in notebook.cells if cell.cell_type == "code"]
        if all(cell.execution_count for cell in code):
            return notebook
    raise AssertionError(f"{sum(not cell.execution_count for cell in code)} cells did not run")


def shut_kernels_down(page: Page) -> None:
    """Or every lecture's kernel stays in memory until the last one is tested."""
    for session in page.request.get(api(page, "sessions")).json():
        page.request.delete(api(page, f"sessions/{session['id']}"))


@pytest.mark.parametrize(
    ("lecture", "moves"),
    [
        ("00_start_here", [("tensor_explorer", "ArrowRight")]),
        (
            "01_ngrams_and_word_vectors",
            [("sampling_explorer", "ArrowRight"), ("neighbour_explorer", "ArrowRight")],
        ),
        (
            "02_feedforward_language_model",
            [
                ("window_explorer", "ArrowLeft"),
                ("next_word_explorer", "ArrowRight"),
                ("weight_explorer", "ArrowRight"),
            ],
        ),
        (
            "03_backpropagation",
            [
                ("graph_explorer(two_paths", "ArrowRight"),
                ("graph_explorer(network", "ArrowRight"),
            ],
        ),
        ("04_recurrent_networks", [("unrolled_explorer", "ArrowRight")]),
        (
            "05_training_rnn_language_models",
            [("training_explorer", "ArrowRight"), ("truncated_explorer", "ArrowRight")],
        ),
        ("06_vanishing_gradients", [("flow_explorer", "ArrowRight")]),
        ("07_gates_lstm_gru", [("gate_explorer", "ArrowRight")]),
        ("08_stacking_and_tagging", [("context_explorer", "ArrowRight")]),
        ("09_sequence_classification", [("pooling_explorer", "ArrowRight")]),
        ("10_sentence_pairs", [("pair_explorer", "ArrowRight")]),
        ("11_inside_a_char_lstm", [("cell_explorer", "ArrowRight")]),
        ("12_generation", [("decoding_explorer", "ArrowRight")]),
        ("13_encoder_decoder", [("translation_explorer", "ArrowRight")]),
        ("14_attention", [("attention_explorer", "ArrowRight")]),
    ],
)
def test_explorers_follow_the_keyboard(
    page_of: Opener, lecture: str, moves: list[tuple[str, str]], tmp_path: Path
) -> None:
    page, errors = page_of(lecture)
    try:
        run_all(page)
        for code, key in moves:
            cell = explorer(page, code)
            move_by_keyboard(page, cell, key)
            page.screenshot(path=tmp_path / f"{lecture}-{code}.png")
        assert lectures.seen_by_a_reader(saved(page, lecture)) is None
        own = [e for e in errors if not any(text in e for text in LABS_OWN)]
        assert not own, own
    finally:
        page.screenshot(path=tmp_path / f"{lecture}.png")
        shut_kernels_down(page)
