"""The `autograder` command: each subcommand is a module with `add_arguments` and `run`."""

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from importlib import import_module

from autograder.faults import Stopped, in_words, say, stoppable

# jsonschema builds a grammar of web addresses when it loads, which takes longer than all else here
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]

COMMANDS = {
    "prove": "check an assignment: its reference, wrong and right solutions, and leaks",
    "release": "make what students get",
    "pack": "make what somebody who learns alone gets: solutions and hints too",
    "grade": "grade what students handed in",
    "regrade": "grade one submission again, because somebody asked for it",
    "log": "which scores changed, when, by whom, and why",
    "status": "who handed in, who is graded, what is left to do by hand",
    "feedback": "write one page for each student",
    "receipts": "watch the exchange: run the visible tests of what arrives, and say so",
    "export": "write the gradebook as CSV",
    "report": "how an assignment went: one page for the instructor",
    "similar": "submissions that share more than chance: reasons to look, not proofs",
    "forget": "delete everything that the course holds of one student",
    "retain": "delete the work of finished assignments, keep the scores",
    "doctor": "try out the sandbox and the rest of this machine",
}

ENGINE = ("prove", "grade", "regrade")  # commands that run submissions


def main(argv: Sequence[str] | None = None) -> int:
    """Run one subcommand; mistakes of people and faults of machines end in one line."""
    argv = list(sys.argv[1:] if argv is None else argv)
    try:
        with stoppable(), _head_start(argv):
            return _main(argv)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except KeyboardInterrupt as stop:
        say("stopped; the same command goes on where this one was")
        return 128 + (stop.number if isinstance(stop, Stopped) else signal.SIGINT)
    except Exception as error:
        if (words := in_words(error)) is None:
            raise
        say(f"autograder {_asked(argv)}: {words}")
        return 2


def _head_start(argv: list[str]) -> AbstractContextManager[None]:
    """Before anything is imported here, the engine begins with what it will need for sure."""
    elsewhere = any(word.startswith("--scheduler") for word in argv)
    needed = _asked(argv) in ENGINE and not ({"stock", "-h", "--help"} & {*argv} or elsewhere)
    if not (needed and sys.platform == "linux"):
        return nullcontext()
    from autograder.start import head_start

    return head_start()


def _main(argv: list[str]) -> int:
    parser = _parser(argv)
    args = parser.parse_args(argv)
    if args.version:
        print(f"autograder {import_module('autograder.versions').own_version()}")
        return 0
    if args.command is None:
        parser.print_help()
        return 2
    # nbgrader calls `alembic` by name when it makes a gradebook
    scripts = os.path.dirname(sys.executable)
    os.environ["PATH"] = os.pathsep.join([scripts, os.environ.get("PATH", "")])
    return int(args.run(args))


def _asked(argv: list[str]) -> str | None:
    return next((word for word in argv if not word.startswith("-")), None)


def _parser(argv: list[str]) -> argparse.ArgumentParser:
    """All subcommands by name; only the one that is asked for is imported."""
    parser = argparse.ArgumentParser(prog="autograder", description=__doc__)
    parser.add_argument("--version", action="store_true", help="print the version")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    asked = _asked(argv)
    for name, words in COMMANDS.items():
        command = commands.add_parser(name, help=words, description=words)
        command.add_argument("--course", metavar="FOLDER", help="default: found from here")
        if name == asked:
            module = import_module(f"autograder.{name}")
            module.add_arguments(command)
            command.set_defaults(run=module.run)
    return parser


if __name__ == "__main__":
    sys.exit(main())
