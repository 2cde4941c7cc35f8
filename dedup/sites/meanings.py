"""What each observation of a passage means, in words: for whoever asks why a passage is cut or left."""

from dedup.sites.observations import ABOVE, BELOW, INSIDE, NO_BODY

MEANINGS = {
    "pages": "different pages with it, about",
    "share": "share of different pages, about",
    "variants": "versions of it per page",
    "rest": "rest of these pages that few others have",
    "per_page": "times per page",
    "off_place": "away from its usual place",
    "before_share": "pages with the passage before it",
    "after_share": "pages with the passage after it",
    "before_words": "words of the passage before it",
    "after_words": "words of the passage after it",
    "pair_before": "the same passage before it",
    "pair_after": "the same passage after it",
    "pair_least": "the same passages on both sides",
    "pair_pages": "pages with the same neighbour",
    "words": "its words",
    "place": "place on the page",
    "from_top": "passages above it",
    "from_end": "passages below it",
    "near_printed": "printed passages around it",
    "own_near": "words near it that only this page has",
    "page_printed": "of the page printed by the site",
    "sentence": "ends like a sentence",
    "interface": "words of buttons and menus",
    "digits": "digits",
    "capitals": "words with a capital",
    "stops": "ends of sentences",
    "code": "source code",
    "item": "an item of a list",
    "marks": "signs such as | and »",
    "in_title": "of the title",
    "title_words": "its words in the title",
    "few_pages": "a site of few pages",
}
"""A short phrase for each observation by its name in the ledger; its value comes after it."""
_NOT = {
    "sentence": "does not end like a sentence",
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
    """An observation in words, such as "words of buttons and menus 33%"; None for a name that is not known:
    a later version may have written it.
    """
    if name not in MEANINGS:
        return None
    if name == "place":
        return _PLACES.get(int(value))
    if name in _AT_END and value < 0:
        return _AT_END[name]
    if name in _NOT:
        return MEANINGS[name] if value else _NOT[name]
    return f"{MEANINGS[name]} {f'{value:g}' if name in _COUNTS else f'{100 * value:.0f}%'}"
