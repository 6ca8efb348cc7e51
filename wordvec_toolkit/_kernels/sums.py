"""Sums and differences of sparse matrices of integers, row by row."""

import numpy as np

from . import kernel
from .windows import mark, take_cells


@kernel
def add_row(indices, values, scratch, marks, top_marks):
    """Add the cells of a row to `scratch`; see `take_cells`."""
    for i in range(len(indices)):
        column = np.int64(indices[i])
        mark(column, marks, top_marks)
        scratch[column] += values[i]


@kernel
def add_rows(
    starts, n_parts, indices, values, scratch, marks, top_marks, row_cells, out_indices, out_values
):
    """Write the sum of the rows of several matrices, without zeros.

    Parameters
    ----------
    starts : int64 array (n_parts * n_rows + 1,)
        Where the rows of the first matrix begin, then those of the second, and so on.
    scratch, marks, top_marks : arrays, zero
        As those of `count_rows`.

    Returns the number of cells.
    """
    n = 0
    n_rows = len(row_cells)
    for row in range(n_rows):
        for part in range(n_parts):
            place = part * n_rows + row
            cells = slice(starts[place], starts[place + 1])
            add_row(indices[cells], values[cells], scratch, marks, top_marks)
        cells_before = n
        n = take_cells(scratch, marks, top_marks, out_indices, out_values, n)
        row_cells[row] = n - cells_before
    return n


@kernel
def longest_ascent(values, is_in_it):
    """Mark a longest ascending subsequence of different numbers; those below 0 are not in it."""
    lasts = np.empty(len(values), np.int64)  # of the best subsequence of each length
    before = np.empty(len(values), np.int64)
    n = 0
    for i in range(len(values)):
        if values[i] < 0:
            continue
        low, high = 0, n
        while low < high:
            middle = (low + high) >> 1
            if values[lasts[middle]] < values[i]:
                low = middle + 1
            else:
                high = middle
        before[i] = lasts[low - 1] if low > 0 else -1
        lasts[low] = i
        n = max(n, low + 1)
    i = lasts[n - 1] if n > 0 else -1
    while i >= 0:
        is_in_it[i] = True
        i = before[i]


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
    is_stream,
    first_row,
    last_row,
    scratch,
    marks,
    top_marks,
    changed,
    changed_values,
    row_cells,
    out_indices,
    out_values,
):
    """Write rows ``first_row:last_row`` of ``A - B``, in a new order, plus C.

    Cells whose columns keep their order stream by; only the others, B and C are sorted.

    Parameters
    ----------
    rows : int64 array
        For each row of the result its row in A and B, -1 if there is none.
    columns : int32 array
        For each column of A and B that of the result, -1 if it is dropped.
    is_stream : bool array
        Columns of A that ascend in the result; see `longest_ascent`.
    scratch, marks, top_marks : arrays, zero
        As those of `count_rows`.
    changed, changed_values : int32, int64 arrays
        Room for a cell of each column.

    Returns the number of cells, the smallest of their values, and the largest.
    """
    n = 0
    least = np.int64(0)
    largest = np.int64(0)
    for row in range(first_row, last_row):
        source = rows[row]
        k = np.int64(0)
        end = np.int64(0)
        if source >= 0:
            k, end = indptr[source], indptr[source + 1]
            for i in range(k, end):
                if not is_stream[indices[i]]:
                    column = np.int64(columns[indices[i]])
                    if column >= 0:
                        scratch[column] += values[i]
                        mark(column, marks, top_marks)
            for i in range(minus_indptr[source], minus_indptr[source + 1]):
                column = np.int64(columns[minus_indices[i]])
                if column >= 0:
                    scratch[column] -= minus_values[i]
                    mark(column, marks, top_marks)
        for i in range(plus_indptr[row], plus_indptr[row + 1]):
            column = np.int64(plus_indices[i])
            scratch[column] += plus_values[i]
            mark(column, marks, top_marks)
        n_changed = take_cells(scratch, marks, top_marks, changed, changed_values, 0)
        cells_before = n
        for c in range(n_changed + 1):
            column = changed[c] if c < n_changed else len(scratch)
            total = changed_values[c] if c < n_changed else np.int64(0)
            while k < end:
                if is_stream[indices[k]]:
                    other = columns[indices[k]]
                    if other >= column:
                        if other == column:
                            total += values[k]
                            k += 1
                        break
                    out_indices[n] = other
                    out_values[n] = values[k]
                    largest = max(largest, np.int64(values[k]))
                    n += 1
                k += 1
            if total != 0:
                out_indices[n] = column
                out_values[n] = total
                least = min(least, total)
                largest = max(largest, total)
                n += 1
        row_cells[row] = n - cells_before
    return n, least, largest


@kernel
def columns_ascend(indptr, indices, n_columns, first_row, last_row):
    """Return whether the columns of rows ``first_row:last_row`` exist and ascend in each row."""
    for row in range(first_row, last_row):
        before = np.int64(-1)
        ascend = True
        for k in range(indptr[row], indptr[row + 1]):
            column = np.int64(indices[k])
            ascend &= column > before
            before = column
        if not ascend or before >= n_columns:
            return False
    return True
