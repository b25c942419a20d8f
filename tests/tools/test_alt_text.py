"""Text alternatives that say what one sees, and those that do not."""

import alt_text
import pytest

GOOD = [
    "Loss of three seeds against step: it falls steeply, then slowly.",
    "Test perplexity: unigram 71.9, Elman 8.7, floor 6.1.",
    "Heat map of shares: zero above the diagonal, largest just below it.",
    "A dashed frame marks hs[:, −1], the pair of the last word.",
]
BAD = {
    "loss.png": "name of a file",
    "Figures/Loss_Curve.SVG": "name of a file",
    "loss against step": "too short",
    "A line plot of the data in a figure": "only names the kind",
    "Bar chart showing results of the various models": "only names the kind",
    "Training progress of recurrent language models during learning": "what the figure is about",
    "BLEU by length, shortest first: [97.0, 55.0, 16.0]": "'[97.0,'",
    "From safe to varied: temperature [14.94  0.38], top-k [12.62 0.19]": "'[14.94 '",
    "Right words after a mistake: {'gold words': 0.7}, fewer with its own": '"{\'"',
    "The loss of each run ends at nan after ten steps": "'nan'",
    "The best of all runs ends at tensor(0.5) after ten steps": "'tensor('",
}


@pytest.mark.parametrize("alt", GOOD)
def test_what_one_sees_passes(alt):
    assert alt_text.weak(alt) is None


@pytest.mark.parametrize(("alt", "message"), BAD.items())
def test_a_weak_text_is_named(alt, message):
    assert message in alt_text.weak(alt)
