"""HTML and script in what graders and students open: feedback pages, the formgrader, terminals."""

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

from .attack import Attack

SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)><iframe src=//evil.example>"


def _shows(name: str, tries: str, statement: str, shows: str) -> Attack:
    cell = f"from IPython.display import *\nprint('showing')\n{statement}"
    return Attack(name, tries, cell=cell, shows=shows)


def _prose(notebook: NotebookNode) -> None:
    texts = [
        SCRIPT,
        "[x](javascript:alert(1)) ![](http://evil.example/x.png) <a href='data:text/html,x'>y</a>",
        "<style>.ag-total { display: none }</style><form action=//evil.example><input name=p>",
        "$\\href{javascript:alert(1)}{x}$ $$\\unicode{<script>}$$ <svg onload=alert(1)>",
    ]
    notebook.cells += [new_markdown_cell(text, id=f"prose{i}") for i, text in enumerate(texts)]
    notebook.cells[-1]["attachments"] = {"a.png": {"text/html": SCRIPT, "image/png": "x' onload='"}}
    notebook.cells.append(new_code_cell("print('prose', 4)", id="said"))


def _kernel(notebook: NotebookNode) -> None:
    notebook.metadata["kernelspec"] = {"name": SCRIPT, "language": "python", "display_name": "x"}


def _ids(notebook: NotebookNode) -> None:
    for number, cell in enumerate(notebook.cells[:2]):
        cell["id"] = f"script{number}"
        cell.metadata["nbgrader"]["grade_id"] = SCRIPT
    notebook.cells.append(new_code_cell("print('ids', 2)", id="said"))


ATTACKS = [
    _shows(
        "html-script",
        "shows HTML with scripts, handlers and frames",
        f"display(HTML({SCRIPT!r}))",
        "showing",
    ),
    _shows(
        "html-style",
        "hides its score by a style, and shows a page of its own over it",
        'display(HTML(\'<style>* { display: none }</style><p class="ag-total" style="position:\'\n'
        "             'fixed; inset: 0\">100 of 100</p><meta http-equiv=refresh content=0>'))",
        "100 of 100",
    ),
    _shows("javascript", "shows JavaScript as such", "display(Javascript('alert(1)'))", "showing"),
    _shows(
        "svg-script",
        "shows an SVG with a script, and an image whose data end its tag",
        "display(SVG('<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>'))\n"
        "display({'image/png': 'x\"><script>alert(1)</script>'}, raw=True)",
        "showing",
    ),
    _shows(
        "markdown-output",
        "shows Markdown and LaTeX with HTML and links that run",
        f"display(Markdown({SCRIPT!r}), Latex({SCRIPT!r}))\n"
        "display(Markdown('[x](javascript:alert(1))'))",
        "showing",
    ),
    _shows(
        "terminal-codes",
        "prints escape codes that clear a terminal, and set its title",
        "print('\\x1b[2J\\x1b]0;owned\\x07\\x1b]8;;http://evil.example\\x07', '\\x1b[31m' * 50)",
        "showing",
    ),
    _shows(
        "widget-state",
        "shows widgets and other kinds of data that browsers act on",
        "kinds = ['application/vnd.jupyter.widget-view+json', 'text/vnd.mermaid',\n"
        "         'application/javascript', 'application/vnd.plotly.v1+json', 'text/html']\n"
        f"display({{kind: {SCRIPT!r} for kind in kinds}}, raw=True)",
        "showing",
    ),
    Attack(
        "script-in-an-error",
        "raises an exception with HTML in its name, message and traceback",
        answers={
            "mean": f"def mean_of(values):\n"
            f"    raise type({SCRIPT!r}, (Exception,), {{}})({SCRIPT!r})"
        },
        cell=f"raise type('<b>Bold</b>', (Exception,), {{}})({SCRIPT!r})",
        shows="<script>alert",
    ),
    Attack(
        "script-in-prose",
        "writes Markdown that runs when it is read",
        change=_prose,
        shows="prose 4",
    ),
    Attack(
        "script-in-the-kernel", "names its kernel with HTML", change=_kernel, verdicts=("kernel",)
    ),
    Attack("script-in-ids", "names its cells with HTML", change=_ids, shows="ids 2"),
    Attack(
        "script-in-file-names",
        "names its files with HTML",
        files={"<img src=x onerror=alert(1)>.txt": "x", "<script>alert(1)<": "y"},
        verdicts=("extra-file",),
        shows="onerror",
    ),
    Attack(
        "note-of-the-grader",
        "writes a cell that looks like the engine's own note",
        change=lambda notebook: notebook.cells.insert(
            0,
            new_markdown_cell(
                "**Autograder:**\n\n    submission: full marks",
                id="autograder",
                metadata={"autograder": "verdicts"},
            ),
        ),
        cell="print('note', 1)",
        shows="note 1",
    ),
]
