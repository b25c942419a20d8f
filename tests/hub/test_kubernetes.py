"""hub/kubernetes: keys that the chart knows, names that agree, an image without solutions."""

import importlib.util
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from autograder.course import Course
from autograder.release import build_tree, check_tree

ROOT = Path(__file__).resolve().parents[2]
FILES = ROOT / "hub" / "kubernetes"
VALUES = yaml.safe_load((FILES / "values.yaml").read_text())
OBJECTS = list(yaml.safe_load_all((FILES / "course.yaml").read_text()))
# What a values.schema.yaml of the chart knew below each key that we use; it refuses any other.
KNOWN = {
    "": "hub proxy singleuser cull prePuller",
    "hub": "db config loadRoles services networkPolicy extraConfig",
    "hub.networkPolicy": "enabled ingress egress egressAllowRules interNamespaceAccessLabels",
    "singleuser": "image uid fsGid allowPrivilegeEscalation defaultUrl cpu memory extraEnv storage"
    " initContainers extraFiles networkPolicy profileList",
    "singleuser.storage": "type homeMountPath capacity extraVolumes extraVolumeMounts",
    "singleuser.networkPolicy": "enabled ingress egress egressAllowRules",
    "singleuser.networkPolicy.egressAllowRules": "cloudMetadataServer privateIPs nonPrivateIPs",
    "singleuser.cpu": "limit guarantee",
    "singleuser.memory": "limit guarantee",
    "singleuser.image": "name tag pullPolicy pullSecrets",
}


def at(path):
    found = VALUES
    for key in filter(None, path.split(".")):
        found = found[key]
    return found


@pytest.mark.parametrize("path", KNOWN)
def test_the_chart_knows_every_key(path):
    assert set(at(path)) <= set(KNOWN[path].split())


def test_a_student_sees_of_the_exchange_only_what_is_theirs():
    mounts = {m["mountPath"]: m for m in at("singleuser.storage.extraVolumeMounts")}
    assert mounts["/exchange/rnn/inbound"]["subPath"] == "rnn/inbound/{username}"
    writable = [path for path, mount in mounts.items() if not mount.get("readOnly")]
    assert writable == ["/exchange/rnn/inbound"]
    assert all("subPath" in m for m in mounts.values() if m["name"] == "exchange")


def test_names_agree_with_the_courses_pod():
    kinds = {one["kind"]: one for one in OBJECTS}
    claims = {o["metadata"]["name"] for o in OBJECTS if o["kind"] == "PersistentVolumeClaim"}
    used = {v["persistentVolumeClaim"]["claimName"] for v in at("singleuser.storage.extraVolumes")}
    pod = kinds["Deployment"]["spec"]["template"]
    used |= {v["persistentVolumeClaim"]["claimName"] for v in pod["spec"]["volumes"]}
    assert used == claims
    (port,) = kinds["Service"]["spec"]["ports"]
    service = at("hub.services.rnn")
    assert service["url"] == f"http://{kinds['Service']['metadata']['name']}:{port['port']}"
    (container,) = pod["spec"]["containers"]
    given = {variable["name"]: variable.get("value") for variable in container["env"]}
    assert given["JUPYTERHUB_CLIENT_ID"] == service["oauth_client_id"]
    assert pod["spec"]["securityContext"]["runAsUser"] != at("singleuser.uid")


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    built, _ = build_tree(Course.open(ROOT / "assignments"), tmp_path_factory.mktemp("t") / "tree")
    return built


def test_the_image_is_built_from_a_tree_without_solutions(tree):
    ask = [sys.executable, "-m", "repo2docker", "--no-build", "--debug", "--user-id=1000"]
    done = subprocess.run(
        [*ask, "--user-name=jovyan", str(tree)], capture_output=True, text=True, cwd=tree
    )
    assert done.returncode == 0, done.stderr
    assert "COPY --chown=1000:1000 src/ ${REPO_DIR}/" in done.stdout + done.stderr
    assert check_tree(Course.open(ROOT / "assignments"), tree) == []
    parts = {part for path in tree.rglob("*") for part in path.relative_to(tree).parts}
    assert parts.isdisjoint({"source", "proof", "gradebook.db", "hub"})


@pytest.fixture
def collect(tmp_path, monkeypatch):
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    monkeypatch.setenv("PATH", path)  # nbgrader calls alembic
    spec = importlib.util.spec_from_file_location("pod_collect", FILES / "pod_collect.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    config = Config()
    config.Exchange.root = str(tmp_path / "exchange")
    config.CourseDirectory.root = str(tmp_path / "course")
    config.CourseDirectory.course_id = "rnn"
    config.CourseDirectory.assignment_id = "hw1"
    (tmp_path / "course").mkdir()
    return module.PodCollect(coursedir=CourseDirectory(config=config), config=config)


def test_what_lies_in_a_students_folder_is_that_students(collect, tmp_path):
    now = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S.%f} UTC"
    inbound = tmp_path / "exchange" / "rnn" / "inbound"
    for folder, claims in (("a1", "a1"), ("b2", "a1"), ("b2", "b2")):
        place = inbound / folder / f"{claims}+hw1+{now}"
        place.mkdir(parents=True)
        (place / "timestamp.txt").write_text(now)
        (place / "hw1.ipynb").write_text(f"from {folder}")
    collect.start()
    taken = {p.parts[-3]: p.read_text() for p in (tmp_path / "course").rglob("hw1.ipynb")}
    assert taken == {"a1": "from a1", "b2": "from b2"}
