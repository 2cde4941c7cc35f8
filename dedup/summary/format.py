"""The keys of a summary, with their types and meanings; those of its findings are in `findings_format.py`.
`schema.py` makes report.schema.json from both.

Shares are numbers from 0 to 1. Every integer is a count or a position. An engine that only counts (Spark)
leaves lists of examples empty, and gives null where that is allowed. Keys are added, never renamed.
"""

from typing import Annotated, NotRequired, TypedDict

from dedup.identity import Identity
from dedup.ledger.run_facts import RunFacts
from dedup.options import ACTIONS, EXTRACTORS
from dedup.summary.findings_format import (
    ComparedCounts,
    Groups,
    Kind,
    KindCounts,
    Limit,
    Loss,
    RepeatExample,
    Share,
    Sites,
    Templates,
    Uncertain,
)

ALARMS = (
    "unreadable",
    "without words",
    "unlike",
    "crowd",
    "echo",
    "same",
    "printed",
    "dropped",
    "tagged",
    "lost",
    "not found",
    "undated",
    "not preferred",
)


class OptionValues(TypedDict):
    """Every option and its value."""

    text_field: str
    id_field: str
    url_field: str
    site_field: str
    title_field: str
    extractor: Annotated[str, Limit("enum", EXTRACTORS)]
    strict: bool
    date_field: str
    updates: str
    repeats: bool
    duplicates: bool
    cut: list[Kind]
    caution: Share
    threshold: Share
    contained: Share | None
    max_loss: Share
    ngram: int
    num_perm: int
    recall: Share
    keep: str
    never_drop: str | None
    """The file of --never-drop; for ids that a caller gave, how many they are."""
    action: Annotated[str, Limit("enum", ACTIONS)]
    workers: int
    memory: int
    max_document: int


class PinnedCounts(TypedDict):
    """Articles that are never dropped, and the ids that name them."""

    file: str | None
    """The file of --never-drop; null for ids that a caller gave."""
    documents: int
    """Articles that are never dropped."""
    ids: int
    """Different ids in the file."""
    unknown: int
    """Ids that are in no article."""
    first: Annotated[list[str], Limit("maxItems", 5)]
    """The first of them."""


class Alarm(TypedDict):
    """One reason to look closer."""

    alarm: Annotated[str, Limit("enum", ALARMS)]
    """unreadable: records could not be read. without words: articles have no words. unlike: a group has
    members that are unlike each other. crowd: one group has at least a tenth of all articles. echo: a site
    repeats far more of its text than the others. same: nearly all articles of a site are dropped or tagged.
    dropped, tagged: at least half of all articles are. lost: much of the dropped text is not in the articles
    kept instead. not found: ids of --never-drop are in no article. undated: many
    articles have no value in the field of --keep that can be read. not
    preferred: no article has the value of a preference of --keep. printed: a site prints another share of its
    text than in earlier runs."""
    count: int
    """Articles, records or ids that the alarm is about."""
    share: Share
    """For echo and printed, of the characters of the site; for lost, of the dropped text; for not found, of
    the ids; else of articles or records."""
    document: NotRequired[Identity]
    """For unlike and crowd: the keeper of the group."""
    host: NotRequired[str]
    """For echo, same and printed: the site."""
    earlier: NotRequired[Share]
    """For printed: the share in earlier runs."""
    pinned: NotRequired[PinnedCounts]
    """For not found: what was found."""
    field: NotRequired[str]
    """For undated and not preferred: the field."""
    value: NotRequired[str]
    """For not preferred: the value."""


class Counts(TypedDict):
    """Articles and characters, counted."""

    documents: int
    """Articles that could be read."""
    kept: int
    """Articles in the output, cut or tagged or not."""
    cut: int
    """Kept articles from which repeats were cut, without the tagged ones."""
    dropped: int
    """Articles dropped as near-duplicates."""
    tagged: int
    """Near-duplicates in the output, which have a tag (--action tag)."""
    rejected: int
    """Records that could not be read."""
    empty: int
    """Articles without words."""
    updated: int
    """Kept articles that an earlier run kept with other words: the same URL, or else id (--updates)."""
    characters: int
    """Characters (code points) of all articles."""
    kept_characters: int
    """Characters in the output."""
    cut_characters: int
    """Characters cut from kept articles."""
    dropped_characters: int
    """Characters of dropped articles."""
    tagged_characters: int
    """Characters of tagged articles in the output."""


class Shares(TypedDict):
    """The counts as shares of the records, or of the characters, that came in."""

    kept: Share
    cut: Share
    dropped: Share
    tagged: Share
    rejected: Share
    empty: Share
    updated: Share
    kept_characters: Share
    cut_characters: Share
    dropped_characters: Share
    tagged_characters: Share
    touched: Share
    """Records that were dropped, tagged, cut or could not be read."""


class FieldCounts(TypedDict):
    """The values in the field of newest:FIELD or oldest:FIELD. Articles without a value that can be read come
    last.
    """

    field: str
    read_as: Annotated[str, Limit("enum", ("dates", "numbers"))]
    read: int
    """Articles with a date, or with a number where the values are compared as numbers."""
    unparsable: int
    """Articles with a value that is not clearly one."""
    ambiguous: int
    """Of these, articles with a date such as 03/04/2024, which is in March or in April."""
    missing: int
    """Articles without a value."""


class PreferenceCount(TypedDict):
    """One prefer:FIELD=VALUE of --keep."""

    field: str
    value: str
    documents: int
    """Articles whose field has this value, or an address on this host."""


class RecordLocation(TypedDict):
    """Where a record is."""

    source: str
    position: int


class RejectReason(TypedDict):
    """Why records could not be read."""

    reason: str
    count: Annotated[int, Limit("minimum", 1)]
    share: Share
    """Of all records."""
    first: Annotated[list[RecordLocation], Limit("maxItems", 5)]


class SkippedFile(TypedDict):
    """A file that was not read."""

    name: str
    """Its path below the folder that all inputs have in common."""
    what: str
    """What it is: `a ledger`, `rejects`, `a report`, `an index`, `the output of` a ledger, or `empty, to be
    written`."""


class WrittenFiles(TypedDict):
    """The files that a command writes; null for a file that it does not write."""

    articles: str | None
    """A path, or `-` for standard output."""
    ledger: str | None
    rejects: str | None
    report: str | None
    dry_run: bool
    skipped: list[SkippedFile]
    """Files in the folders that were read that dedup itself had written: they are no inputs."""


class Timings(TypedDict):
    """How long a run took."""

    seconds: dict[str, float]
    """Seconds by stage; those before `candidates` are summed over workers, except on Spark."""
    elapsed: float
    """Seconds of the whole run, writing included."""


class Summary(TypedDict):
    """What a run did, as plain values: what Result.summary() returns and --report report.json contains."""

    dedup: str
    """The version."""
    options: OptionValues
    alarms: list[Alarm]
    """What needs attention, the most serious first."""
    totals: Counts
    shares: Shares
    repeats: dict[Kind, KindCounts]
    """By kind; kinds of which none was found are left out."""
    examples: list[RepeatExample]
    compared: ComparedCounts
    unsure: Uncertain
    sites: Sites | None
    """Null where no article has an address (--url-field)."""
    groups: Groups
    seen: int
    """Articles dropped or tagged for one that an earlier run kept (--index)."""
    loss: Loss
    templates: Templates
    crowded: int
    """Articles in crowded buckets, which were compared with some of their candidates only."""
    common: int
    """Sampled shingles that were left out of the search because too many articles have them."""
    pinned: PinnedCounts | None
    """Null without --never-drop."""
    rejects: list[RejectReason]
    """The most frequent reason first."""
    passed_over: dict[str, int]
    """Records of WARC files that are no pages, such as requests, by what they are; empty on Spark."""
    keep_field: FieldCounts | None
    """Null unless --keep has newest:FIELD or oldest:FIELD."""
    preferred: list[PreferenceCount]
    """The preferences of --keep, the first one first."""
    seconds: dict[str, float]
    """Seconds by stage (`Timings`)."""
    elapsed: float
    """Seconds of the whole run, writing included."""
    bytes: int | None
    """Bytes read; null for documents in memory."""
    files: WrittenFiles | None
    """Null where no command ran."""
    run: RunFacts | None
    """Null where no command ran, and in ledgers, whose first line has it."""
