"""Files without a known sha256: refused until the user confirms what came, verified ever after."""

import gzip
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
from course_lib.corpora.dataset import UNCONFIRMED, DataSet
from course_lib.corpora.downloads import DownloadError

TEXT = "The Project … well, Prince, so Genoa and Lucca are now just family estates.\n" * 999
FILE = "peace/novel.txt"


def digest(content):
    return hashlib.sha256(content.encode() if isinstance(content, str) else content).hexdigest()


class Library(BaseHTTPRequestHandler):
    """Serves `text`, which a test may change, plain and in an archive; counts the requests."""

    text, asked = TEXT, 0

    def do_GET(self):
        Library.asked += 1
        body = Library.text.encode()
        if self.path.endswith(".zip"):
            buffer = io.BytesIO()
            with zipfile.ZipFile(buffer, "w") as archive:
                archive.writestr("inside/novel.txt", body)
            body = buffer.getvalue()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """A user's own folders, and a data set `peace` on a server here whose hash is not known."""
    monkeypatch.setattr(downloads, "cache_folder", lambda: tmp_path / "cache")
    monkeypatch.setattr(confirmed, "record_file", lambda: tmp_path / "mine" / "confirmed.json")
    monkeypatch.setattr("course_lib.corpora.trust.record_file", confirmed.record_file)
    monkeypatch.delenv("COURSE_DATA_DIR", raising=False)
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    Library.text, Library.asked = TEXT, 0
    with ThreadingHTTPServer(("127.0.0.1", 0), Library) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/novel.txt"
        data = DataSet(
            "peace", "public domain", "nobody", "here", {FILE: UNCONFIRMED}, urls={FILE: url}
        )
        monkeypatch.setitem(registry.DATA, "peace", data)
        yield tmp_path / "cache"
        server.shutdown()


def test_refused_without_a_request_until_confirmed(cache):
    assert corpora.where("peace") is None
    with pytest.raises(DownloadError, match=r"corpora.candidate\('peace'\).*corpora.confirm"):
        corpora.get("peace")
    with pytest.raises(DownloadError, match="sha256"):
        downloads.read("peace", FILE)
    assert Library.asked == 0


def test_a_look_is_not_yet_trust(cache):
    seen = corpora.candidate("peace")
    assert seen == {FILE: (digest(TEXT), len(TEXT.encode()), TEXT.encode()[:200].decode())}
    assert corpora.candidate("peace") == seen
    assert Library.asked == 1, "what was looked at waits"
    assert corpora.where("peace") is None
    with pytest.raises(DownloadError, match="candidate"):
        corpora.get("peace")


def test_confirmed_once_verified_ever_after(cache):
    corpora.confirm("peace", {FILE: corpora.candidate("peace")[FILE].sha256.upper()})
    assert corpora.get("peace") == cache / "peace"
    assert downloads.read("peace", FILE).decode() == TEXT
    assert Library.asked == 1, "not downloaded a second time"
    assert [p for p in cache.rglob("*") if p.is_file()] == [cache / FILE]

    (cache / FILE).write_text("damaged")  # fetched again, and right
    assert downloads.read("peace", FILE).decode() == TEXT
    (cache / FILE).unlink()
    Library.text = "Another edition.\n"
    with pytest.raises(DownloadError, match=f"{digest(Library.text)}, expected {digest(TEXT)}"):
        corpora.get("peace")
    assert not (cache / FILE).exists()


def test_a_hash_from_someone_else_is_enough(cache):
    corpora.confirm("peace", {FILE: digest(TEXT)})
    assert downloads.read("peace", FILE).decode() == TEXT
    assert Library.asked == 1


def test_another_hash_confirms_nothing(cache):
    with pytest.raises(DownloadError, match=f"has sha256 {digest(TEXT)}, not {'0' * 64}"):
        corpora.confirm("peace", {FILE: "0" * 64})
    assert not confirmed.record_file().exists()
    assert corpora.where("peace") is None


@pytest.mark.parametrize("sha256", [{}, {"other.txt": "0"}])
def test_confirming_other_files_is_refused(cache, sha256):
    with pytest.raises(ValueError, match=FILE):
        corpora.confirm("peace", sha256)


def test_a_file_in_an_archive(cache, monkeypatch):
    url = registry.DATA["peace"].urls[FILE].replace(".txt", ".zip#inside/novel.txt")
    monkeypatch.setitem(registry.DATA, "peace", replace(registry.DATA["peace"], urls={FILE: url}))
    assert corpora.candidate("peace")[FILE].sha256 == digest(TEXT)


def test_a_shared_folder_needs_confirmation_too_but_no_network(cache, tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_DATA_DIR", str(tmp_path))
    (tmp_path / "peace").mkdir()
    (tmp_path / f"{FILE}.gz").write_bytes(gzip.compress(TEXT.encode()))
    assert corpora.where("peace") is None
    corpora.confirm("peace", {FILE: corpora.candidate("peace")[FILE].sha256})
    assert downloads.read("peace", FILE).decode() == TEXT
    assert Library.asked == 0
    (tmp_path / f"{FILE}.gz").write_bytes(gzip.compress(b"tampered"))
    with pytest.raises(DownloadError, match="damaged or another version"):
        corpora.where("peace")


def test_files_with_a_known_hash_are_verified_even_for_a_look(cache, monkeypatch):
    data = registry.DATA["peace"]
    other = "peace/other.txt"
    files = {**data.files, other: "0" * 64}
    data = replace(data, files=files, urls={**data.urls, other: data.urls[FILE]})
    monkeypatch.setitem(registry.DATA, "peace", data)
    with pytest.raises(DownloadError, match=f"{other} of peace came with sha256"):
        corpora.candidate("peace")

    files[other] = digest(TEXT)
    monkeypatch.setitem(registry.DATA, "peace", replace(data, files=files))
    corpora.confirm("peace", {FILE: corpora.candidate("peace")[FILE].sha256})
    assert downloads.read("peace", other).decode() == TEXT


def test_one_record_for_all_data_sets(cache, monkeypatch):
    monkeypatch.setitem(registry.DATA, "war", replace(registry.DATA["peace"], name="war"))
    for name in ("peace", "war"):
        corpora.confirm(name, {FILE: digest(TEXT)})
    assert json.loads(confirmed.record_file().read_text()).keys() == {"peace", "war"}
    confirmed.record_file().write_text("{")
    with pytest.raises(ValueError, match=r"confirmed.json is damaged: remove it"):
        corpora.where("peace")


def test_registered_data_needs_no_confirmation(cache):
    with pytest.raises(ValueError, match="nothing to confirm"):
        corpora.candidate("names")
