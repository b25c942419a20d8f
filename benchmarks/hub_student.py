"""A student of the Hub's load test: a browser session that does what the pages' scripts do."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import aiohttp
from yarl import URL

COURSE, HW = "rnn", "hw1_feedforward_lm"
STEPS = ("log in", "start a server", "fetch", "open and save", "submit", "stop")
PATIENCE = 300  # seconds for one step


class Failed(Exception):
    """What the Hub answered instead of what a student needs."""


class Student:
    """A browser session; `took` has seconds by step."""

    def __init__(self, url: str, name: str, password: str) -> None:
        self.url, self.name, self.password = url, name, password
        self.took: dict[str, float] = {}
        self.session = aiohttp.ClientSession(
            cookie_jar=aiohttp.CookieJar(unsafe=True),  # an address, not a name
            timeout=aiohttp.ClientTimeout(total=PATIENCE),
            headers={"Sec-Fetch-Mode": "navigate"},
        )

    @property
    def home(self) -> str:
        return f"{self.url}/user/{self.name}"

    @contextmanager
    def _timed(self, step: str) -> Iterator[None]:
        start = time.monotonic()
        yield
        self.took[step] = time.monotonic() - start

    def _headers(self, path: str) -> dict[str, str]:
        cookie = self.session.cookie_jar.filter_cookies(URL(self.url + path)).get("_xsrf")
        # a request of a page's own script, as JupyterHub 4.1 and newer want to know
        return {"X-XSRFToken": cookie.value if cookie else "", "Sec-Fetch-Mode": "cors"}

    async def term(self) -> None:
        """All of it, once.

        Raises:
            Failed: a step did not give what it should.
        """
        async with self.session:
            with self._timed("log in"):
                await self._log_in()
            with self._timed("start a server"):
                await self._start()
            with self._timed("fetch"):
                await self._act("fetch", "fetched")
            with self._timed("open and save"):
                await self._edit()
            with self._timed("submit"):
                await self._act("submit", "submitted")
            with self._timed("stop"):
                await self._stop()

    async def _log_in(self) -> None:
        page = f"{self.url}/hub/login"
        await (await self.session.get(page)).read()
        cookie = self.session.cookie_jar.filter_cookies(URL(page))["_xsrf"].value
        form = {"username": self.name, "password": self.password, "_xsrf": cookie}
        answer = await self.session.post(page, data=form, allow_redirects=False)
        if answer.status != 302:
            raise Failed(f"{self.name}: login answers {answer.status}")

    async def _start(self) -> None:
        cookie = self._headers("/hub/")["X-XSRFToken"]
        form = {"_xsrf": cookie}
        answer = await self.session.post(f"{self.url}/hub/spawn/{self.name}", data=form)
        await answer.read()
        end = time.monotonic() + PATIENCE
        while not (user := await self._user()).get("server"):
            if time.monotonic() > end or not user.get("pending"):
                raise Failed(f"{self.name}: the server did not start; the Hub's log says why")
            await asyncio.sleep(0.5)
        # the page signs in to the server, as to any service of the Hub
        page = await self.session.get(f"{self.home}/lab")
        await page.read()
        if page.status != 200:
            raise Failed(f"{self.name}: JupyterLab answers {page.status}")

    async def _act(self, action: str, status: str) -> None:
        answer = await self.session.post(
            f"{self.home}/assignments/{action}",
            data={"course_id": COURSE, "assignment_id": HW},
            headers=self._headers(f"/user/{self.name}/"),
        )
        said: dict[str, Any] = await answer.json(content_type=None) if answer.status == 200 else {}
        known = [one["status"] for one in said.get("value", []) if isinstance(one, dict)]
        if status not in known:
            raise Failed(f"{self.name}: {action} answers {answer.status} {said}"[:500])

    async def _edit(self) -> None:
        path = f"{self.home}/api/contents/{COURSE}/{HW}/{HW}.ipynb"
        model = await (await self.session.get(path)).json()
        model["content"]["cells"][0]["source"] += f"\n{mark(self.name)}"
        headers = self._headers(f"/user/{self.name}/")
        answer = await self.session.put(path, json=model, headers=headers)
        if answer.status != 200:
            raise Failed(f"{self.name}: saving answers {answer.status}")

    async def _stop(self) -> None:
        path = f"/hub/api/users/{self.name}/server"
        headers = self._headers("/hub/") | {"Referer": f"{self.url}/hub/home"}
        answer = await self.session.delete(self.url + path, headers=headers)
        if answer.status not in (202, 204):
            raise Failed(
                f"{self.name}: stopping answers {answer.status} {await answer.text()}"[:300]
            )
        end = time.monotonic() + PATIENCE
        while answer.status != 204 and (await self._user()).get("pending"):
            if time.monotonic() > end:
                raise Failed(f"{self.name}: the server does not stop")
            await asyncio.sleep(0.3)

    async def _user(self) -> dict[str, Any]:
        """What the Hub says of this student: `server` is its address, `pending` what goes on."""
        answer = await self.session.get(f"{self.url}/hub/api/users/{self.name}")
        known: dict[str, Any] = await answer.json()
        return known


def mark(name: str) -> str:
    """What a student writes into the notebook, so that it can be told from others'."""
    return f"Work of {name}."
