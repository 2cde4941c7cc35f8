"""What docs/redis.md shows is true: its commands and its code run on a server."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import orjson
import pytest

from bench.redis.server import RedisServer
from tests.support.pages import blocks
from tests.support.paths import ARTICLES, TOP

PLACE = "localhost:6379"
PAGE = "docs/redis.md"


@pytest.mark.slow
def test_the_commands_run(server: RedisServer, tmp_path: Path) -> None:
    """In order, on the fixtures."""
    shutil.copy(ARTICLES, tmp_path / "crawl.jsonl")
    (script,) = blocks(PAGE, "bash")
    environment = os.environ | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(TOP),
    }
    script = script.replace(PLACE, f"127.0.0.1:{server.port}")
    done = subprocess.run(
        ["bash", "-e", "-c", script], cwd=tmp_path, env=environment, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    assert b"bytes a document" in done.stdout


def test_the_code_runs(server: RedisServer, capsys: pytest.CaptureFixture[str]) -> None:
    """An article of the index is found in its bands."""
    article = orjson.loads(ARTICLES.read_bytes().splitlines()[0])
    address = f"redis://127.0.0.1:{server.port}/0?name=code"
    from dedup.index.index import Index

    with Index(address) as index:
        article["text"] = index.add(article).text
    (code,) = blocks(PAGE, "python")
    exec(code.replace(f"redis://{PLACE}/0?name=seen", address), {"article": article})
    assert article["id"] in capsys.readouterr().out
