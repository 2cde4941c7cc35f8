"""The report of a run as one HTML file that needs no other: the content of the terminal report, and every
decision with the texts that it is about.

Nothing in it loads, and no text from outside acts: it is made harmless, then escaped or put in place as text,
and the browser is told to run these styles and this script alone. page.css and page.js are its styles and
its script.
"""

from base64 import b64encode
from collections.abc import Iterable, Iterator
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import Any

from dedup.reports.html import charts, entries, markup
from dedup.reports.layout import Part, number
from dedup.reports.safe import safe
from dedup.reports.terminal import console as terminal
from dedup.reports.terminal import findings
from dedup.summary.exhibits import Exhibits
from dedup.summary.format import Summary

BYTES = 8_000_000
"""Of texts that a page holds of pairs, and as many of articles; what comes later is listed without."""

_FIRST = ("check", "totals", "files")
_BESIDE = ("totals", "files")  # both fit into a line of the page
_NAMES = {
    "check": "Look at first",
    "totals": "Totals",
    "sites": "Sites",
    "groups": "Near-duplicates",
    "repeats": "Repeats",
    "templates": "Templates",
    "rejects": "Not readable",
    "time": "Time",
    "files": "Undo",
}


def made(report: Summary, exhibits: Exhibits | None) -> Iterator[bytes]:
    """The page in parts. Texts are read while it is made: the input must be in its place until then. Without
    exhibits the page has what the terminal shows, and no texts.
    """
    style, script = (Path(__file__).with_name(f"page.{kind}").read_bytes() for kind in ("css", "js"))
    parts = terminal.sections(report)
    headline = parts.pop("headline")
    order = [*_FIRST, *(key for key in parts if key not in _FIRST)]
    parts = {key: parts[key] for key in order if key in parts}
    yield from (_head(style, script), _header(headline, parts, report), b'<main id="main" tabindex="-1">\n')
    beside = [_section(key, parts[key], report, exhibits) for key in _BESIDE if key in parts]
    for key, part in parts.items():
        if key not in _BESIDE:
            yield _section(key, part, report, exhibits).encode()
        elif beside:
            yield f'<div class="two">{"".join(beside)}</div>'.encode()
            beside = []
    yield _about(exhibits).encode()
    if exhibits is not None:
        yield from _data(exhibits)
    yield entries.block("about-page", {"dropping": _dropping(report)})
    yield b"<script>%s</script>\n</body>\n</html>\n" % script


def _head(style: bytes, script: bytes) -> bytes:
    """What comes before the body."""
    policy = f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'"
    policy += "; base-uri 'none'; form-action 'none'"
    return b"".join(
        (
            b'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'.encode(),
            b'<meta name="viewport" content="width=device-width, initial-scale=1">\n',
            b'<meta name="referrer" content="no-referrer">\n<title>dedup: the report of a run</title>\n',
            b"<style>%s</style>\n</head>\n<body>\n" % style,
        )
    )


def _hash(content: bytes) -> str:
    """What lets the browser know this content again."""
    return f"sha256-{b64encode(sha256(content).digest()).decode()}"


def _header(headline: Part, parts: Iterable[str], report: Summary) -> bytes:
    """The run in a sentence, what became of its articles, where to go on."""
    sentence: Any = headline[0]
    links = "".join(f'<li><a href="#{key}">{_NAMES[key]}</a></li>' for key in parts)
    return (
        '<a class="skip" href="#main">Skip to the findings</a>\n<header>'
        f'<p class="over">dedup {escape(report["dedup"])}</p><h1>{escape(sentence.first.rstrip(":"))}</h1>'
        f"<p>{escape(sentence.rest)}</p>{charts.fates(report)}"
        f'<nav aria-label="Sections"><ul>{links}</ul></nav></header>\n'
    ).encode()


def _section(key: str, part: Part, report: Summary, exhibits: Exhibits | None) -> str:
    """A section: that of the terminal, with a list of its own where there are texts to show."""
    if key == "totals":
        return f'<section id="totals" aria-label="Totals"><h2>Totals</h2>{markup.body(part)}</section>\n'
    if key == "groups" and exhibits is not None and exhibits.highlights.groups:
        more = _spreads(report, exhibits) + _tools("groups", "groups", _ORDERS) + _hint(report)
        return markup.section(key, [part[0], *findings.notes(report)], more)
    if key == "repeats" and exhibits is not None and exhibits.outcome.findings.cuts:
        told = f"<h3>{number(len(exhibits.outcome.findings.cuts), 'article')} with cuts</h3>"
        return markup.section(key, part, told + _tools("articles", "articles", _ARTICLES))
    return markup.section(key, part)


_ORDERS = {"": "largest first", "least": "least alike first", "lost": "most lost first", "name": "by name"}
_ARTICLES = {"": "most characters cut first", "share": "largest share cut first", "name": "by name"}


def _tools(key: str, what: str, orders: dict[str, str]) -> str:
    """A list that page.js fills, with a field to filter it and an order to choose."""
    options = "".join(f'<option value="{value}">{label}</option>' for value, label in orders.items())
    return (
        f'<noscript><p class="alarm">The list of {what} needs JavaScript, which is off; the ledger has all '
        f'of it.</p></noscript><div id="{key}-list" hidden><div class="tools">'
        f'<label>Find {what} by id, source or first words<input type="search" autocomplete="off"></label>'
        f'<label>Order<select autocomplete="off">{options}</select></label></div>'
        '<p class="count" role="status"></p><div class="entries"></div></div>'
    )


def _hint(report: Summary) -> str:
    """Who is kept, and how to have it otherwise."""
    return (
        f'<p class="hint">{escape(_dropping(report))} Another choice: --keep, --threshold, --contained.</p>'
    )


def _dropping(report: Summary) -> str:
    """Why an article is dropped for another, in two sentences."""
    which, _, field = report["options"]["keep"].partition(":")
    kept = {"longest": "longest", "first": "first"}.get(which, f"{which} by the field {safe(field)}")
    return f"Articles match at {findings.reach(report['options'])}. Of those that match, the {kept} is kept."


def _spreads(report: Summary, exhibits: Exhibits) -> str:
    """Both distributions of similarities, drawn."""
    options = report["options"]
    jaccard = "Jaccard of the dropped with the kept article"
    covered = "Share of a dropped article that the kept one has"
    same, nothing = "the very same shingles", "nothing lost"
    drawn = charts.spread("jaccard", jaccard, same, exhibits.histogram("jaccard"), options["threshold"])
    drawn += charts.spread("covered", covered, nothing, exhibits.histogram("coverage"), options["contained"])
    return f'<div class="charts">{drawn}</div>'


def _about(exhibits: Exhibits | None) -> str:
    """What of the run is in the file, and what is not."""
    told = "It has no texts: the engine that made it knows counts alone."
    if exhibits is not None:
        pairs, cuts = len(exhibits.pairs), len(exhibits.articles)
        told = (
            f"It lists up to {entries.LISTED:,} dropped articles and as many with cuts, and has the texts "
            f"of up to {pairs:,} and {cuts:,} of them: the least alike of each group, and those of which "
            f"most was cut, as far as {BYTES / 1e6:.0f} MB of text go. Long texts are shortened around what "
            "differs or was cut."
        )
    return (
        f'</main>\n<footer id="about"><h2>About this page</h2><p>{told} The ledger has every decision, and '
        "the input every text: what is not here, <code>dedup compare</code> and <code>dedup repeats</code> "
        "show. Invisible and control characters are left out or shown as escapes. The file loads nothing and "
        "sends nothing.</p></footer>\n"
    )


def _data(exhibits: Exhibits) -> Iterator[bytes]:
    """What the lists hold, for page.js."""
    openings: dict[int, str] = {}
    size = 0
    for held in exhibits.dropped_pairs():
        yield (made := entries.block(f"pair-{held.row}", entries.pair(held)))
        openings[held.keeper] = held.opening
        if (size := size + len(made)) > BYTES:
            break
    size = 0
    for cutting in exhibits.cut_articles():
        yield (made := entries.block(f"article-{cutting.row}", entries.article(cutting)))
        if (size := size + len(made)) > BYTES:
            break
    yield entries.block("all-groups", entries.groups(exhibits, openings))
    yield entries.block("all-articles", entries.articles(exhibits.outcome))
