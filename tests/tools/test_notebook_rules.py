"""Each rule, broken alone in a notebook that is otherwise good."""

from pathlib import Path

import notebook_rules
import pytest

import notebooks

OPENING = "# A lecture\n\nRead: 20 minutes. Run: 45 s."
LECTURE, ASSIGNMENT = Path("notebooks/03_name.ipynb"), Path("source/hw9_name/hw9_name.ipynb")


def code(source, name="some-code", **metadata):
    cell = {"cell_type": "code", "id": name, "metadata": metadata, "source": source}
    return cell | {"execution_count": None, "outputs": []}


def prose(source, name="some-prose"):
    return {"cell_type": "markdown", "id": name, "metadata": {}, "source": source}


def lecture(*cells):
    metadata = notebooks.KERNEL | {"course": {"budget_seconds": 45}}
    cells = [prose(OPENING, "opening"), code(notebook_rules.INSTALL, "colab"), *cells]
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def found(nb, path=LECTURE):
    return list(notebook_rules.problems(nb, notebooks.write(nb), path))


def only(nb, path=LECTURE):
    problems = found(nb, path)
    assert len(problems) == 1, problems
    return problems[0]


GOOD_CODE = [
    'fig, ax = plt.subplots()\nplots.show(fig, alt="Loss of three runs falls steeply")',
    'plots.show(plots.curve(losses), alt=f"Loss of {n} runs")',
    "def draw(x):\n    fig, ax = plt.subplots()\n    return fig\nNone",
    "%time f(1)\nx = 1",
    "plt.rcParams.update(size)\nplt.close(fig)\ncolours = plt.get_cmap('cividis')",
    "figures = 3\nfigures + 1",
]
BAD_CODE = {
    "plt.show()": "plt.show",
    "fig.show()": "fig.show",
    "fig, ax = plt.subplots()": "does not show",
    "plt.plot(x)\nprint(x)": "does not show",
    "ax = matplotlib.pyplot.axes()\nprint(x)": "does not show",
    "from matplotlib.pyplot import subplots\nsubplots()": "does not show",
    'Image("x.png")': "last line",
    'display(IPython.display.SVG("x.svg"))': "display",
    "fig": "last line",
    "axes[0]": "last line",
    "ax.plot(x)": "last line",
    "plt.plot(x)": "last line",
    "display(fig)": "display",
    "show(fig, alt='Loss falls in three runs')": "show()",
    "plots.show(fig)": "needs alt",
    'plots.show(fig, alt="a plot")': "too short",
    'plots.show(fig, alt="")': "too short",
    'plots.show(fig, alt="A line plot of the data in a figure")': "only names the kind",
    "\n".join("x = 1" for _ in range(21)): "21 lines",
    "x = " + "1 + " * 30 + "1": "longer than 100",
}


@pytest.mark.parametrize("source", GOOD_CODE)
def test_good_code_passes(source):
    assert found(lecture(code(source))) == []


@pytest.mark.parametrize(("source", "message"), BAD_CODE.items())
def test_bad_code_is_named(source, message):
    assert message in only(lecture(code(source)))


GOOD_PROSE = [
    "With `lr = 0.1` and $\\sigma(1) = 0.73$, three words of 4 give 12 windows.",
    "The model of Bengio et al. (2003) reached a perplexity of 252.",
    "Slide A5 draws 3 context words.",
    "It was my favorite movie of 2016. Python 3.11 and section 3.2 say so.",
    "1. one\n2. two",
    "| kind | ours |\n|---|---|\n| | 3 |",
    "A [paper](https://example.org/3.5) says 3.5 %.",
    "<details>\n<summary>Solution</summary>\n\n" + "word " * 200 + "\n</details>",
]
BAD_PROSE = {
    "The loss falls to 0.52 here.": "'0.52'",
    "It gains .8 points": "'.8'",
    "Attention is 3x as good.": "'3'",
    "It is 5 times faster.": "'5'",
    "This took 12 s.": "'12'",
    "About 90 % are right.": "'90'",
    "Its perplexity is 131 now": "'perplexity is 131'",
    "See Bengio (2003).\n\nOurs has 2.5 nats": "'2.5'",
    "- Bengio (2003)\n- ours has 2.5 nats": "'2.5'",
    "word " * 121: "121 words",
    "![](figure.png)": "without alt text",
    '<img src="figure.png">': "without alt text",
    "| | ours |\n|---|:-:|\n| sum | 3 |": "column has no name",
    "word-" * 21: "longer than 100",
}


@pytest.mark.parametrize("source", GOOD_PROSE)
def test_good_prose_passes(source):
    assert [p for p in found(lecture(prose(source))) if "longer than" not in p] == []


@pytest.mark.parametrize(("source", "message"), BAD_PROSE.items())
def test_bad_prose_is_named(source, message):
    assert any(message in problem for problem in found(lecture(prose(source))))


def test_an_assignment_may_state_numbers_and_instructions():
    task = 'def f(x):\n    """Do.\n\n' + "    More.\n" * 20 + '    """\n    return x'
    nb = lecture(prose("Get below 0.52."), code(task, nbgrader={"grade_id": "f"}))
    del nb["metadata"]["course"]
    assert found(nb, ASSIGNMENT) == []
    assert "nbgrader" in str(found(nb | {"metadata": lecture()["metadata"]}))
    nb["cells"].insert(1, code("import torch", "torch"))
    assert "on Colab" in only(nb, ASSIGNMENT)


def test_a_notebook_must_be_in_its_clean_form():
    nb = lecture(code("x = 1"))
    data = notebooks.write(nb).replace(b"\n ", b"\n  ")
    assert "clean form" in next(iter(notebook_rules.problems(nb, data, LECTURE)))


def _with_output(nb):
    nb["cells"][-1]["execution_count"] = 1


def _with_same_ids(nb):
    nb["cells"][-1]["id"] = "opening"


def _with_another_kernel(nb):
    nb["metadata"] = nb["metadata"] | {"kernelspec": {"name": "py311"}}


def _without_a_budget(nb):
    nb["metadata"] = dict(notebooks.KERNEL)


def _without_the_colab_cell(nb):
    nb["cells"][1]["source"] = "import course_lib"


def _with_too_many_cells(nb):
    nb["cells"] += [prose("x", f"more-{number}") for number in range(60)]


def _with_a_foreign_tag(nb):
    nb["cells"][-1]["metadata"] = {"tags": ["important"]}


def _with_a_pasted_picture(nb):
    nb["cells"][0]["attachments"] = {"a.png": {}}


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (_with_output, "execution count"),
        (_with_same_ids, "two cells have the id"),
        (_with_another_kernel, "python3"),
        (_without_a_budget, "budget_seconds"),
        (_without_the_colab_cell, "Colab"),
        (_with_too_many_cells, "63 cells"),
        (_with_a_foreign_tag, "allow-list"),
        (_with_a_pasted_picture, "pasted picture"),
    ],
)
def test_a_spoilt_notebook_is_named(spoil, message):
    nb = lecture(code("x = 1"))
    assert found(nb) == []
    spoil(nb)
    assert any(message in problem for problem in found(nb))


def test_a_pasted_picture_outlives_clean_and_is_still_named():
    nb = lecture()
    _with_a_pasted_picture(nb)
    assert "pasted picture" in only(notebooks.clean(nb, assignment=False))


def test_names_follow_their_places():
    assert "NN_name" in only(lecture(), Path("notebooks/lecture.ipynb"))
    nb = lecture()
    del nb["metadata"]["course"]
    assert "folder's name" in only(nb, Path("source/hw9_name/hw9.ipynb"))
