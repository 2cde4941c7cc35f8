"""An article as observations see it: what each of its paragraphs looks like, found out once for all
repeats."""

from collections import Counter
from collections.abc import Iterable
from functools import cached_property
from itertools import accumulate, chain, compress

from rapidfuzz import fuzz

from dedup.repeats import lexicon
from dedup.repeats.article import Article

SHORT = 6  # most words of a short line, such as a line of a menu
LONG = 20  # least words of a paragraph that is part of the body
_LEAST_MARKERS = 3  # an article that has "reply" once is no forum
_LEAST_LETTERS = 4  # of a word that says what a text is about

Flags = list[bool]


class Page:
    """An article whose repeats are observed. `sizes`: words by paragraph; `count`: paragraphs; `words`: all
    words. What else is known of paragraphs is found out when it is first asked for.
    """

    def __init__(self, article: Article) -> None:
        self.article = article
        self.sizes, self.hashes = _sizes(article), article.hashes
        self.count = len(self.sizes)
        self.recurring: dict[int, dict[str, float]] = {}  # what is known of paragraphs that recur, by hash
        self.words = sum(self.sizes)
        is_forum = article.forum_markers >= _LEAST_MARKERS
        self.forum = article.forum_markers / self.count if is_forum else 0.0

    @cached_property
    def texts(self) -> list[str]:
        """The paragraphs."""
        text, article = self.article.text, self.article
        return [text[start:end] for start, end in zip(article.starts, article.ends, strict=True)]

    @cached_property
    def words_before(self) -> list[int]:
        """The words before each paragraph, and at last all words."""
        return [0, *accumulate(self.sizes)]

    @cached_property
    def ends_sentence(self) -> Flags:
        """Whether a paragraph ends as a sentence does."""
        return [lexicon.ends_sentence(text) for text in self.texts]

    @cached_property
    def is_item(self) -> Flags:
        """Whether a paragraph begins as an item of a list does."""
        return [lexicon.LIST_ITEM.match(text) is not None for text in self.texts]

    @cached_property
    def is_long(self) -> Flags:
        """Whether a paragraph may be part of the body."""
        return [size >= LONG for size in self.sizes]

    @cached_property
    def is_repeated(self) -> Flags:
        """Whether another paragraph has the same words."""
        counts = self.article.hash_counts
        return [counts[value] > 1 for value in self.hashes]

    @cached_property
    def has_digit(self) -> Flags:
        """Whether a paragraph has a digit."""
        return [lexicon.DIGIT.search(text) is not None for text in self.texts]

    @cached_property
    def prices(self) -> list[int]:
        """How many prices a paragraph has."""
        if not lexicon.count_prices(self.article.text):
            return [0] * self.count
        return [lexicon.count_prices(text) for text in self.texts]

    @cached_property
    def has_speaker(self) -> Flags:
        """Whether a paragraph says who speaks next, or frames a quotation of somebody else's post."""
        if not self.article.forum_markers and ":" not in self.article.text and "：" not in self.article.text:
            return [False] * self.count
        return [lexicon.names_speaker(text) for text in self.texts]

    @cached_property
    def plain_words(self) -> list[list[str]]:
        """The words of each paragraph, case-folded."""
        return [self.article.plain(i).split() for i in range(self.count)]

    @cached_property
    def interface_words(self) -> list[int]:
        """How many words of a paragraph are interface words."""
        known = lexicon.interface_words()
        return [sum(map(known.__contains__, words)) for words in self.plain_words]

    @cached_property
    def is_label(self) -> Flags:
        """Whether a paragraph is a short line that ends no sentence, such as a line of a menu."""
        return [
            0 < size <= SHORT and not ends for size, ends in zip(self.sizes, self.ends_sentence, strict=True)
        ]

    @cached_property
    def labels_in_a_row(self) -> list[int]:
        """How many labels stand in a row where a paragraph is one of them; 0 where it is none."""
        lengths, row = [0] * self.count, 0
        for i, is_label in enumerate([*self.is_label, False]):
            if is_label:
                row += 1
            else:
                lengths[i - row : i] = [row] * row
                row = 0
        return lengths

    @cached_property
    def body(self) -> tuple[int, int]:
        """The first and the last paragraph of the body: the long ones and what lies between them."""
        long = [i for i, is_long in enumerate(self.is_long) if is_long]
        return (long[0], long[-1]) if long else (self.count, -1)

    @cached_property
    def places(self) -> dict[int, list[int]]:
        """The paragraphs with each hash that several have."""
        found: dict[int, list[int]] = {}
        for i, value in enumerate(self.hashes):
            if self.is_repeated[i]:
                found.setdefault(value, []).append(i)
        return found

    @cached_property
    def topics(self) -> list[list[str]]:
        """The words of each paragraph that say what it is about: those of four letters or more; of a script
        without spaces each two characters that follow each other.
        """
        if self.article.has_unspaced_script:
            joined = ["".join(words) for words in self.plain_words]
            return [[text[i : i + 2] for i in range(len(text) - 1)] for text in joined]
        return [
            [word for word in words if len(word) >= _LEAST_LETTERS and not word.isdigit()]
            for words in self.plain_words
        ]

    @cached_property
    def plain_lines(self) -> set[str]:
        """The words of each short line."""
        return {self.article.plain(i) for i, size in enumerate(self.sizes) if size <= SHORT}

    @cached_property
    def vocabulary(self) -> Counter[str]:
        """How often each of these words occurs."""
        return Counter(chain.from_iterable(self.topics))

    @cached_property
    def body_vocabulary(self) -> Counter[str]:
        """How often each of these words occurs in long paragraphs."""
        return Counter(chain.from_iterable(compress(self.topics, self.is_long)))

    def ratio(self, one: int, other: int) -> float:
        """The similarity of two paragraphs, 0 to 100."""
        return fuzz.ratio(self.article.plain(one), self.article.plain(other))

    def share(self, of: Iterable[int], flags: list[bool]) -> float:
        """The share of these paragraphs that have a flag, 0 of none."""
        chosen = [flags[i] for i in of]
        return sum(chosen) / max(1, len(chosen))

    def flag(self, paragraph: int, flags: Flags) -> float:
        """Whether a paragraph has a flag; -1 beyond the ends."""
        return float(flags[paragraph]) if 0 <= paragraph < self.count else -1.0

    def interface_share(self, of: Iterable[int]) -> float:
        """The share of interface words among the words of these paragraphs."""
        chosen = [*of]
        words = sum([self.sizes[i] for i in chosen])
        return sum([self.interface_words[i] for i in chosen]) / max(1, words)


def _sizes(article: Article) -> list[int]:
    """The words of each paragraph; in scripts without spaces about as many as there are."""
    if not article.has_unspaced_script:
        return article.word_counts
    counts = enumerate(article.word_counts)
    return [
        max(min(1, tokens), round(article.count_words(article.paragraph(i), tokens))) for i, tokens in counts
    ]


def mean(numbers: Iterable[float]) -> float:
    """The mean, 0 for no numbers."""
    listed = [*numbers]
    return sum(listed) / max(1, len(listed))
