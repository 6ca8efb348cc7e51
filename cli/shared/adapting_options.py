"""Options of neural caches and dynamic evaluation, spelled as the settings that they fill."""

from collections.abc import Mapping
from typing import Any

import click

from ...errors import SettingError
from .options import _apply, _choice, _option

_PLACE = "neural.recurrent.adapting.models"
CACHE = f"{_PLACE}:NeuralCache"
DYNAMIC = f"{_PLACE}:DynamicModel"

_NEURAL_CACHE = click.option(
    "--neural-cache",
    is_flag=True,
    help="Mix recurrent models with a cache of their hidden states (Grave et al. 2017).",
)
_WINDOW = _option(CACHE, "--window", type=int, help="Tokens that the neural cache holds.")
_DYNAMIC = click.option(
    "--dynamic",
    "method",
    type=_choice("rms", "sgd"),
    help="Let recurrent models learn from the text just scored (Krause et al. 2018), with a rate "
    "for each weight or plainly.",
)
_SEGMENT = _option(
    DYNAMIC,
    "--segment",
    type=int,
    help="Tokens that are scored before they are learnt from; fewer take longer.",
)

mixing_options = _apply(_NEURAL_CACHE, _WINDOW, _DYNAMIC, _SEGMENT)
evaluation_options = _apply(
    _NEURAL_CACHE,
    _WINDOW,
    _option(CACHE, "--flatness", type=float, help="theta of the neural cache."),
    _option(CACHE, "--share", type=float, help="lambda, the weight of the neural cache."),
    _DYNAMIC,
    _option(
        DYNAMIC,
        "--learning-rate",
        type=float,
        fallback="5e-4 for rms, 0.3 for sgd",
        help="Of dynamic evaluation.",
    ),
    _option(
        DYNAMIC, "--decay", type=float, help="Of what was learnt: pull to the trained weights."
    ),
    _SEGMENT,
    click.option(
        "--tune",
        metavar="TEXT",
        help="Find flatness and share of the neural cache, learning rate and decay of dynamic "
        "evaluation on this text; never give the one to be scored.",
    ),
)


def cache_settings(neural_cache: bool, settings: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return what was set of the neural cache; None if there shall be none."""
    names = ("window", "flatness", "share")
    return _given(neural_cache, settings, names, "the neural cache", "--neural-cache")


def dynamic_settings(settings: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return what was set of dynamic evaluation; None if there shall be none."""
    names = ("method", "learning_rate", "decay", "segment")
    wanted = settings.get("method") is not None
    return _given(wanted, settings, names, "dynamic evaluation", "--dynamic rms")


def _given(
    wanted: bool, settings: Mapping[str, Any], names: tuple[str, ...], what: str, option: str
) -> dict[str, Any] | None:
    given = {name: settings[name] for name in names if settings.get(name) is not None}
    if wanted:
        return given
    if given:
        name = f"--{next(iter(given)).replace('_', '-')}"
        raise SettingError(f"{name} is a setting of {what}; add {option}")
    return None
