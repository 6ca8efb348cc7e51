"""The figure of a map of words as a still picture: for files, paper, and where no script runs."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from .data import WordMap
from .figures import Figure, Panel, Style, hinted
from .labels import place_labels, shortened, text_width, visible
from .look import COLORS, INK, PAPER, RULE
from .map_data import map_caption

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_MOST_LABELS = 400
_TRIED = 4000  # words that a label is tried for
_LABEL, _MARKED = 6.4, 9.0  # points
#: Shares of the words by falling frequency, and how large their points are.
_CLASSES = ((0.02, 14.0), (0.1, 9.0), (0.35, 5.5), (1.0, 3.5))
_STILL = 200  # words of a page's still picture


def map_figure(found: WordMap, highlight: Sequence[str] = ()) -> Figure:
    """Return the figure of a map: all its words, and labels of as many as there is room for."""
    panel = map_panel(found, highlight)
    title = f"Word map: {visible(found.model)}"
    return Figure((panel,), map_caption(found), title, found.words)


def still_map(found: WordMap) -> Panel:
    """Return the most frequent words of a map, for paper and where no script runs."""
    return map_panel(found, (), _STILL, 5.2, 5.2)


def map_panel(
    found: WordMap,
    highlight: Sequence[str] = (),
    n_words: int | None = None,
    width: float = 9.0,
    height: float = 6.6,
) -> Panel:
    """Return the panel of a point for each word, and labels of as many as there is room for.

    The most frequent words come first, words to highlight before all; those are always labelled,
    and function words only where the others leave room.
    The axes of a map have no meaning but in PCA, and are not drawn.

    Parameters
    ----------
    n_words : int, optional
        The most frequent words to draw; default: all.
    """
    points = np.column_stack([found.x, found.y]).astype(np.float64).reshape(-1, 2)
    shown = np.flatnonzero(np.isfinite(points).all(axis=1))[:n_words]
    counts = np.array(found.counts, np.float64)
    marked = np.isin(np.array(found.words, object), list(highlight))
    shown = shown[np.lexsort((-counts[shown], ~marked[shown]))]
    is_function = np.isin(shown, found.function_words)
    points, marked, words = points[shown], marked[shown], [found.words[n] for n in shown]
    hints = [f"{word}: {count:,.0f}" for word, count in zip(words, counts[shown])]
    size = np.array([width, height]) * 72

    def draw(axes: "Axes") -> None:
        axes.set(xticks=[], yticks=[])
        axes.spines[:].set(visible=True, color=RULE)
        first = n_marked = int(marked.sum())
        look: Style = {"c": COLORS[1], "marker": "D", "edgecolors": PAPER, "zorder": 4}
        x, y = points.T
        hinted(axes.scatter(x[:first], y[:first], s=34.0, **look), hints[:first])
        for share, area in _CLASSES:
            last = n_marked + int(np.ceil(share * (len(points) - n_marked)))
            look = {"c": COLORS[5], "edgecolors": "none", "clip_on": False}
            part = slice(first, last)
            hinted(axes.scatter(x[part], y[part], s=area, **look), hints[part])
            first = last
        # One scale for both directions: distances are what a map is for.
        axes.margins(0.03)
        axes.set_aspect("equal", adjustable="datalim")
        axes.apply_aspect()
        first_labels = np.lexsort((is_function, ~marked))[:_TRIED]
        names = [shortened(words[n]) for n in first_labels]
        is_marked = marked[first_labels]
        letters = np.where(is_marked, _MARKED, _LABEL)
        places = axes.transLimits.transform(points[first_labels]) * size
        widths = np.array([text_width(name) for name in names]) * letters + 1
        sizes = np.column_stack([widths, letters * 1.12])
        gaps = np.where(is_marked, 5.0, 2.4)
        frame, most = (2.0, 2.0, *(size - 2)), _MOST_LABELS + n_marked
        for n, corner in place_labels(places, sizes, frame, gaps, most).items():
            look = {"color": INK, "fontsize": letters[n], "va": "center_baseline"}
            if is_marked[n]:
                look |= {"fontweight": "bold", "color": COLORS[1], "zorder": 5}
            left, middle = (corner + np.array([0, sizes[n, 1] / 2])) / size
            axes.text(left, middle, names[n], transform=axes.transAxes, **look)

    label = f"Map of the {len(words):,} most frequent words of {visible(found.model)}"
    sides: Style = dict.fromkeys(("left", "right", "bottom", "top"), 0.03)
    return Panel("", label, draw, width=width, height=height, kind="still", **sides)
