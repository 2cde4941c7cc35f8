"""The records of WARC files: all that are whole are found, and what is broken has its place."""

import tracemalloc
from collections.abc import Iterator
from itertools import pairwise, repeat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.formats.web.records import BrokenPart, WarcRecord, records_of
from tests.formats.web.made import conversion, info, page, record, response
from tests.support.examples import examples

WHOLE = [
    info(),
    response(page(1)),
    conversion("A text of a page."),
    record("request", b"", "application/http"),
]
BROKEN = {
    "no header": b"garbage\r\nmore garbage\r\n\r\n",
    "no length": conversion("of no length").replace(b"Content-Length: 12\r\n", b""),
    "no number": conversion("of no length").replace(b"Content-Length: 12", b"Content-Length: twelve"),
    "too short": conversion("of a wrong length").replace(b"Content-Length: 17", b"Content-Length: 9"),
    "too long": conversion("of a wrong length").replace(b"Content-Length: 17", b"Content-Length: 99"),
    "a head without end": b"WARC/1.0\r\nWARC-Type: response\r\n" + b"X-More: 1\r\n" * 7000 + b"\r\n",
}


def cut(data: bytes, size: int) -> Iterator[bytes]:
    """The bytes in chunks of a size."""
    return (data[at : at + size] for at in range(0, len(data), size))


@given(
    st.lists(st.sampled_from([*range(len(WHOLE)), *BROKEN]), max_size=8),
    st.integers(1, 5000),
    st.sampled_from([0, 40, 10**6]),
)
@examples(1)
def test_all_whole_records_are_found(parts: list[int | str], size: int, limit: int) -> None:
    """Whatever is broken around them and however the bytes are cut, whole records come out in order, with
    their bodies up to the limit; what is between them is broken, and nothing is left over.
    """
    data = b"".join(WHOLE[part] if isinstance(part, int) else BROKEN[part] for part in parts)
    found = [*records_of(cut(data, size), limit)]
    whole = [WHOLE[part] for part in parts if isinstance(part, int)]
    records = [item for item in found if isinstance(item, WarcRecord)]
    assert [record.head for record in records] == [part[: part.index(b"\r\n\r\n") + 4] for part in whole]
    for warc_record, part in zip(records, whole, strict=True):
        body = part.removeprefix(warc_record.head).removesuffix(b"\r\n\r\n")
        assert warc_record.body == (None if limit and len(body) > limit else body)
        assert data[warc_record.start :].startswith(warc_record.head)
    broken = [item for item in found if isinstance(item, BrokenPart)]
    assert len(broken) >= len({*BROKEN} & {*map(str, parts)})
    pieces = sorted([(item.start, item.end) for item in broken] + [_span(item) for item in records])
    assert all(before[1] <= after[0] for before, after in pairwise(pieces))
    left = (
        data
        if not pieces
        else b"".join(
            data[end:start]
            for (_, end), (start, _) in zip([(0, 0), *pieces], [*pieces, (len(data), 0)], strict=True)
        )
    )
    assert not left.strip(b"\r\n") or limit == 40


def _span(warc_record: WarcRecord) -> tuple[int, int]:
    size = len(warc_record.head) + int(warc_record.headers["content-length"])
    return warc_record.start, warc_record.start + size


@pytest.mark.parametrize("end", [3, 30, 200, 700])
def test_a_record_that_the_end_cuts_off_is_broken(end: int) -> None:
    """The records before it are whole; its place reaches from its first byte to the last one of the file."""
    data = info() + response(page(1)) + response(page(2))[:end]
    *before, last = records_of(iter([data]))
    assert [type(item) for item in before] == [WarcRecord, WarcRecord]
    assert isinstance(last, BrokenPart)
    assert (last.start, last.end) == (len(data) - end, len(data))


def test_header_fields_are_read_whatever_their_case() -> None:
    """Names have no case, values may go on in the next line, and lines may end without a carriage return."""
    data = b"WARC/1.1\nwarc-type: Response\nWARC-Target-URI: http://a/\n  b\ncontent-length: 2\n\nab\r\n\r\n"
    (found,) = records_of(iter([data]))
    assert isinstance(found, WarcRecord)
    assert (found.kind, found.headers["warc-target-uri"], found.body) == (
        "response",
        "http://a/ b",
        b"ab",
    )


@pytest.mark.parametrize("long", [False, True])
def test_memory_is_bounded(long: bool) -> None:
    """Of 60 MB of records, or of one record of 60 MB that is too long, a few MB are in memory at once."""
    part = b"0" * (1 << 20)
    head = response(part).replace(part, b"").split(b"\r\n\r\n")[0]
    whole = head.replace(b"Content-Length: ", b"Content-Length: 60") if long else None
    chunks = repeat(response(part), 60) if whole is None else iter([whole + b"\r\n\r\n", *repeat(part, 60)])
    tracemalloc.start()
    try:
        for _ in records_of(chunks, 2 << 20):
            pass
        assert tracemalloc.get_traced_memory()[1] < 12 << 20
    finally:
        tracemalloc.stop()
