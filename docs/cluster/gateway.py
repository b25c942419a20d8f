"""Grade on a cluster of dask-gateway.

    python gateway.py WORKERS ASSIGNMENT [OPTION...]

WORKERS workers are asked for and given back when grading ends, however it ends. Options are those
of `autograder grade`. Where the gateway is, and who you are there, say ~/.config/dask/gateway.yaml
or the environment (https://gateway.dask.org/configuration-user.html).
"""

import sys
import tempfile
from pathlib import Path

import dask
from dask_gateway import Gateway  # it also teaches Dask addresses that begin with gateway://

from autograder import cli


def main(workers: str, *words: str) -> int:
    gateway = Gateway()
    with gateway.new_cluster() as cluster, tempfile.TemporaryDirectory() as private:
        cluster.scale(int(workers))
        key, certificate = Path(private, "key.pem"), Path(private, "certificate.pem")
        key.write_text(cluster.security.tls_key)
        certificate.write_text(cluster.security.tls_cert)
        settings = {
            "distributed.comm.require-encryption": True,
            "distributed.comm.tls.ca-file": str(certificate),
            "distributed.comm.tls.client.cert": str(certificate),
            "distributed.comm.tls.client.key": str(key),
        }
        with dask.config.set(settings):
            return cli.main(["grade", *words, "--scheduler", cluster.scheduler_address])


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
