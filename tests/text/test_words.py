"""The words of texts."""

import unicodedata
from itertools import chain, pairwise

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.matching.shingles import shingles
from dedup.native import words as word_kernel
from dedup.text.ragged import Ragged
from dedup.text.words import words, words_in, words_of
from tests.support import reference
from tests.support.examples import examples
from tests.support.texts import ASSIGNED, SPECIAL, TEXTS, arrow_strings, lists_of


def words_in_each(*texts: str) -> list[list[int]]:
    return lists_of(words_of(arrow_strings(list(texts))))


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
        ("आदि", "आधी"),
        ("अबु", "अभी"),
        ("-5", "5"),
        ("−5", "5"),
        ("+2.5%", "-2.5%"),
        ("½", "12"),
        ("1½", "11⁄2"),
        ("10⁵", "105"),
        ("3-2", "3.2"),
        ("-٥", "٥"),
        ("(-5)", "(5)"),
    ],
)
def test_different_words_stay_apart(one: str, other: str) -> None:
    """Accents, word borders, digits, scripts and voicing marks distinguish words."""
    first, second = words_in_each(one, other)
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
        ("3–2", "3-2"),
        ("−5", "-5"),
        ("covid-19", "covid 19"),
        ("–5", "-5"),
        ("－５", "-5"),
        ("--5", "5"),
        ("❤\ufe0f a", "❤ a"),
        ("a\x00b", "a b"),
    ],
)
def test_case_and_punctuation_do_not_matter(one: str, other: str) -> None:
    """Case, punctuation, spacing, width, ligatures and invisible characters do not matter."""
    first, second = words_in_each(one, other)
    assert first == second != []


@pytest.mark.parametrize(
    ("text", "count"), [("中文字", 3), ("a中b", 3), ("กำ", 3), ("がく", 3), ("ひらがな", 5), ("한글 말", 2)]
)
def test_in_scripts_without_spaces_each_character_is_a_word(text: str, count: int) -> None:
    """In scripts without spaces each code point is a word; Hangul has spaces."""
    assert len(words_in_each(text)[0]) == count


@given(st.lists(st.text("abyz019", min_size=1, max_size=8) | st.text("дйאבé", min_size=1, max_size=4)))
@examples(50)
def test_words_of_up_to_eight_bytes_never_collide(short: list[str]) -> None:
    """Their hash is a bijection of their bytes: each hash leads back to the word."""
    inverse = pow(reference._MIX, -1, 1 << 64)

    def unmix(x: int) -> int:
        for _ in range(2):
            x = (x ^ x >> 32) * inverse & reference._MASK
        return x ^ x >> 32

    for word, (hashed,) in zip(short, words_in_each(*short), strict=True):
        written = "".join(map(chr, reference.tokens(word)[0])).encode()
        if len(written) <= 8:  # an accent is a mark of two bytes
            block = unmix(hashed ^ reference._OTHER) ^ reference._START
            assert block.to_bytes(8, "little").rstrip(b"\0") == written


@pytest.mark.parametrize("letters", ["abc", "अआइ", "абв"])
def test_words_that_differ_a_little_do_not_collide(letters: str) -> None:
    """200,000 words of three letters and of marks whose code points are near each other: of the former hash,
    which added marks, thousands collided.
    """
    marks = ["", *map(chr, range(0x93E, 0x94D)), *map(chr, range(0x300, 0x330))]
    stems = [one + other for one in letters for other in letters]
    made = [stem[0] + one + stem[1] + other for stem in stems for one in marks for other in marks]
    made += [word * times for times in (2, 3, 4) for word in made]
    hashes = words_of(arrow_strings(made))
    assert np.diff(hashes.offsets).tolist() == [1] * len(made)
    assert len(np.unique(hashes.values)) == len(set(map(reference.tokens_key, made)))


@given(st.lists(TEXTS, max_size=5))
@examples(100)
def test_words_are_those_of_the_twin(texts: list[str]) -> None:
    """The words of any texts are what the slow tokeniser finds, text by text."""
    assert words_in_each(*texts) == [reference.words(text) for text in texts]


def test_every_character_counts_as_in_the_twin() -> None:
    """Alone and within a word, characters of Unicode 3.2 give the words that the slow tokeniser finds."""
    sample = [f"x{c}y {c}" for c in ASSIGNED[:3000] + ASSIGNED[3000::11]]
    assert words_in_each(*sample) == [reference.words(text) for text in sample]


# Normalisation sorts marks; some compatibility forms stand for blanks or signs (see the gaps below), others
# are told apart on purpose.
_PLAIN = [c for c in SPECIAL if not unicodedata.combining(c) and c not in "≠ﷺ½²ﾞ"] + [
    "ｶﾞ",
    "か\u3099",
    "e\u0301",
]


@given(st.lists(st.sampled_from(_PLAIN), max_size=40).map("".join))
@examples(50)
def test_normal_forms_and_case_do_not_matter(text: str) -> None:
    """NFC, NFD, NFKC, NFKD and case folding leave the words as they are."""
    forms = [unicodedata.normalize(form, text) for form in ("NFC", "NFD", "NFKC", "NFKD")]
    plain, *others = words_in_each(text, *forms, text.casefold())
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
def test_normal_forms_of_hard_cases_have_the_same_words(text: str, why: str) -> None:
    """NFC and NFD have the same words also where marks change places or have no letter."""
    forms = [unicodedata.normalize(form, text) for form in ("NFC", "NFD")]
    plain, *others = words_in_each(text, *forms)
    assert others == [plain] * 2, why


@pytest.mark.parametrize(
    "text", ["", " ", "...", "—!?", "\n\n", "\u200b\ufeff\u00ad", "☃ ♥ 😀", "\x00", "\ufffd"]
)
def test_symbols_and_blanks_are_no_words(text: str) -> None:
    """Blanks, punctuation and symbols alone have no words and no shingles."""
    none = words_of(arrow_strings([text]))
    assert lists_of(none) == [[]]
    assert lists_of(shingles(none, 3)) == [[]]


@given(st.binary(max_size=80), st.lists(st.integers(0, 80), max_size=6))
@examples(100)
def test_any_bytes_are_safe(data: bytes, cuts: list[int]) -> None:
    """Bytes that are no UTF-8, cut anywhere, give words within bounds: at most three for each byte."""
    places = np.array([0, *sorted(min(cut, len(data)) for cut in cuts), len(data)], np.int64)
    hashes, offsets = word_kernel.tokenise(np.frombuffer(data, np.uint8), places[:-1], places[1:])
    assert offsets[0] == 0
    assert offsets[-1] == len(hashes)
    assert (np.diff(offsets) >= 0).all()
    assert (np.diff(offsets) <= np.diff(places) + 1).all()


@given(st.lists(TEXTS, min_size=1, max_size=4), st.integers(0, 3), st.integers(0, 3))
@examples(25)
def test_slices_and_both_offset_widths_have_the_same_words(texts: list[str], first: int, count: int) -> None:
    """Arrow slices, and strings with 32-bit and 64-bit offsets, give the same words."""
    part = texts[first : first + count]
    expected = [reference.words(text) for text in part]
    assert lists_of(words_of(arrow_strings(texts)[first : first + count])) == expected
    assert lists_of(words_of(pa.array(texts, pa.string())[first : first + count])) == expected


@given(st.lists(TEXTS, max_size=4))
@examples(25)
def test_words_of_paragraphs_are_words_of_the_text(texts: list[str]) -> None:
    """Cutting a text into paragraphs loses and makes no words."""
    from dedup.text.paragraphs import split

    paragraphs = split(arrow_strings(texts))
    of_paragraphs = words(paragraphs)
    assert lists_of(Ragged(of_paragraphs.values, of_paragraphs.offsets[paragraphs.offsets])) == words_in_each(
        *texts
    )


@examples(200)
@given(text=TEXTS)
def test_words_have_spans(text):
    """The words are those of the shingles, and each has its span of characters."""
    located = words_in(text)
    assert located.hashes.tolist() == words_of(pa.array([text], pa.large_string())).values.tolist()
    spans = list(dict.fromkeys(zip(located.starts.tolist(), located.ends.tolist(), strict=True)))
    alone = [words_of(pa.array([text[a:b]], pa.large_string())).values.tolist() for a, b in spans]
    assert list(chain.from_iterable(alone)) == located.hashes.tolist()
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
