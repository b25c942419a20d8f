"""Drawings and the explorer of generation: what they show is what was computed."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from matplotlib.axes import Axes
from matplotlib.colors import to_hex

from course_lib import diagrams, widgets
from course_lib.decode import greedy, sample
from course_lib.ngram import AddK
from course_lib.plots import COLORS
from course_lib.priming import primed
from course_lib.sampling import truncate
from course_lib.text import EOS
from course_lib.widgets.decoding import draw_decoding, written

mpl.use("agg")
WORDS = ["<s>", "all", "the", "fish", "</s>"]
CHANCES = [[0.5, 0.3, 0.1], [0.9, 0.05, 0.0], [0.2, 0.2, 0.2], [0.4, 0.35, 0.2]]
DRAWN = [1, 0, 2, 1]
LINES = "all the fish|all the wishes|thanks for all the fish|so long and thanks|so long"
BIGRAM = AddK(2, 0.1).fit([line.split() for line in LINES.split("|")])
PROMPT = BIGRAM.vocab.encode(["thanks"])


@pytest.fixture(autouse=True)
def closed_figures() -> None:
    yield
    plt.close("all")


def texts(ax: Axes) -> list[str]:
    return [text.get_text() for text in ax.texts if text.get_text()]


def written_network() -> Axes:
    _, ax = diagrams.canvas(*diagrams.autoregression_size(4))
    return diagrams.autoregression(ax, WORDS, CHANCES, DRAWN)


def test_each_drawn_word_is_read_at_the_next_step() -> None:
    ax = written_network()
    said = texts(ax)
    assert [said.count(word) for word in WORDS] == [1, 2, 2, 2, 1]
    dashed = [line for line in ax.lines if line.get_linestyle() == "--"]
    places = {t.get_text(): t.get_position() for t in ax.texts if t.get_text() in ("<s>", "</s>")}
    assert len(dashed) == 3, "the last word goes nowhere"
    for line in dashed:
        heights = line.get_ydata()
        assert heights[0] == places["</s>"][1], "from a drawn word"
        assert heights[-1] == places["<s>"][1], "down to an input"


def test_bars_are_the_chances_and_the_drawn_one_is_coloured() -> None:
    bars = [p for p in written_network().patches if type(p).__name__ == "Rectangle"]
    bars = [bar for bar in bars if bar.get_height() != pytest.approx(0.18)]  # not the embedding
    expected = [0.8 * max(chance, 0.015) for row in CHANCES for chance in row]
    assert [bar.get_height() for bar in bars] == pytest.approx(expected)
    coloured = [to_hex(bar.get_facecolor()).upper() == COLORS["output"] for bar in bars]
    assert coloured == [k == drawn for drawn in DRAWN for k in range(3)]


@pytest.mark.parametrize(
    ("chances", "drawn"), [(CHANCES[1:], DRAWN), (CHANCES, DRAWN[1:]), (CHANCES * 2, DRAWN * 2)]
)
def test_a_network_that_does_not_fit_is_refused(chances: list, drawn: list) -> None:
    _, ax = diagrams.canvas(*diagrams.autoregression_size(4))
    with pytest.raises(ValueError, match="4 steps"):
        diagrams.autoregression(ax, WORDS, chances, drawn)


def test_a_tree_shows_what_a_beam_keeps() -> None:
    layers = [
        [(("a",), -0.5, True), (("b",), -1.2, True), (("</s>",), -2.0, False)],
        [(("a", "a"), -1.5, True), (("a", "</s>"), -1.6, True), (("b", "a"), -3.0, False)],
    ]
    _, ax = diagrams.canvas(*diagrams.beam_tree_size(layers))
    diagrams.beam_tree(ax, layers, end="</s>")
    boxes = dict(zip([t for t in texts(ax) if "step" not in t], ax.patches, strict=True))
    colors = {name: to_hex(box.get_edgecolor()).upper() for name, box in boxes.items()}
    assert colors["a   −0.50"] == colors["b   −1.20"] == colors["a   −1.50"] == COLORS["hidden"]
    assert colors["</s>   −1.60"] == COLORS["target"]
    assert colors["</s>   −2.00"] == colors["a   −3.00"] not in COLORS.values()
    assert len(ax.lines) == 6
    ends = {name: box.get_window_extent() for name, box in boxes.items()}
    parent, child = ends["b   −1.20"], ends["a   −3.00"]
    line = ax.transData.transform(ax.lines[-1].get_xydata())
    assert parent.y0 < line[0, 1] < parent.y1
    assert child.y0 < line[1, 1] < child.y1


def test_a_written_text_is_a_sample_with_its_distributions() -> None:
    filters = {"temperature": 0.8, "k": 4, "p": 0.95}
    model = primed(BIGRAM, [PROMPT])
    ids, seen = written(model, 3, **filters)
    gen = torch.Generator().manual_seed(3)
    (text,) = sample(*model, generator=gen, max_tokens=30, **filters)
    assert ids == [*text.ids, EOS]
    for t, row in enumerate(seen):
        words = BIGRAM.vocab.decode([*PROMPT, *ids[:t]])
        np.testing.assert_allclose(row.exp(), BIGRAM.distribution(words), atol=1e-12)
    assert written(model, 3, k=1)[0] == [*greedy(*model, max_tokens=30)[0].ids, EOS]


def test_bars_show_the_model_and_what_is_left_of_it() -> None:
    filters = {"temperature": 0.5, "k": 3, "p": 0.8}
    model = primed(BIGRAM, [PROMPT])
    ids, seen = written(model, 2, **filters)
    fig, words = draw_decoding(model, BIGRAM.vocab, "thanks", 2, 1, **filters)
    (ax,) = fig.axes
    shown = BIGRAM.vocab.encode(label.get_text() for label in ax.get_yticklabels())
    bars = [bar.get_width() for bar in ax.patches]
    after = truncate(seen[1:2], **filters)[0].exp()
    assert bars[: len(shown)] == pytest.approx(seen[1].exp()[shown].tolist())
    assert bars[len(shown) :] == pytest.approx(after[shown].tolist())
    drawn = BIGRAM.vocab.words[ids[1]]
    assert words.startswith(f"<s> thanks {BIGRAM.vocab.words[ids[0]]} → “{drawn}”, drawn with")
    assert f"chance {after[ids[1]]:.3f}, which the model gives {seen[1][ids[1]].exp():.3f}" in words
    assert f"{int((after > 0).sum())} words may be drawn" in words
    green = [to_hex(bar.get_facecolor()).upper() == COLORS["target"] for bar in ax.patches]
    assert [i for i, is_green in zip(shown * 2, green, strict=True) if is_green] == [ids[1]]


def test_an_unlikely_word_that_was_drawn_is_shown() -> None:
    many = AddK(1).fit([[f"w{i:02}"] * (30 - i) for i in range(25)])
    model = primed(many, [[]])
    for number in range(40):
        ids, _ = written(model, number)
        if ids[0] > 20:
            break
    fig, words = draw_decoding(model, many.vocab, "", number, 0)
    labels = [label.get_text() for label in fig.axes[0].get_yticklabels()]
    assert labels[-1] == many.vocab.words[ids[0]]
    assert words.startswith(f"<s> → “{labels[-1]}”")


def test_beyond_the_end_comes_the_end() -> None:
    model = primed(BIGRAM, [PROMPT])
    ids, _ = written(model, 1)
    _, words = draw_decoding(model, BIGRAM.vocab, "thanks", 1, 29)
    assert "→ “</s>”" in words
    assert words.count(" ") > len(ids)


def test_the_ends_of_every_control_can_be_drawn() -> None:
    built = widgets.decoding_explorer(primed(BIGRAM, [PROMPT]), BIGRAM.vocab, "thanks", texts=3)
    assert built.controls["k"].value == len(BIGRAM.vocab), "top-k starts with all words"
    seen = set()
    for control in built.controls.values():
        low, high = (0, len(control.options) - 1) if hasattr(control, "options") else (0, 0)
        for end in (low, high) if high else (control.min, control.max):
            if high:
                control.index = end
            else:
                control.value = end
            assert "&lt;s&gt; thanks" in built.picture.value
            seen.add(built.picture.value)
    assert len(seen) >= 6, "the controls reach the picture"
