"""The figure of a map of words as a still picture: for files, paper, and where no script runs."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from .data import WordMap
from .figures import COLORS, INK, PAPER, Figure, Panel, hinted
from .labels import place_labels, shortened, text_width, visible
from .map_data import map_caption

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_MOST_LABELS = 400
_TRIED = 4000  # words that a label is tried for
_LABEL, _MARKED = 6.4, 9.0  # points
_MARGIN = 0.03  # inches
#: Shares of the words by falling frequency, and how large their points are.
_CLASSES = ((0.02, 14.0), (0.1, 9.0), (0.35, 5.5), (1.0, 3.5))
_STILL = 200  # words of a page's still picture


def map_figure(found: WordMap, highlight: Sequence[str] = ()) -> Figure:
    """Return the figure of a map: all its words, and labels of as many as there is room for."""
    return Figure(
        (map_panel(found, highlight),),
        map_caption(found),
        f"Word map: {visible(found.model)}",
        found.words,
    )


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

    The most frequent words come first, words to highlight before all; those are always labelled.
    The axes of a map have no meaning but in PCA, and are not drawn.

    Parameters
    ----------
    n_words : int, optional
        The most frequent words to draw; default: all.
    """
    points = np.column_stack([found.x, found.y]).astype(np.float64).reshape(-1, 2)
    places = np.flatnonzero(np.isfinite(points).all(axis=1))[:n_words]
    points, words = points[places], [found.words[place] for place in places]
    counts = np.array(found.counts, np.float64)[places]
    marked = np.isin(places, [n for n, word in enumerate(found.words) if word in set(highlight)])

    def draw(axes: "Axes") -> None:
        axes.set(xticks=[], yticks=[])
        for spine in axes.spines.values():
            spine.set(visible=True, color="#d0d0d0")
        _frame(axes, points, width / height)
        order = np.argsort(-counts, kind="stable")
        last = 0
        for share, size in _CLASSES:
            first, last = last, int(np.ceil(share * len(order)))
            chosen = order[first:last]
            _dot(axes, points, words, counts, chosen[~marked[chosen]], size)
        _dot(axes, points, words, counts, np.flatnonzero(marked), 34.0, True)
        rank = np.lexsort((np.arange(len(points)), -counts, ~marked))[:_TRIED]
        _label(axes, words, points, rank, marked, (width * 72, height * 72))

    return Panel(
        "",
        f"Map of the {len(words):,} most frequent words of {visible(found.model)}",
        draw,
        width=width,
        height=height,
        left=_MARGIN,
        right=_MARGIN,
        bottom=_MARGIN,
        top=_MARGIN,
        kind="still",
    )


def _dot(
    axes: "Axes",
    points: np.ndarray,
    words: Sequence[str],
    counts: np.ndarray,
    chosen: np.ndarray,
    size: float,
    strong: bool = False,
) -> None:
    """Draw the points of some words."""
    dots = axes.scatter(
        points[chosen, 0],
        points[chosen, 1],
        s=size,
        c=COLORS[1 if strong else 5],
        marker="D" if strong else "o",
        edgecolors=PAPER if strong else "none",
        clip_on=False,
        zorder=4 if strong else 2,
    )
    hinted(dots, [f"{words[n]}: {counts[n]:,.0f}" for n in chosen])


def _frame(axes: "Axes", points: np.ndarray, wide: float) -> None:
    """Show all points with one scale for both directions: distances are what a map is for."""
    low = points.min(axis=0, initial=np.inf)
    high = points.max(axis=0, initial=-np.inf)
    if not len(points):
        low = high = np.zeros(2)
    middle, across = (low + high) / 2, (high - low) / 2 * 1.06
    unit = max(across[0] / wide, across[1]) or 1.0
    axes.set_xlim(middle[0] - unit * wide, middle[0] + unit * wide)
    axes.set_ylim(middle[1] - unit, middle[1] + unit)


def _label(
    axes: "Axes",
    words: Sequence[str],
    points: np.ndarray,
    rank: np.ndarray,
    marked: np.ndarray,
    size: tuple[float, float],
) -> None:
    """Write the labels that have room."""
    place = axes.transLimits  # data to shares of the axes
    pixels = place.transform(points[rank]) * size
    names = [shortened(words[n]) for n in rank]
    letters = np.where(marked[rank], _MARKED, _LABEL)
    sizes = np.empty((len(rank), 2))
    sizes[:, 0] = np.array([text_width(name) for name in names]) * letters + 1
    sizes[:, 1] = letters * 1.12
    gaps = np.where(marked[rank], 5.0, 2.4)
    frame = (2, 2, size[0] - 2, size[1] - 2)
    placed = place_labels(pixels, sizes, frame, gaps, _MOST_LABELS + int(marked.sum()))
    for n, (left, bottom) in placed.items():
        strong = bool(marked[rank[n]])
        axes.text(
            left / size[0],
            (bottom + sizes[n, 1] / 2) / size[1],
            names[n],
            transform=axes.transAxes,
            va="center_baseline",
            fontsize=letters[n],
            fontweight="bold" if strong else "normal",
            color=COLORS[1] if strong else INK,
            zorder=5 if strong else 3,
        )
