"""What each kind of repeat is."""

from dedup.explain.terms.term import Term

_GROUP = "kind of repeat"
_LEAVE_OUT = "To leave such repeats in, leave the kind out of --cut."

KINDS = [
    Term(
        "block",
        _GROUP,
        "Paragraphs that come again in the same order, even at a distance; the whole text twice.",
        "The last four paragraphs of an article are its first four again.",
        _LEAVE_OUT,
    ),
    Term(
        "exact",
        _GROUP,
        "One paragraph that comes again word for word.",
        "The lead is above the picture and again below it.",
        _LEAVE_OUT,
    ),
    Term(
        "near",
        _GROUP,
        "One paragraph that comes again with a few characters changed.",
        "The same paragraph with a typo mended.",
        _LEAVE_OUT,
    ),
    Term(
        "title",
        _GROUP,
        "The headline again, or a breadcrumb that ends in the headline.",
        "Home > Science > Otters return to the Wyre",
        _LEAVE_OUT,
    ),
    Term(
        "excerpt",
        _GROUP,
        "A pull quote, a standfirst or a teaser: a longer paragraph has all of it.",
        "A sentence of the interview, printed large between two paragraphs.",
        _LEAVE_OUT,
    ),
    Term(
        "site",
        _GROUP,
        "A passage that a site prints on many of its pages: a menu, a promotion, a footer.",
        "Subscribe to our newsletter",
        "dedup sites INPUT shows what each site prints. " + _LEAVE_OUT,
    ),
    Term(
        "pattern",
        _GROUP,
        "A repeat that its author wants: a refrain, a table head, a question of an interview, a price. It is "
        "not cut.",
        "The chorus of a song.",
        "To cut such repeats, too, add pattern to --cut.",
    ),
]
