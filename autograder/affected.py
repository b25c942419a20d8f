"""Which tests a changed solution cell can change, by the names that cells bind and read.

A proof bank has hundreds of solutions that differ from the reference in one cell. A test that reads
nothing of it, not even through other cells, gives what it gives for the reference.
"""

import ast
from collections.abc import Mapping, Sequence
from dataclasses import replace

from autograder import names
from autograder.bundle import Bundle, SourceCell
from autograder.job import Job, Role

DEFINING = ast.FunctionDef | ast.ClassDef | ast.Import | ast.ImportFrom | ast.Assign | ast.AnnAssign


def affected_tests(bundle: Bundle, sections: Mapping[str, str]) -> frozenset[str]:
    """Tests that may score otherwise when these solution cells have this source.

    A cell that does more than define (a call, a loop, a magic) may change anything: all tests.
    """
    cells = [cell for cell in bundle.cells if cell.role]
    sources = [cell.source for cell in cells if cell.id in sections]
    return tests_that_read(bundle, cells, [*sources, *sections.values()], [*sections.values()])


def tests_that_read(
    bundle: Bundle, cells: Sequence[SourceCell], changed: Sequence[str], new: Sequence[str]
) -> frozenset[str]:
    """Tests that read what `changed` sources bind, be it through other cells of `cells`.

    All of them if one of the `new` sources does more than define.
    """
    if not all(_only_defines(source) for source in new):
        return frozenset(test.id for test in bundle.tests)
    bound = {name for source in changed for name in names.binds(source)}
    wanted = {
        test.id
        for test in bundle.tests
        if names.reads(test.source) & _touched(cells, bound, frozenset(test.reference))
    }
    return _with_sources(bundle, wanted)


def _touched(cells: Sequence[SourceCell], changed: set[str], reference: frozenset[str]) -> set[str]:
    """Names that may mean something else where these have changed.

    A test may take the names in `reference` from the reference, and then scores as it does: what
    reaches it through them alone cannot cost it anything.
    """
    touched = changed - reference
    before = -1
    while len(touched) != before:
        before = len(touched)
        for cell in cells:
            if cell.role is not Role.TEST and names.loaded(cell.source) & touched:
                touched |= names.binds(cell.source) - reference
    return touched


def _with_sources(bundle: Bundle, wanted: set[str]) -> frozenset[str]:
    """The tests, those that read what one of them binds, and those that bind what they read."""
    tests = list(bundle.tests)
    before = -1
    while len(wanted) != before:
        before = len(wanted)
        for index, test in enumerate(tests):
            feeds = [later.id for later in tests[index + 1 :] if _feeds(test, later)]
            if test.id in wanted:
                wanted.update(feeds)
            elif wanted.intersection(feeds):
                wanted.add(test.id)
    return frozenset(wanted)


def _feeds(test: SourceCell, later: SourceCell) -> bool:
    return bool(names.binds(test.source) & names.reads(later.source))


def _only_defines(source: str) -> bool:
    tree = names.parse(source)
    if tree is None or "get_ipython" in names.plain_python(source):
        return False
    return all(
        isinstance(node, DEFINING) or (isinstance(node, ast.Expr) and _is_text(node.value))
        for node in tree.body
    )


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant)


def only(job: Job, tests: frozenset[str], bundle: Bundle) -> Job:
    """The job without the other tests."""
    left_out = {test.id for test in bundle.tests} - tests
    return replace(job, cells=tuple(cell for cell in job.cells if cell.id not in left_out))
