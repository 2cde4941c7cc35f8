"""Where the project and the data are."""

import os
from pathlib import Path

TOP = Path(__file__).parents[2]
FIXTURES = TOP / "fixtures"
ARTICLES = FIXTURES / "articles.jsonl"
DATA = Path(os.environ.get("DEDUP_DATA") or TOP / "../shared/data")
