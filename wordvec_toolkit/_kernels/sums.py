"""Sums and differences of sparse matrices of integers, row by row."""

import numpy as np

from . import kernel
from .windows import mark, take_cells


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


@kernel
def renumber_rows(
    indptr,
    indices,
    values,
    minus_indptr,
    minus_indices,
    minus_values,
    plus_indptr,
    plus_indices,
    plus_values,
    rows,
    columns,
    first_row,
    last_row,
    scratch,
    marks,
    top_marks,
    row_cells,
    out_indices,
    out_values,
):
    """Write rows ``first_row:last_row`` of ``A - B``, in a new order, plus C.

    Parameters
    ----------
    rows : int64 array
        For each row of the result its row in A and B, -1 if there is none.
    columns : int32 array
        For each column of A and B that of the result, -1 if it is dropped.
    scratch, marks, top_marks : arrays, zero
        As those of `count_rows`.

    Returns the number of cells, and the smallest of their values.
    """
    n = 0
    for row in range(first_row, last_row):
        source = rows[row]
        if source >= 0:
            for k in range(indptr[source], indptr[source + 1]):
                column = np.int64(columns[indices[k]])
                if column >= 0:
                    scratch[column] += values[k]
                    mark(column, marks, top_marks)
            for k in range(minus_indptr[source], minus_indptr[source + 1]):
                column = np.int64(columns[minus_indices[k]])
                if column >= 0:
                    scratch[column] -= minus_values[k]
                    mark(column, marks, top_marks)
        for k in range(plus_indptr[row], plus_indptr[row + 1]):
            column = np.int64(plus_indices[k])
            scratch[column] += plus_values[k]
            mark(column, marks, top_marks)
        cells_before = n
        n = take_cells(scratch, marks, top_marks, out_indices, out_values, n)
        row_cells[row] = n - cells_before
    least = np.int64(0)
    for k in range(n):
        least = min(least, out_values[k])
    return n, least
