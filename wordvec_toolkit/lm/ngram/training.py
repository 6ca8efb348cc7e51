"""From text to an n-gram model."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ...counts.ngrams import NgramCounts, count_ngrams
from ...runtime.progress import SILENT, Progress
from ...text.corpus import EncodedCorpus
from ..streams import stream_digest
from .estimation import estimate
from .methods import as_smoothing
from .model import NgramModel
from .pruning import prune_model
from .smoothing import Smoothing


def train_ngram_model(
    corpus: EncodedCorpus | NgramCounts,
    order: int = 5,
    smoothing: Smoothing | str = "kneser-ney",
    interpolate_unigrams: bool = True,
    closed: bool = False,
    prune: Sequence[int] = (),
    entropy_prune: float = 0.0,
    held_out: np.ndarray | None = None,
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
    smoothing : Smoothing or str
        By name (see `parse_smoothing`), or made.  The default gives KenLM's probabilities.
    interpolate_unigrams : bool
        Mix unigrams with the uniform distribution over all words and ``<unk>``; else what is left
        over goes to ``<unk>``, as in SRILM.
    closed : bool
        Give ``<unk>`` no probability unless the text has it.
    prune : sequence of int
        For each order, from the first up, the count that an n-gram must exceed to stay, as lmplz's
        ``--prune 0 1 1``; the last one holds for the higher orders too.  What is left out goes to
        the back-off weights.
    entropy_prune : float
        Leave out n-grams without which the model changes less than this; see `prune_model`.
    held_out : int32 array, optional
        Text as `LanguageModel.token_logprobs` takes it, for methods that fit parameters on it.
    threads : int, optional
        Default: all processors.  The result does not depend on it.

    Raises
    ------
    DiscountError
        If the counts of counts of an order give no discounts, and no fallback was asked for.
    EmptyResultError
        If the text has no sentences.
    SettingError
        If the method cannot be used so.
    """
    smoothing = as_smoothing(smoothing)
    counts = corpus
    if isinstance(counts, EncodedCorpus):
        counts = count_ngrams(counts, order, threads, progress)
    model = estimate(
        counts, smoothing, interpolate_unigrams, closed, prune, held_out, threads, progress
    )
    if entropy_prune:
        model = prune_model(model, entropy_prune, threads, progress)
    settings = model_settings(
        counts.order, smoothing, interpolate_unigrams, closed, prune, entropy_prune, held_out
    )
    return replace(model, settings=settings)


def model_settings(
    order: int,
    smoothing: Smoothing | str = "kneser-ney",
    interpolate_unigrams: bool = True,
    closed: bool = False,
    prune: Sequence[int] = (),
    entropy_prune: float = 0.0,
    held_out: np.ndarray | None = None,
) -> dict[str, Any]:
    """Return the keywords of `train_ngram_model` as they stand in a manifest."""
    smoothing = as_smoothing(smoothing)
    settings: dict[str, Any] = {
        "order": order,
        **smoothing.settings,
        "interpolate_unigrams": interpolate_unigrams,
        "closed": closed,
    }
    if len(prune):
        settings["prune"] = [int(value) for value in prune]
    if entropy_prune:
        settings["entropy_prune"] = float(entropy_prune)
    if held_out is not None and smoothing.uses_held_out:
        settings["held_out"] = f"{len(held_out)} tokens, {stream_digest(held_out)[:16]}"
    return settings
