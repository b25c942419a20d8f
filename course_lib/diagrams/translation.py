"""Encoder and decoder, in use and in training; which words of two sentences belong together."""

from collections.abc import Collection, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch

from course_lib.diagrams.shapes import BLACK, GREY, arrow, box
from course_lib.plots import COLORS

READ_STEP, WRITE_STEP = 1.0, 1.25  # inches from one word to the next
INPUT, STATE, RAIL, COMBINED, OUTPUT, TARGET, LOSS = 0.35, 1.15, 1.72, 2.2, 3.0, 3.6, 4.05
_LEFT, _BETWEEN, _RIGHT = 0.2, 1.25, 1.6
_HIDDEN, _CONTEXT = COLORS["hidden"], COLORS["attention"]


def encoder_decoder_size(S: int, T: int, training: bool = False) -> tuple[float, float]:
    """Width and height, in inches, of the canvas that `encoder_decoder` needs."""
    return write_x(S, T) + WRITE_STEP / 2 + _RIGHT, LOSS + 0.55 if training else OUTPUT + 0.65


def read_x(s: int) -> float:
    """Where word s of the source stands, counted from 0."""
    return _LEFT + (s + 0.5) * READ_STEP


def write_x(S: int, t: int) -> float:
    """Where step t of the decoder stands after S source words, counted from 1; 0 is its start."""
    return _LEFT + S * READ_STEP + _BETWEEN / 2 + t * WRITE_STEP


def encoder_decoder(
    ax: Axes,
    source: Sequence[str],
    words: Sequence[str],
    outputs: Sequence[str],
    losses: Sequence[float] | None = None,
    step: int | None = None,
    boxed: bool = False,
) -> Axes:
    """A source is read both ways; from where both ways end, a translation is written.

    Args:
        ax: a canvas of `encoder_decoder_size(S, T, losses is not None)`.
        source: S words, `</s>` the last.
        words: T + 1 words: what the decoder reads, `<s>` the first, and what it should read next:
            in use these are its own outputs, in training the gold words.
        outputs: T words, the most probable at each step.
        losses: in training, of the gold word at each step.
        step: how many steps were taken; those to come are left out. All if None.
        boxed: frame the vector through which everything has to pass.

    Raises:
        ValueError: if the lengths do not fit, or a decoder in use does not read its own words.
    """
    S, T = len(source), len(outputs)
    if len(words) != T + 1 or (losses is not None and len(losses) != T):
        count = "" if losses is None else f", {len(losses)} losses"
        raise ValueError(f"{T} outputs need {T + 1} words, not {len(words)}{count}")
    if losses is None and list(words[1:]) != list(outputs):
        raise ValueError(f"a decoder in use reads {list(outputs)}, not {list(words[1:])}")
    taken = T if step is None else step
    reading(ax, source)
    top = OUTPUT + 0.55 if losses is None else LOSS + 0.45
    _band(ax, write_x(S, 1) - 0.6, T * WRITE_STEP, top, "decoder")
    _between(ax, S, boxed)
    for t in range(1, taken + 1):
        _write_step(ax, S, t, words[t - 1], outputs[t - 1])
        if losses is not None:
            _judge(ax, write_x(S, t), words[t], losses[t - 1])
        if t < taken:
            fed_back(ax, write_x(S, t), OUTPUT if losses is None else TARGET)
    _row_labels(ax, write_x(S, T) + WRITE_STEP / 2 + 0.1, losses is not None)
    return ax


def reading(ax: Axes, source: Sequence[str]) -> Axes:
    """The encoder: a state at each word, made from both directions."""
    S = len(source)
    _band(ax, _LEFT, S * READ_STEP, COMBINED + 0.3, "encoder")
    for s, word in enumerate(source):
        x = read_x(s)
        box(ax, x, INPUT, word, COLORS["input"], 0.92)
        arrow(ax, (x, INPUT + 0.24), (x, STATE - 0.24), COLORS["input"])
        box(ax, x, STATE, f"$h^e_{{{s + 1}}}$", _HIDDEN, 0.5)
        if s:
            left = x - READ_STEP + 0.27
            arrow(ax, (left, STATE + 0.1), (x - 0.27, STATE + 0.1), _HIDDEN)
            arrow(ax, (x - 0.27, STATE - 0.1), (left, STATE - 0.1), _HIDDEN)
    return ax


def _band(ax: Axes, x: float, width: float, top: float, name: str) -> None:
    """A grey background from x on, with its name in the upper left corner."""
    frame = FancyBboxPatch((x, 0.05), width, top - 0.05, fc="#F7F7F7", ec="none",
                           boxstyle="round,pad=0.05", zorder=-1)  # fmt: skip
    ax.add_patch(frame)
    ax.text(x + 0.02, top - 0.1, name, fontsize=10.5, color="#707070", va="center")


def _between(ax: Axes, S: int, boxed: bool) -> None:
    """Both ends of reading become one vector, which gives the decoder's first state."""
    x, (first, last) = write_x(S, 0), (read_x(0), read_x(S - 1))
    ax.plot([first, first, x - 0.42], [STATE + 0.24, RAIL + 0.14, RAIL + 0.14], color=_HIDDEN,
            lw=1.3)  # fmt: skip
    ax.plot([last, last], [STATE + 0.24, RAIL + 0.14], color=_HIDDEN, lw=1.3)
    arrow(ax, (x - 0.5, RAIL + 0.14), (x - 0.42, RAIL + 0.14), _HIDDEN)
    box(ax, x, RAIL + 0.14, "context", _CONTEXT, 0.84)
    if boxed:
        frame = FancyBboxPatch((x - 0.5, RAIL - 0.17), 1.0, 0.62, boxstyle="round,pad=0.05",
                               fc="none", ec=COLORS["output"], lw=3, zorder=4)  # fmt: skip
        ax.add_patch(frame)
        ax.text(x + 0.5, COMBINED + 0.5, "everything about the source has to pass through here",
                ha="right", va="bottom", fontsize=10.5, color=COLORS["output"])  # fmt: skip
    arrow(ax, (x, RAIL - 0.1), (x, STATE + 0.24), _CONTEXT)
    box(ax, x, STATE, "$h_0$", _HIDDEN, 0.5)


def _write_step(ax: Axes, S: int, t: int, word: str, output: str) -> None:
    x = write_x(S, t)
    arrow(ax, (x - WRITE_STEP + 0.27, STATE), (x - 0.27, STATE), _HIDDEN)
    box(ax, x, INPUT, word, COLORS["input"], 0.98)
    arrow(ax, (x, INPUT + 0.24), (x, STATE - 0.24), COLORS["input"])
    box(ax, x, STATE, f"$h_{{{t}}}$", _HIDDEN, 0.5)
    arrow(ax, (x + 0.1, STATE + 0.24), (x + 0.1, COMBINED - 0.24), _HIDDEN)
    ax.plot([x - WRITE_STEP + (0.42 if t == 1 else -0.14), x - 0.14], [RAIL] * 2, color=_CONTEXT,
            lw=1.3, zorder=0)  # fmt: skip
    arrow(ax, (x - 0.14, RAIL), (x - 0.14, COMBINED - 0.24), _CONTEXT)
    box(ax, x, COMBINED, rf"$\tilde h_{{{t}}}$", _HIDDEN, 0.5)
    arrow(ax, (x, COMBINED + 0.24), (x, OUTPUT - 0.24), COLORS["output"])
    box(ax, x, OUTPUT, output, COLORS["output"], 0.98)


def _judge(ax: Axes, x: float, target: str, loss: float) -> None:
    box(ax, x, TARGET, target, COLORS["target"], 0.98)
    ax.text(x, LOSS, f"{loss:.2f}", ha="center", va="center", fontsize=10.5)


def fed_back(ax: Axes, x: float, height: float) -> None:
    """Dashed from a word at (x, height) down to the input of the next step."""
    color = COLORS["output" if height == OUTPUT else "target"]
    side = x + WRITE_STEP / 2 - 0.02
    path = np.array([(x + 0.49, height), (side, height), (side, INPUT)])
    ax.plot(*path.T, color=color, lw=1.3, ls=(0, (4, 2)))
    arrow(ax, (side, INPUT), (x + WRITE_STEP - 0.49, INPUT), color)


def _row_labels(ax: Axes, x: float, training: bool) -> None:
    rows = [
        (INPUT, "gold word before" if training else "word before", COLORS["input"]),
        (STATE, "state", _HIDDEN),
        (RAIL, "context", _CONTEXT),
        (COMBINED, "state and context", _HIDDEN),
        (OUTPUT, "most probable", COLORS["output"]),
    ]
    if training:
        rows += [(TARGET, "gold word", COLORS["target"]), (LOSS, "its loss, in nats", BLACK)]
    for y, text, color in rows:
        ax.text(x, y, text, va="center", fontsize=10, color=color)


def word_links_size(S: int, T: int) -> tuple[float, float]:
    """Width and height, in inches, of the canvas that `word_links` needs."""
    return 1.15 * max(S, T) + 1.3, 1.95


def word_links(
    ax: Axes,
    source: Sequence[str],
    target: Sequence[str],
    links: Collection[tuple[int, int]],
    gloss: Sequence[str] | None = None,
    names: tuple[str, str] = ("source", "target"),
) -> Axes:
    """Two sentences, a line between words that belong together; words without one are grey.

    Args:
        ax: a canvas of `word_links_size(S, T)`.
        links: (source index, target index).
        gloss: what each target word means, written under it.
        names: of the two languages.

    Raises:
        ValueError: if a link points outside, or the glosses are not one for each target word.
    """
    if gloss is not None and len(gloss) != len(target):
        raise ValueError(f"{len(target)} words, {len(gloss)} glosses")
    if any(not (0 <= s < len(source) and 0 <= t < len(target)) for s, t in links):
        raise ValueError(f"{sorted(links)}: a link outside {len(source)} and {len(target)} words")
    for s, t in links:
        ax.plot([_links_x(s), _links_x(t)], [1.39, 0.94], color=COLORS["target"], lw=2, zorder=0)
    for side, (words, y) in enumerate(((source, 1.6), (target, 0.72))):
        linked = {link[side] for link in links}
        ax.text(0.05, y, names[side], va="center", fontsize=10)
        for k, word in enumerate(words):
            color = COLORS[("input", "output")[side]] if k in linked else GREY
            box(ax, _links_x(k), y, word, color, 1.06)
    for k, meaning in enumerate(gloss or ()):
        ax.text(_links_x(k), 0.3, meaning, ha="center", va="center", fontsize=9, color="#707070",
                style="italic")  # fmt: skip
    return ax


def _links_x(k: int) -> float:
    return 1.2 + 1.15 * (k + 0.5)
