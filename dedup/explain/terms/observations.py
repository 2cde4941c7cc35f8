"""What is observed of a repeat, and of what a site prints: in words, with what speaks most for a cut and most
against it, by the weights that were fitted.
"""

import re
from collections.abc import Callable, Iterator, Sequence

from dedup.explain.terms.term import Term
from dedup.repeats import evidence as repeat_evidence
from dedup.repeats import meanings as of_repeat
from dedup.sites import evidence as site_evidence
from dedup.sites import meanings as of_site

REPEATS, SITES = "observation of a repeat", "observation of what a site prints"
_ADVICE = "If repeats like this are cut and should not be, raise --caution. If too few are cut, lower it."
_NOT_FITTED = "The weights that are in force do not use it."
_FAR = 1e9  # beyond every edge of a step function
Words = Callable[[str, float], str | None]


def of_repeats() -> Iterator[Term]:
    """What is observed of a repeat."""
    steps = repeat_evidence.fitted().steps
    for name in sorted(_templates()):
        if name in ("bias", "others"):
            continue
        step = steps.get(name)
        weighed = _example(name, of_repeat.in_words, step.edges, step.weights) if step else _NOT_FITTED
        yield Term(name, REPEATS, _meaning(_templates()[name]), weighed, _ADVICE)
    yield Term(
        "bias",
        REPEATS,
        "What every repeat begins with, before anything is observed.",
        f"{repeat_evidence.fitted().bias:+.2f}",
        _ADVICE,
    )
    yield Term(
        "others",
        REPEATS,
        "How many other observations there are, and what they add up to. A ledger names the heaviest ones.",
        '"others": [151, 0.1]',
        _ADVICE,
    )


def of_sites() -> Iterator[Term]:
    """What is observed of what a site prints."""
    steps = site_evidence.fitted().steps
    fixed = {site_evidence.CODE: site_evidence.CODE_WEIGHT, site_evidence.FEW: site_evidence.FEW_WEIGHT}
    for name, words in of_site.MEANINGS.items():
        weighed = f"If so: {fixed[name]:+.2f}." if name in fixed else _NOT_FITTED
        if name in steps:
            edges, weights = (values.tolist() for values in steps[name])
            weighed = _example(name, of_site.in_words, edges, weights)
        yield Term(name, SITES, _meaning(words.replace("(s)", "s").replace("#", "n")), weighed, _ADVICE)


def _templates() -> dict[str, str]:
    """The words of each observation of a repeat, with n for its value."""
    counts = {**of_repeat.COUNTS, **of_repeat.PER_HUNDRED}
    shares = {**of_repeat.SHARES, **of_repeat.PERCENTAGES, **of_repeat.SIMILARITIES}
    return (
        {name: re.sub(r"\((e?s)\)", r"\1", words).replace("#", "n") for name, words in counts.items()}
        | {name: words.replace("#", "n%") for name, words in shares.items()}
        | {name: _yes_or_no(words) for name, words in of_repeat.STATEMENTS.items()}
        | {
            name: _yes_or_no(re.sub(r"\((e?s)\)", r"\1", words)).replace("#", "n")
            for name, (words, _) in of_repeat.DIFFERENCES.items()
        }
    )


def _yes_or_no(words: str) -> str:
    yes, no = (re.sub(r"\[(.*?)\|(.*?)\]", choice, words) for choice in (r"\1", r"\2"))
    return yes if yes == no else f"{yes}; or: {no}"


def _meaning(words: str) -> str:
    return f"{words if words.startswith('n') else words[0].upper() + words[1:]}."


def _example(name: str, in_words: Words, edges: Sequence[float], weights: Sequence[float]) -> str:
    """The values with the highest and the lowest weight, in words."""
    sides = []
    for what, choose in (("for a cut", max), ("against it", min)):
        at = weights.index(choose(weights))
        value = _value(at, edges)
        sides.append(f"Most {what}: {in_words(name, value) or f'{value:g}'} ({weights[at]:+.2f}).")
    return " ".join(sides)


def _value(at: int, edges: Sequence[float]) -> float:
    """A value in step `at` of a step function: where it begins, or for the first one what is below."""
    if at:
        edge = edges[at - 1]
        return round(edge + 0.5) if edge % 1 == 0.5 else edge
    below = edges[0]
    return round(below - 0.5) if below % 1 == 0.5 else min(below / 2, below - 1e-4) if below > 0 else -1.0
