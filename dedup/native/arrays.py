"""Types of arrays, by what their values are. The docstrings that use them give the shapes."""

import numpy as np
import numpy.typing as npt

Bools = npt.NDArray[np.bool_]
Bytes = npt.NDArray[np.uint8]
Float64s = npt.NDArray[np.float64]
Hashes = npt.NDArray[np.uint64]
Int32s = npt.NDArray[np.int32]
Int64s = npt.NDArray[np.int64]
UInt16s = npt.NDArray[np.uint16]
UInt32s = npt.NDArray[np.uint32]
Offsets = npt.NDArray[np.int64]
