"""The figure of the cosines of words with one another."""

from typing import TYPE_CHECKING

import numpy as np

from .data import HeatMap
from .figures import LETTERS, Figure, Panel, hinted
from .labels import shortened, text_width, visible
from .look import COLORS, INK, PAPER, SOFT

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_NUMBERS = 16  # words up to which the cosines are written into their squares
_NAMES = 110  # words up to which all are named
_LONGEST = 12.5  # of a name, in units of its letters
_NEGATIVE = -0.005  # what rounds to 0 is not called negative
_LEVELS = np.linspace(-1, 1, 21)  # of the key


def heat_figure(found: HeatMap) -> Figure:
    """Return the figure of a square for each pair of words: the darker the more similar.

    Negative cosines are of another colour and have a minus, so that print without colours tells
    them apart, too.
    """
    n = len(found.words)
    side = min(8.6, max(3.0, 0.24 * n + 1.2))  # of all squares, in inches
    every = max(1, -(-n // _NAMES))
    size = float(np.clip(0.75 * every * side * 72 / max(n, 1), 3, 9))
    shown = list(range(0, n, every))
    names = [shortened(found.words[place], _LONGEST) for place in shown]
    margin = max(map(text_width, names), default=0.0) * size / 72 + 0.1

    def draw(axes: "Axes") -> None:
        cosines = np.array(found.cosines, np.float64).reshape(n, n)
        edges = np.arange(n + 1)
        squares = axes.pcolormesh(
            edges,
            edges,
            cosines,
            edgecolors=PAPER,
            linewidth=0.6 if n <= 40 else 0,
            rasterized=n > 60,
        )
        squares.set_array(None)
        squares.set_facecolor(_shades(cosines.ravel()))
        hinted(squares, _hints(found))
        axes.set(xlim=(0, n), ylim=(n, 0))
        axes.set_xticks([place + 0.5 for place in shown], names, rotation=90)
        axes.set_yticks([place + 0.5 for place in shown], names)
        axes.tick_params(
            labelsize=size, labelcolor=INK, length=0, labeltop=True, labelbottom=False, pad=3
        )
        axes.spines["bottom"].set_visible(False)
        for texts in (axes.get_xticklabels(), axes.get_yticklabels()):
            for text, place in zip(texts, shown):
                hinted(text, [visible(found.words[place])])
        (_write_numbers if n <= _NUMBERS else _dash_negative)(axes, cosines)
        _draw_key(axes, side)

    panel = Panel(
        "",
        f"Cosines of {n} words of {visible(found.model)} with one another",
        draw,
        width=margin + side + 0.6,
        height=side,
        left=margin,
        right=0.6,
        bottom=0.1,
        top=margin + 0.1,
        kind="heat",
    )
    return Figure(
        (panel,),
        f"Cosines of {n} words, ordered by hierarchical clustering.",
        f"Cosine similarity: {visible(found.model)}",
        found.words,
        wide=True,
    )


def _shades(cosines: np.ndarray) -> np.ndarray:
    """Return colours: two inks, put on as thickly as the cosine is far from 0."""
    from matplotlib.colors import to_rgba_array

    shades = to_rgba_array([COLORS[0] if cosine >= 0 else COLORS[1] for cosine in cosines])
    shades[:, 3] = np.nan_to_num(np.abs(cosines).clip(0, 1))
    return shades


def _hints(found: HeatMap) -> list[str]:
    return [
        f"{word} – {other}: {cosine:.3f}"
        for word, cosines in zip(found.words, found.cosines)
        for other, cosine in zip(found.words, cosines)
    ]


def _draw_key(axes: "Axes", side: float) -> None:
    """Draw the colours of cosines from -1 to 1 at the right."""
    bar = axes.inset_axes((1 + 0.13 / side, 0, 0.11 / side, min(2.4, side - 0.4) / side))
    bar.pcolormesh([0, 1], np.append(_LEVELS, 1.1) - 0.05, _LEVELS[:, None]).set(
        array=None, facecolor=_shades(_LEVELS)
    )
    bar.set(xticks=[], xlim=(0, 1), ylim=(-1.05, 1.05))
    bar.set_yticks([-1, -0.5, 0, 0.5, 1], ["−1", "−0.5", "0", "0.5", "1"])
    bar.tick_params("y", labelsize=7, labelright=True, labelleft=False, labelcolor=SOFT, pad=2)
    bar.set_title("cosine", fontsize=7, color=SOFT, pad=3)
    bar.spines["bottom"].set_visible(False)


def _dash_negative(axes: "Axes", cosines: np.ndarray) -> None:
    """Draw a dash in the squares of negative cosines."""
    rows, columns = np.nonzero(cosines < _NEGATIVE)
    axes.hlines(rows + 0.5, columns + 0.3, columns + 0.7, INK, linewidth=0.7)


def _write_numbers(axes: "Axes", cosines: np.ndarray) -> None:
    for (row, column), value in np.ndenumerate(cosines):
        said = f"{value if abs(value) >= 0.005 else 0:.2f}".replace("0.", ".", 1)
        axes.text(
            column + 0.5,
            row + 0.5,
            said.replace("-", "\N{MINUS SIGN}"),
            ha="center",
            va="center",
            fontsize=LETTERS - 1.7,
            color=PAPER if abs(value) > 0.7 else INK,
        )
