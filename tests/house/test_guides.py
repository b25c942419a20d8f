"""Guides say what is so: the plan's hours are the sums of what lectures and homeworks state."""

import importlib
import re
from pathlib import Path

import nbformat
from traitlets.config import Configurable

ROOT = Path(__file__).resolve().parents[2]
PLAN = re.compile(r"^\| (\d+) \| ([\d, ]*?) ?\| (?:(hw\d) )?\| (\d+) \|$", re.M)


def first_cell(pattern):
    (path,) = ROOT.glob(pattern)
    return nbformat.read(path, as_version=4).cells[0].source


def reading_minutes(lecture):
    text = first_cell(f"notebooks/{lecture}_*.ipynb")
    found = re.search(r"Reading: about (an hour|(\d+) minutes)", text)
    return 60 if found[1] == "an hour" else int(found[2])


def homework_minutes(name):
    text = first_cell(f"assignments/source/{name}_*/*.ipynb")
    return 60 * int(re.search(r"about (\d+) hours", text)[1])


def test_the_plan_names_every_lecture_and_homework_and_its_hours():
    page = (ROOT / "docs" / "self_study.md").read_text(encoding="utf-8")
    rows = PLAN.findall(page)
    assert [int(week) for week, *_ in rows] == [*range(1, len(rows) + 1)]
    lectures = [name for _, names, _, _ in rows for name in re.findall(r"\d\d", names)]
    homeworks = [name for _, _, name, _ in rows if name]
    assert lectures == sorted(path.name[:2] for path in ROOT.glob("notebooks/*.ipynb"))
    assert homeworks == sorted(path.name[:3] for path in ROOT.glob("assignments/source/hw*"))
    total = 0
    for week, names, name, hours in rows:
        minutes = sum(map(reading_minutes, re.findall(r"\d\d", names)))
        minutes += homework_minutes(name) if name else 0
        total += minutes
        assert int(hours) == round(minutes / 60), f"week {week}: {minutes} minutes"
    assert f"About {round(total / 60)} hours in all" in page


def our_settings():
    """`c.CLASS.NAME` of every trait that a configuration file may set, and its default."""
    for path in ROOT.glob("autograder/**/*.py"):
        if "config=True" not in path.read_text(encoding="utf-8"):
            continue
        module = importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
        for thing in vars(module).values():
            ours = isinstance(thing, type) and thing.__module__ == module.__name__
            if ours and issubclass(thing, Configurable):
                for name, trait in thing.class_own_traits(config=True).items():
                    yield f"c.{thing.__name__}.{name}", trait.default()


def test_the_instructors_guide_has_every_setting():
    page = (ROOT / "docs" / "instructor.md").read_text(encoding="utf-8")
    settings = dict(our_settings())
    assert {"c.Autograder.mode", "c.StudentTree.base", "c.CheckedCollect.check_times"} <= {
        *settings
    }
    assert {*settings} - {*re.findall(r"\bc\.\w+\.\w+", page)} == set()
    said = dict(re.findall(r"^- `(c\.\w+\.\w+)` \(([^)]*)\): ", page, re.M))
    assert {name for name in settings if not name.startswith("c.LabCheck.")} == {*said}
    words = {
        "c.Autograder.workers": "processors we may use",
        "c.Autograder.preload": "numpy, torch",
        "c.StudentTree.base": "the course itself",
    }
    assert said == {name: words.get(name) or as_said(settings[name]) for name in said}


def as_said(default):
    """A default value in the guide's words."""
    if isinstance(default, bool):
        return f"`{default}`"
    if isinstance(default, int | float):
        return f"{default:g}"
    return f'`"{default}"`' if default and isinstance(default, str) else "none"
