"""Known copies of a generated corpus are counted in what a tool answers."""

from pathlib import Path
from typing import Any

import orjson
import pytest

pytestmark = pytest.mark.slow


@pytest.fixture
def known(tmp_path: Path) -> Any:
    """Five documents: 1 copies 0 word for word, 2 copies a part of 0, 4 copies 3."""
    from bench.speed.copies import KnownCopies

    words = " ".join(f"word{i}" for i in range(40))
    texts = [words, words, words[:100], words.upper()[::-1], words.upper()[::-1]]
    corpus = tmp_path / "corpus.jsonl"
    corpus.write_bytes(b"".join(orjson.dumps({"text": text}) + b"\n" for text in texts))
    of = [None, "a", "a", None, "d"]
    truths = [{"id": name, "of": source} for name, source in zip("abcde", of, strict=True)]
    corpus.with_suffix(".truth.jsonl").write_bytes(b"".join(orjson.dumps(truth) + b"\n" for truth in truths))
    return KnownCopies(corpus)


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        ([0, 0, 0, 3, 3], (3, 3, 0, 0, 0)),
        ([0, 1, 2, 3, 4], (0, 0, 3, 2, 0)),  # missed: two exact copies, and a part, which is less similar
        ([0, 0, 2, 3, 3], (2, 2, 1, 0, 0)),
        ([0, 0, 0, 0, 0], (4, 3, 0, 0, 1)),  # one of two articles stays
        ([0, 1, 0, 1, 4], (2, 1, 2, 2, 1)),
    ],
)
def test_copies_are_counted(known: Any, groups: list[int], expected: tuple[int, ...]) -> None:
    """The counts are: dropped, found, missed, missed but similar, wrong."""
    assert known.count(groups) == expected


def test_pairs_and_groups_give_the_same_groups(known: Any) -> None:
    """Pairs that share a document are one group; groups stay as they are."""
    pairs = [{"pair": ["a", "c"]}, {"pair": ["c", "b"]}]
    groups = [{"id": name, "group": group} for name, group in zip("abcde", "xxxyz", strict=True)]
    assert known.groups(pairs) == known.groups(groups) == [0, 0, 0, 3, 4]


def test_the_head_of_a_corpus_has_its_own_truth(build: Path) -> None:
    """In the first half of a corpus each copy comes after its source."""
    from bench.corpora.cache import make_corpus
    from bench.speed.compare import head
    from bench.speed.copies import KnownCopies

    half = head(make_corpus(120), 0.5)
    assert len(half.read_bytes().splitlines()) == len(KnownCopies(half).ids) == 60
    assert all(source < row for row, source in KnownCopies(half).copies())
