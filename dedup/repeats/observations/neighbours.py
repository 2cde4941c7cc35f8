"""What stands around copy and original."""

from dedup.repeats.observations.candidate import Repeated
from dedup.repeats.observations.page import Page, mean

_MAX_SIZE = 40  # words of a neighbour; longer ones count as 40


def beside(repeated: Repeated) -> dict[str, float]:
    """The paragraphs right before and right after both."""
    page, of = repeated.page, repeated.candidate
    observed: dict[str, float] = {}
    for name, first, last in (("", of.first, of.last), ("_first", of.of_first, of.of_last)):
        before, after = first - 1, last + 1
        observed |= {
            f"before_words{name}": _size(page, before),
            f"after_words{name}": _size(page, after),
            f"before_sentence{name}": page.flag(before, page.ends_sentence),
            f"after_sentence{name}": page.flag(after, page.ends_sentence),
            f"before_repeated{name}": page.flag(before, page.is_repeated),
            f"after_repeated{name}": page.flag(after, page.is_repeated),
            f"between_long{name}": float(
                page.flag(before, page.is_long) > 0 and page.flag(after, page.is_long) > 0
            ),
            f"row_of_labels{name}": float(max(page.labels_in_a_row[max(0, before) : after + 1])),
        }
    before = of.first - 1
    observed["before_colon"] = float(before >= 0 and page.texts[before].endswith((":", "：")))
    observed["same_before"] = _same(page, before, of.of_first - 1)
    observed["same_after"] = _same(page, of.last + 1, of.of_last + 1)
    return observed


def _size(page: Page, paragraph: int) -> float:
    """Its words, at most 40; -1 beyond the ends."""
    return float(min(page.sizes[paragraph], _MAX_SIZE)) if 0 <= paragraph < page.count else -1.0


def _same(page: Page, one: int, other: int) -> float:
    """Whether two paragraphs have the same words: -1 where one of them is beyond the ends."""
    if min(one, other) < 0 or max(one, other) >= page.count:
        return -1.0
    return float(page.hashes[one] == page.hashes[other] != 0)


def around(repeated: Repeated) -> dict[str, float]:
    """The three paragraphs before and the three after both."""
    page = repeated.page
    observed: dict[str, float] = {}
    for name, near in (("", repeated.near), ("_first", repeated.near_first)):
        observed |= {
            f"interface_near{name}": page.interface_share(near),
            f"near_words{name}": mean(page.sizes[i] for i in near),
            f"items_near{name}": page.share(near, page.is_item),
            f"sentences_near{name}": page.share(near, page.ends_sentence),
            f"long_near{name}": page.share(near, page.is_long),
            f"repeated_near{name}": page.share(near, page.is_repeated),
        }
    hashes = page.hashes
    of_original = {hashes[i] for i in repeated.near_first} - {0}
    observed["same_near"] = mean(hashes[i] in of_original for i in repeated.near)
    observed["digits_near"] = page.share(repeated.near, page.has_digit)
    observed["covered_near"] = page.share(repeated.near, repeated.covered)
    near_both = {*repeated.near, *repeated.near_first}
    observed["prices_near"] = float(sum([page.prices[i] for i in near_both]))
    return observed


def speakers(repeated: Repeated) -> dict[str, float]:
    """Whether somebody is said to speak right before or right after the copy."""
    page, of = repeated.page, repeated.candidate
    before, after = range(max(0, of.first - 2), of.first), range(of.last + 1, min(page.count, of.last + 3))
    return {
        "speaker_before": float(page.share(before, page.has_speaker) > 0),
        "speaker_after": float(page.share(after, page.has_speaker) > 0),
    }
