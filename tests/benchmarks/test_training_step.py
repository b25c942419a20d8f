"""The three ways take the same steps of the same model; the table says what was measured."""

import io

import numpy as np
import pytest
import torch
import training_step as bench
from rich.console import Console
from torch.utils.flop_counter import FlopCounterMode

from course_lib.batching import streams
from course_lib.softmax import FullSoftmax


@pytest.fixture(autouse=True)
def small(monkeypatch):
    sizes = {"V": 60, "D": 8, "H": 16, "T": 5, "B": 3, "STEPS": 2, "CUTOFFS": [10, 30]}
    for name, value in sizes.items():
        monkeypatch.setattr(bench, name, value)


def test_the_table_has_times_and_ratios():
    ways = {
        "example": bench.Way(bench.example(), bench.flops(16 * 60), torch.float32),
        "textbook": bench.Way(bench.textbook(), bench.flops(16 * 60), torch.float32),
        "ours": bench.Way(bench.ours(bf16=False), bench.flops(100), torch.float32),
    }
    seconds = bench.measure(ways, rounds=2)
    assert all(times.shape == (2,) and (times > 0).all() for times in seconds.values())
    console = Console(width=140, record=True, file=io.StringIO())
    console.print(bench.report(ways, seconds, {torch.float32: 1e9}))
    table = console.export_text()
    assert all(name in table for name in ways)


def test_a_ratio_is_taken_within_rounds():
    own = np.array([1.0, 10.0, 2.0])
    assert bench.ratio(own * 4, own) == (4.0, 4.0, 4.0)


def test_products_of_the_softmax_are_those_that_torch_counts():
    head, hs = FullSoftmax(bench.H, bench.V), torch.randn(7, bench.H, requires_grad=True)
    with FlopCounterMode(display=False) as counter:
        head.nats(hs, torch.arange(7)).sum().backward()
    lstm = 3 * 2 * 4 * 16 * (8 + 16)
    per_token = counter.get_total_flops() / 7
    assert bench.flops(bench.H * bench.V) == pytest.approx((lstm + per_token) * 15)
    words = torch.tensor([3] * 4 + [12] * 2 + [40] * 2)
    # 10 words and 2 clusters for all; a quarter sees 8 numbers and 20 words, a quarter 4 and 30.
    expected = 16 * 12 + (16 * 8 + 8 * 20) / 4 + (16 * 4 + 4 * 30) / 4
    assert bench.adaptive_products(words) == expected


def test_more_frequent_words_come_first():
    words = bench.text(np.random.default_rng(0))
    assert len(words) == 3 * 5 * 2 + 1
    assert (words < 60).all()
    tokens, targets = next(streams(words, bench.B, bench.T))
    assert torch.equal(tokens[:, 1:], targets[:, :-1])
