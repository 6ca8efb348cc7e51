"""Course of training of a model, as noted in its bundle."""

from pathlib import Path

from ..bundles.reading import open_bundle
from ..errors import EmptyResultError, expect_path
from ..models.catalogue import BUNDLES, MODELS
from .data import Curve, LearningCurves


def learning_curves(path: str | Path, name: str = "") -> LearningCurves:
    """Return the learning curves of a trained model.

    Parameters
    ----------
    path : path
        A bundle: of a recurrent language model (perplexity of the training and the held-out text),
        of skip-gram or CBOW (loss per word), or of GloVe (loss).
    name : str
        What to call the model; default: as the bundle is called.

    Raises
    ------
    EmptyResultError
        If the model was not trained in epochs, or gensim has noted no loss.
    FormatError
        If there is no bundle, or it is damaged.
    """
    expect_path("path", path)
    bundle = open_bundle(path)
    name = name or bundle.path.name
    record = BUNDLES[bundle.kind]
    if record.training is None:
        others = [model.title for model in MODELS.values() if model.holds.training is not None]
        raise EmptyResultError(
            f"{bundle.path} has no learning curve: {record.no_training}; {', '.join(others)} have "
            "one"
        )
    training = record.training(bundle)
    curves = tuple(
        Curve(text, tuple(float(epoch) for epoch in range(1, len(values) + 1)), values)
        for text, values in training.values.items()
        if any(value is not None for value in values)
    )
    if not curves:
        raise EmptyResultError(f"{bundle.path} has no learning curve: no epoch is finished")
    best = None if training.best is None else float(training.best)
    return LearningCurves(name, "epoch", training.measure, curves, best)
