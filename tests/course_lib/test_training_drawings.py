"""Drawings and explorers of training: what they show is what autograd does."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest
import torch
from matplotlib.axes import Axes
from matplotlib.colors import to_hex

from course_lib import diagrams, widgets
from course_lib.cells import LSTMCell
from course_lib.plots import COLORS
from course_lib.recurrent import unroll
from course_lib.widgets.truncated import draw_training, draw_truncated

mpl.use("agg")
WORDS = "The students studied the book </s>".split()  # noqa: SIM905
GUESSES = ["the", "studied", "</s>", "slides", "and"]
LOSSES = [3.0, 2.0, 2.5, 1.0, 4.0]


@pytest.fixture(autouse=True)
def closed_figures() -> None:
    yield
    plt.close("all")


def texts(ax: Axes) -> list[str]:
    return [text.get_text() for text in ax.texts]


def frame(step: int) -> Axes:
    _, ax = diagrams.canvas(9.0, 5.0)
    return diagrams.training_frame(ax, WORDS, GUESSES, LOSSES, step)


@pytest.mark.parametrize("step", range(1, 7))
def test_a_frame_shows_the_steps_so_far_and_no_more(step: int) -> None:
    said, shown = texts(frame(step)), min(step, 5)
    for t in range(5):
        assert (f"$L_{{{t + 1}}}$ = {LOSSES[t]:.2f}" in said) == (t < shown)
    assert [guess in said for guess in GUESSES[1:]] == [t < shown for t in range(1, 5)]
    assert said.count("students") == 1 + (shown > 1)  # a target, then the next step's input
    assert any("= 2.50 nats a word" in text for text in said) == (step == 6)


@pytest.mark.parametrize("step", range(1, 7))
def test_teacher_forcing_joins_each_target_to_the_next_input(step: int) -> None:
    dashed = [line for line in frame(step).lines if line.get_linestyle() == "--"]
    assert len(dashed) == min(step, 5) - 1


def test_frames_that_do_not_fit_are_refused() -> None:
    _, ax = diagrams.canvas(9.0, 5.0)
    for words, guesses, losses, step in [
        (WORDS, GUESSES, LOSSES, 0),
        (WORDS, GUESSES, LOSSES, 7),
        (WORDS[:-1], GUESSES, LOSSES, 1),
        (WORDS, GUESSES[1:], LOSSES, 1),
    ]:
        with pytest.raises(ValueError, match="step"):
            diagrams.training_frame(ax, words, guesses, losses, step)


def test_the_words_of_a_frame() -> None:
    assert draw_training(WORDS, GUESSES, LOSSES, 4)[1] == (
        "Step 4: after “The students studied the” the model's best guess is “slides”; "
        "the true word “book” costs 1.00 nats, and is the next input all the same."
    )
    assert draw_training(WORDS, GUESSES, LOSSES, 2)[1].endswith("costs 2.00 nats.")
    assert "2.50 nats" in draw_training(WORDS, GUESSES, LOSSES, 6)[1]


def gradient_reaches(n: int, T: int, position: int) -> list[int]:
    """Steps whose input gets a gradient when a chunked loop backpropagates one loss."""
    torch.manual_seed(0)
    cell, x = LSTMCell(2, 3), torch.randn(1, n, 2, requires_grad=True)
    state = None
    for start in range(0, n, T):
        hs, state = unroll(cell, x[:, start : start + T], state)
        if start < position <= start + T:
            hs[:, position - 1 - start].sum().backward()
        state = tuple(one.detach() for one in state)
    return [t + 1 for t in range(n) if x.grad[0, t].abs().sum() > 0]


@pytest.mark.parametrize("T", [1, 2, 3, 5, 7, 9])
@pytest.mark.parametrize("position", [1, 4, 5, 6, 7])
def test_the_gradient_reaches_what_autograd_reaches(T: int, position: int) -> None:
    assert list(diagrams.reached_steps(position, T)) == gradient_reaches(7, T, position)


@pytest.mark.parametrize(("n", "T", "position"), [(7, 3, 5), (7, 1, 4), (7, 7, 7), (6, 2, 1)])
def test_the_drawing_colours_the_steps_reached(n: int, T: int, position: int) -> None:
    _, ax = diagrams.canvas(8.0, 2.5)
    diagrams.truncated(ax, n, T, position)
    inputs = {
        text.get_text(): to_hex(patch.get_edgecolor()).upper()
        for text, patch in zip(
            [t for t in ax.texts if "_{" in t.get_text()], ax.patches[: 2 * n + 1], strict=True
        )
    }
    red = {name for name, color in inputs.items() if color == COLORS["output"]}
    assert red == {f"$x_{{{t}}}$" for t in diagrams.reached_steps(position, T)}
    assert texts(ax).count("detach") == (n - 1) // T


@pytest.mark.parametrize(("T", "position"), [(0, 1), (3, 0), (3, 8)])
def test_steps_outside_are_refused(T: int, position: int) -> None:
    _, ax = diagrams.canvas(8.0, 2.5)
    with pytest.raises(ValueError, match="need"):
        diagrams.truncated(ax, 7, T, position)


def test_the_words_of_a_truncated_gradient() -> None:
    assert draw_truncated(15, 5, 13)[1] == (
        "T = 5: the gradient of the loss at step 13 reaches steps 11 to 13. State 10 is carried "
        "in as a number and detached: steps 1 to 10 are remembered, but not taught."
    )
    assert "reaches step 11 alone" in draw_truncated(15, 5, 11)[1]
    assert "nothing is cut off" in draw_truncated(15, 5, 4)[1]


def test_every_step_sends_its_share_to_the_weights() -> None:
    _, ax = diagrams.canvas(8.0, 3.6)
    diagrams.bptt_graph(ax, 3)
    assert [f"$\\delta_{{{t}}}\\, h_{{{t - 1}}}^\\top$" in texts(ax) for t in (1, 2, 3, 4)] == [
        True, True, True, False,
    ]  # fmt: skip


def test_a_grid_has_every_word_and_a_line_after_each_chunk() -> None:
    _, ax = plt.subplots()
    diagrams.token_grid(ax, [list("abcdefg"), ["h", "<pad>"]], T=3)
    assert [text.get_text() for text in ax.texts] == [*"abcdefgh", "<pad>"]
    assert [line.get_xdata()[0] for line in ax.lines] == [3, 6]
    colors = [to_hex(patch.get_facecolor()) for patch in ax.patches]
    assert colors.count(colors[0]) == 8


@pytest.mark.parametrize(
    "explorer",
    [
        lambda: widgets.training_explorer(WORDS, GUESSES, LOSSES),
        lambda: widgets.truncated_explorer(n=6, T=2, position=5),
    ],
)
def test_every_value_of_every_control_can_be_drawn(explorer) -> None:
    built = explorer()
    for name, control in built.controls.items():
        for value in (control.min, control.max):
            control.value = value
            assert "<img" in built.picture.value, (name, value)
