"""Two documents -> how alike they are and where they differ: for `dedup compare`."""

from typing import NamedTuple

import numpy as np

from dedup.explain.passages import Row, rows
from dedup.explain.word_alignment import Side, side
from dedup.identity import Identity
from dedup.kernels.shingles import fingerprints
from dedup.matching.matches import MIN_SHINGLES, similarities
from dedup.matching.templates import are_templates, differing
from dedup.options import Options
from dedup.repeats.find import cut_ranges, find_repeats
from dedup.sources import lookup
from dedup.text.figures import figures
from dedup.text.ragged import Ragged, sets
from dedup.text.ranges import without


class Compared(NamedTuple):
    """Two documents held against each other.

    `identities`: id, source, position; `words`, `shingles` (different ones), `cut` (characters, as repeats)
    of each; `shared`: shingles that both have; `jaccard`, and how much of the first and of the second the
    other one covers (0 to 1, exact); `same_text`: character for character; `same_words`: the same words in
    the same order; `figures`: where they are a template, each figure of the first with that of the second
    and its surroundings.
    """

    options: Options
    identities: tuple[Identity, Identity]
    words: tuple[int, int]
    shingles: tuple[int, int]
    cut: tuple[int, int]
    shared: int
    jaccard: float
    covered: tuple[float, float]
    same_text: bool
    same_words: bool
    figures: list[tuple[str, str, str]]
    rows: list[Row]

    @property
    def alike(self) -> bool:
        """Whether they match by Jaccard."""
        return self.same_words or self.jaccard >= self.options.threshold

    @property
    def contained(self) -> list[int]:
        """Which of them (0, 1) the other one covers far enough to match."""
        return [i for i in self.covered_enough if self.shingles[i] >= MIN_SHINGLES]

    @property
    def covered_enough(self) -> list[int]:
        """The same, however short."""
        least = self.options.contained
        return [] if least is None else [i for i, share in enumerate(self.covered) if share >= least]


def compare(one: lookup.Document, other: lookup.Document, options: Options) -> Compared:
    """Hold two documents against each other, without what cleaning cuts of them as repeats."""
    texts = [_cleaned(document.text, options) for document in (one, other)]
    left, right = (side(text, options.ngram) for text in texts)
    prints = [fingerprints(one.words.hashes, np.array([0, one.count])) for one in (left, right)]
    owned = _sets(left, right)
    sizes = np.diff(owned.offsets).tolist()
    ends = np.array([0, 1])
    similar = similarities(owned, ends, ends[::-1].copy())
    return Compared(
        options,
        (one.identity, other.identity),
        (left.count, right.count),
        (sizes[0], sizes[1]),
        (len(one.text) - len(texts[0]), len(other.text) - len(texts[1])),
        round(float(similar.coverage[0]) * sizes[1]),
        float(similar.jaccard[0]),
        (float(similar.coverage[1]), float(similar.coverage[0])),
        texts[0] == texts[1],
        bool(left.count and (prints[0] == prints[1]).all()),
        differing(*texts) if are_templates(figures(texts), ends[:1], ends[1:])[0] else [],
        rows(left, right),
    )


def _cleaned(text: str, options: Options) -> str:
    """A text without its repeats that are to be cut."""
    return without(text, cut_ranges(text, find_repeats(text, options))) if options.repeats else text


def _sets(left: Side, right: Side) -> Ragged:
    """The shingles of both, each once."""
    values = np.concatenate((left.shingles, right.shingles))
    return sets(Ragged(values, np.array([0, len(left.shingles), len(values)])))
