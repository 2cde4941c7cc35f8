"""Why a repeat is cut or left, from the evidence that the ledger has of it."""

from dedup.repeats.evidence import RULES
from dedup.repeats.find import Repeat
from dedup.reports.numbers import chance
from dedup.reports.safe import safe

_FEATURES = 3  # of a repeat that are shown


def accident(repeat: Repeat) -> str:
    """The probability that the repeat is a scraping error; "-" where it was not estimated."""
    probability = repeat.evidence.get("accident")
    return chance(probability[0]) if probability else "-"


def evidence_lines(repeat: Repeat) -> list[str]:
    """The rule that decided, in words, or the features that weighed most: name, value and weight in the logit
    of a scraping error.
    """
    features = [(name, values) for name, values in repeat.evidence.items() if name != "accident"]
    return [_line(name, *values) for name, values in features[:_FEATURES]]


def _line(name: str, value: float, weight: float) -> str:
    rule = name.removeprefix("rule_")
    meanings = [known.meaning for known in RULES if known.name == rule != name]
    if meanings:
        return f"{', or '.join(meanings)} (rule `{rule}`)"
    return f"{safe(name)} {value:g}" + (f" ({weight:+.2f})" if weight else "")
