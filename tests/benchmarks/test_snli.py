"""The benchmark trains what it says on the pairs of a folder, and projects from its own clock."""

import json

import pytest
import snli as bench

from course_lib.corpora.nli import LABELS, nli


@pytest.fixture
def folder(tmp_path):
    drawn = nli(train=8, valid=1, test=4)
    for part, pairs in (("train", drawn.train), ("dev", drawn.valid), ("test", drawn.test)):
        rows = [
            {"gold_label": LABELS[p.label], "sentence1": " ".join(p.first),
             "sentence2": " ".join(p.second)}
            for p in pairs
        ]  # fmt: skip
        lines = "\n".join(map(json.dumps, rows))
        (tmp_path / f"snli_1.0_{part}.jsonl").write_text(lines, "utf-8")
    return tmp_path


def test_every_model_is_trained_and_tested(folder, capsys, monkeypatch) -> None:
    small = {
        name: bench.Model(bench._encoder(6, "Bi" in name), model.published)
        for name, model in bench.MODELS.items()
        if "D" in name
    }
    controls = {name: model for name, model in bench.MODELS.items() if "D" not in name}
    monkeypatch.setattr(bench, "MODELS", controls | small)
    assert bench.main([str(folder), "--steps", "3"]) == 0
    said = capsys.readouterr().out
    assert "24 pairs to train on, 12 to test" in said
    assert all(name in said for name in bench.MODELS)
    assert "33.3" in said, "hypothesis only, on groups of three"


def test_epochs_are_passes_over_the_pairs(folder, monkeypatch) -> None:
    monkeypatch.setattr(bench, "B", 7)
    steps = []
    monkeypatch.setattr(bench, "train", lambda m, d, n, lr, name: steps.append(n) or 1.0)
    assert bench.main([str(folder), "--epochs", "2"]) == 0
    assert set(steps) == {2 * 4}, "24 pairs in batches of 7"


def test_a_pass_is_projected_from_steps() -> None:
    assert bench.projected(3.6) == pytest.approx(8597 / 1000)  # 550,152 / 64, rounded up


def test_sizes_are_those_of_their_names() -> None:
    sizes = {
        name: model.build(11).encoder.output_size
        for name, model in bench.MODELS.items()
        if "LSTM" in name
    }
    assert sizes == {"LSTM, 100D": 100, "LSTM, 300D": 300, "BiLSTM, 600D": 600}


@pytest.mark.parametrize(("text", "says"), [(None, "No such file"), ("{}", "line 1 is not a pair")])
def test_a_folder_without_snli_is_refused(tmp_path, capsys, text, says) -> None:
    if text is not None:
        (tmp_path / "snli_1.0_train.jsonl").write_text(text)
    assert bench.main([str(tmp_path)]) == 2
    assert says in capsys.readouterr().err
