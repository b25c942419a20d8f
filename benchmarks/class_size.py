"""What a submission costs as the class grows: seconds of engine and of hand-off, and memory.

    python benchmarks/class_size.py [SIZE...] [--pair SIZE] [--rounds N] [--workers N]

Classes of SIZE submissions (100, 1000 and 10000 unless told) of a light notebook, all different so
that the store has none of them, are graded by whole commands, run and gradebook, each in a fresh
course. Before that, classes of a quarter of `--pair` and of all of it are graded in several ways,
in `--rounds` rounds of all ways, side by side: run only, and with the gradebook, by 1 worker on
1 processor and by 2 on 2; and by 2 workers of a Dask cluster. Every score in a gradebook is checked
against the one that its submission was made to earn.

What a submission costs is what each further one adds, from one size to the next, so that start-up
is in none of it; of several rounds, the median. CPU seconds are apart for the engine's processes,
the hand-off (one writer, in the main process) and the rest of the main process (it reads, lists and
stores). Memory is the peaks of the main process and of the zygotes, from which all others are
forked, and what all of the engine takes on average.

Ends with 1 if a bar is missed: wall seconds a submission and both peaks grow by at most 10 %, and
two workers on two processors do at least 0.9 times twice as much as one on one, in the median
of the rounds.
"""

import argparse
import statistics
import sys

from class_size_run import BUILD, Run, measured
from rich.console import Console
from rich.table import Table

from autograder.progress import progress

SIZES = (100, 1000, 10_000)
PAIR, ROUNDS = 200, 5  # a quarter of the pair has `pool.MANY`, so that both fork alike
GROWTH, EFFICIENCY = 1.10, 0.9
SECONDS = ("seconds", "engine", "handoff", "rest")
PEAKS = ("main_mb", "zygotes_mb")
DASK = "with the gradebook, 2 workers, Dask"
WAYS = {  # which part, on how many processors (0: all), how
    "run only, 1 worker on 1 processor": ("engine", "1", "--workers", "1"),
    "run only, 2 workers on 2": ("engine", "2", "--workers", "2"),
    "with the gradebook, 1 worker on 1": ("whole", "1", "--workers", "1"),
    "with the gradebook, 2 workers on 2": ("whole", "2", "--workers", "2"),
    DASK: ("whole", "0", "--workers", "2", "--scheduler", "local"),
}
ALONE_1, ALONE_2, WHOLE_1, WHOLE_2, _ = WAYS
PAIRS = {"run only": (ALONE_1, ALONE_2), "with the gradebook": (WHOLE_1, WHOLE_2)}
Rounds = list[dict[str, tuple[Run, Run]]]  # by way, a quarter of the pair and all of it
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
    for name in ("main MB", "zygotes MB", "engine MB"):
        table.add_column(name)
    for before, run in zip([None, *runs], runs, strict=False):
        each = [f"{added(before, run, f):.4f}" if before else "" for f in SECONDS]
        memory = [f"{mb:.0f}" for mb in (run.main_mb, run.zygotes_mb, run.engine_mb)]
        table.add_row(f"{run.size}", f"{run.seconds:.1f}", *each, *memory)
    ratios = [f"{growth(runs, field):.2f} ×" for field in SECONDS]
    memory = [f"{getattr(runs[-1], m) / getattr(runs[0], m):.2f} ×" for m in PEAKS]
    table.add_row("last : first", "", *ratios, *memory, "")
    return table


def typical(rounds: Rounds, way: str, field: str) -> float:
    return statistics.median(added(*one[way], field) for one in rounds)


def pair_table(rounds: Rounds) -> Table:
    table = Table("way", *(f"added: {name}" for name in ("wall", "engine", "hand-off", "rest")))
    for way in WAYS:
        walls = [added(*one[way], "seconds") for one in rounds]
        wall = f"{statistics.median(walls):.4f} ({min(walls):.4f} to {max(walls):.4f})"
        table.add_row(way, wall, *(f"{typical(rounds, way, field):.4f}" for field in SECONDS[1:]))
    return table


def efficiency(rounds: Rounds, one: str, two: str) -> float:
    """What two workers do of twice one worker's work in the same time, start-up apart."""
    return statistics.median(
        added(*ways[one], "seconds") / (2 * added(*ways[two], "seconds")) for ways in rounds
    )


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


def bars(runs: list[Run], rounds: Rounds) -> list[tuple[str, float, bool]]:
    """Each with its figure, and whether it is met."""
    grown = {"wall seconds a submission grow to": growth(runs, "seconds")}
    for field, whose in zip(PEAKS, ("main process", "zygotes"), strict=True):
        grown[f"peak of the {whose} grows to"] = getattr(runs[-1], field) / getattr(runs[0], field)
    met = [(words, figure, figure <= GROWTH) for words, figure in grown.items()]
    for part, ways in PAIRS.items():
        figure = efficiency(rounds, *ways)
        met.append((f"efficiency of 2 workers, {part}", figure, figure >= EFFICIENCY))
    return met


def measure(sizes: list[int], pair: int, rounds: int, workers: int) -> tuple[list[Run], Rounds]:
    """The growing classes, and the rounds of two sizes graded in all `WAYS`."""
    few = pair // 4
    with progress(Console(stderr=True)) as shown:
        task = shown.add_task("", total=sum(sizes) + rounds * len(WAYS) * (few + pair))
        done = 0

        def run(words: str, size: int, part: str, *how: str) -> Run:
            nonlocal done
            shown.update(task, description=f"{words}: {size}")
            one = measured(size, part, how, lambda n: shown.update(task, completed=done + n))
            done += size
            return one

        def both(way: str) -> tuple[Run, Run]:
            return run(way, few, *WAYS[way]), run(way, pair, *WAYS[way])

        compared = [{way: both(way) for way in WAYS} for _ in range(rounds)]
        how = ("whole", "0", "--workers", str(workers))
        return [run("the class grows", size, *how) for size in sizes], compared


def main(argv: list[str]) -> int:
    """1 if a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("sizes", nargs="*", type=int, default=list(SIZES), metavar="SIZE")
    parser.add_argument("--pair", type=int, default=PAIR, help="size for 1 against 2 workers")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="of all ways, side by side")
    parser.add_argument("--workers", type=int, default=2, help="of the growing classes")
    args = parser.parse_args(argv)
    sizes = sorted(set(args.sizes))
    if len(sizes) < 3 or args.pair < 4 or args.rounds < 1:
        parser.error("three sizes, a pair of at least 4 and a round: growth is what each adds")
    BUILD.mkdir(parents=True, exist_ok=True)
    runs, rounds = measure(sizes, args.pair, args.rounds, args.workers)
    console = Console(width=None if sys.stdout.isatty() else 120)
    console.print(scale_table(runs))
    console.print(pair_table(rounds))
    engine, handoff, rest = (typical(rounds, DASK, field) for field in SECONDS[1:])
    console.print(projection(engine, handoff + rest))
    judged = bars(runs, rounds)
    for words, figure, met in judged:
        console.print(f"{words}: {figure:.2f}{'' if met else ' [bold]missed[/]'}")
    return 0 if all(met for _, _, met in judged) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
