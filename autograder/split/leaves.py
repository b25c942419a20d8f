"""Leaf tensors that both processes know: parameters, buffers, inputs that want gradients.

Each has a home, the process that made it, and a number there; the other process has a mirror.
Every frame carries what changed since the last one, in content or gradient. Contents are
compared, not versions: an edit through `.data` leaves the version as it was.
"""

import weakref
from typing import Any

import torch

from autograder.split.arrays import in_a_row, usual_view
from autograder.split.values import Encoder

Key = tuple[str, int]


class State:
    """What a tensor is at one moment, and a copy of its content; of None it is no tensor's."""

    def __init__(self, tensor: torch.Tensor | None) -> None:
        self.about: Any = None
        self.content: Any = None
        self.view, self.place = None, 0
        if tensor is None:
            return
        self.about = (tensor.dtype, tensor.shape, tensor.device)
        if (view := usual_view(tensor)) is not None:  # compared several times as quickly
            self.view, self.place, self.content = view, tensor.data_ptr(), view.tobytes()
        elif not tensor.is_meta:
            self.content = _bytes(tensor).clone()

    def still_holds(self, tensor: torch.Tensor) -> bool:
        """Whether this is its state now."""
        if (tensor.dtype, tensor.shape, tensor.device) != self.about:
            return False
        if isinstance(self.content, torch.Tensor):
            return torch.equal(_bytes(tensor), self.content)
        if self.view is None:
            return True
        if self.place == tensor.data_ptr() and tensor.is_contiguous():
            return bool(self.view.tobytes() == self.content)
        return bool(_bytes(tensor).numpy().tobytes() == self.content)


class Leaf:
    """One shared tensor and what both sides last agreed on."""

    def __init__(self, tensor: torch.Tensor, held: bool) -> None:
        self.held = tensor if held else None
        self.weak = weakref.ref(tensor)
        self.copies = 0  # how often the other side was given the whole, or we were
        self.agree()

    def tensor(self) -> torch.Tensor | None:
        return self.weak()

    def agree(self) -> None:
        """Take the present state for what both sides have."""
        tensor = self.weak()
        assert tensor is not None
        self.content = State(tensor)
        self.grad = None if tensor.grad is None else State(tensor.grad)
        self.wants_grad = tensor.requires_grad
        self.version = tensor._version

    def changes(self) -> tuple[bool, bool, bool]:
        """Whether content, gradient and requires_grad differ from what was agreed."""
        tensor = self.weak()
        assert tensor is not None
        grad = tensor.grad
        if grad is None:
            grad_changed = self.grad is not None
        else:
            grad_changed = self.grad is None or not self.grad.still_holds(grad)
        content = not self.content.still_holds(tensor)
        return content, grad_changed, tensor.requires_grad != self.wants_grad


class Leaves:
    """The table of one process; `home` is its letter."""

    def __init__(self, home: str) -> None:
        self.home = home
        self.table: dict[Key, Leaf] = {}
        self.keys: dict[int, Key] = {}  # by id(tensor)
        self.gone: list[list[int]] = []  # mirrors that died: number, copies
        self.resend: set[Key] = set()  # mirrors that died too early
        self.count = 0

    def key(self, tensor: torch.Tensor) -> Key:
        """The shared name of a tensor, which from now on is one."""
        known = self.keys.get(id(tensor))
        if known is not None:
            return known
        self.count += 1
        key = (self.home, self.count)
        self.table[key] = Leaf(tensor, held=True)
        self.keys[id(tensor)] = key
        return key

    def find(self, key: Key) -> torch.Tensor | None:
        """The tensor of a shared name, None if it is not here."""
        leaf = self.table.get(key)
        return None if leaf is None else leaf.tensor()

    def mirror(self, key: Key, tensor: torch.Tensor) -> None:
        """Take a tensor of the other process into the table; it is forgotten when it dies."""
        leaf = Leaf(tensor, held=False)
        leaf.copies = 1
        self.table[key] = leaf
        self.keys[id(tensor)] = key
        weakref.finalize(tensor, self._forget, key, id(tensor), leaf).atexit = False

    def _forget(self, key: Key, identity: int, leaf: Leaf) -> None:
        self.keys.pop(identity, None)
        if self.table.get(key) is leaf:
            del self.table[key]
            self.gone.append([key[1], leaf.copies])

    def lost(self, number: int) -> int:
        """Copies of a mirror that died, which the other side has not been told yet; untold now."""
        copies = sum(copies for known, copies in self.gone if known == number)
        self.gone[:] = [entry for entry in self.gone if entry[0] != number]
        return copies

    def release(self, number: int, copies: int) -> None:
        """The other side lost its mirror of a leaf of ours."""
        key = (self.home, number)
        leaf = self.table.get(key)
        if leaf is None:
            return
        leaf.copies -= copies
        if leaf.copies <= 0:
            self.keys.pop(id(leaf.held), None)
            del self.table[key]

    def forget_agreement(self) -> None:
        """Send all again: the last news did not arrive."""
        for leaf in self.table.values():
            leaf.content = leaf.grad = State(None)

    def news(self, encoder: Encoder) -> list[Any]:
        """What the other side does not have yet, as frame entries; from then on it is agreed."""
        entries = []
        for key, leaf in list(self.table.items()):
            tensor = leaf.tensor()
            if tensor is None:
                continue
            whole = key[0] == self.home and (leaf.copies == 0 or key in self.resend)
            content, grad, wants = (True, True, True) if whole else leaf.changes()
            if not (content or grad or wants):
                continue
            body = encoder.raw_tensor(tensor) if content else None
            new_grad = None if tensor.grad is None else encoder.raw_tensor(tensor.grad)
            kind = isinstance(tensor, torch.nn.Parameter)
            counted = tensor._version != leaf.version  # not an edit through `.data`
            flags = [tensor.requires_grad, kind, counted]
            entries.append([*key, body, new_grad if grad else False, *flags])
            leaf.copies += whole
            leaf.agree()
        self.resend.clear()
        return entries


def create(content: torch.Tensor, grad: Any, wants_grad: bool, parameter: bool) -> torch.Tensor:
    """A mirror of the other side's leaf."""
    if parameter:
        tensor: torch.Tensor = torch.nn.Parameter(content, requires_grad=wants_grad)
    else:
        tensor = content.requires_grad_(wants_grad)
    if isinstance(grad, torch.Tensor):
        tensor.grad = grad
    return tensor


def update(leaf: Leaf, content: Any, grad: Any, wants_grad: bool, counted: bool) -> None:
    """Apply what changed on the other side; `grad` False means unchanged.

    Args:
        counted: autograd must notice the edit, as it did on the other side.
    """
    tensor = leaf.tensor()
    if tensor is None:
        return
    with torch.no_grad():
        if isinstance(content, torch.Tensor):
            if content.shape == tensor.shape and content.dtype == tensor.dtype:
                (tensor if counted else tensor.data).copy_(content)
            else:
                tensor.data = content
        if tensor.requires_grad != wants_grad:
            tensor.requires_grad_(wants_grad)
        if grad is not False:
            tensor.grad = grad
    leaf.agree()


def _bytes(tensor: torch.Tensor) -> torch.Tensor:
    plain = tensor.detach()
    if plain.layout != torch.strided:
        plain = plain.to_dense()
    return in_a_row(plain.resolve_conj().resolve_neg().contiguous()).view(torch.uint8)
