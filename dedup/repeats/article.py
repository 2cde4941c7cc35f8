"""One article's paragraphs: their text, their words, and the similarity of two of them."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import pairwise

import numpy as np
from rapidfuzz import fuzz

from dedup.native.arrays import Bytes, Int64s
from dedup.native.repeats import count_occurrences
from dedup.native.scan import NONE, PairedTexts, ScanPlan, scan_texts
from dedup.native.text import spans as character_spans
from dedup.repeats import lexicon

# product of the lengths (in characters) of two paragraphs up to which their ratio is computed: it takes a
# second where all characters differ
_RATIO_WORK = 10**11

ParagraphPair = tuple[int, int]
CandidatePair = tuple[int, int, bool]
"""Two paragraphs worth comparing, the earlier one first, and whether their words are equal."""


@dataclass
class Article:
    """One article's paragraphs, numbered from 0.

    `starts`, `ends`: each paragraph's characters in `text`; `plain_min`, `plain_max`: bounds of the length of
    its plain text; `hashes`: one for its words, 0 if it has none; `word_counts`: how many words it has;
    `forum_markers`: how many `text` has; `has_markup`: False if `text` has no link, no table, and no code but
    for keywords that begin a line; `has_unspaced_script`: False if it has no script that is written without
    spaces; `members`: of each paragraph the first and the last paragraph that were joined to make it, empty
    if none were joined; `fuzzy_pairs`: how many pairs of paragraphs rapidfuzz has compared so far.
    """

    text: str
    starts: list[int]
    ends: list[int]
    plain_min: list[int]
    plain_max: list[int]
    hashes: list[int]
    word_counts: list[int]
    forum_markers: int
    has_markup: bool
    has_unspaced_script: bool
    members: list[ParagraphPair] = field(default_factory=list)
    fuzzy_pairs: int = 0
    _plain: dict[int, str] = field(default_factory=dict)

    @cached_property
    def hash_counts(self) -> Counter[int]:
        """How many paragraphs have each hash. For 0, the hash of a paragraph without words, it is 0."""
        counts = Counter(self.hashes)
        counts[0] = 0
        return counts

    def paragraph(self, number: int) -> str:
        """The text of a paragraph."""
        return self.text[self.starts[number] : self.ends[number]]

    def before_joining(self, first: int, last: int) -> range:
        """The numbers that the paragraphs first..last (inclusive) had before any were joined."""
        if self.members:
            first, last = self.members[first][0], self.members[last][1]
        return range(first, last + 1)

    def remove_links(self, part: str) -> str:
        """A part of the text without the addresses of its links."""
        return lexicon.remove_links(part) if self.has_markup else part

    def count_code(self, part: str) -> int:
        """How many signs of source code a part of the text has; its links must have been removed."""
        return lexicon.count_code(part) if self.has_markup else lexicon.count_code_lines(part)

    def count_cell_gaps(self, part: str) -> int:
        """How many gaps between cells of a table a part of the text has."""
        return lexicon.count_cell_gaps(part) if self.has_markup else 0

    def plain(self, number: int) -> str:
        """A paragraph's words, case-folded and joined by single spaces: what rapidfuzz compares."""
        if number not in self._plain:
            self._plain[number] = lexicon.plain_text(self.paragraph(number))
        return self._plain[number]

    def plain_range(self, first: int, last: int) -> str:
        """The plain text of the paragraphs first..last (inclusive), joined by single spaces."""
        return " ".join(self.plain(i) for i in range(first, last + 1) if self.plain(i))

    def is_comparable(self, a: int, b: int) -> bool:
        """Whether two paragraphs are short enough for their ratio to be computed."""
        return self.plain_min[a] * self.plain_min[b] <= _RATIO_WORK

    def ratio(self, a: int, b: int, cutoff: int) -> float:
        """The similarity of two paragraphs (0 to 100), 0 if below `cutoff` or if they are too long for it.

        rapidfuzz is not called where the lengths alone show that the ratio is below `cutoff`.
        """
        if not self.is_comparable(a, b):
            return 0.0
        for shorter, longer in (
            (self.plain_max[a], self.plain_min[b]),
            (self.plain_max[b], self.plain_min[a]),
        ):
            if 200 * shorter < cutoff * (shorter + longer):
                return 0.0
        self.fuzzy_pairs += 1
        return fuzz.ratio(self.plain(a), self.plain(b), score_cutoff=cutoff)

    def count_words(self, part: str, tokens: int) -> float:
        """The words of a part of the text that has `tokens` tokens. In scripts without spaces each character
        is a token, and a word has about two of Chinese or four of Thai.
        """
        if not self.has_unspaced_script or len(part.encode("utf-8", "replace")) < 1.3 * len(part):
            return float(tokens)  # those scripts take three bytes a character, so the part has hardly any
        ideographs, syllables = lexicon.count_unspaced(part)
        ideographs = min(ideographs, tokens)
        syllables = min(syllables, tokens - ideographs)  # a vowel sign is a character, and no token
        return tokens - 0.45 * ideographs - 0.75 * syllables

    def words_of(self, numbers: Iterable[int]) -> float:
        """The words of these paragraphs."""
        if not self.has_unspaced_script:
            return float(sum([self.word_counts[i] for i in numbers]))
        return sum([self.count_words(self.paragraph(i), self.word_counts[i]) for i in numbers])


@cache
def _pairs_alone() -> ScanPlan:
    """The plan that finds pairs of paragraphs and no signatures."""
    return ScanPlan(
        num_perm=0,
        bands=(0, 0),
        ngram=3,
        sample_limit=0,
        sample_floor=0,
        proposes_pairs=True,
        notes_passages=NONE,
    )


def find_pairs(data: Bytes, bounds: Int64s) -> PairedTexts:
    """The texts with paragraphs worth comparing among the texts data[bounds[i]:bounds[i + 1]] (uint8, UTF-8;
    int64).
    """
    return scan_texts(data, bounds, _pairs_alone()).found


def articles_with_candidates(found: PairedTexts) -> Iterator[tuple[int, Article, list[CandidatePair]]]:
    """The texts that have paragraphs worth comparing: which of them, its article, the pairs."""
    firsts = np.repeat(found.owned[:-1], np.diff(found.pair_bounds))
    numbered = np.column_stack((found.pairs[:, :2] - firsts[:, None], found.pairs[:, 2]))
    pairs = [(a, b, bool(equal)) for a, b, equal in numbered.tolist()]
    bounds = pairwise(found.pair_bounds.tolist())
    for number, (article, (first, last)) in enumerate(zip(_articles(found), bounds, strict=True)):
        yield number, article, list(dict.fromkeys(pairs[first:last]))


def _articles(found: PairedTexts) -> Iterator[Article]:
    """The articles of these texts, their paragraphs' bytes converted to characters."""
    data, texts, owned = found.texts, found.text_bounds, found.owned
    rows = np.arange(len(found.rows))
    spans, unspaced = character_spans(data, texts, found.starts, found.ends, owned, rows)
    forum_markers, hints = count_occurrences(data, texts, rows, lexicon.marker_counter()).T
    columns = [*spans.tolist(), found.hashes.tolist(), np.diff(found.word_bounds).tolist()]
    bounds = zip(pairwise(texts.tolist()), pairwise(owned.tolist()), strict=True)
    properties = zip(forum_markers.tolist(), (hints > 0).tolist(), unspaced.tolist(), strict=True)
    for ((begin, end), (first, last)), of_text in zip(bounds, properties, strict=True):
        text = str(data.data[begin:end], "utf-8")
        starts, ends, plain_min, plain_max, own_hashes, word_counts = (
            column[first:last] for column in columns
        )
        yield Article(text, starts, ends, plain_min, plain_max, own_hashes, word_counts, *of_text)
