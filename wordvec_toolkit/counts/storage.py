"""Sparse matrices: their cells while they are made, and in bundles."""

import tempfile
from itertools import pairwise
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
from numpy.typing import DTypeLike

from ..bundles.checks import are_offsets
from ..bundles.reading import Bundle
from ..bundles.writing import BundleWriter
from ..errors import FormatError
from ..runtime.file_arrays import pieces_of
from ..runtime.memory import memory_budget, release, spool_folder
from ..runtime.parallel import weighted_bounds

if TYPE_CHECKING:
    from scipy.sparse import csr_array

_CHECKED_AT_ONCE = 1 << 23
_WRITTEN_AT_ONCE = 1 << 23  # cells


class CellWriter:
    """Takes the cells of a matrix in order, in memory or, where that is too little, in files.

    Parameters
    ----------
    dtype : dtype
        Of the values.
    most : int
        The largest number of cells that can come.
    """

    def __init__(self, dtype: DTypeLike, most: int) -> None:
        self._dtypes = (np.dtype(np.int32), np.dtype(dtype))
        self._n = 0
        self._largest = 0
        self._row_cells: list[np.ndarray] = []
        self._arrays: list[np.ndarray] = []
        self._files: list[BinaryIO] = []
        if most * sum(dtype.itemsize for dtype in self._dtypes) <= memory_budget() // 4:
            # The system gives memory only to what is written.
            self._arrays = [np.empty(most, dtype) for dtype in self._dtypes]
        else:
            self._files = [tempfile.TemporaryFile(dir=spool_folder()) for _ in self._dtypes]

    def append(self, row_cells: np.ndarray, indices: np.ndarray, values: np.ndarray) -> None:
        """Take the next rows: how many cells each has, and the cells."""
        for place, cells in enumerate((indices, values)):
            if self._files:
                piece = np.ascontiguousarray(cells, self._dtypes[place])
                self._files[place].write(piece.view(np.uint8).data)
            else:
                self._arrays[place][self._n : self._n + len(cells)] = cells
        self._n += len(indices)
        self._row_cells.append(row_cells.copy())
        if self._dtypes[1] == np.int64:
            self._largest = max(self._largest, int(values.max(initial=0)))

    def matrix(self, n_columns: int) -> "csr_array":
        """Return the matrix, whole numbers as int32 if they fit; call it once."""
        indptr = np.concatenate([np.zeros(1, np.int64), *self._row_cells])
        np.cumsum(indptr, out=indptr)
        narrow = self._dtypes[1] == np.int64 and self._largest <= np.iinfo(np.int32).max
        if self._files:
            indices, values = (self._mapped(place, narrow) for place in (0, 1))
        else:
            indices, values = self._arrays
            for array in (indices, values):
                array.resize(self._n, refcheck=False)
            if narrow:
                _narrow(values)
                values.resize((self._n + 1) // 2, refcheck=False)
                values = values.view(np.int32)[: self._n]
        return csr_of(indptr, indices, values, (len(indptr) - 1, n_columns))

    def _mapped(self, place: int, narrow: bool) -> np.ndarray:
        file, dtype = self._files[place], self._dtypes[place]
        file.flush()
        if self._n == 0:
            return np.empty(0, dtype)
        if place == 1 and narrow:
            _narrow(np.memmap(file, dtype, "r+"))
            file.truncate(4 * self._n)
            dtype = np.dtype(np.int32)
        return np.memmap(file, dtype, "r+")


def _narrow(values: np.ndarray) -> None:
    """Write int64 values as int32 into the first half of their own memory."""
    narrow = values.view(np.int32)
    for first in range(0, len(values), _WRITTEN_AT_ONCE):
        part = slice(first, min(first + _WRITTEN_AT_ONCE, len(values)))
        narrow[part] = values[part]
        release(values)


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
    writer.array_chunks("indices", np.int32, matrix.nnz, pieces_of(matrix.indices))
    writer.array_chunks("data", matrix.data.dtype, matrix.nnz, pieces_of(matrix.data))
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
    from .._kernels import sums as kernels

    for first, last in pairwise(weighted_bounds(indptr, _CHECKED_AT_ONCE)):
        if not kernels.columns_ascend(indptr, indices, n_columns, first, last):
            return False
        release(indices)
    return True
