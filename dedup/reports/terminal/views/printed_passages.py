"""What sites print on many of their pages, for a terminal: a table of passages for each site."""

from collections.abc import Iterator

from rich.text import Text

from dedup.explain.sites import PrintedPassage, PrintingSite, PrintingSites
from dedup.reports.layout import DIM, Part, grid, heading, indented
from dedup.reports.numbers import chance, number, percent
from dedup.reports.repeat_evidence import observed_in_words
from dedup.reports.safe import middle, safe
from dedup.reports.shorten import cut

_SITES, _PASSAGES = 20, 10  # that are shown, unless all are
_TEXT = 75  # characters of a passage that are shown
_NAME = 60  # columns for the name of a site
_REASONS = 2  # observations that are shown


def report(printing: PrintingSites, field: str, shows_all: bool) -> Iterator[Part]:
    """A part for each site that has something to show, and last what is not shown. `field`: the one with the
    URL; `shows_all`: all sites and passages.
    """
    if not printing.sites:
        yield [Text(_no_site(printing, field))]
        return
    sites = [site for site in printing.sites if site.passages]
    shown = sites if shows_all else sites[:_SITES]
    for site in shown:
        yield _site(site, shows_all)
    if shown:
        yield [Text(_LEGEND, style=DIM)]
    yield [Text(sentence) for sentence in _rest(printing, len(sites), len(shown), field)]


_LEGEND = (
    "probability: how likely it is what the site prints and no part of an article, at its least and its most "
    "certain place. Below the passage: what weighed most at the least certain place that would be cut, or "
    "the most certain one that would not."
)


def _no_site(printing: PrintingSites, field: str) -> str:
    if not printing.pages_without_site:
        return "The input has no articles."
    return f"No article has a URL in the field {safe(field)!r}: name the field that has it with --url-field."


def _site(site: PrintingSite, shows_all: bool) -> Part:
    """The name of a site with its counts, and its passages."""
    share = percent(site.cut_characters / site.characters if site.characters else 0.0)
    title = heading(
        middle(site.name, _NAME), f": {number(site.pages, 'page')}, {share} of the text would be cut"
    )
    table = grid("right", "left", "right", "folded", head=("on pages", "cut", "probability", "passage"))
    passages = site.passages if shows_all else site.passages[:_PASSAGES]
    for passage in passages:
        text = Text(_opening(passage.text))
        text.append(f"\n{_reasons(passage)}", style=DIM)
        table.add_row(f"{passage.pages:,} of {site.pages:,}", decision(passage), _probability(passage), text)
    more = len(site.passages) - len(passages)
    rest = [indented(Text(f"and {number(more, 'more passage')} (--all)", style=DIM))] if more else []
    return [title, indented(table), *rest]


def decision(passage: PrintedPassage) -> str:
    """How many of the places of a passage are cut."""
    if not passage.cut:
        return "left"
    if passage.cut == passage.occurrences:
        return f"{passage.cut:,} times"
    return f"{passage.cut:,} of {passage.occurrences:,}"


def _probability(passage: PrintedPassage) -> str:
    least, most = chance(passage.least), chance(passage.most)
    return least if least == most else f"{least.removesuffix('%')} to {most}"


def _opening(text: str) -> str:
    line = safe(text)
    shown = cut(line, _TEXT)
    return shown if shown == line else f"{shown} …"


def _reasons(passage: PrintedPassage) -> str:
    """The observations that weighed most, in words: those for cutting, then those against it."""
    sides: dict[str, list[str]] = {"for": [], "against": []}
    for words, weight in observed_in_words(passage.evidence, _REASONS):
        sides["for" if weight > 0 else "against"].append(words)
    return "; ".join(f"{side}: {', '.join(reasons)}" for side, reasons in sides.items() if reasons)


def _rest(printing: PrintingSites, telling: int, shown: int, field: str) -> Iterator[str]:
    """Sentences on what is not shown."""
    if telling > shown:
        yield f"{number(telling - shown, 'more site')} with such passages (--all)."
    if silent := len(printing.sites) - telling:
        many = "prints" if silent == 1 else "print"
        yield f"{number(silent, 'site')} {many} nothing on enough pages to be judged."
    if without := printing.pages_without_site:
        have = "has" if without == 1 else "have"
        yield f"{number(without, 'article')} {have} no URL in the field {safe(field)!r} (--url-field)."
