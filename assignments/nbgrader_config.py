from autograder.handoff import use_engine

c = get_config()  # noqa: F821
c.CourseDirectory.course_id = "rnn"
use_engine(c)  # `nbgrader autograde` and the formgrader's button run our engine
c.Autograder.preload = ["numpy", "torch", "course_lib.checks"]
# the formgrader's feedback button and `nbgrader generate_feedback` write our safe pages
c.GenerateFeedback.exporter_class = "autograder.feedback.SafeFeedback"
c.GenerateFeedback.preprocessors = []

# What students get beside the release versions; `autograder release` searches it for leaks.
c.StudentTree.base = ".."
c.StudentTree.include = [
    "notebooks/*.ipynb",
    "course_lib",
    "autograder",  # `course check` runs a learner's own work with it
    "pyproject.toml",
    "requirements.lock",
    "environment.yml",
    "README.md",
    "LICENSE",
    "Makefile",
]
