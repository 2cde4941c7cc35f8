"""Texts -> words -> shingles -> sets and fingerprints."""

import unicodedata
from itertools import compress
from random import Random

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.kernels import shingles as kernel
from dedup.kernels import unicode
from dedup.kernels import words as word_kernel
from dedup.matching.shingles import shingles
from dedup.text.ragged import Ragged, concatenate, sets, take_and_release
from dedup.text.words import words, words_of
from tests.support import reference

# Letters and marks, Hangul, ligatures, wide and narrow forms, scripts without spaces, what is ignored.
_CHOSEN = (
    "abzABZ019 \t\n\x00.,'’\"«»-–_éÉÅÅßẞſİıΣσςΐﬁﬀŉªµ²①Ⅷﷺﷲ"
    "\u0301\u0308\u0327\u0345\u3099\u309a\u05b0\u064b\u0e38\u0e48\u00ad\u200b\u200d\u200e\ufeff\ufe0f\ufffd"
    "한글각ㄱ각Ａａ０，。｡ｶﾞがガかカゝゞヿ一二㐀\U00020000กำำຳກកខမြ"
    "дйЁёאבשׁابةلאđ½≠☃♥"
)
_ASSIGNED = "".join(c for c in reference.assigned() if not "\U0002f800" <= c <= "\U0002fa1f")
_CHARACTERS = st.one_of(st.sampled_from(_CHOSEN), st.sampled_from(_ASSIGNED), st.just("😀"))
_TEXTS = st.text(_CHARACTERS, max_size=60)
_HASHES = st.lists(st.integers(0, 2**64 - 1) | st.sampled_from([1, 2, 3]), max_size=30)


def _arrow(texts: list[str]) -> pa.LargeStringArray:
    return pa.array(texts, pa.large_string())


def _lists(owned: Ragged) -> list[list[int]]:
    assert owned.offsets[0] == 0
    assert owned.offsets[-1] == len(owned.values)
    return (
        [part.tolist() for part in np.split(owned.values, owned.offsets[1:-1])]
        if len(owned.offsets) > 1
        else []
    )


def _words(*texts: str) -> list[list[int]]:
    return _lists(words_of(_arrow(list(texts))))


def _owned(lists: list[list[int]]) -> Ragged:
    flat = [value for part in lists for value in part]
    return Ragged(np.array(flat, np.uint64), np.cumsum([0, *map(len, lists)]).astype(np.int64))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("resume", "résumé"),
        ("ab", "a b"),
        ("word", "words"),
        ("1,5", "15"),
        ("от", "ot"),
        ("カ", "ガ"),
        ("ab", "ba"),
        ("i", "ı"),
        ("一二", "二一"),
    ],
)
def test_different_words_stay_apart(one: str, other: str) -> None:
    """Accents, word borders, figures, scripts and voicing marks tell words apart."""
    first, second = _words(one, other)
    assert first != second


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Straße", "STRASSE"),
        ("“It’s”, he said – twice!", "it 's he said twice"),
        ("ﬁne", "fine"),
        ("Ｆｕｌｌ　１２", "full 12"),
        ("ｶﾞ", "ガ"),
        ("が", "か\u3099"),
        ("ไทยกำ", "ไทยกํา"),
        ("한글", unicodedata.normalize("NFD", "한글")),
        ("co\u00adop\u200berate", "cooperate"),
        ("ὈΔΥΣΣΕΎΣ", "ὀδυσσεύς"),
        ("ﷲ", "الله"),
        ("x²", "x2"),
        ("❤\ufe0f a", "❤ a"),
        ("a\x00b", "a b"),
    ],
)
def test_the_same_words_written_otherwise(one: str, other: str) -> None:
    """Case, punctuation, spacing, width, ligatures and invisible characters do not matter."""
    first, second = _words(one, other)
    assert first == second != []


@pytest.mark.parametrize(
    ("text", "count"), [("中文字", 3), ("a中b", 3), ("กำ", 3), ("がく", 3), ("ひらがな", 5), ("한글 말", 2)]
)
def test_scripts_without_spaces(text: str, count: int) -> None:
    """In scripts without spaces each code point is a word; Hangul has spaces."""
    assert len(_words(text)[0]) == count


@given(st.lists(_TEXTS, max_size=5))
@settings(max_examples=100, deadline=None)
def test_words_are_those_of_the_twin(texts: list[str]) -> None:
    """The words of any texts are what the slow tokeniser finds, text by text."""
    assert _words(*texts) == [reference.words(text) for text in texts]


def test_every_character_counts_as_the_twin_says() -> None:
    """Alone and within a word, characters of Unicode 3.2 give the words that the slow tokeniser finds."""
    sample = [f"x{c}y {c}" for c in _ASSIGNED[:3000] + _ASSIGNED[3000::11]]
    assert _words(*sample) == [reference.words(text) for text in sample]


# Normalisation sorts marks, and some compatibility forms stand for blanks or signs: see the gaps below.
_PLAIN = [c for c in _CHOSEN if not unicodedata.combining(c) and c not in "≠ﷺ½ﾞ"] + [
    "ｶﾞ",
    "か\u3099",
    "e\u0301",
]


@given(st.lists(st.sampled_from(_PLAIN), max_size=40).map("".join))
@settings(max_examples=50, deadline=None)
def test_normal_forms_and_case_do_not_matter(text: str) -> None:
    """NFC, NFD, NFKC, NFKD and case folding leave the words as they are."""
    forms = [unicodedata.normalize(form, text) for form in ("NFC", "NFD", "NFKC", "NFKD")]
    plain, *others = _words(text, *forms, text.casefold())
    assert others == [plain] * 5


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (
            "ê\u0323",
            "a letter with a mark, then a mark that sorts before it (Vietnamese as Windows-1258 has it)",
        ),
        ("\u05e9\u05bc\u05c1\u05b8", "Hebrew points as typed; NFC sorts them"),
        ("5 ≠ 6", "NFD leaves the stroke as a mark without a letter"),
        ("\U0002f800", "compatibility ideographs above the table's limit"),
    ],
)
def test_normal_forms_of_the_hard_cases(text: str, why: str) -> None:
    """NFC and NFD have the same words also where marks change places or stand alone."""
    forms = [unicodedata.normalize(form, text) for form in ("NFC", "NFD")]
    plain, *others = _words(text, *forms)
    assert others == [plain] * 2, why


@pytest.mark.parametrize(
    "text", ["", " ", "...", "—!?", "\n\n", "\u200b\ufeff\u00ad", "☃ ♥ 😀", "\x00", "\ufffd"]
)
def test_no_words(text: str) -> None:
    """Blanks, punctuation and symbols alone have no words and no shingles."""
    found = words_of(_arrow([text]))
    assert _lists(found) == [[]]
    assert _lists(shingles(found, 3)) == [[]]


@given(st.binary(max_size=80), st.lists(st.integers(0, 80), max_size=6))
@settings(max_examples=100, deadline=None)
def test_any_bytes_are_safe(data: bytes, cuts: list[int]) -> None:
    """Bytes that are no UTF-8, cut anywhere, give words within bounds: at most three for each byte."""
    places = np.array([0, *sorted(min(cut, len(data)) for cut in cuts), len(data)], np.int64)
    found, owned = word_kernel.tokenise(
        np.frombuffer(data, np.uint8), places[:-1], places[1:], *unicode.load()
    )
    assert owned[0] == 0
    assert owned[-1] == len(found)
    assert (np.diff(owned) >= 0).all()
    assert (np.diff(owned) <= np.diff(places) + 1).all()


@given(st.lists(_TEXTS, min_size=1, max_size=4), st.integers(0, 3), st.integers(0, 3))
@settings(max_examples=25, deadline=None)
def test_slices_and_narrow_strings(texts: list[str], first: int, count: int) -> None:
    """Arrow slices and both widths of offsets give the same words."""
    part = texts[first : first + count]
    expected = [reference.words(text) for text in part]
    assert _lists(words_of(_arrow(texts)[first : first + count])) == expected
    assert _lists(words_of(pa.array(texts, pa.string())[first : first + count])) == expected


@given(st.lists(_HASHES, max_size=5), st.integers(1, 8))
@settings(max_examples=50, deadline=None)
def test_shingles_are_those_of_the_twin(texts: list[list[int]], n: int) -> None:
    """Shingles are the hashed runs of n words of each text, never across texts."""
    assert _lists(shingles(_owned(texts), n)) == [reference.shingles(text, n) for text in texts]


@pytest.mark.parametrize(("size", "count"), [(0, 0), (1, 1), (2, 1), (3, 1), (4, 2), (10, 8)])
def test_short_texts(size: int, count: int) -> None:
    """A text shorter than a shingle is one shingle; a text without words has none."""
    assert len(shingles(_owned([list(range(size))]), 3).values) == count


@given(st.lists(_HASHES, max_size=5))
@settings(max_examples=50, deadline=None)
def test_sets_hold_each_shingle_once(texts: list[list[int]]) -> None:
    """A set is the shingles of a text once, ascending."""
    assert _lists(sets(_owned(texts))) == [sorted(set(text)) for text in texts]


@pytest.mark.parametrize("spread", [1, 3, 40, 2**33, 2**64 - 1])
@pytest.mark.parametrize("low", [0, 2**64 - 2**34])
def test_sets_of_many_hashes_however_they_are_spread(spread: int, low: int) -> None:
    """Even or crowded, at the ends of the range: sets are what sorting gives."""
    random = np.random.default_rng(3)
    values = np.uint64(low) + random.integers(0, min(spread, 2**64 - low), 20_000, np.uint64)
    assert _lists(sets(Ragged(values, np.array([0, 9, 20_000])))) == [
        np.unique(part).tolist() for part in (values[:9], values[9:])
    ]


@given(st.lists(st.tuples(_HASHES, st.booleans()), max_size=6))
@settings(max_examples=50, deadline=None)
def test_who_is_dropped_has_nothing_left(owners: list[tuple[list[int], bool]]) -> None:
    """The hashes of the others stay as they are, in order."""
    said, dropped = _owned([own for own, _ in owners]), np.array([gone for _, gone in owners], bool)
    left = Ragged(*kernel.without(said.values, said.offsets, dropped))
    assert _lists(left) == [[] if gone else own for own, gone in owners]


@given(st.data())
@settings(max_examples=30, deadline=None)
def test_texts_of_several_parts(data: st.DataObject) -> None:
    """`concatenate` gives the texts of all parts, `take_and_release` some of them, and empties the list."""
    texts = data.draw(st.lists(st.lists(_HASHES, max_size=4), max_size=4))
    every = [text for part in texts for text in part]
    some = data.draw(st.lists(st.booleans(), min_size=len(every), max_size=len(every)))
    parts = [_owned(part) for part in texts]
    assert _lists(concatenate(parts, sum(map(len, every)) + 3)) == every
    assert _lists(take_and_release(parts, np.array(some, bool))) == list(compress(every, some))
    assert parts == []


@given(st.lists(st.lists(st.integers(0, 3), max_size=4), min_size=1, max_size=8))
@settings(max_examples=50, deadline=None)
def test_fingerprints_tell_texts_apart(texts: list[list[int]]) -> None:
    """Texts have one fingerprint exactly where they have the same words in order; without words it is 0."""
    prints = kernel.fingerprints(*_fields(_owned(texts)))
    for one, text in zip(prints, texts, strict=True):
        assert (one[0] == 0) == (not text)
        assert [bool((one == other).all()) for other in prints] == [text == other for other in texts]


def _fields(owned: Ragged) -> tuple[np.ndarray, np.ndarray]:
    return owned.values, owned.offsets


@given(st.lists(_TEXTS, max_size=4))
@settings(max_examples=25, deadline=None)
def test_words_of_paragraphs_are_words_of_the_text(texts: list[str]) -> None:
    """Cutting a text into paragraphs loses and makes no words."""
    from dedup.text.paragraphs import split

    paragraphs = split(_arrow(texts))
    said = words(paragraphs)
    assert _lists(Ragged(said.values, said.offsets[paragraphs.owned])) == _words(*texts)


@given(st.lists(st.tuples(_HASHES, _HASHES), max_size=4), st.randoms())
@settings(max_examples=40, deadline=None)
def test_held_says_which_stand_in_the_other(pairs: list[tuple[list[int], list[int]]], random: Random) -> None:
    """Each text's shingles are looked for in the set of the text that is named for it, near and far."""
    texts = [[*one, *random.sample(other, len(other) // 2)] for one, other in pairs]
    turned = [len(pairs) - 1 - i for i in range(len(pairs))]
    found, asked = sets(_owned([other for _, other in pairs][::-1])), _owned(texts)
    there = kernel.held(asked.values, asked.offsets, found.values, found.offsets, np.array(turned, np.int64))
    expected = [x in other for text, (_, other) in zip(texts, pairs, strict=True) for x in text]
    assert there.tolist() == expected
