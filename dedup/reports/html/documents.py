"""What a page says of a document besides its text: name, place, title, address, date, site. All of it is
harmless text, and no address is a link but one of the web.
"""

from collections.abc import Iterable
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dedup.errors import InputError
from dedup.identity import location_of, name_of
from dedup.pipeline.outcome import Outcome
from dedup.reports import shorten
from dedup.reports.html.details import Details, details
from dedup.reports.safe import location, name, safe
from dedup.sources.pinned import line_of

_TITLE = 160  # characters of a title, or of the first words of a text
_ADDRESS = 2000  # characters of an address that is a link
SAME = 0
"""The line for --never-drop of a document, where it is the name that is shown."""


def in_short(text: str) -> str:
    """The first words of a text, on one line."""
    line = safe(text[: 4 * _TITLE])
    shown = shorten.cut(line, _TITLE)
    return shown if shown == line and len(text) <= 4 * _TITLE else f"{shown} …"


def is_link(address: str) -> bool:
    """Whether an address may be a link: http or https, with a host, without a user's name, which would hide
    the host; nothing in it is invisible or moves text.
    """
    if len(address) > _ADDRESS or safe(address) != address or " " in address or "\\" in address:
        return False
    try:
        parts = urlsplit(address)
        return parts.scheme.lower() in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        return False


class PageDocuments:
    """The documents that a page names. `read`: their details, by row."""

    def __init__(self, outcome: Outcome, rows: Iterable[int]) -> None:
        self._outcome = outcome
        self._rows = np.unique(np.fromiter(rows, np.int64))
        try:
            self._details = details(outcome, self._rows)
        except InputError:
            self._details = {}
        self._shared_ids = self._ids_of_several()

    def _ids_of_several(self) -> set[str]:
        """The ids of these documents that several documents have."""
        ids = self._outcome.identities[0]
        named = ids.take(pa.array(self._rows[self._rows < len(ids)])).unique()
        counts = pc.value_counts(ids.filter(pc.is_in(ids, named))).to_pylist()
        return {count["values"] for count in counts if count["counts"] > 1}

    @cached_property
    def sites(self) -> list[str]:
        """The sites of these documents, the one with most of them first."""
        numbers = [self._site(row) for row in self._rows.tolist()]
        counts = np.bincount([number for number in numbers if number >= 0], minlength=1)
        self._places = {int(number): place for place, number in enumerate(np.argsort(-counts, kind="stable"))}
        return [safe(self._hosts[number]) for number in self._places if counts[number]]

    @cached_property
    def _hosts(self) -> list[str]:
        return self._outcome.corpus.hosts()[0]

    @cached_property
    def _host_of(self) -> Any:
        return self._outcome.corpus.hosts()[1]

    def _site(self, row: int) -> int:
        return int(self._host_of[row]) if row < len(self._host_of) else -1

    def __iter__(self) -> Any:
        """Each document: [row, name, location if that is not its name, title, first words if it has no title,
        address, whether that may be a link, date, number of its site (-1: none), its line in a file for
        --never-drop: SAME, another text, or "" for a document of an earlier run].
        """
        sites = len(self.sites)
        for row in self._rows.tolist():
            known = self._details.get(row, Details())
            place = self._places.get(self._site(row), -1) if self._site(row) >= 0 else -1
            yield [
                row,
                *_names(self._outcome, row),
                *_title(known),
                *_address(known),
                known.date or "",
                place if place < sites else -1,
                self._line(row),
            ]

    def _line(self, row: int) -> str | int:
        """The line of a document in a file for --never-drop: its location, where others have its id."""
        identity = self._outcome.identity(row)
        if "date" in identity:
            return ""
        line = line_of(location_of(identity) if identity["id"] in self._shared_ids else name_of(identity))
        return SAME if line == name(identity) else line


def _title(known: Details) -> tuple[str, str]:
    """A title, or else the first words of the text."""
    title = in_short(known.title) if known.title else ""
    return title, "" if title else in_short(known.opening)


def _address(known: Details) -> tuple[str, int]:
    """An address, and whether it may be a link."""
    address = known.url or ""
    return shorten.cut(safe(address), _ADDRESS), int(is_link(address))


def _names(outcome: Outcome, row: int) -> tuple[str, str]:
    """The name of a document, and its location if that is not its name."""
    identity = outcome.identity(row)
    return name(identity), location(identity) if identity["id"] is not None else ""
