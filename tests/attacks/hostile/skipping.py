"""Skipping tests, emptying them, or ending before they can speak."""

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from .attack import Attack
from .course import TASKS, TESTS


def _tests(notebook: NotebookNode) -> list[NotebookNode]:
    return [c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") in TESTS]


def _tag(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        cell.metadata["tags"] = ["skip-execution"]


def _raise_tag(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        cell.metadata["tags"] = ["raises-exception"]


def _emptied(notebook: NotebookNode) -> None:
    for cell in _tests(notebook):
        cell.source = "pass"


def _deleted(notebook: NotebookNode) -> None:
    for cell in _tests(notebook):
        notebook.cells.remove(cell)


def _prose(notebook: NotebookNode) -> None:
    for cell in _tests(notebook):
        cell.cell_type = "markdown"
        del cell["outputs"], cell["execution_count"]


def _first_of_two(notebook: NotebookNode) -> None:
    for test in TESTS:
        known = {"grade_id": test, "grade": True, "locked": True, "solution": False, "points": 99}
        notebook.cells.insert(0, new_code_cell("pass", metadata={"nbgrader": known}))


def _more_points(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        known = cell.metadata.get("nbgrader", {})
        if known.get("grade_id") in TASKS:
            known.update(grade=True, points=100)
            cell.source = "pass"


def _other_kernel(notebook: NotebookNode) -> None:
    notebook.metadata["kernelspec"] = {"name": "bash", "language": "bash", "display_name": "Bash"}


ATTACKS = [
    Attack(
        "tag-skip-execution",
        "tags every cell so that nbclient does not run it",
        change=_tag,
        verdicts=("cell-tags",),
    ),
    Attack(
        "tag-raises-exception",
        "tags every cell so that its errors are expected",
        change=_raise_tag,
        verdicts=("cell-tags",),
    ),
    Attack(
        "tests-emptied", "replaces each test by `pass`", change=_emptied, verdicts=("edited-cell",)
    ),
    Attack("tests-deleted", "hands in no tests", change=_deleted, verdicts=("missing-cell",)),
    Attack(
        "tests-as-prose", "turns each test into Markdown", change=_prose, verdicts=("cell-type",)
    ),
    Attack(
        "tests-twice",
        "puts an empty test of 99 points before each real one",
        change=_first_of_two,
        verdicts=("duplicate-cell",),
    ),
    Attack(
        "points-in-metadata",
        "declares its answers to be tests worth 100 points",
        change=_more_points,
        verdicts=("edited-metadata",),
    ),
    Attack(
        "other-kernel",
        "asks for a kernel in which tests are comments",
        change=_other_kernel,
        verdicts=("kernel",),
    ),
    Attack(
        "input-transformer",
        "empties every later cell with an input transformer",
        cell="get_ipython().input_transformers_post.append(lambda lines: ['pass\\n'])",
        plain="points",
    ),
    Attack(
        "cleanup-transformer",
        "empties cells before IPython parses them",
        cell="get_ipython().input_transformer_manager.cleanup_transforms.insert(\n"
        "    0, lambda lines: ['pass\\n'])",
        plain="points",
    ),
    Attack(
        "ast-transformer",
        "takes every assert out of the syntax tree",
        cell="import ast\n\n"
        "class NoAsserts(ast.NodeTransformer):\n"
        "    def visit_Module(self, node):\n"
        "        node.body = [ast.Pass()]\n"
        "        return ast.fix_missing_locations(node)\n\n"
        "get_ipython().ast_transformers.append(NoAsserts())",
        plain="points",
    ),
    Attack(
        "node-interactor",
        "sets `ast_node_interactivity` so that a test's last value is never its score",
        cell="get_ipython().ast_node_interactivity = 'none'",
        answers={"guess": "def guess(n):\n    return -100.0"},
        plain="points",
    ),
    Attack(
        "run-cell-patched",
        "replaces the shell's `run_cell`",
        cell="shell = get_ipython()\nold = shell.run_cell\n"
        "type(shell).run_cell = lambda self, source, **more: old('pass', **more)",
        plain="points",
    ),
    Attack(
        "compile-patched",
        "replaces the compiler that the shell asks",
        cell="import ast\nshell = get_ipython()\n"
        "shell.compile.ast_parse = lambda *args, **more: ast.parse('pass')",
        plain="points",
    ),
    Attack(
        "magic-script",
        "hands the rest of the cell to another program with %%script",
        cell="%%script bash\necho it ran && cat /etc/passwd",
        shows="PermissionError|Operation not permitted|Permission denied",
    ),
    Attack(
        "magic-system",
        "asks a shell with ! for the course's files",
        cell="found = !cat @COURSE@/source/*/*.ipynb\nprint('answer', found)",
        shows="PermissionError|Operation not permitted|Permission denied|answer",
    ),
    Attack(
        "magic-around-everything",
        "puts every later cell under a cell magic that does nothing",
        cell="from IPython.core.magic import register_cell_magic\n\n\n"
        "@register_cell_magic\ndef nothing(line, cell):\n    pass\n\n\n"
        "get_ipython().input_transformers_cleanup.append(\n"
        "    lambda lines: ['%%nothing\\n', *lines])",
        plain="points",
    ),
    Attack(
        "assertion-error-patched",
        "rebinds `AssertionError`, so that a failed assert raises something quieter",
        cell="import builtins\n\nclass Quiet(SystemExit):\n    pass\n\n"
        "builtins.AssertionError = Quiet\nprint('rebound', AssertionError is Quiet)",
        shows="rebound True",
    ),
    Attack(
        "except-hook",
        "swallows every exception with `sys.excepthook` and IPython's own handler",
        cell="import sys\nsys.excepthook = lambda *args: None\n"
        "shell = get_ipython()\n"
        "shell.showtraceback = lambda *args, **more: None\n"
        "shell.set_custom_exc((BaseException,), lambda *args, **more: None)\n"
        "print('handler', shell.CustomTB is not None)\n1 / 0",
        shows="handler True",
    ),
    Attack(
        "set-trace",
        "jumps over asserts with a trace function",
        cell="import sys\n\n"
        "def trace(frame, event, arg):\n"
        "    if event == 'line' and frame.f_globals.get('__name__') == '__main__':\n"
        "        try:\n            frame.f_lineno = frame.f_lineno + 99\n"
        "        except ValueError:\n            pass\n"
        "    return trace\n\n"
        "sys.settrace(trace)\nsys._getframe().f_trace = trace\nprint('traced', sys.gettrace())",
        shows="traced <function",
    ),
    Attack(
        "at-exit",
        "tells the grader at exit that all went well",
        cell="import atexit, os\n\n"
        "@atexit.register\ndef last():\n    os.write(3, b'{\"score\": 100}')\n    os._exit(0)\n\n"
        "last()",
        verdicts=("protocol",),
    ),
    Attack(
        "exit-zero",
        "ends its process at once, with the exit code of success",
        cell="import os\nos._exit(0)",
        verdicts=("exited",),
    ),
    Attack(
        "exit-inside-a-test",
        "ends its process when a test calls it",
        answers={
            "mean": "import os\n\ndef mean_of(values):\n    os._exit(0)",
            "guess": "def guess(n):\n    raise SystemExit(0)",
        },
        verdicts=("exited",),
    ),
    Attack(
        "exec-other-namespace",
        "gives the shell another namespace in which the tests' names are empty",
        cell="import builtins\n"
        "builtins.exec = lambda *args, **more: None\nbuiltins.eval = lambda *args, **more: None",
        plain="points",
    ),
    Attack(
        "code-runner-patched",
        "replaces the coroutine in which IPython runs code",
        cell="shell = get_ipython()\n\n"
        "async def run_code(self, *args, **more):\n    return False\n\n"
        "type(shell).run_code = run_code",
        plain="points",
    ),
    Attack(
        "pre-run-hook",
        "rewrites the shell's state before each cell with an event hook",
        cell="shell = get_ipython()\n\n"
        "def before(info):\n"
        "    object.__setattr__(info, 'raw_cell', 'pass')\n"
        "    shell.user_ns.update(mean_of=lambda v: 2 if v else 0.0)\n\n"
        "shell.events.register('pre_run_cell', before)",
        plain="points",
    ),
]
