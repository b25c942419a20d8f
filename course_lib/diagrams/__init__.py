"""Networks drawn by code, in the course's colours."""

from course_lib.diagrams.acceptor import acceptor, acceptor_size, coloured_words, loss_path
from course_lib.diagrams.attention import (
    STAGES,
    attention_size,
    attention_step,
    contexts,
    contexts_size,
    weight_map,
)
from course_lib.diagrams.cells import (
    CELL_SIZE,
    elman_cell,
    gradient_chain,
    gru_cell,
    lstm_cell,
)
from course_lib.diagrams.feedforward import (
    BOS_WORD,
    feedforward_lm,
    sliding_window,
    two_layer_network,
    weight_blocks,
)
from course_lib.diagrams.generation import (
    autoregression,
    autoregression_size,
    beam_tree,
    beam_tree_size,
)
from course_lib.diagrams.graphs import computation_graph, graph_size, two_passes
from course_lib.diagrams.pairs import PAIR_SIZE, pair_network
from course_lib.diagrams.recurrent import (
    rnn_cell,
    two_language_models,
    unrolled,
    unrolled_size,
)
from course_lib.diagrams.shapes import arrow, box, canvas
from course_lib.diagrams.stacked import stacked, stacked_size, tagged_sentence, tagged_size
from course_lib.diagrams.tensors import tensor_stack
from course_lib.diagrams.training import (
    bptt_graph,
    reached_steps,
    token_grid,
    training_frame,
    truncated,
)
from course_lib.diagrams.translation import (
    encoder_decoder,
    encoder_decoder_size,
    word_links,
    word_links_size,
)
from course_lib.diagrams.word_vectors import cbow

__all__ = [
    "BOS_WORD",
    "CELL_SIZE",
    "PAIR_SIZE",
    "STAGES",
    "acceptor",
    "acceptor_size",
    "arrow",
    "attention_size",
    "attention_step",
    "autoregression",
    "autoregression_size",
    "beam_tree",
    "beam_tree_size",
    "box",
    "bptt_graph",
    "canvas",
    "cbow",
    "coloured_words",
    "computation_graph",
    "contexts",
    "contexts_size",
    "elman_cell",
    "encoder_decoder",
    "encoder_decoder_size",
    "feedforward_lm",
    "gradient_chain",
    "graph_size",
    "gru_cell",
    "loss_path",
    "lstm_cell",
    "pair_network",
    "reached_steps",
    "rnn_cell",
    "sliding_window",
    "stacked",
    "stacked_size",
    "tagged_sentence",
    "tagged_size",
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
    "weight_map",
    "word_links",
    "word_links_size",
]
