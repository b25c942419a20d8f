"""Opens every page of the built book in Chromium, and tells what a reader would stumble over.

    python tools/axe_table.py [FOLDER]    build/site if none is named

For each page, in the light theme and in the dark one: axe-core's rules (how many passed, which are
violated, and where), what the browser's console says, requests that fail or leave the folder, and
whether the page scrolls sideways on a phone. Ends with 1 if there is anything.
"""

import argparse
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import unquote, urlsplit

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page, sync_playwright
from rich.console import Console
from rich.progress import track
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent
THEMES = ("light", "dark")
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
# pages that only redirect or hold nothing to read
LEFT_OUT = {"genindex.html", "py-modindex.html"}
# every rule once; in the second theme only what depends on colours
RULES = ({}, {"runOnly": ["color-contrast", "link-in-text-block"]})
RUN = "rules => axe.run(document, {resultTypes: ['violations'], preload: false, ...rules})"


@dataclass
class Seen:
    """What one page showed, both themes together; `passed` counts rules of the light one."""

    page: str
    passed: int = 0
    problems: list[str] = field(default_factory=list)

    def add(self, problem: str) -> None:
        """Once, however often it is seen."""
        if problem not in self.problems:
            self.problems.append(problem)


class Quiet(SimpleHTTPRequestHandler):
    """A folder over http, without a line for each request."""

    def log_message(self, *args: object) -> None:
        """Nothing."""


def served(folder: Path) -> ThreadingHTTPServer:
    """A server on a free port of this machine, already running; its owner shuts it down."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    Thread(target=server.serve_forever, daemon=True).start()
    return server


def pages(folder: Path) -> list[str]:
    """Every page of the site, the front page first."""
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*.html")}
    found = {name for name in found - LEFT_OUT if not name.startswith("_static/")}
    return sorted(found, key=lambda name: (name != "index.html", name))


def listen(page: Page, address: str, seen: Seen) -> None:
    """Notes what the console says, what fails, and what is asked of others."""
    page.on("pageerror", lambda error: seen.add(f"script: {error}"))
    page.on(
        "console",
        lambda said: (
            seen.add(f"console: {said.text}") if said.type in ("error", "warning") else None
        ),
    )

    def answered(response) -> None:
        if response.status >= 400:
            seen.add(f"{response.status}: {unquote(urlsplit(response.url).path)}")

    def asked(request) -> None:
        if not request.url.startswith((address, "data:", "blob:")):
            seen.add(f"asks another host: {request.url}")

    page.on("response", answered)
    page.on("request", asked)


def violations(result: dict) -> Iterator[str]:
    """Rule, how grave, how often, and the first place; one line each."""
    for found in result["violations"]:
        first = " ".join(str(part) for part in found["nodes"][0]["target"])
        times = len(found["nodes"])
        yield f"{found['id']} ({found['impact']}, {times}x): {first}"


def look(browser: Browser, address: str, name: str) -> Seen:
    """One page in both themes, then as wide as a phone."""
    seen = Seen(name)
    for theme, rules in zip(THEMES, RULES, strict=True):
        page = browser.new_page(viewport=DESK, color_scheme=theme, reduced_motion="reduce")
        listen(page, address, seen)
        page.goto(f"{address}/{name}")
        page.evaluate(AXE_SCRIPT)
        result = page.evaluate(RUN, rules)
        seen.passed = seen.passed or len(result["passes"])
        for violation in violations(result):
            seen.add(violation)
        if theme == THEMES[-1]:
            page.set_viewport_size(PHONE)
            width = page.evaluate("document.documentElement.scrollWidth")
            if width > PHONE["width"]:
                seen.add(f"{width} pixels wide on a phone of {PHONE['width']}")
        page.close()
    return seen


def look_at_all(folder: Path, names: list[str] | None = None) -> list[Seen]:
    """Every page, or those named, of a built site."""
    server = served(folder)
    address = f"http://127.0.0.1:{server.server_address[1]}"
    console = Console(stderr=True)
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
            )
            wanted = names or pages(folder)
            quiet = not console.is_terminal
            shown = track(wanted, "pages", console=console, transient=True, disable=quiet)
            seen = [look(browser, address, name) for name in shown]
            browser.close()
    finally:
        server.shutdown()
        server.server_close()
    return seen


def table(seen: list[Seen]) -> Table:
    """One line a page: rules passed, and what is wrong."""
    grid = Table(title="axe-core and the console, light and dark")
    grid.add_column("page")
    grid.add_column("rules passed", justify="right")
    grid.add_column("violations and problems")
    for one in seen:
        grid.add_row(one.page, str(one.passed), "\n".join(one.problems) or "none")
    return grid


def main(arguments: list[str] | None = None) -> int:
    """Print the table; 1 if any page has a problem."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "build" / "site")
    folder = parser.parse_args(arguments).folder
    if not (folder / "index.html").exists():
        print(f"{folder} holds no built site: run make site first", file=sys.stderr)
        return 2
    seen = look_at_all(folder)
    Console(width=None if sys.stdout.isatty() else 120).print(table(seen))
    return 1 if any(one.problems for one in seen) else 0


if __name__ == "__main__":
    sys.exit(main())
