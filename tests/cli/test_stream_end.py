"""However a stream ends, what came is written, remembered, and can be restored."""

import signal
import subprocess
import time
from pathlib import Path

import orjson
import pytest

from dedup.cli.main import main
from dedup.index.index import Index
from tests.cli.streams import article, running, send, stream
from tests.support.command import json_lines


def test_a_reader_that_stops_reading_ends_the_stream(tmp_path):
    """Status 141 without a message; an article that was not written is not in the index, and comes again."""
    seen = tmp_path / "seen.index"
    with running("--index", seen, "--quiet", cwd=tmp_path) as process:
        send(process, article(1))
        assert process.stdout.readline() == article(1)
        process.stdout.close()
        send(process, article(2))
        assert process.wait(timeout=60) == 141
        assert process.stderr.read() == b""
    out = tmp_path / "out.jsonl"
    assert stream(article(1) + article(2), "-o", out, "--index", seen, "--quiet") == 0
    assert out.read_bytes() == article(2)


@pytest.mark.slow
def test_a_killed_stream_indexes_nothing_that_it_did_not_write(tmp_path, capsys):
    """After a kill the index has no article that the output lacks, and restore refuses the incomplete
    ledger.
    """
    seen, ledger, out = (tmp_path / name for name in ("seen.index", "ledger.jsonl", "out.jsonl"))
    given = [article(number) for number in range(30)]
    with running("--index", seen, "--ledger", ledger, "-o", out, cwd=tmp_path) as process:
        for line in given:
            send(process, line)
            time.sleep(0.1)  # long enough for a commit in between
        until = time.monotonic() + 60
        while not out.exists() or len(json_lines(out)) < 20:
            assert time.monotonic() < until
            time.sleep(0.05)
        process.kill()
        process.wait()
    written = {line["id"] for line in json_lines(out)}
    with Index(seen) as index:
        assert {str(n) for n in range(30) if index.check(orjson.loads(given[n])).dropped} <= written
    assert main(["restore", str(out), str(ledger), "-o", str(tmp_path / "back.jsonl")]) == 1
    assert capsys.readouterr().err.count("its last line is missing") == 1


@pytest.fixture
def hangup():
    """Sets how processes that are started now take a SIGHUP."""
    before = signal.getsignal(signal.SIGHUP)
    yield lambda handler: signal.signal(signal.SIGHUP, handler)
    signal.signal(signal.SIGHUP, before)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_a_stream_cleanly(number, tmp_path, hangup):
    """All articles that had arrived are written, are in the index, and can be restored; the signal gives
    the status.
    """
    hangup(signal.SIG_DFL)
    out, ledger, seen = (tmp_path / name for name in ("out.jsonl", "ledger.jsonl", "seen.index"))
    with running("-o", out, "--ledger", ledger, "--index", seen, cwd=tmp_path) as process:
        send(process, article(1), article(1), article(2))
        until = time.monotonic() + 60
        while not ledger.exists() or len(json_lines(ledger)) < 4:
            assert time.monotonic() < until
            time.sleep(0.05)
        process.send_signal(number)
        assert process.wait(timeout=60) == 128 + number
        assert b"3 articles read" in process.stderr.read()
    assert main(["restore", str(out), str(ledger), "-o", str(tmp_path / "back.jsonl")]) == 0
    assert (tmp_path / "back.jsonl").read_bytes() == article(1) * 2 + article(2)
    with Index(seen) as index:
        assert len(index) == 2


@pytest.mark.slow
def test_nohup_keeps_a_stream(tmp_path, hangup):
    """A SIGHUP that is ignored from the start, as by nohup, does not end a stream."""
    hangup(signal.SIG_IGN)
    with running("-o", tmp_path / "out.jsonl", cwd=tmp_path) as process:
        send(process, article(1))
        until = time.monotonic() + 60
        while not (tmp_path / "out.jsonl").exists() or not json_lines(tmp_path / "out.jsonl"):
            assert time.monotonic() < until
            time.sleep(0.05)
        process.send_signal(signal.SIGHUP)
        send(process, article(2))
        process.stdin.close()
        assert process.wait(timeout=60) == 0
    assert (tmp_path / "out.jsonl").read_bytes() == article(1) + article(2)


@pytest.mark.slow
def test_a_second_interrupt_ends_the_stream_at_once(tmp_path):
    """Where nobody reads the output, the first interrupt cannot end the stream; the second one does."""
    long = b'{"text":"%s"}\n' % (b"word " * 200_000)  # more than a pipe holds
    with running("--no-duplicates", "--no-repeats", cwd=tmp_path) as process:
        send(process, article(1))
        process.stdout.readline()
        send(process, long, article(2))
        time.sleep(1)
        process.send_signal(signal.SIGINT)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=1)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 130
        assert len(process.stderr.read().splitlines()) == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_an_article_that_was_not_written_is_not_in_the_index(tmp_path, capsys):
    """A full disk: status 1, one sentence, and the article comes again the next time."""
    seen = tmp_path / "seen.index"
    assert stream(article(1), "-o", "/dev/full", "--index", seen, "--quiet") == 1
    assert "/dev/full" in capsys.readouterr().err
    with Index(seen) as index:
        assert len(index) == 0
