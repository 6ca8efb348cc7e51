"""Diagnosis of forgetting in recurrent networks: reach of the gradient of a loss, and its causes.

The gradient of the loss L_s of one token reaches the state t steps before it through a product of
Jacobians,

    d L_s / d h_(s-t) = d L_s / d h_s  J_s J_(s-1) ... J_(s-t+1),   J_i = d h_i / d h_(i-1)

(Hochreiter 1991; Bengio et al. 1994; Pascanu et al. 2013, "On the difficulty of training recurrent
neural networks", equations 4 and 5), so that it falls or grows about exponentially with t.  What is
measured is the left side, by back-propagation through the whole network, as training has it.
"""

import numpy as np

from ....errors import EmptyResultError, SettingError
from ....lm.language_model import LanguageModel
from ....lm.streams import checked_stream
from ....runtime.arguments import checks_types
from ....runtime.parallel import n_threads
from ....runtime.progress import ProgressLike, as_progress
from ....runtime.signatures import Signature
from ..cells import recurrent_cells
from ..model import NeuralModel
from .results import Diagnosis


@checks_types
def diagnose(
    model: LanguageModel,
    ids: np.ndarray,
    steps: int = 100,
    positions: int = 128,
    jacobians: int = 8,
    name: str = "",
    threads: int | None = None,
    progress: ProgressLike = None,
) -> Diagnosis:
    """Measure how far back the gradients of a recurrent network reach, and why not farther.

    Losses at positions spread evenly over the text are followed back, each by itself, many in one
    pass.  Nothing is dropped, as when the model is used.

    Parameters
    ----------
    model : NeuralModel
        Trained, or untrained (`fresh_model`).
    ids : int32 array
        Text as `LanguageModel.token_logprobs` takes it.
    steps : int
        T, how far back to look.
    positions : int
        Losses to follow; all of the text's if it has fewer.
    jacobians : int
        Positions among them at which the Jacobian of a step is looked into.
    name : str
        What to call the model.

    Raises
    ------
    SettingError
        If the model is no recurrent network or reads each sentence by itself, or a setting makes
        no sense.
    EmptyResultError
        If the text is too short.
    OverflowedError
        If gradients explode beyond float64.
    MissingExtraError
        If PyTorch is not installed.
    """
    progress = as_progress(progress)
    model = checked_recurrent(model, name)
    cell = str(model.settings["cell"])
    for setting, value, least in (
        ("steps", steps, 2),
        ("positions", positions, 1),
        ("jacobians", jacobians, 1),
    ):
        if value < least:
            raise SettingError(f"{setting} is {value}; it must be {least} or more")
    network = model.scorer.network
    ids = checked_stream(ids, len(model.vocabulary))
    if len(ids) <= steps:
        raise EmptyResultError(
            f"the text has {len(ids):,} tokens; looking {steps:,} steps back takes more than that: "
            "give more text, or lower steps (--steps)"
        )
    from ..processor import torch_threads
    from .measuring import measure

    with torch_threads(n_threads(threads)):
        found = measure(network, ids, steps, positions, jacobians, progress, name or cell)
    return Diagnosis(
        name=name or cell,
        cell=cell,
        hidden_dim=network.architecture.hidden_dim,
        n_parameters=model.scorer.n_parameters,
        layers=found.layers,
        training=_epochs(model.facts.get("epochs")),
        n_tokens=len(ids),
        n_positions=found.n_positions,
        steps=steps,
        signature=Signature.of(
            "diagnosis",
            model.signature,
            n=len(ids),
            positions=found.n_positions,
            warmup=found.warmup,
            steps=steps,
            jacobians=found.n_jacobians,
            mean="arithmetic",
        ),
    )


def _epochs(noted: object) -> tuple[dict[str, float], ...]:
    """Return what a manifest says of the gradients of training, if it does."""
    keys = ("gradient_norm", "clipped")
    epochs = [each for each in noted if isinstance(each, dict)] if isinstance(noted, list) else []
    return tuple(
        {key: each[key] for key in keys}
        for each in epochs
        if all(isinstance(each.get(key), (int, float)) for key in keys)
    )


def checked_recurrent(model: LanguageModel, name: str = "") -> NeuralModel:
    """Return a model once it is known to have recurrent layers.

    Raises
    ------
    SettingError
        If they are not recurrent, or read each sentence by itself.
    """
    settings = getattr(model, "settings", None)
    cell = settings.get("cell") if isinstance(settings, dict) else None
    if isinstance(settings, dict) and settings.get("context") == "sentence":
        raise SettingError(
            f"{name or 'the model'} reads each sentence by itself, so that no gradient goes back "
            "beyond its beginning; choose a network with context text (--context text)"
        )
    if not isinstance(model, NeuralModel) or cell not in recurrent_cells():
        what = f"a {cell}" if cell else f"a {type(model).__name__}"
        raise SettingError(
            f"{name or 'the model'} is {what}, which has no recurrent layers; expected a network "
            f"with the cell {', '.join(recurrent_cells())} (wvt build-neural-lm --cell)"
        )
    return model
