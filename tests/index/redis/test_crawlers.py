"""Several processes with one index on a server: of articles that match one stays, whoever dies meanwhile."""

import argparse
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import orjson
import pytest

from bench.redis.crawlers import articles, round_of
from bench.redis.server import RedisServer
from dedup.index.index import Index
from dedup.index.redis import lease
from dedup.index.redis.commit import Committer
from dedup.index.redis.session import RedisSession
from dedup.matching.earlier_runs import EarlierSearch
from dedup.sources.memory import Memory

ONE = articles(2, 1)[0]["text"]
OTHER = articles(2, 2)[0]["text"]
COPY = ONE.replace("w1", "v1", 1)


def overtake(monkeypatch: pytest.MonkeyPatch, address: str, text: str, times: int = 1) -> list[int]:
    """Somebody else adds an article each time that a process has decided and is about to add. Returns how
    often that happened.
    """
    add, done = Committer.add, []

    def slower(self: Committer, *arguments: Any) -> list[Any]:
        if len(done) < times:
            done.append(1)
            with Index(address) as other:
                other.add({"id": f"other-{len(done)}", "text": text})
        return add(self, *arguments)

    monkeypatch.setattr(Committer, "add", slower)
    return done


def test_who_is_overtaken_decides_anew(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two processes that decide about copies in the same instant, the one that adds first has its copy
    kept; the other one drops its own for that one. Articles beside it, and copies of it, follow.
    """
    with Index(address) as index:
        done = overtake(monkeypatch, address, COPY)
        decisions = index.add_each(
            [{"id": "a", "text": ONE}, {"id": "b", "text": OTHER}, {"id": "c", "text": ONE}]
        )
        assert done == [1]
        assert [decision.decision for decision in decisions] == ["dropped", "kept", "dropped"]
        assert [(one.keeper or {}).get("id") for one in decisions] == ["other-1", None, "other-1"]
        assert len(index) == 2


def test_who_is_overtaken_again_and_again_takes_the_lock(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Others then wait until it has added."""
    texts = [one["text"] for one in articles(30, 3)]
    shared = texts[0].split(" ")[:60]
    with Index(address) as index:
        add, locked = Committer.add, list[bool]()
        session = index._session
        assert isinstance(session, RedisSession)

        def slower(self: Committer, *arguments: Any) -> list[Any]:
            locked.append(session._lease.has_lock)
            if not session._lease.has_lock and self is session._committer:
                with Index(address) as other:  # has samples of it, but does not match it
                    other.add(" ".join([*shared, *texts[len(locked)].split(" ")[:120]]))
            return add(self, *arguments)

        monkeypatch.setattr(Committer, "add", slower)
        assert index.add(texts[0]).decision == "kept"
        assert locked[-1]
        assert not session._lease.has_lock


def test_a_run_that_is_overtaken_is_repeated(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """`add_many` decides again if an article that came meanwhile matches one that it would add."""
    result, done = EarlierSearch.result, list[int]()

    def slower(self: EarlierSearch) -> Any:
        if not done:
            done.append(1)
            with Index(address) as other:
                other.add({"id": "other", "text": COPY})
        return result(self)

    with Index(address) as index:
        index.add("Something that is there before.")
        monkeypatch.setattr(EarlierSearch, "result", slower)
        outcome = index.add_many([{"id": "a", "text": ONE}, {"id": "b", "text": OTHER}])
        assert [line["keeper"]["id"] for line in outcome.dropped] == ["other"]
        assert len(index) == 3


def test_what_is_held_does_not_count_until_it_is_there(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A document that a process holds and does not release, since it died, is withdrawn; whoever matches it
    waits for that, and is kept.
    """
    monkeypatch.setattr(lease, "LIFE", 0.5)
    dying = RedisSession(address)
    outcome = dying.reserve(Memory([{"id": "a", "text": ONE}], dying.options))
    assert outcome.decision(0) == "kept"
    dying._lease._ended.set()  # no more signs of life
    began = time.monotonic()
    with Index(address) as index:
        assert index.add({"id": "b", "text": COPY}).decision == "kept"
        assert time.monotonic() - began >= 0.3
        assert len(index) == 1
        assert [one["id"] for one in index.identities(range(9))] == ["b"]
    dying._server.close()


def test_what_is_released_counts(address: str) -> None:
    """A document that is held is dropped for once it is released."""
    with RedisSession(address) as session, Index(address) as index:
        outcome = session.reserve(Memory([{"id": "a", "text": ONE}], session.options))
        session.remember(outcome)
        assert (index.add({"id": "b", "text": COPY}).keeper or {})["id"] == "a"


@pytest.mark.parametrize("are_in_place", [False, True])
def test_a_run_that_was_killed_counts_if_its_outputs_are_there(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, are_in_place: bool
) -> None:
    """Killed between the outputs and the index, a run is completed by the next process, or taken out."""
    monkeypatch.setattr(lease, "LIFE", 0.3)
    draft, target = tmp_path / "draft", tmp_path / "target"
    draft.write_text("articles")
    dying = RedisSession(address)
    entry = dying.entry(dying.run(Memory([{"id": "a", "text": ONE}], dying.options), name="run"), "run")
    entry.prepare([(draft, target)])
    if are_in_place:
        draft.rename(target)
    dying._lease._ended.set()
    dying._server.close()
    time.sleep(0.4)
    with Index(address) as index:
        assert len(index) == are_in_place
        assert index.check(COPY).dropped == are_in_place


def test_four_processes_keep_one_of_each_group(server: RedisServer, tmp_path: Path) -> None:
    """Two of them are killed, and started again."""
    options = argparse.Namespace(articles=300, processes=2, kills=1)
    found = round_of(server, tmp_path, options, 1)
    assert (found.missing, found.several, found.matching) == (0, 0, 0)


@pytest.mark.slow
def test_many_articles_and_many_kills(server: RedisServer, tmp_path: Path) -> None:
    """Of 3,000 articles each group has one in the end, though six processes are killed."""
    options = argparse.Namespace(articles=3000, processes=4, kills=6)
    found = round_of(server, tmp_path, options, 2)
    assert (found.missing, found.several, found.matching) == (0, 0, 0)


@pytest.mark.slow
def test_streams_share_an_index(address: str, tmp_path: Path) -> None:
    """Two streams at the same time write one of each group between them."""
    every = articles(120, 5)
    processes = []
    for n in range(2):
        command = [sys.executable, "-m", "dedup", "clean", "-", "--stream", "--index", address, "--quiet"]
        lines = b"".join(orjson.dumps(one) + b"\n" for one in every[n::2])
        (tmp_path / str(n)).write_bytes(lines)
        with (tmp_path / str(n)).open("rb") as stdin:
            processes.append(subprocess.Popen(command, stdin=stdin, stdout=subprocess.PIPE))
    outputs = [process.communicate(timeout=120)[0] for process in processes]
    written = [orjson.loads(line)["id"].partition(".")[0] for out in outputs for line in out.splitlines()]
    assert sorted(written) == sorted({one["id"].partition(".")[0] for one in every})
    with Index(address) as index:
        assert len(index) == len(written)
