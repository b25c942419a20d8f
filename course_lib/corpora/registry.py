"""All data sets by name, those that are always present first."""

from course_lib.corpora.catalogue import BUNDLED, DOWNLOADED
from course_lib.corpora.dataset import DataSet
from course_lib.corpora.shared import SHARED

DATA: dict[str, DataSet] = {data.name: data for data in (*BUNDLED, *DOWNLOADED, *SHARED)}


def find(name: str) -> DataSet:
    """The data set of that name.

    Raises:
        KeyError: if there is none; the message lists all names.
    """
    if name not in DATA:
        raise KeyError(f"there is no data set {name!r}; there are: {', '.join(DATA)}")
    return DATA[name]
