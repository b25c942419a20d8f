"""The comparison on a corpus of a few lines."""

import math
import random

import language_models
import pytest
import recipes
import torch
import word_corpus

from course_lib.feedforward import FeedforwardLM
from course_lib.ngram import KneserNey


@pytest.fixture
def folder(tmp_path):
    """Sentences in which each word decides the next, in Penn Treebank's file names."""
    rng = random.Random(0)
    words = ["the", "cat", "sees", "a", "dog", "and", "it", "runs", "home", "<unk>"]
    for split, lines in (("train", 60), ("valid", 8), ("test", 9)):
        text = [" ".join(words[rng.randrange(4) : rng.randrange(5, 11)]) for _ in range(lines)]
        (tmp_path / f"ptb.{split}.txt").write_text("\n".join(text) + "\n\n")
        (tmp_path / f"ptb.char.{split}.txt").write_text("c h a r s")
    return tmp_path


def test_reads_the_three_splits_with_the_vocabulary_of_train(folder):
    with (folder / "ptb.test.txt").open("a") as file:
        file.write("never seen\n")
    corpus = word_corpus.read(folder)
    assert [len(corpus.words[split]) for split in word_corpus.SPLITS] == [60, 8, 10]
    assert "never" not in corpus.vocab
    assert corpus.ids["test"][-1] == [1, 1]
    assert len(corpus.stream) == 1 + sum(len(s) + 1 for s in corpus.words["train"])


@pytest.mark.parametrize("missing", ["folder", "file", "words"])
def test_a_corpus_that_is_not_there_is_a_clear_error(folder, missing, capsys):
    for path in folder.glob("*valid*"):
        path.write_text("\n\n") if missing == "words" else path.unlink()
    where = folder / "nowhere" if missing == "folder" else folder
    assert language_models.main([str(where)]) == 2
    error = capsys.readouterr().err
    expected = {"folder": "is no folder", "file": "no file with 'valid'", "words": "has no words"}
    assert expected[missing] in error
    assert "Traceback" not in error


def test_everything_is_scored_on_the_same_tokens(folder, monkeypatch, capsys):
    small = {name: recipes.Recipe(r.kind, 8, B=3, T=5) for name, r in recipes.NETWORKS.items()}
    monkeypatch.setattr(language_models, "NETWORKS", small)
    monkeypatch.setattr(language_models, "LONG", small["GRU"])
    seen = []
    original = language_models.row
    monkeypatch.setattr(language_models, "row", lambda *a: seen.append(a) or original(*a))
    arguments = [str(folder), "--seconds", "0", "--seeds", "2", "--long", "0.1"]
    assert language_models.main(arguments) == 0
    corpus = word_corpus.read(folder)
    lengths = [len(s) + 1 for s in corpus.words["test"]]
    assert len(seen) == 4 + 4 + 1
    for _, scores in seen:
        assert all(s.alone[:, 1].tolist() == lengths for s in scores)
    counts = KneserNey(5).fit(corpus.words["train"], corpus.vocab)
    expected = math.exp(counts.surprisals(corpus.words["test"]).mean())
    table = capsys.readouterr().out
    line = next(line for line in table.splitlines() if "5-gram" in line)
    assert f"{expected:.1f}" in line


def test_no_seed_is_a_clear_error(folder, capsys):
    with pytest.raises(SystemExit, match="2"):
        language_models.main([str(folder), "--seeds", "0"])
    assert "--seeds 0: a network needs at least one" in capsys.readouterr().err


def test_the_window_is_the_feedforward_model():
    torch.manual_seed(0)
    V, D, H, B, T, M = 11, 3, 5, 2, 7, 4
    oracle = FeedforwardLM(V, M, D, H)
    window = recipes.Window(D, H, M)
    window.from_x.load_state_dict(oracle.from_x.state_dict())
    tokens = torch.randint(4, V, (B, T))
    x = oracle.embedding(tokens)
    hs, _ = window(x)
    for t in range(M - 2, T):
        context = x[:, t - M + 2 : t + 1].flatten(1)
        torch.testing.assert_close(hs[:, t], oracle.from_x(context).tanh())
    first, past = window(x[:, :1])
    second, past = window(x[:, 1:5], past)
    third, _ = window(x[:, 5:], past)
    torch.testing.assert_close(torch.cat([first, second, third], dim=1), hs)


def test_a_short_text_gets_fewer_streams():
    batches = recipes.batches_of(torch.arange(20), recipes.Recipe("LSTM", B=32, T=6))
    assert [tokens.shape for tokens, _ in batches] == [(3, 6)]
