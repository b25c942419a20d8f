"""The instructor's page in a browser: nothing is fetched, nothing runs, nothing is cut off."""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1] / "autograder"))
from report_class import MARK, class_report, table

from autograder.report_page import page

pytestmark = pytest.mark.browser
# what a reader without a mouse, and a screen reader, need: names for everything, no text cut off
LOOK = """() => {
  const shown = [...document.querySelectorAll('body *')].filter(e => e.getClientRects().length);
  const clipped = shown.filter(e => e.scrollWidth > e.clientWidth + 1
    && getComputedStyle(e).overflowX === 'hidden').length;
  const scrolling = shown.filter(e => e.scrollWidth > e.clientWidth + 1
    && ['auto', 'scroll'].includes(getComputedStyle(e).overflowX));
  const small = shown.filter(e => e.ownerSVGElement && e.tagName === 'text'
    && e.getBoundingClientRect().height < 9).length;
  return {
    wide: document.documentElement.scrollWidth, clipped, small,
    unreachable: scrolling.filter(e => e.tabIndex < 0).length,
    dead: [...document.querySelectorAll('nav a')].filter(
      a => !document.querySelector(a.getAttribute('href'))).length,
    ran: window.ran === true,
    paper: getComputedStyle(document.body).backgroundColor,
  };
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        place = shutil.which("chromium")
        opened = playwright.chromium.launch(executable_path=place, args=["--no-sandbox"])
        yield opened
        opened.close()


def test_the_report_in_both_widths_and_themes(browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    hostile = MARK.replace("alert(1)", "window.ran = true").replace("alert(2)", "window.ran = true")
    file.write_text(page(class_report(table(40), 12, hostile)), encoding="utf-8")
    papers = {}
    for width in (1280, 390):
        for theme in ("light", "dark"):
            shown = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=theme)
            said: list[str] = []
            shown.on("console", lambda message, said=said: said.append(message.text))
            shown.on("pageerror", lambda error, said=said: said.append(str(error)))
            shown.on("request", lambda request, said=said: said.append(request.url))
            shown.goto(file.as_uri())
            assert said == [file.as_uri()]
            found = shown.evaluate(LOOK)
            papers[theme] = found.pop("paper")
            assert found == {
                "wide": width, "clipped": 0, "small": 0, "unreachable": 0, "dead": 0, "ran": False,
            }  # fmt: skip
            shown.keyboard.press("Tab")
            assert shown.evaluate("document.activeElement.textContent") == "Scores"
            details = shown.locator("summary").first
            details.focus()
            shown.keyboard.press("Enter")
            assert shown.locator("details[open] li").first.is_visible()
            shown.close()
    assert papers["light"] != papers["dark"]
