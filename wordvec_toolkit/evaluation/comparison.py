"""Paired tests of models on the items that all of them know."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import combinations
from typing import Literal, TypeVar

import numpy as np

from ..errors import SettingError, expect
from ..runtime.arguments import checks_types
from ..runtime.results import Results
from ..runtime.signatures import Signature
from .comparison_results import Comparison
from .minimal_pair_results import MinimalPairsResult
from .minimal_pairs import compare_minimal_pairs
from .perplexity_comparison import Drawing, Paired, compare_texts
from .perplexity_results import PerplexityResult
from .relation_results import RelationsResult
from .relations import compare_relations
from .results import AnalogyResult, Score, SimilarityResult
from .statistics import ranking
from .statistics.bootstrap import RESAMPLES, bounds_of, check_resamples, draw_counts, resample
from .statistics.intervals import Interval
from .statistics.pair_bootstrap import resampled_sums, sections_from
from .statistics.pair_effects import add_sums, difference_test, section_sums
from .statistics.significance import bootstrap_p_value, holm, permutation_p_value
from .translation import compare_translations
from .translation_results import TranslationResult

TestMethod = Literal["analytic", "bootstrap", "permutation"]
S = TypeVar("S", bound=Score)
_FEWEST = 4  # shared items
_NAN = float("nan")


@checks_types
def paired_test(
    results: Mapping[str, S | Sequence[S]] | Sequence[S],
    method: TestMethod | None = None,
    resamples: int = RESAMPLES,
    seed: int = 0,
    threads: int | None = None,
) -> Results[Comparison]:
    """Compare models, two at a time, item by item, on the items that all of them know.

    Similarity: Spearman correlations on shared pairs.  Interval (percentile) and p-value come from
    resampled pairs; each resample serves all models.  ``permutation`` exchanges the two models'
    ranks of a pair for the p-value.  In simulations with models that are equally good, both call
    them different about 5 times in 100 while the models err on the same pairs; where they err on
    different ones, the permutation test does so 6 to 9 times, the bootstrap 4 to 6
    (benchmarks/intervals.py): hence the default.

    Analogies: accuracy on shared questions.  Interval and p-value allow for what questions share
    through a word pair: by the variance that pairs make, with Student's t (`pair_effects`), or by
    resampled pairs.

    Perplexity: cross entropy on tokens that all models know.  A word outside the vocabulary of any
    of them is skipped for all: a model that calls much ``<unk>`` would look better than it is.
    Only where all have as many words and miss the same ones of the text, at most 5 % of its words,
    ``<unk>`` means the same to all and is scored.  Interval and p-value come from the differences
    in runs of sentences, by Student's t or bootstrap-t; see `evaluate_perplexity`.

    Minimal pairs: accuracy on the pairs whose words all models know; pairs are independent within
    their paradigm.

    Relations: Spearman correlations on the relations that all models know, by Student's t over
    relations.

    Translations: BLEU or exact match; pairs are resampled, the same ones for all models (Koehn
    2004).

    Parameters
    ----------
    results : mapping from a model's name to its result or results, or sequence of results
        Of one kind: every model's on the same tests, in the same order.  In a sequence, models go
        by `Score.model`, or by their number where that is empty.
    method : {"analytic", "bootstrap", "permutation"}, optional
        By default ``bootstrap`` for similarity, which has no formula, else ``analytic``;
        ``permutation`` is for similarity.
    resamples, seed : int
        Of the bootstrap and of permutations.

    Returns
    -------
    tuple of Comparison, with `to_frame`
        For each test, every two models; of perplexities, `scores` and `difference` are bits per
        token, so that the perplexities' ratio is 2^difference.  p-values are corrected over all.

    Raises
    ------
    SettingError
        If there are fewer than two models, they were scored on different tests or tokenise texts
        differently, or the scores of one do not sum to 1.
    WordvecError
        If results were read without their per-item values.
    """
    check_resamples(resamples, seed)
    named = _by_model(results)
    if len(named) < 2:
        raise SettingError(f"{len(named)} models given; a comparison takes at least two")
    kinds = {type(result) for own in named.values() for result in own}
    kind = next(iter(kinds), None)
    if kind not in _TESTS or len(kinds) > 1:
        raise SettingError(
            f"results of {', '.join(sorted(each.__name__ for each in kinds)) or 'nothing'} given; "
            f"a paired test takes one kind: {', '.join(each.__name__ for each in _TESTS)}"
        )
    compare, methods = _TESTS[kind]
    method = method or methods[0]
    if method not in methods:
        raise SettingError(
            f"method is {method!r}; a paired test of a {kind.__name__} takes {' or '.join(methods)}"
        )
    _check_tests(named)
    found: list[Comparison] = []
    names = tuple(named)
    for together in zip(*named.values()):
        paired = compare(together, method, (resamples, seed, threads))
        for one, two in combinations(range(len(names)), 2):
            bounds, p_value = paired.test(one, two)
            found.append(
                Comparison(
                    first=names[one],
                    second=names[two],
                    dataset=together[0].test,
                    measure=paired.measure,
                    scores=(paired.scores[one], paired.scores[two]),
                    difference=paired.scores[one] - paired.scores[two],
                    interval=bounds,
                    p_value=p_value,
                    p_holm=p_value,
                    n=paired.n,
                    n_left_out=paired.n_left_out,
                    signature=paired.signature,
                )
            )
    return _corrected(found)


def _by_model(results: Mapping[str, S | Sequence[S]] | Sequence[S]) -> dict[str, list[S]]:
    """Return results by the names of models."""
    if isinstance(results, Mapping):
        return {
            name: [own] if isinstance(own, Score) else _scores(own) for name, own in results.items()
        }
    named: dict[str, list[S]] = {}
    for number, result in enumerate(_scores(results), 1):
        named.setdefault(result.model or str(number), []).append(result)
    return named


def _scores(given: Sequence[S]) -> list[S]:
    expect("results", given, Iterable, "a list of results, or one by the name of each model")
    results = list(given)
    for result in results:
        expect("a result", result, Score, "what evaluate_similarity, for instance, returns")
    return results


def _check_tests(named: Mapping[str, Sequence[Score]]) -> None:
    """Refuse results on different tests; which texts are the same only their tokens show."""
    asked = {name: [_test_of(result) for result in own] for name, own in named.items()}
    (first, expected), *others = asked.items()
    for name, own in others:
        if own != expected:
            raise SettingError(
                f"{name} was scored on other test sets or by other methods than {first}; a "
                "comparison takes the same for all, in the same order"
            )


def _test_of(result: Score) -> tuple[object, ...]:
    if isinstance(result, SimilarityResult):
        return result.sha256, len(result.cosines)
    if isinstance(result, TranslationResult):
        return result.sha256, result.leading
    if isinstance(result, AnalogyResult):
        return result.sha256, result.method, len(result.answers)
    if isinstance(result, MinimalPairsResult):
        return result.sha256, len(result.margins)
    if isinstance(result, RelationsResult):
        return result.sha256, len(result.relations)
    return ()


def _compare_pairs(together: Sequence[SimilarityResult], method: str, drawing: Drawing) -> Paired:
    cosines = np.stack([result.cosines for result in together])
    all_know = ~np.isnan(cosines).any(axis=0)
    scores = ranking.clean(cosines[:, all_know])
    ratings = together[0].ratings[all_know]
    n, n_left_out = len(ratings), int((~all_know).sum())
    resamples, seed, threads = drawing
    rhos = [ranking.spearman(row, ratings) for row in scores] if n > 1 else [_NAN] * len(scores)

    def statistic(random: np.random.Generator, size: int) -> np.ndarray:
        return ranking.resampled_spearman(scores, ratings, draw_counts(random, n, size))

    values = None
    if n >= _FEWEST and not np.isnan(rhos).any():
        values = resample(statistic, n, resamples, seed, threads)
    signature = Signature.of(
        "difference:spearman",
        set=together[0].dataset,
        sha256=together[0].sha256[:8],
        shared=n,
        left_out=n_left_out,
        models=len(together),
        ci="paired-bootstrap-percentile",
        p=f"{method},two-sided",
        resamples=resamples,
        seed=seed,
    )

    def test(one: int, two: int) -> tuple[Interval, float]:
        if values is None:
            return (_NAN, _NAN), _NAN
        bounds = bounds_of(values[one] - values[two], rhos[one] - rhos[two])
        if method == "permutation":
            return bounds, permutation_p_value(scores[[one, two]], ratings, *drawing)
        return bounds, bootstrap_p_value(values[one] - values[two])

    return Paired("spearman", rhos, n, n_left_out, signature, test)


def _compare_questions(together: Sequence[AnalogyResult], method: str, drawing: Drawing) -> Paired:
    example = together[0]
    asked = np.all([result.answers >= 0 for result in together], axis=0)
    right = np.stack([result.correct & asked for result in together])
    n = int(asked.sum())
    shares = right.sum(axis=1) / n if n else np.full(len(together), np.nan)
    sizes = [section.n + section.n_oov for section in example.sections]
    designs, values = sections_from(example.pairs, sizes), None
    signature = Signature.of(
        "difference:accuracy",
        example.method,
        set=example.dataset,
        sha256=example.sha256[:8],
        shared=n,
        left_out=len(asked) - n,
        models=len(together),
    ).add("two-sided")
    if method == "bootstrap" and n >= _FEWEST:
        sums = resampled_sums(designs, np.stack([asked, *right]), *drawing).sum(axis=1)
        with np.errstate(invalid="ignore"):
            values = sums[1:] / sums[0]
        signature = signature.add(
            ci="bootstrap-percentile",
            of="word-pairs",
            p="bootstrap",
            resamples=drawing[0],
            seed=drawing[1],
        )
    else:
        signature = signature.add(ci="t", of="word-pairs", p="t")

    def test(one: int, two: int) -> tuple[Interval, float]:
        if n < _FEWEST:
            return (_NAN, _NAN), _NAN
        if values is not None:
            bounds = bounds_of(values[one] - values[two], float(shares[one] - shares[two]))
            return bounds, bootstrap_p_value(values[one] - values[two])
        apart = right[one].astype(np.float64) - right[two]
        return difference_test(add_sums(section_sums(designs, apart, asked)))

    return Paired(example.method, shares.tolist(), n, len(asked) - n, signature, test)


#: Kind of results -> how they are compared, and by which methods, the default first.
_TESTS: dict[type[Score], tuple[Callable[..., Paired], tuple[TestMethod, ...]]] = {
    SimilarityResult: (_compare_pairs, ("bootstrap", "permutation")),
    AnalogyResult: (_compare_questions, ("analytic", "bootstrap")),
    PerplexityResult: (compare_texts, ("analytic", "bootstrap")),
    MinimalPairsResult: (compare_minimal_pairs, ("analytic",)),
    RelationsResult: (compare_relations, ("analytic",)),
    TranslationResult: (compare_translations, ("bootstrap",)),
}


def _corrected(found: Sequence[Comparison]) -> Results[Comparison]:
    """Fill in `p_holm`: the p-values corrected for their number."""
    p_values = holm([comparison.p_value for comparison in found])
    n = sum(not np.isnan(p) for p in p_values)
    return Results(
        comparison.replaced(p_holm=p, signature=comparison.signature.add(holm=n))
        for comparison, p in zip(found, p_values)
    )
