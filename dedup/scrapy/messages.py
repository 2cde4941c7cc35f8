"""What the pipeline says of items and of errors."""

import re
from datetime import date

from dedup.identity import Identity
from dedup.reports.safe import middle, name
from dedup.service.messages import ItemDecision
from dedup.text.fields.dates import DAY, read_date

NAME_WIDTH = 100  # characters of an id or URL in a message
_OPTION = re.compile(r"(?<!\S)--([a-z][a-z-]*)")
_SETTING_OF_OPTION = {"wait": "DEDUP_WAIT ="}


def reason(decision: ItemDecision, keeper: Identity, day: str | None) -> str:
    """Why an item is dropped: a short line that is safe to print in a terminal. `day`: the date of the
    keeper, if it is known; else the line has the day on which it was crawled.
    """
    similarity = f"Jaccard {decision.jaccard:.2f}, coverage {decision.coverage:.2f}"
    dated = f"of {day}" if day else f"crawled {keeper['date'][:10]}"
    return f"near-duplicate of {middle(name(keeper), NAME_WIDTH)}, {dated} ({similarity})"


def day_of(value: object) -> str | None:
    """The day of a date, as 2024-03-04; None for what is not clearly a date."""
    if isinstance(value, date):
        return value.isoformat()[:10]
    written = read_date(value.strip()) if isinstance(value, str) else None
    if written is None or written.day_first is None or written.day_first != written.month_first:
        return None
    return date.fromordinal(written.day_first // DAY + 1).isoformat()


def in_settings_terms(error: Exception) -> str:
    """An error's message with the names of Scrapy settings in place of command-line options."""
    message = str(error) or type(error).__name__
    return _OPTION.sub(lambda match: _SETTING_OF_OPTION.get(match[1], match[1].replace("-", "_")), message)
