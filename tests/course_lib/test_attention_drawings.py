"""Drawings and the explorer of attention: what they show is what was computed."""

from itertools import pairwise

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest
import torch
from matplotlib.axes import Axes
from torch import nn

from course_lib import diagrams, widgets
from course_lib.attribution import trace
from course_lib.diagrams import STAGES
from course_lib.plots import COLORS
from course_lib.seq2seq import Translator
from course_lib.text import BOS, EOS, SPECIALS, Vocab
from course_lib.translation import translate
from course_lib.widgets.attention import LONGEST, complaint, draw_attention, own_words

mpl.use("agg")
SOURCE = ["the", "green", "witch", "arrived"]
WORDS = ["<s>", "llegó", "la", "bruja", "verde"]
SCORES = torch.tensor([-0.4, 0.3, 3.1, 1.2])
VOCABS = Vocab((*SPECIALS, *SOURCE, "queen")), Vocab((*SPECIALS, *WORDS[1:], "reina"))


@pytest.fixture(autouse=True)
def closed_figures() -> None:
    yield
    plt.close("all")


def texts(ax: Axes) -> list[str]:
    return [text.get_text() for text in ax.texts if text.get_text()]


def frame(stage: str, words: list[str] = WORDS) -> Axes:
    _, ax = diagrams.canvas(*diagrams.attention_size(4, len(words) - 1))
    return diagrams.attention_step(ax, SOURCE, words, SCORES, SCORES.softmax(dim=0), stage)


def purple_lines(ax: Axes) -> list:
    lines = [line for line in ax.lines if line.get_color() == COLORS["attention"]]
    return [line for line in lines if line.get_linewidth() != 1.3]  # not the way to the word


def test_each_stage_adds_its_own() -> None:
    said = [set(texts(frame(stage))) for stage in STAGES]
    for before, after in pairwise(said):
        assert before < after
    assert {*SOURCE, "$k_{1}$", "$k_{4}$", "$h_{4}$", "bruja"} <= said[0]
    assert {"−0.4", "0.3", "3.1", "1.2"} <= said[1] - said[0]
    assert {f"{w:.2f}" for w in SCORES.softmax(dim=0).tolist()} <= said[2] - said[1]
    assert r"$\mathbf{c}_{4}$" in said[3] - said[2]
    assert {"verde", r"$[\mathbf{c}_{4}; h_{4}]$"} <= said[4] - said[3]


def test_the_word_to_come_is_not_shown_before_it_is_said() -> None:
    for stage in STAGES[:-1]:
        assert "verde" not in texts(frame(stage))


def test_bars_and_lines_are_the_weights() -> None:
    weights = SCORES.softmax(dim=0).tolist()
    ax = frame("word")
    bars = [p.get_height() for p in ax.patches if type(p).__name__ == "Rectangle"]
    assert bars == pytest.approx([0.7 * weight for weight in weights])
    thick = [line.get_linewidth() for line in purple_lines(ax) if line.get_marker() == "None"]
    assert thick == pytest.approx([0.3 + 4 * weight for weight in weights])


def test_only_the_last_steps_are_shown() -> None:
    said = texts(frame("query", [*WORDS, "</s>"]))
    assert [word in said for word in WORDS] == [False, False, True, True, True]
    assert [f"$h_{{{t}}}$" in said for t in range(1, 6)] == [False, False, True, True, True]


@pytest.mark.parametrize(
    ("words", "scores", "stage", "match"),
    [
        (WORDS[:1], SCORES, "word", "reads a word"),
        (WORDS, SCORES[1:], "word", "4 words"),
        (WORDS, SCORES, "answer", "not one of"),
    ],
)
def test_a_step_that_does_not_fit_is_refused(
    words: list, scores: torch.Tensor, stage: str, match: str
) -> None:
    _, ax = diagrams.canvas(4.0, 4.0)
    with pytest.raises(ValueError, match=match):
        diagrams.attention_step(ax, SOURCE, words, scores, scores, stage)


def test_contexts_have_a_line_for_every_weight() -> None:
    weights = torch.rand(3, 4, generator=torch.Generator().manual_seed(0)).softmax(dim=1)
    _, ax = diagrams.canvas(*diagrams.contexts_size(4, 3))
    diagrams.contexts(ax, SOURCE, WORDS[1:4], weights)
    lines = purple_lines(ax)
    assert [x.get_linewidth() for x in lines] == pytest.approx((0.3 + 5 * weights).flatten())
    places = {text.get_text(): text.get_position()[0] for text in ax.texts}
    for k, line in enumerate(lines):
        t, s = divmod(k, 4)
        ends = [places[f"$k_{{{s + 1}}}$"], places[f"$\\mathbf{{c}}_{{{t + 1}}}$"]]
        assert list(line.get_xdata()) == pytest.approx(ends)
    with pytest.raises(ValueError, match="3 steps"):
        diagrams.contexts(ax, SOURCE, WORDS[1:4], weights[:2])


def test_a_weight_map_has_the_source_along_x_and_frames_links() -> None:
    weights = torch.rand(3, 5, generator=torch.Generator().manual_seed(0))
    _, ax = plt.subplots()
    diagrams.weight_map(ax, [*SOURCE, "</s>"], WORDS[1:4], weights, links=[(3, 0), (2, 2)])
    assert [label.get_text() for label in ax.get_xticklabels()] == [*SOURCE, "</s>"]
    assert [label.get_text() for label in ax.get_yticklabels()] == WORDS[1:4]
    torch.testing.assert_close(torch.tensor(ax.images[0].get_array().data), weights.double())
    assert ax.images[0].get_clim() == (0, 1)
    assert [(p.get_x() + 0.5, p.get_y() + 0.5) for p in ax.patches] == [(3, 0), (2, 2)]
    with pytest.raises(ValueError, match="3 steps"):
        diagrams.weight_map(ax, SOURCE, WORDS[1:4], weights)


# --- the explorer -----------------------------------------------------------------------------


def translator(kind: str = "dot") -> Translator:
    torch.manual_seed(1)
    model = Translator(len(VOCABS[0]), len(VOCABS[1]), 5, 6, kind, dropout=0.5)
    for weight in model.parameters():
        nn.init.normal_(weight, std=0.6)
    with torch.no_grad():  # ends at some point
        model.to_logits.bias[EOS] += 1
        model.to_logits.bias[:EOS] -= 100
    return model


def test_its_own_words_are_the_greedy_translation() -> None:
    model = translator()
    with torch.no_grad():
        for text in (SOURCE, SOURCE[::-1], ["queen"]):
            ids = VOCABS[0].encode(text)
            expected = translate(model.eval(), [ids], max_tokens=LONGEST + 1)[0].ids
            assert own_words(model, torch.tensor([[*ids, EOS]]), 1.0) == expected


def test_the_picture_has_the_numbers_of_the_step() -> None:
    model = translator("general")
    fig, words = draw_attention(model, VOCABS, " ".join(SOURCE), "llegó la", 3, 2.0)
    assert model.training, "the model is left as it was"
    source = torch.tensor([[*VOCABS[0].encode(SOURCE), EOS]])
    tokens = torch.tensor([[BOS, *VOCABS[1].encode(["llegó", "la"])]])
    with torch.no_grad():
        seen = trace(model.eval(), source, tokens, temperature=2.0)
    drawing, weights = fig.axes[:2]
    assert f"{seen.weights[0, 2, 1]:.2f}" in texts(drawing)
    assert f"{seen.scores[0, 2, 1] / 2:.1f}".replace("-", "−") in texts(drawing)
    torch.testing.assert_close(
        torch.tensor(weights.images[0].get_array().data), seen.weights[0].double()
    )
    assert [label.get_text() for label in weights.get_yticklabels()] == ["llegó", "la", "</s>"]
    assert [label.get_text() for label in weights.get_xticklabels()] == [*SOURCE, "</s>"]
    assert weights.patches[0].get_y() == 1.5, "the third row is framed"
    most = int(seen.weights[0, 2].argmax())
    named = [*SOURCE, "</s>"][most]
    assert f"the largest weight, {seen.weights[0, 2, most]:.2f}, is at “{named}”" in words
    assert f"“</s>” has probability {seen.log_probs[0, 2, EOS].exp():.2f}" in words
    best = int(seen.log_probs[0, 2].argmax())
    assert (f"rather say “{VOCABS[1].words[best]}”" in words) == (best != EOS)


def test_a_step_beyond_the_end_shows_the_last() -> None:
    _, words = draw_attention(translator(), VOCABS, "the queen", "la reina", 12)
    assert "Step 3 of 3" in words


@pytest.mark.parametrize(
    ("source", "target", "message"),
    [
        ("the green wizard", "", "source vocabulary does not have “wizard”"),
        ("the gren witch", "", "Did you mean green?"),
        ("the witch", "la bruxa", "target vocabulary does not have “bruxa”. Did you mean bruja?"),
        ("the <pad> witch", "", "“<pad>”"),
        (" ".join(["the"] * 13), "", "13 words"),
        ("  ", "la bruja", "Type a source sentence"),
    ],
)
def test_what_cannot_be_drawn_is_said(source: str, target: str, message: str) -> None:
    fig, words = draw_attention(translator(), VOCABS, source, target)
    assert message in words
    assert texts(fig.axes[0]) == [words]


def test_nothing_is_wrong_with_known_words() -> None:
    assert complaint("the queen", VOCABS[0], "source") is None


def test_every_control_reaches_the_drawing() -> None:
    models = {kind: translator(kind) for kind in ("dot", "additive")}
    built = widgets.attention_explorer(models, VOCABS, " ".join(SOURCE), "llegó la")
    seen = {built.picture.value}
    for name, value in [
        ("step", 2),
        ("kind", "additive"),
        ("temperature", 4.0),
        ("source", "the queen"),
        ("target", "la reina verde"),
        ("target", ""),
        ("source", "the kween"),
    ]:
        built.controls[name].value = value
        seen.add(built.picture.value)
    assert len(seen) == 8
    assert "does not have" in built.picture.value
