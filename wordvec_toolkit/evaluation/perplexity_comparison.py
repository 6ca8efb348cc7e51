"""Which of several language models foretells the same text better."""

import math
from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np

from ..errors import SettingError
from ..lm.language_model import EOS, UNK
from .bootstrap import RESAMPLES, bounds_of, check_resamples
from .comparison import Comparison, corrected
from .perplexity import MOST_RUNS, PerplexityResult, resampled_means, run_sums
from .significance import bootstrap_p_value

MEASURE = "bits per token"
_FEWEST = 4  # sentences


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
) -> tuple[Comparison, ...]:
    """Compare language models, two at a time, by their cross entropy on tokens that all know.

    A word outside the vocabulary of any of them is left out for all: a model that calls much
    ``<unk>`` would look better than it is.  Only where all have as many words and miss the same
    ones of the text, ``<unk>`` means the same to all and is scored.  Interval and p-value come from
    resampled sentences (runs of them, see `evaluate_perplexity`), the same for all models.

    Parameters
    ----------
    results : mapping from a model's name to its results
        Every model's on the same texts, in the same order.

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
        found += _compare(tuple(results), together, resamples, seed, threads)
    return corrected(found)


def _compare(
    names: tuple[str, ...],
    together: Sequence[PerplexityResult],
    resamples: int,
    seed: int,
    threads: int | None,
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
    sums = run_sums([*bits, known], together[0].ids)
    n_runs = sums.shape[1]
    with np.errstate(invalid="ignore", divide="ignore"):
        means = sums[:-1].sum(axis=1) / n
    values = None
    if n and n_runs >= _FEWEST and np.isfinite(means).all():
        values = resampled_means(sums, resamples, seed, threads)
    of = "sentences" if n_runs < MOST_RUNS else f"{n_runs}-runs-of-sentences"
    signature = (
        f"difference:bits-per-token|text:{together[0].text}|shared:{n}"
        f"|left-out-oov:{len(known) - n}|models:{len(names)}"
        f"|ci:paired-bootstrap-percentile|of:{of}|p:bootstrap,two-sided|resamples:{resamples}|seed:{seed}"
    )
    found = []
    for one, two in combinations(range(len(names)), 2):
        difference = float(means[one] - means[two])
        bounds, p_value = (float("nan"), float("nan")), float("nan")
        if values is not None:
            bounds = bounds_of(values[one] - values[two], difference)
            p_value = bootstrap_p_value(values[one] - values[two])
        found.append(
            Comparison(
                names[one], names[two], together[0].text, MEASURE,
                (float(means[one]), float(means[two])), difference, bounds, p_value, p_value,
                n, len(known) - n, signature,
            )
        )  # fmt: skip
    return found
