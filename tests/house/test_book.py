"""The book builds without a warning, asks nothing of the network, and gives nothing away."""

import ast
import importlib
import json
import re
import runpy
import sys
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from types import ModuleType, SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import pytest
from docutils import nodes

from autograder.course import Course
from autograder.leaks import search_text
from autograder.release import secrets_of

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests" / "house"), str(ROOT / "docs" / "_ext")]
import formulas  # noqa: E402
import front_page  # noqa: E402
import reference  # noqa: E402
import still_explorers  # noqa: E402
from built_book import built_book  # noqa: E402

ASKS = re.compile(r"<(?:script|img|iframe|link)\b[^>]*(?:src|href)=\"(?:https?:)?//[^\"]*\"")
FETCHES = re.compile(r"@import\s+(?:url\()?[\"']?(?:https?:)?//|url\([\"']?(?:https?:)?//")
ROW = re.compile(r"^\| `([\w.]+)` \| (.+) \| (.+) \|$", re.MULTILINE)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built_book(tmp_path_factory)


def test_it_is_complete_in_itself(site: Path) -> None:
    pages = {path.relative_to(site).as_posix(): path for path in site.rglob("*.html")}
    for lecture in ROOT.glob("notebooks/*.ipynb"):
        assert f"notebooks/{lecture.stem}.html" in pages
    for homework in ROOT.glob("assignments/source/*/*.ipynb"):
        assert f"assignments/{homework.parent.name}/{homework.stem}.html" in pages
    for name, path in pages.items():
        text = path.read_text()
        assert ASKS.findall(text) == [], name
        assert "$$" not in text, name
    for style in site.rglob("*.css"):
        assert not FETCHES.search(style.read_text()), style
    assert "<math" in pages["notation.html"].read_text()
    assert not [name for name, path in pages.items() if "<mi>&</mi>" in path.read_text()]
    assert (site / "_static" / "course-math.ttf").stat().st_size > 100_000


def text_of(path: Path) -> str:
    """What a reader of the file may read, without the tags that colour code."""
    text = path.read_bytes().decode("utf-8", errors="replace")
    if path.suffix == ".html":
        return unescape(re.sub(r"<[^>]+>", "", text))
    if path.suffix == ".ipynb":
        cells = json.loads(text)["cells"]
        return "\n".join("".join(cell["source"]) for cell in cells)
    return text


def test_no_page_source_or_index_shows_a_solution_or_a_hidden_test(site: Path) -> None:
    secrets = secrets_of(Course.open(ROOT / "assignments"))
    assert len(secrets) > 200
    readable = {".html", ".js", ".json", ".txt", ".md", ".ipynb", ".inv", ".css"}
    files = [path for path in site.rglob("*") if path.suffix in readable]
    assert {".html", ".ipynb", ".js"} <= {path.suffix for path in files}
    leaks = []
    for path in files:
        leaks += search_text(text_of(path), secrets, path.relative_to(site).as_posix())
    assert [str(leak) for leak in leaks] == []


def test_the_search_would_find_a_coloured_solution(site: Path, tmp_path: Path) -> None:
    secret = secrets_of(Course.open(ROOT / "assignments"))[0]
    spans = " ".join(f'<span class="n">{word}</span>' for word in secret.line.split(" "))
    page = tmp_path / "page.html"
    page.write_text(f"<pre>\n   {spans.replace('&', '&amp;')}\n</pre>")
    assert search_text(text_of(page), [secret], "page.html")


def test_students_versions_wait_for_their_answers(site: Path) -> None:
    for page in site.glob("assignments/*/*.html"):
        assert "YOUR CODE HERE" in text_of(page), page.name
    for copy in site.glob("_sources/assignments/*/*"):
        assert "BEGIN SOLUTION" not in copy.read_text()
        assert "BEGIN HIDDEN TESTS" not in copy.read_text()


def test_a_lecture_leads_on_and_back(site: Path) -> None:
    page = (site / "notebooks" / "06_vanishing_gradients.html").read_text()
    assert 'class="left-prev"' in page
    assert 'href="05_training_rnn_language_models.html"' in page
    assert 'href="07_gates_lstm_gru.html"' in page


class Buttons(HTMLParser):
    """Where the buttons above a page lead, by what a screen reader calls them."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.leads: dict[str, str] = {}
        self.groups: set[str | None] = set()
        self.address: str | None = None
        self.name = self.title = ""
        self.feed(page.read_text())

    def handle_starttag(self, tag: str, found: list[tuple[str, str | None]]) -> None:
        about = dict(found)
        if tag == "button" and "dropdown-toggle" in (about.get("class") or ""):
            self.groups.add(about.get("aria-label"))
        elif tag == "a" and "btn-sm" in (about.get("class") or ""):
            self.address, self.name, self.title = about["href"], "", about.get("title") or ""
        elif tag == "img" and self.address:
            self.name += about["alt"] or ""

    def handle_data(self, data: str) -> None:
        if self.address:
            self.name += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self.address:
            self.leads[" ".join(self.name.split()) or self.title] = self.address
            self.address = None


@pytest.mark.parametrize(
    "notebook",
    ["notebooks/06_vanishing_gradients", "assignments/hw1_feedforward_lm/hw1_feedforward_lm"],
)
def test_buttons_open_the_notebook_where_the_addresses_say(site: Path, notebook: str) -> None:
    buttons = Buttons(site / f"{notebook}.html")
    assert "Launch interactive content" in buttons.groups
    assert buttons.leads["Source repository"] == "https://github.com/some-school/recurrent"
    leads = {name.split()[-1]: address for name, address in buttons.leads.items()}
    binder, colab, hub = (leads[name] for name in ("Binder", "Colab", "JupyterHub"))
    place = f"{notebook}.ipynb"
    start = "https://mybinder.org/v2/gh/some-school/recurrent/autumn?urlpath=lab/tree/"
    assert binder == start + place
    start = "https://colab.research.google.com/github/some-school/recurrent/blob/autumn/"
    assert colab == start + place
    start, _, query = hub.partition("?")
    assert start == "https://hub.example.edu/hub/user-redirect/git-pull"
    asked = {name: value for name, (value,) in parse_qs(query).items()}
    pulled = Path(urlsplit(asked["repo"]).path).stem  # the folder that nbgitpuller makes
    assert asked == {
        "repo": "https://github.com/some-school/recurrent",
        "branch": "autumn",
        "urlpath": f"lab/tree/{pulled}/{place}",
    }


def test_without_an_address_there_is_nothing_to_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COURSE_REPOSITORY", raising=False)
    options = runpy.run_path(str(ROOT / "docs" / "conf.py"))["html_theme_options"]
    assert "launch_buttons" not in options
    assert not options["use_repository_button"]


def test_colab_cannot_open_what_is_not_on_github(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_REPOSITORY", "https://gitlab.com/some-school/recurrent")
    options = runpy.run_path(str(ROOT / "docs" / "conf.py"))["html_theme_options"]
    assert not options["launch_buttons"]["colab_url"]


def test_the_front_page_lists_each_lecture_with_its_time(site: Path) -> None:
    page = (site / "index.html").read_text()
    for lecture in ROOT.glob("notebooks/*.ipynb"):
        assert page.count(f'href="notebooks/{lecture.stem}.html"') >= 2, lecture.name
    assert page.count("Reading:") == len(list(ROOT.glob("notebooks/*.ipynb")))
    for guide in ("student.html", "instructor.html"):
        assert re.search(rf'class="door.*?href="{guide}"', page, re.DOTALL)


def test_the_front_pages_figure_is_measured() -> None:
    shares = front_page.surviving()
    elman, lstm, remembering = shares.values()
    assert [values[0] for values in shares.values()] == pytest.approx([1, 1, 1])
    assert elman[50] < lstm[50] < remembering[50]
    assert elman[50] < 1e-12 < 0.01 < remembering[50]
    assert front_page.surviving() == shares, "the same numbers in every build"
    drawn = front_page.figure()
    assert front_page.in_words(elman[front_page.START]) in drawn


@pytest.mark.parametrize(
    ("share", "words"),
    [(1.0, "100 %"), (0.171, "17 %"), (0.01, "1 %"), (0.004, "1 in 200"),
     (1.4e-5, "1 in 70 thousand"), (5.1e-8, "1 in 20 million"),
     (9.6e-4, "1 in 1 thousand"), (8e-19, "1 in 1 quintillion")],
)  # fmt: skip
def test_shares_in_words(share: float, words: str) -> None:
    assert front_page.in_words(share) == words


@pytest.mark.parametrize(("kinds", "notes"), [(["text/html"], 1), (["text/plain"], 0)])
def test_an_explorer_has_a_note_and_a_progress_bar_none(kinds: list[str], notes: int) -> None:
    page = nodes.document(None, None)
    bundle = nodes.container()
    for kind in [still_explorers.WIDGET, *kinds]:
        bundle += nodes.container(mime_type=kind)
    page += bundle
    still_explorers.tell(SimpleNamespace(env=SimpleNamespace(docname="page")), page)
    assert len([node for node in page if "still" in node["classes"]]) == notes


def test_names_of_functions_stand_apart() -> None:
    assert "<mi>log</mi><mspace" in formulas.mathml(r"\log P")
    assert "mspace" not in formulas.mathml(r"\log(P)")
    assert "mspace" not in formulas.mathml(r"W_x x")


def test_docstrings_keep_code_maths_and_tables() -> None:
    lines = ["Takes `x | y`, $W_h$ and", "", "| a | b |", "|---|---|", "", "|r| is large."]
    reference.as_rst(None, "function", "f", None, None, lines)
    text = "\n".join(lines)
    assert "``x | y``" in text
    assert ":math:`W_h`" in text
    assert "::\n\n    | a | b |" in text
    assert r"\|r\| is large" in text


def test_shapes_read_well(site: Path) -> None:
    page = " ".join(text_of(site / "api" / "models.html").split())
    assert re.search(r"forward\(x: ?Float\[Tensor, 'B D'\], ?h_prev: ?Float\[Tensor, 'B H'\]", page)
    assert "jaxtyping." not in page


# --- the map of the library -------------------------------------------------------------------


def modules() -> set[str]:
    """Every module of the library, without the library's own name."""
    paths = (path.relative_to(ROOT / "course_lib") for path in ROOT.glob("course_lib/**/*.py"))
    names = {".".join(path.with_suffix("").parts).removesuffix("__init__") for path in paths}
    return {name.rstrip(".") for name in names} - {""}


def home(thing: object, named_in: str) -> str:
    """The module that defines what `named_in` names."""
    own = thing.__name__ if isinstance(thing, ModuleType) else getattr(thing, "__module__", None)
    return own if own and own.startswith("course_lib.") else named_in


def uses(path: Path) -> set[str]:
    """The modules whose names a notebook's code takes, itself or through a package."""
    cells = [cell for cell in json.loads(path.read_text())["cells"] if cell["cell_type"] == "code"]
    code = "\n".join("".join(cell["source"]) for cell in cells)
    tree = ast.parse(re.sub(r"^(\s*)[%!].*$", r"\1pass", code, flags=re.MULTILINE))
    found, known = set(), {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("course_lib"):
            for alias in node.names:
                try:
                    thing = importlib.import_module(f"{node.module}.{alias.name}")
                    known[alias.asname or alias.name] = thing
                except ModuleNotFoundError:
                    thing = getattr(importlib.import_module(node.module), alias.name)
                found.add(home(thing, node.module))
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            module = known.get(node.value.id)
            if module and hasattr(module, node.attr):
                found.add(home(getattr(module, node.attr), module.__name__))
    return {name.removeprefix("course_lib.") for name in found}


def test_the_map_names_each_module_and_who_uses_it() -> None:
    rows = ROW.findall((ROOT / "docs" / "library.md").read_text())
    assert sorted(name for name, _, _ in rows) == sorted(modules())
    readers: dict[str, list[str]] = {}
    lectures = [(path.name[:2], path) for path in sorted(ROOT.glob("notebooks/*.ipynb"))]
    homeworks = sorted(ROOT.glob("assignments/source/*/*.ipynb"))
    for short, path in [*lectures, *((path.name[:3], path) for path in homeworks)]:
        for name in uses(path):
            readers.setdefault(name, []).append(short)
    wanted = {name: ", ".join(readers.get(name, ["the library itself"])) for name, _, _ in rows}
    assert {name: used for name, _, used in rows} == wanted


def test_the_reference_holds_each_module() -> None:
    text = "\n".join(path.read_text() for path in ROOT.glob("docs/api/*.md"))
    held = re.findall(r"automodule:: course_lib\.(\S+)", text)
    assert sorted(held) == sorted(modules())
