"""Rows of a weighted least-squares factorisation, by conjugate gradients."""

import numpy as np

from . import reordering_kernel


@reordering_kernel
def solve_rows(cells, sides, objective, other, gram, steps, first_row, last_row, own, losses):
    """Improve rows ``first_row:last_row`` of `own` by `steps` conjugate-gradient steps each.

    `cells` is (indptr, columns, counts), a CSR matrix; `sides` are float64 arrays: the logarithms
    of the row totals and of the column totals, such that their sum is log e_ij of the expected
    count, and the weights u_i of rows and v_j of columns; `objective` is (divisor, confidence,
    exponent).  With the y_j the rows of `other`, a row x minimises

        sum over all columns j of (u_i v_j + c_j) (t_j - x.y_j)^2

    where c_j = confidence n_j^exponent and t_j = log(n_j / e_j) of n_j = count / divisor, both 0
    where nothing was observed.  Its equations are ``(u_i G + sum c_j y_j y_j') x = sum (u_i v_j +
    c_j) t_j y_j`` with ``G = sum v_j y_j y_j'`` (`gram`).  `losses` gets the first sum of each row,
    as it was before.
    """
    indptr, columns, counts = cells
    row_logs, column_logs, row_weights, column_weights = sides
    divisor, confidence, exponent = objective
    dim = other.shape[1]
    most = 1024  # rows of `other` that a core's cache holds
    near = np.empty((most, dim), other.dtype)
    longest = 0
    for row in range(first_row, last_row):
        longest = max(longest, indptr[row + 1] - indptr[row])
    extras = np.empty(longest, other.dtype)
    residual = np.empty(dim, other.dtype)
    direction = np.empty(dim, other.dtype)
    product = np.empty(dim, other.dtype)
    for row in range(first_row, last_row):
        x = own[row]
        begin = indptr[row]
        n = indptr[row + 1] - begin
        is_near = n <= most
        row_log = row_logs[row]
        row_weight = np.float32(row_weights[row])
        # residual = b - A x, and the loss, in one pass over the cells
        loss = np.float64(0)
        for i in range(dim):
            total = np.float32(0)
            for j in range(dim):
                total += gram[i, j] * x[j]
            total *= row_weight
            loss += np.float64(total) * np.float64(x[i])
            residual[i] = -total
        for k in range(n):
            column = columns[begin + k]
            y = other[column]
            observed = counts[begin + k] / divisor
            target = np.float32(np.log(observed) - row_log - column_logs[column])
            extra = np.float32(confidence * observed**exponent)
            extras[k] = extra
            weight = row_weight * np.float32(column_weights[column])
            dot = np.float32(0)
            if is_near:
                copy = near[k]
                for d in range(dim):
                    copy[d] = y[d]
                    dot += x[d] * y[d]
            else:
                for d in range(dim):
                    dot += x[d] * y[d]
            loss += (weight + extra) * (target - dot) ** 2 - weight * dot**2
            slope = (weight + extra) * target - extra * dot
            for d in range(dim):
                residual[d] += slope * y[d]
        losses[row] = loss
        size = np.float32(0)
        for d in range(dim):
            direction[d] = residual[d]
            size += residual[d] * residual[d]
        smallest = size * np.float32(1e-11)  # what is left below is rounding
        for _ in range(steps):
            if size <= smallest:
                break
            for i in range(dim):
                total = np.float32(0)
                for j in range(dim):
                    total += gram[i, j] * direction[j]
                product[i] = row_weight * total
            for k in range(n):
                y = near[k] if is_near else other[columns[begin + k]]
                dot = np.float32(0)
                for d in range(dim):
                    dot += direction[d] * y[d]
                dot *= extras[k]
                for d in range(dim):
                    product[d] += dot * y[d]
            curvature = np.float32(0)
            for d in range(dim):
                curvature += direction[d] * product[d]
            if curvature <= 0:
                break
            length = size / curvature
            next_size = np.float32(0)
            for d in range(dim):
                x[d] += length * direction[d]
                residual[d] -= length * product[d]
                next_size += residual[d] * residual[d]
            ratio = next_size / size
            size = next_size
            for d in range(dim):
                direction[d] = residual[d] + ratio * direction[d]
