"""Takes a frame apart: applies its news, rebuilds its value; `packer` says what is in one."""

from typing import Any

import torch

from autograder.split import modules as mirrors
from autograder.split.decoding import Decoder
from autograder.split.errors import KNOWN, rebuilt
from autograder.split.graph import Bridge
from autograder.split.leaves import create, update
from autograder.split.proxies import RemoteFunction, object_class, remote_class


class Unpacker:
    """Rebuilds the value of one frame; malformed ones raise ordinary exceptions."""

    def __init__(self, link: Any, frame: dict[str, Any], bulk: bytearray) -> None:
        self.link, self.frame = link, frame
        self.decoder = Decoder(bulk, self.special)
        self.alive: list[Any] = []  # mirrors, until a value holds them
        self.outs: tuple[torch.Tensor, ...] = ()

    def value(self) -> Any:
        """The frame's value, after everything that it brought was applied; used up after that."""
        try:
            return self._value()
        finally:
            self.__dict__.clear()  # the decoder refers back, and tensors must not wait for gc

    def _value(self) -> Any:
        frame, decode = self.frame, self.decoder.decode
        self.link.set_mode(frame.get("mode"), decode)
        for home, number, body, grad, *flags in frame.get("leaves", []):
            content = None if body is None else self.content(body)
            grad = self.content(grad) if isinstance(grad, list) else grad
            self.leaf_news((home, number), content, grad, *flags)
        news = frame.get("modules", [])
        for whose, number, about, _ in news:
            if whose == "mine":
                self.known(number, about)
        for whose, number, _, outline in news:
            self.module_news(whose, number, outline)
        if "outs" in frame:
            self.outs = self.bridge(frame["outs"], frame["deps"])
        value = decode(frame["v"])
        self.link.released(frame.get("drop", []))  # last: what is freed may be in the value
        return value

    def content(self, body: Any) -> torch.Tensor:
        tensor = self.decoder.decode(body)
        if body[0] != "tensor" or not isinstance(tensor, torch.Tensor):
            raise ValueError("not the content of a tensor")
        return tensor

    def leaf_news(
        self, key: Any, content: Any, grad: Any, wants: bool, parameter: bool, counted: bool
    ) -> None:
        link = self.link
        if any(type(flag) is not bool for flag in (wants, parameter, counted)) or not (
            grad is None or grad is False or _is_tensor(grad)
        ):
            raise ValueError("not news of a tensor")
        leaf = link.leaves.table.get(key)
        if leaf is not None and leaf.tensor() is not None:
            if key[0] == link.home and not link.may_change(leaf, content, grad):
                return
            update(leaf, content, grad, wants, counted)
        elif content is not None and key[0] in {"c", "s"} - {link.home} and type(key[1]) is int:
            tensor = create(content, grad, wants, parameter)
            link.leaves.mirror(key, tensor)
            self.alive.append(tensor)

    def module_news(self, whose: str, number: int, outline: Any) -> None:
        link = self.link
        if whose == "yours":
            module, table = link.objects.table[number], link.structures
        else:
            module, table = link.proxies[number], None
        training, parameters, buffers, children = outline
        decode = self.decoder.decode
        new = mirrors.checked(
            training,
            [(name, decode(t)) for name, t in parameters],
            [(name, decode(t), kept) for name, t, kept in buffers],
            [(name, decode(child)) for name, child in children],
        )
        if whose == "yours" and not link.may_restructure(module, new):
            if known := link.structures.get(number):  # its mode it may change
                link.structures[number] = (module.training, *known[1:])
            return
        mirrors.take(module, new)
        if table is None:
            module.__dict__["_agreed"] = mirrors.structure(module)
        else:
            table[number] = mirrors.structure(module)

    def bridge(self, outs: Any, deps: Any) -> tuple[torch.Tensor, ...]:
        """Results with a history: outputs of a function of the tensors that they depend on."""
        contents = [self.content(body) for _, body in outs]
        numbers = [number for number, _ in outs]
        inputs = [self.dependency(dep) for dep in deps]
        if any(type(n) is not int for n in numbers) or not inputs:
            raise ValueError("not results with a history")
        with torch.enable_grad():
            return Bridge.apply(self.link, numbers, deps, contents, *inputs)

    def dependency(self, dep: Any) -> torch.Tensor:
        """The tensor of ours that the other side's graph ends in."""
        kind, *name = dep
        if kind == "cut":
            return self.link.graph.cuts[name[0]]
        return self.leaf(name[0], name[1])

    def leaf(self, home: str, number: int) -> torch.Tensor:
        if home not in ("c", "s") or type(number) is not int:
            raise ValueError("not the name of a shared tensor")
        found = self.link.leaves.find((home, number))
        if found is None and home != self.link.home:
            copies = self.link.leaves.lost(number)
            untold, self.link.leaves.gone = self.link.leaves.gone, []  # this frame may name them
            found = self.link.ask("leaf", number)
            self.link.leaves.gone = untold + self.link.leaves.gone
            if (leaf := self.link.leaves.table.get((home, number))) is not None:
                leaf.copies += copies
        if not isinstance(found, torch.Tensor):
            raise ValueError("no such shared tensor")
        return found

    def special(self, item: list[Any]) -> Any:
        """Everything that is no plain data."""
        kind = item[0]
        if kind == "leaf":
            return self.leaf(item[1], item[2])
        if kind == "cut":
            return self.link.graph.cut(item[1], self.content(item[2]))
        if kind == "out":
            return self.outs[item[1]]
        if kind == "yours":
            return self.link.objects.table[item[1]]
        if kind == "ref":
            return self.reference(item[1], item[2])
        if kind == "error":
            return self.error(*item[1:])
        if kind == "your error":
            return self.link.kept_error(item[1])
        return self.link.from_checker(item, self.decoder)

    def error(self, name: str, base: str, args: Any, own: Any, place: str, token: Any) -> Any:
        kind = None if own is None else self.decoder.decode(own)
        kind = kind if isinstance(kind, type) else None
        error = rebuilt(name, base, self.decoder.all(args, 1), place, kind)
        if token is not None and not self.link.trusted:
            error.__dict__["_token"] = token
        return error

    def reference(self, number: int, about: list[Any]) -> Any:
        """The proxy for an object of the other process; the same one while it is alive."""
        if type(number) is not int:
            raise ValueError("not a reference")
        new = number not in self.link.proxies
        found = self.known(number, about)
        self.link.received[number] = self.link.received.get(number, 0) + 1
        if new and isinstance(found, mirrors.MirrorModule):
            self.link.ask("module", found)  # its structure came earlier, and has been forgotten
        return found

    def known(self, number: int, about: list[Any]) -> Any:
        """The proxy of that number, made if need be, and alive until the frame is unpacked."""
        found = self.link.proxies.get(number)
        if found is None:
            found = self.proxy(number, about)
            self.link.adopt(number, found)
        self.alive.append(found)
        return found

    def proxy(self, number: int, about: list[Any]) -> Any:
        kind, name, *rest = about
        if not isinstance(name, str):
            raise ValueError("not the name of an object")
        if kind == "function":
            return RemoteFunction(self.link, number, name, rest[0], rest[1])
        if kind == "object":
            return object_class(name, rest[0])(self.link, number, name)
        if kind == "module":
            return mirrors.mirror_class(name, rest[0])(self.link, number, name)
        if kind == "class":
            return remote_class(self.link, number, name, _base(rest[0], rest[1]), rest[2])
        raise ValueError("no such kind of object")


def _base(error: str, library: list[str]) -> type:
    if error:
        return KNOWN[error]
    return getattr(torch.nn, library[0]) if library else object


def _is_tensor(value: Any) -> bool:
    return isinstance(value, torch.Tensor)
