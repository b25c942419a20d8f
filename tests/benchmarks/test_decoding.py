"""The benchmark compares equal texts, and notices when they are not or a demand is missed."""

import decoding as bench
import pytest
import torch

from course_lib.decode import Hypothesis
from course_lib.language_model import RecurrentLM
from course_lib.text import EOS, UNK


@pytest.fixture(autouse=True)
def small(monkeypatch):
    for name, value in {"B": 4, "K": 3, "MAX_TOKENS": 7}.items():
        monkeypatch.setattr(bench, name, value)


@pytest.fixture
def model():
    torch.manual_seed(0)
    network = RecurrentLM(23, 5, 6)
    torch.nn.init.normal_(network.embedding.weight)
    with torch.no_grad():
        network.head.to_logits.weight.mul_(8)
    return network


PROMPTS = [[5 + i, 22 - i, 4 + 3 * i] for i in range(6)]


@pytest.mark.parametrize("name", bench.WAYS)
def test_batches_write_the_texts_of_one_at_a_time(name, model):
    way = bench.WAYS[name]
    texts, seconds = bench.measure(way, model, PROMPTS, rounds=2)
    assert len(seconds) == 2
    assert all(len(pair) == 2 and min(pair) >= 0 for pair in seconds)
    assert bench.same(texts, way.run(model, PROMPTS))
    assert not any(UNK in text.ids for text in texts)
    if "limit" in name:
        assert {len(text.ids) for text in texts} == {7}
    assert len({tuple(text.ids) for text in texts}) > 1


def test_a_text_that_depends_on_its_batch_is_noticed(model):
    def dependent(start):
        texts = bench.by_greedy(start)
        return [Hypothesis([len(texts)], 1.0 * len(texts), True) for _ in texts]

    with pytest.raises(AssertionError, match="depends on its batch"):
        bench.measure(bench.Way(dependent, (), 1.0), model, PROMPTS, rounds=1)


def test_ties_within_rounding_are_the_same_and_no_more():
    one = [Hypothesis([4, 5], -3.0, True)]
    assert bench.same(one, [Hypothesis([5, 4], -3.00001, True)])
    assert not bench.same(one, [Hypothesis([5, 4], -3.01, True)])


@pytest.mark.parametrize(("demand", "code"), [(0.0, 0), (1e9, 1)])
def test_a_missed_demand_is_an_error(demand, code, model, monkeypatch, capsys):
    ways = {
        name: bench.Way(way.decode, (*way.never, EOS), demand) for name, way in bench.WAYS.items()
    }
    monkeypatch.setattr(bench, "WAYS", ways)
    monkeypatch.setattr(bench, "trained", lambda: (model, PROMPTS))
    monkeypatch.setattr("sys.argv", ["decoding.py", "1"])
    assert bench.main() == code
    table = capsys.readouterr().out
    assert "greedy" in table
    assert "beam of" in table
    assert table.count(f"{demand:g} ×") >= 4
