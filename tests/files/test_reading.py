"""Bytes of a file, forward, summed and unpacked."""

import gzip
import zlib
from concurrent.futures import ThreadPoolExecutor

import pytest
import zstandard

from dedup.files.reading import FileReader
from dedup.formats import find_files
from tests.formats.documents import read
from tests.support.inputs import (
    write_file,
)


def test_packed_members_follow_each_other(tmp_path):
    """Several gzip members or zstd frames in one file are read as one."""
    lines = [b'{"text": "a"}\n', b'{"text": "b"}\n']
    write_file(tmp_path, "a.jsonl.gz", b"".join(map(gzip.compress, lines)) + b"\0" * 512)
    write_file(tmp_path, "b.jsonl.zst", b"".join(map(zstandard.compress, lines)))
    assert [d["text"] for d in read(tmp_path)[0]] == ["a", "b", "a", "b"]


@pytest.mark.parametrize("beside", [False, True])
def test_the_sum_of_what_was_read(tmp_path, beside):
    """Summed by a thread or not, the CRC-32 of a source is that of its bytes."""
    data = bytes(range(256)) * (3 << 12)
    file = find_files([write_file(tmp_path, "a.jsonl", data)])[0]
    with ThreadPoolExecutor(1) as thread:
        source = FileReader(file, checksum=True, thread=thread if beside else None)
        assert (source.read(10), source.read(10), source.read(), source.crc) == (
            data[:10],
            b"",
            data[10:],
            zlib.crc32(data),
        )
