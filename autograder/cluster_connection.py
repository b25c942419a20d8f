"""A client of a Dask cluster: of one that runs somewhere, or of one started here for a run."""

import json
import logging
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from autograder.course import CourseError

try:
    import dask
    from distributed import Client, Future, KilledWorker, LocalCluster, Security
    from distributed.comm import get_address_host_port, parse_address
    from distributed.utils import silence_logging_cmgr
except ModuleNotFoundError as absent:
    raise CourseError(
        f"--scheduler needs Dask, and {absent.name} is not installed: "
        "pip install 'recurrent-networks-course[cluster]'"
    ) from absent

__all__ = ["Client", "Future", "KilledWorker", "connected"]

LOCAL = "local"
CONNECT_SECONDS = 30.0
# a job holds the assignment's files, of whose size Dask would warn
SETTINGS = {"distributed.admin.large-graph-warning-threshold": "1 GiB"}
NO_DASHBOARD = {"dashboard": False, "dashboard_address": "127.0.0.1:0"}


@contextmanager
def connected(scheduler: str, workers: int) -> Iterator[Client]:
    """A client of the running cluster, or of a new one on this machine that ends with the block."""
    with ExitStack() as stack:
        stack.enter_context(silence_logging_cmgr(logging.CRITICAL))  # what matters, we say
        stack.enter_context(dask.config.set(SETTINGS))
        where: Any = _address(scheduler)
        if where == LOCAL:
            where = stack.enter_context(_local(workers))
        else:
            _check_keys(scheduler, where)
        try:
            client = Client(where, timeout=CONNECT_SECONDS, set_as_default=False)
        except OSError as error:
            raise CourseError(f"--scheduler {scheduler}: no scheduler answers there") from error
        stack.enter_context(client)
        yield client


def _address(scheduler: str) -> str:
    """Where the scheduler is; its file may say so.

    Raises:
        CourseError: that is no address, or not what a scheduler writes.
    """
    if scheduler == LOCAL:
        return scheduler
    try:
        address = scheduler
        if os.path.isfile(scheduler):
            address = json.loads(Path(scheduler).read_bytes())["address"]
        get_address_host_port(address, strict=True)
    except (ValueError, KeyError, TypeError) as error:
        raise CourseError(
            f"--scheduler {scheduler}: neither 'local', nor an address such as "
            "tcp://10.0.0.1:8786, nor a file that a scheduler has written"
        ) from error
    return str(address)


def _check_keys(scheduler: str, address: str) -> None:
    """
    Raises:
        CourseError: the address and Dask's settings do not agree on encryption.
    """
    scheme, _ = parse_address(address)
    try:
        keys = Security().get_connection_args("client")
    except OSError as error:
        raise CourseError(f"--scheduler {scheduler}: a key of Dask's settings: {error}") from error
    if scheme == "tls" and keys["ssl_context"] is None:
        raise CourseError(
            f"--scheduler {scheduler}: it wants a key, which Dask's settings name "
            "(distributed.comm.tls: ca-file, client.key, client.cert)"
        )
    if scheme == "tcp" and keys["require_encryption"]:
        raise CourseError(f"--scheduler {scheduler}: Dask's settings want encryption: tls://...")


def _local(workers: int) -> LocalCluster:
    """Worker processes with one thread each, and a scheduler that other machines cannot reach."""
    return LocalCluster(
        n_workers=workers,
        threads_per_worker=1,
        processes=True,
        host="127.0.0.1",
        memory_limit=0,  # ours are the sandbox's
        silence_logs=logging.CRITICAL,
        preload="autograder.cluster_worker",
        scheduler_kwargs=NO_DASHBOARD,
    )
