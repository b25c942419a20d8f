"""Pictures that a written answer shows; nothing that a browser could run."""

from typing import Any

from autograder.outputs import BASE64, IMAGES, text

MAX_PICTURE = 16 * 2**20  # letters of base64

Attachments = dict[str, dict[str, str]]


def pictures(found: Any) -> tuple[Attachments | None, list[str]]:
    """Of a cell's attachments, what is kept, and names of pictures that are none or too large."""
    kept: Attachments = {}
    lost = []
    for name, kinds in found.items() if isinstance(found, dict) else ():
        if not isinstance(kinds, dict):
            continue
        shown = {kind: value for kind, value in kinds.items() if kind in IMAGES}
        kept[text(name)] = {kind: value for kind, value in shown.items() if _is_picture(value)}
        lost += [name] if len(kept[text(name)]) < len(shown) else []
    return kept or None, lost


def _is_picture(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= MAX_PICTURE and bool(BASE64.match(value))
