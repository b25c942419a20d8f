"""What an honest answer hardly needs: pointed out to the instructor, without any effect on scores.

By words only: a hostile source may be more than Python's own parser survives.
"""

import re

WORDS = (
    # how cells are read and run
    *("input_transformers_post", "input_transformers_cleanup", "input_transformer_manager"),
    *("ast_transformers", "ast_node_interactivity", "run_code", "set_custom_exc"),
    # the program that runs it
    *("_getframe", "settrace", "setprofile", "excepthook", "get_objects", "get_referrers"),
    *("linecache", "_ih", "input_hist_raw", "__import__", "ctypes", "memset", "string_at"),
    *(
        "_armed",
        "disarm",
        "_Tripwires",
        "getsource",
        "TorchFunctionMode",
        "__torch_function__",
        "__array_function__",
    ),
    # the machine
    *("_exit", "fork", "forkpty", "posix_spawn", "Popen", "execv", "kill", "killpg", "ptrace"),
    *("setrlimit", "send_fds", "SOCK_RAW", "create_connection", "mknod", "getppid", "autograder"),
)
_WORDS = re.compile(rf"\b(?:{'|'.join(WORDS)})\b|/proc/\w+")
_SETS = re.compile(
    r"^[ \t]*((?:torch|numpy|np|builtins|random|math|checks|course_lib)(?:\.\w+)+)[ \t]*=(?!=)",
    re.M,
)
_SETTINGS = ("torch.backends.",)
MOST = 6  # named of one cell


def found(source: str) -> list[str]:
    """Such words in a cell's source, and what it sets in other people's modules."""
    words = [f"names {word}" for word in dict.fromkeys(_WORDS.findall(source))]
    places = [place for place in _SETS.findall(source) if not place.startswith(_SETTINGS)]
    return [*(f"sets {place}" for place in dict.fromkeys(places)), *words][:MOST]
