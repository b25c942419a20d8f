"""What a student's code may do with an object that a test has passed to it, and nothing else."""

import types
from collections.abc import Callable
from typing import Any

import torch

from autograder.split.errors import NotSupported
from autograder.split.operations import OPERATIONS, for_link

ALLOWED = ("call", "item", "len", "contains", "iter", "next", "isinstance", "enter", "exit")
INNER = (
    types.FunctionType, types.BuiltinFunctionType, types.MethodType, types.ModuleType, type,
    types.GeneratorType, types.CoroutineType, types.FrameType, types.CodeType, types.TracebackType,
)  # fmt: skip
HOOKS = ("register", "load", "add", "set", "share", "compile", "requires", "apply")


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
    """A public attribute of an instance; nothing that leads into the test's own program."""
    if not isinstance(name, str) or name.startswith("_") or isinstance(target, INNER):
        raise AttributeError("the test's objects offer public attributes only")
    if isinstance(target, (torch.nn.Module, torch.optim.Optimizer)) and name.startswith(HOOKS):
        raise AttributeError(f"{name} is not available on the test's objects")
    value = getattr(target, name)
    if isinstance(value, INNER) and not isinstance(
        value, (types.MethodType, types.BuiltinFunctionType, types.FunctionType)
    ):
        raise AttributeError("the test's objects offer data and methods only")
    return value


def refuse(*_: Any) -> Any:
    """What would change the test's own objects, or copy what they know."""
    raise NotSupported("the test's objects cannot be changed or copied by the tested code")
