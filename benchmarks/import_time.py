"""Importing course_lib's models against importing torch alone, in fresh processes.

    python benchmarks/import_time.py [ROUNDS]

The two take turns, so that a busy machine slows both; the ratio is the median over rounds of the
ratios within a round. Time is the process's CPU time, the start of Python included in both.
"""

import os
import statistics
import subprocess
import sys

from rich.console import Console

TORCH = "import torch, numpy"
MODELS = (
    "import course_lib.text, course_lib.cells, course_lib.recurrent, course_lib.language_model, "
    "course_lib.attention, course_lib.seq2seq, course_lib.train, course_lib.decode"
)


def seconds(code: str) -> float:
    """CPU time of a new Python that runs this code."""
    before = os.times()
    subprocess.run([sys.executable, "-c", code], check=True)
    after = os.times()
    spent = after.children_user + after.children_system
    return spent - before.children_user - before.children_system


def main() -> None:
    """Print both medians and their ratio."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    seconds(MODELS)  # files into the page cache, bytecode written
    times = [(seconds(TORCH), seconds(MODELS)) for _ in range(rounds)]
    torch, models = (statistics.median(column) for column in zip(*times, strict=True))
    ratio = statistics.median(ours / theirs for theirs, ours in times)
    Console().print(
        f"torch {torch:.2f} s, course_lib's models {models:.2f} s: ratio {ratio:.2f} "
        f"(median of {rounds} rounds)"
    )


if __name__ == "__main__":
    main()
