"""Real pairs from small stand-ins; the full SNLI from a server on this machine."""

import hashlib
import io
import json
import threading
import zipfile
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from course_lib import corpora
from course_lib.corpora import confirmed, downloads, registry
from course_lib.corpora.downloads import DownloadError
from course_lib.corpora.pair import Pair
from course_lib.corpora.real_pairs import snli_pairs


def line(label: str, first: str, second: str) -> str:
    return json.dumps({"gold_label": label, "sentence1": first, "sentence2": second})


SPLITS = {
    "train": [line("entailment", "A boy plays in the snow.", "A boy is outside."),
              line("-", "Nobody agreed.", "Really."), line("neutral", "A dog.", "")],
    "dev": [line("contradiction", "A man inspects.", "The man is sleeping.")],
    "test": [line("neutral", "Two men smile.", "They laugh at cats.")],
}  # fmt: skip


@pytest.fixture(autouse=True)
def folders(tmp_path, monkeypatch):
    for name in ("cache_folder", "record_file"):
        module = downloads if name == "cache_folder" else confirmed
        monkeypatch.setattr(module, name, lambda name=name: tmp_path / name)
    from course_lib.corpora import trust

    monkeypatch.setattr(trust, "record_file", lambda: tmp_path / "record_file")
    monkeypatch.delenv("COURSE_DATA_DIR", raising=False)
    return tmp_path


def share(folder, monkeypatch, name: str, contents: list[str]) -> None:
    """These contents in the shared folder, under the names and with the hashes registered."""
    monkeypatch.setenv("COURSE_DATA_DIR", str(folder))
    data, digests = registry.DATA[name], {}
    for file, content in zip(data.files, contents, strict=True):
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_text(content)
        digests[file] = hashlib.sha256(content.encode()).hexdigest()
    monkeypatch.setitem(registry.DATA, name, replace(data, files=digests))


def test_snli_trains_on_dev_split_by_premise(folders, monkeypatch) -> None:
    dev = [line("neutral", f"Man {k // 3} runs.", f"It is {k}.") for k in range(90)]
    share(folders, monkeypatch, "snli", ["\n".join(dev), "\n".join(SPLITS["test"])])
    corpus = corpora.load("snli")
    assert corpus.test == [Pair("Two men smile .".split(), "They laugh at cats .".split(), 1)]  # noqa: SIM905
    premises = [{tuple(pair.first) for pair in split} for split in (corpus.train, corpus.valid)]
    assert not premises[0] & premises[1]
    assert len(corpus.train) + len(corpus.valid) == 90
    assert len(corpus.train) > 4 * len(corpus.valid) > 0


def test_labels_without_agreement_and_empty_sentences_are_left_out() -> None:
    pairs = list(snli_pairs("\n".join(SPLITS["train"])))
    assert pairs == [Pair(["A", "boy", "plays", "in", "the", "snow", "."],
                          ["A", "boy", "is", "outside", "."], 0)]  # fmt: skip


@pytest.mark.parametrize("bad", ["{", '{"gold_label": "neutral"}', line("maybe", "A", "B"), "[1]"])
def test_a_line_that_is_no_pair_is_named(bad: str) -> None:
    with pytest.raises(ValueError, match="line 2 is not a pair"):
        list(snli_pairs(SPLITS["dev"][0] + "\n" + bad))


def test_counterfactuals_come_after_the_originals(folders, monkeypatch) -> None:
    head = "sentence1\tsentence2\tgold_label\n"
    texts = [head + f'A "{k}.\tB.\tneutral\n' for k in "abcdef"]
    share(folders, monkeypatch, "counterfactual_nli", texts)
    corpus = corpora.load("counterfactual_nli")
    splits = (corpus.train, corpus.valid, corpus.test)
    files = list(registry.DATA["counterfactual_nli"].files)
    for split, part in zip(splits, ("train", "dev", "test"), strict=True):
        wanted = ["abcdef"[k] for k, file in enumerate(files) if f"/{part}." in file]
        assert [pair.first for pair in split] == [["A", '"', letter, "."] for letter in wanted]
        assert {pair.label for pair in split} == {1}


def test_sts_scores_are_numbers(folders, monkeypatch) -> None:
    rows = ['A plane.,"One, plane.",4.75\n', "A,B,0\n", "C,D,5.0\n"]
    share(folders, monkeypatch, "stsb", rows)
    corpus = corpora.load("stsb")
    assert corpus.train == [Pair(["A", "plane", "."], ["One", ",", "plane", "."], 4.75)]
    assert [pair.label for pair in corpus.valid + corpus.test] == [0.0, 5.0]


@pytest.fixture
def server(monkeypatch):
    """The archive's address; `served` may be changed by a test."""
    served = {"splits": SPLITS}

    class Archive(BaseHTTPRequestHandler):
        def do_GET(self):
            buffer = io.BytesIO()
            with zipfile.ZipFile(buffer, "w") as out:
                for part, lines in served["splits"].items():
                    out.writestr(f"snli_1.0/snli_1.0_{part}.jsonl", "\n".join(lines))
            self.send_response(200)
            self.send_header("Content-Length", str(len(buffer.getvalue())))
            self.end_headers()
            self.wfile.write(buffer.getvalue())

        def log_message(self, *args):
            pass

    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with ThreadingHTTPServer(("127.0.0.1", 0), Archive) as running:
        threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True).start()
        data = registry.DATA["snli_full"]
        place = f"http://127.0.0.1:{running.server_port}"
        urls = {
            file: url.replace("https://nlp.stanford.edu", place) for file, url in data.urls.items()
        }
        monkeypatch.setitem(registry.DATA, "snli_full", replace(data, urls=urls))
        yield served
        running.shutdown()


def test_the_full_snli_is_refused_until_it_is_confirmed_once(server) -> None:
    with pytest.raises(DownloadError, match=r"corpora.candidate\('snli_full'\)"):
        corpora.load("snli_full")
    shown = corpora.candidate("snli_full")
    assert len(shown) == 3
    assert all(one.start.startswith("{") for one in shown.values())
    wrong = dict.fromkeys(shown, "0" * 64)
    with pytest.raises(DownloadError, match="not taken"):
        corpora.confirm("snli_full", wrong)
    with pytest.raises(DownloadError, match=r"corpora\.candidate"):
        corpora.load("snli_full")

    corpora.confirm("snli_full", {file: one.sha256 for file, one in shown.items()})
    server["splits"] = {}  # never asked again
    corpus = corpora.load("snli_full")
    assert [len(split) for split in (corpus.train, corpus.valid, corpus.test)] == [1, 1, 1]
    assert corpus.train[0].label == 0
    assert corpus.valid[0].label == 2


def test_what_was_confirmed_stays_pinned(server, folders) -> None:
    shown = corpora.candidate("snli_full")
    corpora.confirm("snli_full", {file: one.sha256 for file, one in shown.items()})
    cached = folders / "cache_folder" / "snli_full/snli_1.0_train.jsonl"
    cached.write_text("damaged")
    assert len(corpora.load("snli_full").train) == 1, "fetched again"
    cached.write_text("damaged")
    server["splits"] = SPLITS | {"train": SPLITS["dev"]}
    with pytest.raises(DownloadError, match="came with sha256"):
        corpora.load("snli_full")


def test_the_full_address_is_one_archive() -> None:
    data = corpora.info("snli_full")
    assert {url.partition("#")[0] for url in data.urls.values()} == {
        "https://nlp.stanford.edu/projects/snli/snli_1.0.zip"
    }
