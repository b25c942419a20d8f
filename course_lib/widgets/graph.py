"""An explorer that steps through a computation graph, forward and then backward."""

from collections.abc import Callable, Mapping

from ipywidgets import FloatSlider, IntSlider
from matplotlib.figure import Figure

from course_lib import diagrams
from course_lib.graph import Node, gradients, operations
from course_lib.widgets.explorer import Explorer


def draw_graph(output: Node, step: int) -> tuple[Figure, str]:
    """The graph after `step` steps, and the last step in words.

    With n operations, steps 1 to n compute them, step n + 1 sets the output's derivative to 1,
    and steps n + 2 to 2n + 1 each pass one operation's derivative back to its inputs.
    """
    steps = operations(output)
    back = step - len(steps) - 1
    fig, ax = diagrams.canvas(*diagrams.graph_size(output))
    computed, passed = min(step, len(steps)), back if back >= 0 else None
    diagrams.computation_graph(ax, output, computed, passed)
    if step == 0:
        return fig, "Only the inputs are known."
    if back < 0:
        return fig, f"Forward, step {step} of {len(steps)}: {_formula(steps[step - 1])}."
    if back == 0:
        name = _name(output)
        return fig, f"The backward pass starts: d{name}/d{name} = 1."
    words = f"Backward, step {back} of {len(steps)}: "
    return fig, words + _handed_back(output, steps[-back], gradients(output, back))


def _name(node: Node) -> str:
    return node.name or f"({node.operation})"


def _formula(node: Node) -> str:
    names = [_name(source) for source in node.inputs]
    sign = f" {node.operation} "
    right = sign.join(names) if len(names) > 1 else f"{node.operation} {names[0]}"
    return f"{_name(node)} = {right} = {node.value:.3g}"


def _handed_back(output: Node, node: Node, found: Mapping[Node, float]) -> str:
    """What each input was handed, and what it has then."""
    parts = []
    for source, partial in zip(node.inputs, node.partials, strict=True):
        share = found[node] * partial
        sum_up = "" if share == found[source] else f", in all {found[source]:.3g}"
        parts.append(
            f"{_name(source)} gets {found[node]:.3g} × {partial:.3g} = {share:.3g}{sum_up}"
        )
    return f"through {_name(node)}, " + "; ".join(parts) + "."


def graph_explorer(
    build: Callable[..., Node], start: int = 0, **inputs: tuple[float, float, float]
) -> Explorer:
    """Step through a computation, and change the numbers that go in.

    Args:
        build: takes the inputs' values by name, gives the output; the graph's shape must not
            depend on them.
        start: the step shown first.
        inputs: for each, its value, and the least and greatest that its slider allows.
    """
    last = 2 * len(operations(build(**{name: value for name, (value, *_) in inputs.items()}))) + 1

    def draw(step: int, **values: float) -> tuple[Figure, str]:
        return draw_graph(build(**values), step)

    sliders = {
        name: FloatSlider(value, min=low, max=high, step=0.5, description=f"Value of {name}")
        for name, (value, low, high) in inputs.items()
    }
    return Explorer(draw, step=IntSlider(start, 0, last, description="Step"), **sliders)
