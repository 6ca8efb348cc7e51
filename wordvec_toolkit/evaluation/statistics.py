"""Intervals for the scores."""

import math
from typing import Literal, get_args

from ..errors import SettingError

Interval = tuple[float, float]
#: By a formula, or by resampling.
IntervalKind = Literal["analytic", "bootstrap"]
Z95 = 1.959963984540054


def check_interval(kind: str) -> None:
    """Refuse a kind of interval that there is not."""
    if kind not in get_args(IntervalKind):
        raise SettingError(f"interval is {kind!r}; expected {' or '.join(get_args(IntervalKind))}")


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
    half = Z95 * math.sqrt((1 + rho * rho / 2) / (n - 3))
    return math.tanh(z - half), math.tanh(z + half)


def share_interval(n_correct: int, n: int) -> Interval:
    """Return the 95 % interval of a share of `n` independent trials (Wilson 1927)."""
    if n == 0:
        return 0.0, 1.0
    share = n_correct / n
    square = Z95 * Z95
    middle = (share + square / (2 * n)) / (1 + square / n)
    half = Z95 / (1 + square / n) * math.sqrt(share * (1 - share) / n + square / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)


def paired_share_interval(n_first: int, n_second: int, n: int) -> Interval:
    """Return the 95 % interval of the difference of two shares of the same `n` trials.

    Wald's, with 1/2 added to each of the four cells (Agresti and Min 2005, "Simple improved
    confidence intervals for comparing matched proportions", Statistics in Medicine 24).

    Parameters
    ----------
    n_first, n_second : int
        Trials that only the first, and only the second, got right.
    """
    apart, together, n = n_first - n_second, n_first + n_second + 1, n + 2
    half = Z95 * math.sqrt(together - apart * apart / n) / n
    return max(-1.0, apart / n - half), min(1.0, apart / n + half)
