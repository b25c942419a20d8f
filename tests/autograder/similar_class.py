"""A class of authors, and copies in disguise, made from an assignment's proof bank.

    python tests/autograder/similar_class.py [STUDENTS]    what `autograder similar` finds of them

An author takes one of the bank's solutions for each task and writes it in another way: operands
change sides, results get names, branches change places. A copier renames what can be renamed,
reorders definitions, writes other comments and docstrings; a half copier, in every other task.
"""

import ast
import random
import sys
import time
from pathlib import Path
from typing import Any

import nbformat
import numpy as np

from autograder import bank
from autograder.course import Course
from autograder.release import release_version
from autograder.similar_pairs import LEAST, Class, Task

ROOT = Path(__file__).resolve().parents[2] / "assignments"
MIRRORED = {ast.Lt: ast.Gt, ast.Gt: ast.Lt, ast.LtE: ast.GtE, ast.GtE: ast.LtE}
MIRRORED |= {ast.Eq: ast.Eq, ast.NotEq: ast.NotEq}


class Author(ast.NodeTransformer):
    """Writes the same algorithm in another way; each rewrite happens with probability `often`."""

    def __init__(self, draw: random.Random, often: float = 0.5) -> None:
        self.draw, self.often, self.count = draw, often, 0

    def happens(self) -> bool:
        return self.draw.random() < self.often

    def fresh(self) -> str:
        self.count += 1
        return f"part{self.count}"

    def visit_BinOp(self, node: ast.BinOp) -> Any:
        self.generic_visit(node)
        if isinstance(node.op, ast.Add | ast.Mult) and self.happens():
            node.left, node.right = node.right, node.left
        return node

    def visit_Compare(self, node: ast.Compare) -> Any:
        self.generic_visit(node)
        if len(node.ops) == 1 and type(node.ops[0]) in MIRRORED and self.happens():
            node.left, node.comparators[0] = node.comparators[0], node.left
            node.ops[0] = MIRRORED[type(node.ops[0])]()
        return node

    def visit_AugAssign(self, node: ast.AugAssign) -> Any:
        self.generic_visit(node)
        if not (isinstance(node.target, ast.Name) and self.happens()):
            return node
        value = ast.BinOp(ast.Name(node.target.id, ast.Load()), node.op, node.value)
        return ast.Assign([node.target], value, lineno=0)

    def visit_Return(self, node: ast.Return) -> Any:
        self.generic_visit(node)
        if node.value is None or isinstance(node.value, ast.Name) or not self.happens():
            return node
        name = self.fresh()
        named = ast.Assign([ast.Name(name, ast.Store())], node.value, lineno=0)
        return [named, ast.Return(ast.Name(name, ast.Load()))]

    def visit_Assign(self, node: ast.Assign) -> Any:
        self.generic_visit(node)
        value = node.value
        if not (isinstance(value, ast.BinOp) and self.happens()):
            return node
        name = self.fresh()
        named = ast.Assign([ast.Name(name, ast.Store())], value.left, lineno=0)
        value.left = ast.Name(name, ast.Load())
        return [named, node]

    def visit_If(self, node: ast.If) -> Any:
        self.generic_visit(node)
        if node.orelse and not isinstance(node.orelse[0], ast.If) and self.happens():
            node.test = ast.UnaryOp(ast.Not(), node.test)
            node.body, node.orelse = node.orelse, node.body
        return node


class Disguise(ast.NodeTransformer):
    """Renames variables, arguments and functions, reorders definitions, changes docstrings."""

    def __init__(self, tree: ast.Module, kept: set[str], draw: random.Random) -> None:
        bound = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and _stored(n)}
        bound |= {n.arg for n in ast.walk(tree) if isinstance(n, ast.arg)}
        bound |= {n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)}
        names = sorted(bound - kept - {"self"})
        self.new = {name: f"{draw.choice('abcxyz')}{i}" for i, name in enumerate(names)}
        self.draw = draw

    def visit_Name(self, node: ast.Name) -> ast.Name:
        node.id = self.new.get(node.id, node.id)
        return node

    def visit_arg(self, node: ast.arg) -> ast.arg:
        self.generic_visit(node)
        node.arg = self.new.get(node.arg, node.arg)
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        node.name = self.new.get(node.name, node.name)
        return self._body(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.ClassDef:
        return self._body(node)

    def visit_Module(self, node: ast.Module) -> ast.Module:
        return self._body(node)

    def _body(self, node: Any) -> Any:
        self.generic_visit(node)
        first = node.body[0] if node.body else None
        has_words = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
        words = [ast.Expr(ast.Constant("In my own words."))] if has_words else []
        rest = node.body[len(words) :]
        if all(isinstance(part, ast.FunctionDef | ast.ClassDef) for part in rest):
            self.draw.shuffle(rest)
        node.body = words + rest
        return node


def _stored(node: ast.Name) -> bool:
    return isinstance(node.ctx, ast.Store)


def rewritten(source: str, author: ast.NodeTransformer) -> str:
    return ast.unparse(ast.fix_missing_locations(author.visit(ast.parse(source))))


def disguised(source: str, kept: set[str], draw: random.Random) -> str:
    """A copy of an answer that keeps only the names in `kept`, which the task gives."""
    lines = rewritten(source, Disguise(ast.parse(source), kept, draw)).splitlines()
    return "\n".join(f"{line}  # {draw.random():.3f}" if draw.random() < 0.2 else line
                     for line in lines)  # fmt: skip


def tasks_of(prefix: str) -> tuple[dict[str, list[str]], dict[Task, str]]:
    """All solutions of the bank by task, the reference's first, and what students are given."""
    course = Course.open(ROOT)
    name = course.assignment(prefix)
    source = nbformat.read(course.folder("source", name) / f"{name}.ipynb", as_version=4)
    known = bank.reference_sources(source)
    given = {
        ("nb", cell.metadata.nbgrader.grade_id): cell.source
        for cell in release_version(source, course.config).cells
        if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("solution")
    }
    proofs = bank.read_bank(course.root / "proof" / name)
    pool = {task: [known[task], *(p.sections[task] for p in proofs if task in p.sections)]
            for _, task in given}  # fmt: skip
    return pool, given


def a_class(
    pool: dict[str, list[str]], students: int, copies: int, draw: random.Random
) -> tuple[dict[str, dict[Task, str]], set[frozenset[str]], set[frozenset[str]]]:
    """Answers by student; the pairs of whole copies, and those of half copies."""
    authors = {
        f"a{i:03}": {("nb", task): rewritten(draw.choice(known), Author(draw))
                     for task, known in pool.items()}
        for i in range(students)
    }  # fmt: skip
    answers, whole, half = dict(authors), set(), set()
    for i, student in enumerate(list(authors)[: 2 * copies]):
        copy = {k: disguised(text, set(pool), draw) for k, text in authors[student].items()}
        if i % 2:  # its other tasks are the copier's own
            own = {("nb", task): rewritten(draw.choice(known), Author(draw))
                   for task, known in pool.items()}  # fmt: skip
            copy |= {task: own[task] for task in list(copy)[::2]}
        (half if i % 2 else whole).add(frozenset((student, f"c{i:03}")))
        answers[f"c{i:03}"] = copy
    return answers, whole, half


def measure(prefix: str, students: int, copies: int) -> None:
    """Print precision and recall for one assignment."""
    pool, given = tasks_of(prefix)
    answers, whole, half = a_class(pool, students - 2 * copies, copies, random.Random(prefix))
    start = time.process_time()
    found = Class(answers, given)
    pairs = {frozenset((p.first, p.second)): p.similarity for p in found.pairs()}
    seconds = time.process_time() - start
    right = pairs.keys() & (whole | half)
    strangers = [v for pair, v in pairs.items() if pair not in right]
    print(
        f"{prefix}: {len(answers)} submissions, {seconds:.1f} s of CPU; at {LEAST:.0%}: "
        f"precision {len(right)}/{len(pairs)}, "
        f"recall of whole copies {len(pairs.keys() & whole)}/{len(whole)}, "
        f"of half copies {len(pairs.keys() & half)}/{len(half)}; "
        f"most similar strangers {max(strangers, default=0):.2f}; of all pairs the median is "
        f"{np.median(found.of_pairs):.2f}, "
        f"the 99th percentile {np.quantile(found.of_pairs, 0.99):.2f}"
    )


def independent(prefix: str) -> list[float]:
    """How similar two right solutions of one task are, with nothing left out but the release."""
    from itertools import combinations

    pool, given = tasks_of(prefix)
    course = Course.open(ROOT)
    proofs = bank.read_bank(course.root / "proof" / course.assignment(prefix))
    found = []
    for task, known in pool.items():
        right = [known[0], *(p.sections[task] for p in proofs if p.right and task in p.sections)]
        for pair in combinations(right, 2):
            answers = {name: {("nb", task): text} for name, text in zip("ab", pair, strict=True)}
            found.append(float(Class(answers, given).of_pairs[0]))
    return found


if __name__ == "__main__":
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    everything: list[float] = []
    for number in range(1, 7):
        measure(f"hw{number}", size, size // 30)
        everything += independent(f"hw{number}")
    quantiles = np.quantile(everything, [0.5, 0.75, 0.9, 1.0])
    print(
        f"{len(everything)} pairs of right solutions of one task: similarity "
        + ", ".join(f"{q:.2f}" for q in quantiles)
        + " (median, 75th, 90th percentile, highest)"
    )
