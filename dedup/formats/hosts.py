"""Addresses -> the sites that they are of: the host, in lower case, without www. and port."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import orjson
import pyarrow as pa

from dedup.formats.blocks import HOST, Int64s
from dedup.kernels import hosts as kernel
from dedup.kernels.strings import Bytes


def hosts(urls: pa.Array) -> pa.DictionaryArray:
    """The host of each address, a string; null where it is null or names none."""
    texts = urls.cast(pa.large_string())
    data = np.frombuffer(texts.buffers()[2] or b"", np.uint8)
    bounds = np.frombuffer(texts.buffers()[1] or bytes(8), np.int64)[texts.offset :][: len(texts) + 1]
    ends = np.where(texts.is_valid().to_numpy(zero_copy_only=False), bounds[1:], bounds[:-1])
    return _encoded(*_hosts(data, bounds[:-1], ends, literal=False)[:2])


def hosts_in(data: bytes, spans: Int64s) -> pa.DictionaryArray:
    """The same of JSON values that stand at these spans (n, 2) of `data`, or nowhere: (0, 0)."""
    held = np.frombuffer(data, np.uint8)
    low, high = spans[:, 0], spans[:, 1]
    told = (high > low) & (held[low] == ord('"'))
    low, high = np.where(told, low + 1, 0), np.where(told, high - 1, 0)
    texts, named, asked = _hosts(held, low, high, literal=True)
    if not asked.any():
        return _encoded(texts, named)
    values = _encoded(texts, named).to_pylist()
    for i in np.flatnonzero(asked).tolist():
        values[i] = hosts(pa.array([orjson.loads(data[low[i] - 1 : high[i] + 1])]))[0].as_py()
    return pa.array(values, HOST)


def _hosts(
    data: Bytes, low: Int64s, high: Int64s, literal: bool
) -> tuple[pa.LargeStringArray, npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """What the kernel finds: hosts, which are named, and which must be asked for."""
    found, bounds, named, asked = kernel.hosts(data, low, high, literal)
    buffers = [None, pa.py_buffer(bounds), pa.py_buffer(found)]
    return pa.Array.from_buffers(pa.large_string(), len(low), buffers), named, asked


def _encoded(texts: pa.LargeStringArray, named: npt.NDArray[np.bool_]) -> pa.DictionaryArray:
    """Each host once; null where none is named."""
    valid = pa.py_buffer(np.packbits(named, bitorder="little"))
    array = pa.Array.from_buffers(pa.large_string(), len(texts), [valid, *texts.buffers()[1:]])
    return array.cast(pa.string()).dictionary_encode()
