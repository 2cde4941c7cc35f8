"""An article's paragraphs and the pairs of them that are worth comparing."""

import re
from itertools import pairwise

import numpy as np
import pyarrow as pa
from hypothesis import example, given
from hypothesis import strategies as st

from dedup.native import repeats as kernel
from dedup.native.shingles import factors
from dedup.repeats.article import articles_with_candidates, find_pairs
from dedup.text.encoding import utf8
from dedup.text.paragraphs import split
from tests.support import reference
from tests.support.examples import examples

_PIECES = st.lists(
    st.tuples(st.integers(0, 9), st.integers(0, 20), st.integers(0, 16)), min_size=1, max_size=3
)


@st.composite
def _documents(draw: st.DrawFn) -> list[list[int]]:
    """Paragraphs of numbered words: new words, parts of earlier paragraphs, and a few frequent words."""
    paragraphs: list[list[int]] = []
    for pieces in draw(st.lists(_PIECES, max_size=9)):
        words: list[int] = []
        for of, start, size in pieces:
            first = 10_000 * len(paragraphs) + 100 * len(words)
            new = range(first, first + size)
            frequent = [of, start % 3] * 9
            source = paragraphs[of] if of < len(paragraphs) else frequent if of == 9 else new
            words += source[start % 4 : start % 4 + size] if source is not new else new
        paragraphs.append(words)
    return paragraphs


@given(st.lists(_documents(), min_size=1, max_size=5))
@examples(400)
@example([[[*range(4)], [*range(30)]], [[*range(30)], [*range(4)]], [[], [5], [*range(9)], [5]]])
def test_candidate_pairs_are_those_of_the_twin(documents: list[list[list[int]]]) -> None:
    """However a document's paragraphs repeat each other, the kernel proposes the pairs of its slow twin."""
    words = [
        [reference.word_hash((word + 97,)) for word in paragraph]
        for document in documents
        for paragraph in document
    ]
    offsets = np.cumsum([0, *map(len, words)])
    values = np.array([word for paragraph in words for word in paragraph], np.uint64)
    owned = np.cumsum([0, *map(len, documents)])
    hashes = kernel.paragraph_hashes(values, offsets)
    pairs = kernel.propose(values, offsets, hashes, owned, factors(3)).tolist()
    assert pairs == [
        [base + a, base + b, equal]
        for base, document in zip(owned.tolist(), documents, strict=False)
        for a, b, equal in reference.proposals(document)
    ]


_LINE = "the boats came in at noon"
_TEXTS = st.lists(st.text("ab A_.-éß\u0390\ufb03中—\u2e80ก\U0001f600", max_size=12), max_size=4)


@given(st.lists(_TEXTS, min_size=1, max_size=4))
@examples(100)
def test_paragraphs_of_an_article_are_spans_of_characters(texts: list[list[str]]) -> None:
    """Each text with a pair to compare has its paragraphs' spans in characters, bounds of the lengths of
    their plain texts, and whether a script without spaces may be in it.
    """
    lines_twice = ["\n".join([_LINE, *lines, _LINE]) for lines in texts]
    arrow = pa.array(lines_twice, pa.large_string())
    paragraphs = split(arrow)
    articles = [article for _, article, _ in articles_with_candidates(find_pairs(*utf8(arrow)))]
    assert [article.text for article in articles] == lines_twice
    for article, (first, last) in zip(articles, pairwise(paragraphs.offsets.tolist()), strict=True):
        assert [article.paragraph(i) for i in range(last - first)] == [
            paragraphs.data[paragraphs.starts[i] : paragraphs.ends[i]].tobytes().decode()
            for i in range(first, last)
        ]
        for i, (least, most) in enumerate(zip(article.plain_min, article.plain_max, strict=True)):
            assert least <= len(article.plain(i)) <= most
        assert article.has_unspaced_script == bool(re.search("[中\u2e80ก\ufb03\U0001f600]", article.text))
