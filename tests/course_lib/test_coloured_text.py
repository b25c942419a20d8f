"""Coloured text: every character has its value, in the picture and for those who do not see it."""

import re
from html.parser import HTMLParser

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest

from course_lib.coloured_text import contrast, draw_text, html_text, lines
from course_lib.plots import DIVERGING

mpl.use("agg")
TEXT = 'if a<b:\n  say("$hi$")\n'
VALUES = np.linspace(-1.5, 0.75, len(TEXT))


class Reader(HTMLParser):
    """What a reader of the page gets: titles and colours of characters, and cells of the table."""

    def __init__(self) -> None:
        super().__init__()
        self.spans: list[dict] = []
        self.cells: list[str] = []
        self.inside = ""

    def handle_starttag(self, tag, attrs):
        self.inside = tag
        if tag == "span":
            self.spans.append(dict(attrs))
        if tag == "td":
            self.cells.append("")

    def handle_endtag(self, tag):
        self.inside = ""

    def handle_data(self, data):
        if self.inside == "span":
            self.spans[-1]["text"] = data
        if self.inside == "td":
            self.cells[-1] += data


def test_lines_break_where_the_text_does_or_at_the_width() -> None:
    assert lines("ab\ncdefg\n\nh", 3) == [(0, 3), (3, 6), (6, 9), (9, 10), (10, 11)]
    assert lines("", 3) == []
    assert lines("abc", 3) == [(0, 3)]


def test_the_figure_shows_each_character_on_its_value() -> None:
    fig, ax = plt.subplots()
    draw_text(ax, TEXT, VALUES, "c", width=9)
    grid = np.ma.filled(ax.images[0].get_array().astype(float), np.nan)
    assert ax.images[0].cmap.name == DIVERGING
    assert ax.images[0].get_clim() == (-1.5, 1.5)
    np.testing.assert_allclose(grid[~np.isnan(grid)], VALUES)
    at = {tuple(map(round, text.get_position())): text.get_text() for text in ax.texts}
    assert at[0, 0] == "i"
    assert at[2, 0] == "·"
    assert at[7, 0] == "⏎"
    assert at[2, 1] == "s"
    assert at[7, 1] == "$"
    assert at[0, 2] == "i"
    assert len(at) == len(TEXT)
    assert fig.axes[1].get_ylabel() == "c"
    fig.savefig("/dev/null", format="png")  # "$" starts no formula
    plt.close(fig)


def test_html_gives_every_value_in_words_too() -> None:
    page = html_text(TEXT, VALUES, "cell 3 <c>")
    reader = Reader()
    reader.feed(page)
    said = [f"{value:+.2f}" for value in VALUES]
    assert [span["title"] for span in reader.spans] == said
    assert reader.cells[1::2] == said
    shown = "".join(span["text"] for span in reader.spans)
    assert shown == "".join(reader.cells[0::2]) == TEXT.replace("\n", "⏎").replace(" ", "·")
    assert "cell 3 &lt;c&gt;" in page
    assert [("dotted" in span["style"]) for span in reader.spans] == (VALUES < 0).tolist()


def test_colours_are_the_maps_and_every_character_can_be_read() -> None:
    values = np.linspace(-2, 2, 41)
    reader = Reader()
    reader.feed(html_text("x" * 41, values, "c", limit=1.0))
    expected = mpl.colormaps[DIVERGING]
    for span, value in zip(reader.spans, values, strict=True):
        back, ink = re.findall(r"#\w{6}", span["style"])
        color = mpl.colors.to_rgb(back)
        np.testing.assert_allclose(color, expected((np.clip(value, -1, 1) + 1) / 2)[:3], atol=0.01)
        assert contrast(color, mpl.colors.to_rgb(ink)) >= 4.5


def test_contrast_is_that_of_the_guidelines() -> None:
    assert contrast((0.0, 0.0, 0.0), (1.0, 1.0, 1.0)) == pytest.approx(21)
    assert contrast((1.0, 1.0, 1.0), (1.0, 1.0, 1.0)) == 1
    grey = 0x76 / 255  # #767676 on white is the well-known limit
    assert contrast((grey,) * 3, (1.0, 1.0, 1.0)) == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("bad", [("", []), ("ab", [1.0]), ("ab", [[1.0, 2.0]])])
def test_one_value_for_each_character(bad) -> None:
    with pytest.raises(ValueError, match="need one for each"):
        html_text(*bad, "c")
    with pytest.raises(ValueError, match="need one for each"):
        draw_text(plt.figure().add_subplot(), *bad, "c")
    plt.close("all")


def test_zeros_are_drawn_in_the_middle_of_the_map() -> None:
    assert mpl.colors.to_hex(mpl.colormaps[DIVERGING](0.5)) in html_text("a", [0.0], "c")
