"""What became of an article, how two articles match, and why one of them is kept."""

from dedup.explain.terms.term import Term

_DECISION, _MATCH, _CLOSE, _KEPT = "decision", "match", "close call", "reason for keeping"

DECISIONS = [
    Term(
        "kept",
        _DECISION,
        "The article is in the output as it was.",
        "An article that no other one matches and that repeats nothing.",
        "Nothing. dedup why ID LEDGER says which articles nearly match it.",
    ),
    Term(
        "cut",
        _DECISION,
        "The article is in the output without the passages that the scrape repeated or that its site prints "
        "on many pages.",
        "An article whose whole body was scraped twice: the second copy is cut.",
        "See it with dedup repeats INPUT --id ID. If too much is cut, raise --caution, or leave a kind out "
        "of --cut.",
    ),
    Term(
        "dropped",
        _DECISION,
        "The article is not in the output, because a kept article matches it.",
        "A wire story that a second newspaper printed with another headline.",
        "See both with dedup compare. To keep it, name it in the file of --never-drop, or raise --threshold.",
    ),
    Term(
        "tagged",
        _DECISION,
        "The article matches a kept one. With --action tag it stays in the output, with the fields "
        "duplicate_of and similarity.",
        '{"id": "b", "duplicate_of": "a", "similarity": 0.93}',
        "Use the tag in your own rules, or run with --action drop.",
    ),
    Term(
        "rejected",
        _DECISION,
        "The record could not be read as an article. It is in the rejects file, byte for byte.",
        "A line that is not valid JSON.",
        "Look at its reason in the rejects file, and explain that: dedup explain not-valid-JSON.",
    ),
    Term(
        "update",
        _DECISION,
        "The article has the address (or else the id) of one that an earlier run kept, and other words. It "
        "is kept as a new version.",
        "A live blog that was scraped again in the evening.",
        "To drop updates that match the earlier version, use --updates drop.",
    ),
    Term(
        "likely error",
        _DECISION,
        "The probability that a repeat is an error of the scrape and not the wish of its author. The ledger "
        "calls it accident. A repeat is cut if the probability is high enough for --caution.",
        "97%: of 100 repeats with such evidence about 97 were judged to be scraping errors.",
        "To cut only what is surer, raise --caution. To cut more, lower it.",
    ),
]

MATCHES = [
    Term(
        "copy",
        _MATCH,
        "Both articles have the same words in the same order, but for case, punctuation and spaces.",
        "One article under two addresses.",
        "Nothing. With --keep first the first of them is kept.",
    ),
    Term(
        "similar",
        _MATCH,
        "The Jaccard similarity of both reaches --threshold: the runs of three words that both have, divided "
        "by those that one of them has.",
        "Jaccard 0.92 with --threshold 0.8.",
        "To match fewer, raise --threshold. dedup tune recommends a value.",
    ),
    Term(
        "contained",
        _MATCH,
        "The kept article has at least the share --contained of the dropped one. Its Jaccard may be low, "
        "because the kept one is longer.",
        "A short version of a story, all of which is in the long one.",
        "To match fewer, raise --contained, or switch it off with --contained off.",
    ),
    Term(
        "cluttered",
        _MATCH,
        "The dropped article contains the kept one. What it has beyond that is no text of the article.",
        "The article, and around it a menu, teasers and a cookie notice.",
        "See both with dedup compare. --keep longest keeps the longer one instead.",
    ),
]

CLOSE_CALLS = [
    Term(
        "title",
        _CLOSE,
        "The texts match, but the titles name different things. Both articles are kept.",
        '"Acme Corp declares dividend" and "Zenith Inc declares dividend".',
        "Nothing, if they are two stories. If they are one, name the field of the title with --title-field.",
    ),
    Term(
        "numbers",
        _CLOSE,
        "The texts match, but numbers in them differ. Both articles are kept.",
        "Two weather reports: 14 / 27 knots, 22 / 39 knots.",
        "Nothing, if the numbers matter. If they do not, drop one of both by hand.",
    ),
    Term(
        "names",
        _CLOSE,
        "The texts match, but names in them differ. Both articles are kept.",
        "Two reports of matches that differ in the teams.",
        "Nothing, if they are two stories.",
    ),
]

KEPT_BECAUSE = [
    Term(
        "most alike",
        _KEPT,
        "Of several matching articles this one is most like all the others (--keep cleanest).",
        "Of eight scrapes of a page, the one that differs least from the rest.",
        "For another choice, use --keep.",
    ),
    Term(
        "cleaner",
        _KEPT,
        "What the other one of two has beyond it is clutter (--keep cleanest).",
        "The article without the menu that the other one has.",
        "For another choice, use --keep.",
    ),
    Term(
        "whole",
        _KEPT,
        "It has text of the article that the other one lacks (--keep cleanest).",
        "The whole story, where the other one ends after two paragraphs.",
        "For another choice, use --keep.",
    ),
    Term(
        "first",
        _KEPT,
        "It comes first in the input, of exact copies or with --keep first.",
        "The article of line 3, where line 90 is its copy.",
        "For another choice, use --keep.",
    ),
    Term(
        "longest",
        _KEPT,
        "Its text is the longest once repeats are cut (--keep longest).",
        "The version of 900 words, where the other one has 850.",
        "For another choice, use --keep.",
    ),
    Term(
        "newest",
        _KEPT,
        "Its date is the latest (--keep newest:FIELD).",
        "The version of 3 May, where the other one is of 2 May.",
        "If dates could not be read, the report has the alarm undated.",
    ),
    Term(
        "oldest",
        _KEPT,
        "Its date is the earliest (--keep oldest:FIELD).",
        "The version of 2 May, where the other one is of 3 May.",
        "If dates could not be read, the report has the alarm undated.",
    ),
    Term(
        "preferred",
        _KEPT,
        "It has the value of --keep prefer:FIELD=VALUE.",
        "The article of the agency, with --keep prefer:source=agency.",
        "Nothing.",
    ),
    Term(
        "pinned",
        _KEPT,
        "The file of --never-drop names it.",
        "An id in keep.txt.",
        "To let it be dropped again, take it out of the file.",
    ),
]
