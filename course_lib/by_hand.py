"""Tripwires for tasks that ask for code written by hand, whatever name a shortcut goes by.

They are armed in the process that runs the student's code: torch's dispatcher reports recurrent
operations (of any layer, alias or scripted function), a profile hook everything else. What has
tripped once counts, even if the student's code swallows the error; so does taking them away. They
stop shortcuts, not malice: code in that process could take them away and put them back.
"""

import secrets
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import torch
from torch.library import Library

from course_lib.inspection import where_it_lives

ROOMS = (
    *("batching", "bptt", "cells", "embeddings", "feedforward", "gradients", "language_model"),
    *("metrics", "recurrent", "softmax", "text", "train"),
    *("classify", "pairs", "tagging"),
    *("beam", "cell_probe", "decode", "ngram", "ngram_counts", "priming", "sampling"),
    *("attention", "seq2seq", "translation"),
)
_HERE, _TORCH = Path(__file__).parent, Path(torch.__file__).parent
_KINDS = ("lstm", "gru", "rnn_tanh", "rnn_relu")
_COMPOSED = [f"{kind}.{form}" for kind in _KINDS for form in ("input", "data")]
_COMPOSED += [f"{kind}_cell" for kind in _KINDS]
_QUANTIZED = [f"quantized_{kind}.{form}" for kind in _KINDS[:2] for form in ("input", "data")]
_QUANTIZED += [f"quantized_{kind}_cell" for kind in _KINDS]
_FUSED = ["mkldnn_rnn_layer", "_thnn_fused_lstm_cell", "_thnn_fused_gru_cell", "_cudnn_rnn"]
_EVERY = _COMPOSED + _QUANTIZED + _FUSED
_OPERATIONS = {"AutogradCPU": _EVERY, "AutogradCUDA": _EVERY, "AutogradMeta": _COMPOSED}
_OPERATIONS |= {"CPU": _COMPOSED}  # in inference mode; the others have a kernel there
_LOSSES = ["cross_entropy_loss", "nll_loss", "nll_loss_nd"]
_IN_PYTHON = (
    *("ao/nn/quantizable/modules/rnn.py", "_decomp/decompositions.py"),
    "nn/utils/clip_grad.py",
)
_READY_MADE = ("lstm", "gru", "rnn", "clip_grad")
_OWNERS = {str(_TORCH / file): "torch" for file in _IN_PYTHON} | {
    str(path): f"course_lib.{room}"
    for room in ROOMS
    for path in [*_HERE.glob(f"{room}.py"), *_HERE.glob(f"{room}/*.py")]
}
_BUILTINS = {"run_backward", "setprofile"}
TAKEN = "takes away what watches it: this task asks you to write it yourself."
_ENGINE = "autograder.split.graph"  # it fetches gradients for a test, not for the student's code


@contextmanager
def by_hand(function: Any, autograd: bool = False, loss: bool = False) -> Iterator[None]:
    """Assert that nothing called inside takes the work from torch or from this course.

    Forbidden are torch's recurrent layers and functions, its clipping, and the course's models,
    for the test as well: compute expected values, and differentiate, outside the block.

    Args:
        function: any function, class or module of the student's; it tells where to watch.
        autograd: forbid torch's automatic differentiation too.
        loss: forbid torch's cross-entropy too.

    Raises:
        AssertionError: names what was called, even if the code inside has caught that error.
    """
    token = secrets.token_hex(8)
    where_it_lives(arm, function, autograd, loss, token)
    try:
        yield
    finally:
        tripped = where_it_lives(disarm, function, token)
        assert tripped is None, tripped


class _Tripwires:
    """Until `cut`, everything forbidden raises; `tripped` keeps the first message."""

    def __init__(self, name: str, autograd: bool, loss: bool, token: str) -> None:
        self.name, self.autograd, self.loss, self.token = name, autograd, loss, token
        self.tripped: str | None = None
        # it hears every call: short, and a lambda, which tests do not burden with checks of types
        self.hook = lambda frame, event, argument: (
            (
                (event == "call" and frame.f_code.co_filename in _OWNERS)
                or (event == "c_call" and argument.__name__ in _BUILTINS)
            )
            and self._called(frame, event, argument)
        )
        self.lay()

    def lay(self) -> None:
        """Begin to watch."""
        self.before = sys.getprofile(), threading.getprofile()
        self.libraries = [Library("aten", "IMPL", key) for key in _OPERATIONS]
        for library, operations in zip(self.libraries, _OPERATIONS.values(), strict=True):
            for operation in operations + _LOSSES * self.loss:
                library.impl(operation, self._refusal(operation.partition(".")[0]))
        if self.autograd:
            self.libraries[0].impl("_make_dual", self._refusal("func.jvp"))
        threading.setprofile(self.hook)
        sys.setprofile(self.hook)

    def cut(self) -> None:
        """Take everything away again."""
        hooks = sys.getprofile(), threading.getprofile()
        if self.tripped is None and any(hook is not self.hook for hook in hooks):
            self.tripped = f"`{self.name}` switches off the profile hook that watches it."
        if self.tripped is None and not self._awake():
            self.tripped = f"`{self.name}` {TAKEN}"
        sys.setprofile(self.before[0])
        threading.setprofile(self.before[1])
        for library in self.libraries:
            library._destroy()

    def _awake(self) -> bool:
        """Whether a layer still trips."""
        x, weight = torch.zeros(1, 1, device="cpu"), torch.zeros(4, 1, device="cpu")
        for mode in (torch.enable_grad, torch.inference_mode):
            try:
                with mode():
                    torch.lstm_cell(x, (x, x), weight, weight)
            except AssertionError:
                continue
            return False
        self.tripped = None
        return True

    def trip(self, what: str) -> None:
        self.tripped = self.tripped or (
            f"`{self.name}` calls {what}: this task asks you to write it yourself."
        )
        raise AssertionError(self.tripped)

    def _refusal(self, operation: str) -> Callable[..., Any]:
        def refuse(*_: Any, **__: Any) -> Any:
            self.trip(_layer(sys._getframe()) or f"torch.{operation}")

        return refuse

    def _called(self, frame: FrameType, event: str, argument: Any) -> object:
        code = frame.f_code
        if event == "call":
            self._python(code)
        elif argument.__name__ == "run_backward":
            if self.autograd and _asker(frame) != _ENGINE:
                self.trip("torch's autograd")
        elif code.co_filename != __file__:
            self.trip("sys.setprofile")
        return None

    def _python(self, code: CodeType) -> None:
        name, owner = code.co_qualname, _OWNERS[code.co_filename]
        function = code.co_flags & 1  # not the body of a module or a class, which an import runs
        if owner == "torch":
            function &= any(kind in name.lower() for kind in _READY_MADE)
        if function:
            self.trip(f"{owner}.{name}")


def _layer(frame: FrameType | None) -> str | None:
    """The layer of torch that runs, e.g. "torch.nn.LSTM" where a subclass is called."""
    while frame is not None:
        layer = frame.f_locals.get("self") if frame.f_code.co_name == "forward" else None
        for kind in type(layer).__mro__:
            if kind.__module__ == "torch.nn.modules.rnn":
                return f"torch.nn.{kind.__name__}"
        frame = frame.f_back
    return None


def _asker(frame: FrameType | None) -> str:
    """Name of the nearest module outside torch."""
    while frame is not None:
        name = str(frame.f_globals.get("__name__"))
        if name.partition(".")[0] != "torch":
            return name
        frame = frame.f_back
    return ""


_armed: list[_Tripwires] = []


def arm(function: Any, autograd: bool, loss: bool, token: str) -> None:
    """Start to watch this process; `by_hand` calls it where the student's code lives."""
    if _armed:
        _armed[-1].cut()  # until the inner block ends
    _armed.append(_Tripwires(_name(function), autograd, loss, token))


def disarm(function: Any, token: str) -> str | None:
    """Stop to watch what was armed with this token; what has tripped, if anything."""
    tripwires = _armed.pop() if _armed else None
    if tripwires is None:
        return f"`{_name(function)}` {TAKEN}"
    tripwires.cut()
    if _armed:
        _armed[-1].lay()
    return tripwires.tripped if tripwires.token == token else f"`{_name(function)}` {TAKEN}"


def _name(function: Any) -> str:
    return getattr(function, "__name__", None) or type(function).__name__
