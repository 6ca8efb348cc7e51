"""Sparse matrices in bundles."""

from typing import TYPE_CHECKING

import numpy as np

from ..bundle import Bundle, BundleWriter
from ..errors import FormatError

if TYPE_CHECKING:
    from scipy.sparse import csr_array


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
    from scipy.sparse import csr_array

    indptr = np.array(bundle.array("indptr", "i8"))
    indices = bundle.array("indices", "i4")
    data = bundle.array("data", dtype)
    shape = bundle.facts.get("shape")
    if not (
        isinstance(shape, list)
        and len(shape) == 2
        and all(isinstance(n, int) and 0 <= n < 2**31 for n in shape)
        and len(indptr) == shape[0] + 1
        and indptr[0] == 0
        and indptr[-1] == len(indices) == len(data)
        and bool((np.diff(indptr) >= 0).all())
        and (len(indices) == 0 or (indices.min() >= 0 and int(indices.max()) < shape[1]))
    ):
        raise FormatError(
            bundle.path,
            "arrays that form no sparse matrix",
            "row pointers, columns and values that agree",
            advice="build the bundle again",
        )
    matrix = csr_array(tuple(shape), dtype=data.dtype)
    # Set, not passed: the constructor would copy the memory maps.
    matrix.indptr, matrix.indices, matrix.data = indptr, indices, data
    return matrix
