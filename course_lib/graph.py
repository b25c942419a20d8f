"""A computation as a graph of single operations, and derivatives that flow back through it.

Every operation computes its value and, at the same moment, how fast that value changes with each
of its inputs. The chain rule then needs nothing else.
"""

import math
from dataclasses import dataclass, replace


@dataclass(frozen=True, eq=False)
class Node:
    """One number of a computation: an input, or the result of an operation on other nodes.

    Args:
        value: what the forward pass computed.
        name: for pictures and tables.
        operation: what made it, such as "×" or "tanh"; empty for an input.
        inputs: the nodes it was made from.
        partials: for each input, the local derivative d value / d input.
    """

    value: float | int
    name: str = ""
    operation: str = ""
    inputs: tuple["Node", ...] = ()
    partials: tuple[float | int, ...] = ()

    def named(self, name: str) -> "Node":
        """The same result under a name."""
        return replace(self, name=name)

    def __add__(self, other: "Node") -> "Node":
        return add(self, other)

    def __sub__(self, other: "Node") -> "Node":
        return Node(self.value - other.value, "", "−", (self, other), (1.0, -1.0))

    def __mul__(self, other: "Node") -> "Node":
        partials = (other.value, self.value)
        return Node(self.value * other.value, "", "×", (self, other), partials)

    def __rmul__(self, factor: float | int) -> "Node":
        return Node(factor * self.value, "", f"{factor:g} ×", (self,), (float(factor),))


def add(*nodes: Node) -> Node:
    """The sum of any number of nodes, as one operation."""
    total = math.fsum(node.value for node in nodes)
    return Node(total, "", "+", nodes, (1.0,) * len(nodes))


def tanh(node: Node) -> Node:
    """Its derivative is 1 - tanh²."""
    value = math.tanh(node.value)
    return Node(value, "", "tanh", (node,), (1 - value**2,))


def sigmoid(node: Node) -> Node:
    """1 / (1 + exp(-a)), whose derivative is s (1 - s)."""
    value = (1 + math.tanh(node.value / 2)) / 2
    return Node(value, "", "σ", (node,), (value * (1 - value),))


def square(node: Node) -> Node:
    """Its derivative is twice its input."""
    return Node(node.value**2, "", "square", (node,), (2 * node.value,))


def in_order(output: Node) -> list[Node]:
    """All nodes that `output` was made from, each after its inputs; `output` is the last."""
    found: dict[Node, None] = {}

    def visit(node: Node) -> None:
        for source in node.inputs:
            if source not in found:
                visit(source)
        found[node] = None

    visit(output)
    return list(found)


def operations(output: Node) -> list[Node]:
    """The nodes of `in_order` that an operation made: the steps of the forward pass."""
    return [node for node in in_order(output) if node.inputs]


def gradients(output: Node, passed: int | None = None) -> dict[Node, float]:
    """d output / d node for every node, by passing derivatives back from the output.

    A node hands each of its inputs its own derivative times the local one, and an input *adds*
    what it is handed: a sum over all paths to the output, each edge used once.

    Args:
        passed: stop after so many operations have passed theirs on, to look on; the derivatives
            are then those of the paths seen so far.

    Source: Rumelhart, Hinton and Williams (1986), eqs. 4-7; Linnainmaa (1976).
    """
    found = {output: 1.0}
    for node in operations(output)[::-1][:passed]:
        for source, partial in zip(node.inputs, node.partials, strict=True):
            found[source] = found.get(source, 0.0) + found[node] * partial
    return found
