"""Why a repeat is cut or left, from the evidence that the ledger has of it."""

from collections.abc import Callable, Mapping, Sequence

from dedup.repeats import meanings as of_repeats
from dedup.repeats.find import Repeat
from dedup.reports.numbers import chance
from dedup.reports.safe import safe
from dedup.sites import meanings as of_passages

_OBSERVATIONS = 3  # of a repeat that are shown
_NOT_OBSERVED = ("accident", "bias", "others", "on_pages", "of_pages", "earlier_pages")

Evidence = Mapping[str, Sequence[float]]


def accident(repeat: Repeat) -> str:
    """The probability that the repeat is a scraping error; "-" where it was not estimated."""
    probability = repeat.evidence.get("accident")
    return chance(probability[0]) if probability else "-"


def printed(repeat: Repeat) -> str | None:
    """On how many of its pages the site prints a passage; None for other repeats."""
    if not {"on_pages", "of_pages"} <= repeat.evidence.keys():
        return None
    on, of = (int(repeat.evidence[name][0]) for name in ("on_pages", "of_pages"))
    earlier = int(repeat.evidence.get("earlier_pages", [0.0])[0])
    of_those = f", {earlier:,} of them in earlier runs" if earlier else ""
    return f"the site prints it on {on:,} of {of:,} pages{of_those}"


def evidence_lines(repeat: Repeat, weights: bool = True) -> list[str]:
    """The observations that weighed most, in words; with `weights` each with its weight in the logit of a
    scraping error.
    """
    if repeat.kind == "site":
        weighed = observed_in_words(repeat.evidence, _OBSERVATIONS)
    else:
        weighed = _in_words(of_repeats.in_words, repeat.evidence, _OBSERVATIONS)
    return [f"{words} ({weight:+.2f})" if weight and weights else words for words, weight in weighed]


def observed_in_words(evidence: Evidence, most: int) -> list[tuple[str, float]]:
    """The observations of a passage that a site prints which weighed most, in words, each with its weight."""
    return _in_words(of_passages.in_words, evidence, most)


def _in_words(
    in_words: Callable[[str, float], str | None], evidence: Evidence, most: int
) -> list[tuple[str, float]]:
    """The observations that weighed most, each with its weight; by name and value where words are lacking."""
    observed = [(name, values) for name, values in evidence.items() if name not in _NOT_OBSERVED]
    return [
        (in_words(name, value) or f"{safe(name)} {value:g}", weight)
        for name, (value, weight) in observed[:most]
    ]
