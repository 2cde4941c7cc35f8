"""Records of generated inputs, for the tests of outputs."""

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
    """A record for each document and reject, sorted, with every document kept."""
    records = []
    for block in blocks(files):
        batch = parse(block, FIELDS)
        for document in batch.documents.to_pylist():
            span = (document["file"], document["position"], document["start"], document["end"])
            records.append(Record(*span, orjson.dumps({"id": document["id"]}), [], False, None))
        records += [Record(*reject[:4], None, [], False, reject.reason) for reject in batch.rejects]
    return sorted(records, key=lambda record: (record.file, record.start))


def with_fate(record, fates):
    """The record, dropped if `fates` has "drop" for its position."""
    return record._replace(dropped=fates[record.position - 1] == "drop")
