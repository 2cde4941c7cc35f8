"""Words, markers and patterns: each quick way counts what the plain pattern counts."""

import re

import numpy as np
import pyarrow as pa
from hypothesis import example, given
from hypothesis import strategies as st

from dedup.native.repeats import _CASED, _FOLDED, automaton, count_occurrences
from dedup.repeats import lexicon
from dedup.text.encoding import utf8
from tests.support.examples import examples

_MARKED = st.lists(
    st.sampled_from(
        [
            *lexicon.FORUM_MARKERS,
            "://",
            "](",
            "(/",
            ";",
            "{}",
            "=>",
            "()",
            "</",
            "|",
            "   ",
            "\t",
            "\n",
            " ",
            "re",
            "p",
        ]
    )
    | st.text("sſSkKßﬅﬁiİéÉe\u0301писалНИТwrote:tẗ ,\U0001f600\U00010400", max_size=6),
    max_size=12,
).flatmap(lambda parts: st.sampled_from(["".join(parts), "".join(parts).upper(), "".join(parts).title()]))


def _count(texts: list[str]) -> list[list[int]]:
    """The forum markers and the hints of each text."""
    data, bounds = utf8(pa.array(texts, pa.large_string()))
    return count_occurrences(data, bounds, np.arange(len(texts)), lexicon.marker_counter()).tolist()


@given(st.lists(_MARKED, min_size=1, max_size=4))
@examples(300)
@example(["ßchrieb: poﬅs: REPLY Replies\nRe: a écriT"])
def test_forum_markers_are_counted_as_in_folded_text(texts: list[str]) -> None:
    """One pass over the bytes counts what `str.count` finds of each marker in the case-folded text."""
    expected = [sum(text.casefold().count(marker) for marker in lexicon.FORUM_MARKERS) for text in texts]
    assert [markers for markers, _ in _count(texts)] == expected


def test_no_marker_hides_in_characters_that_the_automaton_does_not_read() -> None:
    """No character from U+10000 on folds to a character of a marker."""
    letters = set("".join(lexicon.FORUM_MARKERS))
    assert all(letters.isdisjoint(chr(point).casefold()) for point in range(0x10000, 0x110000))


def test_characters_without_case_fold_to_themselves() -> None:
    """The automaton does not ask what characters outside of these ranges fold to."""
    cased = {point for low, high in _CASED for point in range(low, high)}
    assert all(chr(point).casefold() == chr(point) for point in range(_FOLDED) if point not in cased)


_WORDS = st.lists(st.text("sftiåk語", min_size=1, max_size=4), min_size=1, max_size=5, unique=True)


@given(_WORDS, st.text("sSſßẞﬅﬁﬃfFtTiIåÅK語漢", max_size=30))
@examples(300)
def test_words_that_overlap_are_all_counted(words: list[str], text: str) -> None:
    """Each word is counted by itself, wherever it begins, in characters that fold to several as well."""
    folded = text.casefold()
    expected = sum(folded.startswith(word, at) for word in words for at in range(len(folded)))
    data, bounds = utf8(pa.array([text], pa.large_string()))
    assert count_occurrences(data, bounds, np.arange(1), automaton([words])).tolist() == [[expected, 0]]


@given(st.binary(max_size=40))
@examples(100)
def test_any_bytes_are_safe_to_count(data: bytes) -> None:
    """Bytes that are no UTF-8 do no harm; their counts may be anything."""
    bounds = np.array([0, len(data) // 2, len(data)])
    counts = count_occurrences(np.frombuffer(data, np.uint8), bounds, np.arange(2), lexicon.marker_counter())
    assert counts.shape == (2, 2)


_CODE = re.compile(
    r"[;{}][ \t]*$|^[ \t]*(def|class|return|import|from|if|for|else|var|let|const|function|public|private"
    r"|type|input|SELECT|INSERT|UPDATE|#include|//|/\*|\$ )\b|=>|\(\)|==|::|</|/>",
    re.MULTILINE,
)
_CODED = st.lists(
    st.sampled_from(
        [*"{};=>():</*$ab \t\n\r", "def ", "from", "//", "$ ", "=>", "/>", "#include", "SELECT x"]
    )
).map("".join)


@given(_CODED)
@examples(500)
def test_code_is_counted_as_by_one_pattern(text: str) -> None:
    """Keywords that begin a line and operators, counted apart, add up to what one pattern counts. A text
    without a hint has keywords alone.
    """
    assert lexicon.count_code(text) == len(_CODE.findall(text))
    if not _count([text])[0][1]:
        assert lexicon.count_code_lines(text) == len(_CODE.findall(text))


@given(_MARKED)
@examples(200)
def test_text_without_hints_has_no_links_and_no_cells(text: str) -> None:
    """Where the automaton counts no hint, the patterns of links and cells match nothing."""
    if not _count([text])[0][1]:
        assert not lexicon.LINK.search(text)
        assert not re.search(r"\S(?: {3,}|\t+| ?\| ?)(?=\S)", text)
    assert lexicon.count_cell_gaps(text) == len(re.findall(r"\S(?: {3,}|\t+| ?\| ?)(?=\S)", text))


_UNSPACED = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]|([\u2e80-\u312f\u3190-\u9fff\uf900-\ufaff])"
)


@given(
    st.text(
        "a \u0e00\u0eff\u0f00\u1000\u17ff\u2e7f\u2e80\u9fff\ua000\uac00\ud7af\uf900\ufaff\ufb00", max_size=30
    )
)
@examples(200)
def test_scripts_without_spaces_are_counted_by_character(text: str) -> None:
    """Runs of characters have as many as are matched one by one; hangul has spaces between words."""
    matches = _UNSPACED.findall(text)
    assert lexicon.count_unspaced(text) == (sum(map(bool, matches)), sum(not match for match in matches))


@given(st.text("a.!?。”)  \u0e01\n", max_size=14))
@examples(200)
def test_a_sentence_ends_where_the_pattern_says(text: str) -> None:
    """The quick test of the last character changes nothing."""
    end = re.compile(r"[\u0e00-\u0eff]\s*$|[.!?…。！？।؟॥៕][\"'”’»)\]」』]*\s*$")
    assert lexicon.ends_sentence(text) == bool(end.search(text[-9:]))


@given(st.text("aB9_-. éÉßǅ中\u0301\t\n", max_size=20))
@examples(200)
def test_plain_text_has_the_words_of_the_pattern(text: str) -> None:
    """The table for ASCII gives what the pattern gives, and an underscore separates words."""
    assert lexicon.plain_text(text) == " ".join(re.findall(r"[^\W_]+", text.casefold()))
