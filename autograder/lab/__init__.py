"""A Check button for assignments in JupyterLab: the button, and the server's side of it."""

from pathlib import Path
from typing import Any

NAME = "autograder-check"
EXTENSIONS = Path(__file__).with_name("labextensions")


def options() -> list[str]:
    """For JupyterLab's command line, where the package is installed as editable.

    An ordinary installation has the same files where JupyterLab looks by itself.
    """
    server = "--ServerApp.jpserver_extensions=autograder.lab=True"
    return [server, f"--LabApp.extra_labextensions_path={EXTENSIONS}"]


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    return [{"src": f"labextensions/{NAME}", "dest": NAME}]


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "autograder.lab"}]


def _load_jupyter_server_extension(server: Any) -> None:
    from autograder.lab.handlers import add

    add(server)
