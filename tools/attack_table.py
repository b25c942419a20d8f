"""Every attack of tests/attacks against our engine and against stock nbgrader: docs/attacks.md.

    python tools/attack_table.py               all, in both; what stock gave before is not run again
    python tools/attack_table.py --ours        all, in ours; beside what stock gave before
    python tools/attack_table.py NAME ...      only these attacks, printed and not written

Stock nbgrader runs what it is given with the rights of whoever grades. So it runs here only as
root, which can become a user that owns nothing but a throw-away copy of the course, under limits,
and never for attacks that would harm the machine all the same. Never in CI.
"""

import os
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import stock_victim

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "attacks"))
from hostile import ATTACKS, KINDS  # noqa: E402
from hostile.arena import HONEST, Arena, Outcome  # noqa: E402
from hostile.attack import Attack  # noqa: E402
from hostile.course import POINTS, make_host, with_environment  # noqa: E402

from autograder.versions import versions  # noqa: E402
from autograder.zygote import Zygote  # noqa: E402

PAGE = ROOT / "docs" / "attacks.md"
NOT_RUN = "not run on stock: destroys the host"
NOT_YET = "not run yet"
LIBRARIES = ["numpy", "torch", "course_lib.checks"]


@dataclass(frozen=True)
class Row:
    """What came of one attack in both graders."""

    attack: Attack
    ours: str
    told: str
    stock: str
    faults: tuple[str, ...]


def ours(attacks: Iterable[Attack]) -> Iterator[tuple[Attack, str, str, tuple[str, ...]]]:
    """Each attack in split mode, and what is wrong with how it went: nothing, or this fails."""
    os.environ.update(with_environment({}))
    with tempfile.TemporaryDirectory() as folder, Zygote(LIBRARIES) as zygote:
        arena = Arena(make_host(Path(folder)), zygote)
        for attack in attacks:
            outcome = arena.grade(attack)
            faults = [*arena.faults(attack, outcome)]
            if arena.next_one() != 3.0:
                faults.append("the next submission was not graded in full")
            yield attack, _gained(attack, outcome.points), _told(attack, outcome), tuple(faults)
        if arena.grade(HONEST).points != POINTS:
            raise SystemExit("after all attacks an honest submission is not graded in full")


def _gained(attack: Attack, points: float) -> str:
    if points > attack.earns:
        return f"**{points:g} points** for {attack.earns:g}"
    return f"{points:g}, as it deserves" if attack.earns else "0"


def _told(attack: Attack, outcome: Outcome) -> str:
    """Verdicts, or the first error that names what went wrong."""
    names = dict.fromkeys(verdict.name for verdict in outcome.result.verdicts)
    if names:
        return ", ".join(f"`{name}`" for name in names)
    errors = [cell for cell in outcome.result.cells if cell.error]
    own = [cell.error for cell in errors if cell.score is None]
    first = (
        own or [cell.error for cell in errors if "NotImplemented" not in str(cell.error)] or [""]
    )[0]
    line = str(first).splitlines()[0] if first else ""
    return _code(line[:70]) if line else "its output, its failed tests"


def _code(text: str) -> str:
    plain = text.replace("|", "/").replace("`", "'").replace("<", "&lt;")
    return f"“{plain}”"


def stock(attacks: Iterable[Attack], run: bool) -> Mapping[str, str]:
    """What stock nbgrader gave to each, in words, as far as it was run."""
    if not run:
        return stock_victim.before(attacks)
    if os.geteuid() != 0:
        print("stock nbgrader needs root, to run as a user that owns nothing: its column is empty")
        return stock_victim.before(attacks)
    return stock_victim.run_all([attack for attack in attacks if not attack.destroys])


def table(rows: Iterable[Row]) -> str:
    by_name = {row.attack.name: row for row in rows}
    parts = []
    for kind, attacks in KINDS.items():
        parts += [
            f"\n## {kind}\n",
            "| what it tries | ours: points | the instructor is told | stock |",
        ]
        parts.append("|---|---|---|---|")
        for attack in attacks:
            row = by_name[attack.name]
            cells = (f"`{attack.name}`: {attack.tries}", row.ours, row.told, row.stock)
            parts.append("| " + " | ".join(cell.replace("\n", " ") for cell in cells) + " |")
    return "\n".join(parts) + "\n"


def page(rows: list[Row]) -> str:
    """The whole document."""
    ran = [row for row in rows if row.stock not in (NOT_RUN, NOT_YET)]
    won = [row for row in ran if row.stock != stock_victim.NOTHING]
    more = {n: v for n, v in versions().items() if n in ("python", "torch", "ipython")}
    made = ", ".join(f"{name} {version}" for name, version in more.items())
    return f"""# Attacks on the grader

<!-- Written by `make attack-table`; do not edit. -->

{len(rows)} submissions that try to get points, secrets or harm. They stand in
`tests/attacks/hostile`, each with what it tries, and run as tests in CI. `make attack-table` wrote
this page (as root, with nbgrader {stock_victim.VERSION}, {made}).

**Ours** is `split` mode in the sandbox. {sum(not row.faults for row in rows)} of {len(rows)} got
nothing that they did not deserve, saw none of five planted secrets, left no process and no file
behind, and the next, honest submission was graded in full. Attacks answer nothing, so that 0 of
{POINTS:g} points is what they deserve, unless the table says otherwise.

**Stock** is nbgrader's own `autograde` on the same submissions, as a user that owns nothing but a
throw-away copy of the course, with cells limited to {stock_victim.CELL_SECONDS} s. {len(won)} of
the {len(ran)} that have run there got or broke something. "{NOT_RUN}" means what it says.
{table(rows)}"""


def main(arguments: list[str]) -> int:
    names = [name for name in arguments if name != "--ours"]
    chosen = [attack for attack in ATTACKS if not names or attack.name in names]
    theirs = stock(chosen, run="--ours" not in arguments)
    rows = []
    for attack, points, told, faults in ours(chosen):
        said = NOT_RUN if attack.destroys else theirs.get(attack.name, NOT_YET)
        rows.append(Row(attack, points, told, said, faults))
        print(f"{attack.name}: ours {points} ({told}); stock: {said}")
        for fault in faults:
            print(f"    {fault}")
    if not names:
        PAGE.write_text(page(rows), encoding="utf-8")
        print(f"{len(rows)} rows in {PAGE.relative_to(ROOT)}")
    return int(any(row.faults for row in rows))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
