"""From text to an n-gram model."""

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ...counts.ngram_counting import count_ngrams, count_ngrams_in_parts
from ...counts.ngrams import NgramCounts
from ...errors import expect
from ...runtime.progress import ProgressLike, as_progress
from ...runtime.settings import takes
from ...text.corpus import EncodedCorpus
from ..settings import NgramSettings
from ..streams import stream_digest
from .estimation import estimate
from .methods import as_smoothing
from .model import NgramModel
from .pruning import prune_model
from .room import check_training, needs_files

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ...runtime.keywords import TrainNgramModelKeywords


@takes(NgramSettings)
def train_ngram_model(
    corpus: EncodedCorpus | NgramCounts,
    *,
    held_out: np.ndarray | None = None,
    threads: int | None = None,
    progress: ProgressLike = None,
    **settings: "Unpack[TrainNgramModelKeywords]",
) -> NgramModel:
    """Count n-grams and estimate a model.

    Parameters
    ----------
    corpus : EncodedCorpus or NgramCounts
        Counts bring their own order.
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
    ExhaustedError
        If the model needs more memory or disk than there is.
    SettingError
        If the method cannot be used so.
    """
    progress = as_progress(progress)
    expect("corpus", corpus, (EncodedCorpus, NgramCounts))
    chosen = NgramSettings.among(settings)
    counts, in_memory = corpus, False
    if isinstance(counts, EncodedCorpus):
        in_memory = check_training(counts, chosen, threads)
        count = count_ngrams if in_memory else count_ngrams_in_parts
        counts = count(counts, chosen.order, threads, progress)
    model = estimate(
        counts,
        as_smoothing(chosen.smoothing),
        chosen.interpolate_unigrams,
        chosen.closed,
        chosen.prune,
        held_out,
        not in_memory and needs_files(counts.trie.sizes),
        threads,
        progress,
    )
    if chosen.entropy_prune:
        model = prune_model(model, chosen.entropy_prune, threads, progress)
    settings_made = model_settings(replace(chosen, order=counts.order), held_out)
    return replace(model, settings=settings_made)


def model_settings(chosen: NgramSettings, held_out: np.ndarray | None = None) -> dict[str, object]:
    """Return what a model depends on besides its text, as a manifest holds it."""
    smoothing = as_smoothing(chosen.smoothing)
    settings: dict[str, object] = {
        "order": chosen.order,
        **smoothing.settings,
        "interpolate_unigrams": chosen.interpolate_unigrams,
        "closed": chosen.closed,
    }
    if chosen.prune:
        settings["prune"] = list(chosen.prune)
    if chosen.entropy_prune:
        settings["entropy_prune"] = chosen.entropy_prune
    if held_out is not None and smoothing.uses_held_out:
        settings["held_out"] = f"{len(held_out)} tokens, {stream_digest(held_out)[:16]}"
    return settings
