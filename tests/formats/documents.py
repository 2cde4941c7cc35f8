"""Documents and rejects of files, and edits, as the tests of formats ask for them."""

import json
import tempfile
from pathlib import Path

from dedup.formats import blocks, fetch, find_files, parse
from dedup.formats.blocks import Piece, join
from tests.support.inputs import (
    FIELDS,
    write_file,
)


def read(path, size=8 << 20, fields=FIELDS):
    """Documents (as dicts) and rejects of a file or folder."""
    files = find_files([str(path)])
    batches = [parse(block, fields) for block in blocks(files, size)]
    documents = [row for batch in batches for row in batch.documents.to_pylist()]
    return documents, [reject for batch in batches for reject in batch.rejects]


def read_bytes(content, name="a.jsonl", size=8 << 20, fields=FIELDS):
    """The same for the content of a file."""
    with tempfile.TemporaryDirectory() as folder:
        return read(write_file(Path(folder), name, content), size, fields)


def object_edits(raw, cuts):
    """The edits that cut the text of one JSON object."""
    block = join("json", [Piece(0, 0, 1, raw)], {0: "a.json"})
    return parse(block, FIELDS).edits(0, cuts)


def lenient(line):
    """The document of a JSON text in plain Python; None when it is none."""
    try:
        value = json.loads(line.decode())
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) and isinstance(value.get("text"), str) else None


def fetched(files, documents):
    columns = [documents.column(name).to_numpy() for name in ("file", "start", "end", "position")]
    return fetch(files, *columns)


def applied(raw, edits):
    """The bytes with the edits made."""
    for start, end, new in reversed(edits):
        raw = raw[:start] + new + raw[end:]
    return raw
