"""Rows of a weighted least-squares factorisation, by conjugate gradients.

A row x minimises, with the y_j the rows of the other side,

    sum over all columns j of (u_i v_j + c_j) (t_j - x.y_j)^2

where c_j = confidence n_j^exponent and t_j = log(n_j / e_j) of n_j = count / divisor, both 0 where
nothing was observed.  Its equations are ``(u_i G + sum c_j y_j y_j') x = sum (u_i v_j + c_j) t_j
y_j`` with ``G = sum v_j y_j y_j'``.

Each step needs the y_j of all cells of a row, which are more than a core's cache holds: what takes
time is to bring them from memory.  `solve_short_rows` copies those of a row once, for all steps.
`solve_long_rows` takes many rows at once and a panel of columns at a time, so that a y_j that is
there serves all of these rows.

Arguments of both: `cells` is (indptr, columns, counts), a CSR matrix with ascending columns;
`sides` are float64 arrays: the logarithms of the row totals and of the column totals, such that
their sum is log e_ij of the expected count, and the weights u_i of rows and v_j of columns;
`objective` is (divisor, confidence, exponent), and `tables` is what `tabulate` makes of it; `gram`
is G.  They improve rows of `own` by `steps` conjugate-gradient steps each; `losses` gets the sum of
each row, as it was before, without what is the same for all x.
"""

import numpy as np

from . import part_of_kernels, reordering_kernel


@part_of_kernels
def of_count(count, divisor, confidence, exponent):
    """Return the logarithm of a count, and how much more its cell weighs than an unseen one."""
    observed = count / divisor
    return np.log(observed), np.float32(confidence * observed**exponent)


@reordering_kernel
def tabulate(objective, count_logs, count_extras):
    """Write `of_count` of the counts 1, 2, ... at their places: most cells have small counts."""
    divisor, confidence, exponent = objective
    for count in range(1, len(count_logs)):
        count_logs[count], count_extras[count] = of_count(count, divisor, confidence, exponent)


@reordering_kernel
def solve_short_rows(
    cells, sides, objective, tables, other, gram, steps, longest, first_row, last_row, own, losses
):
    """Improve those of ``first_row:last_row`` that have up to `longest` cells; see the module."""
    indptr, columns, counts = cells
    dim = other.shape[1]
    near = np.empty((longest, dim), other.dtype)
    places = np.arange(longest)
    extras = np.empty(longest, other.dtype)
    residual = np.empty(dim, other.dtype)
    product = np.empty(dim, other.dtype)
    for row in range(first_row, last_row):
        begin, end = indptr[row], indptr[row + 1]
        n = end - begin
        if n > longest:
            continue
        for k in range(n):
            y, copy = other[columns[begin + k]], near[k]
            for d in range(dim):
                copy[d] = y[d]
        x = own[row]
        weight = np.float32(sides[2][row])
        losses[row] = _begin_row(gram, weight, x, residual) + _first_pass(
            cells, sides, objective, tables, row, begin, end, near, places, x, residual, extras
        )
        direction = residual.copy()
        size = _square(residual)
        smallest = size * np.float32(1e-11)  # what is left below is rounding
        for _ in range(steps):
            if size <= smallest:
                break
            _multiply(gram, weight, direction, product)
            _add_products(near, places[:n], extras, direction, product)
            size = _step(size, x, residual, direction, product)


@reordering_kernel
def solve_long_rows(cells, sides, objective, tables, other, gram, steps, panel, rows, own, losses):
    """Improve `rows`, all of them at once, by `panel` columns at a time; see the module."""
    indptr, columns, counts = cells
    n_rows, n_columns, dim = len(rows), other.shape[0], other.shape[1]
    starts = np.zeros(n_rows + 1, np.int64)  # of each row's cells in `extras`
    for r in range(n_rows):
        starts[r + 1] = starts[r] + indptr[rows[r] + 1] - indptr[rows[r]]
    extras = np.empty(starts[n_rows], other.dtype)
    residual = np.empty((n_rows, dim), other.dtype)
    product = np.empty((n_rows, dim), other.dtype)
    done = np.zeros(n_rows, np.int64)  # cells of each row that the panels before had
    for r in range(n_rows):
        row = rows[r]
        losses[row] = _begin_row(gram, np.float32(sides[2][row]), own[row], residual[r])
    for last in range(panel, n_columns + panel, panel):
        for r in range(n_rows):
            row = rows[r]
            begin = indptr[row] + done[r]
            end = _until(columns, begin, indptr[row + 1], last)
            losses[row] += _first_pass(
                cells,
                sides,
                objective,
                tables,
                row,
                begin,
                end,
                other,
                columns[begin:end],
                own[row],
                residual[r],
                extras[starts[r] + done[r] :],
            )
            done[r] += end - begin
    direction = residual.copy()
    sizes = np.empty(n_rows, other.dtype)
    for r in range(n_rows):
        sizes[r] = _square(residual[r])
    smallest = sizes * np.float32(1e-11)
    for _ in range(steps):
        for r in range(n_rows):
            done[r] = 0
            _multiply(gram, np.float32(sides[2][rows[r]]), direction[r], product[r])
        for last in range(panel, n_columns + panel, panel):
            for r in range(n_rows):
                row = rows[r]
                begin = indptr[row] + done[r]
                end = _until(columns, begin, indptr[row + 1], last)
                weights = extras[starts[r] + done[r] :]
                _add_products(other, columns[begin:end], weights, direction[r], product[r])
                done[r] += end - begin
        for r in range(n_rows):
            if sizes[r] > smallest[r]:
                sizes[r] = _step(sizes[r], own[rows[r]], residual[r], direction[r], product[r])


@part_of_kernels
def _until(columns, begin, end, last):
    """Return the end of the cells from `begin` on whose columns are below `last`."""
    while begin < end and columns[begin] < last:
        begin += 1
    return begin


@part_of_kernels
def _begin_row(gram, weight, x, residual):
    """Write ``-weight G x``, and return ``weight x'G x``: what a row has of all columns."""
    _multiply(gram, -weight, x, residual)
    loss = np.float64(0)
    for d in range(len(x)):
        loss -= np.float64(residual[d]) * np.float64(x[d])
    return loss


@part_of_kernels
def _first_pass(
    cells, sides, objective, tables, row, begin, end, vectors, places, x, residual, extras
):
    """Add to the residual ``b - A x`` what some cells have, and return their part of the loss."""
    _, columns, counts = cells
    row_logs, column_logs, row_weights, column_weights = sides
    divisor, confidence, exponent = objective
    count_logs, count_extras = tables
    row_log, row_weight = row_logs[row], np.float32(row_weights[row])
    dim = len(x)
    loss = np.float64(0)
    for k in range(end - begin):
        column, count, y = columns[begin + k], counts[begin + k], vectors[places[k]]
        if count < len(count_logs):
            count_log, extra = count_logs[count], count_extras[count]
        else:
            count_log, extra = of_count(count, divisor, confidence, exponent)
        target = np.float32(count_log - row_log - column_logs[column])
        extras[k] = extra
        weight = row_weight * np.float32(column_weights[column])
        dot = np.float32(0)
        for d in range(dim):
            dot += x[d] * y[d]
        loss += (weight + extra) * (target - dot) ** 2 - weight * dot**2
        slope = (weight + extra) * target - extra * dot
        for d in range(dim):
            residual[d] += slope * y[d]
    return loss


@part_of_kernels
def _multiply(gram, weight, vector, out):
    """Write ``weight G vector``."""
    dim = len(vector)
    for i in range(dim):
        total = np.float32(0)
        for j in range(dim):
            total += gram[i, j] * vector[j]
        out[i] = weight * total


@part_of_kernels
def _add_products(vectors, places, extras, direction, product):
    """Add ``c_j y_j (y_j . direction)`` of the y_j at some places."""
    dim = len(direction)
    for k in range(len(places)):
        y = vectors[places[k]]
        dot = np.float32(0)
        for d in range(dim):
            dot += direction[d] * y[d]
        dot *= extras[k]
        for d in range(dim):
            product[d] += dot * y[d]


@part_of_kernels
def _square(vector):
    total = np.float32(0)
    for d in range(len(vector)):
        total += vector[d] * vector[d]
    return total


@part_of_kernels
def _step(size, x, residual, direction, product):
    """Go a step along the direction, whose product with A is given; return the residual's square.

    Returns 0, and changes nothing, where rounding leaves no slope.
    """
    dim = len(x)
    curvature = np.float32(0)
    for d in range(dim):
        curvature += direction[d] * product[d]
    if curvature <= 0:
        return np.float32(0)
    length = size / curvature
    for d in range(dim):
        x[d] += length * direction[d]
        residual[d] -= length * product[d]
    next_size = _square(residual)
    ratio = next_size / size
    for d in range(dim):
        direction[d] = residual[d] + ratio * direction[d]
    return next_size
