"""The figure of learning curves."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .data import LearningCurves
from .figures import COLORS, GREY, MARKERS
from .wording import caption_of, title_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_PANEL = (4.3, 3.5)  # inches
_ROW = 2  # panels beside one another
_WIDE = 20  # largest over smallest value from which on the axis is logarithmic


def draw_curves(found: Sequence[LearningCurves]) -> "Figure":
    """Draw the learning curves of models, those of one measure in one panel.

    Losses of different kinds of model are different things: GloVe has a panel of its own, and so
    have models whose values are larger by far.
    """
    from matplotlib.figure import Figure

    panels = _panels(found)
    n_columns = min(_ROW, len(panels))
    n_rows = -(-len(panels) // n_columns)
    width, height = max(6.2, _PANEL[0] * n_columns), _PANEL[1] * n_rows + 0.75
    figure = Figure(figsize=(width, height))
    for place, panel in enumerate(panels):
        row, column = divmod(place, n_columns)
        axes = figure.add_axes(
            (
                (column * (width / n_columns) + 0.72) / width,
                (height - 0.75 - (row + 1) * _PANEL[1] + 0.55) / height,
                (width / n_columns - 0.95) / width,
                (_PANEL[1] - 0.75) / height,
            )
        )
        _draw_panel(axes, panel)
    figure.text(0.2 / width, 1 - 0.32 / height, title_of(found), fontsize=12, fontweight="bold")
    figure.text(0.2 / width, 1 - 0.55 / height, caption_of(found), fontsize=8.5, color=GREY)
    return figure


def _panels(found: Sequence[LearningCurves]) -> list[list[LearningCurves]]:
    """Return what can be compared, together: one measure, and values of one size."""
    panels: list[list[LearningCurves]] = []
    for each in found:
        for panel in panels:
            ratio = _largest(each) / _largest(panel[0])
            if panel[0].y_label == each.y_label and 0.3 < ratio < 3.3:
                panel.append(each)
                break
        else:
            panels.append([each])
    return panels


def _largest(found: LearningCurves) -> float:
    return max((y for curve in found.curves for y in curve.y if y is not None), default=1.0) or 1.0


def _draw_panel(axes: Any, panel: Sequence[LearningCurves]) -> None:
    from matplotlib.ticker import MaxNLocator

    for place, each in enumerate(panel):
        color, marker = COLORS[place % len(COLORS)], MARKERS[place % len(MARKERS)]
        for number, curve in enumerate(each.curves):
            y = np.array([np.nan if value is None else value for value in curve.y])
            name = each.model if len(each.curves) == 1 else f"{each.model}, {curve.name}"
            axes.plot(
                curve.x,
                y,
                color=color,
                linewidth=1.8,
                label=name,
                linestyle="-" if number == len(each.curves) - 1 else (0, (4, 2)),
                marker=marker,
                markersize=4.5,
                markeredgecolor="white",
                markeredgewidth=0.6,
                markevery=max(1, len(y) // 12),
                clip_on=False,
                zorder=3,
            )
            if each.best is not None and number == len(each.curves) - 1:
                at = [n for n, x in enumerate(curve.x) if x == each.best]
                axes.plot(
                    [curve.x[n] for n in at],
                    [y[n] for n in at],
                    "o",
                    markersize=11,
                    markerfacecolor="none",
                    markeredgecolor=color,
                    markeredgewidth=1.2,
                    clip_on=False,
                    zorder=4,
                )
    values = [
        y for each in panel for curve in each.curves for y in curve.y if y is not None and y > 0
    ]
    if values and max(values) / min(values) > _WIDE:
        axes.set_yscale("log")
    axes.set_xlabel(panel[0].x_label)
    axes.set_ylabel(panel[0].y_label)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=8, min_n_ticks=1))
    axes.grid(axis="y")
    low, high = axes.get_ylim()
    if axes.get_yscale() == "linear":  # room for the key above the curves
        axes.set_ylim(low, high + (high - low) * 0.06 * len(axes.lines))
    axes.legend(fontsize=8, loc="upper right")
