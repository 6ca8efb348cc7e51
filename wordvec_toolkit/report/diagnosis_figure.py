"""The figure of how far back gradients reach."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import SettingError, expect, expect_path
from ..neural.recurrent.diagnosis.results import Diagnosis, LayerDiagnosis
from .charts import Line, line_panel
from .figures import Figure, Sample, write_figure
from .labels import shortened
from .look import DASHES, SOFT

_LEAST = 1e-12  # smallest share of a gradient that is drawn
_ROOM = 3.0  # above and below the curves
_NAME = 15.0  # longest name of a network, in units of its letters
_LEVELS = ((0.5, "half"), (0.01, "1 %"))
_KEY = (
    Sample("measured", SOFT, dashes="-"),
    Sample("10 to 90 % of positions", SOFT, band=True),
    Sample("powers of the largest singular value", SOFT, dashes=DASHES[1], width=0.9),
    Sample("powers of the spectral radius", SOFT, dashes=DASHES[2], width=0.9),
)


def write_diagnosis_figure(
    diagnoses: Sequence[Diagnosis],
    path: str | Path,
    layer: int | None = None,
    overwrite: bool = False,
) -> None:
    """Draw how far back the gradients of networks reach; see `diagnosis_figure`.

    Parameters
    ----------
    path : path
        A name that ends in .png, .svg or .pdf.  The same numbers give the same bytes.
    layer : int, optional
        From 1; default: the last of each.
    overwrite : bool
        Replace an existing file.

    Raises
    ------
    SettingError
        If the name ends in something else, or a network lacks the layer.
    WordvecError
        If there is such a file already and `overwrite` was not asked for.
    """
    expect_path("path", path)
    expect("diagnoses", diagnoses, Sequence, "a list of what diagnose returns")
    for found in diagnoses:
        expect("a diagnosis", found, Diagnosis, "what diagnose returns")
        check_layer(found.name, len(found.layers), layer)
    figure = diagnosis_figure([found.as_dict() for found in diagnoses], layer)
    write_figure(figure, path, overwrite)


def layer_of(found: Diagnosis, layer: int | None) -> LayerDiagnosis:
    """Return a layer by its number from 1; the last if None."""
    check_layer(found.name, len(found.layers), layer)
    return found.layers[-1 if layer is None else layer - 1]


def check_layer(name: str, n_layers: int, layer: int | None) -> None:
    """Refuse to show a layer beyond the last of a network."""
    if layer is not None and not 1 <= layer <= n_layers:
        raise SettingError(f"layer is {layer}; {name} has layers 1 to {n_layers}")


def diagnosis_figure(diagnoses: Sequence[Mapping[str, Any]], layer: int | None = None) -> Figure:
    """Return the mean length of the gradient against the steps it has gone back, for each network.

    Lengths are shares of that at t = 0, so that networks can be compared with one another and with
    the prediction: the powers of the largest singular value (dashed) and of the spectral radius
    (dotted).  A band holds the middle four fifths of the positions.

    Parameters
    ----------
    diagnoses : sequence of mappings
        `Diagnosis.as_dict` of each network.  Those without a measured gradient are skipped; the
        figure has no panel if none has one.
    layer : int, optional
        From 1; default: the last of each.
    """
    lines: list[Line] = []
    shares: list[float] = []
    for series, found in enumerate(diagnoses):
        layers = found.get("layers") or [{}]
        shown = layers[-1 if layer is None else layer - 1]
        norms = shown.get("gradient_norm") or {}
        mean = np.array(norms.get("mean") or [], np.float64)
        if not np.isfinite(mean).any():
            continue
        unit = mean[0] if np.isfinite(mean[0]) and mean[0] > 0 else 1.0
        bands = norms.get("quantiles") or {}
        steps = range(len(mean))
        predicted = (shown.get("prediction") or {}).get("curves") or {}
        for curve, dashes in (("bound", 1), ("asymptotic", 2)):
            if curve in predicted:
                lines.append(Line("", steps, predicted[curve], series, dashes, thin=True))
        name = shortened(str(found.get("name", f"network {series + 1}")), _NAME)
        low, high = (
            tuple(np.array(bands.get(share, ()), np.float64) / unit) for share in ("0.1", "0.9")
        )
        said = f"{name}: {_reach(shown, len(mean) - 1)}"
        lines.append(Line(said, steps, tuple(mean / unit), series, 0, low, high))
        shares += (mean[mean > 0] / unit).tolist()
    where = "last layer" if layer is None else f"layer {layer}"
    caption = (
        f"Length of the gradient of the loss, {where}, relative to its start. Predicted are the "
        "powers of the largest singular value and of the spectral radius of the recurrent matrix, "
        "or of the Jacobian of a step."
    )
    title = "How far back the gradient of the loss reaches"
    if not lines:
        return Figure((), caption, title)
    shares = shares or [1.0]
    panel = line_panel(
        "",
        "Length of the gradient by steps back in time",
        lines,
        "steps back",
        "gradient, relative to its start",
        log_y=True,
        levels=_LEVELS,
        y_limits=(max(_LEAST, min(*shares, 0.005) / _ROOM), max(_ROOM, max(shares) * _ROOM)),
    )
    key = (*(line.sample for line in lines if line.name), *_KEY)
    panel = replace(panel, key=key, width=4.9, height=2.7)
    return Figure((panel,), caption, title, tuple(line.name for line in lines), wide=True)


def _reach(layer: Mapping[str, Any], steps: int) -> str:
    """Say after how many steps little is left of the gradient."""
    half, hundredth = layer.get("steps_to_half"), layer.get("steps_to_hundredth")
    rate = layer.get("rate")
    if half is None:
        grows = rate is not None and rate > 1
        return f"grows {rate:.3g}-fold per step" if grows else f"half-life: > {steps} steps"
    rest = f"> {steps}" if hundredth is None else hundredth
    return f"half-life: {half} step{'s' if half != 1 else ''}, 1 %: {rest} steps"
