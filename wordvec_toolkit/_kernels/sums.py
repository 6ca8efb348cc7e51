"""Sums and differences of sparse matrices of integers, row by row."""

import numpy as np

from . import kernel


@kernel
def add_rows(
    indptr,
    indices,
    values,
    other_indptr,
    other_indices,
    other_values,
    sign,
    first_row,
    last_row,
    row_cells,
    out_indices,
    out_values,
):
    """Write rows ``first_row:last_row`` of ``A + sign * B`` without zeros.

    Both are CSR with ascending columns.  Returns the number of cells.
    """
    n = 0
    for row in range(first_row, last_row):
        cells_before = n
        i, end = indptr[row], indptr[row + 1]
        j, other_end = other_indptr[row], other_indptr[row + 1]
        while i < end or j < other_end:
            total = np.int64(0)
            if j >= other_end or (i < end and indices[i] <= other_indices[j]):
                column = indices[i]
            else:
                column = other_indices[j]
            if i < end and indices[i] == column:
                total += values[i]
                i += 1
            if j < other_end and other_indices[j] == column:
                total += sign * np.int64(other_values[j])
                j += 1
            if total != 0:
                out_indices[n] = column
                out_values[n] = total
                n += 1
        row_cells[row] = n - cells_before
    return n
