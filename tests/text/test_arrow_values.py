"""Arrow's values become Python's, or text where Python has none; whatever they are, nothing is raised."""

import numpy as np
import pyarrow as pa
import pytest

from dedup.text.arrow_values import are_utf8, strings, values_of

MARS = pa.timestamp("us", "Mars/Olympus")
SECONDS, NANOSECONDS = pa.timestamp("s"), pa.timestamp("ns")


def raw(*values):
    """Strings of these bytes, which need not be UTF-8."""
    bounds = np.cumsum([0, *map(len, values)]).astype(np.int32)
    buffers = [None, pa.py_buffer(bounds), pa.py_buffer(b"".join(values))]
    return pa.Array.from_buffers(pa.string(), len(values), buffers)


@pytest.mark.parametrize(
    ("values", "written"),
    [
        (pa.array([1, None], pa.timestamp("ns")), ["1970-01-01T00:00:00.000000001", None]),
        (pa.array([1_000_000_001], pa.timestamp("ns", "UTC")), ["1970-01-01T00:00:01.000000001+00:00"]),
        (pa.array([1001], pa.time64("ns")), ["00:00:00.000001001"]),
        (pa.array([86_400 * 10**9 + 1], pa.duration("ns")), ["1 day, 0:00:00.000000001"]),
        (pa.array([2**40], pa.timestamp("s")), ["36812-02-20T00:36:16"]),
        (pa.array([-(2**62)], pa.timestamp("s")), ["-146138510344-07-14T16:14:56"]),
        (pa.array([2**62], pa.duration("s")), ["4611686018427387904 s"]),
        (pa.array([2**31 - 1], pa.int32()).cast(pa.date32()), ["5881580-07-11"]),
        (pa.array([0], MARS), ["1970-01-01T00:00:00.000000+00:00"]),
        (raw(b"caf\xe9", b"b"), ["caf\ufffd", "b"]),
        (pa.DictionaryArray.from_arrays(pa.array([1, None]), raw(b"a", b"\xe9")), ["\ufffd", None]),
        (pa.array([[0, None]], pa.list_view(MARS)), [["1970-01-01T00:00:00.000000+00:00", None]]),
        (pa.array([[("k", 2**40)]], pa.map_(pa.string(), SECONDS)), [[("k", "36812-02-20T00:36:16")]]),
        (pa.array([{"a": 1}], pa.struct({"a": NANOSECONDS})), [{"a": "1970-01-01T00:00:00.000000001"}]),
    ],
)  # fmt: skip
def test_what_python_has_no_value_for_is_text(values, written):
    """Nanoseconds, far dates, unknown zones and broken strings are text, inside other values, too."""
    assert values_of(values) == written


def test_plain_values_stay_as_they_are():
    """What Python can hold is what Arrow makes of it."""
    values = pa.array([1, 1700000000123456], pa.timestamp("us", "Europe/Berlin"))
    assert values_of(values) == values.to_pylist()
    assert values_of(values.cast(pa.timestamp("ns", "Europe/Berlin"))) == values.to_pylist()
    assert values_of(pa.array([[1], None])) == [[1], None]


def test_strings_that_are_no_utf8_are_found_and_replaced():
    """A string of any kind is known as UTF-8 or not, and becomes one."""
    broken = raw(b"caf\xe9", b"b")
    for values in (broken, pa.DictionaryArray.from_arrays(pa.array([0, 1]), broken)):
        assert strings(values).to_pylist() == ["caf\ufffd", "b"]
        assert are_utf8(values).to_pylist() == [False, True]
    views = pa.array(["a", None], pa.string_view())
    assert strings(views).to_pylist() == ["a", None]
    assert are_utf8(views).to_pylist() == [True, False]
