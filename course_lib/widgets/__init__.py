"""Explorers: a few labelled controls around a tested drawing function.

Each is shown with `show()`. It works from the keyboard (Tab to a control, then the left and
right arrow keys; JupyterLab keeps up and down for itself). Where no kernel runs, its first
figure stands in its place.
"""

from course_lib.widgets.attention import attention_explorer
from course_lib.widgets.cells import cell_explorer
from course_lib.widgets.contexts import context_explorer
from course_lib.widgets.decoding import decoding_explorer
from course_lib.widgets.explorer import Explorer
from course_lib.widgets.flow import flow_explorer
from course_lib.widgets.gates import gate_explorer
from course_lib.widgets.graph import graph_explorer
from course_lib.widgets.neighbours import neighbour_explorer
from course_lib.widgets.pairs import pair_explorer
from course_lib.widgets.pooling import pooling_explorer
from course_lib.widgets.sampling import sampling_explorer
from course_lib.widgets.tensors import tensor_explorer
from course_lib.widgets.translation import translation_explorer
from course_lib.widgets.truncated import training_explorer, truncated_explorer
from course_lib.widgets.unrolled import unrolled_explorer
from course_lib.widgets.windows import next_word_explorer, weight_explorer, window_explorer

__all__ = [
    "Explorer",
    "attention_explorer",
    "cell_explorer",
    "context_explorer",
    "decoding_explorer",
    "flow_explorer",
    "gate_explorer",
    "graph_explorer",
    "neighbour_explorer",
    "next_word_explorer",
    "pair_explorer",
    "pooling_explorer",
    "sampling_explorer",
    "tensor_explorer",
    "training_explorer",
    "translation_explorer",
    "truncated_explorer",
    "unrolled_explorer",
    "weight_explorer",
    "window_explorer",
]
