"""The class that `kill_test.py` grades, and all that grading leaves of it, to be compared."""

import json
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, inspect, text

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "autograder"))
from fake_engine import hand_in
from small_course import make_course

from autograder.course import Course
from autograder.release import generate

NAME = "name.txt"  # lies beside each submission, so that we know whose process it is

ANSWERS = (
    "return sum(values) / max(len(values), 1)",
    "print('of', values)\n    return sum(values) / max(len(values), 1)",
    "return sum(values) / len(values)",
    "import os\n    os._exit(0)",
    "raise RuntimeError(f'no mean of {values}')",
    "return torch.tensor(values, dtype=torch.float64).mean().item() if values else 0.0",
    "return",
)


def make_class(base: Path, size: int) -> Course:
    """Right, wrong, dying, blank and unreadable submissions, all different from each other."""
    course = make_course(base)
    with open(course.root / "nbgrader_config.py", "a") as file:
        file.write(f"c.Autograder.allowed_files = [{NAME!r}]\n")
    generate(course, "hw1_means")
    for i in range(size):
        head = f"import time\nimport torch\n\n\ndef mean_of(values):  # {i}\n    time.sleep(0.02)\n"
        answers = {"mean": f"{head}    {ANSWERS[i % len(ANSWERS)]}", "why": f"Because {i}."}
        raw = {0: b"{", 1: b"\xff"}.get(i % 12) if i >= 12 else None
        path = hand_in(course, f"student{i:02}", answers, raw=raw)
        (path.parent / NAME).write_text(f"student{i:02}")
    return course


def facts(course: Course) -> dict[str, Any]:
    """All that grading leaves behind, but for times and the order of rows."""
    found: dict[str, Any] = {}
    for path in sorted(course.root.rglob("*")):
        if path.is_file() and path.name not in ("gradebook.db", "lock", "log.jsonl"):
            content = path.read_bytes()
            if path.parent.name == "results" and path.suffix == ".json":
                content = _timeless(json.loads(content)["result"])
            found[str(path.relative_to(course.root))] = content
    engine = create_engine(course.directory.db_url)
    with engine.connect() as connection:
        for table in inspect(engine).get_table_names():
            rows = connection.execute(text(f'SELECT * FROM "{table}"')).mappings()
            found[f"table {table}"] = sorted(_without_ids(dict(row)) for row in rows)
    engine.dispose()
    return found


def _timeless(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _timeless(v) for name, v in value.items() if name != "seconds"}
    return [_timeless(v) for v in value] if isinstance(value, list) else value


def _without_ids(row: dict[str, Any]) -> str:
    """Ids are random; what a row says is enough, as equal rows are counted."""
    return json.dumps({k: v for k, v in row.items() if not k.endswith("id")}, default=str)
