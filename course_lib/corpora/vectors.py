"""Ready-made word vectors."""

from collections.abc import Iterable
from io import BytesIO

import numpy as np

from course_lib.corpora import downloads


def glove(words: Iterable[str]) -> dict[str, np.ndarray]:
    """GloVe's 50-dimensional vector (float32) of each of the words that it has, in lower case.

    Taken from the data set `glove`, else from `glove_first10000`, whichever is present;
    otherwise `glove` (76 MB) is downloaded.

    Raises:
        DownloadError: if it cannot be had.

    Source: Pennington et al. (2014).
    """
    wanted = set(words)
    if downloads.where("glove") is None and downloads.where("glove_first10000") is not None:
        return _from_text(wanted)
    names = downloads.read("glove", "glove/glove.6B.words.txt").decode()
    table = np.load(BytesIO(downloads.read("glove", "glove/glove.6B.50d.npy")))
    return {word: table[i] for i, word in enumerate(names.split("\n")[:-1]) if word in wanted}


def _from_text(wanted: set[str]) -> dict[str, np.ndarray]:
    text = downloads.read("glove_first10000", "glove/glove.6B.50d.first10000.txt").decode()
    rows = (line.split(" ") for line in text.split("\n") if line)
    return {word: np.array(row, dtype=np.float32) for word, *row in rows if word in wanted}
