"""What is looked at for repeats: pairs of paragraphs, marks of forums, places in characters."""

import re
from itertools import pairwise

import numpy as np
import pyarrow as pa
from hypothesis import example, given
from hypothesis import strategies as st
from rapidfuzz import fuzz

import dedup
from dedup.kernels import occurrences
from dedup.kernels import repeats as kernel
from dedup.kernels.shingles import factors
from dedup.repeats import lexicon
from dedup.repeats.alignment import CONTAINED, may_contain
from dedup.repeats.article import articles_with_candidates
from dedup.text.encoding import utf8
from dedup.text.paragraphs import split
from dedup.text.words import words
from tests.support import reference
from tests.support.examples import examples

_PIECES = st.lists(
    st.tuples(st.integers(0, 9), st.integers(0, 20), st.integers(0, 16)), min_size=1, max_size=3
)


@st.composite
def _documents(draw: st.DrawFn) -> list[list[int]]:
    """Paragraphs of numbered words, made of new words, of pieces of those before, and of a few words that
    come all the time.
    """
    found: list[list[int]] = []
    for pieces in draw(st.lists(_PIECES, max_size=9)):
        words: list[int] = []
        for of, start, size in pieces:
            new = range(10_000 * len(found) + 100 * len(words), 10_000 * len(found) + 100 * len(words) + size)
            source = found[of] if of < len(found) else [of, start % 3] * 9 if of == 9 else new
            words += source[start % 4 : start % 4 + size] if source is not new else new
        found.append(words)
    return found


@given(st.lists(_documents(), min_size=1, max_size=5))
@examples(400)
@example([[[*range(4)], [*range(30)]], [[*range(30)], [*range(4)]], [[], [5], [*range(9)], [5]]])
def test_the_pairs_worth_comparing_are_those_of_the_twin(documents: list[list[list[int]]]) -> None:
    """However a document's paragraphs are alike, the kernel and its filter propose the pairs of the twin."""
    said = [
        [reference.word_hash((word + 97,)) for word in paragraph]
        for document in documents
        for paragraph in document
    ]
    bounds = np.cumsum([0, *map(len, said)])
    values = np.array([word for paragraph in said for word in paragraph], np.uint64)
    owned = np.cumsum([0, *map(len, documents)])
    hashes = kernel.paragraph_hashes(values, bounds)
    found = kernel.propose(values, bounds, hashes, owned, factors(3)).tolist()
    expected = [
        [base + a, base + b, same]
        for base, document in zip(owned.tolist(), documents, strict=False)
        for a, b, same in reference.proposals(document)
    ]
    assert found == expected


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


def _counted(texts: list[str]) -> list[list[int]]:
    data, bounds = utf8(pa.array(texts, pa.large_string()))
    return occurrences.count(data, bounds, np.arange(len(texts)), *lexicon.marker_counter()).tolist()


@given(st.lists(_MARKED, min_size=1, max_size=4))
@examples(300)
@example(["ßchrieb: poﬅs: REPLY Replies\nRe: a écriT"])
def test_marks_of_forums_are_counted_as_in_folded_text(texts: list[str]) -> None:
    """One pass over the bytes counts what `str.count` finds of each mark in the case-folded text."""
    expected = [sum(text.casefold().count(mark) for mark in lexicon.FORUM_MARKERS) for text in texts]
    assert [forum for forum, _ in _counted(texts)] == expected


def test_no_mark_is_hidden_in_characters_that_the_automaton_does_not_read() -> None:
    """No character from U+10000 on folds to a character of a mark."""
    letters = set("".join(lexicon.FORUM_MARKERS))
    assert all(letters.isdisjoint(chr(point).casefold()) for point in range(0x10000, 0x110000))


@given(st.binary(max_size=40))
@examples(100)
def test_marks_in_any_bytes_are_safe(data: bytes) -> None:
    """Bytes that are no UTF-8 are counted, to whatever sum."""
    bounds = np.array([0, len(data) // 2, len(data)])
    found = occurrences.count(np.frombuffer(data, np.uint8), bounds, np.arange(2), *lexicon.marker_counter())
    assert found.shape == (2, 2)


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
    """Lines' beginnings and the rest, counted apart, are what one pattern for both counts; without a mark
    there are beginnings alone.
    """
    assert lexicon.count_code(text) == len(_CODE.findall(text))
    if not _counted([text])[0][1]:
        assert lexicon.count_code_lines(text) == len(_CODE.findall(text))


@given(_MARKED)
@examples(200)
def test_text_without_marks_has_no_links_and_no_cells(text: str) -> None:
    """Where the automaton counts nothing the patterns of links and cells find nothing."""
    if not _counted([text])[0][1]:
        assert not lexicon.LINK.search(text)
        assert not re.search(r"\S(?: {3,}|\t+| ?\| ?)(?=\S)", text)
    assert lexicon.count_cell_gaps(text) == len(re.findall(r"\S(?: {3,}|\t+| ?\| ?)(?=\S)", text))


_WIDE = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]|([\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff])")


@given(
    st.text(
        "a \u0e00\u0eff\u0f00\u1000\u17ff\u2e7f\u2e80\u9fff\ua000\uac00\ud7af\uf900\ufaff\ufb00", max_size=30
    )
)
@examples(200)
def test_scripts_without_spaces_are_counted_by_character(text: str) -> None:
    """Runs of characters hold as many as are found one by one."""
    found = _WIDE.findall(text)
    assert lexicon.count_unspaced(text) == (sum(map(bool, found)), sum(not one for one in found))


@given(st.text("a.!?。”)  \u0e01\n", max_size=14))
@examples(200)
def test_sentences_end_where_the_pattern_says(text: str) -> None:
    """The quick look at the last character changes nothing."""
    end = re.compile(r"[\u0e00-\u0eff]\s*$|[.!?…。！？।؟॥៕][\"'”’»)\]」』]*\s*$")
    assert lexicon.ends_sentence(text) == bool(end.search(text[-9:]))


_LINE = "the boats came in at noon"
_TEXTS = st.lists(st.text("ab A_.-éß\u0390\ufb03中—\u2e80ก\U0001f600", max_size=12), max_size=4)


@given(st.lists(_TEXTS, min_size=1, max_size=4))
@examples(100)
def test_articles_are_told_in_characters(texts: list[list[str]]) -> None:
    """Each text with a pair to compare comes with its paragraphs' places in characters, bounds of how long
    these are as plain text, and whether it may hold a script without spaces.
    """
    whole = ["\n".join([_LINE, *lines, _LINE]) for lines in texts]
    paragraphs = split(pa.array(whole, pa.large_string()))
    articles = [article for _, article, _ in articles_with_candidates(paragraphs, words(paragraphs))]
    assert [article.text for article in articles] == whole
    for article, (first, last) in zip(articles, pairwise(paragraphs.owned.tolist()), strict=True):
        assert [article.paragraph(i) for i in range(last - first)] == [
            paragraphs.data[paragraphs.starts[i] : paragraphs.ends[i]].tobytes().decode()
            for i in range(first, last)
        ]
        for i, (least, most) in enumerate(zip(article.plain_min, article.plain_max, strict=True)):
            assert least <= len(article.plain(i)) <= most
        assert article.unspaced == bool(re.search("[中\u2e80ก\ufb03\U0001f600]", article.text))


@given(st.text("abc ", min_size=30, max_size=60), st.integers(0, 2**32), st.integers(0, 40))
@examples(150)
def test_nothing_is_kept_from_where_it_stands(text: str, seed: int, changes: int) -> None:
    """What stands inside a longer text, to the least ratio that counts, is looked for there."""
    rng = np.random.default_rng(seed)
    said = "".join(rng.choice(list(text), 600))
    changed = list(said)
    for place in rng.integers(0, len(said), 4 * changes):
        changed[place] = rng.choice(["", "d", "e"])
    longer = "".join([*rng.choice(list("defgh"), 200), *changed, *rng.choice(list("defgh"), 300)])
    if fuzz.partial_ratio(said, longer) >= CONTAINED:
        assert may_contain(said, longer)
        assert may_contain(longer, said)


def test_what_would_take_hours_is_not_looked_for() -> None:
    """Two paragraphs of a megabyte that are alike in part, or but for some words, end in seconds."""
    said = [f"word{i * 7919 % 100_003:x}" for i in range(60_000)]
    other = [f"ward{i * 7919 % 100_003:x}" for i in range(60_000)]
    for second in (said[:30_000] + other, [*said[:-9], "end"]):
        assert dedup.find_repeats(f"{' '.join(said)}\n{' '.join(second)}") == []


def test_what_was_compared_is_counted() -> None:
    """Documents whose paragraphs are worth comparing, their pairs, and how many of both reach rapidfuzz: not
    such as have equal words, nor such as their lengths tell apart.
    """
    said = "The boat came in at noon with twelve crates of cod, and left again before dark."
    page = ["Nobody knew.", said, "It rained.", "The harbour board met again on Tuesday evening.", said]
    slip = [*page[:4], said.replace("crates", "creates")]
    texts = ["\n".join(page), "one\ntwo", "\n".join(slip), ""]
    compared = dedup.clean(texts, workers=1).summary()["compared"]
    assert compared == {"documents": 2, "pairs": 2, "fuzzy_documents": 1, "fuzzy_pairs": 1}
