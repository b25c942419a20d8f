"""System calls that attacks make by number, past the C library: each machine has its own."""

# name: x86_64, aarch64 (Linux's asm/unistd_64.h and asm-generic/unistd.h); None: it has none
NUMBERS: dict[str, tuple[int, int | None]] = {
    **{"mount": (165, 40), "unshare": (272, 97), "setns": (308, 268), "keyctl": (250, 219)},
    **{"bpf": (321, 280), "io_uring_setup": (425, 425), "userfaultfd": (323, 282)},
    **{"perf_event_open": (298, 241), "open_by_handle_at": (304, 265), "kexec_load": (246, 104)},
    **{"init_module": (175, 105), "reboot": (169, 142), "mount_setattr": (442, 442)},
    **{"open_tree": (428, 428), "rt_sigqueueinfo": (129, 138), "clone": (56, 220)},
    **{"clone3": (435, 435), "openat2": (437, 437), "process_vm_readv": (310, 270)},
    **{"ptrace": (101, 117), "pidfd_getfd": (438, 438), "execveat": (322, 281)},
    **{"fork": (57, None), "vfork": (58, None)},
}
OPENAT = (257, 56)  # which the sandbox allows: Landlock says of what
KERNEL = (
    *("mount", "unshare", "setns", "keyctl", "bpf", "io_uring_setup", "userfaultfd", "reboot"),
    *("perf_event_open", "open_by_handle_at", "kexec_load", "init_module", "mount_setattr"),
    *("open_tree", "pidfd_getfd", "execveat"),
)


def choice(*names: str) -> str:
    """An expression for the numbers of these calls on the machine where it runs."""
    x86_64, aarch64 = ([NUMBERS[name][column] for name in names] for column in (0, 1))
    known = [number for number in aarch64 if number is not None]
    return f"({x86_64} if os.uname().machine == 'x86_64' else {known})"
