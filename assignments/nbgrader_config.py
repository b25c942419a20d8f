"""The course as nbgrader sees it: `nbgrader …` and `autograder …` both read this file."""

from pathlib import Path

from autograder.handoff import use_engine

c = get_config()
c.CourseDirectory.course_id = "rnn"
# wherever nbgrader is started from, such as JupyterLab in the folder above
c.CourseDirectory.root = str(Path(__file__).resolve().parent)

# `nbgrader autograde` and the formgrader's button grade in isolation, as `autograder grade` does.
use_engine(c)
c.Autograder.preload = ["course_lib.checks"]
c.Autograder.cell_seconds = 60

# `nbgrader generate_feedback` writes the same pages as `autograder feedback`.
c.GenerateFeedback.exporter_class = "autograder.feedback.SafeFeedback"

# Collect only what belongs to whom it names, at the time at which it arrived.
c.ExchangeFactory.collect = "autograder.collect.CheckedCollect"

# What students get beside the release versions; `autograder release` makes build/student.
c.StudentTree.base = ".."
c.StudentTree.include = [
    *("docs/student.md", "docs/self_study.md", "docs/notation.md", "docs/glossary.md"),
    *("LICENSE", "Makefile", "environment.yml", "assignments/labconfig"),
    *("pyproject.toml", "requirements.lock", "notebooks", "course_lib", "autograder"),
]
# The repository's own README leads to what students do not get.
c.StudentTree.readme = """\
# Recurrent networks: from feedforward language models to attention

With make and Python 3.11 to 3.13, this sets everything up and opens lecture 00:

    make lab

Most other targets of the Makefile need what only your instructor has. This checks a homework:

    .venv/bin/course check hw1

[For students](docs/student.md) shows the way without make, and what to do when
something is wrong. Symbols have [a page](docs/notation.md), terms [a glossary](docs/glossary.md).
"""
