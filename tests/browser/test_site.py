"""The book in Chromium: quiet, searchable, usable from the keyboard, and axe-core finds nothing."""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tools"), str(ROOT / "tests" / "house")]
import axe_table  # noqa: E402
from built_book import built_book  # noqa: E402

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# One page of each kind; `tools/axe_table.py` looks at all of them, executed.
KINDS = ["index.html", "search.html", "student.html", "api/training.html"]
KINDS += ["notebooks/00_start_here.html"]
FAULTS = """<!doctype html><html lang="en"><head><title>Faults</title></head><body><main>
<h1>Faults</h1><img src="missing.png"><p style="color:#bbb;background:#fff">Pale words</p>
<div style="width:900px">Wide</div><script>console.error("said by a script")</script>
<link rel="stylesheet" href="http://127.0.0.2:9/style.css"></main></body></html>"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built_book(tmp_path_factory)


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    server = axe_table.served(site)
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        place = shutil.which("chromium")
        opened = playwright.chromium.launch(executable_path=place, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    opened = browser.new_page(viewport=axe_table.DESK)
    opened.set_default_timeout(60_000)
    yield opened
    opened.close()


def test_each_kind_of_page_is_clean(site: Path) -> None:
    seen = axe_table.look_at_all(site, KINDS)
    assert {one.page: one.problems for one in seen} == {name: [] for name in KINDS}
    assert all(one.passed > 20 for one in seen)


def test_the_table_tells_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "index.html").write_text(FAULTS)
    assert axe_table.main([str(tmp_path)]) == 1
    told = " ".join(capsys.readouterr().out.split())
    for fault in ("image-alt (critical", "color-contrast (serious", "404: /missing.png",
                  "said by a script", "asks another host", "on a phone of 390"):  # fmt: skip
        assert fault in told, fault
    (tmp_path / "index.html").unlink()
    assert axe_table.main([str(tmp_path)]) == 2
    assert "make site" in capsys.readouterr().err


def test_search_finds_a_lecture(page: Page, address: str) -> None:
    page.goto(f"{address}/index.html")
    page.keyboard.press("Control+k")
    page.keyboard.type("vanishing gradients")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=*")
    found = page.locator("#search-results a").filter(has_text="Vanishing gradients").first
    found.wait_for()
    found.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("06 · Vanishing gradients")


def test_the_figure_follows_the_keyboard(page: Page, address: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"{address}/index.html")
    slider = page.get_by_role("slider", name="How far back is the word?")
    mark, said = page.locator("figure.reach circle").first, page.locator("figure.reach dd").first
    before = mark.get_attribute("cy"), said.inner_text()
    slider.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    expect(slider).to_have_attribute("aria-valuetext", "25 words")
    after = mark.get_attribute("cy"), said.inner_text()
    assert float(after[0]) > float(before[0]), "further back, less is left, further down"
    assert before[1] != after[1]
    assert mark.evaluate("e => getComputedStyle(e).transitionDuration") == "0s"
    page.keyboard.press("Home")
    assert page.locator("figure.reach dd").all_inner_texts() == ["100 %"] * 3


def test_the_theme_is_the_readers(page: Page, address: str) -> None:
    papers = []
    for theme in axe_table.THEMES:
        page.emulate_media(color_scheme=theme)
        page.goto(f"{address}/student.html")
        papers.append(page.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert papers[0] != papers[1]


@pytest.mark.parametrize("name", ["models", "drawing", "text_and_data"])
def test_long_names_and_signatures_fit_a_phone(page: Page, address: str, name: str) -> None:
    page.set_viewport_size(axe_table.PHONE)
    page.goto(f"{address}/api/{name}.html")
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width == axe_table.PHONE["width"]
