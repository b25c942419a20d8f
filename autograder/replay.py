"""Which tests can stay out where a submission does not run from its first cell to its last."""

from collections.abc import Collection

from autograder.job import Job, Role
from autograder.names import binds, reads


def unneeded(job: Job, tests: Collection[int]) -> set[int]:
    """The other tests, without those that bind a name which these use, or which those use."""
    found: set[int] = set()
    wanted: set[str] = set()
    for i, cell in reversed([*enumerate(job.cells)]):
        if cell.role is not Role.TEST:
            continue
        given = binds(cell.source)
        if i in tests or "*" in given or given & wanted:
            wanted |= reads(cell.source)
        else:
            found.add(i)
    return found
