"""The compiled library: how its functions are called. The only place that hands it memory.

An array goes as its address and its length, and the library checks each access against the length. Its type,
its layout and whether it may be written are checked here, once for each call. While a function runs the
interpreter is free for other threads.
"""

import ctypes
import os
import sys
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from dedup.errors import DedupError

PATH: Final = Path(__file__).with_name("core.dll" if sys.platform == "win32" else "core.so")
OTHER: Final = "DEDUP_CORE"
"""The environment variable that names another build of the library, such as one with sanitizers."""

_OUT_OF_MEMORY: Final = -(1 << 63)


class Slice(ctypes.Structure):
    """An array as the library takes it."""

    _fields_ = (("data", ctypes.c_void_p), ("count", ctypes.c_int64))


class Array:
    """The type of a parameter: an array of one dtype, one value after the other in memory. `written`: the
    function writes it.
    """

    def __init__(self, dtype: npt.DTypeLike, written: bool = False) -> None:
        self._dtype, self._written = np.dtype(dtype), written

    def from_param(self, array: npt.NDArray[Any]) -> Slice:
        """The array for a call; one that is only read is copied where its values do not follow each other.
        Raises TypeError for another dtype.
        """
        flags = array.flags  # once: a document that is checked alone is some 400 arrays
        if not flags.c_contiguous and not self._written:
            array = np.ascontiguousarray(array)
            flags = array.flags
        if array.dtype != self._dtype or not flags.c_contiguous or (self._written and not flags.writeable):
            raise TypeError(f"an array of {array.dtype}, not of {self._dtype} one value after the other")
        held = Slice(array.__array_interface__["data"][0], array.size)
        held.array = array  # it has to stay until the call returns
        return held


class Given(ctypes.Structure):
    """An array that the library makes, of a size that nobody knows beforehand."""

    data: int | None
    count: int
    _fields_ = (("data", ctypes.c_void_p), ("count", ctypes.c_int64))

    def take(self, dtype: npt.DTypeLike) -> npt.NDArray[Any]:
        """The array (one dimension), once; its memory is freed when nobody needs it any more."""
        size, address = self.count * np.dtype(dtype).itemsize, self.data
        if not size or address is None:
            _free(address)
            return np.empty(0, dtype)
        held: Any = (ctypes.c_uint8 * size).from_address(address)
        weakref.finalize(held, _free, address)
        values: npt.NDArray[Any] = np.frombuffer(held, dtype)
        return values


GIVEN: Final = ctypes.POINTER(Given)
INT: Final = ctypes.c_int64
UINT: Final = ctypes.c_uint64
U8, U32, U64, I8, I32, I64, F64, BOOL = map(Array, ("u1", "u4", "u8", "i1", "i4", "i8", "f8", "?"))
OUT_U8, OUT_U16, OUT_U32, OUT_U64 = (Array(dtype, written=True) for dtype in ("u1", "u2", "u4", "u8"))
OUT_I32, OUT_I64, OUT_F64, OUT_BOOL = (Array(dtype, written=True) for dtype in ("i4", "i8", "f8", "?"))


def _load() -> ctypes.CDLL:
    try:
        return ctypes.CDLL(os.environ.get(OTHER) or str(PATH))
    except OSError as error:
        raise DedupError(
            f"The compiled part of dedup is missing or not for this machine ({error}): install dedup again."
        ) from error


_LIBRARY: Final = _load()


def function(name: str, *parameters: Any) -> Callable[..., int]:
    """The function of this name, which takes these types (`U64`, `OUT_I64`, `INT`, `GIVEN`) and returns an
    int. Called, it raises MemoryError where there is no memory for what it needs, and TypeError for an array
    that does not fit.
    """
    try:
        called: Any = getattr(_LIBRARY, name)
    except AttributeError as error:
        raise DedupError(
            f"The compiled part of dedup is of another version ({name} is missing): install dedup again."
        ) from error
    called.argtypes = parameters
    called.restype = ctypes.c_int64
    called.errcheck = _checked
    return called  # type: ignore[no-any-return]


def _checked(result: int, called: Any, _: object) -> int:
    if result == _OUT_OF_MEMORY:
        raise MemoryError(called.__name__)
    return result


_free: Any = _LIBRARY.dd_free
_free.argtypes, _free.restype = (ctypes.c_void_p,), None

if hasattr(_LIBRARY, "dd_set_key"):  # see `process_key` in core/base/orders.h
    function("dd_set_key", UINT)(int.from_bytes(os.urandom(8), "little"))
