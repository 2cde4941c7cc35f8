"""What each observation of a passage means, in words: for whoever asks why a passage is cut or left."""

from dedup.sites.observations import ABOVE, BELOW, INSIDE, NO_BODY

MEANINGS = {
    "pages": "on about # different page(s)",
    "share": "on about # of the different pages",
    "variants": "# version(s) of it per page",
    "rest": "# of what else is on these pages is on few others",
    "per_page": "# time(s) per page",
    "off_place": "# of the page away from its usual place",
    "before_share": "the passage before it is on # of the pages",
    "after_share": "the passage after it is on # of the pages",
    "before_words": "# word(s) in the passage before it",
    "after_words": "# word(s) in the passage after it",
    "pair_before": "before it the same passage on # of its pages",
    "pair_after": "after it the same passage on # of its pages",
    "pair_least": "the same passages on both sides on # of its pages",
    "pair_pages": "# page(s) with the same neighbour",
    "words": "has # word(s)",
    "place": "where it is on the page",
    "from_top": "# passage(s) above it",
    "from_end": "# passage(s) below it",
    "near_printed": "# of the passages around it are printed by the site",
    "own_near": "# word(s) near it that only this page has",
    "page_printed": "# of the page is printed by the site",
    "sentence": "ends as a sentence does",
    "interface": "# of its words are typical of buttons and menus",
    "digits": "# of its characters are digits",
    "capitals": "# of its words begin with a capital",
    "stops": "# end(s) of sentences in it",
    "code": "source code",
    "item": "an item of a list",
    "marks": "# sign(s) such as | or »",
    "in_title": "it is # of the title",
    "title_words": "# of its words are in the title",
    "few_pages": "the site has few pages",
}
"""Words for each observation by its name in the ledger; "#" is its value, "(s)" the ending of a plural."""
_NOT = {
    "sentence": "does not end as a sentence does",
    "code": "no source code",
    "item": "no item of a list",
}
_COUNTS = frozenset(
    (
        *("pages", "variants", "per_page", "before_words", "after_words", "pair_pages", "words", "from_top"),
        *("from_end", "own_near", "stops", "marks", "few_pages"),
    )
)
_PLACES = {
    ABOVE: "above the article",
    INSIDE: "in the article",
    BELOW: "below the article",
    NO_BODY: "on a page without an article",
}
_AT_END = {"before_words": "begins the page", "after_words": "ends the page"}


def in_words(name: str, value: float) -> str | None:
    """An observation in words, such as "33% of its words are typical of buttons and menus"; None for a name
    that is not known: a later version may have written it.
    """
    if name not in MEANINGS:
        return None
    if name == "place":
        return _PLACES.get(int(value))
    if name in _AT_END and value < 0:
        return _AT_END[name]
    if name in _NOT:
        return MEANINGS[name] if value else _NOT[name]
    if name not in _COUNTS:
        return MEANINGS[name].replace("#", f"{100 * value:.0f}%")
    count = f"{value:.3g}" if value < 100 else f"{value:,.0f}"
    words = MEANINGS[name].replace("(s)", "" if count == "1" else "s")
    return words.replace("#", "no" if count == "0" else count)
