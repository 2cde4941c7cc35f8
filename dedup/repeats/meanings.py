"""What each observation of a repeat means, in words: for whoever asks why a repeat is cut or left.

In the templates "#" is the value, "(s)" the ending of a plural, and "[a|b]" a choice: a for yes, b for no.
"It" is the copy, which would be cut; the original stays.
"""

import re
from collections.abc import Callable

# --- what is observed of both: {it} is "it" for the copy, "the original" for a name that ends in _first ---

_COUNTS_OF_BOTH = {
    "from_top": "# paragraph(s) above {it}",
    "before_words": "# word(s) in the paragraph before {it}",
    "after_words": "# word(s) in the paragraph after {it}",
    "near_words": "# word(s) per paragraph near {it}",
    "row_of_labels": "a row of # short line(s) in or beside {it}",
}
_SHARES_OF_BOTH = {
    "at_words": "# of the article's words come before {it}",
    "interface_near": "# of the words near {it} are typical of buttons and menus",
    "items_near": "# of the paragraphs near {it} are list items",
    "sentences_near": "# of the paragraphs near {it} end as a sentence does",
    "long_near": "# of the paragraphs near {it} are long",
    "repeated_near": "# of the paragraphs near {it} occur more than once",
}
_STATEMENTS_OF_BOTH = {
    "top": "{it} is [|not ]among the first 8 paragraphs",
    "before_body": "{it} is [|not ]above all long paragraphs",
    "after_body": "{it} is [|not ]below all long paragraphs",
    "heading": "{it} is [|not ]a short line above a longer paragraph",
    "ellipsis": "{it} [ends|does not end] in an ellipsis",
    "before_sentence": "the paragraph before {it} [ends|does not end] as a sentence does",
    "after_sentence": "the paragraph after {it} [ends|does not end] as a sentence does",
    "before_repeated": "the paragraph before {it} occurs [more than|only] once",
    "after_repeated": "the paragraph after {it} occurs [more than|only] once",
    "between_long": "{it} is [|not ]between two long paragraphs",
}


def _both(templates: dict[str, str]) -> dict[str, str]:
    """The templates of the copy, and those of the original."""
    names = ("", "it"), ("_first", "the original")
    return {name + end: words.format(it=it) for end, it in names for name, words in templates.items()}


# --- by kind of value ---

COUNTS = _both(_COUNTS_OF_BOTH) | {
    "words": "has # word(s)",
    "run_words": "in a run of # word(s)",
    "run": "in a run of # repeated paragraph(s)",
    "mean_words": "has # word(s) per paragraph",
    "line_words": "has # word(s) per line",
    "letters": "has # character(s) per word",
    "differing_words": "# word(s) that only the copy or only the original has",
    "differing_figures": "# number(s) that only the copy or only the original has",
    "slips": "# word(s) with a typo or a scanning error",
    "names_before": "# word(s) before the headline in the same line",
    "names_after": "# word(s) after the headline in the same line",
    "from_end": "# paragraph(s) below it",
    "gap": "# paragraph(s) between it and the original",
    "gap_words": "# word(s) between it and the original",
    "times": "# occurrence(s) of its most frequent paragraph",
    "times_least": "# occurrence(s) of its rarest paragraph",
    "prices": "has # price(s)",
    "prices_near": "# price(s) near the copy and the original",
    "code": "has # sign(s) of source code per paragraph",
    "cells": "has # gap(s) between table cells per paragraph",
    "indent": "indented by # blank(s)",
    "page_mean_words": "the article has # word(s) per paragraph",
    "page_forum": "the article has # sign(s) of a forum per paragraph",
    "page_code": "the article has # sign(s) of source code per paragraph",
    "page_prices": "the article has # price(s) per paragraph",
    "page_menu": "the article has # line(s) of menus",
    "page_row_of_labels": "the article has a row of # short line(s)",
    "others": "# other observation(s)",
}
PER_HUNDRED = {
    "quotes": "has # quotation mark(s) per 100 words",
    "quotes_first": "the original has # quotation mark(s) per 100 words",
    "separators": "has # separator(s) such as | or » per 100 words",
    "brackets": "has # bracket(s) per 100 words",
    "addresses": "has # web or mail address(es) per 100 words",
    "different_before": "# different paragraph(s) before 100 of its occurrences",
    "different_after": "# different paragraph(s) after 100 of its occurrences",
}
SHARES = _both(_SHARES_OF_BOTH) | {
    "short_words": "# of its words have up to 3 letters",
    "capitals": "# of its words begin with a capital",
    "all_capitals": "# of its words are in capitals",
    "interface": "# of its words are typical of buttons and menus",
    "calendar": "# of its words are names of months or days",
    "digits": "# of its characters are digits",
    "other_signs": "# of its characters are unusual signs",
    "links": "# of its characters are addresses of links",
    "references": "# of its paragraphs are addresses of numbered links",
    "items": "# of its paragraphs are list items",
    "items_first": "# of the original's paragraphs are list items",
    "sentences": "# of its paragraphs end as a sentence does",
    "sentences_first": "# of the original's paragraphs end as a sentence does",
    "names_elsewhere": "# of the names around the headline are lines elsewhere",
    "words_after": "# of the article's words come after it",
    "gap_share": "# of the article's words are between it and the original",
    "rank": "# of its occurrences come before it",
    "same_near": "# of the paragraphs near it are near the original, too",
    "digits_near": "# of the paragraphs near it have a digit",
    "covered_near": "# of the paragraphs near it are copies, too",
    "topic": "# of its words occur elsewhere in the article",
    "topic_body": "# of its words occur in other long paragraphs",
    "topic_title": "# of its words occur in the first 2 paragraphs",
    "page_sentences": "# of the article's paragraphs end as a sentence does",
    "page_short": "# of the article's paragraphs have up to 6 words",
    "page_text": "# of the article's words are in paragraphs of 15 words or more",
    "page_long": "# of the article's words are in paragraphs of 20 words or more",
    "page_items": "# of the article's paragraphs are list items",
    "page_indented": "# of the article's paragraphs are indented",
    "page_interface": "# of the article's words are typical of buttons and menus",
    "page_labels": "# of the article's paragraphs are short lines that end no sentence",
    "page_repeated": "# of the article's paragraphs occur more than once",
    "page_covered": "# of the article's paragraphs are copies of others",
    "page_speakers": "# of the article's paragraphs name a speaker",
    "page_quotes": "# of the article's paragraphs begin with a quotation mark",
    "page_digits": "# of the article's paragraphs have a digit",
}
"""Shares (0 to 1) of things that can be counted: none, 40%, all of them."""
PERCENTAGES = {
    "run_share": "its run is # of the article",
    "size_ratio": "# as long as the original",
    "differing_share": "differing words and numbers: # of its words",
    "figure_share": "differing numbers: # of its words",
    "part_at": "begins # into the longer paragraph",
    "first_at": "the original begins # into the article",
    "at": "begins # into the article",
    "spread": "its occurrences spread over # of the article",
    "rhythm": "the distances between its occurrences vary by #",
}
SIMILARITIES = {
    "alike": "# similar to the original",
    "like_headline": "# similar to one of the first 8 paragraphs",
    "like_title": "# similar to one of the first 2 paragraphs",
}
"""Similarities, 0 to 100."""
STATEMENTS = _both(_STATEMENTS_OF_BOTH) | {
    "bias": "every repeat begins with this",
    "verbatim": "[|not ]the same letter for letter",
    "at_once": "[|not ]the same words directly beside it",
    "alternate": "[|not ]one of several paragraphs that are each repeated at once",
    "part": "[|not ]part of a longer paragraph",
    "part_beside": "[|not ]part of a longer paragraph beside it",
    "part_of_headline": "[|not ]part of a headline",
    "part_begins": "begins [at the start of|inside] a sentence of the longer paragraph",
    "part_ends": "ends [at the end of|inside] a sentence of the longer paragraph",
    "part_whole": "[|not ]whole sentences of the longer paragraph",
    "line": "[|not ]a headline with breadcrumbs or the name of a site",
    "copy_before": "comes [before|after] the original",
    "lower_start": "[begins|does not begin] with a small letter",
    "date": "has [a|no] date or time",
    "quote_start": "[begins|does not begin] with a quotation mark",
    "more": "[ends|does not end] in words such as “read more”",
    "colon_end": "[ends|does not end] in a colon",
    "question": "has [a|no] question mark",
    "exclamation": "has [an|no] exclamation mark",
    "copyright": "has [a|no] copyright notice",
    "quoted": "[the copy or the original begins|neither the copy nor the original begins] with >",
    "byline": "names [a|no] speaker after a dash",
    "before_colon": "the paragraph before it [ends|does not end] in a colon",
    "same_before": "[the same paragraph|different paragraphs] before the copy and before the original",
    "same_after": "[the same paragraph|different paragraphs] after the copy and after the original",
    "speaker_before": "[a|no] speaker is named right before it",
    "speaker_after": "[a|no] speaker is named right after it",
    "prose_again": "[|not ]prose repeated word for word or nearly so, in an article without posts",
    "block_again": "[|not ]several paragraphs of prose repeated word for word or nearly so",
    "menu_again": "[|not ]a menu: 4 or more short lines repeated word for word",
    "headline_again": "[|not ]a headline repeated at once, or after one paragraph",
    "whole_again": "[|not ]a repeat of 40% of the article or more",
    "whole_twice": "[|not ]40% of the article or more again, the same but for slips",
    "names_around": "[|not ]the headline beside it with nothing but names around it",
    "line_twice": "[|not ]a line directly after itself, and nowhere else in an article of prose",
    "other_figures": "[|not ]the same with other numbers and no typo",
    "in_prose": "the article is [prose with few menus|not prose, or has menus]",
    "short_in_prose": "[|not ]a short passage in an article of prose",
    "line_in_prose": "[|not ]a short line between two long paragraphs",
    "among_prices": "[|not ]among prices",
}
DIFFERENCES = {
    "indent_differs": ("indented # blank(s) [more|less] than the original", 1),
    "items_differ": ("its share of list items is # point(s) [above|below] that of the original", 100),
}
"""Values that may be below 0, each with what it is multiplied by."""

# --- values that need words of their own ---

_EXACT = {
    ("run", 1.0): "in no run of repeated paragraphs",
    ("gap", 0.0): "directly beside the original",
    ("rhythm", -1.0): "occurs fewer than 3 times",
    ("rhythm", 0.0): "its occurrences are at equal distances",
    ("like_headline", 0.0): "not similar to one of the first 8 paragraphs",
    ("like_title", 0.0): "not similar to one of the first 2 paragraphs",
    ("indent", 0.0): "not indented",
    ("indent_differs", 0.0): "indented like the original",
    ("items_differ", 0.0): "the same share of list items as the original",
    ("same_before", -1.0): "nothing before the copy, or nothing before the original",
    ("same_after", -1.0): "nothing after the copy, or nothing after the original",
    ("row_of_labels", 0.0): "no short line in or beside it",
    ("row_of_labels", 1.0): "1 short line in or beside it",
    ("row_of_labels_first", 0.0): "no short line in or beside the original",
    ("row_of_labels_first", 1.0): "1 short line in or beside the original",
    ("page_row_of_labels", 0.0): "the article has no short lines",
    ("page_row_of_labels", 1.0): "the article has short lines, but no two in a row",
    ("different_before", 1.0): "a different paragraph before each of its occurrences",
    ("different_after", 1.0): "a different paragraph after each of its occurrences",
}
_BEYOND = {
    "nothing before it": ("before_words", "before_sentence", "before_repeated"),
    "nothing after it": ("after_words", "after_sentence", "after_repeated"),
    "nothing before the original": ("before_words_first", "before_sentence_first", "before_repeated_first"),
    "nothing after the original": ("after_words_first", "after_sentence_first", "after_repeated_first"),
    "not in a longer paragraph word for word": ("part_at", "part_begins", "part_ends", "part_whole"),
    "no headline with words around it": ("names_before", "names_after", "names_elsewhere"),
}
"""What -1 means."""
_EXACT |= {(name, -1.0): words for words, names in _BEYOND.items() for name in names}
_MOST = {"from_top": 40, "before_words": 40, "after_words": 40, "indent": 60, "indent_differs": 40}
_MOST |= {f"{name}_first": most for name, most in _MOST.items() if f"{name}_first" in COUNTS}
"""What higher values count as."""
_ENDING, _CHOICE = re.compile(r"\((e?s)\)"), re.compile(r"\[(.*?)\|(.*?)\]")
_PER = re.compile(r"(?<!words) per (paragraph|word|100 words)")


def in_words(name: str, value: float) -> str | None:
    """An observation in words, such as "directly beside the original"; None for a name that is not known: an
    earlier or a later version may have written it.
    """
    if (name, value) in _EXACT:
        return _EXACT[name, value]
    if name in COUNTS:
        return _counted(COUNTS[name], value, _MOST.get(name))
    if name in DIFFERENCES:
        words, times = DIFFERENCES[name]
        return _counted(_chosen(words, value > 0), abs(value) * times, _MOST.get(name))
    for templates, render in _KINDS:
        if name in templates:
            return render(templates[name], value)
    return None


def _counted(words: str, value: float, most: int | None = None) -> str:
    """A template with a count: "no prices", "1 price", "1.5 prices per line", "40 or more prices". Words of
    texts without spaces are estimated; an estimate below 0 is shown as 0.
    """
    count = _number(max(0.0, value))
    words = _ENDING.sub("" if count == "1" else r"\1", words)
    if count == "0":
        return _PER.sub("", words).replace("#", "no")
    return words.replace("#", f"{count} or more" if most is not None and value >= most else count)


def _number(value: float) -> str:
    """A number with a thousands separator; below 10 with one digit after the point, below 1 with three."""
    if value >= 10:
        return f"{value:,.0f}"
    return f"{value:.{1 if value >= 1 else 3}f}".rstrip("0").rstrip(".")


def _share(words: str, value: float) -> str:
    """A template with how many of something that is."""
    return words.replace("#", {0.0: "none", 1.0: "all"}.get(value) or _per_cent(value))


def _per_cent(value: float) -> str:
    """A share in whole per cent. Only 0 is 0%, and only 1 is 100%."""
    if 0 < value < 0.005:
        return "under 1%"
    if 0.995 <= value < 1:
        return "over 99%"
    return f"{100 * value:,.0f}%"


def _chosen(words: str, yes: bool) -> str:
    """A template with what it says of a yes, or of a no."""
    return _CHOICE.sub(r"\1" if yes else r"\2", words)


_KINDS: tuple[tuple[dict[str, str], Callable[[str, float], str]], ...] = (
    (SHARES, _share),
    (PERCENTAGES, lambda words, value: words.replace("#", _per_cent(value))),
    (SIMILARITIES, lambda words, value: words.replace("#", _per_cent(value / 100))),
    (PER_HUNDRED, lambda words, value: _counted(words, 100 * value)),
    (STATEMENTS, lambda words, value: _chosen(words, value > 0)),
)
