"""Dates as they are written: which are read, and which are not."""

import re
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.text.fields.dates import DAY, END, read_date
from dedup.text.fields.sort_keys import Reading, comparable, kinds_of, sort_key, sort_keys
from tests.support.examples import examples
from tests.support.paths import TOP

_CASES = [orjson.loads(line) for line in (TOP / "fixtures/dates.jsonl").read_bytes().splitlines()]
_VALUES = [case for case in _CASES if "value" in case]
_FIELDS = [case for case in _CASES if "field" in case]


def _nanoseconds(instant: str) -> int:
    """Nanoseconds since the year 1, by the standard library, which has no nanoseconds."""
    whole, fraction = re.fullmatch(r"([^.]+?)(?:\.(\d+))?Z", instant).groups()
    since = datetime.fromisoformat(f"{whole}Z") - datetime(1, 1, 1, tzinfo=UTC)
    return (since.days * 86_400 + since.seconds) * 10**9 + int((fraction or "").ljust(9, "0"))


@pytest.mark.parametrize("case", _VALUES, ids=lambda case: str(case["value"]))
def test_each_value_of_the_table_is_read(case: dict[str, Any]) -> None:
    """A value is the instant that the table says, or none."""
    (read,) = comparable(sort_keys([case["value"]])).to_pylist()
    assert (None if read is None else int(read)) == (case["instant"] and _nanoseconds(case["instant"]))


def _order(values: list[Any], newest: bool) -> list[int]:
    """The rows in the order of keeping, by Python's stable sort."""
    read = comparable(sort_keys(values)).to_pylist()
    rows = sorted((row for row, value in enumerate(read) if value is not None), key=read.__getitem__)
    if newest:
        rows = sorted(rows, key=read.__getitem__, reverse=True)
    return rows + [row for row, value in enumerate(read) if value is None]


@pytest.mark.parametrize("case", _FIELDS, ids=lambda case: str(case["field"]))
def test_each_field_of_the_table_is_read(case: dict[str, Any]) -> None:
    """The values of a field have the order that the table says, and so many cannot be read."""
    values = case["field"]
    assert _order(values, newest=True) == case["newest"]
    assert _order(values, newest=False) == case.get("oldest", case["newest"][::-1])
    kinds = kinds_of(sort_keys(values))
    reading = Reading.of(kinds)
    assert reading.as_numbers == (case.get("read_as") == "numbers")
    unparsable = sum(count for kind, count in kinds.items() if reading.place(kind) is None)
    assert unparsable == case.get("unparsable", 0)
    assert len(values) - sum(kinds.values()) == case.get("missing", 0)


@given(st.datetimes(timezones=st.timezones()))
@examples(100)
def test_iso_dates_are_read_as_the_standard_library_reads_them(when: datetime) -> None:
    """Every date and time with an offset is read, to the microsecond; one before the year 1 in UTC is not."""
    text, offset = when.isoformat(), when.utcoffset()
    since = when.replace(tzinfo=None) - datetime(1, 1, 1) - offset
    expected = (since.days * DAY) + since.seconds * 10**9 + since.microseconds * 1000
    if offset.total_seconds() % 60:
        return  # of old local times, which ISO 8601 does not have
    read = read_date(text)
    assert (read and read.day_first) == (expected if 0 <= expected < END else None)


@given(st.text(max_size=30) | st.text("0123456789-/.:,+ TZapm", max_size=24))
@examples(300)
def test_any_text_has_a_key(text: str) -> None:
    """Every text has one key, alone and among others; only blank text is missing."""
    key = sort_key(text)
    assert (key is None) == (not text.strip())
    assert sort_keys([None, text, 1]).to_pylist()[1] == key
