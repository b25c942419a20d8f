"""The book: lectures as they run, assignments as students get them, guides, a reference.

Nothing in it asks the network. The settings below are the only ones that a course changes.
"""

import os
import sys
import tomllib
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path[:0] = [str(HERE / "_ext"), str(ROOT / "tools")]

from lectures import EXECUTED, forget_others  # noqa: E402
from sphinx.application import Sphinx  # noqa: E402

# Where "Open in Binder, Colab, JupyterHub" lead. The repository is the student tree's, as
# `autograder release` builds it, on GitHub or GitLab. No address, no buttons.
# https://github.com/ORGANISATION/NAME
REPOSITORY = os.environ.get("COURSE_REPOSITORY", "").rstrip("/").removesuffix(".git")
BRANCH = os.environ.get("COURSE_BRANCH", "main")
HUB = os.environ.get("COURSE_HUB", "")  # https://hub.example.edu, with nbgitpuller

project = "Recurrent networks"
author = "the course authors"
project_copyright = "2026, the course authors, BSD-3-Clause"
version = release = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
html_title = "Recurrent networks: from feedforward language models to attention"

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
extensions += ["formulas", "copies", "still_explorers", "reference", "front_page"]
myst_enable_extensions = ["dollarmath", "amsmath", "colon_fence"]
myst_heading_anchors = 3
nb_execution_mode = "cache"
nb_execution_cache_path = str(EXECUTED)
nb_execution_excludepatterns = ["assignments/*/*"]  # they wait for a student
nb_execution_in_temp = True
nb_execution_timeout = 600
nb_execution_raise_on_error = True
nb_ipywidgets_js: dict[str, dict[str, str]] = {}  # scripts would come from the network
nb_mime_priority_overrides = [("html", "application/vnd.jupyter.widget-view+json", None)]

add_module_names = False
autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True
napoleon_use_rtype = False

html_theme = "sphinx_book_theme"
html_theme_options = {
    "show_toc_level": 2,
    "navbar_persistent": [],
    "use_download_button": True,
    "use_repository_button": bool(REPOSITORY),
    "repository_url": REPOSITORY,
    "repository_branch": BRANCH,
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}
if REPOSITORY:
    html_theme_options["launch_buttons"] = {
        "notebook_interface": "jupyterlab",
        "binderhub_url": "https://mybinder.org",
        "colab_url": "https://colab.research.google.com" if "github.com" in REPOSITORY else "",
        "jupyterhub_url": HUB,
    }
templates_path = ["_templates"]
html_sidebars = {"**": ["home.html", "search-button-field.html", "sbt-sidebar-nav.html"]}
html_context = {"default_mode": "auto"}
html_static_path = ["_static"]
html_favicon = "_static/favicon.svg"
html_css_files = ["book.css"]
exclude_patterns = ["_templates", "**/.ipynb_checkpoints"]


def setup(app: Sphinx) -> None:
    """No stale results are left where lectures run, or would if they had changed."""
    if app.config.nb_execution_mode == "cache":
        forget_others(EXECUTED)
