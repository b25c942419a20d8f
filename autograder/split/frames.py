"""One frame: a value, and beside it what both sides need so that it means the same.

Keys of a frame: k kind, op, v value, outs and deps (results with a history), leaves and modules
(news of shared tensors and modules), drop (references that died), mode (gradients on or off,
default dtype, random states).
"""

from typing import Any

import torch

from autograder.split import modules as mirrors
from autograder.split.errors import KNOWN, known_base, plain_args, rebuilt, where
from autograder.split.graph import Bridge, leaves_of
from autograder.split.leaves import create, update
from autograder.split.objects import library_name
from autograder.split.proxies import RemoteFunction, number_of, object_class, remote_class
from autograder.split.rng import kind_of
from autograder.split.values import Decoder, Encoder


class Packer:
    """Builds one frame of a link; `asking` cuts the history of tensors instead of lending it."""

    def __init__(self, link: Any, asking: bool) -> None:
        self.link, self.asking = link, asking
        self.encoder = Encoder(self.special, self.tensor)
        self.lent: list[torch.Tensor] = []
        self.outs: list[Any] = []
        self.described: dict[int, Any] = {}

    def frame(self, kind: str, value: Any, **more: Any) -> dict[str, Any]:
        """The frame as plain msgpack data; its bulk is `encoder.bulk`."""
        link, encode = self.link, self.encoder.encode
        frame = {"k": kind, "v": encode(value), **more}
        if self.lent:
            frame["outs"] = self.outs
            frame["deps"] = [self.dependency(leaf) for leaf in leaves_of(self.lent)]
        frame["modules"] = self.structures()
        frame["leaves"] = link.leaves.news(self.encoder)
        frame["drop"] = link.dropped()
        return frame

    def tensor(self, tensor: torch.Tensor) -> Any:
        """A shared leaf, a tensor with a history, or just its content."""
        if issubclass(type(tensor), torch.Tensor) and type(tensor) is not torch.nn.Parameter:
            with torch._C.DisableTorchFunctionSubclass():
                if type(tensor) is not torch.Tensor:
                    tensor = tensor.as_subclass(torch.Tensor)
        leaves, graph = self.link.leaves, self.link.graph
        shared = id(tensor) in leaves.keys or isinstance(tensor, torch.nn.Parameter)
        if shared or (tensor.requires_grad and tensor.is_leaf):
            return ["leaf", *leaves.key(tensor)]
        if not tensor.requires_grad:
            return self.encoder.raw_tensor(tensor)
        if self.asking:
            return ["cut", graph.number(graph.cuts, tensor), self.encoder.raw_tensor(tensor)]
        self.lent.append(tensor)
        self.outs.append([graph.number(graph.outs, tensor), self.encoder.raw_tensor(tensor)])
        return ["out", len(self.outs) - 1]

    def dependency(self, leaf: torch.Tensor) -> Any:
        """How the other side can name a leaf of our graph."""
        number = self.link.graph.cut_numbers.get(id(leaf))
        return ["cut", number] if number is not None else ["leaf", *self.link.leaves.key(leaf)]

    def special(self, value: Any) -> Any:
        """What is no plain data: objects by reference, and what both processes have."""
        number = number_of(value)
        if number is not None:
            return ["yours", number]
        if isinstance(value, BaseException):
            return self.error(value)
        if self.link.trusted:
            shared = self.shared(value)
            if shared is not None:
                return shared
        number, about = self.link.objects.refer(value)
        if isinstance(value, torch.nn.Module):
            self.describe(number, value)
        return ["ref", number, about]

    def shared(self, value: Any) -> Any:
        """From the checker only: generators by state, library code by name."""
        kind = kind_of(value)
        if kind is not None:
            number, state = self.link.lender.send(kind, value)
            return ["generator", kind, number, self.encoder.encode(state)]
        name = library_name(value)
        return None if name is None else ["library", *name]

    def error(self, error: BaseException) -> Any:
        """An exception; what a test's own function raised keeps its text to itself."""
        token = error.__dict__.get("_token") if hasattr(error, "__dict__") else None
        if token is not None:
            return ["your error", token]
        kind = type(error)
        name, base = kind.__name__[:200], known_base(kind)
        if self.link.trusted:
            token = self.link.keep_error(error)
            return ["error", name, base, ["raised by the test's own function"], None, "", token]
        own = None
        if name != base and not _in_library(kind):
            own = self.encoder.encode(kind)
        args = [self.encoder.encode(a) for a in plain_args(error)]
        return ["error", name, base, args, own, where(error), None]

    def describe(self, number: int, module: torch.nn.Module) -> None:
        """Send a module's structure with this frame, unless the other side has it."""
        now = mirrors.structure(module)
        if self.link.objects.copies[number] == 1 or mirrors.differs(
            self.link.structures.get(number), now
        ):
            self.link.structures[number] = now
            self.described[number] = None  # children may refer back
            self.described[number] = self.outline(now)

    def outline(self, now: mirrors.Structure) -> Any:
        """A structure whose tensors are shared leaves and whose modules are references."""
        training, parameters, buffers, children = now
        return [
            training,
            [[name, self.shared_tensor(t)] for name, t in parameters],
            [[name, self.shared_tensor(t), kept] for name, t, kept in buffers],
            [[name, self.encoder.encode(child)] for name, child in children],
        ]

    def shared_tensor(self, tensor: torch.Tensor | None) -> Any:
        if tensor is None:
            return None
        if tensor.grad_fn is not None:
            return self.tensor(tensor)
        return ["leaf", *self.link.leaves.key(tensor)]

    def structures(self) -> list[Any]:
        """News of modules: ours that the other side mirrors, and mirrors that we changed."""
        link = self.link
        for number in list(link.structures):
            module = link.objects.table.get(number)
            if module is None:
                del link.structures[number]
            elif number not in self.described:
                self.describe(number, module)
        entries: list[Any] = [
            ["mine", number, link.objects.about[number], outline]
            for number, outline in self.described.items()
        ]
        for number, mirror in list(link.proxies.items()):
            if isinstance(mirror, mirrors.MirrorModule):
                now = mirrors.structure(mirror)
                if mirrors.differs(mirror.__dict__["_agreed"], now):
                    mirror.__dict__["_agreed"] = now
                    entries.append(["yours", number, None, self.outline(now)])
        return entries


def _in_library(kind: type) -> bool:
    return kind.__module__ != "__main__"


class Unpacker:
    """Rebuilds the value of one frame; malformed ones raise ordinary exceptions."""

    def __init__(self, link: Any, frame: dict[str, Any], bulk: bytearray) -> None:
        self.link, self.frame = link, frame
        self.decoder = Decoder(bulk, self.special)
        self.alive: list[Any] = []  # mirrors, until a value holds them
        self.outs: tuple[torch.Tensor, ...] = ()

    def value(self) -> Any:
        """The frame's value, after everything that it brought has been applied."""
        frame, decode = self.frame, self.decoder.decode
        self.link.released(frame.get("drop", []))
        self.link.set_mode(frame.get("mode"), decode)
        for home, number, body, grad, wants, parameter in frame.get("leaves", []):
            content = None if body is None else self.content(body)
            grad = self.content(grad) if isinstance(grad, list) else grad
            self.leaf_news((home, number), content, grad, wants, parameter)
        news = frame.get("modules", [])
        for whose, number, about, _ in news:
            if whose == "mine":
                self.known(number, about)
        for whose, number, _, outline in news:
            self.module_news(whose, number, outline)
        if "outs" in frame:
            self.outs = self.bridge(frame["outs"], frame["deps"])
        return decode(frame["v"])

    def content(self, body: Any) -> torch.Tensor:
        tensor = self.decoder.decode(body)
        if body[0] != "tensor" or not isinstance(tensor, torch.Tensor):
            raise ValueError("not the content of a tensor")
        return tensor

    def leaf_news(self, key: Any, content: Any, grad: Any, wants: Any, parameter: Any) -> None:
        link = self.link
        if type(wants) is not bool or not (grad is None or grad is False or _is_tensor(grad)):
            raise ValueError("not news of a tensor")
        leaf = link.leaves.table.get(key)
        if leaf is not None and leaf.tensor() is not None:
            if key[0] == link.home and not link.may_change(leaf, content, grad):
                return
            if key[0] != link.home and content is not None:
                leaf.copies += 1
            update(leaf, content, grad, wants)
        elif content is not None and key[0] != link.home and type(key[1]) is int:
            tensor = create(content, grad, wants, bool(parameter))
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
        found = self.link.leaves.find((home, number))
        if found is None and home != self.link.home:
            found = self.link.ask("leaf", number)
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
