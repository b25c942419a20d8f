"""Links, and files named in `code`: each must lead to what exists in this repository."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from prose import Page, anchors, page

from notebooks import ROOT

CODE = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.S)
MATHS = re.compile(r"\$\$.+?\$\$|(?<![\\$])\$[^$\n]+\$", re.S)
# [words](target), [name]: target, href="target", <https://…> and a bare address
LINK = re.compile(
    r"\]\(\s*(?P<inline><[^>]*>|(?:[^()\s]|\([^()\s]*\))*)(?:\s+\"[^\"]*\")?\s*\)"
    r"|^ {0,3}\[[^\]]+\]: *(?P<named>\S+)"
    r"|\b(?:href|src)=\"(?P<html>[^\"]*)\""
    r"|(?P<bare>\bhttps?://[^\s<>\"'`)\]]+)",
    re.M,
)
TRACKING = re.compile(r"utm_\w+|fbclid|gclid|mc_eid|igshid|ref_src|si")
SHORTENED = {"bit.ly", "t.co", "goo.gl", "tinyurl.com", "ow.ly", "is.gd", "lnkd.in"}
EXAMPLE_HOSTS = re.compile(r"(localhost|127\.0\.0\.1|\[::1\])(:\d+)?|[A-Z_]+(:\d+)?|.*[{<].*")
# a file of ours by its first folder; capitals, stars and braces stand for what the reader puts in
FOLDERS = "docs|notebooks|course_lib|autograder|assignments|benchmarks|tools|tests|hub"
OUR_FILE = re.compile(rf"(?:(?:{FOLDERS})/[\w./*-]*|(?:\.\./)*[\w/-]+\.md)")
PLACEHOLDER = re.compile(r"\b(?:N+|[A-Z]{3,}|hw\dx?_name|NN_name)\b|(?<![a-z])name\b")


def bad_links(page: Page) -> Iterator[str]:
    """Links to nowhere, and code spans naming files that are not there."""
    for piece in page.pieces:
        text = MATHS.sub(" ", CODE.sub(" ", piece.text))
        for match in LINK.finditer(text):
            target = next(group for group in match.groups() if group is not None).strip("<>")
            target = target.rstrip(".,;:") if match["bare"] else target
            if problem := _link(target, page):
                yield f"{piece.place}: {problem}"
        for _, code in CODE.findall(piece.text):
            if problem := _named_file(code, page.path):
                yield f"{piece.place}: {problem}"


def _link(target: str, at: Page) -> str | None:
    if not target:
        return "a link without a target"
    if re.match(r"[a-z][a-z+.-]*:", target, re.I):
        return _address(target)
    name, _, anchor = unquote(target).partition("#")
    path = (at.path.parent / name).resolve() if name else at.path
    if name.startswith("/") or (name and not path.is_relative_to(_root(at.path))):
        return f"the link {target} leaves the repository: make it relative, inside it"
    if name and not _exists(path):
        return f"the link {target} leads to no file"
    if anchor and path.suffix in (".md", ".ipynb") and anchor not in anchors(page(path)):
        return f"the link {target}: no heading of {path.name} gives #{anchor}"
    return None


def _root(path: Path) -> Path:
    return ROOT if path.is_relative_to(ROOT) else path.parent


def _exists(path: Path) -> bool:
    """With this very spelling, also where the file system does not mind capitals."""
    return path.exists() and (path.is_dir() or path.name in {p.name for p in path.parent.iterdir()})


def _address(target: str) -> str | None:
    """Well formed; straight to the page; nothing that tells somebody who follows it."""
    try:
        parts = urlsplit(target)
        host, _ = parts.hostname or "", parts.port
    except ValueError as error:
        return f"the address {target} is malformed: {error}"
    if parts.scheme == "mailto":
        return None if re.fullmatch(r"[^@\s]+@[^@\s]+\.\w+", parts.path) else f"no mail: {target}"
    if parts.scheme not in ("http", "https"):
        return f"the address {target}: links are https"
    if EXAMPLE_HOSTS.fullmatch(parts.netloc):
        return None
    if not re.fullmatch(r"([a-z0-9-]+\.)+[a-z]{2,}", host) or re.search(r"\s|[.,;:]$", target):
        return f"the address {target} is malformed"
    if parts.scheme == "http":
        return f"the address {target} is not encrypted: https"
    if host.removeprefix("www.") in SHORTENED:
        return f"the address {target} hides where it leads: give the page's own"
    if tracking := [key for key, _ in parse_qsl(parts.query) if TRACKING.fullmatch(key)]:
        return f"the address {target} tracks readers: leave out {', '.join(tracking)}"
    return None


def _named_file(code: str, at: Path) -> str | None:
    """A span that is one path of ours, or a command with one as an argument."""
    for word in code.split():
        if not OUR_FILE.fullmatch(word) or PLACEHOLDER.search(word):
            continue
        name = word.rstrip(".")
        if not any(list(base.glob(name)) if "*" in name else _exists((base / name).resolve())
                   for base in (ROOT, at.parent, ROOT / "assignments")):  # fmt: skip
            return f"`{word}` names a file that is not there"
    return None
