"""Intervals from what a score would be without each item: a formula that asks for no resamples."""

import math

import numpy as np

from . import ranking
from .intervals import Interval, t_quantile

_NEARLY_ONE = 1 - 1e-12


def jackknife_spearman(scores: np.ndarray, ratings: np.ndarray) -> Interval:
    """Return the 95 % interval of a Spearman correlation: Fisher's z with a jackknife's error.

    The error of z = atanh(rho) is that of its leave-one-out values (Efron and Tibshirani 1993,
    equation 11.5), with n - 1 degrees of freedom: other than a formula for normal scores, it knows
    whether some pairs are seen better than others.  That takes the items for independent.

    Parameters
    ----------
    scores, ratings : arrays (n,)

    Returns
    -------
    (float, float)
        (-1, 1) for fewer than 4 items, or where a side is constant or all orders agree.
    """
    n = len(ratings)
    rho = ranking.spearman(scores, ratings) if n > 1 else math.nan
    if n < 4 or math.isnan(rho) or abs(rho) >= 1:
        return -1.0, 1.0
    left_out = ranking.spearman_without_each(np.asarray(scores)[None, :], ratings)[0]
    z = np.arctanh(np.clip(left_out, -_NEARLY_ONE, _NEARLY_ONE))
    if np.isnan(z).any():
        return -1.0, 1.0
    error = math.sqrt((n - 1) / n * float(np.square(z - z.mean()).sum()))
    half = t_quantile(n - 1) * error
    return math.tanh(math.atanh(rho) - half), math.tanh(math.atanh(rho) + half)
