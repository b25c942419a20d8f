"""The benchmark compares equal texts, and notices when they are not or a demand is missed."""

import decoding as bench
import pytest
import torch

from course_lib.decode import Hypothesis
from course_lib.language_model import RecurrentLM
from course_lib.seq2seq import Translator
from course_lib.text import UNK


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


@pytest.fixture
def translator():
    torch.manual_seed(0)
    network = Translator(25, 23, 5, 6)
    for weight in network.parameters():
        torch.nn.init.normal_(weight)
    return network


PROMPTS = [[5 + i, 22 - i, 4 + 3 * i] for i in range(6)]


@pytest.mark.parametrize("name", bench.WAYS)
def test_batches_write_the_texts_of_one_at_a_time(name, model):
    way = bench.WAYS[name]
    texts, seconds = bench.measure(way, model, PROMPTS, rounds=2)
    assert len(seconds) == 2
    assert all(len(pair) == 2 and min(pair) >= 0 for pair in seconds)
    assert bench.same(texts, way.write(model, PROMPTS, 6))
    assert not any(UNK in text.ids for text in texts)
    if "limit" in name:
        assert {len(text.ids) for text in texts} == {7}
    assert len({tuple(text.ids) for text in texts}) > 1


@pytest.mark.parametrize("name", bench.TRANSLATIONS)
def test_batches_translate_as_one_at_a_time_does(name, translator):
    sentences = [[4, 5, 6, 7, 24], [9], [8, 9, 10], [7, 24], [22, 21, 20, 19, 18, 17]]
    texts, _ = bench.measure(bench.TRANSLATIONS[name], translator, sentences, rounds=1)
    width = 1 if "greedy" in name else 5
    for sentence, text in zip(sentences, texts, strict=True):
        alone = bench.translate(translator, [sentence], width, max_tokens=7)
        assert bench.same([text], alone)
    assert len({tuple(text.ids) for text in texts}) > 1


def test_both_ways_of_a_translator_are_asked_for():
    assert [way.demand for way in bench.TRANSLATIONS.values()] == [6.0, 3.0]


def test_a_text_that_depends_on_its_batch_is_noticed(model):
    def dependent(start):
        texts = bench.by_greedy(start)
        return [Hypothesis([len(texts)], 1.0 * len(texts), True) for _ in texts]

    with pytest.raises(AssertionError, match="depends on its batch"):
        bench.measure(bench.continued(dependent, (), 1.0), model, PROMPTS, rounds=1)


def test_ties_within_rounding_are_the_same_and_no_more():
    one = [Hypothesis([4, 5], -3.0, True)]
    assert bench.same(one, [Hypothesis([5, 4], -3.00001, True)])
    assert not bench.same(one, [Hypothesis([5, 4], -3.01, True)])


@pytest.mark.parametrize(
    ("demand", "missed"), [(0.0, ()), (1e9, ("WAYS",)), (1e9, ("TRANSLATIONS",))]
)
def test_a_missed_demand_is_an_error(demand, missed, model, translator, monkeypatch, capsys):
    for group in ("WAYS", "TRANSLATIONS"):
        asked = demand if group in missed else 0.0
        ways = {name: bench.Way(way.write, asked) for name, way in getattr(bench, group).items()}
        monkeypatch.setattr(bench, group, ways)
    monkeypatch.setattr(bench, "trained", lambda: (model, PROMPTS))
    monkeypatch.setattr(bench, "trained_translator", lambda: (translator, PROMPTS))
    monkeypatch.setattr("sys.argv", ["decoding.py", "1"])
    assert bench.main() == bool(missed)
    table = capsys.readouterr().out
    assert "greedy, translations" in table
    assert "beam of" in table
    assert table.count(f"{demand:g} ×") >= 2
