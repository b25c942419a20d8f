"""Start a JupyterHub for the course on this machine: `make hub`."""

import argparse
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from autograder.course import CourseError
from hub import leftovers, limits
from hub.configuration import programs
from hub.prepare import Prepared, prepare, remove
from hub.settings import REPOSITORY, Site, SiteError

DEFAULT = Path("/srv/course-hub") if os.geteuid() == 0 else REPOSITORY / "build" / "hub"
STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)  # the last: its terminal was closed
PATIENCE = 10.0  # seconds in which the Hub stops all in order


def command(site: Site) -> list[str]:
    """What starts the Hub of a prepared site; its working folder is `site.state`."""
    config = Path(__file__).resolve().parent / "jupyterhub_config.py"
    return [str(programs(site) / "jupyterhub"), f"--config={config}"]


def start(site: Site, **options: object) -> subprocess.Popen[bytes]:
    """The Hub as a process of its own; SIGINT stops it and all that it started."""
    environment = os.environ | {"COURSE_HUB": site.base}
    return subprocess.Popen(
        command(site),
        cwd=site.state,
        env=environment,
        # started from a script's background, SIGINT is ignored, and the Hub takes a minute to stop
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        **options,  # type: ignore[call-overload]
    )


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", type=Path, default=DEFAULT, help=f"its folder ({DEFAULT})")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--remove", action="store_true", help="take the demo away again")
    args = parser.parse_args(argv)
    try:
        if args.remove:
            print("removed:", ", ".join(remove(args.base)))
            return 0
        prepared = prepare(args.base, port=args.port)
    except (SiteError, CourseError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("stopped while preparing: start again, and it goes on", file=sys.stderr)
        return 130
    tell(prepared)
    return run(prepared.site)


def run(site: Site) -> int:
    """Until the Hub ends or is told to by a signal; nothing that it started is left then.

    Returns:
        0 if it was told to, else the Hub's own exit status.
    """
    leftovers.adopt()
    for number in STOPS:
        signal.signal(number, signal.default_int_handler)
    status = 0
    with suppress(KeyboardInterrupt):  # while it starts, or the second time: without patience
        hub = start(site, start_new_session=True)
        try:
            status = leftovers.wait(hub)
        except KeyboardInterrupt:
            hub.send_signal(signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                hub.wait(PATIENCE)
    for number in STOPS:
        signal.signal(number, signal.SIG_IGN)
    leftovers.end()
    return status


def tell(prepared: Prepared) -> None:
    """What a person needs to log in, and to undo all this."""
    site = prepared.site
    print(f"The Hub: http://127.0.0.1:{site.port}  (Ctrl-C stops it and all servers)")
    if site.privileged:
        for name, password in prepared.passwords.items():
            print(f"  {name:12} password {password}   {', '.join(site.people[name])}")
        if not prepared.passwords:
            print("  accounts are as before; a forgotten password: passwd NAME")
    else:
        print("WARNING: not started by root, so all users are one account of this system: whoever")
        print("logs in can read everything, solutions too. Only for trying it out, alone.")
        print(f"  {', '.join(site.people)}: password {site.password}")
    print(f"  limits: {limits.holds()}")
    undo = f"{sys.executable} {Path(__file__).resolve()} --base {site.base} --remove"
    print(f"Everything is in {site.base}. To undo: {undo}", flush=True)  # a log shall have it now


if __name__ == "__main__":
    sys.exit(main())
