"""One student's feedback as one HTML file that needs nothing else."""

from dataclasses import dataclass, field
from pathlib import Path

import jinja2
from markupsafe import Markup
from pygments.formatters import HtmlFormatter

from autograder import safe_html


@dataclass(frozen=True)
class Part:
    """One cell on the page, in the notebook's order.

    Attributes:
        kind: "text" (the task), "answer" (the student's), "test", or "code" (neither).
        html: sanitised content; tests have none, since their code stays with the instructor.
        score: points earned, None where nothing is graded or a person has yet to grade it.
        looks_like: the known misconception that fails with the same message.
        comment: what the grader wrote, as Markdown.
    """

    kind: str
    id: str
    html: str = ""
    score: float | None = None
    max_score: float | None = None
    message: str = ""
    looks_like: str = ""
    comment: str = ""

    @property
    def graded(self) -> bool:
        """Whether the part counts towards the score."""
        return self.max_score is not None

    @property
    def state(self) -> str:
        """`full`, `part`, `none` or `waiting`: what the colour shows."""
        if self.score is None:
            return "waiting"
        if self.score <= 0 and self.max_score:
            return "none"
        return "full" if self.score >= (self.max_score or 0) else "part"

    @property
    def title(self) -> str:
        """The test's name as words."""
        return title(self.id)

    @property
    def comment_html(self) -> Markup:
        """The grader's comment, sanitised."""
        return Markup(safe_html.markdown(self.comment))


@dataclass(frozen=True)
class Page:
    """What one student sees for one notebook."""

    student: str
    assignment: str
    notebook: str
    score: float
    max_score: float
    late_penalty: float = 0.0
    verdicts: tuple[str, ...] = ()
    parts: tuple[Part, ...] = field(default_factory=tuple)

    @property
    def graded(self) -> list[Part]:
        """The rows of the table at the top."""
        return [part for part in self.parts if part.graded]


def title(grade_id: str) -> str:
    """A grade_id as words."""
    words = grade_id.replace("_", " ").replace("-", " ").strip()
    return words[:1].upper() + words[1:]


def render(page: Page) -> str:
    """The page as HTML: no scripts, no external resources, a policy that forbids both."""
    return _TEMPLATE.render(page=page, css=Markup(_css()))


def _points(value: float | None) -> str:
    return "–" if value is None else f"{value:g}" if value == round(value, 2) else f"{value:.2f}"


def _css() -> str:
    pygments = HtmlFormatter(cssclass="source").get_style_defs(".source")
    return f"{Path(__file__).with_name('feedback_page.css').read_text()}\n{pygments}"


_environment = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
_environment.filters["points"] = _points
_environment.filters["safe_html"] = Markup
_TEMPLATE = _environment.from_string(
    Path(__file__).with_name("feedback_page.html.j2").read_text(encoding="utf-8")
)
