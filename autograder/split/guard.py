"""What a student's code may do with an object that a test has passed to it, and nothing else."""

import datetime
import enum
import io
import random
import re
import sys
import types
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from pathlib import Path, PurePath
from typing import Any

import numpy as np
import torch

from autograder.split.errors import NotSupported
from autograder.split.operations import OPERATIONS, for_link

ALLOWED = ("call", "item", "len", "contains", "iter", "next", "isinstance", "enter", "exit")
INNER = (
    types.FunctionType, types.BuiltinFunctionType, types.MethodType, types.ModuleType, type,
    types.GeneratorType, types.CoroutineType, types.FrameType, types.CodeType, types.TracebackType,
)  # fmt: skip
# What is open of a library's classes: nothing that writes, or changes what a test counts on.
HARMLESS: tuple[type, ...] = (
    *(Fraction, Decimal, datetime.date, datetime.time, datetime.timedelta, datetime.tzinfo),
    *(re.Pattern, re.Match, random.Random, io.StringIO, io.BytesIO, PurePath),
)
PARTLY: dict[type, set[str]] = {
    Path: {"exists", "is_dir", "is_file", "read_bytes", "read_text"},
    enum.Enum: {"name", "value"},
    torch.distributions.Distribution: {
        *("sample", "rsample", "log_prob", "cdf", "icdf", "entropy", "probs", "logits"),
        *("mean", "mode", "stddev", "variance", "support", "batch_shape", "event_shape"),
    },
    torch.optim.Optimizer: {"step", "zero_grad", "state_dict"},
    torch.optim.lr_scheduler.LRScheduler: {"step", "get_last_lr"},
    np.ndarray: {
        *("T", "dtype", "ndim", "shape", "size", "item", "tolist"),
        *("astype", "copy", "flatten", "ravel", "reshape"),
    },
}


def handlers(link: Any) -> dict[str, Callable[..., Any]]:
    """Questions that the checker answers; targets must be objects that crossed before."""

    def own(operation: Callable[..., Any]) -> Callable[..., Any]:
        def guarded(target: Any, *args: Any) -> Any:
            if id(target) not in link.objects.numbers:
                raise NotSupported("only objects that the test passed can be used")
            return operation(target, *args)

        return guarded

    allowed = {name: own(OPERATIONS[name]) for name in ALLOWED}
    text = own(lambda target: f"<{type(target).__name__} of the test>")
    return {
        **allowed,
        **for_link(link),
        "attr": own(attribute),
        "setattr": own(refuse),
        "deepcopy": own(refuse),
        "repr": text,
        "str": text,
        "extra_repr": own(lambda target: ""),
        "dir": own(lambda target: []),
    }


def attribute(target: Any, name: Any) -> Any:
    """A public attribute of an instance; nothing that leads into the test's own program.

    Open is what the test's own classes define, what an instance holds, and of a library's classes
    what is known to do no harm: a `Path` that writes could rewrite what the test imports next.
    """
    if not isinstance(name, str) or name.startswith("_") or isinstance(target, INNER):
        raise AttributeError("the test's objects offer public attributes only")
    if not _is_open(target, name):
        raise AttributeError(
            f"`{name}` of the test's {type(target).__name__} cannot be used by the tested code: "
            "it may use what the test's own classes define, numbers, lists, arrays and tensors"
        )
    value = getattr(target, name)
    if isinstance(value, INNER) and not isinstance(
        value, (types.MethodType, types.BuiltinFunctionType, types.FunctionType)
    ):
        raise AttributeError("the test's objects offer data and methods only")
    return value


def _is_open(target: Any, name: str) -> bool:
    kind = type(target)
    owner = _owner(kind, name)
    if owner is None:
        finder = _owner(kind, "__getattr__")
        by_name = finder is torch.nn.Module or (finder is not None and _is_own(finder))
        return by_name or name in getattr(target, "__dict__", ())
    if _is_own(owner) or any(isinstance(target, k) and name in PARTLY[k] for k in PARTLY):
        return True
    known = [base for base in HARMLESS if isinstance(target, base)]
    return not issubclass(owner, Path) and any(
        issubclass(owner, base) or issubclass(base, owner) for base in known
    )


def _owner(kind: type, name: str) -> type | None:
    return next((base for base in kind.__mro__ if name in vars(base)), None)


def _is_own(kind: type) -> bool:
    """Whether the notebook defines this class, or a module that lies beside it."""
    module = sys.modules.get(kind.__module__)
    file = getattr(module, "__file__", None)
    beside = file is not None and Path(file).absolute().is_relative_to(Path.cwd())
    return kind.__module__ == "__main__" or beside


def refuse(*_: Any) -> Any:
    """What would change the test's own objects, or copy what they know."""
    raise NotSupported("the test's objects cannot be changed or copied by the tested code")
