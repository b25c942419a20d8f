"""The rules that `tools/notebooks.py check` enforces; each problem says what to do about it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from alt_text import weak

from notebooks import Cell, Notebook, allowed_metadata, clean, is_assignment, write

INSTALL = """\
try:
    import course_lib  # noqa: F401
except ModuleNotFoundError:  # Colab, or another host without the course
    %pip install --quiet recurrent-networks-course"""
CODE_LINES, WORDS, CELLS, COLUMNS = 20, 120, 60, 100


def problems(nb: Notebook, data: bytes, path: Path) -> Iterator[str]:
    """Every broken rule, as `cell 7 (id): what, and what to do`."""
    assignment = is_assignment(path)
    yield from _notebook_problems(nb, path, assignment)
    for number, cell in enumerate(nb["cells"], start=1):
        found = [*_form(cell, assignment)]
        if cell["cell_type"] == "code":
            found += [*_code_size(cell["source"], assignment), *_figures(cell["source"])]
        else:
            # the opening cell states times to read and to run
            found += _prose(cell["source"], results=not assignment and number > 1)
        yield from (f"cell {number} ({cell.get('id')}): {text}" for text in found)
    yield from _first_code_cell(nb)
    if write(clean(nb, assignment)) != data:
        yield "differs from its clean form: run tools/notebooks.py clean"


# --- form ------------------------------------------------------------------------------------


def _notebook_problems(nb: Notebook, path: Path, assignment: bool) -> Iterator[str]:
    ids = [cell.get("id") for cell in nb["cells"]]
    yield from (f"two cells have the id {i!r}" for i in {i for i in ids if ids.count(i) > 1})
    if nb["metadata"].get("kernelspec", {}).get("name") != "python3":
        yield "the kernel must be called python3, or opening the notebook asks which to use"
    if assignment and path.stem != path.parent.name:
        yield f"the notebook must have its folder's name: {path.parent.name}.ipynb"
    if assignment:
        return
    if not re.fullmatch(r"\d\d_[a-z0-9_]+", path.stem):
        yield "a lecture's file is called NN_name.ipynb"
    budget = nb["metadata"].get("course", {}).get("budget_seconds")
    if not isinstance(budget, int) or budget <= 0 or len(nb["metadata"]["course"]) > 1:
        yield 'notebook metadata needs "course": {"budget_seconds": N}, and nothing more in it'
    if len(ids) > CELLS:
        yield f"{len(ids)} cells; a lecture has at most {CELLS}"


def _form(cell: Cell, assignment: bool) -> Iterator[str]:
    if cell.get("outputs") or cell.get("execution_count") is not None:
        yield "has outputs or an execution count: run tools/notebooks.py clean"
    if cell.get("metadata", {}) != allowed_metadata(cell.get("metadata", {}), assignment):
        yield f"metadata beyond the allow-list: {cell['metadata']}"
    if cell["cell_type"] not in ("code", "markdown"):
        yield f"cells are code or markdown, not {cell['cell_type']}"
    if cell.get("attachments"):
        yield "has a pasted picture: draw it by code"


# --- code ------------------------------------------------------------------------------------


def _code_size(source: str, assignment: bool) -> Iterator[str]:
    lines = source.strip().splitlines()
    if long := [line for line in lines if len(line) > COLUMNS]:
        yield f"a line is longer than {COLUMNS} characters: {long[0][:40]!r}…"
    count = len(lines) - (_instructions(source) if assignment else 0)
    if count > CODE_LINES:
        yield f"{count} lines of code; a cell has at most {CODE_LINES}: look for the second idea"


def _instructions(source: str) -> int:
    """Lines that tell a student what to do and are no code: docstrings, markers, empty lines."""
    count = sum(not line.strip() or line.strip().startswith("###") for line in source.splitlines())
    for node in ast.walk(_parse(source)):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node):
            docstring = node.body[0]
            text = source.splitlines()[docstring.lineno - 1 : docstring.end_lineno]
            count += sum(bool(line.strip()) for line in text)
    return count


def _parse(source: str) -> ast.Module:
    """The cell as Python: IPython's magics are replaced by `pass`; what fails is ruff's to say."""
    plain = re.sub(r"^([ \t]*)[%!].*$", r"\1pass", source, flags=re.MULTILINE)
    try:
        return ast.parse(plain)
    except SyntaxError:
        return ast.Module(body=[], type_ignores=[])


FIGURE = re.compile(
    r"(fig\w*|axe?s?(\[.*\])?)$|(plt|axe?s?(\[.*\])?)\.(?!show)\w+\(|(\w+\.)*(Image|SVG)\("
)
# whatever pyplot draws into opens a figure, but for what only asks, sets or closes
OPENS = re.compile(
    r"(plt|(\w+\.)*pyplot)\.(?!(show|close|rc\w*|[gs]et\w*)$)[a-z]\w*|figure|subplots"
)


def _figures(source: str) -> Iterator[str]:
    """`plots.show(fig, alt="…")` is the only way to show a figure."""
    tree, use = _parse(source), 'show it with plots.show(fig, alt="what one sees")'
    shown = False
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = ast.unparse(node.func)
        if name == "plots.show":
            shown = True
            yield from _alt_text(node)
        elif name == "show" or re.fullmatch(r"(plt|pyplot|fig\w*)\.show", name):
            yield f"{name}() gives a figure no alt text: {use}"
        elif name == "display" and any(_is_figure(argument) for argument in node.args):
            yield f"display() gives a figure no alt text: {use}"
    last = tree.body[-1] if tree.body else None
    if isinstance(last, ast.Expr) and _is_figure(last.value):
        yield f"the last line shows a figure without alt text: {use}"
    elif not shown and any(_opens_figure(statement) for statement in tree.body):
        yield f"opens a figure and does not show it: {use}"


def _is_figure(node: ast.expr) -> bool:
    text = ast.unparse(node)
    return bool(FIGURE.match(text))


def _opens_figure(statement: ast.stmt) -> bool:
    """A function may open a figure for its caller; a cell's own statements may not."""
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return False
    calls = (node for node in ast.walk(statement) if isinstance(node, ast.Call))
    return any(OPENS.fullmatch(ast.unparse(call.func)) for call in calls)


def _alt_text(call: ast.Call) -> Iterator[str]:
    alt = next((word.value for word in call.keywords if word.arg == "alt"), None)
    if alt is None:
        yield 'plots.show needs alt="what one sees"'
    elif isinstance(alt, ast.Constant) and (problem := weak(str(alt.value))):
        yield problem


def _first_code_cell(nb: Notebook) -> Iterator[str]:
    first = next((cell for cell in nb["cells"] if cell["cell_type"] == "code"), None)
    if not first or not first["source"].startswith(INSTALL):
        yield (
            "the first code cell must begin with the lines that install the course on Colab "
            "(CONTRIBUTING.md has them)"
        )


# --- prose -----------------------------------------------------------------------------------

HEADER = re.compile(r"^\|(.+)\|\n\|[ :|-]+\|$", re.MULTILINE)
CODE_OR_MATHS = re.compile(r"```.*?```|`[^`\n]*`|\$\$.*?\$\$|\$[^$\n]+\$|<!--.*?-->", re.S)
LINK_OR_TAG = re.compile(r"(?<=\])\([^)]*\)|https?://\S+|<[^>]+>")
CITED = re.compile(
    r"\b(?:19|20)\d\d[a-z]?\)|\]\(https?:|arXiv:|doi:|\bslides?\b|\b[AB]\d+\b", re.IGNORECASE
)
UNITS = r"\s?(?:%|×|per\s?cent\b|ms\b|s\b|seconds?\b|minutes?\b|nats\b|bits per\b|[MG]B\b)"
RATIO = r"x\b|\s?times (?:as|more|less|fewer|better|worse|faster|slower|larger|smaller)\b"
RESULT = re.compile(rf"(?<![\w.])(?:\d*\.\d+|\d[\d,]*(?={UNITS}|{RATIO}))")
MEASURE = re.compile(r"\b(?:perplexity|accuracy|BLEU|loss)(?: \w+){0,2} \d[\d,]*", re.IGNORECASE)
NAMED = re.compile(
    r"\b(?:Python|PyTorch|sections?|chapters?|eqs?\.|figures?|versions?|§) ?[\d.]+", re.I
)


def _prose(source: str, results: bool) -> Iterator[str]:
    text = CODE_OR_MATHS.sub(" ", source)
    visible = LINK_OR_TAG.sub(" ", re.sub(r"<details>.*?</details>", " ", text, flags=re.S))
    words = len(re.findall(r"[^\W_][\w'’-]*", visible))
    if words > WORDS:
        yield f"{words} words; a markdown cell has at most {WORDS} outside code and details"
    if re.search(r"!\[\s*\]\(|<img(?![^>]*\balt=\"[^\"]+\")", source):
        yield "a picture without alt text"
    for header in HEADER.findall(source):
        if not all(map(str.strip, header.split("|"))):
            yield f"a table's column has no name, which a screen reader needs: |{header}|"
    for line in source.splitlines():
        if len(line) > COLUMNS and not re.search(r"https?://|^\s*\||^\$\$", line):
            yield f"a line is longer than {COLUMNS} characters: {line[:40]!r}…"
    if results:
        yield from _typed_results(text)


def _typed_results(text: str) -> Iterator[str]:
    """A number that looks measured (a decimal, a unit, a ratio) needs a citation beside it.

    Counts, sizes, years and slides are whole numbers and pass. A setting belongs in `code`, a
    derived value in $maths$, a result in the code cell that computes it.
    """
    for block in re.split(r"\n\s*\n|\n(?=\s*(?:[-*+|]|\d+\.) ?)", text):
        if CITED.search(block):
            continue
        plain = NAMED.sub(" ", LINK_OR_TAG.sub(" ", block))
        for match in [*RESULT.finditer(plain), *MEASURE.finditer(plain)]:
            yield (
                f"{match.group()!r} looks like a result typed into prose: compute and print it, "
                "or cite its source in the same paragraph; a setting goes in `code`, a derived "
                "value in $maths$"
            )
