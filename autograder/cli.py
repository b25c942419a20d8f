"""The `autograder` command: each subcommand is a module with `add_arguments` and `run`."""

import argparse
import os
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from importlib import import_module

# jsonschema builds a grammar of web addresses when it loads, which takes longer than all else here
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]

from autograder.course import CourseError  # noqa: E402

COMMANDS = {
    "prove": "check an assignment: its reference, wrong and right solutions, and leaks",
    "release": "make what students get",
    "grade": "grade what students handed in",
    "status": "who handed in, who is graded, what is left to do by hand",
    "feedback": "write one page for each student",
    "export": "write the gradebook as CSV",
    "doctor": "try out the sandbox and the rest of this machine",
}

ENGINE = ("prove", "grade")  # commands that run submissions


def main(argv: Sequence[str] | None = None) -> int:
    """Run one subcommand; mistakes of people end in one line and exit code 2."""
    argv = list(sys.argv[1:] if argv is None else argv)
    with _head_start(argv):
        return _main(argv)


def _head_start(argv: list[str]) -> AbstractContextManager[None]:
    """Before anything is imported here, the engine begins with what it will need for sure."""
    needed = _asked(argv) in ENGINE and not {"stock", "-h", "--help"} & {*argv}
    if not (needed and sys.platform == "linux"):
        return nullcontext()
    from autograder.start import head_start

    return head_start()


def _main(argv: list[str]) -> int:
    parser = _parser(argv)
    args = parser.parse_args(argv)
    if args.command is None:
        parser.print_help()
        return 2
    # nbgrader calls `alembic` by name when it makes a gradebook
    scripts = os.path.dirname(sys.executable)
    os.environ["PATH"] = os.pathsep.join([scripts, os.environ.get("PATH", "")])
    try:
        return int(args.run(args))
    except CourseError as error:
        print(f"autograder {args.command}: {error}", file=sys.stderr)
        return 2
    except _engine_errors() as error:
        print(f"autograder {args.command}: {error} (see `autograder doctor`)", file=sys.stderr)
        return 2
    except _gradebook_errors() as error:
        words = str(error.__cause__ or error).splitlines()[0]
        print(f"autograder {args.command}: the gradebook: {words}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("stopped; the same command goes on where this one was", file=sys.stderr)
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except OSError as error:
        print(f"autograder {args.command}: {error}", file=sys.stderr)
        return 2


def _asked(argv: list[str]) -> str | None:
    return next((word for word in argv if not word.startswith("-")), None)


def _engine_errors() -> tuple[type[Exception], ...]:
    """What the engine says of this machine; asked for only when something was raised."""
    from autograder.sandbox import SandboxError
    from autograder.zygote import ZygoteFailed

    return SandboxError, ZygoteFailed


def _gradebook_errors() -> tuple[type[Exception], ...]:
    """A database that is locked, full, read-only or of another version."""
    from sqlalchemy.exc import SQLAlchemyError

    return (SQLAlchemyError,)


def _parser(argv: list[str]) -> argparse.ArgumentParser:
    """All subcommands by name; only the one that is asked for is imported."""
    parser = argparse.ArgumentParser(prog="autograder", description=__doc__)
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
