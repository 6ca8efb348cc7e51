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
        Two.
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
    check_resamples(resamples, seed)
    expect("models", models, Sequence, "a list of two models")
    if len(models) != 2:
        raise SettingError(f"{len(models)} models were given; a combination takes two")
    if isinstance(folds, bool) or not isinstance(folds, int) or not 2 <= folds <= 1000:
        raise SettingError(f"folds is {folds}; it must be from 2 to 1,000")
    test = as_set(dataset, columns, encoding)
    found = [pair_scores(model, test, threads) for model in models]
    scores = np.stack([each for each, _, _ in found])
    ratings = np.array([score for _, _, score in test.pairs])
    combined, weights = _crossed(scores, ratings, folds, seed, test.name)
    unknown = {word for _, own, _ in found for word in own}
    oov_words = tuple(word for word in found[0][1] if word in unknown & set(found[1][1]))
    uses = {"uses": "lexicon"} if any("uses" in made for _, _, made in found) else {}
    made = {
        "by": "linear-combination",
        "weight-of-second": f"{weights.mean():.2f}",
        "folds": str(folds),
        "fold-seed": str(seed),
        **uses,
    }
    signature = Signature.of("spearman", set=test.name, sha256=test.sha256[:8])
    return scored(test, combined, oov_words, signature, made, (interval, resamples, seed, threads))


def _crossed(
    scores: np.ndarray, ratings: np.ndarray, folds: int, seed: int, name: str
) -> tuple[np.ndarray, np.ndarray]:
    """Return a combined score for each pair, and the weight of the second model in each fold.

    Parameters
    ----------
    scores : float64 array (2, n)
        nan where a model has none.
    """
    known = ~np.isnan(scores)
    n_both = int(known.all(axis=0).sum())
    if n_both < 2 * FOLDS:
        raise EmptyResultError(
            f"{n_both} of the {len(ratings)} pairs of {name} are known to both models; weights "
            f"need {2 * FOLDS}"
        )
    order = np.random.Generator(np.random.Philox(seed)).permutation(len(ratings))
    fold = np.empty(len(ratings), np.int64)
    fold[order] = np.arange(len(ratings)) % folds
    combined = np.full(len(ratings), np.nan)
    weights = np.zeros(folds)
    for number in range(folds):
        held_out, others = fold == number, fold != number
        filled = _standardised(scores, known, others & known.all(axis=0))
        usable = others & known.any(axis=0)
        rhos = [
            ranking.spearman(ranking.clean(_joined(filled[:, usable], weight)), ratings[usable])
            for weight in _WEIGHTS
        ]
        # The middle one of those that are best, so that a flat top does not favour an end.
        best = np.flatnonzero(np.nan_to_num(rhos, nan=-1) >= np.nanmax(rhos) - 1e-12)
        weights[number] = _WEIGHTS[best[len(best) // 2]]
        chosen = held_out & known.any(axis=0)
        combined[chosen] = _joined(filled[:, chosen], weights[number])
    return combined, weights


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
