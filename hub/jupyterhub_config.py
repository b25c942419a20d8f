"""The Hub's configuration: `python hub/serve.py` starts it for the site in $COURSE_HUB."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from hub.configuration import configure
from hub.settings import Site

configure(get_config(), Site.load(Path(os.environ["COURSE_HUB"])))
