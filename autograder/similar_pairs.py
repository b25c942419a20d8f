r"""Which submissions of a class share more than chance: an index of fingerprints, task by task.

Left out is what the released notebook says itself, and what more than `COMMON` of the class have:
the expected solution. What remains weighs the more the fewer have it, $\log_2((n + 1) / n_f)$ for
a fingerprint that $n_f$ of $n$ submissions have (about its surprise, were people independent). A
pair's similarity is the weight that both have, as a share of what the smaller of them weighs.

Of PyPI, `copydetect` compares files pair by pair, knows no cells and leaves nothing out because the
class has it, which is what separates a copy from the expected solution; so this is our own.
"""

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from scipy.sparse import csr_array

from autograder.similar_prints import NOISE, Token, hashes, tokens, winnow

COMMON = 0.3  # of the class
LEAST = 0.5  # similarity of a pair that is shown
FEWEST = 8  # fingerprints that a pair shares
MOST = 50  # pairs on a page
Task = tuple[str, str]  # notebook and grade_id
Answers = Mapping[Task, str]  # source of each solution cell


@dataclass(frozen=True)
class Cell:
    """One answer, read."""

    source: str
    tokens: tuple[Token, ...]
    prints: Mapping[int, list[int]]

    def spans(self, wanted: set[int]) -> list[tuple[int, int]]:
        """Where these fingerprints lie in the source, those that touch joined."""
        places = sorted(place for print in wanted for place in self.prints[print])
        found: list[tuple[int, int]] = []
        for place in places:
            start, end = self.tokens[place].start, self.tokens[place + NOISE - 1].end
            if found and start <= found[-1][1]:
                start = found.pop()[0]
            found.append((start, end))
        return found


@lru_cache(maxsize=4096)
def read(source: str) -> Cell:
    """A cell with its fingerprints; the same text is read once."""
    found = tuple(tokens(source))
    return Cell(source, found, winnow(hashes(list(found))))


@dataclass(frozen=True)
class Shared:
    """What two answers to one task have in common, and no more than a part of the class.

    Attributes:
        similarity: as of a pair, of this task alone.
        first, second: places of it in the two sources, as (start, end).
    """

    task: Task
    similarity: float
    first: list[tuple[int, int]]
    second: list[tuple[int, int]]


@dataclass(frozen=True)
class Pair:
    first: str
    second: str
    similarity: float
    tasks: list[Shared]


class Class:
    """All submissions of one assignment, read and indexed.

    Args:
        answers: by student.
        released: what students were given in each cell.
    """

    def __init__(self, answers: Mapping[str, Answers], released: Answers) -> None:
        self.students = sorted(answers)
        self.answers = answers
        given = {task: set(hashes(tokens(text))) for task, text in released.items()}
        self.cells = {
            student: {task: read(text) for task, text in answers[student].items()}
            for student in self.students
        }
        counts = Counter(
            (task, print)
            for cells in self.cells.values()
            for task, cell in cells.items()
            for print in cell.prints
            if print not in given.get(task, ())
        )
        n = len(self.students)
        most = max(3, COMMON * n)
        self.weights = {
            key: math.log2((n + 1) / count) for key, count in counts.items() if count <= most
        }

    @cached_property
    def similarities(self) -> np.ndarray:
        """Of every two students, in the order of `students`; 0 where too little is shared."""
        number = {key: i for i, key in enumerate(self.weights)}
        rows, columns = [], []
        for row, student in enumerate(self.students):
            for task, cell in self.cells[student].items():
                found = [number[task, p] for p in cell.prints if (task, p) in number]
                rows += [row] * len(found)
                columns += found
        roots = np.sqrt(list(self.weights.values()))[columns] if columns else np.zeros(0)
        shape = (len(self.students), len(number))
        index = csr_array((roots, (rows, columns)), shape)
        shared = (index @ index.T).toarray()
        index.data[:] = 1
        count = (index @ index.T).toarray()
        total = np.diagonal(shared)
        smaller = np.minimum.outer(total, total)
        found = np.divide(shared, smaller, out=np.zeros_like(shared), where=smaller > 0)
        found[count < FEWEST] = 0
        np.fill_diagonal(found, 0)
        return found

    @property
    def of_pairs(self) -> np.ndarray:
        """The similarity of each pair, once."""
        return self.similarities[np.triu_indices(len(self.students), 1)]

    def pairs(self) -> list[Pair]:
        """Those of at least `LEAST`, the most similar first, at most `MOST` of them."""
        first, second = np.nonzero(np.triu(self.similarities) >= LEAST)
        order = np.argsort(-self.similarities[first, second], kind="stable")[:MOST]
        return [self._pair(first[i], second[i]) for i in order]

    def _pair(self, i: int, j: int) -> Pair:
        first, second = self.students[i], self.students[j]
        tasks = [
            shared
            for task in self.cells[first]
            if task in self.cells[second] and (shared := self._shared(task, first, second))
        ]
        tasks.sort(key=lambda shared: -shared.similarity)
        return Pair(first, second, float(self.similarities[i, j]), tasks)

    def _shared(self, task: Task, first: str, second: str) -> Shared | None:
        a, b = self.cells[first][task], self.cells[second][task]
        both = {p for p in a.prints.keys() & b.prints.keys() if (task, p) in self.weights}
        if not both:
            return None
        smaller = min(self._weight(task, a.prints), self._weight(task, b.prints))
        return Shared(task, self._weight(task, both) / smaller, a.spans(both), b.spans(both))

    def _weight(self, task: Task, prints: Mapping[int, list[int]] | set[int]) -> float:
        return math.fsum(self.weights.get((task, print), 0.0) for print in prints)
