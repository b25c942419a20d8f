"""Below the still figure that stands for an explorer: how to move its controls."""

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx

WIDGET = "application/vnd.jupyter.widget-view+json"


def tell(app: Sphinx, page: nodes.document) -> None:
    """One note after each output that a kernel would make an explorer."""
    for bundle in list(page.findall(nodes.container)):
        kinds = {child.get("mime_type") for child in bundle if isinstance(child, nodes.container)}
        if {WIDGET, "text/html"} <= kinds:  # a progress bar is a widget too, without a figure
            link = addnodes.pending_xref(
                "",
                nodes.inline("", "run this notebook"),
                refdomain="std",
                reftype="doc",
                reftarget="/student",
                refexplicit=True,
                refdoc=app.env.docname,
            )
            words = [nodes.Text("An explorer, as it starts. To move its controls, "), link]
            note = nodes.paragraph("", "", *words, nodes.Text("."), classes=["still"])
            bundle.parent.insert(bundle.parent.index(bundle) + 1, note)


def setup(app: Sphinx) -> dict[str, bool]:
    """Works on pages as they are read, while all forms of an output are still there."""
    app.connect("doctree-read", tell)
    return {"parallel_read_safe": True}
