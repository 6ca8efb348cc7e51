"""Weighted factorisation on dense matrices, every row solved exactly."""

import numpy as np


def targets_and_weights(observed, confidence, exponent, unobserved_exponent):
    """Targets and weights of all cells of a dense matrix of counts."""
    rows, columns = observed.sum(1), observed.sum(0)
    expected = np.outer(rows, columns) / observed.sum()
    with np.errstate(divide="ignore"):
        targets = np.where(observed > 0, np.log(observed / expected), 0)
    row_weights, column_weights = rows**unobserved_exponent, columns**unobserved_exponent
    base = np.outer(row_weights / row_weights.mean(), column_weights / column_weights.mean())
    return targets, base + confidence * np.where(observed > 0, observed**exponent, 0)


def loss(targets, weights, x, y):
    return float((weights * (targets - x @ y.T) ** 2).sum())


def solve_rows(targets, weights, y):
    """The rows x that minimise sum_j w_j (t_j - x.y_j)^2, by their normal equations."""
    return np.array(
        [np.linalg.solve((y.T * w) @ y, (y.T * w) @ t) for t, w in zip(targets, weights)]
    )
