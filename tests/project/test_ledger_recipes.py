"""The recipes for DuckDB in the docs run on a ledger. (Those for jq are commands: test_docs.py runs them.)"""

import shutil
from pathlib import Path

import pytest

from dedup.cli.main import main
from tests.support.pages import blocks
from tests.support.paths import ARTICLES


@pytest.mark.slow
def test_the_statements_for_duckdb_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each statement runs on the ledger of the run that the page begins with, and each query has rows."""
    duckdb = pytest.importorskip("duckdb")
    monkeypatch.chdir(tmp_path)
    shutil.copy(ARTICLES, "crawl.jsonl")
    main(["clean", "crawl.jsonl", "-o", "clean.jsonl", "--ledger", "ledger.jsonl", "--quiet"])
    statements = blocks("docs/ledger-recipes.md", "sql")
    with duckdb.connect() as database:
        for statement in statements:
            result = database.execute(statement)
            assert statement.startswith("CREATE") or len(result.fetchall()) > 0, statement
    assert Path("decisions.parquet").exists()
    assert len(statements) > 5
