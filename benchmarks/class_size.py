"""What a submission costs as the class grows: seconds of engine and of hand-off, and memory.

    python benchmarks/class_size.py [SIZE...] [--pair SIZE] [--workers N]

Classes of SIZE submissions (100, 1000 and 10000 unless told) of a light notebook, all different so
that the store has none of them, are graded by whole commands, run and gradebook, each in a fresh
course. Then classes of a quarter of `--pair` and of all of it are graded in several ways: run only,
and with the gradebook, by 1 worker on 1 processor and by 2 on 2; by 1 worker with all processors
(then the hand-off and what prepares the next submission have one for themselves); and by 2 workers
of a Dask cluster. Every score in a gradebook is checked against the one that its submission was
made to earn.

What a submission costs is what each further one adds, from one size to the next, so that start-up
is in none of it. CPU seconds are apart for the engine's processes, the hand-off (one writer, in the
main process) and the rest of the main process (it reads, lists and stores). Memory is the main
process' peak, and the median over the run of the sum over the engine's processes (proportional
set size, in which shared pages count once).

Ends with 1 if a bar is missed: wall seconds a submission and both memories grow by at most 10 %,
and two workers on two processors do at least 0.9 times twice as much as one on one.
"""

import argparse
import sys

from class_size_run import BUILD, Run, measured
from rich.console import Console
from rich.table import Table

from autograder.progress import progress

SIZES = (100, 1000, 10_000)
PAIR = 400
GROWTH, EFFICIENCY = 1.10, 0.9
SECONDS = ("seconds", "engine", "handoff", "rest")
MEMORY = ("main_mb", "engine_mb")
DASK = "with the gradebook, 2 workers, Dask"
WAYS = {  # which part, on how many processors (0: all), how
    "run only, 1 worker on 1 processor": ("engine", "1", "--workers", "1"),
    "run only, 2 workers on 2": ("engine", "2", "--workers", "2"),
    "with the gradebook, 1 worker on 1": ("whole", "1", "--workers", "1"),
    "with the gradebook, 2 workers on 2": ("whole", "2", "--workers", "2"),
    "with the gradebook, 1 worker on all": ("whole", "0", "--workers", "1"),
    DASK: ("whole", "0", "--workers", "2", "--scheduler", "local"),
}
ALONE_1, ALONE_2, WHOLE_1, WHOLE_2, *_ = WAYS
PAIRS = {"run only": (ALONE_1, ALONE_2), "with the gradebook": (WHOLE_1, WHOLE_2)}
MOOC, CORES, COMPUTE = 100_000, (16, 64, 256), (0.0, 1.0, 10.0)


def added(few: Run, many: Run, field: str) -> float:
    """Seconds that each submission beyond the smaller class takes."""
    return (getattr(many, field) - getattr(few, field)) / (many.size - few.size)


def growth(runs: list[Run], field: str) -> float:
    """Of the seconds that a submission adds, from the smallest classes to the largest."""
    return added(runs[-2], runs[-1], field) / added(runs[0], runs[1], field)


def scale_table(runs: list[Run]) -> Table:
    table = Table("submissions", "wall", "added: wall", "engine", "hand-off", "rest of main")
    table.title = "seconds; what each submission adds, wall and CPU; memory in MB"
    table.add_column("main MB")
    table.add_column("engine MB")
    for before, run in zip([None, *runs], runs, strict=False):
        each = [f"{added(before, run, f):.4f}" if before else "" for f in SECONDS]
        memory = (f"{run.main_mb:.0f}", f"{run.engine_mb:.0f}")
        table.add_row(f"{run.size}", f"{run.seconds:.1f}", *each, *memory)
    ratios = [f"{growth(runs, field):.2f} ×" for field in SECONDS]
    memory = tuple(f"{getattr(runs[-1], m) / getattr(runs[0], m):.2f} ×" for m in MEMORY)
    table.add_row("last : first", "", *ratios, *memory)
    return table


def pair_table(pairs: dict[str, list[Run]]) -> Table:
    table = Table("way", *(f"added: {name}" for name in ("wall", "engine", "hand-off", "rest")))
    for way, (few, many) in pairs.items():
        table.add_row(way, *(f"{added(few, many, field):.4f}" for field in SECONDS))
    return table


def efficiency(pairs: dict[str, list[Run]], one: str, two: str) -> float:
    """What two workers do of twice one worker's work in the same time, start-up apart."""
    return added(*pairs[one], "seconds") / (2 * added(*pairs[two], "seconds"))


def projection(engine: float, main: float, size: int = MOOC) -> Table:
    """Hours for a MOOC, not measured: the engine's part shared by all cores, the main process' not.

    Args:
        engine: CPU seconds a submission in the engine's processes, of the light notebook.
        main: CPU seconds a submission in the main process, with Dask.
    """
    table = Table("a submission's own compute", *(f"{cores} cores" for cores in CORES))
    table.title = f"projection: hours for {size} submissions"
    for compute in COMPUTE:
        hours = (hours_for(size, engine + compute, main, cores) for cores in CORES)
        table.add_row(f"+ {compute:g} s", *(f"{hour:.1f}" for hour in hours))
    return table


def hours_for(size: int, engine: float, main: float, cores: int) -> float:
    return size * max(engine / cores, main) / 3600


def bars(runs: list[Run], pairs: dict[str, list[Run]]) -> list[tuple[str, float, bool]]:
    """Each with its figure, and whether it is met."""
    grown = {"wall seconds a submission grow to": growth(runs, "seconds")}
    for field, whose in zip(MEMORY, ("main process", "engine"), strict=True):
        grown[f"memory of the {whose} grows to"] = getattr(runs[-1], field) / getattr(
            runs[0], field
        )
    met = [(words, figure, figure <= GROWTH) for words, figure in grown.items()]
    for part, ways in PAIRS.items():
        figure = efficiency(pairs, *ways)
        met.append((f"efficiency of 2 workers, {part}", figure, figure >= EFFICIENCY))
    return met


def measure(sizes: list[int], pair: int, workers: int) -> tuple[list[Run], dict[str, list[Run]]]:
    """The growing classes, and those of two sizes graded in all `WAYS`."""
    runs: list[Run] = []
    pairs: dict[str, list[Run]] = {}
    with progress(Console(stderr=True)) as shown:
        total = sum(sizes) + len(WAYS) * (pair // 4 + pair)
        task = shown.add_task("", total=total)
        done = 0

        def run(words: str, size: int, part: str, *how: str) -> Run:
            nonlocal done
            shown.update(task, description=f"{words}: {size}")
            one = measured(size, part, how, lambda n: shown.update(task, completed=done + n))
            done += size
            return one

        for way, how in WAYS.items():
            pairs[way] = [run(way, size, *how) for size in (pair // 4, pair)]
        for size in sizes:
            runs.append(run("the class grows", size, "whole", "0", "--workers", str(workers)))
    return runs, pairs


def main(argv: list[str]) -> int:
    """1 if a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("sizes", nargs="*", type=int, default=list(SIZES), metavar="SIZE")
    parser.add_argument("--pair", type=int, default=PAIR, help="size for 1 against 2 workers")
    parser.add_argument("--workers", type=int, default=2, help="of the growing classes")
    args = parser.parse_args(argv)
    sizes = sorted(set(args.sizes))
    if len(sizes) < 3 or args.pair < 4:
        parser.error("three sizes, and a pair of at least 4: growth compares what each adds")
    BUILD.mkdir(parents=True, exist_ok=True)
    runs, pairs = measure(sizes, args.pair, args.workers)
    console = Console(width=None if sys.stdout.isatty() else 120)
    console.print(scale_table(runs))
    console.print(pair_table(pairs))
    dask = pairs[DASK]
    main_cpu = added(*dask, "handoff") + added(*dask, "rest")
    console.print(projection(added(*dask, "engine"), main_cpu))
    judged = bars(runs, pairs)
    for words, figure, met in judged:
        console.print(f"{words}: {figure:.2f}{'' if met else ' [bold]missed[/]'}")
    return 0 if all(met for _, _, met in judged) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
