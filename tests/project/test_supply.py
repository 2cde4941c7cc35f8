"""What dedup is made of: pinned by hash, under licences that bind nobody else, without network or pickle."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import dedup
from tests.support.command import cut_off
from tests.support.paths import ARTICLES, TOP

LOCKS = sorted((TOP / "requirements").glob("*.txt"))
CODE = sorted(
    [
        *Path(dedup.__file__).parent.rglob("*.py"),
        *(path for path in (TOP / "bench").rglob("*.py") if path.parent.name != "peers"),
    ]
)

NO_SOCKETS = """
import sys
def refuse(event, arguments):
    if event.startswith("socket.") and event != "socket.gethostname":
        raise AssertionError(f"{event}{arguments}")
sys.addaudithook(refuse)
from dedup.cli.main import main
for command in COMMANDS:
    status = main(command)
    assert status == 0, (command, status)
"""
EVERYTHING = [
    ["clean", str(ARTICLES), "-o", "out.jsonl", "--ledger", "l.jsonl", "--report", "r.json"],
    ["clean", str(ARTICLES), "-o", "out.parquet", "--index", "seen.index", "--quiet"],
    ["clean", str(ARTICLES), "-o", "little.jsonl", "--memory", "64M"],
    ["restore", "out.jsonl", "l.jsonl", "-o", "back.jsonl"],
    ["repeats", str(ARTICLES)],
    ["sites", str(ARTICLES)],
    ["compare", "fx-004", "fx-005", "--in", str(ARTICLES)],
    ["tune", str(ARTICLES)],
    ["index", "add", "other.index", str(ARTICLES)],
    ["index", "check", "other.index", str(ARTICLES), "--quiet"],
    ["index", "info", "other.index"],
    ["index", "drop", "other.index", "fx-001"],
]


def test_no_command_opens_a_socket(tmp_path: Path) -> None:
    """Cleaning, restoring, comparing, tuning, reporting and the index open no socket, and work where there is
    no network to be had.
    """
    code = NO_SOCKETS.replace("COMMANDS", repr(EVERYTHING))
    done = subprocess.run(
        [*cut_off(), sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert (tmp_path / "back.jsonl").read_bytes() == ARTICLES.read_bytes()


def _uses(tree: ast.AST) -> set[str]:
    """What of a file makes objects of bytes: modules that unpickle, `allow_pickle` that is not False."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(str(node.module).split(".")[0])
        elif isinstance(node, ast.keyword) and node.arg == "allow_pickle":
            found.add("" if isinstance(node.value, ast.Constant) and node.value.value is False else node.arg)
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in ("eval", "exec", "__import__"):
            found.add(ast.unparse(node.func))
    return found & {
        "pickle",
        "dill",
        "shelve",
        "marshal",
        "joblib",
        "cloudpickle",
        "allow_pickle",
        "eval",
        "exec",
    }


@pytest.mark.parametrize("code", ["import pickle", "def f():\n  from dill import loads", "a(allow_pickle=x)"])
def test_unpickling_is_recognised(code: str) -> None:
    """The search below finds an import, also in a function, and an option."""
    assert _uses(ast.parse(code))


@pytest.mark.parametrize("file", CODE, ids=[path.relative_to(TOP).as_posix() for path in CODE])
def test_no_file_unpickles(file: Path) -> None:
    """No file of the package or of its benches reads objects out of bytes, or runs text as code."""
    assert not _uses(ast.parse(file.read_text(encoding="utf-8")))


@pytest.mark.parametrize("lock", LOCKS, ids=[lock.name for lock in LOCKS])
def test_every_release_is_pinned_by_hash(lock: Path) -> None:
    """A lock names one release of each package, with the hashes of its files, and nothing else."""
    text = lock.read_text(encoding="utf-8").replace("\\\n", "")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert lines
    for line in lines:
        assert re.fullmatch(r"[a-z0-9.-]+==[\w.]+( ; .+?)?(\s+--hash=sha256:[0-9a-f]{64})+", line), line


def test_the_lock_satisfies_the_requirements() -> None:
    """What the package and its tests need is locked in a release that is allowed: `make lock` was run after
    pyproject.toml changed.
    """
    text = (TOP / "requirements/dev.txt").read_text(encoding="utf-8")
    locked = dict(re.findall(r"^([a-z0-9.-]+)==([\w.]+)", text, re.MULTILINE))
    project = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for line in (*project["dependencies"], *project["optional-dependencies"]["dev"]):
        wanted = Requirement(line)
        assert wanted.specifier.contains(locked[canonicalize_name(wanted.name)]), line


def test_the_page_of_licences_has_every_release_that_runs_with_dedup() -> None:
    """`make licences`, which refuses a licence that binds users of dedup, was run after the lock changed."""
    text = (TOP / "requirements/runtime.txt").read_text(encoding="utf-8")
    page = (TOP / "docs/licences.md").read_text(encoding="utf-8")
    rows = [
        [cell.strip() for cell in line.split("|")[1:3]] for line in page.splitlines() if line.startswith("|")
    ]
    locked = dict(re.findall(r"^([a-z0-9.-]+)==([\w.]+)", text, re.MULTILINE))
    assert {
        "numpy",
        "orjson",
        "pyarrow",
        "rapidfuzz",
        "rich",
        "zstandard",
    } <= locked.keys()
    assert {canonicalize_name(name): version for name, version in rows[2:]} == locked
