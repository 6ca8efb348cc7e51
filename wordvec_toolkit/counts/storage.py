"""Sparse matrices in bundles."""

from typing import TYPE_CHECKING

import numpy as np

from ..bundles.checks import are_offsets
from ..bundles.reading import Bundle
from ..bundles.writing import BundleWriter
from ..errors import FormatError

if TYPE_CHECKING:
    from scipy.sparse import csr_array

_CHECKED_AT_ONCE = 1 << 20


def csr_of(
    indptr: np.ndarray, indices: np.ndarray, data: np.ndarray, shape: tuple[int, int]
) -> "csr_array":
    """Return a CSR matrix over these arrays, whose columns ascend in each row.

    SciPy needs row pointers and columns of one dtype; nothing large is copied below 2**31 cells.
    """
    from scipy.sparse import csr_array

    dtype = np.int32 if len(indices) <= np.iinfo(np.int32).max else np.int64
    index_arrays = (indices.astype(dtype, copy=False), indptr.astype(dtype, copy=False))
    matrix = csr_array((data, *index_arrays), shape=shape, copy=False)
    matrix.has_canonical_format = True
    return matrix


def write_csr(writer: BundleWriter, matrix: "csr_array") -> None:
    """Write a CSR matrix as three arrays; its shape goes into the facts."""
    writer.array("indptr", matrix.indptr.astype(np.int64, copy=False))
    writer.array("indices", matrix.indices.astype(np.int32, copy=False))
    writer.array("data", matrix.data)
    writer.facts["shape"] = [int(n) for n in matrix.shape]


def read_csr(bundle: Bundle, dtype: str) -> "csr_array":
    """Open a CSR matrix, checking that no index can lead outside of it.

    Raises
    ------
    FormatError
        If the arrays do not form a matrix of the shape in the facts.
    """
    indptr = np.array(bundle.array("indptr", "i8"))
    indices = bundle.array("indices", "i4")
    data = bundle.array("data", dtype)
    shape = bundle.facts.get("shape")
    if not (
        isinstance(shape, list)
        and len(shape) == 2
        and all(type(n) is int and 0 <= n < 2**31 for n in shape)
        and len(indices) == len(data)
        and are_offsets(indptr, shape[0], 0, len(indices))
        and shape[1] <= 2 * (shape[0] + len(indices))  # not more memory than the data warrant
        and _columns_ascend(indptr, indices, shape[1])
    ):
        raise FormatError(
            bundle.path,
            "arrays that form no sparse matrix",
            "row pointers, columns and values that agree",
            advice="build the bundle again",
        )
    return csr_of(indptr, indices, data, (shape[0], shape[1]))


def _columns_ascend(indptr: np.ndarray, indices: np.ndarray, n_columns: int) -> bool:
    """Return whether all columns exist and ascend within each row."""
    is_row_start = np.zeros(len(indices) + 1, bool)
    is_row_start[indptr] = True
    for first in range(0, len(indices), _CHECKED_AT_ONCE):
        part = indices[first : first + _CHECKED_AT_ONCE + 1]  # one more, to compare across
        if part.min() < 0 or part.max() >= n_columns:
            return False
        inside = ~is_row_start[first + 1 : first + len(part)]
        if not (part[1:] > part[:-1])[inside].all():
            return False
    return True
