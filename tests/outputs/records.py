"""Records of inputs, as the tests of outputs write them."""

import orjson

from dedup.formats import blocks, parse
from dedup.ledger.record import Record
from tests.support.inputs import (
    FIELDS,
)

LINES = b'{"id": 1, "text": "a"}\n{"id": 2, "text": "b"}\n'


def listed(folder):
    """The names in a folder."""
    return sorted(path.name for path in folder.iterdir())


def records_of(files):
    """A record for each document and reject, sorted; nothing is changed."""
    records = []
    for block in blocks(files):
        batch = parse(block, FIELDS)
        for d in batch.documents.to_pylist():
            place = (d["file"], d["position"], d["start"], d["end"])
            records.append(Record(*place, orjson.dumps({"id": d["id"]}), [], False, None))
        records += [Record(*bad[:4], None, [], False, bad.reason) for bad in batch.rejects]
    return sorted(records, key=lambda record: (record.file, record.start))


def with_fate(record, fates):
    return record._replace(dropped=fates[record.position - 1] == "drop")
