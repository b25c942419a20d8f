"""A Check button for assignments in JupyterLab: the button, and the server's side of it."""

from typing import Any

NAME = "autograder-check"


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    return [{"src": "labextension", "dest": NAME}]


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "autograder.lab"}]


def _load_jupyter_server_extension(server: Any) -> None:
    from autograder.lab.handlers import add

    add(server)
