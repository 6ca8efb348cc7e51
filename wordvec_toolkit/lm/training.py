"""From text to an n-gram model."""

from dataclasses import asdict, replace
from typing import Any

from ..counts.ngrams import NgramCounts, count_ngrams
from ..progress import SILENT, Progress
from ..text.corpus import EncodedCorpus
from .estimation import estimate
from .kneser_ney import KneserNey
from .ngram_model import NgramModel
from .smoothing import Smoothing


def train_ngram_model(
    corpus: EncodedCorpus | NgramCounts,
    order: int = 5,
    smoothing: Smoothing | None = None,
    interpolate_unigrams: bool = True,
    closed: bool = False,
    threads: int | None = None,
    progress: Progress = SILENT,
) -> NgramModel:
    """Count n-grams and estimate a model.

    Parameters
    ----------
    corpus : EncodedCorpus or NgramCounts
        Counts bring their own order.
    order : int
        Length of the longest n-grams, from 1 to 10.
    smoothing : Smoothing, optional
        Default: `KneserNey`, which gives KenLM's probabilities.
    interpolate_unigrams : bool
        Mix unigrams with the uniform distribution over all words and ``<unk>``; else what is left
        over goes to ``<unk>``, as in SRILM.
    closed : bool
        Give ``<unk>`` no probability unless the text has it.
    threads : int, optional
        Default: all processors.  The result does not depend on it.

    Raises
    ------
    DiscountError
        If Kneser-Ney finds no discounts in the counts of counts.
    """
    smoothing = smoothing or KneserNey()
    counts = corpus
    if isinstance(counts, EncodedCorpus):
        counts = count_ngrams(counts, order, threads, progress)
    model = estimate(counts, smoothing, interpolate_unigrams, closed, threads, progress)
    settings = model_settings(counts.order, smoothing, interpolate_unigrams, closed)
    return replace(model, settings=settings)


def model_settings(
    order: int,
    smoothing: Smoothing | None = None,
    interpolate_unigrams: bool = True,
    closed: bool = False,
) -> dict[str, Any]:
    """Return the keywords of `train_ngram_model` as they stand in a manifest."""
    smoothing = smoothing or KneserNey()
    return {
        "order": order,
        "smoothing": smoothing.name,
        **asdict(smoothing),  # type: ignore[call-overload]
        "interpolate_unigrams": interpolate_unigrams,
        "closed": closed,
    }
