"""Stacked networks and tagged sentences are tested by what is drawn; the explorer by its words."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest
import torch
from matplotlib.colors import to_hex

from course_lib import diagrams
from course_lib.diagrams.shapes import GREY
from course_lib.plots import COLORS
from course_lib.widgets.contexts import MAY_USE, context_explorer, draw_context

mpl.use("agg")
WORDS = "the actor praised by fans".split()  # noqa: SIM905
GOLD = "DT NN VBN IN NNS".split()  # noqa: SIM905
TAGS = ["DT", "IN", "NN", "NNS", "VBD", "VBN"]


@pytest.fixture(autouse=True)
def closed_figures() -> None:
    yield
    plt.close("all")


def texts(ax: plt.Axes) -> list[str]:
    return [text.get_text() for text in ax.texts]


def edged(ax: plt.Axes, color: str) -> list[str]:
    """Labels of the boxes with this edge: box and label have one centre."""
    boxes = [p for p in ax.patches if to_hex(p.get_edgecolor()) == color.lower()]
    centres = [(p.get_x() + p.get_width() / 2, p.get_y() + p.get_height() / 2) for p in boxes]
    at = {tuple(round(v, 3) for v in text.get_position()): text.get_text() for text in ax.texts}
    return [at[spot] for x, y in centres if (spot := (round(x, 3), round(y, 3))) in at]


def stacked(T: int, num_layers: int, **options) -> plt.Axes:
    words = [f"w{t}" for t in range(T)]
    size = diagrams.stacked_size(T, num_layers, outputs="outputs" in options)
    _, ax = diagrams.canvas(*size)
    return diagrams.stacked(ax, words, num_layers, **options)


@pytest.mark.parametrize(("T", "num_layers"), [(4, 1), (3, 2), (2, 3)])
def test_every_layer_has_two_states_a_word(T: int, num_layers: int) -> None:
    ax = stacked(T, num_layers)
    for t in range(1, T + 1):
        for way in ("right", "left"):
            label = rf"$\overset{{\{way}arrow}}{{h}}_{{{t}}}$"
            assert texts(ax).count(label) == num_layers
    tips = [text.xy for text in ax.texts if not text.get_text()]
    starts = [text.xyann for text in ax.texts if not text.get_text()]
    ways = [
        (end[0] > start[0]) - (end[0] < start[0]) for start, end in zip(starts, tips, strict=True)
    ]
    assert ways.count(1) == ways.count(-1) == num_layers * (T - 1), "one row each way a layer"
    assert ways.count(0) == num_layers * T * 4
    top = max(patch.get_y() + patch.get_height() for patch in ax.patches)
    assert top < ax.get_ylim()[1], "it fits the canvas"


def test_final_states_are_at_opposite_ends() -> None:
    ax = stacked(4, 2, final=True)
    first, last = r"$\overset{\leftarrow}{h}_{1}$", r"$\overset{\rightarrow}{h}_{4}$"
    marked = edged(ax, COLORS["target"])
    assert sorted(marked) == sorted([first, last])
    color = COLORS["target"].lower()
    heights = [p.get_y() for p in ax.patches if to_hex(p.get_edgecolor()) == color]
    assert min(heights) > 2.5, "of the upper layer"
    assert "hs[:, −1]" in texts(ax)


def test_outputs_stand_above_their_words() -> None:
    ax = stacked(3, 1, outputs=["A", "B", "C"])
    at = {text.get_text(): text.get_position() for text in ax.texts}
    for t, output in enumerate("ABC"):
        assert at[output][0] == pytest.approx(at[f"w{t}"][0])
        assert at[output][1] > at[f"w{t}"][1]
    with pytest.raises(ValueError, match="3 words, 2 outputs"):
        stacked(3, 1, outputs=["A", "B"])


def tagged_sentence(**changes) -> plt.Axes:
    options = {"predicted": ["DT", "NN", "VBD", "IN", "NNS"], "gold": GOLD,
               "seen": [True, True, True, False, False], "position": 2} | changes  # fmt: skip
    _, ax = diagrams.canvas(*diagrams.tagged_size(len(WORDS)))
    return diagrams.tagged_sentence(ax, WORDS, **options)


def test_wrong_tags_say_what_is_right_and_unseen_words_are_grey() -> None:
    ax = tagged_sentence()
    assert edged(ax, COLORS["output"]) == ["VBD"]
    assert edged(ax, COLORS["target"]) == ["DT", "NN", "IN", "NNS"]
    assert edged(ax, GREY) == ["by", "fans"]
    assert edged(ax, COLORS["input"]) == WORDS[:3]
    assert [text for text in texts(ax) if "not" in text] == ["not VBN"]
    assert texts(ax).count("") == 3, "an arrow from each word that is seen"
    assert edged(ax, "#000000") == ["VBD"], "the word in question"
    with pytest.raises(ValueError, match=r"\[5, 5, 5, 1\]"):
        tagged_sentence(seen=[True])


def chances(words: list[str], tags: list[str]) -> torch.Tensor:
    rows = torch.full((len(words), len(TAGS)), 0.02)
    for t, tag in enumerate(tags):
        rows[t, TAGS.index(tag)] = 0.9
    return rows


@pytest.mark.parametrize(
    ("context", "visible"),
    [("word", [2]), ("left", [0, 1, 2]), ("right", [2, 3, 4]), ("both", [0, 1, 2, 3, 4])],
)
def test_the_figure_shows_the_context_and_the_chances(context: str, visible: list[int]) -> None:
    given = chances(WORDS, ["DT", "NN", "VBD", "IN", "NNS"])
    fig, words = draw_context(WORDS, GOLD, given, TAGS, context, 2)
    ax, bars = fig.axes
    assert edged(ax, COLORS["input"]) == [WORDS[t] for t in visible]
    assert bars.get_yticklabels()[0].get_text() == "VBD"
    assert bars.patches[0].get_width() == pytest.approx(0.9)
    assert f"From {MAY_USE[context]}: “praised” is VBD (90%), wrong, it is VBN" in words
    assert "4 of 5 tags are right" in words


def test_the_explorer_asks_the_tagger_of_the_context() -> None:
    asked = []

    def answering(context: str):
        def answer(words: list[str]) -> torch.Tensor:
            asked.append((context, words))
            return chances(words, GOLD[: len(words)])

        return answer

    explorer = context_explorer(
        {context: answering(context) for context in MAY_USE},
        TAGS,
        [(WORDS, GOLD), (WORDS[:2], GOLD[:2])],
    )
    assert asked[-1] == ("word", WORDS)
    explorer.controls["context"].value = "both"
    assert asked[-1] == ("both", WORDS)
    assert "5 of 5 tags are right" in explorer.picture.value
    explorer.controls["sentence"].value = 2
    assert asked[-1] == ("both", WORDS[:2])
    assert "“actor” is NN" in explorer.picture.value, "the last word of a shorter sentence"
    explorer.controls["word"].value = 1
    assert "“the” is DT" in explorer.picture.value
    assert explorer.controls["word"].max == 5
