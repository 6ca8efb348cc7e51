"""Perplexity by frequency of the words, and by the longest n-gram seen in training."""

from collections.abc import Iterator, Sequence

import numpy as np

from ..errors import SettingError, WordvecError, expect
from ..lm.language_model import EOS, UNK, LanguageModel
from ..lm.ngram.model import NgramModel
from ..runtime.results import Results
from .perplexity import perplexity_of
from .perplexity_results import PerplexityBand, PerplexityResult
from .runs import mean_over_tokens
from .statistics.intervals import Interval

#: Bands of training frequency begin at these counts; the last has no end.
EDGES = (1, 2, 6, 21, 101, 1001)
#: The band of words that the training text does not have.
UNSEEN = "unseen"


def perplexity_by_frequency(
    result: PerplexityResult, counts: np.ndarray, edges: Sequence[int] = EDGES
) -> Results[PerplexityBand]:
    """Split a perplexity by how often the words were seen in training.

    Parameters
    ----------
    result : PerplexityResult
    counts : int64 array (n_words,)
        Of the words of the model's vocabulary in its text, ``model.vocabulary.counts``.
    edges : sequence of int
        Where bands begin.

    Returns
    -------
    tuple of PerplexityBand, with `to_frame`
        ``<unk>`` and ``</s>`` in bands of their own, then the others from the rarest on; those
        without any token are skipped.

    Raises
    ------
    WordvecError
        If there are no counts, as with models from ARPA files.
    SettingError
        If the counts are not those of the vocabulary, the edges do not rise from 1, or the model
        scores whole sentences.
    """
    expect("result", result, PerplexityResult)
    _check_tokens(result)
    counts = np.asarray(counts)
    if counts.shape != (result.vocabulary_size,):
        raise SettingError(
            f"there are counts of {counts.size:,} words; the vocabulary of the model has "
            f"{result.vocabulary_size:,}"
        )
    if not edges or edges[0] < 1 or any(b <= a for a, b in zip(edges, edges[1:])):
        raise SettingError(f"edges are {tuple(edges)}; expected counts that rise from 1 on")
    words = counts[EOS + 1 :]
    if len(words) > 1 and (words == words[0]).all():
        raise WordvecError(
            "the model carries no counts of its words (those from ARPA files have none); a split "
            "by frequency needs a model that was built from a corpus"
        )
    # Bands in the order in which they are shown: <unk>, </s>, never seen, then by the edges.
    names = ["<unk>", "</s>", "0", *_ranges(edges)]
    of_word = 2 + np.searchsorted(np.asarray(edges), counts, side="right")
    of_word[UNK], of_word[EOS] = 0, 1
    return Results(_bands(result, "frequency", of_word[result.ids], names))


def perplexity_by_seen(result: PerplexityResult, model: LanguageModel) -> Results[PerplexityBand]:
    """Split a perplexity by the longest n-gram that was seen in training.

    Parameters
    ----------
    result : PerplexityResult
        Of any model.
    model : LanguageModel
        An `NgramModel` over the same vocabulary, or a mixture that has one.  A token belongs to
        the longest of its n-grams (the token and those before it in its sentence) that is in
        it: what was seen in training, unless n-grams were pruned.

    Returns
    -------
    tuple of PerplexityBand, with `to_frame`
        ``unseen`` (a word that the training text does not have), ``1-gram``, and so on; those
        without any token are skipped.

    Raises
    ------
    SettingError
        If there is no n-gram model, its vocabulary is another one, or the model that is split
        scores whole sentences.
    """
    expect("result", result, PerplexityResult)
    expect("model", model, LanguageModel)
    _check_tokens(result)
    ngrams = _ngram_model(model)
    if ngrams is None:
        raise SettingError(
            "that model has no n-grams; name an n-gram model (wvt build-ngram-lm makes one)"
        )
    if len(ngrams.vocabulary) != result.vocabulary_size:
        raise SettingError(
            f"the n-gram model knows {len(ngrams.vocabulary):,} words, the model that is split "
            f"{result.vocabulary_size:,}; build both in one workspace, on one vocabulary"
        )
    orders = ngrams.score(result.ids)[1].astype(np.int64)
    orders[(result.ids == UNK) & (ngrams.vocabulary.counts[UNK] == 0)] = 0
    names = [UNSEEN, *(f"{order}-gram" for order in range(1, ngrams.order + 1))]
    return Results(_bands(result, "seen", orders, names))


def _check_tokens(result: PerplexityResult) -> None:
    """Refuse what has no probabilities of tokens."""
    if result.is_by_sentence:
        raise SettingError(
            "the model scores whole sentences, so there is no perplexity of single words to split"
        )


def _ngram_model(model: object) -> NgramModel | None:
    """Return the first n-gram model among a model and what it is made from."""
    if isinstance(model, NgramModel):
        return model
    base = getattr(model, "base", None)
    parts = (*getattr(model, "components", ()), *(() if base is None else (base,)))
    found = (_ngram_model(part) for part in parts)
    return next((each for each in found if each is not None), None)


def _ranges(edges: Sequence[int]) -> list[str]:
    ends = [after - 1 for after in edges[1:]]
    names = [f"{low:,}" if low == high else f"{low:,}-{high:,}" for low, high in zip(edges, ends)]
    return [*names, f"{edges[-1]:,} and more"]


def _bands(
    result: PerplexityResult, split: str, groups: np.ndarray, names: Sequence[str]
) -> Iterator[PerplexityBand]:
    n = np.bincount(groups, minlength=len(names))
    sums = np.bincount(groups, result.logprobs, minlength=len(names))
    for band, name in enumerate(names):
        if n[band]:
            yield PerplexityBand(
                model=result.model,
                split=split,
                band=name,
                n=int(n[band]),
                share=float(n[band] / result.n_tokens),
                logprob=float(sums[band]),
                perplexity=perplexity_of(sums[band], n[band]),
                interval=_interval(result, groups == band),
            )


def _interval(result: PerplexityResult, held: np.ndarray) -> Interval:
    mean = mean_over_tokens(np.where(held, result.logprobs, 0.0), held, result.runs)
    low, high = mean.interval
    return perplexity_of(high, 1), perplexity_of(low, 1)
