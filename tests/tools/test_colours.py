"""The formulas against published values; the course's colours against people's eyes."""

import re

import colours
import matplotlib.pyplot as plt
import numpy as np
import pytest

from course_lib.plots import COLORS, DIVERGING, SEQUENTIAL
from notebooks import ROOT


# Sharma, Wu and Dalal (2005), table 1.
@pytest.mark.parametrize(
    ("one", "other", "distance"),
    [
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, -1.3802, -84.2814), (50, 0, -82.7485), 1.0),
        ((50, 2.5, 0), (50, 0, -2.5), 4.3065),
        ((50, 2.5, 0), (73, 25, -18), 27.1492),
        ((50, 2.5, 0), (61, -5, 29), 22.8977),
        ((50, 2.5, 0), (56, -27, -3), 31.9030),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((22.7233, 20.0904, -46.6940), (23.0331, 14.9730, -42.5619), 2.0373),
        ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_the_distance_is_the_published_one(one, other, distance):
    assert colours.ciede2000(one, other) == pytest.approx(distance, abs=1e-4)
    assert colours.ciede2000(other, one) == pytest.approx(distance, abs=1e-4)


def test_colours_become_light_and_lightness():
    assert colours.lab(colours.linear("#fff")) == pytest.approx([100, 0, 0], abs=0.02)
    assert colours.lab(colours.linear("#ff0000")) == pytest.approx([53.24, 80.09, 67.20], abs=0.05)
    assert colours.contrast("#000", "#ffffff") == pytest.approx(21)
    assert colours.contrast("#767676", "#fff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("vision", list(colours.VISION))
def test_nobody_sees_a_colour_in_grey(vision):
    assert colours.VISION[vision].sum(axis=1) == pytest.approx(np.ones(3), abs=1e-5)


def test_red_and_green_alike_in_lightness_are_hard_to_tell_only_for_some():
    red, green = "#c04040", "#6b7a2c"
    assert colours.distance(red, green) > 40
    assert colours.distance(red, green, "deutan") < 15 < colours.distance(red, green, "tritan")


@pytest.mark.parametrize("vision", ["normal", "protan", "deutan", "tritan"])
def test_the_courses_colours_are_told_apart(vision):
    """By ten times what is just noticeable; in grey print, markers and labels must do it."""
    told = colours.closest(set(COLORS.values()), vision)
    assert told[0] > 10, told


def test_the_courses_colours_are_seen_on_white_paper():
    """WCAG 2.2, 1.4.11: parts of graphics that one needs to understand them."""
    pale = {name: c for name, c in COLORS.items() if colours.contrast(c, "#fff") < 3}
    assert not pale


def test_a_bad_palette_would_be_found():
    assert colours.closest(["#d62728", "#2ca02c", "#8c564b"], "deutan")[0] < 10


@pytest.mark.parametrize("vision", list(colours.VISION))
def test_maps_grow_steadily_lighter(vision):
    def lightness(name):
        samples = plt.colormaps[name](np.linspace(0, 1, 65))[:, :3]
        seen = [colours.linear(f"#{r:02x}{g:02x}{b:02x}") for r, g, b in np.uint8(255 * samples)]
        return np.array([colours.lab(np.clip(colours.VISION[vision] @ c, 0, 1))[0] for c in seen])

    assert (np.diff(lightness(SEQUENTIAL)) > -0.5).all()
    both = lightness(DIVERGING)
    assert (np.diff(both[:33]) > -0.5).all()
    assert (np.diff(both[32:]) < 0.5).all()


def variables(path):
    """A stylesheet's named colours: those for light pages, and with what dark pages change."""
    text = (ROOT / path).read_text()
    light, dark = {}, {}
    for block in re.finditer(
        r"(@media \(prefers-color-scheme: dark\) \{\s*)?:root \{([^}]*)\}", text
    ):
        found = dict(re.findall(r"--(\w+): (#[0-9a-f]{3,6})\b", block[2]))
        (dark if block[1] else light).update(found)
    return light, light | dark


@pytest.mark.parametrize("theme", [0, 1])
def test_the_report_is_readable_in_light_and_dark(theme):
    of = variables("autograder/report.css")[theme]
    for text in ("ink", "soft", "link", "warn"):
        for paper in ("paper", "panel"):
            assert colours.contrast(of[text], of[paper]) >= 4.5, (text, paper)
    for mark in ("done", "waits"):
        assert colours.contrast(of[mark], of["paper"]) >= 3, mark
    for vision in ("normal", "protan", "deutan", "tritan"):
        assert colours.distance(of["done"], of["waits"], vision) > 10, vision


def test_the_points_of_feedback_are_readable():
    of, _ = variables("autograder/feedback_page.css")
    for mark in ("full", "part", "none", "waiting"):
        assert colours.contrast(of[mark], "#fff") >= 4.5, mark
