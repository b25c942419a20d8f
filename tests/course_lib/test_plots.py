"""Plots are tested on what they hold, not on pixels."""

import base64
import io
import struct
from unittest.mock import patch

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.axes import Axes

from course_lib import diagrams, plots

mpl.use("agg")


@pytest.fixture
def ax() -> Axes:
    yield plt.subplots()[1]
    plt.close("all")


def texts(ax: Axes) -> list[str]:
    return [text.get_text() for text in ax.texts]


def test_show_gives_the_figure_with_its_alt_text_and_closes_it(ax: Axes) -> None:
    with patch("course_lib.plots.display") as display:
        plots.show(ax.figure, alt='two "axes" & no data')
    (bundle,), options = display.call_args
    assert base64.b64decode(bundle["image/png"]).startswith(b"\x89PNG")
    assert options["metadata"]["image/png"]["alt"] == 'two "axes" & no data'
    assert 'alt="two &quot;axes&quot; &amp; no data"' in bundle["text/html"]
    assert bundle["image/png"] in bundle["text/html"]
    assert not plt.fignum_exists(ax.figure.number)


@pytest.mark.parametrize("alt", ["", "  \n"])
def test_a_figure_without_words_is_not_shown(ax: Axes, alt: str) -> None:
    with patch("course_lib.plots.display") as display, pytest.raises(ValueError, match="alt"):
        plots.show(ax.figure, alt=alt)
    display.assert_not_called()


def test_the_image_is_shown_at_half_its_pixels(ax: Axes) -> None:
    png = plots.png_bytes(ax.figure)
    (width,) = struct.unpack(">I", png[16:20])
    assert plt.imread(io.BytesIO(png)).shape[1] == width
    assert f'width="{width // 2}"' in plots.img_tag(png, "a plot")


def test_seeds_curve_is_mean_and_range(ax: Axes) -> None:
    runs = np.array([[1.0, 5.0, 3.0], [3.0, 1.0, 9.0]])
    assert plots.seeds_curve(ax, [2, 4, 8], runs, "model", "#0072B2") is ax
    (line,) = ax.lines
    assert line.get_xydata().tolist() == [[2, 2], [4, 3], [8, 6]]
    band = ax.collections[0].get_paths()[0].vertices
    for x, low, high in [(2, 1, 3), (4, 1, 5), (8, 3, 9)]:
        at = band[band[:, 0] == x, 1]
        assert (at.min(), at.max()) == (low, high)


def test_dots_holds_every_seed_and_the_mean(ax: Axes) -> None:
    plots.dots(ax, ["a", "b"], [[1.0, 2.0, 6.0], [40.0, 40.0]], ["red", "blue"], "nats")
    seeds, mean = ax.lines[0], ax.lines[1]
    assert seeds.get_xydata().tolist() == [[1, 0], [2, 0], [6, 0]]
    assert list(mean.get_xdata()) == [3, 3]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["a", "b"]
    assert texts(ax) == ["3.00", "40.0"]
    assert ax.get_xlabel() == "nats"
    top, bottom = ax.get_ylim()[1], ax.get_ylim()[0]
    assert top < bottom, "the first name is the top row"


def test_word_bars_are_as_long_as_the_probabilities(ax: Axes) -> None:
    plots.word_bars(ax, ["fish", "wishes"], [0.75, 0.25], "red")
    assert [bar.get_width() for bar in ax.patches] == [0.75, 0.25]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["fish", "wishes"]


def test_heatmap_holds_the_matrix_and_labels_its_bar(ax: Axes) -> None:
    matrix = np.array([[1.0, -4.0, 2.0], [0.0, 0.5, 3.0]])
    plots.heatmap(ax, matrix, "weight", centred=True)
    image = ax.images[0]
    assert np.array_equal(image.get_array(), matrix)
    assert image.get_clim() == (-4, 4)
    assert image.colorbar.ax.get_ylabel() == "weight"


@pytest.mark.parametrize(
    "call",
    [
        lambda ax: plots.seeds_curve(ax, [1, 2], [1.0, 2.0], "m", "red"),
        lambda ax: plots.seeds_curve(ax, [1, 2], [[1.0, 2.0, 3.0]], "m", "red"),
        lambda ax: plots.dots(ax, ["a"], [[1.0], [2.0]], ["red"], "x"),
        lambda ax: plots.word_bars(ax, ["a", "b"], [0.5], "red"),
        lambda ax: plots.heatmap(ax, [1.0, 2.0], "w"),
    ],
)
def test_wrong_shapes_are_refused(ax: Axes, call) -> None:
    with pytest.raises(ValueError, match=r"\d|shape"):
        call(ax)


def test_the_window_names_context_and_target(ax: Axes) -> None:
    diagrams.sliding_window(ax, ["so", "long", "and", "thanks"], position=1, M=3)
    said = texts(ax)
    assert said.count("<s>") == 2
    assert [said[said.index(label) - 1] for label in ("t−2", "t−1", "target")] == [
        "<s>", "so", "long",
    ]  # fmt: skip
    with pytest.raises(IndexError, match="position 4"):
        diagrams.sliding_window(ax, ["so", "long", "and", "thanks"], position=4, M=3)


def test_weight_blocks_are_to_scale(ax: Axes) -> None:
    diagrams.weight_blocks(ax, M=4, D=5, H=7)
    assert [(p.get_x(), p.get_width(), p.get_height()) for p in ax.patches] == [
        (0, 5, 7), (5, 5, 7), (10, 5, 7),
    ]  # fmt: skip
    assert "105 weights" in ax.get_title()


def test_every_weight_of_the_network_is_drawn() -> None:
    _, ax = diagrams.canvas(8.0, 4.0)
    diagrams.two_layer_network(ax, inputs=3, hidden=4, outputs=2)
    edges = [line for line in ax.lines if len(line.get_xdata()) == 2]
    assert len(edges) == (3 + 1) * 4 + 4 * 2
    plt.close("all")


def test_a_tensor_has_a_cell_for_every_number(ax: Axes) -> None:
    diagrams.tensor_stack(ax, B=2, T=3, D=4)
    sheets = [len(sheet.get_paths()) for sheet in ax.collections]
    assert sheets == [3 * 4] * 2


def test_roles_that_meet_in_one_figure_differ() -> None:
    for group in (
        ["input", "hidden", "output", "target", "cell"],
        ["i", "f", "g", "o"],
        ["unigram", "n-gram", "feedforward", "Elman", "gated Elman", "LSTM", "GRU", "floor"],
    ):
        assert len({plots.COLORS[name] for name in group}) == len(group)


def test_intervals_show_estimates_and_their_ends() -> None:
    fig, ax = plt.subplots()
    rows = [[0.5, 0.4, 0.7], [0.1, -0.2, 0.3]]
    plots.intervals(ax, ["one", "two"], rows, ["#0072B2", "#D55E00"], "score")
    bars, dots = ax.lines[::2], ax.lines[1::2]
    assert [list(bar.get_xdata()) for bar in bars] == [[0.4, 0.7], [-0.2, 0.3]]
    assert [dot.get_xdata()[0] for dot in dots] == [0.5, 0.1]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["one", "two"]
    assert [text.get_text() for text in ax.texts] == ["0.50", "0.10"]
    with pytest.raises(ValueError, match=r"rows are \(2, 3\) for 1 names"):
        plots.intervals(ax, ["one"], rows, ["#0072B2"], "score")
    plt.close(fig)
