"""Sparse matrix times a block of dense columns."""

import numpy as np

from . import contracting_kernel


@contracting_kernel
def add_row(indices, values, first, last, block, sums):
    """Add the cells ``first:last`` times the rows of `block` to `sums`.

    Eight cells are taken at a time so that the partial sums are read and written once for them;
    each sum still adds its cells from left to right.
    """
    width = len(sums)
    k = first
    while k + 8 <= last:
        c0, c1, c2, c3 = indices[k], indices[k + 1], indices[k + 2], indices[k + 3]
        c4, c5, c6, c7 = indices[k + 4], indices[k + 5], indices[k + 6], indices[k + 7]
        v0, v1, v2, v3 = values[k], values[k + 1], values[k + 2], values[k + 3]
        v4, v5, v6, v7 = values[k + 4], values[k + 5], values[k + 6], values[k + 7]
        for j in range(width):
            total = sums[j] + v0 * block[c0, j]
            total = total + v1 * block[c1, j]
            total = total + v2 * block[c2, j]
            total = total + v3 * block[c3, j]
            total = total + v4 * block[c4, j]
            total = total + v5 * block[c5, j]
            total = total + v6 * block[c6, j]
            sums[j] = total + v7 * block[c7, j]
        k += 8
    while k < last:
        column = indices[k]
        value = values[k]
        for j in range(width):
            sums[j] += value * block[column, j]
        k += 1


@contracting_kernel
def multiply_rows(indptr, indices, values, block, first_row, last_row, out):
    """Write rows ``first_row:last_row`` of ``A @ block`` to `out`; A is CSR."""
    width = block.shape[1]
    sums = np.empty(width, block.dtype)
    for row in range(first_row, last_row):
        sums[:] = 0
        add_row(indices, values, indptr[row], indptr[row + 1], block, sums)
        for j in range(width):
            out[row, j] = sums[j]


@contracting_kernel
def multiply_normal(indptr, indices, values, block, first_row, last_row, out):
    """Add ``R' (R @ block)`` to `out`, where R are rows ``first_row:last_row`` of A in CSR.

    Each row is taken while its cells are in the cache: first its product, then what that adds.
    """
    width = block.shape[1]
    sums = np.empty(width, block.dtype)
    for row in range(first_row, last_row):
        sums[:] = 0
        add_row(indices, values, indptr[row], indptr[row + 1], block, sums)
        for k in range(indptr[row], indptr[row + 1]):
            column = indices[k]
            value = values[k]
            for j in range(width):
                out[column, j] += value * sums[j]


@contracting_kernel
def is_symmetric(indptr, indices, values, cursors):
    """Return whether a square CSR matrix with ascending columns is its own transpose.

    `cursors` is a copy of ``indptr[:-1]``: rows are walked in turn, so the cells of a column come
    in the order in which its row holds them.
    """
    for row in range(len(indptr) - 1):
        for k in range(indptr[row], indptr[row + 1]):
            column = indices[k]
            place = cursors[column]
            if place >= indptr[column + 1] or indices[place] != row or values[place] != values[k]:
                return False
            cursors[column] = place + 1
    return True
