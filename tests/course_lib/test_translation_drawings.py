"""Drawings and the explorer of translation: what they show is what was computed."""

import math
from collections.abc import Sequence

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest
import torch
from matplotlib.axes import Axes
from matplotlib.colors import to_hex

from course_lib import diagrams, widgets
from course_lib.decode import greedy
from course_lib.diagrams.shapes import GREY
from course_lib.language_model import evaluating
from course_lib.plots import COLORS
from course_lib.seq2seq import Translator
from course_lib.text import BOS, EOS, Vocab
from course_lib.translation import padded, sources
from course_lib.widgets.translation import LONGEST, READS, WINDOW, draw_translation, traced

mpl.use("agg")
SOURCE = ["the", "green", "witch", "arrived", "</s>"]
TARGET = ["llegó", "la", "bruja", "verde", "</s>"]
VOCABS = (
    Vocab.from_tokens(["the", "green", "witch", "arrived", "old", "student", "read"]),
    Vocab.from_tokens(["llegó", "la", "bruja", "verde", "el", "estudiante", "viejo", "leyó"]),
)


@pytest.fixture(autouse=True)
def closed_figures() -> None:
    yield
    plt.close("all")


@pytest.fixture(scope="module")
def model() -> Translator:
    torch.manual_seed(3)
    built = Translator(len(VOCABS[0]), len(VOCABS[1]), 5, 6, attention=None)
    for weight in built.parameters():
        weight.data *= 3  # so that its words differ from step to step
    return built


def texts(ax: Axes) -> list[str]:
    return [text.get_text() for text in ax.texts if text.get_text()]


def network(words: Sequence[str], outputs: Sequence[str], **settings: object) -> Axes:
    training = "losses" in settings
    _, ax = diagrams.canvas(*diagrams.encoder_decoder_size(5, len(outputs), training))
    return diagrams.encoder_decoder(ax, SOURCE, words, outputs, **settings)


def feeds(ax: Axes) -> list[tuple[str, str]]:
    """For each dashed arrow the box that it starts at, and the box that it leads to."""
    boxes = [
        (text.get_text(), *text.get_position())
        for text in ax.texts
        if text.get_ha() == "center" and text.get_fontsize() == 10.5
    ]

    def nearest(x: float, y: float) -> str:
        return min(boxes, key=lambda b: math.hypot(b[1] - x, b[2] - y))[0]

    dashed = [line.get_xydata() for line in ax.lines if line.is_dashed()]
    return [(nearest(*way[0]), nearest(way[-1][0] + 0.5, way[-1][1])) for way in dashed]


def test_in_use_each_output_is_the_next_input() -> None:
    ax = network(["<s>", *TARGET], TARGET)
    assert feeds(ax) == [(word, word) for word in TARGET[:-1]], "</s> goes nowhere"
    dashed = [line for line in ax.lines if line.is_dashed()]
    assert {to_hex(line.get_color()).upper() for line in dashed} == {COLORS["output"]}
    said = texts(ax)
    assert [said.count(word) for word in TARGET] == [2, 2, 2, 2, 2], "</s> ends both sentences"
    assert said.count("<s>") == 1
    assert "gold word" not in said


def test_in_training_the_gold_words_are_read_and_every_loss_is_written() -> None:
    guesses = ["la", "la", "verde", "bruja", "la"]
    ax = network(["<s>", *TARGET], guesses, losses=[1.5, 0.25, 2.0, 0.125, 0.0])
    assert feeds(ax) == [(word, word) for word in TARGET[:-1]]
    assert {to_hex(line.get_color()).upper() for line in ax.lines if line.is_dashed()} == {
        COLORS["target"]
    }
    said = texts(ax)
    assert [said.count(word) for word in ("1.50", "0.25", "2.00", "0.12", "0.00")] == [1] * 5
    assert said.count("verde") == 3, "read, said, gold"
    assert {"encoder", "decoder", "gold word", "its loss, in nats"} <= set(said)


def test_steps_to_come_are_left_out() -> None:
    ax = network(["<s>", *TARGET], TARGET, step=2)
    said = texts(ax)
    assert [said.count(word) for word in ("llegó", "la", "bruja")] == [2, 1, 0]
    assert feeds(ax) == [("llegó", "llegó")]
    assert {"$h_0$", "$h_{2}$", "$h^e_{5}$"} <= set(said)
    assert "$h_{3}$" not in said


def test_the_bottleneck_is_framed_only_when_asked() -> None:
    thick = [p for p in network(["<s>", *TARGET], TARGET, boxed=True).patches if p.get_lw() == 3]
    assert len(thick) == 1
    frame = thick[0].get_window_extent()
    for ax in (thick[0].axes, network(["<s>", *TARGET], TARGET)):
        (label,) = [t for t in ax.texts if t.get_text() == "context" and t.get_ha() == "center"]
        inside = frame.contains(*ax.transData.transform(label.get_position()))
        assert inside
    assert not [p for p in ax.patches if p.get_lw() == 3]


@pytest.mark.parametrize(
    ("words", "outputs", "settings", "message"),
    [
        (TARGET, TARGET, {}, "5 outputs need 6 words, not 5"),
        (["<s>", *TARGET], TARGET, {"losses": [1.0]}, "not 6, 1 losses"),
        (["<s>", *TARGET], ["la", *TARGET[1:]], {}, "a decoder in use reads"),
    ],
)
def test_a_drawing_that_does_not_fit_is_refused(
    words: list[str], outputs: list[str], settings: dict, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        network(words, outputs, **settings)


def linked(source: str, target: str, links: set, gloss: list[str] | None = None) -> Axes:
    words, other = source.split(), target.split()
    _, ax = diagrams.canvas(*diagrams.word_links_size(len(words), len(other)))
    return diagrams.word_links(ax, words, other, links, gloss, ("English", "Other"))


def test_lines_join_the_linked_words_and_the_rest_is_grey() -> None:
    ax = linked("a b c", "x y z w", {(0, 3), (2, 0), (2, 1)}, gloss=["1", "2", "3", "4"])
    places = {t.get_text(): t.get_position()[0] for t in ax.texts}
    ends = {tuple(line.get_xdata()) for line in ax.lines}
    assert ends == {(places[s], places[t]) for s, t in (("a", "w"), ("c", "x"), ("c", "y"))}
    edges = [to_hex(patch.get_edgecolor()).upper() for patch in ax.patches]
    assert [edge == GREY for edge in edges] == [False, True, False, False, False, True, False]
    assert [places[word] for word in "xyzw"] == [places[gloss] for gloss in "1234"]
    assert all(0 < x < ax.get_xlim()[1] - 0.5 for x in places.values() if x > 0.1)


def test_links_and_glosses_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="a link outside 1 and 2 words"):
        linked("a", "x y", {(0, 2)})
    with pytest.raises(ValueError, match="2 words, 1 glosses"):
        linked("a", "x y", set(), gloss=["1"])


def test_gold_words_are_read_under_teacher_forcing(model: Translator) -> None:
    source, target = VOCABS[0].encode(SOURCE[:-1]), VOCABS[1].encode(TARGET[:-1])
    read, log_probs = traced(model, source, target)
    assert read == [BOS, *target]
    (inputs, _) = padded([(source, target)])
    torch.testing.assert_close(log_probs, model(*inputs)[0].log_softmax(dim=-1))


def test_its_own_words_are_those_of_greedy_search(model: Translator) -> None:
    source = VOCABS[0].encode(["the", "old", "student", "read"])
    read, log_probs = traced(model, source, None)
    with evaluating(model):
        state, last = model.start(sources([source])), torch.tensor([BOS])
        (text,) = greedy(model.step, last, state, max_tokens=LONGEST)
    said = text.ids + [EOS] * text.ended
    assert read == [BOS, *said[:-1]]
    assert log_probs.argmax(dim=-1).tolist() == said
    assert log_probs.max(dim=-1).values.sum().item() == pytest.approx(text.log_prob, rel=1e-5)


def test_the_picture_shows_what_is_read_said_and_gold(model: Translator) -> None:
    sentence, gold = " ".join(SOURCE[:-1]), " ".join(TARGET[:-1])
    fig, words = draw_translation(model, VOCABS, sentence, gold, 3, READS[0])
    _, log_probs = traced(model, VOCABS[0].encode(SOURCE[:-1]), VOCABS[1].encode(TARGET[:-1]))
    said = VOCABS[1].decode(log_probs[:3].argmax(dim=-1).tolist())
    steps, bars = fig.axes
    assert texts(steps) == ["reads", "<s>", "llegó", "la", "says", *said, "gold", *TARGET[:3]]
    names = [label.get_text() for label in bars.get_yticklabels()]
    assert [name for name in names if "gold" in name] == ["bruja (gold)"]
    chances = dict(zip(names, [bar.get_width() for bar in bars.patches], strict=True))
    bruja = log_probs[2, VOCABS[1].ids["bruja"]]
    assert chances["bruja (gold)"] == pytest.approx(bruja.exp().item())
    assert words.startswith(f"“{sentence}”, step 3 of 5, reading gold words. After “<s> llegó la”")
    assert f"says “{said[2]}” ({log_probs[2].max().exp():.0%})" in words
    assert words.endswith(f"Gold is “bruja”: a loss of {-bruja:.2f} nats.")


def test_only_the_last_steps_are_drawn_and_none_beyond_the_end(model: Translator) -> None:
    long = " ".join(TARGET[:-1] * 4)
    fig, words = draw_translation(model, VOCABS, "the witch", long, LONGEST, READS[0])
    said = texts(fig.axes[0])
    assert said[1 : WINDOW + 1] == ["<s>", *TARGET[:-1] * 4][-WINDOW:]
    assert "step 17 of 17" in words
    assert said[-1] == "</s>"


def test_a_decoder_that_reads_its_own_words_has_no_loss(model: Translator) -> None:
    _, words = draw_translation(model, VOCABS, "the witch", "la bruja", 2, READS[1])
    assert "loss" not in words
    assert "reading its own words" in words
    _, same = draw_translation(model, VOCABS, "the witch", "", 2, READS[1])
    assert same == words


@pytest.mark.parametrize(
    ("source", "target", "reads", "message"),
    [
        ("the dragon arrived", "llegó", READS[0], "no source word “dragon”. It knows 7, such as"),
        ("the witch", "la <unk> rana", READS[1], "no target word “<unk>”, “rana”. It knows 8"),
        ("", "llegó", READS[0], "Type a sentence in the source language."),
        ("the witch", " ", READS[0], "There are no gold words: type a translation, or let"),
    ],
)
def test_what_cannot_be_translated_is_said(
    model: Translator, source: str, target: str, reads: str, message: str
) -> None:
    fig, words = draw_translation(model, VOCABS, source, target, 1, reads)
    assert message in words
    assert texts(fig.axes[0]) == [words], "a message in place of the picture"


def test_every_control_reaches_the_picture(model: Translator) -> None:
    explorer = widgets.translation_explorer(model, VOCABS, "the witch arrived", "llegó la bruja")
    seen = [explorer.picture.value]
    changes = {"step": 3, "reads": READS[1], "source": "the old student", "target": "el"}
    for name, value in changes.items():
        explorer.controls[name].value = value
        seen.append(explorer.picture.value)
    assert len(set(seen)) == 5
    assert "“the old student”, step" in seen[-1]
    explorer.controls["source"].value = "the student sang"
    assert "no source word “sang”" in explorer.picture.value
