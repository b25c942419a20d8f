"""docs/cluster: files that can be used as they are, and that agree with the programs they name."""

import importlib.util
import sys
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType, SimpleNamespace

import dask
import distributed
import jsonschema
import pytest
import yaml
from distributed.cli import dask_scheduler, dask_worker
from traitlets.config import PyFileConfigLoader

from autograder import cli
from autograder.job import Limits

DOCS = Path(__file__).resolve().parents[2] / "docs"
FILES = DOCS / "cluster"
SCHEMA = Path(distributed.__file__).parent / "distributed-schema.yaml"
# What packages know that need not be installed here: jobqueue.yaml of dask-jobqueue 0.9.0,
# ClusterConfig and KubeClusterConfig of dask-gateway-server 2026.3.0
SLURM = [
    "name",
    "cores",
    "memory",
    "processes",
    "python",
    "interface",
    "death-timeout",
    "local-directory",
    "shared-temp-directory",
    "worker-command",
    "worker-extra-args",
    "shebang",
    "queue",
    "account",
    "walltime",
    "env-extra",
    "job-script-prologue",
    "job-cpu",
    "job-mem",
    "job-extra-directives",
    "job-directives-skip",
    "log-directory",
    "scheduler-options",
]
GATEWAY = [
    "scheduler_cmd",
    "worker_cmd",
    "environment",
    "worker_memory",
    "worker_cores",
    "worker_threads",
    "scheduler_memory",
    "scheduler_cores",
    "adaptive_period",
    "idle_timeout",
    "cluster_max_memory",
    "cluster_max_cores",
    "cluster_max_workers",
    "namespace",
    "image",
    "image_pull_policy",
    "image_pull_secrets",
    "worker_cores_limit",
    "worker_memory_limit",
    "scheduler_cores_limit",
    "scheduler_memory_limit",
    "worker_extra_container_config",
    "scheduler_extra_container_config",
    "worker_extra_pod_config",
    "scheduler_extra_pod_config",
    "worker_extra_pod_annotations",
    "scheduler_extra_pod_annotations",
    "worker_extra_pod_labels",
    "scheduler_extra_pod_labels",
]


def options(command):
    return {word for option in command.params for word in (*option.opts, *option.secondary_opts)}


def loaded(name):
    return list(yaml.safe_load_all((FILES / name).read_text()))


def gigabytes(text):
    number = float(text.rstrip("GiB "))
    return number * (2**30 if "Gi" in text else 1e9) / 2**30


def dotted(settings, before=""):
    found = {}
    for key, value in settings.items():
        deeper = dotted(value, f"{before}{key}.") if isinstance(value, dict) else None
        found |= deeper or {f"{before}{key}": value}
    return found


def enough(memory, threads):
    """The page's rule, in GiB: for the libraries, and for both processes of each submission."""
    return memory >= 1 + threads * 2 * Limits().memory_mb / 1024


def test_every_file_is_shown_on_the_page():
    page = (DOCS / "cluster.md").read_text()
    names = [path.name for path in FILES.iterdir() if path.is_file()]
    assert len(names) >= 6
    assert [name for name in names if f"cluster/{name}" not in page] == []


def test_slurm_settings_are_those_of_dask_jobqueue():
    (content,) = loaded("slurm.yaml")
    settings = content["jobqueue"]["slurm"]
    assert set(settings) <= set(SLURM)
    words = settings["worker-extra-args"]
    assert {word for word in words if word.startswith("--")} <= options(dask_worker.main)
    assert enough(gigabytes(settings["memory"]), settings["cores"] // settings["processes"])


def test_tls_settings_are_those_of_dask():
    (content,) = loaded("tls.yaml")
    schema = yaml.safe_load(SCHEMA.read_text())

    def known(settings, schema):
        for key, value in settings.items():
            assert key in schema["properties"], key
            if isinstance(value, dict):
                known(value, schema["properties"][key])

    jsonschema.validate(content, schema)
    known(content, schema)
    with dask.config.set(dotted(content)):
        security = distributed.Security()
    assert security.require_encryption
    assert security.tls_client_key.endswith("cluster.key")


@pytest.fixture(scope="module")
def objects():
    return {one["kind"]: one for one in loaded("kubernetes.yaml")}


def pods(objects):
    cluster = objects["DaskCluster"]["spec"]
    return {
        "scheduler": cluster["scheduler"]["spec"],
        "worker": cluster["worker"]["spec"],
        "main": objects["Deployment"]["spec"]["template"]["spec"],
    }


def test_kubernetes_runs_commands_that_exist(objects):
    for role, command in (("scheduler", dask_scheduler.main), ("worker", dask_worker.main)):
        (container,) = pods(objects)[role]["containers"]
        assert container["args"][:2] == ["dask", role]
        given = [word for word in container["args"] if word.startswith("--")]
        assert set(given) <= options(command)


def test_kubernetes_pods_have_few_rights_and_enough_memory(objects):
    for spec in pods(objects).values():
        (container,) = spec["containers"]
        assert spec["securityContext"]["runAsNonRoot"]
        assert spec["automountServiceAccountToken"] is False
        assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
        assert container["resources"]["requests"] == container["resources"]["limits"]
    (worker,) = pods(objects)["worker"]["containers"]
    threads = int(worker["args"][worker["args"].index("--nthreads") + 1])
    limits = worker["resources"]["limits"]
    assert threads == int(limits["cpu"])
    assert enough(gigabytes(limits["memory"]), threads)


def test_kubernetes_names_agree(objects):
    claim = objects["PersistentVolumeClaim"]["metadata"]["name"]
    for role in ("worker", "main"):
        spec = pods(objects)[role]
        volumes = {volume["name"]: volume for volume in spec["volumes"]}
        assert volumes["course"]["persistentVolumeClaim"]["claimName"] == claim
        mounts = {mount["name"]: mount for mount in spec["containers"][0]["volumeMounts"]}
        assert set(mounts) == set(volumes)
        assert mounts["course"]["mountPath"] == "/course"
    name = objects["DaskCluster"]["metadata"]["name"]
    service = objects["DaskCluster"]["spec"]["scheduler"]["service"]
    assert service["type"] == "ClusterIP"
    assert service["selector"]["dask.org/cluster-name"] == name
    policy = objects["NetworkPolicy"]["spec"]
    assert policy["podSelector"]["matchLabels"] == {"dask.org/cluster-name": name}
    allowed = [one["podSelector"]["matchLabels"] for one in policy["ingress"][0]["from"]]
    labels = objects["Deployment"]["spec"]["template"]["metadata"]["labels"]
    assert allowed == [{"dask.org/cluster-name": name}, labels]
    assert f"tcp://{name}-scheduler:8786" in (FILES / "kubernetes.yaml").read_text()


def test_gateway_settings_are_those_of_its_server():
    config = PyFileConfigLoader("dask_gateway_config.py", path=str(FILES)).load_config()
    cluster = config.KubeClusterConfig
    assert set(config) == {"DaskGateway", "KubeClusterConfig"}
    assert set(config.DaskGateway) == {"backend_class"}
    assert set(cluster) <= set(GATEWAY)
    assert cluster.worker_cores == cluster.worker_cores_limit == cluster.worker_threads
    assert enough(gigabytes(cluster.worker_memory_limit), cluster.worker_threads)
    for words, command in (
        (cluster.worker_cmd, dask_worker.main),
        (cluster.scheduler_cmd, dask_scheduler.main),
    ):
        assert {word for word in words if word.startswith("--")} <= options(command)


class Cluster:
    """Stands for the clusters of both packages."""

    scheduler_address = "tls://10.0.0.1:8786"
    security = SimpleNamespace(tls_key="the key", tls_cert="the certificate")

    def __init__(self):
        self.scaled, self.closed = None, False

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.closed = True

    def scale(self, n=None, jobs=None):
        self.scaled = n or jobs


@contextmanager
def script(monkeypatch, name, package, **contents):
    module = ModuleType(package)
    vars(module).update(contents)
    monkeypatch.setitem(sys.modules, package, module)
    spec = importlib.util.spec_from_file_location("script", FILES / name)
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    yield found


def test_the_slurm_script_grades_on_its_cluster_and_gives_it_back(monkeypatch):
    cluster, said = Cluster(), []
    monkeypatch.setattr(cli, "main", lambda words: said.append((words, cluster.closed)) or 1)
    with script(monkeypatch, "slurm.py", "dask_jobqueue", SLURMCluster=lambda: cluster) as slurm:
        assert slurm.main("8", "hw1", "--force") == 1
    words = ["grade", "hw1", "--force", "--scheduler", cluster.scheduler_address]
    assert said == [(words, False)]
    assert (cluster.scaled, cluster.closed) == (8, True)


def test_the_gateway_script_hands_its_keys_to_dask_for_that_time(monkeypatch):
    cluster, said = Cluster(), []

    def grade(words):
        tls = dask.config.get("distributed.comm.tls")
        assert dask.config.get("distributed.comm.require-encryption")
        keys = [Path(tls["client"][what]).read_text() for what in ("key", "cert")]
        said.append((words, keys, Path(tls["ca-file"])))
        return 0

    monkeypatch.setattr(cli, "main", grade)
    gateway = lambda: SimpleNamespace(new_cluster=lambda: cluster)  # noqa: E731
    with script(monkeypatch, "gateway.py", "dask_gateway", Gateway=gateway) as found:
        assert found.main("12", "hw1") == 0
    ((words, keys, certificate),) = said
    assert words == ["grade", "hw1", "--scheduler", cluster.scheduler_address]
    assert keys == ["the key", "the certificate"]
    assert (cluster.scaled, cluster.closed) == (12, True)
    assert not certificate.exists()
    assert not dask.config.get("distributed.comm.require-encryption")
