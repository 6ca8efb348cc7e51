"""Row and column totals of a CSR matrix, and PMI over its stored cells."""

import math

import numpy as np

from . import kernel


@kernel
def add_totals(indptr, indices, values, row_totals, column_totals):
    """Add the sums of rows and columns to two int64 arrays."""
    for row in range(len(indptr) - 1):
        total = np.int64(0)
        for k in range(indptr[row], indptr[row + 1]):
            total += values[k]
            column_totals[indices[k]] += values[k]
        row_totals[row] += total


@kernel
def fill_pmi(
    indptr,
    indices,
    values,
    first_row,
    last_row,
    row_terms,
    column_terms,
    numerator,
    added,
    keep_negative,
    row_cells,
    out_indices,
    out_values,
):
    """Write PMI as float32, of all cells or of the positive ones, and return how many.

    PMI = log((value + added) * numerator / (row_terms[row] * column_terms[column])).
    """
    n = 0
    for row in range(first_row, last_row):
        cells_before = n
        for k in range(indptr[row], indptr[row + 1]):
            joint = (values[k] + added) * numerator
            independent = row_terms[row] * column_terms[indices[k]]
            if keep_negative or joint > independent:
                out_indices[n] = indices[k]
                out_values[n] = math.log(joint / independent)
                n += 1
        row_cells[row] = n - cells_before
    return n
