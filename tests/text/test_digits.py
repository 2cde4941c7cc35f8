"""The runs of digits of texts."""

import re
from collections.abc import Iterator

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from dedup.native import text as kernel
from dedup.text.figures import digit_sets
from tests.support.examples import examples

ASCII = str.maketrans("٣५৭๙９", "35799")
_DIGIT, _DASHES = "[0-9٣५৭๙９]", "-\u2013\u2014\u2212~"
_RUN = re.compile(rf"(?:{_DIGIT}+(?:[.,](?=[0-9]){_DIGIT}+)*|[½⅓])[½⅓²⁵]*")
_BEHIND_DASH = re.compile(rf"(?:[{_DASHES}][ $€\u00a0]{{0,2}}|:)\Z")
_TEXTS = st.text(st.sampled_from(f"0123459a., ٣५৭๙９é漢😀\n½⅓²⁵:$€\u00a0{_DASHES}"), max_size=30)


def _runs(text: str) -> Iterator[tuple[str, bool]]:
    """Each run in ASCII digits, and whether it is behind a dash."""
    for run in _RUN.finditer(text):
        yield run[0].translate(ASCII), bool(_BEHIND_DASH.search(text[: run.start()]))


@given(st.lists(_TEXTS, max_size=4))
@examples(80)
def test_runs_of_digits_are_those_of_a_pattern(texts: list[str]) -> None:
    """Each text has as many different runs as a pattern finds, in any script; those behind a dash count
    apart.
    """
    runs = digit_sets(pa.array(texts, pa.large_string()))
    expected = [set(_runs(text)) for text in texts]
    assert np.diff(runs.offsets).tolist() == list(map(len, expected))
    together = digit_sets(pa.array(["\n".join(texts)], pa.large_string()))
    assert len(together.values) == len(set().union(*expected))


@given(
    st.lists(
        st.sampled_from([b"1", b"\xe0", b"\xd9", b"\xa0", b"\xef\xbc", b"x", b"-", b"\xe2\x80", b"\xc2"]),
        max_size=12,
    ).map(b"".join)
)
@examples(60)
def test_any_bytes_are_safe(data: bytes) -> None:
    """Bytes that are no UTF-8 have runs within bounds."""
    values, bounds = kernel.digit_runs(np.frombuffer(data, np.uint8), np.array([0, len(data)], np.int64))
    assert bounds.tolist() == [0, len(values)]
