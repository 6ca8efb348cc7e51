"""Similarity by two models together, such as vectors and a thesaurus, with weights that no scored
pair has chosen."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ..errors import EmptyResultError, SettingError, expect
from ..runtime.arguments import checks_types
from ..runtime.signatures import Signature
from .columns import Columns
from .datasets import SimilaritySet
from .results import SimilarityResult
from .similarity import PairModel, as_set, pair_scores, scored
from .statistics import ranking
from .statistics.bootstrap import RESAMPLES, check_resamples
from .statistics.intervals import IntervalKind

FOLDS = 10
#: Weights of the second model that are tried.
_WEIGHTS = np.linspace(0, 1, 21)


@checks_types
def evaluate_combination(
    models: Sequence[PairModel],
    dataset: str | Path | SimilaritySet = "simlex999",
    interval: IntervalKind = "analytic",
    resamples: int = RESAMPLES,
    seed: int = 0,
    threads: int | None = None,
    columns: Columns = None,
    encoding: str | None = None,
    folds: int = FOLDS,
) -> SimilarityResult:
    """Correlate a linear combination of two models' scores with human scores.

    The pairs are divided at random into `folds` parts.  Those of a part are scored by (1 - w) a +
    w b, with both scores standardised and w chosen on the other parts, where it gives the largest
    Spearman correlation.  Where one model has no score for a pair, the regression on the other's,
    on these other parts, takes its place.  So a pair is skipped only where neither knows it.

    Parameters
    ----------
    models : sequence of WordVectors or ThesaurusMeasure
        Two; or more, of which the last is b, and a is chosen among the others as w is: for each
        part, the one with the largest correlation on the other parts.
    dataset, interval, resamples, columns, encoding
        See `evaluate_similarity`.
    seed : int
        Of the parts, and of the bootstrap.
    folds : int
        Number of parts.

    Raises
    ------
    EmptyResultError
        If fewer than 20 pairs are known to both.
    """
    expect("models", models, Sequence, "a list of models")
    if len(models) < 2:
        raise SettingError(
            f"{len(models)} models were given; a combination takes two models or more"
        )
    if isinstance(folds, bool) or not isinstance(folds, int) or not 2 <= folds <= 1000:
        raise SettingError(f"folds is {folds}; it must be from 2 to 1,000")
    check_resamples(resamples, seed)
    test = as_set(dataset, columns, encoding)
    found = [pair_scores(model, test, threads) for model in models]
    scores = np.stack([each for each, _, _ in found])
    ratings = np.array([score for _, _, score in test.pairs])
    combined, weights, first = _crossed(scores, ratings, folds, seed, test.name)
    unknown_to_all = set.intersection(*(set(unknown) for _, unknown, _ in found))
    oov_words = tuple(word for word in found[0][1] if word in unknown_to_all)
    uses = {"uses": "lexicon"} if any("uses" in made for _, _, made in found) else {}
    chosen = {"first": ",".join(str(i + 1) for i in sorted(set(first)))} if models[2:] else {}
    made = {
        "by": "linear-combination",
        **chosen,
        "weight-of-second": f"{weights.mean():.2f}",
        "folds": str(folds),
        "fold-seed": str(seed),
        **uses,
    }
    signature = Signature.of("spearman", set=test.name, sha256=test.sha256[:8])
    return scored(test, combined, oov_words, signature, made, (interval, resamples, seed, threads))


def _crossed(
    scores: np.ndarray, ratings: np.ndarray, folds: int, seed: int, name: str
) -> tuple[np.ndarray, np.ndarray, list[int]]:
    """Return a combined score for each pair, and the weight of the last model and the other model
    in each fold.

    Parameters
    ----------
    scores : float64 array (n_models, n)
        nan where a model has none.
    """
    pairs = [scores[[one, -1]] for one in range(len(scores) - 1)]
    n_both = min(int((~np.isnan(both)).all(axis=0).sum()) for both in pairs)
    if n_both < 2 * FOLDS:
        raise EmptyResultError(
            f"{n_both} of the {len(ratings)} pairs of {name} are known to both models; weights "
            f"need {2 * FOLDS}"
        )
    order = np.random.Generator(np.random.Philox(seed)).permutation(len(ratings))
    fold = np.empty(len(ratings), np.int64)
    fold[order] = np.arange(len(ratings)) % folds
    combined = np.full(len(ratings), np.nan)
    weights, first = np.zeros(folds), []
    for number in range(folds):
        held_out = fold == number
        fitted = [_fitted(both, ratings, ~held_out) for both in pairs]
        one = max(range(len(pairs)), key=lambda i: fitted[i][0])
        _, weights[number], filled = fitted[one]
        chosen = held_out & ~np.isnan(pairs[one]).all(axis=0)
        combined[chosen] = _joined(filled[:, chosen], weights[number])
        first.append(one)
    return combined, weights, first


def _fitted(
    scores: np.ndarray, ratings: np.ndarray, others: np.ndarray
) -> tuple[float, float, np.ndarray]:
    """Return the largest correlation on the pairs `others`, the weight of the second model that
    gives it, and the scores of both, standardised."""
    known = ~np.isnan(scores)
    filled = _standardised(scores, known, others & known.all(axis=0))
    usable = others & known.any(axis=0)
    rhos = [
        ranking.spearman(ranking.clean(_joined(filled[:, usable], weight)), ratings[usable])
        for weight in _WEIGHTS
    ]
    # The middle one of those that are best, so that a flat top does not favour an end.
    best = np.flatnonzero(np.nan_to_num(rhos, nan=-1) >= np.nanmax(rhos) - 1e-12)
    return float(np.nanmax(rhos)), float(_WEIGHTS[best[len(best) // 2]]), filled


def _standardised(scores: np.ndarray, known: np.ndarray, fitting: np.ndarray) -> np.ndarray:
    """Return scores less their mean, by their standard deviation, in the pairs `fitting`.

    What one model lacks is the regression on the other: their correlation times its score.
    """
    own = scores[:, fitting]
    deviations = own.std(axis=1, keepdims=True)
    deviations[deviations == 0] = 1
    standard = (scores - own.mean(axis=1, keepdims=True)) / deviations
    correlation = float((standard[0, fitting] * standard[1, fitting]).mean())
    for one, other in ((0, 1), (1, 0)):
        lacking = ~known[one]
        standard[one, lacking] = correlation * standard[other, lacking]
    return standard


def _joined(scores: np.ndarray, weight: float) -> np.ndarray:
    return (1 - weight) * scores[0] + weight * scores[1]
