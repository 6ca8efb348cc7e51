"""Evaluation of language models on minimal pairs of sentences."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ..errors import WordvecError, expect
from ..lm.language_model import UNK, LanguageModel
from ..lm.reading import model_tokenizer
from ..lm.sentence_model import SentenceModel, sentence_logprobs
from ..lm.streams import sentence_starts
from ..runtime.signatures import Signature
from ..text.streams import TextStream, encode_string
from ..text.tokenizers import Cutting, Tokenizer
from .minimal_pair_results import MinimalPairsResult, PairGroup
from .minimal_pair_sets import MinimalPairSet, groups_of, read_minimal_pairs
from .perplexity_comparison import Paired
from .statistics.intervals import Interval
from .statistics.pair_effects import PairSum, accuracy_interval, add_sums, difference_test

_EQUAL = 1e-9  # relative difference of log probabilities that rounding alone can make


def evaluate_minimal_pairs(
    model: LanguageModel | SentenceModel,
    dataset: str | Path | MinimalPairSet,
    tokenizer: Cutting | None = None,
) -> MinimalPairsResult:
    """Score a language model on minimal pairs (BLiMP: Warstadt et al. 2020, TACL 8).

    A pair is answered right if P(good sentence) > P(bad sentence), the end of the sentence
    included; a tie counts half.  Each sentence is read as the first of a text, so that caches and
    states know nothing of other sentences.  Words out of vocabulary have the probability of
    ``<unk>``; the accuracy on pairs without such words is reported, too.  Lengths are not
    normalised, as in the paper: in pairs of different length the shorter sentence has an advantage.

    Intervals take the paradigms, or else the phenomena, as given and the pairs of each as
    independent: Wilson's for as many pairs as have the same variance.

    Parameters
    ----------
    model : LanguageModel or SentenceModel
    dataset : str, path or MinimalPairSet
        See `read_minimal_pairs`.
    tokenizer : str, Tokenizer or callable, optional
        In place of that of the model's own text.

    Raises
    ------
    WordvecError
        If a sentence has no tokens.
    """
    expect("model", model, (LanguageModel, SentenceModel))
    test = dataset if isinstance(dataset, MinimalPairSet) else read_minimal_pairs(dataset)
    how = model_tokenizer(model, tokenizer)
    good, bad = zip(*test.pairs)
    stream = _encoded((*good, *bad), model, how)
    n = len(test.pairs)
    lengths = np.diff(sentence_starts(stream.ids)).reshape(2, n)
    unknown = np.add.reduceat(stream.ids == UNK, sentence_starts(stream.ids)[:-1]).reshape(2, n)
    logprobs = sentence_logprobs(model, stream.ids, isolated=True).reshape(2, n)
    margins = _margins(logprobs, _are_same(stream.ids, n))
    known = unknown.sum(axis=0) == 0
    values = _values(margins)
    groups = _numbers(test)
    uneven = lengths[0] != lengths[1]
    shorter = np.where(lengths[0] < lengths[1], values, 1 - values)[uneven]
    total = _sum(values, groups)
    of_known = _sum(values[known], groups[known])

    def parts(names: Sequence[str]) -> tuple[PairGroup, ...]:
        return tuple(
            PairGroup(
                name=name,
                accuracy=float(values[places].mean()),
                interval=accuracy_interval(_sum(values[places], groups[places])),
                n=len(places),
                n_oov=int((~known[places]).sum()),
            )
            for name, places in groups_of(names)
        )

    return MinimalPairsResult(
        dataset=test.name,
        sha256=test.sha256,
        reading=test.reading,
        accuracy=total.value / total.n,
        interval=accuracy_interval(total),
        accuracy_without_oov=of_known.value / of_known.n if of_known.n else float("nan"),
        interval_without_oov=accuracy_interval(of_known),
        n=n,
        n_oov=int((~known).sum()),
        n_ties=int((margins == 0).sum()),
        n_uneven=int(uneven.sum()),
        shorter=float(shorter.mean()) if len(shorter) else float("nan"),
        phenomena=parts(test.phenomena),
        paradigms=parts(test.paradigms),
        signature=Signature.of(
            "accuracy",
            "minimal-pairs",
            "whole-sentence",
            set=test.name,
            sha256=test.sha256[:8],
            n=n,
            oov=int((~known).sum()),
            oov_words="as-<unk>",
            ties="half",
            tokenizer=how.name,
            ci="wilson",
            within="paradigms" if any(test.paradigms) else "phenomena",
        ).add(model.signature),
        margins=margins,
        known=known,
        groups=groups,
    )


def _encoded(
    sentences: Sequence[str], model: LanguageModel | SentenceModel, how: Tokenizer
) -> TextStream:
    """Return sentences in the ids of a model, one after the other."""
    text = "".join(f"{' '.join(sentence.split())}\n" for sentence in sentences)
    stream = encode_string(text, model.vocabulary, how)
    if len(stream.ends) != len(sentences):
        empty = next(s for s in sentences if not len(encode_string(s, model.vocabulary, how)))
        raise WordvecError(
            f"the tokenizer {how.name} finds no token in the sentence {empty[:60]!r}; expected "
            "sentences of words; choose another tokenizer (--tokenizer)"
        )
    return stream


def _are_same(ids: np.ndarray, n: int) -> np.ndarray:
    """Return which pairs are two times the same tokens: bool (n,)."""
    starts = sentence_starts(ids)
    sentences = [ids[first:last].tobytes() for first, last in zip(starts[:-1], starts[1:])]
    return np.array([one == other for one, other in zip(sentences[:n], sentences[n:])])


def _margins(logprobs: np.ndarray, same: np.ndarray) -> np.ndarray:
    """Return ln P(good) - ln P(bad), exactly 0 for ties; two impossible sentences are one."""
    good, bad = logprobs
    with np.errstate(invalid="ignore"):
        margins = good - bad
        ties = same | np.isnan(margins) | (np.abs(margins) <= _EQUAL * np.abs(good))
    return np.where(ties & ~np.isinf(margins), 0.0, margins)


def _values(margins: np.ndarray) -> np.ndarray:
    """Return 1 for right, 0 for wrong, 1/2 for a tie."""
    return np.asarray((np.sign(margins) + 1) / 2)


def _numbers(test: MinimalPairSet) -> np.ndarray:
    """Return the paradigm of each pair, or else its phenomenon, as a number."""
    names = test.paradigms if any(test.paradigms) else test.phenomena
    _, numbers = np.unique(np.array(names), return_inverse=True)
    return np.asarray(numbers, np.int64)


def _sum(values: np.ndarray, groups: np.ndarray) -> PairSum:
    """Return a sum over pairs that are independent within their group."""
    sums = []
    for group in np.unique(groups):
        own = values[groups == group]
        n = len(own)
        variance = n * float(own.var(ddof=1)) if n > 1 else 0.0
        sums.append(PairSum(float(own.sum()), n, variance, n - 1.0, n, n if own.sum() else 0))
    return add_sums(sums)


def compare_minimal_pairs(
    together: Sequence[MinimalPairsResult], method: str, drawing: object
) -> Paired:
    """Compare models on the pairs whose words all of them know; see `paired_test`."""
    known = np.all([result.known for result in together], axis=0)
    groups = together[0].groups[known]
    values = [_values(result.margins[known]) for result in together]
    n = int(known.sum())
    signature = Signature.of(
        "difference:accuracy",
        "minimal-pairs",
        set=together[0].dataset,
        sha256=together[0].sha256[:8],
        shared=n,
        left_out=len(known) - n,
        models=len(together),
        ci="t",
        p="t,two-sided",
        within="paradigms",
    )

    def test(one: int, two: int) -> tuple[Interval, float]:
        if n < 4:
            return (float("nan"), float("nan")), float("nan")
        return difference_test(_sum(values[one] - values[two], groups))

    scores = [float(own.mean()) if n else float("nan") for own in values]
    return Paired("accuracy", scores, n, len(known) - n, signature, test)
