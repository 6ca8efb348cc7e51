"""Which of several language models predicts the same text better; see `paired_test`."""

import math
from collections.abc import Sequence
from itertools import combinations

import numpy as np

from ..errors import SettingError
from ..lm.language_model import EOS, UNK
from ..runtime.results import Signature
from .perplexity_results import PerplexityResult
from .results import Comparison
from .runs import bootstrap_mean, mean_over_tokens

MEASURE = "bits per token"


def can_be_compared(results: Sequence[PerplexityResult]) -> bool:
    """Tell whether models cut a text into the same tokens, as far as lengths of sentences show."""
    first, *others = results
    return all(
        other.n_tokens == first.n_tokens and np.array_equal(other.ids == EOS, first.ids == EOS)
        for other in others
    )


def compare_texts(
    names: Sequence[str],
    together: Sequence[PerplexityResult],
    method: str,
    drawing: tuple[int, int, int | None],
) -> list[Comparison]:
    """Compare models on one text, two at a time, by bits per token."""
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
    if method == "bootstrap":
        recipe = f"bootstrap-t,resamples:{drawing[0]},seed:{drawing[1]}"
    signature = Signature.of(
        "difference:bits-per-token",
        text=together[0].text,
        shared=n,
        left_out_oov=len(known) - n,
        models=len(names),
        ci=f"paired-{recipe}",
        of=runs.of,
    ).add("two-sided")
    found = []
    for one, two in combinations(range(len(names)), 2):
        bounds, p_value = (math.nan, math.nan), math.nan
        if math.isfinite(means[one] - means[two]):
            apart = bits[one] - bits[two]
            mean = mean_over_tokens(apart, known, runs)
            bounds, p_value = mean.interval, mean.p_value
            if method == "bootstrap":
                bounds, p_value = bootstrap_mean(apart, known, runs, *drawing)
        found.append(
            Comparison(
                first=names[one],
                second=names[two],
                dataset=together[0].text,
                measure=MEASURE,
                scores=(means[one], means[two]),
                difference=means[one] - means[two],
                interval=bounds,
                p_value=p_value,
                p_holm=p_value,
                n=n,
                n_left_out=len(known) - n,
                signature=signature,
            )
        )
    return found
