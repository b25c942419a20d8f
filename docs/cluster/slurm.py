"""Grade on Slurm, with the settings of slurm.yaml beside this file.

    python slurm.py JOBS ASSIGNMENT [OPTION...]    e.g. python slurm.py 8 hw1 --course assignments

JOBS jobs are asked for and given back when grading ends, however it ends. Options are those of
`autograder grade`. Run it where compute nodes can reach you, such as a login node; the course and
the environment must have the same paths on all nodes.
"""

import sys

from dask_jobqueue import SLURMCluster

from autograder import cli


def main(jobs: str, *words: str) -> int:
    with SLURMCluster() as cluster:
        cluster.scale(jobs=int(jobs))
        return cli.main(["grade", *words, "--scheduler", cluster.scheduler_address])


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
