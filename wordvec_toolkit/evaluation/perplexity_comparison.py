"""Paired tests of language models on the same text; see `paired_test`."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ..errors import SettingError
from ..lm.language_model import EOS, UNK
from ..runtime.signatures import Signature
from .perplexity_results import PerplexityResult
from .runs import bootstrap_mean, mean_over_tokens
from .statistics.intervals import Interval

MEASURE = "bits per token"
#: Resamples, seed and threads.
Drawing = tuple[int, int, int | None]


@dataclass(frozen=True)
class Paired:
    """Several models on the items that all know: their scores, and the test of every two."""

    measure: str
    scores: Sequence[float]
    n: int
    n_left_out: int
    signature: Signature
    test: Callable[[int, int], tuple[Interval, float]]


def can_be_compared(results: Sequence[PerplexityResult]) -> bool:
    """Return whether models tokenise a text alike, as far as lengths of sentences show."""
    first, *others = results
    return all(
        other.n_tokens == first.n_tokens and np.array_equal(other.ids == EOS, first.ids == EOS)
        for other in others
    )


def compare_texts(together: Sequence[PerplexityResult], method: str, drawing: Drawing) -> Paired:
    """Compare models on one text by bits per token."""
    if not all(result.is_normalized for result in together):
        raise SettingError(
            "the scores of one model do not sum to 1 (stupid backoff); it has no perplexity "
            "and cannot be compared"
        )
    if not can_be_compared(together):
        raise SettingError(
            f"the models tokenise {together[0].text} differently; compare their bits per "
            "character or per byte"
        )
    each_knows = np.stack([result.ids != UNK for result in together])
    known = np.logical_and.reduce(each_knows)
    same_size = len({result.vocabulary_size for result in together}) == 1
    by_sentence = any(result.is_by_sentence for result in together)
    much = not by_sentence and any(result.has_much_oov for result in together)
    if same_size and not much and bool((each_knows == known).all()):
        known = np.ones_like(known)
    elif by_sentence:
        raise SettingError(
            "a model of whole sentences can only be compared with models of the same vocabulary: "
            "words that only some know cannot be removed from a sentence's probability"
        )
    n = int(np.count_nonzero(known))
    bits = [np.where(known, result.logprobs, 0.0) / -math.log(2) for result in together]
    runs = together[0].runs
    with np.errstate(invalid="ignore", divide="ignore"):
        means = [float(row.sum() / n) if n else math.nan for row in bits]
    recipe = "t"
    if method == "bootstrap":
        recipe = f"bootstrap-t,resamples:{drawing[0]},seed:{drawing[1]}"
    signature = Signature.of(
        "difference:bits-per-token",
        text=together[0].text,
        shared=n,
        left_out_oov=len(known) - n,
        models=len(together),
        ci=f"paired-{recipe}",
        of=runs.of,
    ).add("two-sided")

    def test(one: int, two: int) -> tuple[Interval, float]:
        if not math.isfinite(means[one] - means[two]):
            return (math.nan, math.nan), math.nan
        apart = bits[one] - bits[two]
        if method == "bootstrap":
            return bootstrap_mean(apart, known, runs, *drawing)
        mean = mean_over_tokens(apart, known, runs)
        return mean.interval, mean.p_value

    return Paired(MEASURE, means, n, len(known) - n, signature, test)
