"""What an object of the other process looks like in this one."""

import operator
from collections.abc import Iterator
from typing import Any

from autograder.split.errors import NotSupported
from autograder.split.objects import ABILITIES, rebuilt_signature


def number_of(value: Any) -> int | None:
    """The number of the object that a proxy stands for; None if the value is no proxy."""
    kind = type(value)
    if issubclass(kind, RemoteMeta):
        return type.__getattribute__(value, "__dict__").get("_remote_number")
    if not getattr(kind, "_is_remote", False):
        return None
    return object.__getattribute__(value, "__dict__").get("_remote_number")


class Remote:
    """Base of proxies: attributes are read and set where the object is.

    `==` is identity, unless the object's class has one of its own: that, truth and arithmetic
    have no meaning here and say so.
    """

    _is_remote = True

    def __init__(self, link: Any, number: int, name: str) -> None:
        self.__dict__.update(_link=link, _remote_number=number, _remote_name=name)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name not in _ASKED:
            raise AttributeError(f"no attribute {name!r} of an object of the student's program")
        return self._link.ask("attr", self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        self._link.ask("setattr", self, name, value)

    def __delattr__(self, name: str) -> None:
        self._link.ask("delattr", self, name)

    def __dir__(self) -> list[str]:
        return [name for name in self._link.ask("dir", self) if isinstance(name, str)]

    def __repr__(self) -> str:
        return str(self._link.ask("repr", self))

    def __str__(self) -> str:
        return str(self._link.ask("str", self))

    def __bool__(self) -> bool:
        raise NotSupported(
            f"the truth of `{self._remote_name}` cannot be asked: it lives in the student's "
            "process; compare with `is not None`, or test a value that it returns"
        )

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        return self._link.ask("deepcopy", self)

    def __copy__(self) -> Any:
        return self._link.ask("copy", self)

    def __reduce_ex__(self, protocol: Any) -> Any:
        raise NotSupported("an object of the student's program cannot be pickled by a test")

    def __run_where_it_lives__(self, module: str, function: str, *args: Any, **kwargs: Any) -> Any:
        """Call a library's function in the other process, with the object as first argument."""
        return self._link.ask("library", self, module, function, list(args), kwargs)


_ASKED = {"__wrapped__", "__name__", "__annotations__", "__dict__", "__kwdefaults__"}


def _no_arithmetic(name: str) -> Any:
    def refuse(self: Any, *_: Any) -> Any:
        raise NotSupported(
            f"`{self._remote_name}` lives in the student's process: {name.strip('_')} has no "
            "meaning for it here; use its methods, or numbers and tensors that it returns"
        )

    return refuse


for _name in (
    *("add", "radd", "sub", "rsub", "mul", "rmul", "truediv", "rtruediv", "floordiv", "mod"),
    *("pow", "rpow", "matmul", "rmatmul", "neg", "pos", "abs", "and", "or", "xor", "invert"),
    *("lt", "le", "gt", "ge", "float", "int", "index"),
):
    setattr(Remote, f"__{_name}__", _no_arithmetic(f"__{_name}__"))


class RemoteFunction(Remote):
    """A function, method or builtin."""

    def __init__(self, link: Any, number: int, name: str, doc: str | None, parameters: Any) -> None:
        super().__init__(link, number, name)
        self.__dict__.update(__name__=name, __qualname__=name, __doc__=doc)
        found = rebuilt_signature(parameters)
        if found is not None:
            self.__dict__["__signature__"] = found

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        return self._link.call(self, args, kwargs)

    def __repr__(self) -> str:
        return f"<function {self._remote_name} of the student's program>"

    __str__ = __repr__


def _call(self: Any, /, *args: Any, **kwargs: Any) -> Any:
    return self._link.call(self, args, kwargs)


def _exit(self: Any, kind: Any, error: Any, trace: Any) -> Any:
    return self._link.ask("exit", self, error)


def _await(self: Any) -> Iterator[None]:
    return self._link.ask("await", self)
    yield  # makes it the iterator that `await` wants


def _equal(self: Any, other: Any) -> bool:
    if other is self or other is None:
        return other is self
    raise NotSupported(
        f"`{self._remote_name}` lives in the student's process: == has no meaning for it here; "
        "compare its attributes, or what `str`, `list` or a method makes of it"
    )


_METHODS: dict[str, Any] = {
    "__eq__": _equal,
    "__call__": _call,
    "__len__": lambda self: operator.index(self._link.ask("len", self)),
    "__getitem__": lambda self, key: self._link.ask("item", self, key),
    "__setitem__": lambda self, key, value: self._link.ask("setitem", self, key, value),
    "__delitem__": lambda self, key: self._link.ask("delitem", self, key),
    "__contains__": lambda self, item: bool(self._link.ask("contains", self, item)),
    "__iter__": lambda self: self._link.iterate(self),
    "__next__": lambda self: self._link.step(self),
    "__enter__": lambda self: self._link.ask("enter", self),
    "__exit__": _exit,
    "__await__": _await,
}


def object_class(name: str, abilities: list[str]) -> type:
    """The class of proxies for instances of a class with these abilities."""
    if any(ability not in ABILITIES for ability in abilities):
        raise ValueError("no such ability")
    return _object_class(name, tuple(abilities))


_CLASSES: dict[tuple[str, tuple[str, ...]], type] = {}


def _object_class(name: str, abilities: tuple[str, ...]) -> type:
    key = (name[:200], abilities)
    if key not in _CLASSES:
        if len(_CLASSES) > 1000:
            raise ValueError("too many kinds of objects")
        body = {a: _METHODS[a] for a in abilities}
        _CLASSES[key] = type(key[0], (Remote,), body | {"__hash__": object.__hash__})
    return _CLASSES[key]


class RemoteMeta(type):
    """Class of the proxies for classes: calling one makes an instance in the other process."""

    def __new__(
        mcs, name: str, bases: tuple[type, ...], body: dict[str, Any], own: bool = False
    ) -> Any:
        if not own:
            raise NotSupported(
                "a test cannot subclass a class of the student's program: make an instance and "
                "use its methods"
            )
        return super().__new__(mcs, name, bases, body)

    def __init__(cls, name: str, bases: Any, body: Any, own: bool = False) -> None:
        super().__init__(name, bases, body)

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        if issubclass(cls, BaseException) and not args:
            return type.__call__(cls, *args, **kwargs)
        return cls._link.call(cls, args, kwargs)

    def __instancecheck__(cls, instance: Any) -> bool:
        if number_of(instance) is None:
            return type.__instancecheck__(cls, instance)
        return cls._link.ask("isinstance", instance, cls) is True

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(f"no attribute {name!r} of a class of the student's program")
        return cls._link.ask("attr", cls, name)

    def __repr__(cls) -> str:
        return f"<class {cls.__name__} of the student's program>"

    def __run_where_it_lives__(cls, module: str, function: str, *args: Any, **kwargs: Any) -> Any:
        return cls._link.ask("library", cls, module, function, list(args), kwargs)


def remote_class(link: Any, number: int, name: str, base: type, parameters: Any) -> RemoteMeta:
    """The proxy for a class; `base` is the nearest class that both processes know."""
    body: dict[str, Any] = {"_link": link, "_remote_number": number, "__module__": "student"}
    found = rebuilt_signature(parameters)
    if found is not None:
        body["__signature__"] = found
    bases = () if base is object else (base,)
    return RemoteMeta(name[:200], bases, body, own=True)
