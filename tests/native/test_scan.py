"""One pass over documents gives what its stages give one by one."""

from pathlib import Path

import numpy as np
import orjson
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.matching.bloom import bloom_bits
from dedup.matching.plan import plan_for
from dedup.matching.samples import samples
from dedup.matching.shingles import shingles
from dedup.matching.signatures import bands_for, buckets, signatures
from dedup.native.records import READ, read
from dedup.native.repeats import paragraph_hashes, propose
from dedup.native.scan import Scanned, scan_records, scan_texts, sign
from dedup.native.shingles import factors, fingerprints
from dedup.native.text import lengths
from dedup.options import Options
from dedup.text.encoding import utf8
from dedup.text.paragraphs import split
from dedup.text.ragged import Ragged
from dedup.text.words import words
from tests.support.examples import examples
from tests.support.paths import ARTICLES
from tests.support.texts import TEXTS

FIELDS = [np.frombuffer(name, np.uint8) for name in (b"text", b"id", b"", b"url", b"title")]
_LINES = st.lists(
    st.sampled_from(["one line of some words that comes again", "another line", "", "中文"]), max_size=6
)
_WITH_REPEATS = st.one_of(TEXTS, _LINES.map("\n".join))


def scanned(texts: list[str], options: Options) -> Scanned:
    return scan_texts(*utf8(pa.array(texts, pa.large_string())), plan_for(options))


def check(found: Scanned, texts: list[str], options: Options) -> None:
    """What one pass found of texts is what the stages find."""
    paragraphs = split(pa.array(texts, pa.large_string()))
    by_paragraph = words(paragraphs)
    hashes = paragraph_hashes(by_paragraph.values, by_paragraph.offsets)
    pairs = propose(by_paragraph.values, by_paragraph.offsets, hashes, paragraphs.offsets, factors(3))
    owners = np.searchsorted(paragraphs.offsets, pairs[:, 0], side="right") - 1
    rows = np.unique(owners) if options.repeats else owners[:0]
    assert found.found.rows.tolist() == rows.tolist()
    assert found.characters.tolist() == lengths(paragraphs.data, paragraphs.text_offsets).tolist()
    for row, first, last in zip(rows, found.found.text_bounds, found.found.text_bounds[1:], strict=False):
        assert found.found.texts[first:last].tobytes().decode() == texts[row]
    if options.repeats:
        numbered = pairs[:, :2] - paragraphs.offsets[owners][:, None]
        firsts = np.repeat(found.found.owned[:-1], np.diff(found.found.pair_bounds))
        assert (found.found.pairs[:, :2] - firsts[:, None]).tolist() == numbered.tolist()
        assert found.found.pairs[:, 2].tolist() == pairs[:, 2].tolist()
    left = np.setdiff1d(np.arange(len(texts)), rows)
    every = Ragged(by_paragraph.values, by_paragraph.offsets[paragraphs.offsets])
    runs = shingles(every, options.ngram)
    bands = bands_for(options.threshold, options.recall, options.num_perm)
    of_runs, bits = samples(runs), bloom_bits(runs)
    ours = found.signatures
    assert ours.words[left].tolist() == np.diff(every.offsets)[left].tolist()
    assert ours.prints[left].tolist() == fingerprints(every.values, every.offsets)[left].tolist()
    by_band = buckets(signatures(runs, options.num_perm), bands).view(np.uint64)
    assert ours.buckets[left].tolist() == by_band[left].tolist()
    for lists, values, bounds in (
        (of_runs, ours.samples, ours.sample_bounds),
        (bits, ours.marks, ours.mark_bounds),
    ):
        for row in left.tolist():
            expected = lists.values[lists.offsets[row] : lists.offsets[row + 1]]
            assert values[bounds[row] : bounds[row + 1]].tolist() == expected.tolist()
        for row in rows.tolist():
            assert bounds[row] == bounds[row + 1]


@given(st.lists(_WITH_REPEATS, max_size=5), st.booleans(), st.sampled_from([1, 3, 5]))
@examples(60)
def test_one_pass_finds_what_the_stages_find(texts: list[str], repeats: bool, ngram: int) -> None:
    """Characters, pairs of paragraphs, words, fingerprints, buckets, samples and bits of any texts."""
    options = Options(repeats=repeats, ngram=ngram)
    check(scanned(texts, options), texts, options)


@given(st.lists(_WITH_REPEATS, min_size=1, max_size=5))
@examples(30)
def test_records_are_scanned_as_their_texts(texts: list[str]) -> None:
    """What is found of JSON Lines is what is found of their texts; the rest is what the reader reads."""
    lines = [
        orjson.dumps({"id": i, "text": text, "url": "https://a.example/"}) + b"\n"
        for i, text in enumerate(texts)
    ]
    data = np.frombuffer(b"".join(lines), np.uint8)
    bounds = np.cumsum([0, *map(len, lines)])
    records, found = scan_records(data, bounds[:-1], bounds[1:], FIELDS, plan_for(Options()))
    assert (records.kinds == READ).all()
    check(found, texts, Options())
    expected = read(data, bounds[:-1], bounds[1:], FIELDS)
    for name in set(records._fields) - {"texts", "text_bounds"}:
        assert getattr(records, name).tolist() == getattr(expected, name).tolist(), name


def test_cut_paragraphs_are_not_signed() -> None:
    """The signature of a text without its cut paragraphs is that of the text that is left."""
    line = "one line of quite some words that comes again"
    texts = [f"{line}\nsomething else is here\n{line}", "only this line", f"{line}\n{line}"]
    options = Options()
    found = scanned(texts, options).found
    assert found.rows.tolist() == [0, 2]
    signed = sign(found, np.array([False, False, True, False, True]), plan_for(options))
    wanted = scanned([f"{line}\nsomething else is here", line], options).signatures
    for name in ("words", "prints", "buckets", "marks", "mark_bounds", "samples", "sample_bounds"):
        assert getattr(signed, name).tolist() == getattr(wanted, name).tolist(), name


@pytest.mark.parametrize("path", [ARTICLES])
def test_articles_are_scanned_as_their_stages_find(path: Path) -> None:
    """The invented articles, in many scripts, with all that they repeat."""
    texts = [orjson.loads(line)["text"] for line in path.read_bytes().splitlines()]
    check(scanned(texts, Options()), texts, Options())
