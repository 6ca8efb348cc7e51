"""The figure of how far back gradients reach."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import SettingError
from ..neural.recurrent.diagnosis.results import Diagnosis, LayerDiagnosis
from .figures import COLORS, GREY, MARKERS, styled, write_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_LEAST = 1e-12  # of what is left of a gradient, that is drawn
_ROOM = 3.0  # above and below the curves
_LEVELS = ((0.5, "half"), (0.01, "1 %"))
_LONGEST = 30  # names in the key
_SIZE = (8.4, 4.6)


def write_diagnosis_figure(
    diagnoses: Sequence[Diagnosis],
    path: str | Path,
    layer: int | None = None,
    overwrite: bool = False,
) -> None:
    """Draw how far back the gradients of networks reach; see `draw_diagnoses`.

    Parameters
    ----------
    path : path
        A name that ends in .png, .svg or .pdf.  The same numbers give the same bytes.
    overwrite : bool
        Replace what is there.

    Raises
    ------
    SettingError
        If the name ends in something else, or a network lacks the layer.
    WordvecError
        If there is such a file already and `overwrite` was not asked for.
    MissingExtraError
        If matplotlib is not installed.
    """
    with styled():
        figure = draw_diagnoses(diagnoses, layer)
    write_figure(figure, path, overwrite)


def layer_of(found: Diagnosis, layer: int | None) -> LayerDiagnosis:
    """Return a layer by its number from 1; the last if None."""
    check_layer(found.name, len(found.layers), layer)
    return found.layers[-1 if layer is None else layer - 1]


def check_layer(name: str, n_layers: int, layer: int | None) -> None:
    """Refuse to show a layer that a network of so many has not."""
    if layer is not None and not 1 <= layer <= n_layers:
        raise SettingError(f"layer is {layer}; {name} has layers 1 to {n_layers}")


def draw_diagnoses(diagnoses: Sequence[Diagnosis], layer: int | None = None) -> "Figure":
    """Draw the mean length of the gradient against the steps it has gone back, a line a network.

    Lengths are shares of that at t = 0, so that networks can be compared with one another and with
    what is predicted: the powers of the largest singular value (dashed) and of the spectral radius
    (dotted).  A band holds the middle four fifths of the positions.

    Parameters
    ----------
    layer : int, optional
        From 1; default: the last of each.
    """
    from matplotlib.figure import Figure
    from matplotlib.ticker import LogLocator, NullLocator

    layers = [layer_of(found, layer) for found in diagnoses]
    steps = max(found.reach.steps for found in layers)
    figure = Figure(figsize=_SIZE)
    axes = figure.add_axes((0.085, 0.115, 0.565, 0.755))
    bottom, top = _limits(layers)
    axes.set_yscale("log")
    axes.set_ylim(bottom, top)
    axes.set_xlim(0, steps)
    axes.yaxis.set_major_locator(LogLocator(numticks=8))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.grid(axis="y")
    for share, name in _LEVELS:
        if bottom < share < top:
            axes.axhline(share, color=GREY, linewidth=0.8, linestyle=(0, (1, 3)), zorder=1)
            axes.annotate(
                name,
                (1, share),
                xycoords=("axes fraction", "data"),
                xytext=(-2, -2.5),
                textcoords="offset points",
                ha="right",
                va="top",
                color=GREY,
                fontsize=7.5,
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6, "alpha": 0.8},
            )
    handles = [
        _draw(axes, found, place, _named(each))
        for place, (each, found) in enumerate(zip(diagnoses, layers))
    ]
    axes.set_xlabel("steps back, $t$")
    state = "h_{s-t}" if all(found.cell != "lstm" for found in diagnoses) else "(h,c)_{s-t}"
    axes.set_ylabel(rf"$\|\,\partial L_s / \partial {state}\,\|$ relative to $t = 0$")
    axes.set_title("How far back the gradient of a loss reaches", pad=22)
    axes.text(
        0, 1.025, _subtitle(diagnoses, layer), transform=axes.transAxes, color=GREY, fontsize=8.5
    )
    figure.legend(
        handles=handles,
        loc="upper left",
        bbox_to_anchor=(0.668, 0.895),
        handlelength=2.4,
        labelspacing=0.9,
        borderaxespad=0,
        fontsize=8.2,
    )
    figure.legend(
        handles=_key(),
        loc="lower left",
        bbox_to_anchor=(0.668, 0.105),
        handlelength=2.4,
        borderaxespad=0,
        fontsize=7.5,
        labelcolor=GREY,
    )
    return figure


def _draw(axes: Any, found: LayerDiagnosis, place: int, label: str) -> Any:
    """Draw a layer; return what the key shows of it."""
    from matplotlib.lines import Line2D

    reach, color = found.reach, COLORS[place % len(COLORS)]
    marker = MARKERS[place % len(MARKERS)]
    t, unit = np.arange(reach.steps + 1), reach.mean[0] or 1.0
    low, high = reach.quantiles[0] / unit, reach.quantiles[-1] / unit
    least = axes.get_ylim()[0] / 1e3  # nothing is drawn at 0 on a logarithmic axis
    axes.fill_between(
        t,
        np.maximum(low, least),
        np.maximum(high, least),
        color=color,
        alpha=0.13,
        linewidth=0,
        zorder=2,
    )
    for name, dashes in (("bound", (0, (5, 2.5))), ("asymptotic", (0, (1, 1.6)))):
        curve = found.prediction.curves(reach.steps)[name]
        axes.plot(
            t,
            np.clip(curve, least, 1e30),
            color=color,
            linewidth=1.1,
            linestyle=dashes,
            alpha=0.85,
            zorder=3,
        )
    every = max(1, reach.steps // 10)
    # Marks of different curves stand at different places.
    first = place * max(1, every // 3) % every
    axes.plot(
        t,
        np.maximum(reach.mean / unit, least),
        color=color,
        linewidth=2.1,
        marker=marker,
        markevery=(first, every),
        markersize=5.5,
        markeredgecolor="white",
        markeredgewidth=0.7,
        zorder=4,
    )
    return Line2D(
        [],
        [],
        color=color,
        linewidth=2.1,
        marker=marker,
        markersize=5.5,
        markeredgecolor="white",
        markeredgewidth=0.7,
        label=f"{label}\n{_reached(found)}",
    )


def _limits(layers: Sequence[LayerDiagnosis]) -> tuple[float, float]:
    """Return the least and greatest share to draw: what was measured decides, not predictions."""
    curves = [found.reach.mean / (found.reach.mean[0] or 1.0) for found in layers]
    least = min(float(curve[curve > 0].min(initial=1.0)) for curve in curves)
    most = max(float(curve.max()) for curve in curves)
    return max(_LEAST, min(least, 0.005) / _ROOM), max(_ROOM, most * _ROOM)


def _reached(found: LayerDiagnosis) -> str:
    """Say after how many steps little is left."""
    half, hundredth = found.reach.steps_to(0.5), found.reach.steps_to(0.01)
    if half is None and found.reach.rate > 1:
        return f"grows {found.reach.rate:.3g}-fold a step"
    within = f"not within {found.reach.steps}"
    return (
        f"half {within if half is None else f'after {half}'}, "
        f"1 % {within if hundredth is None else f'after {hundredth}'} steps"
    )


def _named(found: Diagnosis) -> str:
    name = found.name
    return name if len(name) <= _LONGEST else "..." + name[3 - _LONGEST :]


def _subtitle(diagnoses: Sequence[Diagnosis], layer: int | None) -> str:
    counts = sorted({found.n_positions for found in diagnoses})
    where = "last layer" if layer is None else f"layer {layer}"
    if layer is None and all(len(found.layers) == 1 for found in diagnoses):
        where = "one layer"
    return f"{where}, mean over the losses at {' or '.join(map(str, counts))} positions"


def _key() -> list[Any]:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    return [
        Line2D([], [], color=GREY, linewidth=2.1, label="measured"),
        Patch(color=GREY, alpha=0.2, linewidth=0, label="10 to 90 % of positions"),
        Line2D(
            [],
            [],
            color=GREY,
            linewidth=1.1,
            linestyle=(0, (5, 2.5)),
            label="powers of the largest singular value",
        ),
        Line2D(
            [],
            [],
            color=GREY,
            linewidth=1.1,
            linestyle=(0, (1, 1.6)),
            label="powers of the spectral radius",
        ),
    ]
