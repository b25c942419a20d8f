"""A module of the other process as a real `nn.Module`: structure and tensors here, code there."""

from typing import Any

import torch
from torch import nn

from autograder.split.errors import NotSupported

_PLAIN = {"training"}


class MirrorModule(nn.Module):
    """Its parameters, buffers and submodules are mirrored; `forward` runs where the code is."""

    _is_remote = True

    def __init__(self, link: Any, number: int, name: str) -> None:
        nn.Module.__init__(self)
        self.__dict__.update(_link=link, _remote_number=number, _remote_name=name, _agreed=None)

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        return self._link.call(self, args, kwargs)

    def __getattr__(self, name: str) -> Any:
        for table in ("_parameters", "_buffers", "_modules"):
            if name in self.__dict__.get(table, ()):
                return self.__dict__[table][name]
        if name.startswith("__"):
            raise AttributeError(name)
        return self._link.ask("attr", self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name in _PLAIN or name.startswith("_"):
            object.__setattr__(self, name, value)
        else:
            self._link.ask("setattr", self, name, value)

    def __delattr__(self, name: str) -> None:
        self._link.ask("delattr", self, name)

    def _get_name(self) -> str:
        return self._remote_name

    def extra_repr(self) -> str:
        return str(self._link.ask("extra_repr", self))

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        return self._link.ask("deepcopy", self)

    def __reduce_ex__(self, protocol: Any) -> Any:
        raise NotSupported("a module of the student's program cannot be pickled: use state_dict()")

    def __run_where_it_lives__(self, module: str, function: str, *args: Any, **kwargs: Any) -> Any:
        """Call a library's function in the other process, with the module as first argument."""
        return self._link.ask("library", self, module, function, list(args), kwargs)

    _apply = nn.Module._apply  # a library class between may count on internals that stay there


_CLASSES: dict[tuple[str, str], type] = {}


def mirror_class(name: str, base: str) -> type:
    """The class of mirrors; an instance of it passes `isinstance` for the library class `base`."""
    known = getattr(nn, base, None) if base.isidentifier() else None
    if not (isinstance(known, type) and issubclass(known, nn.Module)):
        raise ValueError("no such module class")
    key = (name[:200], base)
    if key not in _CLASSES:
        if len(_CLASSES) > 1000:
            raise ValueError("too many kinds of modules")
        bases = (MirrorModule,) if known is nn.Module else (MirrorModule, known)
        _CLASSES[key] = type(key[0], bases, {"__module__": "student"})
    return _CLASSES[key]


Structure = tuple[bool, list[tuple[str, Any]], list[tuple[str, Any, bool]], list[tuple[str, Any]]]


def structure(module: nn.Module) -> Structure:
    """What both sides must agree on: training, parameters, buffers (persistent?), submodules."""
    own = module.__dict__
    passing = own.get("_non_persistent_buffers_set", set())
    buffers = [(name, value, name not in passing) for name, value in own["_buffers"].items()]
    return (
        bool(own["training"]),
        list(own["_parameters"].items()),
        buffers,
        list(own["_modules"].items()),
    )


def changed(agreed: Structure | None, module: nn.Module) -> bool:
    """Whether anything is another object than before; every frame asks this of every module."""
    own = module.__dict__
    if agreed is None or agreed[0] != own["training"]:
        return True
    tables: Any = zip(agreed[1:], ("_parameters", "_buffers", "_modules"), strict=True)
    for before, name in tables:
        now = own[name]
        if len(before) != len(now):
            return True
        for entry, (key, value) in zip(before, now.items(), strict=True):
            if entry[0] != key or entry[1] is not value:
                return True
    passing = own.get("_non_persistent_buffers_set", set())
    return any((name in passing) is kept for name, _, kept in agreed[2])


def take(module: nn.Module, new: Structure) -> None:
    """Make a module's structure that of its other half."""
    training, parameters, buffers, children = new
    own = module.__dict__
    own["training"] = training
    _refill(own["_parameters"], dict(parameters))
    _refill(own["_buffers"], {name: value for name, value, _ in buffers})
    own["_non_persistent_buffers_set"] = {name for name, _, kept in buffers if not kept}
    _refill(own["_modules"], dict(children))


def _refill(table: dict[str, Any], new: dict[str, Any]) -> None:
    if list(table) != list(new) or any(table[name] is not new[name] for name in new):
        table.clear()
        table.update(new)


def checked(training: Any, parameters: Any, buffers: Any, children: Any) -> Structure:
    """A decoded structure, if it is one; raises ValueError otherwise."""
    right = type(training) is bool
    for name, value in parameters:
        right &= isinstance(name, str) and isinstance(value, torch.Tensor | None)
    for name, value, kept in buffers:
        right &= isinstance(name, str) and isinstance(value, torch.Tensor | None)
        right &= type(kept) is bool
    for name, value in children:
        right &= isinstance(name, str) and isinstance(value, nn.Module | None)
    if not right:
        raise ValueError("not the structure of a module")
    return training, parameters, buffers, children
