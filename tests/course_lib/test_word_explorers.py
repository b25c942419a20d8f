"""Pictures of word vectors and of sampling, read back from what was drawn."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest
import torch

from course_lib import diagrams, widgets
from course_lib.embeddings import WordVectors
from course_lib.ngram import AddK
from course_lib.plots import COLORS
from course_lib.widgets.neighbours import draw_neighbours
from course_lib.widgets.sampling import draw_sampling

mpl.use("agg")
SENTENCES = [line.split() for line in ("all the fish", "all the wishes", "thanks for the fish")]
BIGRAM = AddK(2).fit(SENTENCES)
WORDS = ("king", "queen", "fish", "wish")


def some_vectors(seed):
    generator = torch.Generator().manual_seed(seed)
    return WordVectors(WORDS, torch.randn(4, 3, generator=generator))


def texts(ax):
    return [text.get_text() for text in ax.texts if text.get_text()]


def test_neighbours_are_drawn_as_they_are():
    spaces = {"one": some_vectors(0), "two": some_vectors(1)}
    fig, words = draw_neighbours(spaces, "fish", 2)
    for ax, (name, vectors) in zip(fig.axes, spaces.items(), strict=True):
        near = vectors.nearest("fish", 2)
        assert [label.get_text() for label in ax.get_yticklabels()] == [w for w, _ in near]
        assert [bar.get_width() for bar in ax.patches] == pytest.approx([c for _, c in near])
        assert ax.get_title() == name
        assert f"{name}: {near[0][0]}, {near[1][0]}" in words
    plt.close(fig)


def test_sampling_shows_the_drawn_word_and_its_chance():
    fig, words = draw_sampling(BIGRAM, ["thanks", "for", "the", "fish"], 2)
    assert "<s> thanks for → “the”, drawn with chance 1.000" in words
    (ax,) = fig.axes
    drawn = [
        bar for bar in ax.patches if bar.get_facecolor()[:3] == mpl.colors.to_rgb(COLORS["target"])
    ]
    assert [bar.get_width() for bar in drawn] == [1.0]
    plt.close(fig)
    fig, words = draw_sampling(BIGRAM, ["all", "the"], 2)
    assert "→ “</s>”" in words, "after the last word comes the end"
    plt.close(fig)


def test_an_unlikely_word_is_shown_all_the_same():
    many = [[f"w{i}"] for i in range(12) for _ in range(12 - i)]
    model = AddK(1).fit(many)
    fig, words = draw_sampling(model, ["w11"], 0)
    labels = [label.get_text() for label in fig.axes[0].get_yticklabels()]
    assert len(labels) == 8
    assert labels[-1] == "w11"
    assert f"{1 / 156:.3f}" in words
    plt.close(fig)


def test_the_controls_reach_the_picture():
    near = widgets.neighbour_explorer({"one": some_vectors(0)}, WORDS)
    near.controls["word"].value = "wish"
    assert "Nearest to “wish”" in near.picture.value
    drawn = widgets.sampling_explorer({"bigram": BIGRAM}, sentences=3)
    drawn.controls["sentence"].value, drawn.controls["done"].value = 2, 1
    first = BIGRAM.sample(torch.Generator().manual_seed(2))[0]
    assert f"&lt;s&gt; {first} →" in drawn.picture.value


def test_cbow_diagram_hides_the_word_and_sums_the_rest():
    fig, ax = diagrams.canvas(8.5, 4.0)
    diagrams.cbow(ax, ["the", "dog", "bit", "the", "man"], 2, reach=1, D=4)
    assert texts(ax)[:5] == ["the", "dog", "?", "the", "man"]
    assert texts(ax).count("bit") == 1
    coloured = [p for p in ax.patches if type(p).__name__ == "Rectangle"]
    assert len(coloured) == 3 * 4, "two context vectors and their sum"
    with pytest.raises(IndexError, match="position 5"):
        diagrams.cbow(ax, ["the"] * 5, 5, reach=1, D=4)
    plt.close(fig)
