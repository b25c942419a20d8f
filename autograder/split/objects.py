"""Objects that stay where they are: what is told about them, and who still refers to them."""

import collections.abc
import functools
import inspect
import types
from typing import Any

import torch

from autograder.split.errors import known_base

FUNCTIONS = (
    types.FunctionType,
    types.BuiltinFunctionType,
    types.MethodType,
    functools.partial,
    type(len),
    type("".join),
)
# What a class may be able to do by syntax; its proxy can do the same and no more.
ABILITIES = (
    "__call__", "__len__", "__getitem__", "__setitem__", "__delitem__", "__contains__",
    "__iter__", "__next__", "__enter__", "__exit__", "__await__", "__eq__",
)  # fmt: skip
_IS = object.__eq__  # what a class without an `==` of its own has: identity, which proxies keep


class Objects:
    """Objects of this process that the other one refers to, by number."""

    def __init__(self) -> None:
        self.table: dict[int, Any] = {}
        self.copies: dict[int, int] = {}
        self.numbers: dict[int, int] = {}  # by id(object)
        self.about: dict[int, list[Any]] = {}
        self.count = 0

    def refer(self, value: Any) -> tuple[int, list[Any]]:
        """The number of an object and what the other side should know about it."""
        number = self.numbers.get(id(value))
        if number is None:
            self.count += 1
            number = self.count
            self.table[number] = value
            self.copies[number] = 0
            self.numbers[id(value)] = number
            self.about[number] = describe(value)
        self.copies[number] += 1
        return number, self.about[number]

    def release(self, number: int, copies: int) -> None:
        """The other side dropped so many references."""
        if number not in self.table:
            return
        self.copies[number] -= copies
        if self.copies[number] <= 0:
            value = self.table.pop(number)
            del self.numbers[id(value)], self.copies[number], self.about[number]


def describe(value: Any) -> list[Any]:
    """Kind, name and abilities of an object."""
    if isinstance(value, type):
        bases = [base.__name__ for base in value.__mro__ if _library_module(base)]
        return ["class", value.__name__, known_base(value), bases[:1], signature(value)]
    if isinstance(value, torch.nn.Module):
        bases = [base.__name__ for base in type(value).__mro__ if _library_module(base)]
        return ["module", type(value).__name__, bases[0]]
    if isinstance(value, FUNCTIONS):
        name = getattr(value, "__name__", None)
        doc = getattr(value, "__doc__", None)
        return [
            "function",
            name[:200] if isinstance(name, str) else "function",
            doc[:4000] if isinstance(doc, str) else None,
            signature(value),
        ]
    able = [a for a in ABILITIES if hasattr(value, a) and getattr(type(value), a, 0) is not _IS]
    return ["object", type(value).__name__[:200], able]


def _library_module(kind: type) -> bool:
    in_torch = issubclass(kind, torch.nn.Module) and kind.__module__.startswith("torch.nn.modules")
    return in_torch and getattr(torch.nn, kind.__name__, kind) is kind


def signature(value: Any) -> list[Any] | None:
    """Parameters of a callable: name, kind, and its default where that is a plain scalar."""
    try:
        parameters = inspect.signature(value).parameters.values()
    except (TypeError, ValueError):
        return None
    found: list[Any] = []
    for parameter in parameters:
        default = parameter.default
        has_default = default is not parameter.empty
        plain = type(default) in (str, int, float, bool, type(None))
        found.append([parameter.name, int(parameter.kind), has_default, default if plain else ...])
        if found[-1][3] is ... or (type(default) is int and abs(default) >= 2**63):
            found[-1][3] = "..."
    return found[:100]


def rebuilt_signature(parameters: Any) -> inspect.Signature | None:
    """Undo `signature`; raises ValueError or TypeError where it is malformed."""
    if parameters is None:
        return None
    found = []
    for name, kind, has_default, default in parameters:
        value = default if has_default else inspect.Parameter.empty
        found.append(inspect.Parameter(name, inspect._ParameterKind(kind), default=value))
    return inspect.Signature(found)


def library_name(value: Any) -> tuple[str, str] | None:
    """Module and name of a function or class that any process can import by that name."""
    if not isinstance(value, (types.FunctionType, types.BuiltinFunctionType, type)):
        return None
    module = getattr(value, "__module__", None) or "builtins"
    name = getattr(value, "__qualname__", "")
    import sys

    if module == "__main__" or "." in name or module not in sys.modules:
        return _torch_name(value)
    found = getattr(sys.modules[module], name, None) is value
    return (module, name) if found else _torch_name(value)


def _torch_name(value: Any) -> tuple[str, str] | None:
    """Builtins of torch do not know their module."""
    name = getattr(value, "__name__", "")
    for module in (torch, torch.nn.functional):
        if name and getattr(module, name, None) is value:
            return module.__name__, name
    return None


def is_iterator(value: Any) -> bool:
    """Whether a value is consumed by reading it."""
    return isinstance(value, collections.abc.Iterator)
