"""What the button asks the server: `autograder/ready` and `autograder/check`."""

import asyncio
import json
import os
from typing import Any

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from jupyter_server.utils import ApiPath, to_os_path, url_path_join
from tornado import web
from tornado.iostream import StreamClosedError
from traitlets import Float
from traitlets.config import Configurable

from autograder.lab.process import Checker

BEAT_SECONDS = 10.0  # between signs of life, for proxies that end silent connections
START_SECONDS = 120.0  # for the engine, beside the check's own time


class LabCheck(Configurable):
    """Settings of the button: `c.LabCheck.NAME = VALUE` in jupyter_server_config.py."""

    keep_minutes = Float(
        10.0, help="how long the engine waits for the next check; 0: it is started for each one"
    ).tag(config=True)
    cell_seconds = Float(60.0, help="time limit of one cell").tag(config=True)
    total_seconds = Float(300.0, help="time limit of one check").tag(config=True)


class Handler(APIHandler):
    """For whoever may use this server."""

    auth_resource = "contents"

    def initialize(self, checker: Checker, limits: LabCheck) -> None:
        self.checker, self.limits = checker, limits


class Ready(Handler):
    @web.authenticated
    @authorized(action="read")
    async def post(self) -> None:
        """An assignment is open: the first check shall not have to wait for the engine."""
        self.checker.ready()
        self.set_status(204)
        self.finish()


class Check(Handler):
    task: asyncio.Task[dict[str, Any]] | None = None

    @web.authenticated
    @authorized(action="read")
    async def post(self) -> None:
        """Check the notebook at `path`. What comes back before the answer is white space."""
        limits = self.limits
        request = {"path": self.notebook(), "cell_seconds": limits.cell_seconds}
        request["total_seconds"] = limits.total_seconds
        asked = self.checker.ask(request, limits.total_seconds + START_SECONDS)
        self.task = asyncio.ensure_future(asked)
        try:
            while not (await asyncio.wait({self.task}, timeout=BEAT_SECONDS))[0]:
                self.write(" ")
                await self.flush()
            self.finish(json.dumps(self.task.result()))
        except (asyncio.CancelledError, StreamClosedError):
            self.task.cancel()

    def on_connection_close(self) -> None:
        """The student has cancelled, or closed the page."""
        if self.task:
            self.task.cancel()

    def notebook(self) -> str:
        """Where the notebook is on this machine.

        Raises:
            HTTPError: no path was sent, or there is no such notebook below the server's folder.
        """
        sent = self.get_json_body()
        path = sent.get("path") if isinstance(sent, dict) else None
        if not isinstance(path, str) or not path.endswith(".ipynb") or "\0" in path:
            raise web.HTTPError(400, "the path of a notebook is needed")
        root = os.path.abspath(self.contents_manager.root_dir)
        found = os.path.abspath(to_os_path(ApiPath(path), root))
        if os.path.commonpath([root, found]) != root or not os.path.isfile(found):
            raise web.HTTPError(404, f"there is no notebook {path} in this server's folder")
        return found


def add(server: Any) -> None:
    """Let the server answer."""
    limits = LabCheck(config=server.config)
    about = {"checker": Checker(limits.keep_minutes * 60), "limits": limits}
    base = url_path_join(server.web_app.settings["base_url"], "autograder")
    pairs = (("ready", Ready), ("check", Check))
    routes = [(url_path_join(base, name), handler, about) for name, handler in pairs]
    server.web_app.add_handlers(".*$", routes)
