"""The report as one HTML file that needs nothing else: no script, no network."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jinja2
from markupsafe import Markup

from autograder.exports.fields import number
from autograder.report_figures import histogram, interval
from autograder.report_parts import Report
from autograder.statistics import FEWEST, Estimate

FOLDER = Path(__file__).parent
SECTIONS = {
    "scores": "Scores",
    "tasks": "Tasks",
    "mistakes": "Mistakes",
    "slow": "Slowest tests",
    "verdicts": "Verdicts",
    "late": "Late",
    "missing": "Not there yet",
}


def page(report: Report) -> str:
    """One assignment."""
    there = {
        "scores": True,
        "tasks": report.tasks,
        "mistakes": report.misconceptions or report.messages,
        "slow": report.slow,
        "verdicts": report.verdicts,
        "late": report.late,
        "missing": report.waiting or report.absent,
    }
    s = report.scores
    chart = histogram(s.complete, s.partial, s.most, s.mean, s.median) if s else None
    sections = [(id, words) for id, words in SECTIONS.items() if there[id]]
    known = {"report": report, "chart": chart, "sections": sections, "fewest": FEWEST}
    return render("report.html.j2", known)


def index(reports: Sequence[Report]) -> str:
    """All assignments, with a link to the page of each beside it."""
    pairs = [(report, f"{quote(report.assignment)}.html") for report in reports]
    return render("report_index.html.j2", {"reports": pairs})


def render(
    template: str,
    known: dict[str, Any],
    filters: Mapping[str, Callable[..., Any]] | None = None,
) -> str:
    """A page of one of the templates here; everything in it is escaped."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters |= {
        "points": _points,
        "estimate": _estimate,
        "interval": interval,
        "seconds": lambda value: f"{value:.2f}",
        "span": _span,
        "few": _few,
        **(filters or {}),
    }
    css = Markup((FOLDER / "report.css").read_text(encoding="utf-8"))
    made = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
    return environment.get_template(template).render(css=css, made=made, **known)


def _points(value: float) -> str:
    return number(round(value, 2))


def _estimate(estimate: Estimate) -> str:
    minus = "\N{MINUS SIGN}"
    words = f"{estimate.value:.2f} ({estimate.low:.2f} to {estimate.high:.2f})"
    return words.replace("-0.00", "0.00").replace("-", minus)


def _few(names: Sequence[str], most: int = 6) -> str:
    """Names in a line, not too many of them."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def _span(seconds: float) -> str:
    """A time span as people say it."""
    if seconds <= 0:
        return ""
    minutes = round(seconds / 60)
    days, rest = divmod(minutes, 24 * 60)
    hours, minutes = divmod(rest, 60)
    if days:
        return f"{days} d {hours} h"
    return f"{hours} h {minutes} min" if hours else f"{max(minutes, 1)} min"
