"""A stream whose index does not answer: lines pass, or it stops, and no line is lost."""

import time
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest
import redis

from bench.redis.server import MISSING, SERVER, RedisServer, served
from dedup.cli.main import main
from tests.cli.streams import article, running, send


@pytest.fixture
def mortal(tmp_path: Path) -> Iterator[RedisServer]:
    """A server of this test alone, which may be killed."""
    if SERVER is None:
        pytest.skip(MISSING)
    (tmp_path / "redis").mkdir()
    with served(tmp_path / "redis") as server:
        yield server


def answered(out: Path, count: int) -> None:
    """Wait until so many lines are written."""
    while not out.exists() or out.read_bytes().count(b"\n") < count:
        time.sleep(0.01)


def kill_once_added(server: RedisServer, out: Path) -> None:
    """Kill the server once the first line is written, and its document counts."""
    answered(out, 1)
    with redis.Redis(port=server.port) as client:
        while client.hlen("dedup:s:held"):
            time.sleep(0.01)
    server.kill()


def test_lines_pass_until_the_server_answers_again(
    mortal: RedisServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """They are written unchanged and say so in the ledger; then documents are compared again, with all that
    the index has. The input can be restored.
    """
    out, ledger = tmp_path / "out.jsonl", tmp_path / "ledger.jsonl"
    targets = ("-o", out, "--ledger", ledger)
    lines = [article(1), article(2), article(2).replace(b'"2"', b'"2b"'), article(1), article(3)]
    with running("--index", mortal.address("s"), "--undecided", "pass", *targets) as process:
        send(process, lines[0])
        kill_once_added(mortal, out)
        send(process, *lines[1:3])
        answered(out, 3)
        mortal.start()
        send(process, *lines[3:])
        _, said = process.communicate(timeout=60)
    assert process.returncode == 0
    assert out.read_bytes() == b"".join([*lines[:3], lines[4]])
    assert b"5 articles read: 4 kept, 0 of them cut, 0 updates, 2 of them undecided; 1 dropped" in said
    assert b"answers again, after" in said
    decided = [orjson.loads(line) for line in ledger.read_bytes().splitlines() if b'"decision"' in line]
    assert [line.get("undecided") for line in decided] == [None, True, True, None, None]
    assert main(["why", "2b", str(ledger)]) == 0
    assert "it was compared with nothing" in capsys.readouterr().out
    assert main(["restore", str(out), str(ledger), "-o", str(tmp_path / "again.jsonl")]) == 0
    assert (tmp_path / "again.jsonl").read_bytes() == b"".join(lines)


def test_a_stream_that_stops_has_written_the_line_at_hand(mortal: RedisServer, tmp_path: Path) -> None:
    """Without a setting it ends with a sentence, and loses nothing that it has taken from the pipe."""
    out = tmp_path / "out.jsonl"
    with running("--index", mortal.address("s"), "-o", out) as process:
        send(process, article(1))
        kill_once_added(mortal, out)
        send(process, article(2))
        _, said = process.communicate(timeout=60)
    assert process.returncode == 1
    assert out.read_bytes() == article(1) + article(2)
    assert b"does not answer" in said
    assert b"Traceback" not in said


@pytest.mark.parametrize("index", [["--index", "seen.index"], []])
def test_the_setting_is_for_a_server(index: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """A file is always there."""
    assert main(["clean", "-", "--stream", "--undecided", "pass", *index]) == 2
    assert "--undecided pass is for --stream with an --index on a Redis server" in capsys.readouterr().err
