"""Names for the arrays that stages hand to each other; each docstring that uses one gives its shape."""

import numpy as np
import numpy.typing as npt

Bools = npt.NDArray[np.bool_]
Bytes = npt.NDArray[np.uint8]
Float64s = npt.NDArray[np.float64]
Hashes = npt.NDArray[np.uint64]
Int32s = npt.NDArray[np.int32]
Int64s = npt.NDArray[np.int64]
Offsets = npt.NDArray[np.int64]
