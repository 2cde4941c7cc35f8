"""Arrays that are needed later: in memory as far as that goes, from then on in a temporary file. It has no
name, so it is gone with the process, however that ends.
"""

import weakref
from tempfile import TemporaryFile
from typing import Any, TypeVar, cast

import numpy as np
import numpy.typing as npt

Kept = TypeVar("Kept", bound=npt.NDArray[Any])


class ArraySpool:
    """Keeps arrays: the first `most` bytes in memory, the others on disk as far as it has room."""

    def __init__(self, most: int) -> None:
        self._left = most
        self._file: Any = None

    def keep(self, array: Kept) -> Kept:
        """The array, or what stands for it: it has a length and slices, and NumPy's functions take it."""
        self._left -= array.nbytes
        if self._left >= 0:
            return array
        try:
            if self._file is None:
                self._file = TemporaryFile(prefix="dedup-")  # noqa: SIM115 - open as long as the arrays
                weakref.finalize(self, self._file.close)
            place = self._file.seek(0, 2)
            np.ascontiguousarray(array).tofile(self._file)
        except OSError:  # the disk is full: memory may do
            return array
        return cast(Kept, _OnDisk(self, self._file, place, array.dtype, array.shape))


class _OnDisk:
    """An array in a file. `spool`: closes the file once nobody needs it."""

    def __init__(
        self, spool: ArraySpool, file: Any, place: int, dtype: np.dtype[Any], shape: tuple[int, ...]
    ) -> None:
        self._spool, self._file, self._place = spool, file, place
        self.dtype, self.shape = dtype, shape

    def __len__(self) -> int:
        return self.shape[0]

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> npt.NDArray[Any]:
        self._file.seek(self._place)
        array = np.fromfile(self._file, self.dtype, int(np.prod(self.shape))).reshape(self.shape)
        return array if dtype is None else array.astype(dtype, copy=False)

    def __getitem__(self, places: Any) -> npt.NDArray[Any]:
        array = np.asarray(self)
        chosen: npt.NDArray[Any] = array[places]
        return chosen if chosen.size == array.size else chosen.copy()  # or all of it stays in memory
