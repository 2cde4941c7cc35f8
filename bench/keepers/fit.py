"""Fit the weights that tell clutter from text of the article (dedup.keeping.clutter), and print them.

    python -m bench.keepers.fit

Reads DEDUP_DATA. Prints what the constants are to be, and for each kind of pair the share that counts as
clutter at the two limits of dedup.keeping.cleanest, by weights that were fitted without the pair's part.
"""

from collections import Counter
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from sklearn.linear_model import LogisticRegression

from bench.keepers.pairs import CopyPair, copy_pairs
from dedup.keeping.cleanest import CLUTTER, TEXT
from dedup.keeping.clutter import FEATURES, surpluses
from dedup.matching.matches import similarities
from dedup.matching.shingles import shingles
from dedup.options import Options
from dedup.text.ragged import sets
from dedup.text.words import words_of

OF_KIND = {"news": 4.0, "other readers": 0.5, "lines of the page": 0.25}
"""The weight of all pairs of a kind together, by the end of its name; of all others 1."""


class Sample(NamedTuple):
    """The pairs that a match by containment gives, and what their longer copies have beyond the shorter ones:
    float64 (pairs, features).
    """

    pairs: list[CopyPair]
    features: np.ndarray


def sample(ngram: int, contained: float) -> Sample:
    """The pairs of which the longer copy contains the shorter one, and not the other way round."""
    pairs, rows = [], []
    for pair in copy_pairs():
        texts = pa.array([pair.shorter, pair.longer], pa.large_string())
        owned = sets(shingles(words_of(texts), ngram))
        both = similarities(owned, np.array([0, 1]), np.array([1, 0])).coverage
        if both[1] < contained or both[0] >= contained:
            continue
        surplus = surpluses(texts[1:], owned, np.array([0]), ngram)[0]
        if surplus is not None and surplus.shared:
            pairs.append(pair)
            rows.append(surplus.features())
    return Sample(pairs, np.array(rows))


def fitted(features: np.ndarray, pairs: list[CopyPair]) -> LogisticRegression:
    """A logistic regression in which each kind of pair has the same weight, but for those of OF_KIND."""
    counts = Counter(pair.kind for pair in pairs)
    weights = [
        next((weight for end, weight in OF_KIND.items() if pair.kind.endswith(end)), 1.0)
        * 200
        / counts[pair.kind]
        for pair in pairs
    ]
    return LogisticRegression().fit(features, [pair.is_clutter for pair in pairs], weights)


def cross_validated(data: Sample) -> np.ndarray:
    """The probability of clutter of each pair, by a fit without the pair's part (float64)."""
    parts = np.array([pair.part for pair in data.pairs])
    probability = np.zeros(len(parts))
    for part in np.unique(parts):
        others = parts != part
        known = [data.pairs[pair] for pair in np.flatnonzero(others)]
        fit = fitted(data.features[others], known)
        probability[~others] = fit.predict_proba(data.features[~others])[:, 1]
    return probability


def main() -> None:
    """Fit, cross-validate and print."""
    options = Options()
    data = sample(options.ngram, options.containment or 1.0)
    fit = fitted(data.features, data.pairs)
    weights = dict(zip(FEATURES, fit.coef_[0].round(2).tolist(), strict=True))
    print(f"WEIGHTS: {weights}\nCONSTANT = {fit.intercept_[0]:.2f}\n")
    probability, kinds = cross_validated(data), np.array([pair.kind for pair in data.pairs])
    print(f"{'pairs, cross-validated':44}{'pairs':>6}{'text':>8}{'unsure':>8}{'clutter':>9}")
    for kind in sorted(set(kinds)):
        of_kind = probability[kinds == kind]
        text, clutter = np.mean(of_kind < TEXT), np.mean(of_kind >= CLUTTER)
        shares = text, 1 - text - clutter, clutter
        print(f"{kind:44}{len(of_kind):>6}" + "".join(f"{100 * share:>7.1f}%" for share in shares))


if __name__ == "__main__":
    main()
