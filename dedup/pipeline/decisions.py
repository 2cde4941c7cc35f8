"""The stages that compare documents with each other: from candidates to keepers, in rounds."""

from typing import NamedTuple

import numpy as np

from dedup.identity import Identity
from dedup.matching.keepers import Keepers
from dedup.matching.lost_paragraphs import Missing
from dedup.matching.matches import Matches, no_matches


class Decisions(NamedTuple):
    """Who is kept and dropped; `missing`: by dropped document what its keeper lacks; `templates`: pairs of
    kept documents that match but for their figures; `crowded`: documents that did not meet all that they
    share a bucket with; `common`: sampled shingles that stand in too many documents. Keepers and earlier ones
    of templates from the run's number of documents on are documents of earlier runs, of which `earlier` tells
    id, source, position and date.
    """

    keepers: Keepers
    missing: dict[int, list[Missing]]
    templates: Matches
    crowded: int
    common: int
    earlier: dict[int, Identity]


def undecided(count: int) -> Decisions:
    """What is known of `count` documents that nobody compared: all are kept."""
    nobody = Keepers(np.full(count, -1), np.zeros(count), np.zeros(count))
    return Decisions(nobody, {}, no_matches(), 0, 0, {})
