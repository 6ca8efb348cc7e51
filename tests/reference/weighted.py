"""Weighted factorisation on dense matrices, every row solved exactly."""

import numpy as np


def loss(targets, weights, x, y):
    return float((weights * (targets - x @ y.T) ** 2).sum())


def solve_rows(targets, weights, y):
    """The rows x that minimise sum_j w_j (t_j - x.y_j)^2, by their normal equations."""
    return np.array(
        [np.linalg.solve((y.T * w) @ y, (y.T * w) @ t) for t, w in zip(targets, weights)]
    )
