"""Keys of values: their order depends neither on the notation nor on the container."""

import datetime
from collections.abc import Callable
from decimal import Decimal
from email.utils import format_datetime
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dedup.matching.keepers import keeping_order
from dedup.policy import Policy
from dedup.text.fields.sort_keys import comparable, sort_key, sort_keys
from tests.support.examples import examples

_UTC = datetime.UTC
_BERLIN = datetime.timezone(datetime.timedelta(hours=1))
_CHATHAM = datetime.timezone(datetime.timedelta(hours=12, minutes=45))
_NOTATIONS: dict[str, Callable[[datetime.datetime], Any]] = {
    "iso": datetime.datetime.isoformat,
    "iso of another zone": lambda when: when.astimezone(_CHATHAM).isoformat(),
    "iso without a zone": lambda when: f"{when:%Y-%m-%d %H:%M:%S}",
    "basic": lambda when: f"{when.astimezone(_BERLIN):%Y%m%dT%H%M%S%z}",
    "rfc 2822": format_datetime,
    "rfc 2822 of another zone": lambda when: format_datetime(when.astimezone(_BERLIN)),
    "asctime": lambda when: when.ctime(),
    "java script": lambda when: f"{when:%a %b %d %Y %H:%M:%S} GMT+0000 (Coordinated Universal Time)",
    "web server": lambda when: f"{when:%d/%b/%Y:%H:%M:%S %z}",
    "reuters": lambda when: f"{when.day}-{when:%b-%Y %H:%M:%S}.00".upper(),
    "english": lambda when: f"{when.day} {when:%B %Y %H:%M:%S}",
    "american": lambda when: f"{when:%B} {when.day}, {when:%Y, %I:%M:%S %p}",
    "seconds": lambda when: int(when.timestamp()),
    "seconds as a double": lambda when: when.timestamp(),
    "seconds as text": lambda when: str(int(when.timestamp())),
    "milliseconds": lambda when: int(when.timestamp()) * 1000,
    "microseconds": lambda when: f"{int(when.timestamp())}000000",
    "nanoseconds": lambda when: np.int64(int(when.timestamp()) * 10**9),
    "digits": lambda when: f"{when:%Y%m%d%H%M%S}",
    "python": lambda when: when,
    "python without a zone": lambda when: when.replace(tzinfo=None),
    "pandas": lambda when: pd.Timestamp(when.astimezone(_BERLIN)),
    "numpy": lambda when: np.datetime64(when.replace(tzinfo=None), "s"),
    "decimal": lambda when: Decimal(int(when.timestamp())),
}
_INSTANTS = st.datetimes(
    datetime.datetime(1980, 1, 2), datetime.datetime(2099, 12, 30), timezones=st.just(_UTC)
).map(lambda when: when.replace(microsecond=0))


def _order(policy: str, values: Any) -> list[int]:
    keys = sort_keys(values)
    characters = np.zeros(len(keys), np.int64)
    return keeping_order(Policy.parse(f"{policy}:f"), characters, pa.chunked_array([keys])).tolist()


@given(
    st.lists(st.tuples(_INSTANTS, st.sampled_from(sorted(_NOTATIONS))), max_size=12),
    st.sampled_from(["newest", "oldest"]),
)
@examples(200)
def test_the_order_does_not_depend_on_the_notation(dates: list[tuple[Any, str]], policy: str) -> None:
    """However each date is written, the order of keeping is that of the instants; ties go by position."""
    sign = -1 if policy == "newest" else 1
    expected = sorted(range(len(dates)), key=lambda row: sign * dates[row][0].timestamp())
    assert _order(policy, [_NOTATIONS[notation](when) for when, notation in dates]) == expected


@pytest.mark.parametrize("form", ["%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%m-%d-%Y"])
@given(st.lists(st.dates(datetime.date(1900, 1, 1)), min_size=1, max_size=12))
@examples(50)
def test_the_order_of_day_and_month_holds_for_the_whole_field(form: str, dates: list[Any]) -> None:
    """Where one date shows what comes first, all dates of the field are read so, wherever it is."""
    for shown in (0, len(dates)):
        days = [*dates[:shown], datetime.date(2024, 2, 13), *dates[shown:]]
        expected = sorted(range(len(days)), key=days.__getitem__)
        assert _order("oldest", [day.strftime(form) for day in days]) == expected


_VALUES = (
    st.none()
    | st.integers(-2, 12)
    | st.integers(1_704_000_000, 1_704_000_003)
    | st.dates(datetime.date(2024, 1, 1), datetime.date(2024, 12, 31)).map(
        lambda day: day.strftime("%d/%m/%Y")
    )
    | st.sampled_from(
        ["2024-01-03", "3 January 2024", "01/13/2024", "13.1.2024", "1.2.2024", "soon", "", "7"]
    )
)


@given(st.lists(_VALUES, max_size=12), st.randoms(use_true_random=False))
@examples(200)
def test_what_a_value_is_does_not_depend_on_the_order(values: list[Any], random: Any) -> None:
    """In another order and in chunks each value is compared by the same."""
    rows = list(range(len(values)))
    random.shuffle(rows)
    at = len(rows) // 2
    moved = [values[row] for row in rows]
    chunks = pa.chunked_array([sort_keys(moved[:at]), sort_keys(moved[at:])])
    original = comparable(sort_keys(values)).to_pylist()
    assert comparable(chunks).to_pylist() == [original[row] for row in rows]


@given(st.lists(st.integers(-(10**25), 10**25) | st.floats(allow_nan=False), min_size=2, max_size=2))
@example([2**62, 2**62 + 1])
@example([0.0, -0.0])
def test_numbers_sort_by_size(pair: list[float]) -> None:
    """Numbers sort by size: identifiers of 64 bits exactly."""
    low, high = sorted(pair)
    if low == high:
        return
    exact = all(isinstance(n, float) or abs(n) < 2**63 for n in pair)
    _, left, right = comparable(sort_keys([5, low, high])).to_pylist()
    assert left < right or (not exact and float(low) == float(high))


@pytest.mark.parametrize(
    "value", [None, "", " \t", float("nan"), np.float32("nan"), pd.NaT, pd.NA, np.datetime64("NaT")]
)
def test_what_frames_have_for_nothing_is_missing(value: Any) -> None:
    """A missing value has no key."""
    assert sort_key(value) is None


_TIMES = ["2024-01-03T10:00:00", None, "1987-03-09T00:00:00"]


@pytest.mark.parametrize(
    "column",
    [
        *(pa.array(_TIMES).cast(pa.timestamp(unit)) for unit in ("s", "ms", "us", "ns")),
        pa.array(_TIMES).cast(pa.timestamp("us")).cast(pa.timestamp("us", "Europe/Berlin")),
        pa.array(_TIMES).dictionary_encode(),
        pa.array(_TIMES, pa.large_string()),
        pa.array([1704276000, None, 542246400], pa.uint32()),
        pa.array([1704276000000, None, 542246400000], pa.float64()),
        pa.array([Decimal("1704276000.00"), None, Decimal("542246400.00")]),
    ],
    ids=lambda column: str(column.type),
)
def test_columns_of_all_types_have_the_keys_of_their_values(column: pa.Array) -> None:
    """A column has the instants that its values are, whatever its type."""
    expected = comparable(sort_keys(_TIMES)).to_pylist()
    assert comparable(sort_keys(column)).to_pylist() == expected


def test_days_are_dates_and_times_of_day_are_not() -> None:
    """A column of dates is read, one of times or durations is not."""
    days = pa.array([datetime.date(2024, 1, 3), None])
    expected = comparable(sort_keys(["2024-01-03", None])).to_pylist()
    for column in (days, days.cast(pa.date64())):
        assert comparable(sort_keys(column)).to_pylist() == expected
    for unclear in (pa.array([datetime.time(1), None]), pa.array([datetime.timedelta(1), None])):
        assert sort_keys(unclear).to_pylist() == ["u ", None]
        assert sort_keys(unclear.to_pylist()).to_pylist() == ["u ", None]
