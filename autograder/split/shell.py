"""Runs a student's cell through IPython and hands on what it shows, capped."""

import ast
import re
import sys
from types import TracebackType
from typing import Any

from IPython.core.compilerop import CachingCompiler
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.inputtransformer2 import TransformerManager
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from autograder.split.errors import short
from autograder.split.outlet import Outlet, OutputFlood, Stream, bundle

_TRANSFORMERS = vars(TransformerManager())
ASYNC = re.compile(r"\b(await|async)\b")
FIRST_FRAMES, LAST_FRAMES = 10, 10  # of a deep traceback


class _Publisher(DisplayPublisher):
    outlet: Outlet | None = None

    def publish(self, data: Any, *args: Any, **kwargs: Any) -> None:
        if self.outlet is not None:
            self.outlet.show({"output_type": "display_data", "data": bundle(data), "metadata": {}})

    def clear_output(self, wait: bool = False) -> None:
        """Progress displays clear; a record keeps."""


class _Hook(DisplayHook):
    outlet: Outlet | None = None

    def write_output_prompt(self) -> None:
        pass

    def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
        if self.outlet is not None:
            self.outlet.show(
                {
                    "output_type": "execute_result",
                    "data": bundle(format_dict),
                    "metadata": {},
                    "execution_count": self.prompt_count,
                }
            )

    def finish_displayhook(self) -> None:
        pass


class Compiler(CachingCompiler):
    """Parses a cell once, for those who ask what it is and then to run it."""

    _known: tuple[str, ast.AST] | None = None

    def is_python(self, cell: str) -> bool:
        """Whether it is plain Python, without magics."""
        if not (self._known and self._known[0] == cell):
            try:
                self._known = cell, super().ast_parse(cell)
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                return False
        return True

    def ast_parse(self, source: str, *args: Any, **named: Any) -> ast.AST:
        known, self._known = self._known, None  # whoever gets a tree may change it
        if known and known[0] == source:
            return known[1]
        return super().ast_parse(source, *args, **named)


class Shell(InteractiveShell):
    """IPython without terminal, history or kernel."""

    compiler_class = Compiler
    compile: Compiler
    displayhook_class = _Hook
    display_pub_class = _Publisher
    displayhook: _Hook
    display_pub: _Publisher
    figures_inline = False

    def _showtraceback(self, etype: Any, evalue: Any, stb: Any) -> None:
        outlet = self.display_pub.outlet
        if outlet is not None:
            lines = [str(line) for line in stb]
            outlet.show(
                {
                    "output_type": "error",
                    "ename": getattr(etype, "__name__", str(etype)),
                    "evalue": short(evalue),
                    "traceback": lines,
                }
            )

    def _get_exc_info(self, exc_tuple: Any = None) -> Any:
        kind, value, trace = super()._get_exc_info(exc_tuple)
        _without_middle(trace)
        return kind, value, trace

    def _format_exception_for_storage(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Nothing: no history is kept, and formatting takes time."""
        return {}

    def transform_cell(self, raw_cell: str) -> str:
        """Plain Python stays as it is: the transformers take milliseconds to find that out."""
        usual = vars(self.input_transformer_manager) == _TRANSFORMERS
        lines = "\n" in raw_cell.strip() and raw_cell[0] not in " \t\n" and raw_cell[:4] != "In ["
        cell = raw_cell if raw_cell.endswith("\n") else raw_cell + "\n"
        if usual and lines and not self.input_transformers_post and self.compile.is_python(cell):
            return cell
        return super().transform_cell(raw_cell)

    def should_run_async(self, raw_cell: str, **known: Any) -> bool:
        """As IPython's, which compiles the cell to find that out."""
        cell = known.get("transformed_cell") or raw_cell
        return ASYNC.search(cell) is not None and super().should_run_async(raw_cell, **known)

    def init_ipython_dir(self, ipython_dir: Any) -> None:
        """None: it would be made in the user's home."""

    def init_profile_dir(self, profile_dir: Any) -> None:
        """None either."""

    def ask_exit(self) -> None:
        raise SystemExit

    def enable_gui(self, gui: Any = None) -> None:
        pass


def _without_middle(trace: TracebackType | None) -> None:
    """Cut what an endless recursion repeats: IPython takes milliseconds to format each frame."""
    frames = []
    while trace is not None:
        frames.append(trace)
        trace = trace.tb_next
    if len(frames) > FIRST_FRAMES + LAST_FRAMES:
        frames[FIRST_FRAMES - 1].tb_next = frames[-LAST_FRAMES]


def warm() -> None:
    """Do once, before any fork, what costs time at first: the shell, a figure, its PNG."""
    shell = prepared()
    outlet = Outlet(lambda output: None, 2**20)
    run(shell, "import matplotlib.pyplot as plt\nplt.plot([0, 1])\nplt.show()\n1", outlet)
    run(shell, "1 / 0", outlet)
    shell.reset(new_session=True)


def prepared() -> Shell:
    """The process's shell, with figures inline."""
    config = Config()
    config.HistoryManager.enabled = False
    config.HistoryManager.hist_file = ":memory:"
    config.InteractiveShell.colors = "nocolor"
    config.InteractiveShell.xmode = "Context"
    config.InteractiveShell.enable_tip = False
    if not Shell.initialized():
        Shell.instance(config=config)
    return Shell.instance()


def run(shell: Shell, source: str, outlet: Outlet) -> tuple[Any, BaseException | None]:
    """Run one cell; its last expression's value, and what it raised."""
    shell.displayhook.outlet = shell.display_pub.outlet = outlet
    outlet.start()
    saved = sys.stdout, sys.stderr, sys.displayhook
    sys.stdout, sys.stderr = Stream(outlet, "stdout"), Stream(outlet, "stderr")
    try:
        _inline_figures(shell)
        result = shell.run_cell(source, store_history=True)
        return result.result, result.error_before_exec or result.error_in_exec
    except BaseException as error:  # KeyboardInterrupt and the like pass through run_cell
        return None, error
    finally:
        sys.stdout, sys.stderr, sys.displayhook = saved
        try:
            outlet.flush()
        except OutputFlood as flood:
            return None, flood


def _inline_figures(shell: Shell) -> None:
    """Figures become PNG outputs at the end of a cell, as in Jupyter."""
    if "matplotlib.pyplot" in sys.modules and not shell.figures_inline:
        shell.figures_inline = True
        shell.run_line_magic("matplotlib", "inline")
