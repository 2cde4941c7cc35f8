"""What the copy's words look like: signs, capitals, figures, quotation marks, interface words."""

from collections.abc import Callable
from unicodedata import category

from rapidfuzz import fuzz

from dedup.repeats import lexicon
from dedup.repeats.observations.candidate import Repeated
from dedup.repeats.observations.page import mean

_HEADLINE = 40  # most words of a headline
_MAX_BYLINE = 16  # words
_LEAST_TITLE_RATIO = 60  # ratio (0 to 100) of a copy to a headline that counts
_TOP = 8


def words_of_copy(repeated: Repeated) -> dict[str, float]:
    """How long its words are, and how they are written."""
    tokens, calendar = repeated.tokens, lexicon.calendar_words()
    count = len(tokens)
    return {
        "letters": sum(map(len, tokens)) / count,
        "short_words": sum([len(word) <= 3 for word in tokens]) / count,
        "capitals": sum([word[:1].isupper() for word in tokens]) / count,
        "all_capitals": sum([word.isupper() and len(word) > 1 for word in tokens]) / count,
        "lower_start": float(repeated.text[:1].islower()),
        "interface": repeated.page.interface_share(repeated.copies),
        "calendar": sum([word.strip(".,()").casefold() in calendar for word in tokens]) / count,
        "digits": sum(map(str.isdigit, repeated.text)) / max(1, len(repeated.text)),
        "date": float(lexicon.DATE.search(repeated.text) is not None),
        "prices": float(sum([repeated.page.prices[i] for i in repeated.copies])),
    }


def signs(repeated: Repeated) -> dict[str, float]:
    """Which signs it has, by word or as yes and no."""
    text, text_first, count = repeated.text, repeated.text_first, len(repeated.tokens)
    odd = [sign for sign in text if not (sign.isalnum() or sign.isspace() or category(sign)[0] == "M")]
    return {
        "quotes": len(lexicon.QUOTE.findall(text)) / count,
        "quotes_first": len(lexicon.QUOTE.findall(text_first)) / max(1, len(text_first.split())),
        "quote_start": float(text[:1] in lexicon.QUOTES),
        "ellipsis": float(lexicon.ELLIPSIS.search(text[-40:]) is not None),
        "ellipsis_first": float(lexicon.ELLIPSIS.search(repeated.text_first[-40:]) is not None),
        "more": float(lexicon.MORE.search(text[-30:]) is not None),
        "colon_end": float(text.endswith((":", "："))),
        "question": float(any(sign in "?？؟" for sign in odd)),
        "exclamation": float(any(sign in "!！" for sign in odd)),
        "separators": sum([sign in "|»›·•/" for sign in odd]) / count,
        "brackets": sum([sign in "[](){}<>" for sign in odd]) / count,
        "other_signs": sum([sign not in ".,;:!?'\"-–—()’“”" for sign in odd]) / max(1, len(text)),
        "copyright": float("©" in odd or "copyright" in text.casefold()),
    }


def markup(repeated: Repeated) -> dict[str, float]:
    """Links, code, tables, and marks of quotation and of lists."""
    text, copies, page = repeated.text, repeated.copies, repeated.page
    code = repeated.article.count_code(repeated.unlinked) / len(copies)
    items, items_first = (page.share(which, page.is_item) for which in (copies, repeated.originals))
    quoted = lexicon.QUOTED_LINE
    return {
        "links": 1 - len(repeated.unlinked) / max(1, len(text)),
        "addresses": len(lexicon.ADDRESS.findall(text)) / len(repeated.tokens),
        "references": _share_of(repeated, lexicon.LINK_REFERENCE.match) if "]:" in text else 0.0,
        "code": code,
        "cells": repeated.article.count_cell_gaps(text) / len(copies),
        "items": items,
        "items_first": items_first,
        "items_differ": items - items_first,
        "quoted": float(quoted.match(repeated.text_first) is not None or quoted.match(text) is not None),
        "byline": float(repeated.words <= _MAX_BYLINE and lexicon.BYLINE.search(text) is not None),
    } | _indentation(repeated)


def _share_of(repeated: Repeated, matches: Callable[[str], object]) -> float:
    return mean(matches(repeated.page.texts[i]) is not None for i in repeated.copies)


def _indentation(repeated: Repeated) -> dict[str, float]:
    """How many blanks come before both."""
    article, both = repeated.article, (repeated.copies[0], repeated.originals[0])
    own, first = (lexicon.indentation(article.text, article.starts[i]) for i in both)
    return {"indent": float(min(60, own)), "indent_differs": float(max(-40, min(40, own - first)))}


def headlines(repeated: Repeated) -> dict[str, float]:
    """Whether it is like a headline, or like one of the first paragraphs."""
    page, of = repeated.page, repeated.candidate
    plain = repeated.article.plain
    single = of.first == of.last and page.sizes[of.first] <= _HEADLINE
    others = [i for i in range(min(_TOP, page.count)) if i != of.first and page.sizes[i] <= 2 * _HEADLINE]
    others = others if single else []
    ratios = [fuzz.ratio(plain(i), plain(of.first), score_cutoff=_LEAST_TITLE_RATIO) for i in others]
    return {
        "sentences": page.share(repeated.copies, page.ends_sentence),
        "sentences_first": page.share(repeated.originals, page.ends_sentence),
        "like_headline": max(ratios, default=0.0),
        "like_title": max([ratio for i, ratio in zip(others, ratios, strict=True) if i < 2], default=0.0),
        "heading": _is_heading(repeated, of.first, of.last),
        "heading_first": _is_heading(repeated, of.of_first, of.of_last),
    }


def _is_heading(repeated: Repeated, first: int, last: int) -> float:
    """Whether it is one short line that ends no sentence, with a longer paragraph behind it."""
    page = repeated.page
    short = first == last and page.sizes[first] <= 12 and not page.ends_sentence[first]
    return float(short and last + 1 < page.count and page.sizes[last + 1] >= 15)
