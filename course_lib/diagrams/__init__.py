"""Networks drawn by code, in the course's colours."""

from course_lib.diagrams.feedforward import (
    BOS_WORD,
    feedforward_lm,
    sliding_window,
    two_layer_network,
    weight_blocks,
)
from course_lib.diagrams.graphs import computation_graph, graph_size, two_passes
from course_lib.diagrams.recurrent import (
    rnn_cell,
    two_language_models,
    unrolled,
    unrolled_size,
)
from course_lib.diagrams.shapes import arrow, box, canvas
from course_lib.diagrams.tensors import tensor_stack
from course_lib.diagrams.training import (
    bptt_graph,
    reached_steps,
    token_grid,
    training_frame,
    truncated,
)
from course_lib.diagrams.word_vectors import cbow

__all__ = [
    "BOS_WORD",
    "arrow",
    "box",
    "bptt_graph",
    "canvas",
    "cbow",
    "computation_graph",
    "feedforward_lm",
    "graph_size",
    "reached_steps",
    "rnn_cell",
    "sliding_window",
    "tensor_stack",
    "token_grid",
    "training_frame",
    "truncated",
    "two_language_models",
    "two_layer_network",
    "two_passes",
    "unrolled",
    "unrolled_size",
    "weight_blocks",
]
