"""A GPU's driver as far as forks matter to it: whoever has begun with it must not have children."""

import os

import torch

began_in = None


def use():
    """Begin with CUDA in this process, as the first tensor on a GPU does; its process id."""
    global began_in
    if began_in not in (None, os.getpid()):
        raise RuntimeError("Cannot re-initialize CUDA in forked subprocess")
    began_in = os.getpid()
    return began_in


def begun():
    """Whether this process or one it was forked from has begun."""
    return began_in is not None


torch.cuda.is_available = lambda: True
torch.cuda.is_initialized = begun
