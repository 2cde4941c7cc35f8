"""Who may import whom, and what an import costs."""

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import dedup

ROOT = Path(dedup.__file__).parent
FILES = sorted(path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*.py"))
STAGES = [
    "paragraphs",
    "repeats",
    "seams",
    "evidence",
    "alignment",
    "article",
    "shingles",
    "samples",
    "marks",
    "signatures",
    "candidates",
    "matches",
    "figures",
    "templates",
    "looked",
    "keepers",
    "losses",
]
LAST = {"pipeline", "comparison", "job", "cli", "reports", "sources", "memory", "result"}


def _nodes(body: list[ast.stmt]) -> Iterator[ast.Import | ast.ImportFrom]:
    """Every import in the code, also within functions; what stands under TYPE_CHECKING is for mypy alone."""
    for statement in body:
        if isinstance(statement, ast.If) and "TYPE_CHECKING" in ast.unparse(statement.test):
            yield from _nodes(statement.orelse)
        elif isinstance(statement, ast.Import | ast.ImportFrom):
            yield statement
        else:
            for name in ("body", "orelse", "finalbody", "handlers"):
                yield from _nodes(getattr(statement, name, []))


def _is_module(name: str) -> bool:
    path = ROOT.joinpath(*name.split(".")[1:])
    return path.is_dir() or path.with_suffix(".py").is_file()


def imports(file: str) -> set[str]:
    """The modules that a file of the package imports, dotted."""
    found = set()
    for node in _nodes(ast.parse((ROOT / file).read_text(encoding="utf-8")).body):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        else:
            assert node.level == 0, f"{file} imports by relative path"
            whole = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {name for name in whole if name.startswith("dedup.") and _is_module(name)} or {
                str(node.module)
            }
    return found


def _own(file: str) -> set[str]:
    """The parts of the package that a file imports: the name after `dedup.`, or dedup itself."""
    return {[*name.split("."), "dedup"][1] for name in imports(file) if name.split(".")[0] == "dedup"}


def test_imports_are_seen() -> None:
    """This test sees the imports that there are, in functions as well."""
    assert _own("candidates.py") >= {"kernels", "errors"}
    assert "duckdb" in imports("engines/local.py")
    assert "pipeline" in _own("job.py")


@pytest.mark.parametrize("file", [file for file in FILES if file.startswith("kernels/")])
def test_kernels_know_kernels_alone(file: str) -> None:
    """A kernel imports numba, numpy, the standard library and other kernels: no Arrow, options or files."""
    assert _own(file) <= {"kernels"}
    assert not {name.split(".")[0] for name in imports(file)} & {
        "pyarrow",
        "duckdb",
        "rich",
        "rapidfuzz",
        "orjson",
    }


@pytest.mark.parametrize("stage", STAGES)
def test_stages_know_nothing_of_what_runs_them(stage: str) -> None:
    """A stage imports no pipeline, no command, no report, no source and no engine."""
    assert not _own(f"{stage}.py") & (LAST | {"engines", "formats", "outputs", "ledger"})


@pytest.mark.parametrize("file", [file for file in FILES if file.startswith(("formats/", "engines/"))])
def test_formats_and_engines_know_no_stage(file: str) -> None:
    """Formats and engines import none of the stages, nor what runs them."""
    assert not _own(file) & (LAST | set(STAGES))


@pytest.mark.parametrize("file", [file for file in FILES if file.startswith("reports/")])
def test_reports_know_the_result_alone(file: str) -> None:
    """A report imports the result and what that is made of: it renders, and computes nothing."""
    assert _own(file) <= {"dedup", "reports", "result", "documents", "counts", "options", "errors"}


def test_alarms_know_the_summary_alone() -> None:
    """Plain values in, plain values out: any engine that makes a summary has the same alarms."""
    assert _own("alarms.py") == set()


def test_the_pipeline_neither_writes_nor_shows() -> None:
    """The pipeline imports no report, no command and no output."""
    assert not (_own("pipeline.py") | _own("comparison.py")) & {"reports", "cli", "job", "outputs", "ledger"}


def test_rich_stays_in_the_reports() -> None:
    """Only reports import rich."""
    users = [file for file in FILES if "rich" in {name.split(".")[0] for name in imports(file)}]
    assert [file for file in users if not file.startswith("reports/")] == []


def test_scrapy_stays_in_its_pipeline() -> None:
    """One file alone imports Scrapy, and what comes with it."""
    guests = {"scrapy", "twisted", "itemadapter"}
    assert [file for file in FILES if guests & {one.split(".")[0] for one in imports(file)}] == ["scrapy.py"]


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
            "import dedup, dedup.cli",
            {"numba", "numpy", "duckdb", "pyarrow", "rich", "rapidfuzz", "datasketch"},
        ),
        (
            "import dedup\ndedup.Options(), dedup.InputError, dir(dedup)",
            {"numba", "duckdb", "pyarrow", "rich"},
        ),
        ("import dedup.scrapy", {"numba", "numpy", "pyarrow", "duckdb", "rapidfuzz"}),
        ("import dedup.repeats", {"duckdb", "rich", "datasketch", "pandas"}),
        (
            "from dedup.inspection import show_repeats\nimport sys\n"
            "show_repeats(['fixtures/articles.jsonl'], __import__('dedup').Options(), 'fx-015', sys.stdout)",
            {"duckdb", "datasketch"},
        ),
        ("import dedup.job, dedup.pipeline", {"duckdb", "rich", "datasketch", "pandas"}),
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


def test_the_extras_are_not_needed() -> None:
    """Documents are cleaned where neither pandas nor any other extra is installed."""
    assert not _loaded_by(_WITHOUT_PANDAS) & {"pandas", "polars", "datasets", "datasketch"}


def test_exported_names() -> None:
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
