"""Builds a frame: a value, and beside it what both sides need so that it means the same.

Keys of a frame: k kind, op, v value, outs and deps (results with a history), leaves and modules
(news of shared tensors and modules), drop (references that died), grad (gradients are on), mode
(the checker's default dtype and random states; the student's "rebound": a name has a new value).
"""

from typing import Any

import torch

from autograder.split import modules as mirrors
from autograder.split.errors import known_base, plain_args, where
from autograder.split.graph import leaves_of
from autograder.split.objects import library_name
from autograder.split.proxies import number_of
from autograder.split.rng import kind_of
from autograder.split.values import Encoder


class Packer:
    """Builds one frame of a link; `asking` cuts the history of tensors instead of lending it."""

    def __init__(self, link: Any, asking: bool) -> None:
        self.link, self.asking = link, asking
        self.encoder = Encoder(self.special, self.tensor)
        self.lent: list[torch.Tensor] = []
        self.outs: list[Any] = []
        self.described: dict[int, Any] = {}

    def frame(self, kind: str, value: Any, **more: Any) -> tuple[dict[str, Any], bytearray]:
        """The frame as plain msgpack data, and its bulk; the packer is used up."""
        try:
            return self._frame(kind, value, **more), self.encoder.bulk
        finally:
            self.__dict__.clear()  # the encoder refers back, and tensors must not wait for gc

    def _frame(self, kind: str, value: Any, **more: Any) -> dict[str, Any]:
        link, encode = self.link, self.encoder.encode
        frame = {"k": kind, "v": encode(value), **more, **link.mode(encode)}
        if self.lent:
            frame["outs"] = self.outs
            frame["deps"] = [self.dependency(leaf) for leaf in leaves_of(self.lent)]
        frame["modules"] = self.structures()
        frame["leaves"] = link.leaves.news(self.encoder)
        link.graph.unsent.clear()
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
        if mirrors.changed(self.link.structures.get(number), module):
            now = mirrors.structure(module)
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
        for number, mirror in list(link.mirrors.items()):
            agreed = mirror.__dict__.get("_agreed")  # None: its structure is still to come
            if agreed is not None and mirrors.changed(agreed, mirror):
                now = mirrors.structure(mirror)
                mirror.__dict__["_agreed"] = now
                entries.append(["yours", number, None, self.outline(now)])
        return entries


def _in_library(kind: type) -> bool:
    return kind.__module__ != "__main__"
