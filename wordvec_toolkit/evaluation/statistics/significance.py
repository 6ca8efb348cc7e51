"""P-values and corrections for two models on the same items."""

from collections.abc import Sequence

import numpy as np

from . import ranking
from .bootstrap import RESAMPLES, resample


def holm(p_values: Sequence[float]) -> list[float]:
    """Correct p-values for their number (Holm 1979); nan are not counted and stay nan.

    Holds under any dependence, so test sets that share items do no harm.
    """
    known = sorted((p, i) for i, p in enumerate(p_values) if not np.isnan(p))
    corrected = [float("nan")] * len(p_values)
    highest = 0.0
    for rank, (p, i) in enumerate(known):
        highest = max(highest, min(1.0, (len(known) - rank) * p))
        corrected[i] = highest
    return corrected


def bootstrap_p_value(differences: np.ndarray) -> float:
    """Return the two-sided p-value of no difference from resampled differences.

    Twice the share on the rarer side of 0, where 0 counts for both: it is below .05 about when the
    95 % percentile interval excludes 0.   The smallest value is 2 / (resamples + 1).
    """
    differences = differences[~np.isnan(differences)]
    n = len(differences)
    rarer = min(int(np.sum(differences <= 0)), int(np.sum(differences >= 0)))
    return min(1.0, 2 * (1 + rarer) / (n + 1))


def permutation_p_value(
    scores: np.ndarray,
    ratings: np.ndarray,
    resamples: int = RESAMPLES,
    seed: int = 0,
    threads: int | None = None,
) -> float:
    """Return the two-sided p-value of two models having the same Spearman correlation.

    The models' ranks of each item are exchanged with probability 1/2, both are ranked again, and
    the difference of the correlations is compared with the one observed.  The observed one counts
    as one of the permutations (Phipson and Smyth 2010), so the smallest value is
    1 / (resamples + 1).

    Parameters
    ----------
    scores : array (2, n)
    ratings : array (n,)
    """
    n = len(ratings)
    ones = np.ones((n, 1))
    doubled = [ranking.doubled_ranks(row, ones) for row in (*scores, ratings)]
    centred = doubled[2][:, 0]
    first, second = (row.astype(np.int64) + n - 1 for row in doubled[:2])  # 0 to 2 n - 2: places
    length = np.sqrt(centred @ centred)
    one, two = (_correlations(side, centred, n)[0] for side in (first, second))
    observed = abs(one - two) / length

    def statistic(random: np.random.Generator, size: int) -> np.ndarray:
        swapped = random.random((n, size)) < 0.5
        one = np.where(swapped, second, first)
        two = np.where(swapped, first, second)
        return _correlations(one, centred, n) - _correlations(two, centred, n)

    differences = np.abs(resample(statistic, n, resamples, seed, threads)) / length
    return float((1 + np.sum(differences >= observed - 1e-12)) / (resamples + 1))


def _correlations(places: np.ndarray, centred: np.ndarray, n: int) -> np.ndarray:
    """Rank columns of whole numbers below 2 n - 1; return correlations times a length.

    The length is that of `centred`, the other side, which is the same in all columns.
    """
    size = places.shape[1]
    flat = places * size + np.arange(size)
    held = np.bincount(flat.ravel(), minlength=(2 * n - 1) * size).reshape(2 * n - 1, size)
    upto = np.cumsum(held, axis=0)
    ranks = 2 * upto - held
    ranks = np.take_along_axis(ranks, places, axis=0) - n
    products = (ranks * centred[:, None]).sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return products / np.sqrt((ranks * ranks).sum(axis=0))
