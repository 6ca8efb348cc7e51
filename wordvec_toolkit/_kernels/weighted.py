"""Rows of a weighted least-squares factorisation, by conjugate gradients."""

import numpy as np

from . import reordering_kernel


@reordering_kernel
def solve_rows(cells, other, gram, steps, first_row, last_row, own, losses):
    """Improve rows ``first_row:last_row`` of `own` by `steps` conjugate-gradient steps each.

    `cells` is (indptr, columns, targets, extras): the observed cells of a CSR matrix, each with its
    target t and the weight c that it has above the 1 of all cells.  A row x minimises

        sum over all columns j of (1 + c_j) (t_j - x.y_j)^2

    with t and c 0 where nothing was observed, and y_j the rows of `other`; its equations are
    ``(G + sum c_j y_j y_j') x = sum (1 + c_j) t_j y_j`` with ``G = Y'Y`` (`gram`).
    `losses` gets the first sum of each row, as it was before.
    """
    indptr, columns, targets, extras = cells
    dim = other.shape[1]
    most = 1024  # rows of `other` that a core's cache holds
    near = np.empty((most, dim), other.dtype)
    residual = np.empty(dim, other.dtype)
    direction = np.empty(dim, other.dtype)
    product = np.empty(dim, other.dtype)
    for row in range(first_row, last_row):
        x = own[row]
        begin = indptr[row]
        n = indptr[row + 1] - begin
        is_near = n <= most
        # residual = b - A x, and the loss, in one pass over the cells
        loss = np.float64(0)
        for i in range(dim):
            total = np.float32(0)
            for j in range(dim):
                total += gram[i, j] * x[j]
            loss += np.float64(total) * np.float64(x[i])
            residual[i] = -total
        for k in range(n):
            y = other[columns[begin + k]]
            target = targets[begin + k]
            extra = extras[begin + k]
            dot = np.float32(0)
            if is_near:
                copy = near[k]
                for d in range(dim):
                    copy[d] = y[d]
                    dot += x[d] * y[d]
            else:
                for d in range(dim):
                    dot += x[d] * y[d]
            loss += (1 + extra) * (target - dot) ** 2 - dot**2
            slope = (1 + extra) * target - extra * dot
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
                product[i] = total
            for k in range(n):
                y = near[k] if is_near else other[columns[begin + k]]
                dot = np.float32(0)
                for d in range(dim):
                    dot += direction[d] * y[d]
                dot *= extras[begin + k]
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
