"""Pages of keys on a server: what is written, and what of it is found."""

import struct

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dedup.index.redis.server.layout import PAGE_BITS, entry_bytes, page_entries
from dedup.index.redis.store import RedisStore, _of_keys
from dedup.index.storage.segments import by_page
from dedup.native.lookup import LEAST_BITS, held
from tests.support.examples import examples

keys = st.integers(0, 40).map(lambda place: place * 0x0000_7FFF_3210_0000 % (1 << 64)) | st.integers(
    0, (1 << 64) - 1
)
documents = st.lists(st.lists(keys, max_size=6), max_size=6)


def read(data):
    """The entries in what `page_entries` made: (page, number, 4 bytes of the key)."""
    at, found = 0, []
    while at < len(data):
        page, count = struct.unpack_from(">H", data, at)[0], struct.unpack_from("<I", data, at + 2)[0]
        found += [(page, *struct.unpack_from("<I4s", data, at + 6 + 8 * i)) for i in range(count)]
        at += 6 + 8 * count
    return found


@given(documents, st.integers(0, 1 << 31))
@examples(200)
def test_pages_get_each_entry_once(documents, first):
    """Each key of each document is in its page, with the number of the document, and nothing else is."""
    entries = [entry_bytes(np.array(own, np.uint64)) for own in documents]
    expected = [
        (key >> 64 - PAGE_BITS, first + row, struct.pack("<I", key >> 32 - LEAST_BITS & 0xFFFFFFFF))
        for row, own in enumerate(documents)
        for key in own
    ]
    found = read(page_entries(entries, first))
    assert sorted(found) == sorted(expected)
    assert [page for page, *_ in found] == sorted(page for page, *_ in expected)


@given(documents, st.lists(keys, min_size=1, max_size=8))
@examples(200)
def test_a_key_for_each_page_finds_what_sorting_all_finds(documents, asked):
    """What is found without sorting what else the pages have is what is found by sorting all of them."""
    asked = list({key >> 64 - PAGE_BITS: key for key in asked}.values())
    stored = read(page_entries([entry_bytes(np.array(own, np.uint64)) for own in documents], 0))
    wanted = np.array(asked, np.uint64)
    rows, pages, starts = by_page(wanted, PAGE_BITS)
    of_pages = [[one for one in stored if one[0] == page] for page in pages.tolist()]
    entries = np.array(
        [struct.unpack("<I", key)[0] << 32 | number for own in of_pages for _, number, key in own], np.uint64
    )
    bounds = np.append(0, np.cumsum([len(own) for own in of_pages]))
    places = np.arange(len(pages))

    def answer(entries, bounds):
        return [
            part.tolist()
            for part in held(entries, bounds, wanted, rows, starts[places], starts[places + 1], 9)
        ]

    by_one = answer(*_of_keys(wanted[rows], entries, bounds))
    assert by_one == answer(*RedisStore._sorted(None, pages, entries, bounds))
    found = sum(1 for own in documents for key in own if any(key >> 20 == one >> 20 for one in asked))
    assert sum(by_one[1]) == found
