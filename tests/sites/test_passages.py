"""What paragraphs are looked for by on other pages, against the same in Python."""

import re

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from dedup.matching.plan import plan_for
from dedup.native.passages import MOST_TEMPLATE_WORDS, Passages, SeenHashes, passages
from dedup.native.repeats import paragraph_hashes
from dedup.native.scan import scan_records, scan_texts
from dedup.options import Options
from dedup.text.encoding import utf8
from dedup.text.paragraphs import split
from dedup.text.words import words, words_of
from tests.native.test_scan import FIELDS
from tests.support.examples import examples
from tests.support.texts import TEXTS

FIGURES = st.lists(
    st.sampled_from(["Most read (12)", "1,234.5 km", "a1b22", "٣٤", "2024", "…", "12:30"]), max_size=4
)
PAGES = st.lists(st.one_of(TEXTS, FIGURES.map("\n".join)), max_size=5)


def found(texts: list[str]) -> Passages:
    paragraphs = split(pa.array(texts, pa.large_string()))
    own = words(paragraphs)
    return passages(
        *(paragraphs.data, paragraphs.starts, paragraphs.ends, paragraphs.offsets), *(own.values, own.offsets)
    )


def twin(texts: list[str]) -> list[tuple[int, int, int]]:
    """The key, the words and the variant of each passage."""
    paragraphs = split(pa.array(texts, pa.large_string()))
    data = paragraphs.data.tobytes()
    expected = []
    for start, end in zip(paragraphs.starts.tolist(), paragraphs.ends.tolist(), strict=True):
        text = data[start:end].decode()
        exact, size = hash_of(text)
        key = hash_of(re.sub("[0-9][0-9.,:]*", "0", text))[0] if size <= MOST_TEMPLATE_WORDS else exact
        expected.append((key, min(size, 1023), exact >> 58))
    return expected


def hash_of(text: str) -> tuple[int, int]:
    own = words_of(pa.array([text], pa.large_string()))
    return int(paragraph_hashes(own.values, own.offsets)[0]), len(own.values)


def rows(given_passages: Passages) -> list[tuple[int, int, int]]:
    parts = (given_passages.keys, given_passages.words, given_passages.variants)
    return list(zip(*(part.tolist() for part in parts), strict=True))


@given(PAGES)
@examples(100)
def test_a_passage_is_known_by_its_words_but_for_figures(texts):
    """The key of a short paragraph is that of its words with one digit for each number."""
    assert rows(found(texts)) == twin(texts)


@given(PAGES)
@examples(50)
def test_a_scan_notes_the_passages_of_its_texts(texts):
    """One pass over texts notes what is found of them one by one; without the wish for it, nothing."""
    data = utf8(pa.array(texts, pa.large_string()))
    noted = scan_texts(*data, plan_for(Options())).passages
    expected = found(texts)
    assert rows(noted) == rows(expected)
    assert noted.bounds.tolist() == expected.bounds.tolist()
    assert scan_texts(*data, plan_for(Options(cut=("block",)))).passages is None


def test_a_record_without_an_address_has_no_passages():
    """A page whose site is not known says nothing about any site."""
    lines = [
        b'{"text": "a line\\nanother", "url": "https://a.example/1"}\n',
        b'{"text": "a line\\nanother"}\n',
    ]
    data, bounds = np.frombuffer(b"".join(lines), np.uint8), np.cumsum([0, *map(len, lines)])
    _, scanned = scan_records(data, bounds[:-1], bounds[1:], FIELDS, plan_for(Options()))
    assert scanned.passages.bounds.tolist() == [0, 2, 2]


def test_figures_make_no_other_passage_of_a_short_one_only():
    """A count that changes is the same passage, written in another way; in a long paragraph it is another."""
    long = "word " * MOST_TEMPLATE_WORDS
    keys = found(["Most read (12)\nMost read (7)\nMost shared (7)", f"{long}12\n{long}7"]).keys.tolist()
    assert keys[0] == keys[1] != keys[2]
    assert keys[3] != keys[4]
    assert found(["Most read (12)"]).variants != found(["Most read (7)"]).variants


@given(st.lists(st.integers(0, 2**64 - 1), max_size=60), st.integers(0, 500))
@examples(50)
def test_what_comes_again_is_never_left_out(hashes, places):
    """A table of any size tells every hash that came twice; a wide one hardly any other."""
    given_hashes, seen = np.array(hashes * 2 + [7], np.uint64), SeenHashes(places)
    seen.see(given_hashes)
    assert seen.again(given_hashes)[: 2 * len(hashes)].all()
    assert not SeenHashes(places).again(given_hashes).any()


def test_hardly_anything_is_taken_for_what_comes_again():
    """With eight places a hash at most one in seven shares a place with another."""
    hashes, seen = np.random.default_rng(0).integers(0, 2**64, 20_000, np.uint64), SeenHashes(8 * 20_000)
    seen.see(hashes)
    assert seen.again(hashes).mean() < 1 / 7


@given(PAGES, st.randoms(use_true_random=False))
@examples(30)
def test_passages_are_taken_and_joined_as_lists_are(texts, rng):
    """Texts in any order, from any parts."""
    all_of = found(texts)
    split_at = rng.randint(0, len(texts))
    parts = [found(texts[:split_at]), found(texts[split_at:])]
    joined = Passages.joined(parts)
    assert rows(joined) == rows(all_of)
    order = np.array(rng.sample(range(len(texts)), len(texts)), np.int64)
    taken = all_of.take(order)
    expected = [row for text in order.tolist() for row in rows(found([texts[text]]))]
    assert rows(taken) == expected
    assert taken.owners.tolist() == np.repeat(np.arange(len(texts)), np.diff(taken.bounds)).tolist()
