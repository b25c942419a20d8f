"""Acceptors and their words as they are drawn, and the explorer that shows both at work."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from matplotlib.colors import to_rgb

from course_lib import diagrams, widgets
from course_lib.classify import POOLINGS, SequenceClassifier
from course_lib.plots import COLORS
from course_lib.saliency import gradient_norms, gradient_times_input, pooling_shares
from course_lib.text import Vocab
from course_lib.widgets.pooling import draw_pooling

mpl.use("agg")
WORDS = ["the", "movie", "was", "great"]


@pytest.fixture(autouse=True)
def closed_figures():
    yield
    plt.close("all")


def arrows(ax, color):
    found = [text.arrow_patch for text in ax.texts if getattr(text, "arrow_patch", None)]
    return [arrow for arrow in found if to_rgb(arrow.get_edgecolor()) == to_rgb(color)]


@pytest.mark.parametrize(("pooling", "into"), [("last", 1), ("mean", 4), ("max", 4), ("final", 2)])
def test_an_acceptor_takes_the_states_that_its_pooling_takes(pooling, into):
    _, ax = diagrams.canvas(*diagrams.acceptor_size(len(WORDS)))
    diagrams.acceptor(ax, WORDS, pooling, "praise")
    said = [text.get_text() for text in ax.texts]
    assert {*WORDS, pooling, "praise"} <= set(said)
    assert len(arrows(ax, COLORS["hidden"])) == into
    backward = [text for text in said if "overleftarrow{h}_" in text and "[" not in text]
    assert len(backward) == (4 if pooling == "final" else 0)


def test_an_unknown_pooling_is_refused():
    _, ax = diagrams.canvas(*diagrams.acceptor_size(1))
    with pytest.raises(ValueError, match="no pooling 'first'"):
        diagrams.acceptor(ax, ["the"], "first", "praise")


def test_the_loss_goes_back_to_every_word_and_to_no_output():
    _, ax = diagrams.canvas(*diagrams.acceptor_size(len(WORDS)))
    diagrams.loss_path(ax, WORDS)
    back = arrows(ax, COLORS["output"])
    # to the classifier, to the last state, three along the chain, four to words
    assert len(back) == 1 + 1 + 3 + 4
    assert [text.get_text() for text in ax.texts].count("$W_y$") == 4


def test_words_are_coloured_by_their_numbers():
    fig, ax = plt.subplots()
    rows, values = [["a", "bb"], ["ccc"]], [np.array([-2.0, 0.0]), np.array([2.0])]
    diagrams.coloured_words(ax, rows, values, "nats")
    colors = [patch.get_facecolor() for patch in ax.patches]
    scale = mpl.colormaps["PuOr"]
    np.testing.assert_allclose(colors, scale([0.0, 0.5, 1.0]))
    assert [text.get_text() for text in ax.texts] == ["a", "bb", "ccc"]
    assert [text.get_color() for text in ax.texts] == ["white", "#000000", "white"]
    assert fig.axes[1].get_ylabel() == "nats"
    with pytest.raises(ValueError, match="one number for each word"):
        diagrams.coloured_words(ax, rows, values[:1], "nats")
    diagrams.coloured_words(ax, [["a"]], [[0.0]], "all zero is no error")


VOCAB = Vocab.from_tokens(WORDS)


def models():
    torch.manual_seed(0)
    return {p: SequenceClassifier(len(VOCAB), 3, 4, 2, p, dropout=0.5) for p in POOLINGS}


@pytest.mark.parametrize("pooling", POOLINGS)
def test_the_explorer_draws_what_was_computed(pooling):
    model = models()[pooling]
    fig, said = draw_pooling(model, VOCAB, WORDS)
    assert model.training, "left as it was"
    model.eval()
    tokens = torch.tensor([VOCAB.encode(WORDS)])
    keep, praise = torch.ones(1, 4, dtype=torch.bool), torch.tensor([1])
    states = model.encode(model.embedding(tokens), keep)
    for ax, wanted in zip(
        fig.axes,
        (
            pooling_shares(states, keep, pooling),
            gradient_norms(model, tokens, keep, praise),
            gradient_times_input(model, tokens, keep, praise),
        ),
        strict=True,
    ):
        heights = [bar.get_height() for bar in ax.patches]
        assert heights == pytest.approx(wanted[0].tolist(), abs=1e-7)
    p = model(tokens, keep).softmax(dim=1)[0, 1]
    assert f"“the movie was great” with {pooling} pooling: P(praise) = {p:.3f}" in said
    most = {
        "last": "100%, is from the state at “great”.",
        "mean": "All states give the same share",
        "final": "50%, is from the state at “the” and “great”.",
        "max": "The largest share",
    }
    assert most[pooling] in said
    up = [to_rgb(bar.get_facecolor()) == to_rgb(COLORS["target"]) for bar in fig.axes[2].patches]
    assert up == [bar.get_height() > 0 for bar in fig.axes[2].patches]


def test_the_controls_choose_the_sentence_and_the_model():
    shown = widgets.pooling_explorer(models(), VOCAB, [WORDS, ["great", "was", "the"]])
    assert "“the movie was great” with last pooling" in shown.picture.value
    shown.controls["sentence"].value = 2
    shown.controls["pooling"].value = "mean"
    assert "“great was the” with mean pooling" in shown.picture.value
