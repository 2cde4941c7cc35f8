"""Values of the field that newest and oldest name -> keys, and how the keys of a whole field are read.

A key is a string: two characters for its kind, then what it is compared by. Whether numbers are dates, and
whether 03/04/2024 is in March or in April, follows from the kinds of all keys, whatever their order.
"""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dedup.text.arrow_values import values_of
from dedup.text.fields.dates import DAY, END, SECOND, read_date

KIND = 2
"""Characters of a key that say its kind."""
_UNREADABLE = "u "
_DATE, _NUMBER, _EPOCH, _UNSET = "d ", "n ", "e ", "z "
_DAY_FIRST, _MONTH_FIRST, _EITHER = "f", "m", "a"  # then the separator of the numbers
_WIDTH = 21  # digits of an instant
_FIRST, _SECOND, _SIZE = (
    (KIND + start, KIND + end) for start, end in ((0, _WIDTH), (_WIDTH, 2 * _WIDTH), (_WIDTH, 99))
)  # where a key has what it is compared by
_NO_DATE = "-" * _WIDTH

_1970 = (date(1970, 1, 1).toordinal() - 1) * DAY
_EARLIEST, _LATEST = ((date(year, 1, 1).toordinal() - 1) * DAY - _1970 for year in (1980, 2100))
_UNITS = (SECOND, 10**6, 1000, 1)  # nanoseconds: the ranges from 1980 to 2100 do not overlap
_PER_UNIT = {"s": SECOND, "ms": 10**6, "us": 1000, "ns": 1}
_NUMBER_TEXT = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_COMPACT = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)?)?", re.ASCII)


def sort_key(value: object) -> str | None:
    """The key of a value; None if it is missing or blank."""
    if isinstance(value, str):
        return _text_key(value.strip())
    if is_missing(value):
        return None
    if isinstance(value, np.datetime64 | np.timedelta64):
        key: str = sort_keys(pa.array([value]))[0].as_py()
        return key
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _number_key(value)
    return _date_key(value) if isinstance(value, date) else _text_key(str(value))


def is_missing(value: object) -> bool:
    """Whether a value is None, or what frames have for it: NaN (which does not equal itself), NaT or NA."""
    if isinstance(value, float | np.generic):
        return bool(value != value)
    return value is None or type(value).__name__ in ("NaTType", "NAType")


def sort_keys(values: Iterable[Any] | pa.Array) -> pa.StringArray:
    """The keys of many values: Python's, or a column of Arrow's."""
    if not isinstance(values, pa.Array):
        return pa.array([sort_key(value) for value in values], pa.string())
    kind = values.type
    if pa.types.is_dictionary(kind):
        return sort_keys(values.dictionary).take(values.indices)
    if pa.types.is_date(kind):
        return sort_keys(values.cast(pa.timestamp("ms")))
    if pa.types.is_timestamp(kind):
        unit = _PER_UNIT[kind.unit]
        instants = values.cast(pa.int64()).to_pylist()
        return pa.array(
            [None if n is None else _instant_key(n * unit + _1970) for n in instants], pa.string()
        )
    if pa.types.is_temporal(kind):  # times of day and durations
        return pc.if_else(values.is_valid(), _UNREADABLE, pa.scalar(None, pa.string()))
    return sort_keys(values_of(values))


def dates_of(keys: Sequence[str | None]) -> list[str | None]:
    """The dates that keys of one field stand for, in UTC: 2024-03-04, or 2024-03-04 15:02 where there is a
    time of day; None for what is not clearly a date.
    """
    places = comparable(pa.array(keys, pa.string())).to_pylist()
    are_numbers = Reading.of(kinds_of(pa.array(keys, pa.string()))).as_numbers
    return [None if are_numbers or place is None else _written(int(place)) for place in places]


def _written(instant: int) -> str:
    day, rest = divmod(instant, DAY)
    minutes = rest // (60 * SECOND)
    clock = f" {minutes // 60:02d}:{minutes % 60:02d}" if minutes else ""
    return f"{date.fromordinal(day + 1).isoformat()}{clock}"


def _text_key(text: str) -> str | None:
    if not text:
        return None
    if len(text) < 40 and _NUMBER_TEXT.fullmatch(text):
        return _number_key(int(text) if text.lstrip("+-").isdigit() else float(text), text)
    return _written_key(text)


def _written_key(text: str) -> str:
    written = read_date(text)
    if written is None:
        return _UNREADABLE
    day_first, month_first, separator = written
    if not separator:
        return _instant_key(day_first)
    if day_first is None or month_first is None:
        kind, instant = (_MONTH_FIRST, month_first) if day_first is None else (_DAY_FIRST, day_first)
        return f"{kind}{separator}{instant:0{_WIDTH}d}"
    return f"{_EITHER}{separator}{day_first:0{_WIDTH}d}{month_first:0{_WIDTH}d}"


def _instant_key(instant: int | None) -> str:
    return _UNREADABLE if instant is None or not 0 <= instant < END else f"{_DATE}{instant:0{_WIDTH}d}"


def _date_key(value: date) -> str:
    """The key of a date or a datetime; one without a zone is in UTC."""
    instant = (value.toordinal() - 1) * DAY
    if isinstance(value, datetime):
        seconds = (value.hour * 60 + value.minute) * 60 + value.second
        nanoseconds: int = getattr(value, "nanosecond", 0)  # of pandas
        instant += seconds * SECOND + value.microsecond * 1000 + nanoseconds
        if (offset := value.utcoffset()) is not None:
            instant -= (offset.days * 86_400 + offset.seconds) * SECOND + offset.microseconds * 1000
    return _instant_key(instant)


def _number_key(value: float, text: str | None = None) -> str:
    """The key of a number: the date that it may be, and its size. `text`: as it is written."""
    instant = _epoch(value, text)
    if instant is not None:
        kind, as_date = _EPOCH, f"{instant:0{_WIDTH}d}"
    else:
        kind, as_date = (_UNSET if value in (0, -1) else _NUMBER), _NO_DATE
    return f"{kind}{as_date}{_size_key(value)}"


def _epoch(value: float, text: str | None) -> int | None:
    """The instant of a number that may be one from 1980 to 2100: seconds, milliseconds, microseconds or
    nanoseconds since 1970, or the digits of a date.
    """
    if not 1e7 < value < 5e18:
        return None
    exact = int(value) if value == int(value) else Decimal(text or repr(value))
    for unit in _UNITS:
        if _EARLIEST <= exact * unit < _LATEST:
            return _1970 + int(exact * unit)
    digits = _COMPACT.fullmatch(str(exact))
    if digits is None:
        return None
    year, month, day, *clock = (part for part in digits.groups() if part)
    written = read_date(f"{year}-{month}-{day}" + (f" {':'.join(clock)}" if clock else ""))
    return written and written.day_first


def _size_key(value: float) -> str:
    """The order of IEEE doubles as hex digits, then what a big integer has beyond its double."""
    try:
        double = float(value)
    except OverflowError:
        double = math.inf if value > 0 else -math.inf
    bits: int = struct.unpack(">Q", struct.pack(">d", double + 0.0))[0]
    bits = bits ^ 0xFFFFFFFFFFFFFFFF if bits >> 63 else bits | 1 << 63
    rest = int(value) - int(double) if isinstance(value, int) and abs(double) < 1e30 else 0
    return f"{bits:016x}{rest + 10**18:019d}"


@dataclass(frozen=True)
class Reading:
    """How the keys of a field are read. `as_numbers`: by their size, and dates are unreadable; `day_first`:
    by separator, for dates in numbers whose order others of the field show.
    """

    as_numbers: bool
    day_first: Mapping[str, bool]

    @classmethod
    def of(cls, kinds: Mapping[str, int]) -> Reading:
        """The reading of keys, of which so many are of each kind.

        Numbers are dates if the field has dates that are no numbers, or if all of them may be dates but for
        0 and -1, with which programs mark a missing one. Days come first if a date shows that, and none with
        the same separator shows that months do.
        """
        has_dates = any(kind == _DATE or kind[0] in (_DAY_FIRST, _MONTH_FIRST) for kind in kinds)
        has_numbers = any(kind in kinds for kind in (_NUMBER, _EPOCH, _UNSET))
        are_dates = has_dates or (_EPOCH in kinds and _NUMBER not in kinds)
        orders: dict[str, set[bool]] = {}
        for kind in kinds:
            letter, separator = kind[0], kind[1]
            if letter in (_DAY_FIRST, _MONTH_FIRST):
                orders.setdefault(separator, set()).add(letter == _DAY_FIRST)
        day_first = {separator: True in order for separator, order in orders.items() if len(order) == 1}
        return cls(has_numbers and not are_dates, day_first)

    def place(self, kind: str) -> tuple[int, int] | None:
        """Where keys of a kind have what they are compared by (characters); None: they cannot be read."""
        if kind in (_NUMBER, _EPOCH, _UNSET) and self.as_numbers:
            return _SIZE
        if self.as_numbers or kind in (_UNREADABLE, _NUMBER, _UNSET):
            return None
        if kind[0] != _EITHER:
            return _FIRST
        day_first = self.day_first.get(kind[1])
        return None if day_first is None else _FIRST if day_first else _SECOND


def is_ambiguous(kind: str) -> bool:
    """Whether keys of a kind are dates whose day may be their month."""
    return kind[0] == _EITHER


def kinds_of(keys: pa.Array | pa.ChunkedArray) -> dict[str, int]:
    """How many keys are of each kind; None counts for none."""
    counts = pc.value_counts(pc.utf8_slice_codeunits(keys, 0, KIND)).to_pylist()
    return {count["values"]: count["counts"] for count in counts if count["values"] is not None}


def comparable(keys: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    """What each key is compared by, as text that sorts; null where there is none, or it cannot be read."""
    counts = kinds_of(keys)
    reading, values = Reading.of(counts), pa.nulls(len(keys), pa.string())
    for kind in counts:
        if place := reading.place(kind):
            is_kind = pc.starts_with(keys, kind)
            values = pc.if_else(is_kind, pc.utf8_slice_codeunits(keys, *place), values)
    return values
