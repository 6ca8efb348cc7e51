"""State of training, on disk: the numbers of epochs and steps, and all tensors that change."""

import math
from collections.abc import Mapping
from dataclasses import asdict

from ...bundles.reading import Bundle
from ...bundles.writing import BundleWriter
from ...errors import FormatError
from .averaging import Average
from .descent import Descent
from .door import torch
from .model import WEIGHTS
from .tally import Tally
from .tensors import read_tensors, write_tensors

STATE = "training.safetensors"
_MOMENTS = ("exp_avg", "exp_avg_sq")  # what torch's AdamW keeps of each weight, and a count


def write_checkpoint(trainer: Descent, writer: BundleWriter) -> None:
    """Write the state of training and the best weights so far as files of a bundle."""
    write_tensors(writer.file(WEIGHTS), trainer.best or trainer.result().state_dict())
    write_tensors(writer.file(STATE), _tensors(trainer))
    writer.facts.update(
        epochs=trainer.epochs,
        best_epoch=trainer.best_epoch,
        learning_rate=trainer.learning_rate,
        tally=asdict(trainer.tally),
    )
    if trainer.average is not None:
        writer.facts["n_averaged"] = trainer.average.n


def read_checkpoint(trainer: Descent, bundle: Bundle) -> None:
    """Take what `write_checkpoint` has written.

    Raises
    ------
    FormatError
        If it does not fit network and text, or its files have changed since.
    """
    # Bits that have flipped would go on into a model that is not that of a run in one go.
    if problems := bundle.verify():
        raise FormatError(bundle.path, problems[0], "the files as they were left")
    facts, training = bundle.facts, trainer.training
    try:
        trainer.epochs = [dict(epoch) for epoch in facts["epochs"]]
        trainer.best_epoch = int(facts["best_epoch"])
        trainer.learning_rate = float(facts["learning_rate"])
        trainer.tally = Tally(**facts["tally"])
        n_averaged = facts.get("n_averaged", 0)
        fits = (
            type(facts["best_epoch"]) is int
            and 0 <= trainer.best_epoch <= len(trainer.epochs) <= training.epochs
            and 0 <= trainer.tally.n_steps < trainer.n_steps
            and _is_like(asdict(trainer.tally), asdict(Tally()))
            and all(_is_whole(epoch) for epoch in trainer.epochs)
            and 0 < trainer.learning_rate < math.inf
            and type(n_averaged) is int
            and n_averaged >= 0
            and ("n_averaged" not in facts or training.optimizer == "asgd")
        )
    except (KeyError, TypeError, ValueError, OverflowError):
        fits = False
    if not fits:
        raise FormatError(bundle.path, "damaged facts", "the state of training")
    if trainer.epochs or trainer.tally.n_steps:
        _begin_moments(trainer)
    if "n_averaged" in facts:
        trainer.average = Average(trainer.network, n_averaged)
    tensors = _tensors(trainer)
    shapes = _shapes(tensors)
    with torch.no_grad():
        state = read_tensors(bundle.file(STATE), shapes, bundle.handle(STATE))
        for name, tensor in state.items():
            tensors[name].copy_(tensor)
    if trainer.best_epoch:
        shapes = _shapes(trainer.network.state_dict())
        trainer.best = read_tensors(bundle.file(WEIGHTS), shapes, bundle.handle(WEIGHTS))


def _shapes(tensors: Mapping[str, torch.Tensor]) -> dict[str, tuple[int, ...]]:
    return {name: tuple(tensor.shape) for name, tensor in tensors.items()}


def _tensors(trainer: Descent) -> dict[str, torch.Tensor]:
    """Return all that changes from step to step."""
    network = trainer.network
    tensors = {f"weights.{name}": each for name, each in network.state_dict().items()}
    for layer, state in enumerate(trainer.states):
        tensors |= {f"state.{layer}.{part}": each for part, each in enumerate(state)}
    for name, parameter in network.named_parameters():
        for key, each in trainer.optimizer.state.get(parameter, {}).items():
            if torch.is_tensor(each):
                tensors[f"optimizer.{name}.{key}"] = each
    if trainer.average is not None:
        tensors |= {f"average.{name}": each for name, each in trainer.average.weights.items()}
    return tensors


def _begin_moments(trainer: Descent) -> None:
    """Make room for what AdamW remembers, as its own first step would."""
    if trainer.training.optimizer == "adamw":
        for parameter in trainer.network.parameters():
            begun = torch.zeros((), device=parameter.device)
            moments = {key: torch.zeros_like(parameter) for key in _MOMENTS}
            trainer.optimizer.state[parameter] = {"step": begun.clone(), **moments}


def _is_like(found: dict[str, float], expected: dict[str, float]) -> bool:
    """Return whether two tables of finite numbers, none below 0, have the same types."""
    return all(
        type(found[key]) is type(value) and found[key] >= 0 and math.isfinite(found[key])
        for key, value in expected.items()
    )


def _is_whole(epoch: Mapping[str, object]) -> bool:
    keys = ("loss", "perplexity", "gradient_norm", "clipped", "learning_rate")
    return all(isinstance(epoch[key], float) for key in keys) and isinstance(
        epoch["held_out_perplexity"], (float, type(None))
    )
