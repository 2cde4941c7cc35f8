"""What earlier runs kept: the same decisions as in one run, and documents that are forgotten."""

import random
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import dedup
from dedup.errors import OptionsError
from dedup.index.index import Index
from tests.index.articles import invented, real
from tests.support import reference


def dropped(result: dedup.Result) -> set[int]:
    """The rows that are dropped."""
    return set(np.flatnonzero(result.keepers.keeper >= 0).tolist())


def in_parts(path: Path | str, texts: list[str], borders: list[int], **options: Any) -> list[dedup.Result]:
    """The results of one run after the other, each with the index of those before."""
    results = []
    for first, end in zip([0, *borders], [*borders, len(texts)], strict=True):
        with Index(path, **options) as index:
            results.append(index.add_many(texts[first:end]))
    return results


@pytest.mark.parametrize(
    ("place", "seed"),
    [
        *(("file", 0), ("file", 1), ("redis", 0)),
        *(pytest.param("file", seed, marks=pytest.mark.slow) for seed in range(2, 4)),
        *(pytest.param("redis", seed, marks=pytest.mark.slow) for seed in range(1, 2)),
    ],
    indirect=["place"],
)
@pytest.mark.parametrize("name", ["invented", "extractors", "news", "reuters"])
def test_runs_over_parts_drop_what_one_run_drops(place: Path | str, name: str, seed: int) -> None:
    """Two to ten runs over the parts of a corpus drop the documents that one run with `keep=first` drops."""
    choice = random.Random(seed)
    count = choice.randint(40, 250)
    texts = invented(count, seed) if name == "invented" else real(name, count, seed)
    borders = sorted(choice.sample(range(1, len(texts)), choice.randint(1, 9)))
    in_one_run = dropped(dedup.clean(texts, keep="first", workers=1))
    parts = in_parts(place, texts, borders, keep="first", workers=1)
    in_parts_dropped = {
        first + row for first, part in zip([0, *borders], parts, strict=True) for row in dropped(part)
    }
    assert in_parts_dropped == in_one_run
    assert in_one_run or name != "invented"


@pytest.mark.parametrize("policy", ["longest", "newest:date", "oldest:date"])
def test_documents_of_earlier_runs_stay_kept(place: Path | str, policy: str) -> None:
    """Whatever the policy, a document is dropped only for one that it matches exactly, kept in this run or
    an earlier one.
    """
    texts = invented(120, 7)
    documents = [{"id": str(i), "text": text, "date": i * 37 % 120} for i, text in enumerate(texts)]
    kept: dict[str, str] = {}
    for first in range(0, 120, 40):
        with Index(place, keep=policy, repeats=False, contained=None) as index:
            result = index.add_many(documents[first : first + 40])
            assert len(index) == len(kept) + len(result.kept)
        kept |= {document["id"]: document["text"] for document in result.kept}
        for line in result.dropped:
            one, other = texts[int(line["id"])], kept[line["keeper"]["id"]]
            same = reference.jaccard(reference.shingle_set(one, 3), reference.shingle_set(other, 3))
            assert same >= 0.8
            assert line["jaccard"] == pytest.approx(float(same), abs=1e-6)
            assert ("date" in line["keeper"]) == (int(line["keeper"]["id"]) < first)


@pytest.mark.slow
def test_adding_one_by_one_decides_as_one_run(place: Path | str) -> None:
    """`add` decides as `clean --keep first`, with the same Jaccard and coverage; `check` as `add`, and
    changes nothing.
    """
    texts = invented(150, 3)
    result = dedup.clean(texts, keep="first", workers=1)
    with Index(place) as index:
        for row, text in enumerate(texts):
            checked, count = index.check(text), len(index)
            decision = index.add(text)
            assert checked == decision
            assert len(index) == count + (not decision.dropped)
            keeper = int(result.keepers.keeper[row])
            assert decision.dropped == (keeper >= 0)
            assert decision.text == result.findings.cleaned(row, text)
            if keeper >= 0:
                assert decision.jaccard == result.keepers.jaccard[row]
                assert decision.coverage == result.keepers.coverage[row]
        count = len(index)
    with Index(place) as index:
        assert len(index) == count
        assert {index.check(text).dropped for text in texts} == {True}


def test_forgotten_and_removed_documents_match_nothing(
    place: Path | str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Documents are forgotten by age for a run, or removed by id or age; purging makes the file smaller."""
    texts = [text for text in invented(60, 5) if len(text) > 400]
    now = time.time()
    with Index(place, repeats=False) as index:
        monkeypatch.setattr(time, "time", lambda: now - 100 * 86400)
        old = index.add_many([{"id": f"a{i}", "text": text} for i, text in enumerate(texts[:20])]).kept
        monkeypatch.setattr(time, "time", lambda: now)
        new = index.add_many([{"id": f"b{i}", "text": text} for i, text in enumerate(texts[20:])]).kept
    with Index(place, forget="90d") as index:
        assert not any(index.check(document["text"]).dropped for document in old[:3])
        assert all(index.check(document["text"]).dropped for document in new)
        assert index.remove("b-none") == 0
        assert index.remove(new[0]["id"]) == 1
    with Index(place) as index:
        assert all(index.check(document["text"]).dropped for document in old)
        size = index.info()["bytes"]
        assert index.purge("90d") == len(old)
        assert index.info()["bytes"] <= size
        assert index.purge() == 0
        assert not any(index.check(document["text"]).dropped for document in [*old[:3], new[0]])
        assert all(index.check(document["text"]).dropped for document in new[1:])
    with pytest.raises(OptionsError, match="an age is"):
        Index(place, forget="soon")


def test_documents_are_deleted_together(tmp_path, monkeypatch):
    """Of several ids all are deleted, or, if the second one fails, none."""
    with Index(tmp_path / "seen.index", repeats=False) as index:
        index.add_many([{"id": name, "text": text} for name, text in zip("abc", invented(3, 7), strict=True)])
        remove, asked = index._session._store.remove, []

        def fails(name: str) -> int:
            asked.append(name)
            if len(asked) == 2:
                raise KeyboardInterrupt
            return remove(name)

        with monkeypatch.context() as patch:
            patch.setattr(index._session._store, "remove", fails)
            with pytest.raises(KeyboardInterrupt):
                index._session.remove(["a", "b"])
        assert len(index) == 3
        assert index._session.remove(["a", "none", "b"]) == [1, 0, 1]
        assert len(index) == 1
