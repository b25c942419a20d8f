"""Gradients across the two processes.

A tensor that a call returns is, on the calling side, the output of `Bridge`, whose inputs are the
tensors that it depends on; its backward asks the other process for the vector-Jacobian product.
An argument with a history is cut: the called side sees a tensor of its own whose gradient is
sent back, so that each side differentiates only what it computed.
"""

import weakref
from typing import Any

import torch

from autograder.split.errors import NotSupported


class Graph:
    """What one process must remember so that the other can ask it for gradients."""

    def __init__(self) -> None:
        self.outs: dict[int, torch.Tensor] = {}  # results of ours whose gradient may be asked
        self.cuts: dict[int, torch.Tensor] = {}  # arguments of ours, cut on the other side
        self.cut_leaves: weakref.WeakValueDictionary[int, torch.Tensor] = (
            weakref.WeakValueDictionary()
        )
        self.cut_numbers: dict[int, int] = {}  # by id(leaf)
        self.gone_cuts: list[int] = []
        self.gone_outs: list[int] = []
        self.unsent: list[torch.Tensor] = []  # leaves that may have a gradient nobody else holds
        self.count = 0

    def number(self, table: dict[int, torch.Tensor], tensor: torch.Tensor) -> int:
        """Keep a tensor under a new number until the other side lets it go."""
        self.count += 1
        table[self.count] = tensor
        return self.count

    def cut(self, number: int, content: torch.Tensor) -> torch.Tensor:
        """An argument whose history stays on the other side; not a leaf, as it was none there."""
        with torch.enable_grad():
            leaf = content.requires_grad_()
            self.cut_leaves[number] = leaf
            self.cut_numbers[id(leaf)] = number
            weakref.finalize(leaf, self._forget, number, id(leaf)).atexit = False
            return leaf.clone()

    def _forget(self, number: int, identity: int) -> None:
        self.cut_numbers.pop(identity, None)
        self.gone_cuts.append(number)

    def product(
        self, numbers: list[int], grads: list[Any], leaves: list[torch.Tensor]
    ) -> list[torch.Tensor | None]:
        """The vector-Jacobian product of results of ours with respect to the leaves."""
        pairs = [
            (self.outs[n], grad) for n, grad in zip(numbers, grads, strict=True) if grad is not None
        ]
        if not pairs or not leaves:
            return [None] * len(leaves)
        outputs, weights = zip(*pairs, strict=True)
        return list(
            torch.autograd.grad(outputs, leaves, weights, retain_graph=True, allow_unused=True)
        )


def leaves_of(tensors: list[torch.Tensor]) -> list[torch.Tensor]:
    """The leaf tensors that these depend on."""
    found: dict[int, torch.Tensor] = {}
    waiting: list[Any] = [t.grad_fn for t in tensors]
    seen = set(waiting)
    while waiting:
        node = waiting.pop()
        if type(node).__name__ == "AccumulateGrad":
            leaf = node.variable
            found[id(leaf)] = leaf
            continue
        for after, _ in node.next_functions if node is not None else ():
            if after is not None and after not in seen:
                seen.add(after)
                waiting.append(after)
    return list(found.values())


class Lease:
    """Tells the other process, when autograd lets go of it, that results are no longer needed."""

    def __init__(self, graph: Graph, numbers: list[int], inputs: tuple[torch.Tensor, ...]) -> None:
        self.graph, self.numbers = graph, numbers
        self.leaves = [tensor for tensor in inputs if tensor.is_leaf]

    def __del__(self) -> None:
        self.graph.gone_outs.extend(self.numbers)
        self.graph.unsent.extend(self.leaves)


class Bridge(torch.autograd.Function):
    """Results of the other process as functions of tensors of this one."""

    @staticmethod
    def forward(
        ctx: Any, link: Any, numbers: list[int], leaves: list[Any], contents: list[torch.Tensor],
        *inputs: torch.Tensor,
    ) -> tuple[torch.Tensor, ...]:  # fmt: skip
        ctx.link, ctx.numbers, ctx.leaves = link, numbers, leaves
        ctx.lease = Lease(link.graph, numbers, inputs)
        ctx.set_materialize_grads(False)
        ctx.save_for_backward(torch.empty(0))  # freed by backward, as local history would be
        ctx.shapes = [(t.shape, t.dtype) for t in inputs]
        return tuple(contents)

    @staticmethod
    def backward(ctx: Any, *grads: torch.Tensor | None) -> Any:
        ctx.saved_tensors  # noqa: B018 - raises if backward has freed this graph
        if torch.is_grad_enabled():
            raise NotSupported(
                "create_graph=True (second derivatives) cannot reach into the student's process: "
                "compare first derivatives, or differentiate numerically"
            )
        found = ctx.link.ask("vjp", ctx.numbers, list(grads), ctx.leaves)
        ctx.link.expect(isinstance(found, list) and len(found) == len(ctx.shapes))
        for grad, about in zip(found, ctx.shapes, strict=True):
            right = isinstance(grad, torch.Tensor) and (grad.shape, grad.dtype) == about
            ctx.link.expect(grad is None or right)
        return None, None, None, None, *found
