"""Who may import whom, and what an import costs."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import dedup

ROOT = Path(dedup.__file__).parent


def _loaded_by(code: str) -> set[str]:
    """The top-level modules that are loaded after this code ran in a Python of its own."""
    ask = (
        f"import json, sys\n{code}\nprint(json.dumps(sorted({{name.split('.')[0] for name in sys.modules}})))"
    )
    done = subprocess.run(
        [sys.executable, "-c", ask], capture_output=True, text=True, cwd=ROOT.parent, check=True
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize(
    ("code", "absent"),
    [
        (
            "import dedup, dedup.cli.main",
            {"numba", "numpy", "duckdb", "pyarrow", "rich", "rapidfuzz", "datasketch"},
        ),
        (
            "import dedup\ndedup.Options(), dedup.InputError, dir(dedup)",
            {"numba", "duckdb", "pyarrow", "rich"},
        ),
        ("import dedup.scrapy", {"numba", "numpy", "pyarrow", "duckdb", "rapidfuzz"}),
        ("import dedup.repeats.find", {"duckdb", "rich", "datasketch", "pandas"}),
        (
            "from dedup.cli.main import main\nmain(['repeats', 'fixtures/articles.jsonl', '--id', 'fx-015'])",
            {"duckdb", "datasketch"},
        ),
        ("import dedup.api, dedup.pipeline.run", {"duckdb", "rich", "datasketch", "pandas"}),
        ("import dedup\ndedup.find_repeats('a\\nb')", {"duckdb", "rich", "datasketch"}),
        (
            "from dedup.__main__ import run\nimport sys\n"
            "sys.argv[1:] = ['clean', 'fixtures/articles.jsonl', '--dry-run']\nrun()",
            {"pandas", "scipy", "datasketch"},
        ),
        (
            "from dedup.__main__ import run\nimport sys\n"
            "sys.argv[1:] = ['clean', 'fixtures/articles.jsonl', '--dry-run', '--quiet']\nrun()",
            {"rich", "duckdb"},
        ),
    ],
)
def test_what_an_import_loads(code: str, absent: set[str]) -> None:
    """A command or a call loads only the libraries that it needs."""
    assert _loaded_by(code) & absent == set()


_WITHOUT_PANDAS = """
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("pandas", "polars", "datasets", "datasketch", "scipy"):
            raise ImportError(name)

sys.meta_path.insert(0, Missing())
import dedup
assert len(dedup.clean(["one two three four", "one two three four", "five"]).dropped) == 1
"""


def test_no_extra_is_needed() -> None:
    """Documents are cleaned where neither pandas nor any other extra is installed."""
    assert not _loaded_by(_WITHOUT_PANDAS) & {"pandas", "polars", "datasets", "datasketch"}


def test_the_public_names() -> None:
    """The public names are these: one more or less is a change of the interface."""
    assert sorted(dedup.__all__) == [
        "DedupError",
        "Index",
        "IndexFileError",
        "InputError",
        "LedgerError",
        "Options",
        "OptionsError",
        "OutputError",
        "Repeat",
        "Result",
        "clean",
        "clean_text",
        "find_repeats",
    ]
    assert dir(dedup) == sorted(dedup.__all__)
    assert all(getattr(dedup, name).__module__.split(".")[0] == "dedup" for name in dedup.__all__)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        dedup.nothing  # noqa: B018
