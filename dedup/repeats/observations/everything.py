"""All that is observed of a repeat."""

from dedup.repeats.observations.candidate import Repeated
from dedup.repeats.observations.combined import combined
from dedup.repeats.observations.copies import amounts, differences
from dedup.repeats.observations.neighbours import around, beside, speakers
from dedup.repeats.observations.places import distances, places, recurrence
from dedup.repeats.observations.topic import topic
from dedup.repeats.observations.wording import headlines, markup, signs, words_of_copy

GROUPS = (
    *(amounts, differences, places, distances, recurrence),
    *(words_of_copy, signs, markup, headlines, beside, around, speakers, topic),
)


def observations(repeated: Repeated, of_page: dict[str, float]) -> dict[str, float]:
    """Every observation of one repeat by name. `of_page`: those of its page."""
    observed = dict(of_page)
    for group in GROUPS:
        observed.update(group(repeated))
    observed.update(combined(observed))
    return observed
