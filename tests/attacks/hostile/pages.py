"""What a browser would act on, in a page that holds what students wrote."""

from collections.abc import Iterator
from html.parser import HTMLParser

ACTIVE = {
    "script",
    "iframe",
    "object",
    "embed",
    "form",
    "link",
    "base",
    "svg",
    "button",
    "textarea",
}
LOADING = {"src", "srcset", "data", "poster", "background", "action", "formaction", "href", "cite"}


class _Reader(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.styles = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.styles += tag == "style"
        known = {name: (value or "").strip().lower() for name, value in attrs}
        if tag in ACTIVE or known.get("http-equiv") == "refresh":
            self.found.append(f"<{tag}>")
        for name, value in known.items():
            wrong = name.startswith("on") or (
                name in LOADING and not value.startswith(("http", "mailto:", "#", "data:image/"))
            )
            if wrong or (name != "href" and name in LOADING and value.startswith("http")):
                self.found.append(f"<{tag} {name}={value[:60]}>")


def active(page: str) -> Iterator[str]:
    """Everything in it that runs, loads, sends or styles, beside its own style."""
    reader = _Reader(page)
    yield from reader.found
    if reader.styles > 1:
        yield f"{reader.styles} styles"
