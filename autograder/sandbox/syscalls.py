"""What a sandboxed process may ask of the kernel: names, and their numbers on two machines.

A name that is not here is refused. Numbers: Linux's `asm/unistd_64.h` (x86_64) and
`asm-generic/unistd.h` (aarch64); `-` where the machine has no such call.
"""

from functools import cache

FILES = """
read 0 63, write 1 64, open 2 -, openat 257 56, close 3 57, close_range 436 436, stat 4 -,
fstat 5 80, lstat 6 -, newfstatat 262 79, statx 332 291, lseek 8 62, pread64 17 67,
pwrite64 18 68, readv 19 65, writev 20 66, preadv 295 69, pwritev 296 70, preadv2 327 286,
pwritev2 328 287, access 21 -, faccessat 269 48, faccessat2 439 439, dup 32 23, dup2 33 -,
dup3 292 24, sendfile 40 71, flock 73 32, fsync 74 82, fdatasync 75 83, truncate 76 45,
ftruncate 77 46, getdents 78 -, getdents64 217 61, getcwd 79 17, chdir 80 49, fchdir 81 50,
rename 82 -, renameat 264 38, renameat2 316 276, mkdir 83 -, mkdirat 258 34, rmdir 84 -,
unlink 87 -, unlinkat 263 35, symlink 88 -, symlinkat 266 36, readlink 89 -, readlinkat 267 78,
umask 95 166, statfs 137 43, fstatfs 138 44, fadvise64 221 223, readahead 187 213,
copy_file_range 326 285, splice 275 76, tee 276 77
"""
WAITING = """
pipe 22 -, pipe2 293 59, poll 7 -, ppoll 271 73, select 23 -, pselect6 270 72,
epoll_create 213 -, epoll_create1 291 20, epoll_ctl 233 21, epoll_wait 232 -, epoll_pwait 281 22,
eventfd 284 -, eventfd2 290 19, timerfd_create 283 85, timerfd_settime 286 86,
timerfd_gettime 287 87, nanosleep 35 101, clock_nanosleep 230 115, pause 34 -, alarm 37 -,
getitimer 36 102, setitimer 38 103, timer_create 222 107, timer_settime 223 110,
timer_gettime 224 108, timer_getoverrun 225 109, timer_delete 226 111, clock_gettime 228 113,
clock_getres 229 114, gettimeofday 96 169, time 201 -, times 100 153
"""
MEMORY = """
mmap 9 222, mprotect 10 226, munmap 11 215, brk 12 214, mremap 25 216, msync 26 227,
mincore 27 232, madvise 28 233, membarrier 324 283, get_mempolicy 239 236
"""
SIGNALS = """
rt_sigaction 13 134, rt_sigprocmask 14 135, rt_sigreturn 15 139, rt_sigpending 127 136,
rt_sigtimedwait 128 137, rt_sigsuspend 130 133, sigaltstack 131 132, restart_syscall 219 128
"""
PROCESS = """
getpid 39 172, gettid 186 178, getppid 110 173, getpgrp 111 -, getpgid 121 155, getsid 124 156,
getuid 102 174, geteuid 107 175, getgid 104 176, getegid 108 177, getgroups 115 158,
getresuid 118 148, getresgid 120 150, capget 125 90, exit 60 93, exit_group 231 94, wait4 61 260,
waitid 247 95, set_tid_address 218 96, set_robust_list 273 99, futex 202 98, futex_waitv 449 449,
rseq 334 293, sched_yield 24 124, sched_getaffinity 204 123, sched_getparam 143 121,
sched_getscheduler 145 120, sched_get_priority_max 146 125, sched_get_priority_min 147 126,
getpriority 140 141, getrusage 98 165, getrlimit 97 163, setrlimit 160 164, uname 63 160,
sysinfo 99 179, getcpu 309 168, arch_prctl 158 -, getrandom 318 278
"""
SOCKETS = """
recvfrom 45 207, sendmsg 46 211, recvmsg 47 212, shutdown 48 210, getsockname 51 204,
getpeername 52 205, setsockopt 54 208, getsockopt 55 209
"""
# Allowed with certain arguments only: see seccomp.py.
CONDITIONAL = """
clone 56 220, kill 62 129, tkill 200 130, tgkill 234 131, prctl 157 167, fcntl 72 25,
ioctl 16 29, prlimit64 302 261, sched_setaffinity 203 122, fallocate 285 47, sendto 44 206,
socketpair 53 199
"""

ALWAYS = FILES, WAITING, MEMORY, SIGNALS, PROCESS, SOCKETS


@cache
def numbers(*tables: str, machine: str) -> dict[str, int]:
    """Name to number of every call in the tables that `machine` has."""
    column = {"x86_64": 1, "aarch64": 2}[machine]
    rows = (row.split() for table in tables for row in table.replace("\n", " ").split(","))
    return {row[0]: int(row[column]) for row in rows if row[column] != "-"}
