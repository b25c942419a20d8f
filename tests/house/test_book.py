"""The book builds without a warning, and its pages ask nothing of the network."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ASKS = re.compile(r"<(?:script|img|iframe|link)\b[^>]*(?:src|href)=\"(?:https?:)?//[^\"]*\"")


def test_the_book_builds_and_is_complete_in_itself(tmp_path):
    build = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-d", tmp_path / "read"]
    options = ["-D", "nb_execution_mode=off", ROOT / "docs", tmp_path / "site"]
    done = subprocess.run([*build, *options], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    pages = {path.relative_to(tmp_path / "site"): path for path in tmp_path.glob("site/**/*.html")}
    for lecture in (ROOT / "notebooks").glob("*.ipynb"):
        assert Path("notebooks", f"{lecture.stem}.html") in pages
    for name, path in pages.items():
        text = path.read_text()
        assert ASKS.findall(text) == [], name
        assert "$$" not in text, name
    assert "<math" in pages[Path("notation.html")].read_text()
