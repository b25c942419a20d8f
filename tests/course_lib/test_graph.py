"""The computation graph against autograd and finite differences; its drawing by content."""

import itertools

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest
import torch

from course_lib import diagrams
from course_lib.diagrams.graphs import DERIVATIVE, VALUE, layout, maths
from course_lib.graph import Node, add, gradients, in_order, operations, sigmoid, square, tanh
from course_lib.widgets.graph import draw_graph, graph_explorer

mpl.use("agg")


@pytest.fixture(autouse=True)
def closed_figures() -> None:
    yield
    plt.close("all")


def two_paths(a: float = 3.0, c: float = 5.0) -> Node:
    first, twice = Node(a, "a"), Node(c, "c")
    L, R = (twice * first).named("L"), (2 * twice).named("R")
    return (L + R).named("O")


def tangle(a: Node, b: Node, c: Node, ops) -> Node:
    """Every operation, with nodes used two and three times."""
    h = ops.tanh(a * b + c)
    s = ops.sigmoid(0.7 * h - c)
    return ops.square(ops.add(h * s, a * h, s * s)) - h


class Torch:
    tanh, sigmoid, square = torch.tanh, torch.sigmoid, torch.square
    add = staticmethod(lambda *terms: sum(terms))


class Ours:
    tanh, sigmoid, square, add = map(staticmethod, (tanh, sigmoid, square, add))


@pytest.mark.parametrize("seed", range(5))
def test_values_and_gradients_are_autograds(seed: int) -> None:
    drawn = torch.randn(3, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    leaves = [Node(value) for value in drawn.tolist()]
    tensors = [value.clone().requires_grad_() for value in drawn]
    ours, oracle = tangle(*leaves, Ours), tangle(*tensors, Torch)
    oracle.backward()
    assert ours.value == pytest.approx(oracle.item())
    found = gradients(ours)
    assert [found[leaf] for leaf in leaves] == pytest.approx([t.grad.item() for t in tensors])


def test_gradients_are_finite_differences() -> None:
    eps, at = 1e-6, [0.3, -0.8, 1.1]
    leaves = [Node(value) for value in at]
    found = gradients(tangle(*leaves, Ours))
    for i, leaf in enumerate(leaves):
        up, down = ([v + s * eps * (i == j) for j, v in enumerate(at)] for s in (1, -1))
        value = [tangle(*map(Node, moved), Ours).value for moved in (up, down)]
        assert found[leaf] == pytest.approx((value[0] - value[1]) / (2 * eps), rel=1e-6)


@pytest.mark.parametrize("value", [-800.0, 0.0, 800.0])
def test_the_sigmoid_does_not_overflow(value: float) -> None:
    assert sigmoid(Node(value)).value == (value > 0) + (value == 0) / 2


def test_inputs_come_before_what_uses_them() -> None:
    nodes = in_order(tangle(Node(1.0), Node(2.0), Node(3.0), Ours))
    place = {node: i for i, node in enumerate(nodes)}
    assert len(place) == len(nodes)
    assert all(place[source] < place[node] for node in nodes for source in node.inputs)


def test_derivatives_arrive_path_by_path() -> None:
    O = two_paths()  # noqa: E741 - the slide's letter
    named = {node.name: node for node in in_order(O)}
    seen = [gradients(O, passed).get(named["c"]) for passed in range(4)]
    assert seen == [None, None, 2.0, 5.0]
    assert gradients(O, 0) == {O: 1.0}
    assert gradients(O) == gradients(O, 3)


def test_boxes_do_not_meet() -> None:
    for output in (two_paths(), tangle(Node(1.0), Node(2.0), Node(3.0), Ours), Node(1.0)):
        spots = layout(output)
        for (x, y), (u, v) in itertools.combinations(spots.values(), 2):
            assert abs(x - u) >= 1 or abs(y - v) >= 0.5
        for node in spots:
            assert all(spots[source][0] < spots[node][0] for source in node.inputs)


def written(ax: plt.Axes, color: str) -> list[str]:
    return [text.get_text() for text in ax.texts if text.get_color() == color]


def test_the_drawing_holds_values_and_derivatives_so_far() -> None:
    O = two_paths()  # noqa: E741
    _, ax = diagrams.canvas(*diagrams.graph_size(O))
    diagrams.computation_graph(ax, O, computed=1)
    assert written(ax, VALUE) == ["5", "3", "15"], "R and O are not computed yet"
    assert written(ax, DERIVATIVE) == []
    _, ax = diagrams.canvas(*diagrams.graph_size(O))
    diagrams.computation_graph(ax, O, passed=3)
    assert sorted(written(ax, VALUE)) == sorted(["3", "5", "15", "10", "25"])
    factors = [text for text in written(ax, DERIVATIVE) if text.startswith("×")]
    assert sorted(factors) == ["×1", "×1", "×2", "×3", "×5"]
    assert sorted(set(written(ax, DERIVATIVE)) - set(factors)) == ["1", "5"]


def test_names_become_symbols() -> None:
    assert [maths(name) for name in ("w12", "L", "ŷ", "a3", "")] == [
        "$w_{12}$", "$L$", r"$\hat{y}$", "$a_{3}$", "",
    ]  # fmt: skip


def test_training_shows_both_weights_and_their_derivatives() -> None:
    _, ax = diagrams.canvas(9.0, 2.9)
    diagrams.two_passes(ax, {"$W$": "$dW$", "$U$": "$dU$"})
    said = [text.get_text() for text in ax.texts]
    assert {"$W$", "$dW$", "$U$", "$dU$"} <= set(said)


def test_the_explorer_says_each_step() -> None:
    O = two_paths()  # noqa: E741
    words = [draw_graph(O, step)[1] for step in range(8)]
    assert words[1] == "Forward, step 1 of 3: L = c × a = 15."
    assert words[2] == "Forward, step 2 of 3: R = 2 × c = 10."
    assert words[4] == "The backward pass starts: dO/dO = 1."
    assert words[6] == "Backward, step 2 of 3: through R, c gets 1 × 2 = 2."
    assert "c gets 1 × 3 = 3, in all 5; a gets 1 × 5 = 5." in words[7]
    assert len(set(words)) == 8


def test_the_explorers_controls_reach_the_graph() -> None:
    built = graph_explorer(two_paths, start=7, a=(3.0, -5.0, 5.0), c=(5.0, -5.0, 5.0))
    assert built.controls["step"].max == 2 * len(operations(two_paths())) + 1
    built.controls["a"].value = -4.5
    assert "c gets 1 × -4.5 = -4.5, in all -2.5" in built.picture.value
    for step in range(8):
        built.controls["step"].value = step
        assert "<img" in built.picture.value
