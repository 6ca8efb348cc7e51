"""Which of several models is better on the items that all of them know."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Literal, get_args

import numpy as np

from ..errors import SettingError
from .analogy import AnalogyResult
from .datasets import AnalogySet
from .similarity import SimilarityResult
from .statistics import ranking
from .statistics.bootstrap import RESAMPLES, bounds_of, check_resamples, draw_counts, resample
from .statistics.intervals import Interval, IntervalKind, check_interval
from .statistics.pair_bootstrap import resampled_sums, sections_of
from .statistics.pair_effects import add_sums, difference_test, section_sums
from .statistics.significance import bootstrap_p_value, holm, permutation_p_value

DifferenceTest = Literal["bootstrap", "permutation"]
_FEWEST = 4  # shared items


@dataclass(frozen=True)
class Comparison:
    """Two models on the items of one test set that all compared models know.

    Attributes
    ----------
    first, second : str
        Names of the models.
    dataset : str
    measure : str
        "spearman", or the method of answering analogies.
    scores : (float, float)
        Of the first and of the second, on the shared items alone.
    difference : float
        Score of the first less that of the second.
    interval : (float, float)
        95 %, of the difference.
    p_value : float
        Two-sided, of no difference; nan if fewer than 4 items are shared.
    p_holm : float
        The same, corrected for all comparisons made together (Holm 1979).
    n : int
        Shared items.
    n_left_out : int
        Items that at least one of the models does not know.
    signature : str
        How the numbers were made.
    """

    first: str
    second: str
    dataset: str
    measure: str
    scores: tuple[float, float]
    difference: float
    interval: Interval
    p_value: float
    p_holm: float
    n: int
    n_left_out: int
    signature: str


def compare_similarity(
    results: Mapping[str, Sequence[SimilarityResult]],
    test: DifferenceTest = "bootstrap",
    resamples: int = RESAMPLES,
    seed: int = 0,
    threads: int | None = None,
) -> tuple[Comparison, ...]:
    """Compare models, two at a time, by their Spearman correlations on shared pairs.

    Interval (percentile) and p-value come from resampled pairs; each resample serves all models.
    The permutation test exchanges the two models' ranks of a pair.  In simulations with models
    that are equally good, both call them different about 5 times in 100 while the models err on
    the same pairs; where they err on different ones, the permutation test does so 6 to 9 times,
    the bootstrap 4 to 6 (benchmarks/intervals.py): hence the default.

    Parameters
    ----------
    results : mapping from a model's name to its results
        Every model's on the same test sets, in the same order.
    test : {"bootstrap", "permutation"}
        Where the p-value comes from.

    Returns
    -------
    tuple of Comparison
        For each test set, every two models.  p-values are corrected over all of them.
    """
    if test not in get_args(DifferenceTest):
        raise SettingError(f"test is {test!r}; expected {' or '.join(get_args(DifferenceTest))}")
    check_resamples(resamples, seed)
    _check_models(results)
    found = []
    for together in zip(*results.values()):
        cosines = np.stack([result.cosines for result in together])
        known = ~np.isnan(cosines).any(axis=0)
        scores = ranking.clean(cosines[:, known])
        ratings = together[0].ratings[known]
        found += _compare_on_pairs(
            tuple(results),
            together[0],
            scores,
            ratings,
            int((~known).sum()),
            test,
            (resamples, seed, threads),
        )
    return corrected(found)


def _compare_on_pairs(
    names: tuple[str, ...],
    example: SimilarityResult,
    scores: np.ndarray,
    ratings: np.ndarray,
    n_left_out: int,
    test: DifferenceTest,
    how: tuple[int, int, int | None],
) -> list[Comparison]:
    n = len(ratings)
    resamples, seed, threads = how
    rhos = [ranking.spearman(row, ratings) for row in scores] if n > 1 else [np.nan] * len(names)
    known = n >= _FEWEST and not np.isnan(rhos).any()

    def statistic(random: np.random.Generator, size: int) -> np.ndarray:
        return ranking.resampled_spearman(scores, ratings, draw_counts(random, n, size))

    values = resample(statistic, n, resamples, seed, threads) if known else None
    found = []
    for one, two in combinations(range(len(names)), 2):
        difference = rhos[one] - rhos[two]
        bounds, p_value = (float("nan"), float("nan")), float("nan")
        if values is not None:
            bounds = bounds_of(values[one] - values[two], difference)
            p_value = bootstrap_p_value(values[one] - values[two])
            if test == "permutation":
                p_value = permutation_p_value(scores[[one, two]], ratings, *how)
        signature = (
            f"difference:spearman|set:{example.dataset}|sha256:{example.sha256[:8]}|shared:{n}"
            f"|left-out:{n_left_out}|models:{len(names)}|ci:paired-bootstrap-percentile|p:{test},two-sided"
            f"|resamples:{resamples}|seed:{seed}"
        )
        found.append(
            Comparison(
                names[one],
                names[two],
                example.dataset,
                "spearman",
                (rhos[one], rhos[two]),
                difference,
                bounds,
                p_value,
                p_value,
                n,
                n_left_out,
                signature,
            )
        )
    return found


def compare_analogies(
    test: AnalogySet,
    results: Mapping[str, Sequence[AnalogyResult]],
    interval: IntervalKind = "analytic",
    resamples: int = RESAMPLES,
    seed: int = 0,
    threads: int | None = None,
) -> tuple[Comparison, ...]:
    """Compare models, two at a time, by their accuracy on shared analogy questions.

    Parameters
    ----------
    test : AnalogySet
        What the models were asked.
    results : mapping from a model's name to its results
        Every model's by the same methods, in the same order.
    interval : {"analytic", "bootstrap"}
        Interval and p-value allow for what questions share through a word pair: by the variance
        that pairs make, with Student's t (`pair_effects`), or by resampled pairs.

    Returns
    -------
    tuple of Comparison
        For each method, every two models.  p-values are corrected over all of them.
    """
    check_interval(interval)
    check_resamples(resamples, seed)
    _check_models(results)
    found = []
    for together in zip(*results.values()):
        asked = np.all([result.answers >= 0 for result in together], axis=0)
        right = np.stack([result.correct & asked for result in together])
        n = int(asked.sum())
        shares = right.sum(axis=1) / n if n else np.full(len(together), np.nan)
        designs, values = sections_of(test), None
        if interval == "bootstrap" and n >= _FEWEST:
            sums = resampled_sums(designs, np.stack([asked, *right]), resamples, seed, threads).sum(
                axis=1
            )
            with np.errstate(invalid="ignore"):
                values = sums[1:] / sums[0]
            how = (
                f"bootstrap-percentile|of:word-pairs|p:bootstrap|resamples:{resamples}|seed:{seed}"
            )
        else:
            how = "t|of:word-pairs|p:t"
        signature = (
            f"difference:accuracy|{together[0].method}|set:{test.name}|sha256:{test.sha256[:8]}|shared:{n}"
            f"|left-out:{len(asked) - n}|models:{len(together)}|two-sided|ci:{how}"
        )
        for one, two in combinations(range(len(together)), 2):
            difference = float(shares[one] - shares[two])
            if n < _FEWEST:
                bounds, p_value = (float("nan"), float("nan")), float("nan")
            elif values is not None:
                bounds = bounds_of(values[one] - values[two], difference)
                p_value = bootstrap_p_value(values[one] - values[two])
            else:
                apart = right[one].astype(np.float64) - right[two]
                bounds, p_value = difference_test(add_sums(section_sums(designs, apart, asked)))
            names = tuple(results)
            found.append(
                Comparison(
                    names[one],
                    names[two],
                    test.name,
                    together[0].method,
                    (float(shares[one]), float(shares[two])),
                    difference,
                    bounds,
                    p_value,
                    p_value,
                    n,
                    len(asked) - n,
                    signature,
                )
            )
    return corrected(found)


def _check_models(
    results: Mapping[str, Sequence[SimilarityResult]] | Mapping[str, Sequence[AnalogyResult]],
) -> None:
    if len(results) < 2:
        raise SettingError(f"{len(results)} models given; a comparison takes at least two")
    asked = {
        name: [(result.sha256, getattr(result, "method", ""), _n_items(result)) for result in own]
        for name, own in results.items()
    }
    (first, expected), *others = asked.items()
    for name, own in others:
        if own != expected:
            raise SettingError(
                f"{name} was scored on other test sets or by other methods than {first}; a "
                "comparison takes the same for all, in the same order"
            )


def _n_items(result: SimilarityResult | AnalogyResult) -> int:
    return len(result.cosines if isinstance(result, SimilarityResult) else result.answers)


def corrected(found: list[Comparison]) -> tuple[Comparison, ...]:
    """Fill in `p_holm`: the p-values corrected for their number."""
    p_values = holm([comparison.p_value for comparison in found])
    return tuple(
        replace(
            comparison,
            p_holm=p,
            signature=f"{comparison.signature}|holm:{sum(not np.isnan(q) for q in p_values)}",
        )
        for comparison, p in zip(found, p_values)
    )
