"""What one process does with an object of its own when the other asks."""

import collections
import copy
import importlib
import inspect
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from IPython.core.async_helpers import get_asyncio_loop

from autograder.split.arrays import usual_bytes
from autograder.split.values import Encoder

FIXED = frozenset({type(None), bool, int, float, complex, str, bytes, torch.dtype, torch.device})
MAX_TEXT = 20_000
COPIED = (list, dict, set, bytearray, collections.deque, np.ndarray, torch.Tensor)


def call(target: Any, args: Any, kwargs: Any) -> tuple[Any, list[Any], Any]:
    """The value of a call, and which arguments it edited: (label, place, new value).

    An argument that is returned is named by its place, the third value, and does not cross: a test
    would take what crosses for a copy that the function has made.
    """
    before = {place: _content(value) for place, value in _places(args, kwargs)}
    value = target(*args, **kwargs)
    changed = []
    for place, argument in _places(args, kwargs):
        if not _equal(before[place], _content(argument)):
            changed.append((_label(target, args, kwargs, place), place, argument))
    for place, argument in _places(args, kwargs):
        if argument is value and isinstance(value, COPIED):
            return None, changed, place
    return value, changed, None


def _places(args: Any, kwargs: Any) -> list[tuple[Any, Any]]:
    return [*enumerate(args), *kwargs.items()]


def _content(value: Any) -> tuple[Any, bytes | bytearray]:
    """All that an edit in place would change."""
    if type(value) in FIXED:
        return None, b""
    if (usual := usual_bytes(value)) is not None:
        return usual
    encoder = Encoder(special=lambda other: ["object", id(other)])
    try:
        return encoder.encode(value), encoder.bulk
    except Exception:  # what has no content cannot have changed
        return None, bytearray()


def _equal(one: tuple[Any, bytes | bytearray], other: tuple[Any, bytes | bytearray]) -> bool:
    return one[1] == other[1] and (one[0] == other[0] or repr(one[0]) == repr(other[0]))


def _label(target: Any, args: Any, kwargs: Any, place: Any) -> str:
    """The parameter's name where the target has a signature."""
    if isinstance(place, str):
        return place
    try:
        function = target.forward if isinstance(target, torch.nn.Module) else target
        names = list(inspect.signature(function).parameters)
        return names[place]
    except (TypeError, ValueError, IndexError):
        return f"argument {place + 1}"


def step(target: Any) -> tuple[bool, Any]:
    """Whether there is a next item, and the item or the generator's return value."""
    try:
        return True, next(target)
    except StopIteration as stop:
        return False, stop.value


def library(target: Any, module: str, function: str, args: Any, kwargs: Any) -> Any:
    """Call an installed library's function beside the object."""
    return getattr(importlib.import_module(module), function)(target, *args, **kwargs)


def leave(target: Any, error: Any) -> bool:
    """The end of a `with` block."""
    kind = None if error is None else type(error)
    return bool(target.__exit__(kind, error, None))


def await_(target: Any) -> Any:
    """What the notebook gets where it awaits this."""

    async def awaited() -> Any:
        return await target

    return get_asyncio_loop().run_until_complete(awaited())


def setitem(target: Any, key: Any, value: Any) -> None:
    """`target[key] = value`."""
    target[key] = value


def delitem(target: Any, key: Any) -> None:
    """`del target[key]`."""
    del target[key]


def names(target: Any) -> list[str]:
    """Names of attributes."""
    return [name for name in dir(target) if isinstance(name, str)][:10_000]


OPERATIONS: dict[str, Callable[..., Any]] = {
    "call": call,
    "attr": getattr,
    "setattr": setattr,
    "delattr": delattr,
    "item": lambda target, key: target[key],
    "setitem": setitem,
    "delitem": delitem,
    "len": len,
    "contains": lambda target, item: item in target,
    "iter": iter,
    "next": step,
    "isinstance": isinstance,
    "deepcopy": copy.deepcopy,
    "copy": copy.copy,
    "repr": lambda target: repr(target)[:MAX_TEXT],
    "str": lambda target: str(target)[:MAX_TEXT],
    "extra_repr": lambda target: target.extra_repr()[:MAX_TEXT],
    "dir": names,
    "enter": lambda target: target.__enter__(),
    "exit": leave,
    "await": await_,
    "library": library,
}


def for_link(link: Any) -> dict[str, Callable[..., Any]]:
    """Questions about shared tensors and modules."""

    def leaf(number: int) -> Any:
        link.leaves.resend.add((link.home, number))
        return link.leaves.find((link.home, number))

    def module(target: Any) -> Any:
        link.structures.pop(link.objects.numbers[id(target)], None)
        return target

    def vjp(numbers: list[int], grads: list[Any], names: list[list[Any]]) -> Any:
        tensors = []
        for kind, *name in names:
            cut = kind == "cut"
            tensors.append(
                link.graph.cut_leaves[name[0]] if cut else link.leaves.find((name[0], name[1]))
            )
        return link.graph.product(numbers, grads, tensors)

    return {"vjp": vjp, "leaf": leaf, "module": module}
