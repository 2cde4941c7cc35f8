"""The bytes of a file: read forward, decompressed, with their checksum."""

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


def test_several_compressed_members_are_read_as_one(tmp_path):
    """Several gzip members or zstd frames in one file are read as one."""
    lines = [b'{"text": "a"}\n', b'{"text": "b"}\n']
    write_file(tmp_path, "a.jsonl.gz", b"".join(map(gzip.compress, lines)) + b"\0" * 512)
    write_file(tmp_path, "b.jsonl.zst", b"".join(map(zstandard.compress, lines)))
    assert [d["text"] for d in read(tmp_path)[0]] == ["a", "b", "a", "b"]


@pytest.mark.parametrize("in_thread", [False, True])
def test_the_checksum_is_that_of_the_bytes_read(tmp_path, in_thread):
    """Computed in a thread or not, the CRC-32 is that of the bytes read."""
    data = bytes(range(256)) * (3 << 12)
    file = find_files([write_file(tmp_path, "a.jsonl", data)])[0]
    with ThreadPoolExecutor(1) as thread:
        reader = FileReader(file, checksum=True, thread=thread if in_thread else None)
        assert (reader.read(10), reader.read(10), reader.read(), reader.crc) == (
            data[:10],
            b"",
            data[10:],
            zlib.crc32(data),
        )
