"""Which of several language models foretells the same text better."""

import math
from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np

from ..errors import SettingError
from ..lm.language_model import EOS, UNK
from .comparison import Comparison, corrected
from .perplexity import PerplexityResult
from .runs import bootstrap_mean, mean_over_tokens
from .statistics.bootstrap import RESAMPLES, check_resamples
from .statistics.intervals import IntervalKind, check_interval

MEASURE = "bits per token"


def can_be_compared(results: Sequence[PerplexityResult]) -> bool:
    """Tell whether models cut a text into the same tokens, as far as lengths of sentences show."""
    first, *others = results
    return all(
        other.n_tokens == first.n_tokens and np.array_equal(other.ids == EOS, first.ids == EOS)
        for other in others
    )


def compare_perplexity(
    results: Mapping[str, Sequence[PerplexityResult]],
    resamples: int = RESAMPLES,
    seed: int = 0,
    threads: int | None = None,
    interval: IntervalKind = "analytic",
) -> tuple[Comparison, ...]:
    """Compare language models, two at a time, by their cross entropy on tokens that all know.

    A word outside the vocabulary of any of them is left out for all: a model that calls much
    ``<unk>`` would look better than it is.  Only where all have as many words and miss the same
    ones of the text, ``<unk>`` means the same to all and is scored.  Interval and p-value come from
    the differences in runs of sentences, by Student's t or bootstrap-t; see `evaluate_perplexity`.

    Parameters
    ----------
    results : mapping from a model's name to its results
        Every model's on the same texts, in the same order.
    resamples, seed, threads
        Of the bootstrap.
    interval : {"analytic", "bootstrap"}

    Returns
    -------
    tuple of Comparison
        For each text, every two models; `scores` and `difference` are bits per token, so the
        perplexities' ratio is 2^difference.  p-values are corrected over all of them.

    Raises
    ------
    SettingError
        If the models cut the texts into different tokens, or one's scores do not sum to 1.
    """
    check_interval(interval)
    check_resamples(resamples, seed)
    if len(results) < 2:
        raise SettingError(f"{len(results)} models given; a comparison takes at least two")
    if len({len(own) for own in results.values()}) > 1:
        raise SettingError("the models were scored on different numbers of texts")
    found = []
    for together in zip(*results.values()):
        if not all(result.is_normalized for result in together):
            raise SettingError(
                "the scores of one model do not sum to 1 (stupid backoff); its perplexity is none "
                "and cannot be compared"
            )
        if not can_be_compared(together):
            raise SettingError(
                f"the models cut {together[0].text} into different tokens; compare their bits per "
                "character"
            )
        found += _compare(tuple(results), together, interval, (resamples, seed, threads))
    return corrected(found)


def _compare(
    names: tuple[str, ...],
    together: Sequence[PerplexityResult],
    interval: IntervalKind,
    how: tuple[int, int, int | None],
) -> list[Comparison]:
    each_knows = np.stack([result.ids != UNK for result in together])
    known = np.logical_and.reduce(each_knows)
    same_size = len({result.vocabulary_size for result in together}) == 1
    if same_size and bool((each_knows == known).all()):
        known = np.ones_like(known)
    elif any(result.is_by_sentence for result in together):
        raise SettingError(
            "a model of whole sentences can only be compared with models of the same vocabulary: "
            "words that only some know cannot be left out of a sentence's probability"
        )
    n = int(np.count_nonzero(known))
    bits = [np.where(known, result.logprobs, 0.0) / -math.log(2) for result in together]
    runs = together[0].runs
    with np.errstate(invalid="ignore", divide="ignore"):
        means = [float(row.sum() / n) if n else math.nan for row in bits]
    recipe = "t"
    if interval == "bootstrap":
        recipe = f"bootstrap-t,resamples:{how[0]},seed:{how[1]}"
    signature = (
        f"difference:bits-per-token|text:{together[0].text}|shared:{n}"
        f"|left-out-oov:{len(known) - n}|models:{len(names)}|ci:paired-{recipe}"
        f"|of:{runs.of}|two-sided"
    )
    found = []
    for one, two in combinations(range(len(names)), 2):
        bounds, p_value = (math.nan, math.nan), math.nan
        if math.isfinite(means[one] - means[two]):
            apart = bits[one] - bits[two]
            mean = mean_over_tokens(apart, known, runs)
            bounds, p_value = mean.interval, mean.p_value
            if interval == "bootstrap":
                bounds, p_value = bootstrap_mean(apart, known, runs, *how)
        found.append(
            Comparison(
                names[one],
                names[two],
                together[0].text,
                MEASURE,
                (means[one], means[two]),
                means[one] - means[two],
                bounds,
                p_value,
                p_value,
                n,
                len(known) - n,
                signature,
            )
        )
    return found
