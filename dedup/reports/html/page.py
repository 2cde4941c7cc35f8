"""A summary -> one HTML file that needs no other: the content of the terminal report, and every decision with
the texts that it is about.

Nothing in it loads, and no text from outside acts: it is made harmless, then escaped or inserted as text, and
the policy of the page lets the browser run only the styles and the script of this page (page.css, page.js).
"""

from base64 import b64encode
from collections.abc import Iterable, Iterator
from hashlib import sha256
from html import escape
from pathlib import Path

from dedup.policy import Policy
from dedup.reports.html import charts, entries, markup
from dedup.reports.layout import Part, Sentence
from dedup.reports.near_duplicates import fate, is_tagging
from dedup.reports.numbers import number
from dedup.reports.safe import safe
from dedup.reports.terminal import console, findings
from dedup.summary.exhibits import Exhibits
from dedup.summary.format import Summary

BYTES = 8_000_000
"""Texts of pairs that a page has, and as much of articles; later ones are listed without their texts."""

_FIRST = ("check", "totals", "files")
_SIDE_BY_SIDE = ("totals", "files")  # both fit into a line of the page
_NAMES = {
    "check": "Needs attention",
    "totals": "Totals",
    "sites": "Sites",
    "groups": "Near-duplicates",
    "repeats": "Repeats",
    "templates": "Close calls",
    "rejects": "Unreadable",
    "time": "Time",
    "files": "Undo",
}


def render(summary: Summary, exhibits: Exhibits | None) -> Iterator[bytes]:
    """The page in parts. Texts are read while it is made, so the input must still be in its place. Without
    exhibits, the page has what the terminal shows, and no texts.
    """
    style, script = (Path(__file__).with_name(f"page.{kind}").read_bytes() for kind in ("css", "js"))
    parts = console.sections(summary)
    headline = parts.pop("headline")
    order = [*_FIRST, *(key for key in parts if key not in _FIRST)]
    parts = {key: parts[key] for key in order if key in parts}
    yield from (_head(style, script), _header(headline, parts, summary), b'<main id="main" tabindex="-1">\n')
    row = [_section(key, parts[key], summary, exhibits) for key in _SIDE_BY_SIDE if key in parts]
    for key, part in parts.items():
        if key not in _SIDE_BY_SIDE:
            yield _section(key, part, summary, exhibits).encode()
        elif row:
            yield f'<div class="two">{"".join(row)}</div>'.encode()
            row = []
    yield _about(summary, exhibits).encode()
    if exhibits is not None:
        yield from _data(exhibits)
    yield entries.block("about-page", {"deciding": _deciding(summary), "fate": fate(summary).word})
    yield b"<script>%s</script>\n</body>\n</html>\n" % script


def _head(style: bytes, script: bytes) -> bytes:
    """Everything before the body."""
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
    """The hash by which the policy of the page allows this content."""
    return f"sha256-{b64encode(sha256(content).digest()).decode()}"


def _header(headline: Part, parts: Iterable[str], summary: Summary) -> bytes:
    """The run in one sentence, what became of its records, links to the sections."""
    (sentence,) = headline
    assert isinstance(sentence, Sentence)
    links = "".join(f'<li><a href="#{key}">{_NAMES[key]}</a></li>' for key in parts)
    return (
        '<a class="skip" href="#main">Skip to the findings</a>\n<header>'
        f'<p class="over">dedup {escape(summary["dedup"])}</p><h1>{escape(sentence.first.rstrip(":"))}</h1>'
        f"<p>{escape(sentence.rest)}</p>{charts.decisions(summary)}"
        f'<nav aria-label="Sections"><ul>{links}</ul></nav></header>\n'
    ).encode()


def _section(key: str, part: Part, summary: Summary, exhibits: Exhibits | None) -> str:
    """A section of the terminal report; where there are texts to show, with a list in place of its table."""
    if key == "totals":
        return f'<section id="totals" aria-label="Totals"><h2>Totals</h2>{markup.body(part)}</section>\n'
    if key == "groups" and exhibits is not None and exhibits.highlights.groups:
        more = (
            _histograms(summary, exhibits)
            + _list("groups", "groups", _GROUP_ORDERS)
            + _KEEP_BOTH
            + _hint(summary)
        )
        return markup.section(key, [part[0], *findings.notes(summary)], more)
    if key == "repeats" and exhibits is not None and exhibits.outcome.findings.cuts:
        title = f"<h3>{number(len(exhibits.outcome.findings.cuts), 'article')} with cuts</h3>"
        return markup.section(key, part, title + _list("articles", "articles", _ARTICLE_ORDERS))
    return markup.section(key, part)


_GROUP_ORDERS = {
    "": "largest first",
    "least": "least similar first",
    "lost": "largest loss first",
    "name": "by name",
}
_ARTICLE_ORDERS = {"": "most characters cut first", "share": "largest share cut first", "name": "by name"}


def _list(key: str, what: str, orders: dict[str, str]) -> str:
    """A list that page.js fills, with a field to filter it and a choice of orders."""
    options = "".join(f'<option value="{value}">{label}</option>' for value, label in orders.items())
    return (
        f'<noscript><p class="alarm">The list of {what} needs JavaScript, which is off. The ledger has all '
        f'{what}.</p></noscript><div id="{key}-list" hidden><div class="tools">'
        f'<label>Find {what} by id, source or first words<input type="search" autocomplete="off"></label>'
        f'<label>Order<select autocomplete="off">{options}</select></label></div>'
        '<p class="count" role="status"></p><div class="entries"></div></div>'
    )


_KEEP_BOTH = (
    '<div id="keep-both" class="keep-both" hidden role="group" aria-label="Articles to keep">'
    '<p class="count" role="status"></p><button type="button">Save keep.txt</button>'
    "<p>Then run <code>dedup clean INPUT --never-drop keep.txt</code></p>"
    "<details><summary>The lines of keep.txt</summary>"
    '<textarea readonly rows="4" aria-label="The lines of keep.txt"></textarea></details></div>'
)
"""What page.js shows once a box "keep both" is ticked: the file for --never-drop."""


def _hint(summary: Summary) -> str:
    """Which article is kept, and the options that change it."""
    undo = "leave the tag off an article" if is_tagging(summary) else "keep an article that was dropped"
    return (
        f'<p class="hint">{escape(_deciding(summary))} To change this: --keep, --threshold, --contained.</p>'
        f'<p class="hint">To {undo}, put its id and that of the kept one into a '
        "file, one on each line, and run <code>dedup clean INPUT --never-drop FILE</code>.</p>"
    )


def _deciding(summary: Summary) -> str:
    """Why an article is dropped or tagged for another, in two sentences."""
    rule = findings.match_rule(summary["options"])
    kept = _kept(summary["options"]["keep"])
    which = f"all but {kept} are tagged" if is_tagging(summary) else f"{kept} is kept"
    return f"Articles match if they are similar enough ({rule}). Of those that match, {which}."


def _kept(keep: str) -> str:
    """Which of several articles is kept. `keep`: the option, which another version may have written."""
    try:
        name, field, preferences = Policy.parse(keep)
    except ValueError:
        return f"the one that --keep {safe(keep)} chooses"
    preferred = [f"one with {safe(value)} in the field {safe(field)}, else " for field, value in preferences]
    return f"{''.join(preferred)}the {name}{f' by the field {safe(field)}' if field else ''}"


def _histograms(summary: Summary, exhibits: Exhibits) -> str:
    """How similar near-duplicates are to their keepers, by both measures."""
    options, word = summary["options"], fate(summary).word
    charted = [
        charts.histogram(
            "jaccard",
            f"Jaccard of the {word} article and the kept one",
            "the same shingles",
            exhibits.histogram("jaccard"),
            options["threshold"],
        ),
        charts.histogram(
            "covered",
            f"Share of the {word} article that is in the kept one",
            "the kept one has all of it" if is_tagging(summary) else "nothing lost",
            exhibits.histogram("coverage"),
            options["contained"],
        ),
    ]
    return f'<div class="charts">{"".join(charted)}</div>'


def _about(summary: Summary, exhibits: Exhibits | None) -> str:
    """What of the run is on the page, and what is not."""
    texts = "This page has no texts: the engine of the run only counts."
    if exhibits is not None:
        duplicates = number(fate(summary).articles, f"{fate(summary).word} article")
        cut = number(len(exhibits.outcome.findings.cuts), "article")
        texts = (
            f"This page shows the texts of up to {len(exhibits.pairs):,} of {duplicates} (the least similar "
            f"of each group first) and of up to {len(exhibits.articles):,} of {cut} with cuts (those with "
            f"most characters cut first), at most {BYTES / 1e6:.0f} MB of each. It lists up to "
            f"{entries.LISTED:,} of each. Long texts are shortened around what differs or was cut."
        )
    return (
        f'</main>\n<footer id="about"><h2>About this page</h2><p>{texts} The ledger has every decision, and '
        "the input every text: <code>dedup compare</code> and <code>dedup repeats</code> show what is not "
        "here. Invisible and control characters are left out or shown as escapes. The page loads nothing and "
        "sends nothing.</p></footer>\n"
    )


def _data(exhibits: Exhibits) -> Iterator[bytes]:
    """The content of the lists, for page.js."""
    openings: dict[int, str] = {}
    size = 0
    for pair in exhibits.dropped_pairs():
        yield (block := entries.block(f"pair-{pair.row}", entries.pair(pair)))
        openings[pair.keeper] = pair.opening
        if (size := size + len(block)) > BYTES:
            break
    size = 0
    for article in exhibits.cut_articles():
        yield (block := entries.block(f"article-{article.row}", entries.article(article)))
        if (size := size + len(block)) > BYTES:
            break
    yield entries.block("all-groups", entries.groups(exhibits, openings))
    yield entries.block("all-articles", entries.articles(exhibits.outcome))
