"""Intervals for the scores."""

import math

Interval = tuple[float, float]
_Z95 = 1.959963984540054


def spearman_interval(rho: float, n: int) -> Interval:
    """Return the 95 % interval of a Spearman correlation of `n` pairs.

    Fisher's z with the standard error sqrt((1 + rho^2 / 2) / (n - 3)) (Bonett and Wright 2000,
    "Sample size requirements for estimating Pearson, Kendall and Spearman correlations",
    Psychometrika 65).  Fewer than 4 pairs, or a perfect order, for which z is infinite,
    give no interval: (-1, 1).
    """
    if n < 4 or math.isnan(rho) or abs(rho) >= 1:
        return -1.0, 1.0
    z = math.atanh(rho)
    half = _Z95 * math.sqrt((1 + rho * rho / 2) / (n - 3))
    return math.tanh(z - half), math.tanh(z + half)


def share_interval(n_correct: int, n: int) -> Interval:
    """Return the 95 % interval of a share (Wilson 1927)."""
    if n == 0:
        return 0.0, 1.0
    share = n_correct / n
    square = _Z95 * _Z95
    middle = (share + square / (2 * n)) / (1 + square / n)
    half = _Z95 / (1 + square / n) * math.sqrt(share * (1 - share) / n + square / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)
