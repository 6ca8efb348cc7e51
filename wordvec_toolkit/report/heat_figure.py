"""The figure of the cosines of words with one another."""

from typing import TYPE_CHECKING, Any

import numpy as np

from .data import HeatMap
from .figures import COLORS, GREY
from .labels import shortened
from .wording import caption_of, title_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_NUMBERS = 16  # words up to which the cosines are written into their squares
_NAMES = 110  # words up to which all are named
_LONGEST = 20
_NEGATIVE = -0.005  # what rounds to 0 is not called negative


def draw_heat_map(found: HeatMap) -> "Figure":
    """Draw a square for each pair of words: the darker the more similar.

    Negative cosines are of another colour and have a minus, so that print without colours tells
    them apart, too.
    """
    from matplotlib.colors import LinearSegmentedColormap
    from matplotlib.figure import Figure

    n = len(found.words)
    side = min(8.6, max(3.0, 0.24 * n + 1.2))  # of the squares, in inches
    width, height = side + 2.3, side + 1.7
    figure = Figure(figsize=(width, height))
    axes = figure.add_axes((1.25 / width, 0.12 / height, side / width, side / height))
    cosines = np.array(found.cosines, np.float64)
    colors = LinearSegmentedColormap.from_list(
        "cosines", [(0, COLORS[1]), (0.5, "white"), (0.83, COLORS[0]), (1, "#00263d")]
    )
    image = axes.pcolormesh(
        np.arange(n + 1),
        np.arange(n + 1),
        cosines,
        cmap=colors,
        vmin=-1,
        vmax=1,
        edgecolors="white",
        linewidth=0.6 if n <= 40 else 0,
        rasterized=n > 60,
    )
    if n > _NUMBERS:
        _dash_negative(axes, cosines)
    axes.set(xlim=(0, n), ylim=(n, 0), aspect="equal")
    every = max(1, -(-n // _NAMES))
    shown = np.arange(0, n, every)
    names = [shortened(found.words[place], _LONGEST) for place in shown]
    size = float(np.clip(0.75 * every * side * 72 / n, 3, 9))
    axes.set_xticks(shown + 0.5, names, rotation=90, fontsize=size, parse_math=False)
    axes.set_yticks(shown + 0.5, names, fontsize=size, parse_math=False)
    axes.tick_params(length=0, labeltop=True, labelbottom=False, top=False, bottom=False, pad=3)
    for spine in axes.spines.values():
        spine.set_visible(False)
    if n <= _NUMBERS:
        _write_numbers(axes, cosines)
    bar = figure.add_axes(
        (1 - 0.52 / width, 0.12 / height, 0.11 / width, min(2.4, side - 0.4) / height)
    )
    figure.colorbar(image, cax=bar, ticks=[-1, -0.5, 0, 0.5, 1])
    bar.tick_params(labelsize=7.5, length=2)
    bar.set_title("cosine", fontsize=7.5, fontweight="normal", color=GREY)
    figure.text(0.2 / width, 1 - 0.3 / height, title_of([found]), fontsize=12, fontweight="bold")
    figure.text(0.2 / width, 1 - 0.52 / height, caption_of([found]), fontsize=8.5, color=GREY)
    return figure


def _dash_negative(axes: Any, cosines: np.ndarray) -> None:
    """Draw a dash in the squares of negative cosines."""
    from matplotlib.collections import LineCollection

    rows, columns = np.nonzero(cosines < _NEGATIVE)
    ends = [((x + 0.3, y + 0.5), (x + 0.7, y + 0.5)) for x, y in zip(columns, rows)]
    axes.add_collection(LineCollection(ends, colors=COLORS[1], linewidths=0.7))


def _write_numbers(axes: Any, cosines: np.ndarray) -> None:
    for row, values in enumerate(cosines):
        for column, value in enumerate(values):
            said = f"{value if abs(value) >= 0.005 else 0:.2f}".replace("0.", ".", 1)
            said = said.replace("-", "\N{MINUS SIGN}")
            axes.text(
                column + 0.5,
                row + 0.5,
                said,
                ha="center",
                va="center",
                fontsize=6.8,
                color="white" if value > 0.45 else "#1a1a1a",
            )
