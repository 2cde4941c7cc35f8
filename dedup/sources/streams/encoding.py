"""Parts of a stream as bytes, and back. None of it can run code: frames are Arrow, lists of documents JSON.

A part that would not come back as it was has no bytes; whoever keeps it keeps the part itself.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import date, datetime, time, timezone
from decimal import Decimal
from io import BytesIO
from typing import Any, NamedTuple

import orjson
import pyarrow as pa

_TAG = "\0dedup"
_OPTIONS = (
    orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_SUBCLASS | orjson.OPT_PASSTHROUGH_DATACLASS
)


class Encoding(NamedTuple):
    """How parts of one kind become bytes. `encode`: None for a part that would come back otherwise."""

    encode: Callable[[Any], bytes | None]
    decode: Callable[[bytes], Any]


def _encode_documents(documents: list[Any]) -> bytes | None:
    try:
        data = orjson.dumps(documents, default=_tagged, option=_OPTIONS)
        return data if _decode_documents(data) == documents else None
    except (TypeError, ValueError, RecursionError):
        return None


def _tagged(value: Any) -> dict[str, str]:
    """What JSON has no value for, as an object."""
    kind = type(value)
    if kind in (datetime, time) and not isinstance(value.tzinfo, timezone | None):
        raise TypeError  # the name of its zone would be lost
    if kind in _TYPES:
        text = base64.b64encode(value).decode() if kind is bytes else str(value) if kind is Decimal else None
        return {_TAG: kind.__name__, "value": text if text is not None else value.isoformat()}
    raise TypeError


_TYPES: dict[type, Callable[[str], Any]] = {
    datetime: datetime.fromisoformat,
    date: date.fromisoformat,
    time: time.fromisoformat,
    Decimal: Decimal,
    bytes: base64.b64decode,
}
_BY_NAME = {kind.__name__: make for kind, make in _TYPES.items()}


def _decode_documents(data: bytes) -> list[Any]:
    documents: list[Any] = orjson.loads(data)
    return [_untagged(document) for document in documents] if b"\\u0000dedup" in data else documents


def _untagged(value: Any) -> Any:
    if isinstance(value, dict):
        if make := _BY_NAME.get(value.get(_TAG, "")):
            return make(value["value"])
        return {name: _untagged(inner) for name, inner in value.items()}
    return [_untagged(inner) for inner in value] if isinstance(value, list) else value


def _encode_table(table: pa.Table | pa.RecordBatch) -> bytes:
    stream = pa.BufferOutputStream()
    with pa.ipc.new_stream(stream, table.schema) as writer:
        writer.write(table)
    return bytes(stream.getvalue())


def _decode_table(data: bytes) -> pa.Table:
    with pa.ipc.open_stream(pa.py_buffer(data)) as reader:
        return reader.read_all()


def _decode_batch(data: bytes) -> pa.RecordBatch:
    with pa.ipc.open_stream(pa.py_buffer(data)) as reader:
        return reader.read_next_batch()


def _encode_pandas(frame: Any) -> bytes | None:
    try:
        data = _encode_table(pa.Table.from_pandas(frame, preserve_index=True))
        again = _decode_pandas(data)
    except (pa.ArrowException, ValueError, TypeError):
        return None
    same = again.equals(frame) and again.index.equals(frame.index) and again.columns.equals(frame.columns)
    return data if same and list(again.dtypes) == list(frame.dtypes) else None


def _decode_pandas(data: bytes) -> Any:
    return _decode_table(data).to_pandas()


def _encode_polars(frame: Any) -> bytes | None:
    data = BytesIO()
    try:
        frame.write_ipc(data)
    except Exception:  # polars has a class of its own for what Arrow cannot hold
        return None
    return data.getvalue()


def _decode_polars(data: bytes) -> Any:
    import polars

    return polars.read_ipc(BytesIO(data))


DOCUMENTS = Encoding(_encode_documents, _decode_documents)
FRAMES = {
    "pandas.DataFrame": Encoding(_encode_pandas, _decode_pandas),
    "polars.DataFrame": Encoding(_encode_polars, _decode_polars),
    "pyarrow.Table": Encoding(_encode_table, _decode_table),
    "pyarrow.RecordBatch": Encoding(_encode_table, _decode_batch),
}
"""By class, as library.class."""
