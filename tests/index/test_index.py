"""What earlier runs kept: the same decisions as in one run, whole files, sentences for what is wrong."""

import gzip
import random
import sqlite3
import subprocess
import sys
import time
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dedup
from dedup.errors import IndexFileError, InputError, OptionsError
from dedup.index.index import Index
from dedup.index.segments import SCHEMA, Segments
from dedup.kernels import holders as kernel
from dedup.kernels import pages
from dedup.matching.earlier_runs import Held
from tests.repeats.test_seed_articles import DATA
from tests.support import reference

ROOT = Path(__file__).parents[2]


def invented(count: int, seed: int) -> list[str]:
    """Articles of sentences that are shared by some, edited copies and truncated ones among them."""
    choice = random.Random(seed)
    pool = [" ".join(choice.choices(WORDS, k=choice.randint(6, 14))).capitalize() + "." for _ in range(400)]
    found: list[str] = []
    for _ in range(count):
        if found and choice.random() < 0.4:
            text = choice.choice(found).split(" ")
            kind = choice.randrange(4)
            if kind == 0:
                text = text[: len(text) * 9 // 10]
            elif kind == 1:
                text[choice.randrange(len(text))] = "other"
            elif kind == 2:
                text = [*choice.choice(pool).split(" "), *text, *choice.choice(pool).split(" ")]
            found.append(" ".join(text))
        else:
            found.append("\n".join(" ".join(choice.sample(pool, 3)) for _ in range(choice.randint(1, 8))))
    return found


WORDS = [
    f"{a}{b}" for a in ("ka", "to", "mi", "ren", "sol", "du", "vash") for b in ("la", "ne", "ri", "tum", "os")
]


@cache
def articles(name: str) -> list[str]:
    """The articles of a part of the data folder."""
    if not DATA.is_dir():
        pytest.skip(f"no articles in {DATA}: set DEDUP_DATA")
    found = []
    for path in sorted((DATA / name).glob("*.jsonl.gz")):
        with gzip.open(path) as lines:
            found += [orjson.loads(line).get("text") for line in lines]
    return [text for text in found if isinstance(text, str)]


def real(name: str, count: int, seed: int) -> list[str]:
    """Some articles of the data folder."""
    return random.Random(seed).sample(articles(name), count)


def dropped(result: dedup.Result) -> set[int]:
    """The rows that are dropped."""
    return set(np.flatnonzero(result.keepers.keeper >= 0).tolist())


def in_parts(path: Path, texts: list[str], borders: list[int], **options: Any) -> list[dedup.Result]:
    """The results of one run after the other, each with the index of those before."""
    results = []
    for first, end in zip([0, *borders], [*borders, len(texts)], strict=True):
        with Index(path, **options) as index:
            results.append(index.add_many(texts[first:end]))
    return results


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("name", ["invented", "extractors", "news", "reuters"])
def test_runs_over_parts_drop_what_one_over_the_whole_drops(tmp_path: Path, name: str, seed: int) -> None:
    """Where the first one is kept, whatever the parts; two to ten of them."""
    choice = random.Random(seed)
    count = choice.randint(40, 250)
    texts = invented(count, seed) if name == "invented" else real(name, count, seed)
    borders = sorted(choice.sample(range(1, len(texts)), choice.randint(1, 9)))
    whole = dropped(dedup.clean(texts, keep="first", workers=1))
    parts = in_parts(tmp_path / "index", texts, borders, keep="first", workers=1)
    found = {first + row for first, part in zip([0, *borders], parts, strict=True) for row in dropped(part)}
    assert found == whole
    assert whole or name != "invented"


@pytest.mark.parametrize("policy", ["longest", "newest:date", "oldest:date"])
def test_what_was_kept_stays_whatever_the_policy(tmp_path: Path, policy: str) -> None:
    """And nothing is dropped that does not match a document kept now or then, exactly."""
    texts = invented(120, 7)
    documents = [{"id": str(i), "text": text, "date": i * 37 % 120} for i, text in enumerate(texts)]
    kept: dict[str, str] = {}
    for first in range(0, 120, 40):
        with Index(tmp_path / "index", keep=policy, repeats=False, contained=None) as index:
            result = index.add_many(documents[first : first + 40])
            assert len(index) == len(kept) + len(result.kept)
        kept |= {document["id"]: document["text"] for document in result.kept}
        for line in result.dropped:
            one, other = texts[int(line["id"])], kept[line["keeper"]["id"]]
            same = reference.jaccard(reference.shingle_set(one, 3), reference.shingle_set(other, 3))
            assert same >= 0.8
            assert line["jaccard"] == pytest.approx(float(same), abs=1e-6)
            assert ("date" in line["keeper"]) == (int(line["keeper"]["id"]) < first)


def test_documents_one_by_one_are_decided_as_in_one_run(tmp_path: Path) -> None:
    """`add` answers as `clean --keep first` does, with the same Jaccard and coverage; `check` as `add`, and
    changes nothing.
    """
    texts = invented(150, 3)
    whole = dedup.clean(texts, keep="first", workers=1)
    with Index(tmp_path / "index") as index:
        for row, text in enumerate(texts):
            checked, held = index.check(text), len(index)
            decision = index.add(text)
            assert checked == decision
            assert len(index) == held + (not decision.dropped)
            keeper = int(whole.keepers.keeper[row])
            assert decision.dropped == (keeper >= 0)
            assert decision.text == whole.corpus.cleaned(row, text)
            if keeper >= 0:
                assert decision.jaccard == whole.keepers.jaccard[row]
                assert decision.coverage == whole.keepers.coverage[row]
        count = len(index)
    with Index(tmp_path / "index") as index:
        assert len(index) == count
        assert {index.check(text).dropped for text in texts} == {True}


def test_an_index_is_whole_after_an_error(tmp_path: Path) -> None:
    """What is no document is told, and the documents before it and behind it are in the index."""
    one, other = invented(2, 1)
    with Index(tmp_path / "index") as index:
        index.add(one)
        with pytest.raises(InputError, match="no text"):
            index.add({"id": "x"})
        index.add(other)
    with Index(tmp_path / "index") as index:
        assert len(index) == 2


def test_forgotten_and_removed_documents_match_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By age for a run, for good by id or by age; what is purged gives its room back."""
    texts = [text for text in invented(60, 5) if len(text) > 400]
    now = time.time()
    with Index(tmp_path / "index", repeats=False) as index:
        monkeypatch.setattr(time, "time", lambda: now - 100 * 86400)
        old = index.add_many([{"id": f"a{i}", "text": text} for i, text in enumerate(texts[:20])]).kept
        monkeypatch.setattr(time, "time", lambda: now)
        new = index.add_many([{"id": f"b{i}", "text": text} for i, text in enumerate(texts[20:])]).kept
    with Index(tmp_path / "index", forget="90d") as index:
        assert not any(index.check(document["text"]).dropped for document in old[:3])
        assert all(index.check(document["text"]).dropped for document in new)
        assert index.remove("b-none") == 0
        assert index.remove(new[0]["id"]) == 1
    with Index(tmp_path / "index") as index:
        assert all(index.check(document["text"]).dropped for document in old)
        size = index.info()["bytes"]
        assert index.purge("90d") == len(old)
        assert index.info()["bytes"] <= size
        assert not any(index.check(document["text"]).dropped for document in [*old[:3], new[0]])
        assert all(index.check(document["text"]).dropped for document in new[1:])
    with pytest.raises(OptionsError, match="an age is"):
        Index(tmp_path / "index", forget="soon")


def test_a_file_knows_its_options_and_its_format(tmp_path: Path) -> None:
    """Others than it was made with are refused, those not named are taken from it; so is what is no index."""
    path = tmp_path / "index"
    with Index(path, ngram=4, contained=None) as index:
        assert index.options.ngram == 4
    with Index(path, keep="first") as index:
        assert (index.options.ngram, index.options.contained, index.options.keep) == (4, None, "first")
    for changes, said in [({"ngram": 3}, "ngram 4, not 3"), ({"contained": 0.8}, "contained None, not 0.8")]:
        with pytest.raises(IndexFileError, match=said):
            Index(path, **changes)
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(IndexFileError, match="format 99"):
        Index(path)
    (tmp_path / "text").write_text("no database at all, and long enough to be looked at" * 20)
    with sqlite3.connect(tmp_path / "other") as connection:
        connection.execute("CREATE TABLE a (b)")
    for name in ("text", "other"):
        with pytest.raises(IndexFileError, match="no index of dedup"):
            Index(tmp_path / name)
    with pytest.raises(IndexFileError, match="is a folder"):
        Index(tmp_path)
    with pytest.raises(IndexFileError, match="does not exist"):
        Index(tmp_path / "none", create=False)
    assert not (tmp_path / "none").exists()


def test_one_process_has_the_file(tmp_path: Path) -> None:
    """Another one is told who has it, or waits."""
    hold = "import sys, time; from dedup import Index\nwith Index(sys.argv[1]): print(flush=True); "
    hold += "time.sleep(1.5)"
    with subprocess.Popen(
        [sys.executable, "-c", hold, tmp_path / "index"], stdout=subprocess.PIPE, cwd=ROOT
    ) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        with pytest.raises(IndexFileError, match=f"in use by process {holder.pid} on .* since"):
            Index(tmp_path / "index")
        with Index(tmp_path / "index", wait=60) as index:
            assert len(index) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["index"]


def test_many_processes_have_the_file_in_turn(tmp_path: Path) -> None:
    """Those that want it at the same moment all get it, one after the other."""
    want = "import sys, time; from dedup import Index\nwhile time.time() < float(sys.argv[2]): pass\n"
    want += "with Index(sys.argv[1], wait=60): pass"
    at = str(time.time() + 2)
    several = [
        subprocess.Popen([sys.executable, "-c", want, tmp_path / "index", at], cwd=ROOT) for _ in range(6)
    ]
    assert [process.wait(timeout=90) for process in several] == [0] * 6


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.lists(st.tuples(st.integers(0, 40), st.integers(0, 30)), max_size=40), min_size=1, max_size=6
    ),
    st.lists(st.integers(0, 50), max_size=60),
    st.integers(1, 5),
)
def test_segments_hold_what_was_added(
    parts: list[list[tuple[int, int]]], asked: list[int], most: int
) -> None:
    """Whatever they were merged to: each holder of a key that is asked for, once, up to `most` of each."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.executescript(SCHEMA)
    segments = Segments(connection)
    holders: dict[int, set[int]] = {}
    for number, part in enumerate(parts):
        pairs = sorted({(key, 100 * number + document) for key, document in part})
        keys, numbers = np.array(pairs, np.uint64).reshape(-1, 2).T.copy()
        segments.add(pages.spread(keys), numbers)
        for key, document in pairs:
            holders.setdefault(key, set()).add(document)
    wanted = pages.spread(np.array(asked, np.uint64))
    expected = {key: sorted(holders[key]) for key in set(asked) & set(holders)}
    assert told(segments.held(wanted, 10**6), asked) == expected
    lists = segments.held(wanted, most)
    assert lists.counts.sum() == sum(map(len, expected.values()))
    assert len(lists.numbers) == lists.counts[lists.counts <= most].sum()
    segments.rewrite(np.arange(1000) % 2 == 0)
    even = {key: [one for one in numbers if one % 2 == 0] for key, numbers in expected.items()}
    assert told(segments.held(wanted, 10**6), asked) == {key: one for key, one in even.items() if one}


def told(lists: Held, asked: list[int]) -> dict[int, list[int]]:
    """The holders by key, in the order of the lists."""
    found: dict[int, list[int]] = {}
    ends = np.cumsum(lists.counts).tolist()
    for row, end, count in zip(lists.rows.tolist(), ends, lists.counts.tolist(), strict=True):
        found.setdefault(asked[row], []).extend(lists.numbers[end - count : end].tolist())
    return found


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(st.sets(st.integers(0, 12)), st.integers(1, 5)), max_size=8),
    st.lists(st.sets(st.integers(0, 12)), max_size=8),
    st.integers(1, 3),
)
def test_who_shares_enough_is_found_by_the_rarest(
    documents: list[tuple[set[int], int]], others: list[set[int]], enough: int
) -> None:
    """As by counting all keys of all pairs."""
    rows, bounds = [key for keys, _ in documents for key in sorted(keys)], [0]
    for keys, _ in documents:
        bounds.append(bounds[-1] + len(keys))
    holders = [[i for i, other in enumerate(others) if key in other] for key in range(13)]
    ends = np.cumsum([len(one) for one in holders])
    sizes = np.array([len(one) for one in holders])
    keys = np.array([key if holders[key] else -1 for key in rows], np.int32)
    wanted, edges = np.array([least for _, least in documents], np.int64), np.array(bounds)
    asks = kernel.rarest(keys, edges, sizes, wanted, enough)
    numbers = np.array([i for one in holders for i in one], np.int64)
    met = np.zeros(len(others), np.int32)
    found = kernel.sharing(keys, edges, asks, wanted, enough, ends - sizes, ends, numbers, met)
    pairs = sorted(zip(*(values.tolist() for values in found), strict=True))
    shared = [
        (i, j)
        for i, (mine, least) in enumerate(documents)
        for j, other in enumerate(others)
        if len(mine & other) >= least
    ]
    assert pairs == shared
    assert not met.any()


@pytest.mark.parametrize("bits", [12, 15, 20])
def test_pages_are_told_by_leading_bits(bits: int) -> None:
    """Entries stand by page and ascending, and tell the key that they were made of, as far as they do."""
    keys = np.random.default_rng(bits).integers(0, 2**64, 5000, np.uint64)
    numbers = np.arange(5000, dtype=np.uint64)
    entries, bounds = pages.entries(keys, numbers, bits)
    for page in np.unique(keys >> np.uint64(64 - bits)).tolist():
        part = entries[bounds[page] : bounds[page + 1]]
        mine = [int(key) >> 20 & 0xFFFFFFFF for key in keys if int(key) >> (64 - bits) == page]
        assert sorted(part.tolist()) == part.tolist()
        assert sorted((part >> np.uint64(32)).tolist()) == sorted(mine)
    back = pages.keys_of(entries, bounds, np.arange(1 << bits), bits)
    order = (entries & np.uint64(0xFFFFFFFF)).astype(np.int64)
    assert (back == keys[order] >> np.uint64(20) << np.uint64(20)).all()
