"""Find the settings of neural caches and dynamic evaluation on held-out text."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ....errors import DivergedError, EmptyResultError, SettingError
from ....lm.language_model import LanguageModel
from ....lm.mixed.weights import fit_weights
from ....lm.streams import checked_stream
from ....runtime.progress import SILENT, Progress, ProgressLike, as_progress
from .models import DynamicModel, NeuralCache, reader_of
from .settings import HIGHEST

#: Values of flatness that are tried; hidden states of one model are longer than those of another.
FLATNESSES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 2.0)
_FACTOR = 2.0  # between learning rates, and between decays, that are tried
_MOST_STEPS = 6  # away from where the search begins


def fit_neural_cache(
    model: LanguageModel,
    held_out: np.ndarray,
    window: int = 500,
    flatnesses: Sequence[float] = FLATNESSES,
    progress: ProgressLike = None,
) -> NeuralCache:
    """Add the neural cache that predicts held-out text best to a model.

    The text is read once.  For each flatness the share is found by expectation maximisation, see
    `fit_weights`.

    Parameters
    ----------
    model : NeuralModel or DynamicModel
    held_out : int32 array (n,)
        Running text that neither the model has been trained on nor is to be scored.
    window : int
        See `NeuralCache`.
    flatnesses : sequence of float
        Those to choose from.
    """
    progress = as_progress(progress)
    from .readers import Memory, matching, softened

    if not flatnesses:
        raise SettingError("there is no flatness to choose from")
    tried = [NeuralCache(model, window, float(flatness)) for flatness in flatnesses]
    ids = _text(held_out, model)
    memory = Memory(window)
    own, cached = np.empty(len(ids)), np.empty((len(ids), len(tried)))
    progress.start("fitting the neural cache", len(ids), "tokens")
    for passage in reader_of(model).read(ids):
        place = slice(passage.first, passage.first + len(passage))
        own[place] = np.exp(passage.of(ids[place]))
        products, outside, words = memory.products(passage.hidden, ids[place])
        nothing = outside.all(dim=1).numpy()
        for at, each in enumerate(tried):
            weights = softened(products, outside, each.flatness)
            found = matching(weights, words, ids[place])
            cached[place, at] = np.where(nothing, own[place], found)
        memory.add(passage.hidden, ids[place])
        progress.advance(len(passage))
    progress.finish("")
    best: tuple[float, NeuralCache] | None = None
    for at, each in enumerate(tried):
        weights, objectives = fit_weights(np.stack([own, cached[:, at]], axis=1))
        if best is None or objectives[-1] > best[0]:
            best = objectives[-1], replace(each, share=float(weights[0, 1]))
    assert best is not None
    return best[1]


def fit_dynamic(
    model: LanguageModel, held_out: np.ndarray, progress: ProgressLike = None, **settings: Any
) -> DynamicModel:
    """Let a model learn from what it scores at the rates that suit held-out text best.

    Beginning at the settings given, the learning rate is doubled or halved for as long as that
    lowers the perplexity of the held-out text, then the decay is.

    Parameters
    ----------
    model : NeuralModel
    held_out : int32 array (n,)
        Running text that neither the model has been trained on nor is to be scored.  It is read
        about eight times.
    settings
        Of `DynamicModel`, where the search begins.
    """
    progress = as_progress(progress)
    best = DynamicModel(model, **settings)
    ids = _text(held_out, model)
    score = _perplexity(best, ids, progress)
    for name in ("learning_rate", "decay"):
        for factor in (_FACTOR, 1 / _FACTOR):
            is_better = False
            for _ in range(_MOST_STEPS):
                value = getattr(best, name) * factor
                if not value or value > HIGHEST[name]:
                    break
                tried = replace(best, **{name: value})
                reached = _perplexity(tried, ids, progress)
                if not reached < score:
                    break
                best, score, is_better = tried, reached, True
            if is_better:
                break
    return best


def adapting_model(
    model: LanguageModel,
    neural_cache: Mapping[str, Any] | None = None,
    dynamic: Mapping[str, Any] | None = None,
    held_out: np.ndarray | None = None,
    progress: Progress = SILENT,
) -> LanguageModel:
    """Adapt a recurrent model to the text so far.

    Parameters
    ----------
    model : NeuralModel
    neural_cache, dynamic : dict, optional
        Settings of `NeuralCache` and `DynamicModel`; None: without.  With both, the cache is
        around the model that learns.
    held_out : int32 array (n,), optional
        Text to find the settings on, see `fit_neural_cache` and `fit_dynamic`; a flatness that is
        given stays, a learning rate and a decay are where the search begins.
    """
    if dynamic is not None:
        if held_out is None:
            model = DynamicModel(model, **dynamic)
        else:
            model = fit_dynamic(model, held_out, progress, **dynamic)
    if neural_cache is None:
        return model
    if held_out is None:
        return NeuralCache(model, **neural_cache)
    fitting = dict(neural_cache)
    if "share" in fitting:
        raise SettingError(
            "the share of the neural cache is found on the text to tune on; give one of the two "
            "(share, --share) or that text (held_out, --tune)"
        )
    if "flatness" in fitting:
        fitting["flatnesses"] = (fitting.pop("flatness"),)
    return fit_neural_cache(model, held_out, progress=progress, **fitting)


def _perplexity(model: DynamicModel, ids: np.ndarray, progress: Progress) -> float:
    """Return the perplexity; infinity where learning diverges."""
    progress.start(
        f"dynamic evaluation, learning rate {model.learning_rate:.3g}, decay {model.decay:.3g}",
        len(ids),
        "tokens",
    )
    total = 0.0
    try:
        for passage in model.reader().read(ids):
            total += float(passage.of(ids[passage.first : passage.first + len(passage)]).sum())
            progress.advance(len(passage))
    except DivergedError:
        total = -np.inf
    with np.errstate(over="ignore"):
        perplexity = float(np.exp(-total / len(ids)))
    progress.finish(f"perplexity {perplexity:.2f}")
    return perplexity


def _text(held_out: np.ndarray, model: LanguageModel) -> np.ndarray:
    ids = checked_stream(held_out, len(model.vocabulary))
    if len(ids) == 0:
        raise EmptyResultError("the held-out text has no tokens; give one with words in it")
    return ids
