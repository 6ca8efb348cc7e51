"""Intervals for the scores."""

import math
from typing import Literal

Interval = tuple[float, float]
#: By a formula, or by resampling.
IntervalKind = Literal["analytic", "bootstrap"]
Z95 = 1.959963984540054


def share_interval(n_correct: float, n: float, reach: float = Z95) -> Interval:
    """Return the 95 % interval of a share of `n` independent trials (Wilson 1927).

    Parameters
    ----------
    reach : float
        In standard errors.
    """
    if n == 0:
        return 0.0, 1.0
    share = n_correct / n
    square = reach * reach
    middle = (share + square / (2 * n)) / (1 + square / n)
    half = reach / (1 + square / n) * math.sqrt(share * (1 - share) / n + square / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)


def t_quantile(df: float) -> float:
    """Return how many standard errors a 95 % interval reaches, by Student's t."""
    from scipy.special import stdtrit

    return float(stdtrit(df, 0.975)) if df > 0 else math.nan


def t_p_value(value: float, error: float, df: float) -> float:
    """Return the two-sided p-value of a `value` being 0, by Student's t; nan without an error."""
    from scipy.special import stdtr

    if math.isnan(error) or math.isnan(value):
        return math.nan
    if error == 0:
        return 1.0 if value == 0 else 0.0
    return float(min(1.0, 2 * stdtr(df, -abs(value) / error)))
