"""Who may import whom, and what an import costs."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import dedup

ROOT = Path(dedup.__file__).parent


def _loaded_by(code: str, whole: bool = False) -> set[str]:
    """The top-level modules that are loaded after this code ran in a Python of its own; all modules with
    `whole`.
    """
    ask = f"import json, sys\n{code}\nprint(json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", ask], capture_output=True, text=True, cwd=ROOT.parent, check=True
    )
    names = json.loads(done.stdout.splitlines()[-1])
    return set(names) if whole else {name.split(".")[0] for name in names}


_HEAVY = {"numpy", "pyarrow", "duckdb", "rapidfuzz", "rich", "orjson", "zstandard", "w3lib"}
"""The libraries that dedup needs to run, and that take longer than 0.003 s to load."""
_OTHERS = {"datasketch", "scipy", "polars", "pyspark"}


def _command(*arguments: str) -> str:
    """Code that runs `dedup` with these arguments."""
    return (
        f"import contextlib\nsys.argv[1:] = {list(arguments)}\nfrom dedup.__main__ import run\n"
        "with contextlib.suppress(SystemExit):\n    run()"
    )


_WITHOUT_EXTRAS = """
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("pandas", "polars", "datasets", "datasketch", "scipy"):
            raise ImportError(name)

sys.meta_path.insert(0, Missing())
"""
_CLEAN = ("clean", "fixtures/articles.jsonl", "--dry-run")
_ARTICLE = "fixtures/repeats/body-twice.txt"


@pytest.mark.parametrize(
    ("code", "absent"),
    [
        ("import dedup, dedup.cli.main", {*_HEAVY, "dataclasses", "inspect"}),
        (_command("--help"), {*_HEAVY, "dataclasses", "inspect"}),
        (_command("clean", "--help"), _HEAVY),
        ("import dedup\ndedup.Options(), dedup.InputError, dir(dedup)", _HEAVY),
        ("import dedup.scrapy", {"numpy", "pyarrow", "duckdb", "rapidfuzz"}),
        (
            "import dedup\ndedup.find_repeats('a\\nb')",
            {*_HEAVY - {"numpy", "rapidfuzz"}, "pandas", "hashlib"},
        ),
        (
            f"import dedup\ndedup.clean_text(open('{_ARTICLE}').read())",
            {*_HEAVY - {"numpy", "rapidfuzz"}, "pandas", "hashlib"},
        ),
        ("import dedup.api, dedup.pipeline.run", {"duckdb", "rich", "zstandard", "w3lib", "pandas"}),
        (_command("repeats", "fixtures/articles.jsonl", "--id", "fx-015"), {"duckdb", "zstandard"}),
        (_command("clean", _ARTICLE), {"duckdb", "zstandard", "w3lib"}),
        (_command(*_CLEAN), {"duckdb", "zstandard"}),
        (_command(*_CLEAN, "--quiet"), {"duckdb", "zstandard", "rich"}),
    ],
)
def test_what_an_import_loads(code: str, absent: set[str]) -> None:
    """A command or a call loads only the libraries that it needs."""
    assert _loaded_by(code) & (absent | _OTHERS) == set()


@pytest.mark.parametrize(
    ("code", "absent"),
    [
        (
            _command("clean", _ARTICLE),
            {"rich.progress", "numpy.random", "dedup.facts.words", "dedup.formats.jsonl"},
        ),
        (_command(*_CLEAN), {"rich.progress", "numpy.random", "pyarrow.parquet", "dedup.formats.parquet"}),
    ],
)
def test_what_a_run_loads_of_a_library(code: str, absent: set[str]) -> None:
    """A run does not load the parts of libraries and of dedup that it does not need. Without pandas, which
    Arrow loads where it is installed, and which loads more.
    """
    assert _loaded_by(_WITHOUT_EXTRAS + code, whole=True) & absent == set()


def test_no_extra_is_needed() -> None:
    """Documents are cleaned where neither pandas nor any other extra is installed."""
    code = "import dedup\nassert len(dedup.clean(['one two three', 'one two three', 'four']).dropped) == 1"
    assert not _loaded_by(_WITHOUT_EXTRAS + code) & {"pandas", "polars", "datasets", "datasketch"}


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
        "minhash",
    ]
    assert dir(dedup) == sorted(dedup.__all__)
    assert all(getattr(dedup, name).__module__.split(".")[0] == "dedup" for name in dedup.__all__)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        dedup.nothing  # noqa: B018
