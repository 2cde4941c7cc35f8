"""Decisions of an index that another process has, and several of them at once."""

import signal
from pathlib import Path

import orjson
import pytest

from dedup.errors import IndexFileError
from dedup.index.index import Decision, Index
from dedup.service.client import IndexClient
from dedup.service.messages import Item, OpenRequest
from tests.support.paths import TOP

pytestmark = pytest.mark.slow

TEXTS = [orjson.loads(line)["text"] for line in (TOP / "fixtures/articles.jsonl").read_bytes().splitlines()]
DOCUMENTS = [
    {"id": f"{copy}-{n}", "text": text if copy != 1 else text.replace("the", "a", 1)}
    for copy in range(3)
    for n, text in enumerate([*TEXTS, "", "half a pair: \ud800"])
]


def without_date(decision: Decision) -> tuple[object, ...]:
    """A decision as it is at any time."""
    keeper = decision.keeper and {key: value for key, value in decision.keeper.items() if key != "date"}
    return (*decision[:1], keeper, *decision[2:])


@pytest.mark.parametrize("size", [7, 64, 1000])
def test_a_batch_is_decided_as_one_by_one(tmp_path: Path, size: int) -> None:
    """`add_each` decides on each document as `add` does, in order."""
    with Index(tmp_path / "one") as one, Index(tmp_path / "each") as each:
        single = [one.add(document) for document in DOCUMENTS]
        parts = [DOCUMENTS[first : first + size] for first in range(0, len(DOCUMENTS), size)]
        several = [decision for part in parts for decision in each.add_each(part)]
        assert list(map(without_date, several)) == list(map(without_date, single))
        assert len(one) == len(each)
    assert {decision.decision for decision in single} == {"kept", "cut", "dropped"}


def test_answers_come_in_order(tmp_path: Path) -> None:
    """The process answers as an index decides; pending questions are answered before it closes."""
    client = IndexClient(OpenRequest(str(tmp_path / "a/b.index"), 0.0, None, "spider", {}))
    assert client.open().result(60) == 0
    answers = [client.decide(Item(document["id"], document["text"])) for document in DOCUMENTS]
    known = client.close().result(60)
    with Index(tmp_path / "own") as index:
        own = [index.add(document) for document in DOCUMENTS]
        assert len(index) == known
    assert [answer.result(0).decision for answer in answers] == [decision.decision for decision in own]


def test_a_dead_process_is_an_error(tmp_path: Path) -> None:
    """After the process was killed each question is answered with an error."""
    client = IndexClient(OpenRequest(str(tmp_path / "b.index"), 0.0, None, "spider", {}))
    client.open().result(60)
    assert client._process is not None
    client._process.kill()
    for _ in range(2):
        with pytest.raises(IndexFileError, match="ended with status -9"):
            client.decide(Item("1", "A text.")).result(60)
    assert client.close().result(60) == 0


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A client that waits for 5 s, in which a process gives two signs of life."""
    monkeypatch.setattr("dedup.service.client.PATIENCE", 5.0)


@pytest.mark.parametrize(
    "text", ["A text.", pytest.param("A text that fills the pipe. " * 100_000, marks=pytest.mark.slow)]
)
def test_a_stopped_process_is_an_error(text: str, tmp_path: Path, impatient: None) -> None:
    """A process that gives no sign of life is ended, and each question is answered with an error."""
    client = IndexClient(OpenRequest(str(tmp_path / "b.index"), 0.0, None, "spider", {}))
    client.open().result(60)
    assert client._process is not None
    client._process.send_signal(signal.SIGSTOP)
    for _ in range(2):
        with pytest.raises(IndexFileError, match="gave no sign of life for 5 s"):
            client.decide(Item("1", text)).result(60)
    assert client.close().result(60) == 0


@pytest.mark.slow
def test_a_slow_process_is_waited_for(tmp_path: Path, impatient: None) -> None:
    """A process that takes longer than a client waits for a sign of life answers in the end: here it waits
    for another one to close the index.
    """
    path = tmp_path / "b.index"
    with Index(path) as index:
        client = IndexClient(OpenRequest(str(path), 60.0, None, "spider", {}))
        opened = client.open()
        with pytest.raises(TimeoutError):
            opened.result(7.0)
        index.add("A text.")
    assert opened.result(60) == 1
    assert client.decide(Item("1", "Another one.")).result(60).decision == "kept"
    assert client.close().result(60) == 2
