"""Networks drawn by code, in the course's colours."""

from course_lib.diagrams.feedforward import (
    BOS_WORD,
    feedforward_lm,
    sliding_window,
    two_layer_network,
    weight_blocks,
)
from course_lib.diagrams.shapes import arrow, box, canvas
from course_lib.diagrams.tensors import tensor_stack

__all__ = [
    "BOS_WORD",
    "arrow",
    "box",
    "canvas",
    "feedforward_lm",
    "sliding_window",
    "tensor_stack",
    "two_layer_network",
    "weight_blocks",
]
