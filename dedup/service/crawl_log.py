"""What a crawl logs: why an item is dropped, in one line, and errors in the terms of its settings."""

import re
from datetime import date

from dedup.errors import message_of
from dedup.identity import Identity
from dedup.reports.safe import middle, name
from dedup.service.messages import ItemDecision
from dedup.text.fields.dates import DAY, read_date

_NAME_WIDTH = 80  # characters of an id or URL in a message
_DATES = 100_000  # items of which the date is remembered: 20 MB
_OPTION = re.compile(r"(?<!\S)--([a-z][a-z-]*)")
_SETTING_OF_OPTION = {"wait": "DEDUP_WAIT ="}


class KnownDates:
    """Of the items that a crawl kept last, by name, the day that each gives as its date."""

    def __init__(self) -> None:
        self._days: dict[str, str] = {}

    def remember(self, name: str | None, value: object) -> None:
        """Remember the date of an item, if it has a name and the value is clearly a date."""
        day = day_of(value)
        if name is not None and day is not None:
            self._days[name] = day
            if len(self._days) > _DATES:
                del self._days[next(iter(self._days))]

    def get(self, name: str) -> str | None:
        """The day of an item; None where it is not known."""
        return self._days.get(name)


def short(name: str | None) -> str:
    """The id or the URL of an item, as a message has it."""
    return middle(name or "an item without id and URL", _NAME_WIDTH)


def reason_for(decision: ItemDecision, keeper: Identity, day: str | None) -> str:
    """Why an item is dropped: a short line that is safe to print in a terminal. `day`: the date of the
    keeper, if it is known; else the line has the day on which it was crawled.
    """
    similarity = f"Jaccard {decision.jaccard:.2f}, coverage {decision.coverage:.2f}"
    dated = f"of {day}" if day else f"crawled {keeper['date'][:10]}"
    return f"near-duplicate of {middle(name(keeper), _NAME_WIDTH)}, {dated} ({similarity})"


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
    message = message_of(error) or type(error).__name__
    return _OPTION.sub(lambda match: _SETTING_OF_OPTION.get(match[1], match[1].replace("-", "_")), message)
