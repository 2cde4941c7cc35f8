"""The server: addresses, passwords, what is not answered, what is damaged, what expires."""

import logging
import subprocess
import sys
import time
from pathlib import Path
from threading import Thread

import numpy as np
import pytest
import redis
import zstandard

from bench.redis.crawlers import articles
from bench.redis.server import MISSING, SERVER, RedisServer, served
from dedup.__main__ import main
from dedup.errors import IndexFileError, IndexUnavailableError, OptionsError
from dedup.index.index import Index
from dedup.index.redis.server.address import RedisAddress, shown
from dedup.index.redis.server.layout import packed
from tests.support.paths import TOP

PASSWORD = "se/cret:word"
TEXTS = [one["text"] for one in articles(20, 9) if one["id"].endswith(".0")]


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("redis://h:1/x", "number of a database"),
        ("redis://h:port/0", "no valid host and port"),
        ("redis://h/0?name=a/b", "a name has up to 64"),
        ("redis://h/0?nam=a", "it takes name and max_age, not 'nam'"),
        ("redis://h/0?name=a&max_age=soon", "an age is a number"),
    ],
)
def test_a_wrong_address_is_a_sentence(address: str, sentence: str) -> None:
    with pytest.raises(OptionsError, match=sentence):
        Index(address)


def test_an_address_is_shown_without_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    """The password is in the address, or in the environment, and in no message."""
    address = RedisAddress.parse("rediss://me:se%2Fcret@h.example/2?name=seen&max_age=90d")
    assert address.options == {
        "host": "h.example",
        "port": 6379,
        "db": 2,
        "username": "me",
        "password": "se/cret",
        "ssl": True,
    }
    assert shown("rediss://me:se%2Fcret@h.example/2?name=seen") == "rediss://h.example:6379/2?name=seen"
    monkeypatch.setenv("DEDUP_REDIS_PASSWORD", PASSWORD)
    assert RedisAddress.parse("redis://h").options["password"] == PASSWORD


def test_a_password_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong one is a sentence without it; the right one comes from the environment or the address."""
    if SERVER is None:
        pytest.skip(MISSING)
    with served(tmp_path, "--requirepass", PASSWORD) as server:
        for address in (server.address("a"), server.address("a").replace("//", "//:wrongword@")):
            with pytest.raises(IndexFileError) as error:
                Index(address)
            assert "DEDUP_REDIS_PASSWORD" in str(error.value) or "Authentication" in str(error.value)
            assert "wrongword" not in str(error.value)
        monkeypatch.setenv("DEDUP_REDIS_PASSWORD", PASSWORD)
        with Index(server.address("a")) as index:
            assert index.add(TEXTS[0]).decision == "kept"
            assert index.lsh().query is not None
        main(["index", "info", server.address("a").replace("//", "//:se%2Fcret:word@"), "--json"])


def test_no_server_is_a_sentence(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Of one line, with what to do."""
    (tmp_path / "a.jsonl").write_text('{"text": "One."}\n')
    address = "redis://me:geheim@127.0.0.1:9/0?name=a"
    assert (
        main(["clean", str(tmp_path / "a.jsonl"), "-o", str(tmp_path / "b.jsonl"), "--index", address]) == 1
    )
    (line,) = capsys.readouterr().err.splitlines()
    assert "redis://127.0.0.1:9/0?name=a does not answer" in line
    assert "--wait SECONDS" in line
    assert "geheim" not in line
    assert not (tmp_path / "b.jsonl").exists()


def test_a_server_that_comes_back_is_waited_for(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Killed and started again it has everything that was added; the log says how long it was gone. One that
    does not come back is an error, and nothing waits for it a second time.
    """
    if SERVER is None:
        pytest.skip(MISSING)
    caplog.set_level(logging.WARNING)
    with served(tmp_path) as server, Index(server.address("a"), wait=30) as index:
        for text in TEXTS[:10]:
            index.add(text)
        server.kill()
        restart = Thread(target=lambda: (time.sleep(0.5), server.start()))
        restart.start()
        assert [index.add(text).dropped for text in TEXTS[:11]] == [True] * 10 + [False]
        restart.join()
        lines = [record.getMessage() for record in caplog.records]
        assert "does not answer" in lines[0]
        assert "answers again, after" in lines[-1]
        server.kill()
        index._session.store.connection.wait = 0.3  # type: ignore[attr-defined]
        began = time.monotonic()
        for _ in range(3):
            with pytest.raises(IndexUnavailableError, match="does not answer"):
                index.add(TEXTS[11])
        assert time.monotonic() - began < 5
        server.start()
        assert index.add(TEXTS[11]).decision == "kept"
        assert len(index) == 12


def test_an_attempt_that_is_repeated_adds_once(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection that is lost before the answer comes: the script ran, and is called once more."""
    with Index(address, wait=5) as index:
        index.add(TEXTS[0])
        parse = redis.Connection.read_response
        lost = []

        def losing(self: redis.Connection, *arguments: object, **options: object) -> object:
            answer = parse(self, *arguments, **options)  # type: ignore[arg-type]
            if isinstance(answer, list) and answer[:1] == [b"done"] and not lost:
                lost.append(answer)
                raise redis.ConnectionError("lost")
            return answer

        monkeypatch.setattr(redis.Connection, "read_response", losing)
        assert index.add(TEXTS[1]).decision == "kept"
        assert lost
        assert len(index) == 2
        assert [one["position"] for one in index.identities(range(9))] == [1, 2]


def test_other_options_and_lost_data_are_refused(address: str, server: RedisServer) -> None:
    """As is an index of another format, and one that was emptied while it was open."""
    client = redis.Redis(port=server.port)
    with pytest.raises(IndexFileError, match="does not exist"):
        Index(address, create=False)
    with Index(address, ngram=4) as index:
        with pytest.raises(IndexFileError, match="ngram 4, not 3"):
            Index(address, ngram=3)
        prefix = RedisAddress.parse(address).prefix
        client.delete(prefix + b":meta")
        with pytest.raises(IndexFileError, match="is gone"):
            index.add(TEXTS[0])
    client.hset(prefix + b":meta", "format", "99")
    with pytest.raises(IndexFileError, match="format 99"):
        Index(address)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("d:0", b"x" * 40),
        ("d:0", b"\0\0" + packed([1, 2, 3])),
        ("d:0", b"\xff\xff"),
        ("d:0", b"\0\0" + packed([None, "a", 1, 1 << 60, 1, None, 1])),
        ("t:0", packed([None, None], b"no zstandard")),
        ("t:0", packed([None, None], zstandard.compress(b"\xff\xfe"))),
        ("t:0", packed([None])),
        ("meta", None),
        ("p", b"abc"),
    ],
)
def test_forged_values_are_a_sentence(
    address: str, server: RedisServer, key: str, value: bytes | None
) -> None:
    """Values that dedup has not written are refused, whatever wrote them, and not used."""
    client, prefix = redis.Redis(port=server.port), RedisAddress.parse(address).prefix
    with Index(address) as index:
        index.add(TEXTS[0])
    if key == "meta":
        client.hset(prefix + b":meta", "options", '{"ngram": 3}')
    elif key == "p":
        for page in client.scan_iter(prefix + b":p:*"):
            client.append(page, value or b"")
    else:
        client.set(prefix + b":" + key.encode(), value or b"")
    with pytest.raises(IndexFileError, match="damaged"), Index(address) as index:
        index.check(TEXTS[0] + " And more.")


def test_members_of_others_are_nobody(address: str, server: RedisServer) -> None:
    """What a user of datasketch inserts into the bands is no document of the index."""
    client, prefix = redis.Redis(port=server.port), RedisAddress.parse(address).prefix
    with Index(address) as index:
        index.add(TEXTS[0])
        for bucket in client.scan_iter(prefix + b"_bucket_*"):
            client.sadd(bucket, b"somebody", b"-5", b"1e300", b"77777")
        assert index.check(TEXTS[0]).dropped
        assert not index.add(TEXTS[1]).dropped


def test_documents_expire_and_leave_nothing(address: str, server: RedisServer) -> None:
    """With max_age the server deletes documents by itself; purging removes what is left of them."""
    client, prefix = redis.Redis(port=server.port), RedisAddress.parse(address).prefix
    with Index(f"{address}&max_age=90d") as index:
        index.add({"id": "a", "text": TEXTS[0]})
        for key in client.scan_iter(prefix + b"_bucket_*"):
            assert 0 < client.ttl(key) <= 90 * 86400
        assert 0 < client.ttl(prefix + b":d:0") <= 90 * 86400
        for key in (prefix + b":d:0", prefix + b":t:0"):
            client.delete(key)
        assert index.add({"id": "b", "text": TEXTS[0]}).decision == "kept"
        assert (index.check(TEXTS[0]).keeper or {})["id"] == "b"
        size = sum(client.strlen(page) for page in client.scan_iter(prefix + b":p:*"))
        assert index.purge() == 0
        assert sum(client.strlen(page) for page in client.scan_iter(prefix + b":p:*")) == size // 2
        assert (len(index), index.remove("b"), len(index)) == (1, 1, 0)
        index.purge()
        assert not [*client.scan_iter(prefix + b":p:*")]
        # What expired is left in the bands that others are in, until these expire.
        assert all(client.ttl(key) > 0 for key in client.scan_iter(prefix + b"_bucket_*"))


def test_commands_take_an_address(address: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`clean` and `index add`, `check`, `info`, `drop` as with a file; a repeated run replaces itself."""
    source, out = str(TOP / "fixtures/articles.jsonl"), str(tmp_path / "out.jsonl")
    command = ["clean", source, "-o", out, "--index", address, "--quiet"]
    assert main(command) == 0
    first = Path(out).read_bytes()
    assert main(command) == 0
    assert Path(out).read_bytes() == first
    with Index(address) as index:
        kept = len(index)
    assert kept == len(first.splitlines())
    assert main(["index", "info", address]) == 0
    assert f"documents  {kept:,}" in capsys.readouterr().out
    assert main(["index", "check", address, out, "--quiet"]) == 0
    assert capsys.readouterr().out.count('"dropped"') == kept - 1  # one has no words
    assert main(["index", "drop", address, "--older", "0m"]) == 0
    assert main(["index", "add", address, source, "--quiet"]) == 0
    assert main(["index", "repair", address]) == 2
    assert "only an index file" in capsys.readouterr().err


def test_without_the_extra_it_is_a_sentence(tmp_path: Path) -> None:
    """That names what to install."""
    code = (
        "import sys; sys.modules['redis'] = sys.modules['datasketch'] = None\n"
        "import dedup\n"
        "for call in (lambda: dedup.Index('redis://h'), lambda: dedup.minhash):\n"
        "    try: call()\n"
        "    except dedup.OptionsError as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.count("pip install 'dedup-articles[redis]'") == 2


def test_pages_are_what_they_were_after_many(address: str) -> None:
    """Entries of one page from several commits are found, whatever their order."""
    with Index(address) as index:
        for text in TEXTS:
            assert not index.add(text).dropped
        assert all(index.check(text.replace("w", "W", 1)).dropped for text in TEXTS)
        assert np.all([index.check(" ".join(text.split(" ")[:140])).dropped for text in TEXTS])


def test_a_run_that_adds_nothing_ends_as_others_do(address: str) -> None:
    """All of its articles are known."""
    with Index(address) as index:
        index.add_many(TEXTS[:3])
        assert len(index.add_many(TEXTS[:3]).dropped) == 3
        assert len(index) == 3
