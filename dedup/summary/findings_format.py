"""The keys of a summary that say what a run found, with their types and meanings: repeats, sites, groups of
near-duplicates, loss, close calls.

Shares, Jaccard, coverage and probabilities are numbers from 0 to 1. Every integer is a count or a position.
"""

from typing import Annotated, NamedTuple, NotRequired, TypedDict

from dedup.facts.terms import FACT_KINDS
from dedup.identity import Identity
from dedup.matching.matches import KINDS_OF_MATCH
from dedup.options import KINDS


class Limit(NamedTuple):
    """A keyword of JSON Schema that limits the values of a type."""

    keyword: str
    value: object


Share = Annotated[float, Limit("maximum", 1)]
Quote = Annotated[str, Limit("maxLength", 300)]
"""The beginning of an original text, or of a part of one."""
Kind = Annotated[str, Limit("enum", KINDS)]
FactKind = Annotated[str, Limit("enum", FACT_KINDS)]


class KindCounts(TypedDict):
    """Repeats of one kind."""

    found: int
    cut: int


class RepeatExample(TypedDict):
    """A repeat to show."""

    kind: Kind
    cut: bool
    why: Annotated[str, Limit("enum", ("longest", "least sure", "worst site"))]
    """Why it was chosen among those of its kind."""
    document: Identity
    score: Annotated[float, Limit("maximum", 100)]
    """How similar both copies are, in per cent."""
    accident: Share | None
    """The probability that it is a scraping error; null where a rule decided."""
    characters: int
    """Length of the repeat."""
    text: Quote


class ComparedCounts(TypedDict):
    """How much was compared inside articles."""

    documents: int
    """Articles that have paragraphs worth comparing."""
    pairs: int
    """Pairs of such paragraphs."""
    fuzzy_documents: int
    """Articles of which rapidfuzz compared paragraphs."""
    fuzzy_pairs: int
    """Pairs that rapidfuzz compared."""


class UncertainExample(TypedDict):
    """A repeat that was left because the evidence does not decide."""

    document: Identity
    accident: Share
    """The probability that it is a scraping error."""
    text: Quote


class Uncertain(TypedDict):
    """Repeats that no rule decided and that were left: a scraping error with a probability of 0.3 to the
    caution.
    """

    count: int
    examples: Annotated[list[UncertainExample], Limit("maxItems", 3)]
    """The most probable errors first."""


class SiteShares(TypedDict):
    """How much of the text and of the articles of one or several sites is removed."""

    echo: Share
    """Characters cut as repeats inside articles, of all their characters."""
    printed: Share
    """Characters cut because the site prints them on many pages, of all their characters."""
    dropped_share: Share
    """Articles dropped or tagged, of all their articles."""


class Site(TypedDict):
    """One site."""

    host: str
    documents: int
    dropped: int
    """Articles dropped or tagged."""
    dropped_share: Share
    characters: int
    cut_characters: int
    printed_characters: int
    """Those of `cut_characters` that the site prints on many pages."""
    echo: Share
    """The other ones of `cut_characters`, of `characters`."""
    printed: Share
    """`printed_characters`, of `characters`."""
    others: SiteShares
    """The shares of all other sites together."""


class ChangedSite(TypedDict):
    """A site that prints another share of its text than in earlier runs."""

    host: str
    documents: int
    printed: Share
    """Characters that are cut because the site prints them on many pages, of all its characters."""
    earlier: Share
    """The same in earlier runs (--index)."""


class Sites(TypedDict):
    """The sites (hosts) that articles are from."""

    field: str
    """The field that says which site an article is from (--site-field, or else --url-field)."""
    hosts: int
    """Different hosts."""
    documents: int
    """Articles that have a host."""
    least: int
    """Articles that a site needs to be listed."""
    told: int
    """Hosts with at least that many articles."""
    echo: Share
    """Characters cut as repeats inside articles, of all characters of these articles."""
    printed: Share
    """Characters cut because their site prints them on many pages, of all characters of these articles."""
    dropped_share: Share
    """Articles dropped or tagged, of all articles that have a host."""
    worst: Annotated[list[Site], Limit("maxItems", 10)]
    """The highest share of text that is cut first."""
    changed: Annotated[list[ChangedSite], Limit("maxItems", 10)]
    """Those whose printed share is 20 points or more from that of earlier runs, the greatest change first."""


class DroppedMember(TypedDict):
    """A dropped or tagged article and how similar it is to its keeper."""

    document: Identity
    match: Annotated[str, Limit("enum", KINDS_OF_MATCH)]
    """How it matches the keeper: it has the same words; the Jaccard reaches the threshold; the keeper has
    enough of it; or it is cluttered: it has enough of the keeper, and beyond that menus, teasers or the like.
    """
    jaccard: Share
    coverage: Share
    """The share of its shingles that the keeper has."""


class GroupEntry(TypedDict):
    """A kept article and the articles that are dropped or tagged for it."""

    keeper: Identity
    why: str | None
    """Why the keeper is the one kept: the policy, or for cleanest: most alike, cleaner, whole, or first of
    exact copies; null if an earlier run kept it.
    """
    size: Annotated[int, Limit("minimum", 2)]
    """Articles, the keeper included."""
    lowest: Share
    """The lowest Jaccard of one of these with the keeper."""
    highest: Share
    """The highest Jaccard of one of these with the keeper."""
    margin: Share
    """By how much the closest call exceeds the threshold that it reaches."""
    close: bool
    """Whether `margin` is small."""
    opening: Quote
    """How the keeper begins."""
    dropped: Annotated[list[DroppedMember], Limit("maxItems", 3)]
    """The least similar first."""
    unlike: bool
    """Whether members are unlike each other."""


class UnlikePair(TypedDict):
    """Two members of a group."""

    one: Identity
    other: Identity
    covered: Share
    """The higher of the shares that one has of the other."""


class UnlikeEntry(TypedDict):
    """A group with two members that have less than half of each other."""

    keeper: Identity
    size: Annotated[int, Limit("minimum", 3)]
    """Articles, the keeper included."""
    pairs: int
    """Pairs of members that were compared."""
    unlike: int
    """Pairs of which neither has half of the other."""
    least: UnlikePair
    """The least similar of these pairs."""


class ClosestCall(TypedDict):
    """The dropped or tagged article that matches its keeper by the smallest margin."""

    document: Identity
    keeper: Identity
    jaccard: Share
    coverage: Share
    parted_by: list[Annotated[str, Limit("pattern", "^--(threshold|contained) ")]]
    """The options that would keep both."""


class Groups(TypedDict):
    """The groups of near-duplicates."""

    count: int
    largest: Annotated[list[GroupEntry], Limit("maxItems", 10)]
    unlike: Annotated[list[UnlikeEntry], Limit("maxItems", 10)]
    least_alike: ClosestCall | None
    closest: Annotated[list[ClosestCall], Limit("maxItems", 5)]
    """The articles that match by the smallest margins, the smallest first; of each group at most one."""


class LossExample(TypedDict):
    """The dropped article that loses most, or the tagged one that would."""

    document: Identity
    keeper: Identity
    share: Share
    """The share of its shingles that the keeper lacks."""
    text: Quote
    """The longest of its paragraphs that the keeper lacks; empty if there is none."""


class Loss(TypedDict):
    """The share of their shingles that dropped or tagged articles have and their keepers lack."""

    worst: Share
    """The highest of a single article."""
    overall: Share
    """Over all of these articles, weighted by their words."""
    example: LossExample | None


class TemplateExample(TypedDict):
    """Two kept articles that match and differ in facts."""

    document: Identity
    of: Identity
    """The earlier one."""
    by: NotRequired[FactKind]
    """What differs; missing in ledgers of older versions, where it is numbers."""
    reason: NotRequired[str]
    """In what they differ, in plain words."""
    figures: list[Annotated[list[str], Limit("minItems", 2), Limit("maxItems", 2)]]
    """The numbers that differ, each as it is in `of` and in `document`; of those that differ in a title or in
    names none.
    """
    around: str
    """The text around the first of them."""


class Templates(TypedDict):
    """Close calls: kept articles that match another kept one, but differ in facts."""

    count: int
    by: NotRequired[dict[FactKind, int]]
    """How many of them differ in each kind of facts from the most similar one; missing in ledgers of older
    versions.
    """
    examples: Annotated[list[TemplateExample], Limit("maxItems", 3)]
