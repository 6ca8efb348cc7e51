"""Means over the tokens of a text, and how sure they are.

Neighbouring sentences are alike: on the Penn Treebank, whose articles are not marked, the log
probabilities of sentences are correlated over some 50 of them, and the variance of their mean is
about ten times what it would be of independent ones.  So the text is cut into few, long runs, and
the spread between these is what a mean is measured by, with Student's t for their small number:
runs of whole documents where documents are known, else 5 to 8 runs of sentences (batch means;
Ibragimov and Mueller 2010, "t-statistic based correlation and heterogeneity robust inference",
Journal of Business and Economic Statistics 28, on few groups in place of many).
"""

import math
from dataclasses import dataclass

import numpy as np

from ..lm.streams import sentence_starts
from .statistics.bootstrap import draw_counts, resample
from .statistics.intervals import Interval, t_p_value, t_quantile

MOST_OF_DOCUMENTS = 30  # runs
_FEWEST_OF_DOCUMENTS = 4  # runs of even length that unevenly long documents are worth
_MOST, _FEWER = 8, 5  # runs of sentences, which should be long rather than many
_SENTENCES = 400  # of a run, where there are more than the fewest: some documents, whole
_FEWEST = 4  # runs that an interval takes


@dataclass(frozen=True, eq=False)
class Runs:
    """Runs of a text.

    Attributes
    ----------
    firsts : int64 array (n,)
        First token of each run.
    of : str
        What they are, as signatures say it.
    """

    firsts: np.ndarray
    of: str

    def __len__(self) -> int:
        return len(self.firsts)

    def sums(self, values: np.ndarray) -> np.ndarray:
        """Return the sums of tokens' values over each run: float64 (n,)."""
        return np.add.reduceat(np.asarray(values, np.float64), self.firsts)


def cut_runs(ids: np.ndarray, documents: np.ndarray | None = None) -> Runs:
    """Cut a text into runs that can pass for independent.

    Parameters
    ----------
    ids : int32 array (n_tokens,)
        Not empty.
    documents : int64 array, optional
        Where each document begins.
    """
    n_tokens = len(ids)
    if documents is not None and len(documents) > 1:
        middles = (documents + np.append(documents[1:], n_tokens)) / 2
        places = np.floor(middles * MOST_OF_DOCUMENTS / n_tokens)
        firsts = documents[np.unique(places, return_index=True)[1]]
        lengths = np.diff(firsts, append=n_tokens).astype(np.float64)
        if n_tokens**2 / float(lengths @ lengths) >= _FEWEST_OF_DOCUMENTS:
            return Runs(firsts, f"{len(firsts)}-runs-of-documents")
    starts = sentence_starts(ids)[:-1]
    n = min(len(starts), max(_FEWER, min(_MOST, len(starts) // _SENTENCES)))
    return Runs(starts[np.arange(n) * len(starts) // n], f"{n}-runs-of-sentences")


@dataclass(frozen=True)
class Mean:
    """A mean over tokens.

    Attributes
    ----------
    value : float
    error : float
        Its standard error; nan where it is not known.
    df : float
        Degrees of freedom of the error.
    """

    value: float
    error: float
    df: float

    @property
    def interval(self) -> Interval:
        """95 %, by Student's t; (nan, nan) where the error is not known."""
        half = t_quantile(self.df) * self.error
        return self.value - half, self.value + half

    @property
    def p_value(self) -> float:
        """Two-sided, of a mean of 0."""
        return t_p_value(self.value, self.error, self.df)


def mean_over_tokens(values: np.ndarray, weights: np.ndarray, runs: Runs) -> Mean:
    """Return sum(values) / sum(weights) over tokens, a ratio of sums over runs.

    Its error is Cochran's (1977, "Sampling Techniques", equation 6.13).  Runs of unlike length are
    worth fewer even ones, (sum of lengths)^2 / sum of squares, which gives the degrees of freedom.
    """
    sums, lengths = runs.sums(values), runs.sums(weights)
    n, total = len(runs), float(lengths.sum())
    value = float(sums.sum()) / total if total else math.nan
    if n < _FEWEST or not math.isfinite(value):
        return Mean(value, math.nan, math.nan)
    apart = sums - value * lengths
    error = math.sqrt(n / (n - 1) * float(apart @ apart)) / total
    df = total**2 / float(lengths @ lengths) - 1
    return Mean(value, error, df) if df >= 1 else Mean(value, math.nan, math.nan)


def bootstrap_mean(
    values: np.ndarray,
    weights: np.ndarray,
    runs: Runs,
    resamples: int,
    seed: int,
    threads: int | None = None,
) -> tuple[Interval, float]:
    """Return the 95 % interval of `mean_over_tokens`, and its p-value, by bootstrap-t over runs.

    Each resample's distance from the mean is measured in its own errors (Efron and Tibshirani
    1993, section 12.5): the percentiles of plain means would be too narrow for few runs.
    """
    mean = mean_over_tokens(values, weights, runs)
    if math.isnan(mean.error) or mean.error == 0:
        return mean.interval, mean.p_value
    sums, lengths = runs.sums(values), runs.sums(weights)
    n = len(runs)
    moments = np.stack([sums, lengths, sums * sums, sums * lengths, lengths * lengths])

    def statistic(random: np.random.Generator, size: int) -> np.ndarray:
        drawn = moments @ draw_counts(random, n, size).astype(np.float64)
        with np.errstate(invalid="ignore", divide="ignore"):
            ratios = drawn[0] / drawn[1]
            squares = drawn[2] - 2 * ratios * drawn[3] + ratios**2 * drawn[4]
            errors = np.sqrt(n / (n - 1) * np.maximum(squares, 0)) / drawn[1]
            return (ratios - mean.value) / errors

    distances = resample(statistic, n, resamples, seed, threads)
    distances = distances[np.isfinite(distances)]
    low, high = np.quantile(distances, [0.025, 0.975])
    further = np.sum(np.abs(distances) >= abs(mean.value) / mean.error)
    p_value = float((1 + further) / (len(distances) + 1))
    return (mean.value - float(high) * mean.error, mean.value - float(low) * mean.error), p_value
