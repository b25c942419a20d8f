"""Word vectors from raw text: CBOW, GloVe, and what one can ask of any word vectors."""

from course_lib.embeddings.cbow import CBOW, context_windows, negative_nats, noise, subsample
from course_lib.embeddings.glove import GloVe, cooccurrences, glove_loss, glove_weight
from course_lib.embeddings.similarity import (
    WordVectors,
    analogy_accuracy,
    judged,
    spearman,
)

__all__ = [
    "CBOW",
    "GloVe",
    "WordVectors",
    "analogy_accuracy",
    "context_windows",
    "cooccurrences",
    "glove_loss",
    "glove_weight",
    "judged",
    "negative_nats",
    "noise",
    "spearman",
    "subsample",
]
