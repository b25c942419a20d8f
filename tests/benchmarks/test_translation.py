"""The comparison on a folder of a few made-up pairs; its batches by their definition."""

import itertools
import random
from collections import Counter
from dataclasses import replace

import pytest
import sacrebleu
import torch
import translation as bench
import translators
from hypothesis import given
from hypothesis import strategies as st

from course_lib.text import EOS
from course_lib.train import train

WORDS = {"red": "roja", "old": "vieja", "house": "casa", "witch": "bruja", "sees": "ve", "a": "una"}
SMALL = translators.Recipe((30, 32), 8, 6, tokens=60)


@pytest.fixture
def table(tmp_path):
    """As Tatoeba's: short sentences and a few long ones."""
    rng = random.Random(0)
    lines = []
    for n in [2, 3, 4, 5, 6, 9, 12, 17] * 8:
        words = rng.choices(list(WORDS), k=n)
        lines.append(f"{' '.join(words)}\t{' '.join(map(WORDS.get, words))}\tCC-BY")
    (tmp_path / "spa.txt").write_text("\n".join(lines), "utf-8")
    return tmp_path


@pytest.fixture(autouse=True)
def small(monkeypatch):
    monkeypatch.setattr(bench, "RECIPE", SMALL)
    monkeypatch.setattr(translators, "MAX_TOKENS", 7)


def test_both_models_are_trained_and_scored_on_the_test(table, capsys, monkeypatch):
    seen = []
    monkeypatch.setattr(
        bench, "score", lambda *given, f=bench.score: seen.append(given) or f(*given)
    )
    assert bench.main([str(table), "--seeds", "2", "--minutes", "0.001"]) == 0
    ((runs, test, times),) = seen
    assert len(times) == len(test)
    assert list(runs) == list(bench.MODELS)
    assert all(len(some) == 2 for some in runs.values())
    assert len({run.parameters for some in runs.values() for run in some}) == 1
    for run in itertools.chain.from_iterable(runs.values()):
        assert len(run.greedy) == len(run.beam) == len(test)
        assert run.steps >= 1
    said = capsys.readouterr().out
    assert "Nothing is asked" in said
    assert "nrefs:1|case:mixed|eff:no|tok:13a" in said
    assert "16+" in said


def test_scores_are_those_of_sacrebleu(capsys):
    rng = random.Random(1)
    sources = [" ".join(rng.choices(list(WORDS), k=n)) for n in [3, 4, 9, 10, 16, 20, 25] * 3]
    references = [" ".join(map(WORDS.get, source.split())) for source in sources]

    def garbled(share):
        return [
            " ".join(word if rng.random() > share else "no" for word in text.split())
            for text in references
        ]

    runs = {
        name: [translators.Run(garbled(s), garbled(s - 0.1), 7, 5, 60.0) for s in shares]
        for name, shares in (("dot attention", (0.1, 0.2)), ("without", (0.3, 0.4)))
    }
    scores = bench.score(runs, list(zip(sources, references, strict=True)))

    def oracle(texts, rows):
        some = [[texts[i] for i in rows], [[references[i] for i in rows]]]
        return sacrebleu.corpus_bleu(*some).score

    everything = range(len(sources))
    for name, some in runs.items():
        expected = [oracle(run.greedy, everything) for run in some]
        assert scores.overall[name, "greedy"] == pytest.approx(expected)
        expected = [oracle(run.beam, everything) for run in some]
        assert scores.overall[name, "beam of 5"] == pytest.approx(expected)
        assert len({*expected, 0.0}) == 3
        for band, low, high in (("1-4", 1, 4), ("8-10", 8, 10), ("16+", 16, 99)):
            rows = [i for i in everything if low <= len(sources[i].split()) <= high]
            expected = [oracle(run.beam, rows) for run in some]
            assert scores.by_length[band][name] == pytest.approx(expected)
            assert scores.sentences[band] == len(rows)
    long = scores.by_length["16+"]
    assert scores.ratio("16+") == pytest.approx(sum(long["dot attention"]) / sum(long["without"]))
    assert list(scores.by_length) == ["1-4", "8-10", "16+", "the test"]
    assert scores.by_length["the test"]["without"] == scores.overall["without", "beam of 5"]


def test_lengths_of_a_stratified_test_count_as_they_occur():
    text = [("a b", "x")] * 60 + [("a b c d e f", "x")] * 30 + [("a " * 20, "x")] * 10
    test = [("c d", "x")] * 2 + [("a b c d e", "x")] * 5 + [("b " * 17, "x")] * 5
    times = bench.occurrence(test, text)
    shares = [sum(times[a:b]) / sum(times) for a, b in ((0, 2), (2, 7), (7, 12))]
    assert shares == pytest.approx([0.6, 0.3, 0.1])


def test_time_that_is_given_is_time_that_is_taken(table):
    coded = translators.code([("a witch", "una bruja"), ("old house", "casa vieja")] * 20, SMALL2)
    _, few, spent = translators.train_for(SMALL2, coded, "dot", 1.0, 0)
    assert 0.5 < spent < 2
    _, one, _ = translators.train_for(SMALL2, coded, None, 0.0, 0)
    assert one == 1 < few


SMALL2 = translators.Recipe((17, 18), 4, 6, tokens=40)


def test_a_folder_of_files_by_language(tmp_path, capsys, monkeypatch):
    for part, n in (("train", 60), ("val", 4), ("test", 5)):
        pairs = list(itertools.islice(itertools.permutations(WORDS, 3), n))
        (tmp_path / f"{part}.en").write_text("\n".join(" ".join(words) for words in pairs))
        target = [" ".join(map(WORDS.get, words)) for words in pairs]
        (tmp_path / f"{part}.es").write_text("\n".join(target))
    options = ["--from", "en", "--to", "es", "--seeds", "1", "--minutes", "0.001"]
    assert bench.main([str(tmp_path), *options]) == 0
    said = capsys.readouterr().out
    assert "60 train" in said
    assert "5 test" in said


def test_no_data_is_a_clear_error(tmp_path, table, capsys):
    assert bench.main([str(tmp_path / "nowhere")]) == 2
    assert "nowhere is not a folder" in capsys.readouterr().err
    (table / "spa.txt").write_text("one\tuno\n")
    assert bench.main([str(table)]) == 2
    assert "too few pairs" in capsys.readouterr().err


@pytest.mark.parametrize("option", [["--seeds", "0"], ["--minutes", "0"]])
def test_options_that_leave_nothing_to_do(option, table, capsys):
    with pytest.raises(SystemExit, match="2"):
        bench.main([str(table), *option])
    assert f"{' '.join(option)}: a model needs" in capsys.readouterr().err


def _scores(best, without, long_ratio):
    overall = {("dot attention", "beam of 5"): best, ("without", "beam of 5"): without}
    return bench.Scores(
        overall, {"16+": {"dot attention": [long_ratio * 7], "without": [7.0]}}, {"16+": 9}
    )


@pytest.mark.parametrize(
    ("scores", "says"),
    [
        (_scores([39.0, 41.0], [26.0, 26.0], 3.0), []),
        (_scores([38.0, 41.0], [20.0, 20.0], 3.0), ["BLEU 39.5, 40 asked"]),
        (_scores([42.0, 42.0], [28.0, 29.0], 3.0), ["+13.5 by attention"]),
        (_scores([42.0], [20.0], 2.9), ["2.90 × at 16+ words"]),
        (_scores([0.0], [0.0], 0.0), ["BLEU 0.0", "+0.0", "0.00 ×"]),
    ],
)
def test_a_missed_demand_is_named(scores, says):
    missed = bench.missed(scores, bench.ASKED["1", "2"])
    assert len(missed) == len(says)
    assert all(line.startswith(what) for line, what in zip(missed, says, strict=True))


@pytest.mark.parametrize(("minutes", "code"), [("5", 1), ("4.9", 0)])
def test_a_missed_demand_is_an_error_where_it_is_asked(minutes, code, table, monkeypatch, capsys):
    def poor(recipe, coded, attention, sources, seconds, seed):
        return translators.Run(["nada"] * len(sources), ["nada"] * len(sources), 9, 1, 2.0)

    monkeypatch.setattr(bench, "run", poor)
    assert bench.main([str(table), "--minutes", minutes]) == code
    said = capsys.readouterr().out
    assert ("Asked of Tatoeba" in said) == bool(code)


pairs = st.lists(
    st.tuples(st.lists(st.integers(4, 9), max_size=4), st.lists(st.integers(4, 9), max_size=5)),
    min_size=1,
    max_size=12,
)


@given(pairs, st.floats(0, 1), st.integers(0, 5))
def test_joined_pairs_are_the_pairs(examples, share, seed):
    some = translators.joined(examples, share, torch.Generator().manual_seed(seed))
    alone = len(examples) - int(share * len(examples))
    assert len(some) <= len(examples)
    assert all(pair in examples for pair in some[len(some) - alone :])
    longer = some[: len(some) - alone]
    assert len(longer) <= (len(examples) - alone + 1) // 2
    for side in (0, 1):
        counts = Counter(itertools.chain.from_iterable(pair[side] for pair in examples))
        assert Counter(itertools.chain.from_iterable(pair[side] for pair in some)) == counts


def test_joined_pairs_stay_parallel():
    examples = [([i, i + 100], [i + 1000]) for i in range(50)]
    some = translators.joined(examples, 0.8, torch.Generator().manual_seed(0))
    assert {len(target) for _, target in some} >= {1, 2, 3}
    for source, target in some:
        assert [i + 1000 for i in source[::2]] == target
        assert [i + 100 for i in source[::2]] == source[1::2]


@given(pairs, st.integers(1, 30), st.integers(0, 5))
def test_a_pass_has_every_pair_once_and_no_batch_is_larger_than_asked(examples, tokens, seed):
    recipe = translators.Recipe(tokens=tokens, joined=0.0)
    stream = translators.batches(examples, recipe, torch.Generator().manual_seed(seed))
    found = []
    while len(found) < len(examples):
        (source, _), targets = next(stream)
        assert targets.numel() <= tokens or len(targets) == 1
        for row, goal in zip(source.tolist(), targets.tolist(), strict=True):
            found.append((row[: row.index(EOS)], goal[: goal.index(EOS)]))
    assert Counter(map(repr, found)) == Counter(map(repr, examples))


@pytest.mark.parametrize("fast", [True, False])
@pytest.mark.parametrize("attention", bench.MODELS.values())
def test_both_models_learn_in_either_precision(fast, attention, monkeypatch):
    losses = []
    monkeypatch.setattr(translators, "has_fast_bf16", lambda: fast)
    monkeypatch.setattr(translators, "train", lambda *a, **k: losses.extend(train(*a, **k)))
    pairs = [("a witch", "una bruja"), ("old house", "casa vieja")] * 20
    recipe = replace(SMALL2, input_size=16, hidden_size=32, lr=0.02)
    coded = translators.code(pairs, recipe)
    torch.manual_seed(0)
    model = translators.build(recipe, coded, attention, 1)
    translators.take(model, coded, recipe, 40, seed=0)
    assert len(losses) == 40
    assert losses[-1] < 0.6 * losses[0]
    assert {weight.dtype for weight in model.parameters()} == {torch.float32}


def test_denormals_are_zero_in_training_alone():
    tiny = torch.tensor([1e-30, 1e-30])
    with translators.without_denormals():
        assert (tiny * 1e-10).tolist() == [0, 0]
    assert (tiny * 1e-10).min() > 0


def test_dropout_grows_with_the_passes():
    recipe = translators.Recipe(tokens=30, dropout=0.04)
    coded = translators.Coded(None, None, [([4], [4] * 9)] * 60, 0.0)  # 600 tokens: 20 steps a pass
    values = [translators.dropout(recipe, coded, passes * 20) for passes in (1, 3, 8, 50)]
    assert values == pytest.approx([0, 0, 0.2, 0.3])
