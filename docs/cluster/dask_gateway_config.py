"""Server side of dask-gateway (https://gateway.dask.org) on Kubernetes: clusters fit for grading.

With the Helm chart, these lines go under `gateway.extraConfig`. Whoever may start a cluster here
may run code in its pods, so only graders should have an account. The image holds the course's
environment with the extra `cluster`, and the package `dask-gateway`.
"""

c = get_config()

c.DaskGateway.backend_class = "dask_gateway_server.backends.KubeBackend"
c.KubeClusterConfig.image = "registry.example.edu/recurrent-networks-course:latest"
c.KubeClusterConfig.scheduler_cmd = ["dask", "scheduler", "--no-dashboard"]
c.KubeClusterConfig.worker_cmd = ["dask", "worker", "--no-dashboard"]
c.KubeClusterConfig.worker_cores = 4
c.KubeClusterConfig.worker_cores_limit = 4
c.KubeClusterConfig.worker_threads = 4
c.KubeClusterConfig.worker_memory = "19 G"
c.KubeClusterConfig.worker_memory_limit = "19 G"
c.KubeClusterConfig.scheduler_memory = "2 G"
c.KubeClusterConfig.cluster_max_workers = 50
c.KubeClusterConfig.idle_timeout = 1800

unprivileged = {
    "allowPrivilegeEscalation": False,
    "runAsNonRoot": True,
    "runAsUser": 1000,
    "capabilities": {"drop": ["ALL"]},
}
c.KubeClusterConfig.scheduler_extra_container_config = {"securityContext": unprivileged}
c.KubeClusterConfig.worker_extra_container_config = {
    "securityContext": unprivileged,
    "volumeMounts": [
        {"name": "course", "mountPath": "/course", "readOnly": True},
        {"name": "scratch", "mountPath": "/tmp"},
    ],
}
c.KubeClusterConfig.worker_extra_pod_config = {
    "automountServiceAccountToken": False,
    "volumes": [
        {"name": "course", "persistentVolumeClaim": {"claimName": "course"}},
        {"name": "scratch", "emptyDir": {"sizeLimit": "10Gi"}},
    ],
}
