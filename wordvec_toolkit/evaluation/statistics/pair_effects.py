"""Uncertainty of an accuracy on analogy questions that share a few word pairs.

A section of n word pairs asks for every pair with every other.  Part of a question's outcome is
due to its two pairs: some are harder than others.  The outcome of a dyad (the questions made of
the same two pairs, both ways round) is taken for the sum of an effect of each pair and of chance,
whose variances are estimated by the method of moments, as in the analysis of variance of a round
robin (Warner, Kenny and Stoto 1979, "A new round robin analysis of variance for social interaction
data", Journal of Personality and Social Psychology 37): without bias for any design, also where
questions are skipped.  Resampled word pairs (see `pair_bootstrap`) count chance three times over.

Sections are taken as given: they are kinds of relation somebody chose, not a sample of kinds.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .intervals import Interval, share_interval, t_p_value, t_quantile
from .pair_bootstrap import Section


@dataclass(frozen=True)
class PairSum:
    """A sum over questions.

    Attributes
    ----------
    value, n : float
        The sum, and the number of questions.
    variance : float
    df : float
        Degrees of freedom of `variance` (Satterthwaite 1946).
    n_units : int
        Word pairs, or dyads where these are fewer.
    n_apart : int
        Those of them that are in sections whose sum is not 0.
    """

    value: float
    n: int
    variance: float
    df: float
    n_units: int
    n_apart: int


def section_sum(
    design: Section, values: np.ndarray, asked: np.ndarray, usual: float | None = None
) -> PairSum:
    """Return the sum of `values` over the questions of a section that were asked.

    Parameters
    ----------
    values : array (n_questions,)
    asked : bool array (n_questions,)
    usual : float, optional
        The mean over all sections.  From it a section of a single dyad, which does not show its
        own variance, is taken to be as far as such sections are.
    """
    first, second = design.first[asked], design.second[asked]
    values = np.asarray(values, np.float64)[asked]
    n = len(values)
    if n == 0:
        return PairSum(0.0, 0, 0.0, 0.0, 0, 0)
    low, high = np.minimum(first, second), np.maximum(first, second)
    dyads, which = np.unique(low * np.int64(design.n_pairs) + high, return_inverse=True)
    ends = np.stack(np.divmod(dyads, design.n_pairs))
    n_pairs = len(np.unique(ends))
    n_units = min(n_pairs, len(dyads))
    value = float(values.sum())
    if n_units == 1 and usual is not None:
        return PairSum(value, n, (value - n * usual) ** 2, 1.0, 1, int(value != 0))

    def by_pair(of_dyads: np.ndarray) -> np.ndarray:
        return sum(np.bincount(end, of_dyads, design.n_pairs) for end in ends)  # type: ignore

    sizes = np.bincount(which).astype(np.float64)
    apart = np.bincount(which, values) - sizes * (values.sum() / n)
    asked_of = by_pair(sizes)
    squares = float(asked_of @ asked_of)
    # What the two sums of squares, over pairs and over dyads, consist of: a multiple of the
    # variance of a pair's effect, and a multiple of that of chance.
    over_pairs, over_dyads = float(np.square(by_pair(apart)).sum()), float(apart @ apart)
    inner = float(asked_of @ by_pair(sizes * asked_of[ends].sum(axis=0)))
    crossed = squares + 2 * float(sizes @ sizes)
    pairs_of_pairs = crossed - 2 * inner / n + squares**2 / n**2
    chance_of_pairs = 2 * n - squares / n
    squared = by_pair(sizes * sizes)
    pairs_of_dyads = (
        float(squared.sum())
        - 2 * float(asked_of @ squared) / n
        + float(sizes @ sizes) * squares / n**2
    )
    chance_of_dyads = n - float(sizes @ sizes) / n
    determinant = pairs_of_pairs * chance_of_dyads - chance_of_pairs * pairs_of_dyads
    of_pairs = of_chance = 0.0
    pairs_show = determinant > 1e-9 * pairs_of_pairs * chance_of_dyads
    if pairs_show:
        of_pairs = (over_pairs * chance_of_dyads - chance_of_pairs * over_dyads) / determinant
        of_chance = (pairs_of_pairs * over_dyads - pairs_of_dyads * over_pairs) / determinant
    if of_pairs <= 0:  # or not distinguishable from chance
        of_pairs, of_chance = 0.0, over_dyads / chance_of_dyads if chance_of_dyads > 0 else 0.0
    by_chance = max(of_chance, 0.0) * n
    variance = of_pairs * squares + by_chance
    df = n_units - 1.0
    if pairs_show and variance > 0:
        # The sum of squares over pairs, on which it rests, has chance in it twice: less is known.
        df *= variance / (variance + by_chance)
    return PairSum(value, n, variance, df, n_units, n_units if value else 0)


def section_sums(
    designs: Sequence[Section], values: np.ndarray, asked: np.ndarray
) -> list[PairSum]:
    """Return the sum over each section; `values` and `asked` are in the order of the set."""
    ends = np.cumsum([len(design.first) for design in designs])[:-1]
    usual = float(np.asarray(values, np.float64)[asked].mean()) if asked.any() else 0.0
    return [
        section_sum(design, own, own_asked, usual)
        for design, own, own_asked in zip(designs, np.split(values, ends), np.split(asked, ends))
    ]


def add_sums(sums: Sequence[PairSum]) -> PairSum:
    """Return the sum over several sections, which are independent."""
    variance = math.fsum(one.variance for one in sums)
    parts = math.fsum(one.variance**2 / one.df for one in sums if one.df > 0)
    return PairSum(
        math.fsum(one.value for one in sums),
        sum(one.n for one in sums),
        variance,
        variance**2 / parts if parts > 0 else 0.0,
        sum(one.n_units for one in sums),
        sum(one.n_apart for one in sums),
    )


def accuracy_interval(found: PairSum) -> Interval:
    """Return the 95 % interval of a share of right answers.

    Wilson's, with Student's t, for as many independent questions as have the same variance (as
    Korn and Graubard 1998, Survey Methodology 24).  Where all answers are right, or none, there is
    no variance to estimate, and for as many as there are word pairs.
    """
    if found.n == 0:
        return 0.0, 1.0
    share = found.value / found.n
    if found.variance <= 0 or found.df < 1 or not 0 < share < 1:
        return share_interval(share * found.n_units, found.n_units)
    worth = share * (1 - share) * found.n**2 / found.variance
    return share_interval(share * worth, worth, t_quantile(found.df))


def difference_test(found: PairSum) -> tuple[Interval, float]:
    """Return the 95 % interval of a mean difference of answers, and its p-value, by Student's t.

    Where all questions of each section differ alike no variance can be estimated: then by a sign
    test on as many trials as there are word pairs in sections with a difference.
    """
    if found.n == 0 or (found.df < 1 and found.variance > 0):
        return (math.nan, math.nan), math.nan
    mean, error = found.value / found.n, math.sqrt(found.variance) / found.n
    if error == 0 and mean != 0:
        half = 2 * (1 - share_interval(found.n_apart, found.n_apart)[0])
        p_value = min(1.0, 2 * 0.5**found.n_apart)
    else:
        half = t_quantile(found.df) * error if error else 0.0
        p_value = t_p_value(mean, error, found.df)
    return (max(-1.0, mean - half), min(1.0, mean + half)), p_value
