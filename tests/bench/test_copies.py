"""Copies of a made corpus, counted in what a tool answers."""

from pathlib import Path
from typing import Any

import orjson
import pytest


@pytest.fixture
def known(tmp_path: Path) -> Any:
    """Five documents: 1 copies 0 word by word, 2 copies 0 by a part of it, 4 copies 3."""
    from bench.speed.copies import Known

    words = " ".join(f"word{i}" for i in range(40))
    texts = [words, words, words[:100], words.upper()[::-1], words.upper()[::-1]]
    corpus = tmp_path / "corpus.jsonl"
    corpus.write_bytes(b"".join(orjson.dumps({"text": text}) + b"\n" for text in texts))
    of = [None, "a", "a", None, "d"]
    lines = [{"id": name, "of": source} for name, source in zip("abcde", of, strict=True)]
    corpus.with_suffix(".truth.jsonl").write_bytes(b"".join(orjson.dumps(line) + b"\n" for line in lines))
    return Known(corpus)


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        ([0, 0, 0, 3, 3], (3, 3, 0, 0, 0)),
        ([0, 1, 2, 3, 4], (0, 0, 3, 2, 0)),  # missed: two whole copies and one part, which is less alike
        ([0, 0, 2, 3, 3], (2, 2, 1, 0, 0)),
        ([0, 0, 0, 0, 0], (4, 3, 0, 0, 1)),  # of two articles one stays
        ([0, 1, 0, 1, 4], (2, 1, 2, 2, 1)),
    ],
)
def test_copies_are_counted(known: Any, groups: list[int], expected: tuple[int, ...]) -> None:
    """Dropped, found, missed, of these alike, wrong."""
    assert known.found(groups) == expected


def test_answers_become_groups(known: Any) -> None:
    """Pairs that share a document are one group; groups stay as they are."""
    pairs = [{"pair": ["a", "c"]}, {"pair": ["c", "b"]}]
    groups = [{"id": name, "group": group} for name, group in zip("abcde", "xxxyz", strict=True)]
    assert known.groups(pairs) == known.groups(groups) == [0, 0, 0, 3, 4]


def test_a_part_of_a_corpus_is_known(build: Path) -> None:
    """The first tenth has its own truth, in which each copy stands behind what it copies."""
    from bench.corpora import cache as corpora
    from bench.speed.compare import part
    from bench.speed.copies import Known

    some = part(corpora.make_corpus(120), 0.5)
    assert len(some.read_bytes().splitlines()) == len(Known(some).ids) == 60
    assert all(source < row for row, source in Known(some).copies())
