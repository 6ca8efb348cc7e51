"""Intervals by resampling: what the score would have been on other items like these."""

from collections.abc import Callable
from typing import Literal

import numpy as np

from ...errors import SettingError
from ...runtime.parallel import even_bounds, map_blocks, n_threads
from . import ranking
from .intervals import Interval

BootstrapMethod = Literal["percentile", "bca"]
RESAMPLES = 10_000
_LEVEL = 0.95


def check_resamples(resamples: int, seed: int) -> None:
    """Refuse numbers that make no sense."""
    if not 100 <= resamples <= 10_000_000:
        raise SettingError(f"resamples is {resamples}; it must be from 100 to 10,000,000")
    if seed < 0:
        raise SettingError(f"seed is {seed}; it must be at least 0")


def generator(seed: int, *place: int) -> np.random.Generator:
    """Return the generator of one block of resamples; `place` says which."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, *place])))


def draw_counts(random: np.random.Generator, n: int, n_resamples: int) -> np.ndarray:
    """Draw `n` of `n` items with replacement and return how often each came: (n, n_resamples)."""
    drawn = random.integers(0, n, size=(n_resamples, n))
    drawn *= n_resamples
    drawn += np.arange(n_resamples)[:, None]
    return np.bincount(drawn.ravel(), minlength=n * n_resamples).reshape(n, n_resamples)


def resample(
    statistic: Callable[[np.random.Generator, int], np.ndarray],
    n_items: int,
    resamples: int,
    seed: int,
    threads: int | None = None,
) -> np.ndarray:
    """Return a statistic of `resamples` resamples, the same for any number of threads.

    Parameters
    ----------
    statistic : function
        From a generator and a number of resamples to an array (..., number of resamples).
    n_items : int
        How large one resample is; sets how many are made at a time.
    """

    def block(first: int, last: int) -> np.ndarray:
        return statistic(generator(seed, first), last - first)

    bounds = even_bounds(resamples, ranking.strip_size(n_items))
    return np.concatenate(list(map_blocks(block, bounds, n_threads(threads))), axis=-1)


def bounds_of(values: np.ndarray, estimate: float, jackknife: np.ndarray | None = None) -> Interval:
    """Return the 95 % interval that resampled `values` give.

    Percentile, or, where leave-one-out values (n_items,) are given, BCa: the percentiles are moved
    for bias and for a spread that changes with the score (Efron 1987, "Better bootstrap confidence
    intervals", JASA 82; Efron and Tibshirani 1993, equations 14.10, 14.14 and 14.15).

    Returns
    -------
    (float, float)
        (nan, nan) if fewer than 100 resamples have a score.
    """
    values = values[~np.isnan(values)]
    if len(values) < 100 or np.isnan(estimate):
        return float("nan"), float("nan")
    tail = (1 - _LEVEL) / 2
    shares = np.array([tail, 1 - tail])
    if jackknife is not None:
        from scipy.special import ndtr, ndtri

        below = (np.sum(values < estimate) + 0.5 * np.sum(values == estimate)) / len(values)
        bias = ndtri(below)
        apart = np.nanmean(jackknife) - jackknife
        spread = 6 * np.nansum(apart**2) ** 1.5
        acceleration = np.nansum(apart**3) / spread if spread > 0 else 0.0
        moved = bias + ndtri(shares)
        if np.isfinite(bias):
            shares = ndtr(bias + moved / (1 - acceleration * moved))
    low, high = np.quantile(values, shares)
    return float(low), float(high)


def bootstrap_spearman(
    scores: np.ndarray,
    ratings: np.ndarray,
    method: BootstrapMethod = "bca",
    resamples: int = RESAMPLES,
    seed: int = 0,
    threads: int | None = None,
) -> Interval:
    """Return the 95 % bootstrap interval of a Spearman correlation.

    Items (pairs of words) are drawn with replacement and ranked again in each resample.  That takes
    the items for independent; pairs that share a word are so only in part.

    Parameters
    ----------
    scores, ratings : arrays (n,)
    method : {"bca", "percentile"}

    Returns
    -------
    (float, float)
        (-1, 1) for fewer than 4 items, or where a side is constant or all orders agree.
    """
    if method not in ("percentile", "bca"):
        raise SettingError(f"method is {method!r}; expected percentile or bca")
    check_resamples(resamples, seed)
    scores = np.asarray(scores)[None, :]
    estimate = ranking.spearman(scores[0], ratings)
    n = len(ratings)
    if n < 4 or np.isnan(estimate) or abs(estimate) >= 1:
        return -1.0, 1.0

    def statistic(random: np.random.Generator, size: int) -> np.ndarray:
        return ranking.resampled_spearman(scores, ratings, draw_counts(random, n, size))[0]

    values = resample(statistic, n, resamples, seed, threads)
    left_out = ranking.spearman_without_each(scores, ratings)[0] if method == "bca" else None
    low, high = bounds_of(values, estimate, left_out)
    return (low, high) if low <= high else (-1.0, 1.0)
