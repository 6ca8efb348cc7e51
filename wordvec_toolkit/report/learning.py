"""How the training of a model went, from what its bundle has noted."""

import math
from pathlib import Path
from typing import Any

from ..bundles.reading import Bundle, open_bundle
from ..errors import EmptyResultError, FormatError
from .data import Curve, LearningCurves

Numbers = tuple[float | None, ...]


def learning_curves(path: str | Path, name: str = "") -> LearningCurves:
    """Return the learning curves of a trained model.

    Parameters
    ----------
    path : path
        A bundle: of a recurrent language model (perplexity of the training and the held-out text),
        of skip-gram or CBOW (loss a word), or of GloVe (loss).
    name : str
        What to call the model; default: as the bundle is called.

    Raises
    ------
    EmptyResultError
        If the model was not trained in epochs, or gensim has noted no loss.
    FormatError
        If there is no bundle, or it is damaged.
    """
    bundle = open_bundle(path)
    facts = bundle.facts
    name = name or bundle.path.name
    if bundle.kind.startswith("neural-lm") and "epochs" in facts:
        return _of_network(bundle, name)
    for key, label in (("loss_per_word", "loss a word"), ("losses", "loss")):
        if facts.get(key):
            losses = _numbers(bundle, key, facts[key])
            return LearningCurves(
                name, "epoch", label, (Curve("training", _epochs(losses), losses),)
            )
    reason = (
        "gensim's fastText reports no loss"
        if bundle.kind == "fasttext"
        else f"a bundle of {bundle.kind} is not trained in epochs"
    )
    raise EmptyResultError(
        f"{bundle.path} has no learning curve: {reason}; recurrent models, skip-gram, CBOW and "
        "GloVe have one"
    )


def _of_network(bundle: Bundle, name: str) -> LearningCurves:
    epochs = bundle.facts["epochs"]
    if not isinstance(epochs, list) or not all(isinstance(epoch, dict) for epoch in epochs):
        raise _damaged(bundle, "epochs")
    curves = []
    for key, title in (("perplexity", "training"), ("held_out_perplexity", "held-out")):
        values = _numbers(bundle, key, [epoch.get(key) for epoch in epochs])
        if any(value is not None for value in values):
            curves.append(Curve(title, _epochs(values), values))
    if not curves:
        raise EmptyResultError(f"{bundle.path} has no learning curve: no epoch is finished")
    best = bundle.facts.get("best_epoch")
    kept = float(best) if isinstance(best, int) and 1 <= best <= len(epochs) else None
    return LearningCurves(name, "epoch", "perplexity", tuple(curves), kept)


def _epochs(values: Numbers) -> tuple[float, ...]:
    return tuple(float(number) for number in range(1, len(values) + 1))


def _numbers(bundle: Bundle, key: str, values: Any) -> Numbers:
    """Return numbers of a manifest, None for what is not finite."""
    if not isinstance(values, list):
        raise _damaged(bundle, key)
    if not all(value is None or type(value) in (int, float) for value in values):
        raise _damaged(bundle, key)
    return tuple(
        None if value is None or not math.isfinite(value) else float(value) for value in values
    )


def _damaged(bundle: Bundle, key: str) -> FormatError:
    return FormatError(bundle.path, f"{key} that are no list of numbers", "one for each epoch")
