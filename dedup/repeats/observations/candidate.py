"""A repeat that is weighed, with what several observations need of it."""

from functools import cached_property
from typing import Literal, NamedTuple

from dedup.repeats.observations.page import Page
from dedup.repeats.word_differences import WordDifferences, word_differences

_NEIGHBOURS = 3  # paragraphs on each side that are neighbours

Form = Literal["run", "alternate", "part", "line"]
"""run: paragraphs that repeat as many others; alternate: the same, each copy right after its original; part:
a paragraph that a longer one contains; line: a headline with a breadcrumb or the site's name around it.
"""


class Candidate(NamedTuple):
    """What may be cut, first..last (inclusive), and what it repeats, of_first..of_last, which may come before
    or after it. In numbers of paragraphs.

    `run_length`: pairs of the run it is part of; `run_words`: words of that run's copies; `score`: the
    similarity (0 to 100) of its least similar pair.
    """

    first: int
    last: int
    of_first: int
    of_last: int
    form: Form
    run_length: int
    run_words: float
    score: float

    @property
    def paragraphs(self) -> range:
        """The paragraphs that may be cut."""
        return range(self.first, self.last + 1)

    @property
    def originals(self) -> range:
        """The paragraphs that stay."""
        return range(self.of_first, self.of_last + 1)


class Repeated:
    """A candidate on its page. `text`, `text_first`: the copy's paragraphs, and the original's, joined by
    line breaks; `words`: those of the copy.
    """

    def __init__(self, page: Page, candidate: Candidate, covered: list[bool]) -> None:
        self.page, self.candidate, self.article = page, candidate, page.article
        self.copies, self.originals = candidate.paragraphs, candidate.originals
        self.covered = covered
        self.text = "\n".join([page.texts[i] for i in self.copies])
        self.text_first = "\n".join([page.texts[i] for i in self.originals])
        self.words = float(sum(page.sizes[candidate.first : candidate.last + 1]))

    @cached_property
    def tokens(self) -> list[str]:
        """The copy's words as they are written, apart by blanks."""
        return self.text.split() or [""]

    @cached_property
    def unlinked(self) -> str:
        """The copy without addresses of links."""
        return self.article.remove_links(self.text)

    @cached_property
    def differences(self) -> WordDifferences:
        """The words in which copy and original differ."""
        if self.candidate.form in ("part", "line"):
            return WordDifferences()
        return word_differences(self.article, zip(self.originals, self.copies, strict=False))

    @cached_property
    def near(self) -> list[int]:
        """The paragraphs around the copy."""
        return self._around(self.candidate.first, self.candidate.last)

    @cached_property
    def near_first(self) -> list[int]:
        """The paragraphs around the original."""
        return self._around(self.candidate.of_first, self.candidate.of_last)

    def _around(self, first: int, last: int) -> list[int]:
        before = range(max(0, first - _NEIGHBOURS), first)
        return [*before, *range(last + 1, min(self.page.count, last + 1 + _NEIGHBOURS))]
