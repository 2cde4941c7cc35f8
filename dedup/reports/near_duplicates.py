"""A summary -> what became of the near-duplicates: they were dropped or tagged; and why others are kept."""

from typing import Literal, NamedTuple

from dedup.summary.format import Summary

KEPT_AS = {
    "most alike": "the one most like the others",
    "cleaner": "the cleaner one",
    "whole": "the one with more of the article",
    "first": "the first",
    "longest": "the longest",
    "newest": "the newest",
    "oldest": "the oldest",
    "preferred": "the preferred one",
    "pinned": "named by --never-drop",
}
"""Why an article is kept for others, by the `why` of its group, after "kept as"."""


class NearDuplicates(NamedTuple):
    """What became of the near-duplicates of a run. `word`: dropped or tagged; `articles`: how many; `share`:
    of all records (0 to 1); `characters`: of their texts; `characters_share`: of all characters (0 to 1).
    """

    word: Literal["dropped", "tagged"]
    articles: int
    share: float
    characters: int
    characters_share: float


def is_tagging(summary: Summary) -> bool:
    """Whether near-duplicates were tagged. A summary of an older dedup has no such option."""
    return summary["options"].get("action") == "tag"


def fate(summary: Summary) -> NearDuplicates:
    """What became of the near-duplicates."""
    count, share = summary["totals"], summary["shares"]
    if is_tagging(summary):
        characters = count["tagged_characters"], share["tagged_characters"]
        return NearDuplicates("tagged", count["tagged"], share["tagged"], *characters)
    return NearDuplicates(
        "dropped",
        count["dropped"],
        share["dropped"],
        count["dropped_characters"],
        share["dropped_characters"],
    )
