"""The figure of a map of words."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .data import WordMap
from .figures import COLORS, GREY
from .labels import place_labels, shortened
from .wording import caption_of, title_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_SIZE = (9.0, 7.4)
_MOST_LABELS = 400
_TRIED = 4000  # words that a name is tried for
_LABEL, _MARKED = 6.4, 9.0  # points


def draw_map(found: WordMap, highlight: Sequence[str] = ()) -> "Figure":
    """Draw a point for each word, and the names of as many as there is room for.

    The most frequent words come first, words to highlight before all; those are always named.
    The axes of a map have no meaning but in PCA, and no figure shows them.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=_SIZE)
    axes = figure.add_axes((0.025, 0.03, 0.95, 0.87))
    axes.set(xticks=[], yticks=[])
    for spine in axes.spines.values():
        spine.set_visible(True)
        spine.set_color("#d0d0d0")
    points = np.column_stack([found.x, found.y]).astype(np.float64).reshape(-1, 2)
    _frame(axes, points)
    wanted = set(highlight)
    marked = np.array([word in wanted for word in found.words], bool)
    counts = np.maximum(1, np.array(found.counts, np.float64))
    dots = 3.0 + 9.0 * np.log(counts) / max(1.0, np.log(counts.max(initial=1.0)))
    rank = np.lexsort((np.arange(len(points)), -counts, ~marked))
    axes.scatter(
        points[~marked, 0],
        points[~marked, 1],
        s=dots[~marked],
        color=COLORS[5],
        linewidths=0,
        alpha=0.75,
        zorder=2,
    )
    axes.scatter(
        points[marked, 0],
        points[marked, 1],
        s=34,
        color=COLORS[1],
        edgecolors="white",
        linewidths=0.8,
        marker="D",
        zorder=4,
    )
    _name(figure, axes, found.words, points, rank[:_TRIED], marked)
    figure.text(0.025, 0.955, title_of([found]), fontsize=12, fontweight="bold")
    figure.text(0.025, 0.92, caption_of([found]), fontsize=8.5, color=GREY)
    return figure


def _frame(axes: Any, points: np.ndarray) -> None:
    """Show all points with one scale for both directions: distances are what a map is for."""
    axes.set_aspect("equal", adjustable="datalim")
    low = points.min(axis=0, initial=np.inf)
    high = points.max(axis=0, initial=-np.inf)
    middle, half = (low + high) / 2, (high - low).max() / 2
    half = half * 1.04 if half > 0 else 1.0
    box = axes.get_position()
    wide = (box.width * _SIZE[0]) / (box.height * _SIZE[1])
    across = (high - low) / 2 * 1.05
    unit = max(across[0] / wide, across[1], half * 1e-3) or 1.0
    axes.set_xlim(middle[0] - unit * wide, middle[0] + unit * wide)
    axes.set_ylim(middle[1] - unit, middle[1] + unit)


def _name(
    figure: Any,
    axes: Any,
    words: Sequence[str],
    points: np.ndarray,
    rank: np.ndarray,
    marked: np.ndarray,
) -> None:
    """Write the names that have room."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.font_manager import FontProperties

    renderer: Any = FigureCanvasAgg(figure).get_renderer()
    pixels = axes.transData.transform(points[rank])
    pixel = figure.dpi / 72
    names = [shortened(words[place]) for place in rank]
    sizes = np.empty((len(rank), 2))
    plain, bold = FontProperties(size=_LABEL), FontProperties(size=_MARKED, weight="bold")
    for n, place in enumerate(rank):
        font = bold if marked[place] else plain
        width, _, _ = renderer.get_text_width_height_descent(names[n], font, ismath=False)
        sizes[n] = width + pixel, font.get_size_in_points() * 1.12 * pixel
    box = axes.get_window_extent(renderer)
    frame = (box.x0 + pixel, box.y0 + pixel, box.x1 - pixel, box.y1 - pixel)
    gaps = np.where(marked[rank], 5.0, 2.4) * pixel
    placed = place_labels(pixels, sizes, frame, gaps, _MOST_LABELS + int(marked.sum()))
    back = axes.transData.inverted()
    for n, (left, bottom) in placed.items():
        strong = bool(marked[rank[n]])
        x, y = back.transform((left, bottom + sizes[n, 1] / 2))
        axes.text(
            x,
            y,
            names[n],
            va="center_baseline",
            ha="left",
            parse_math=False,
            clip_on=True,
            fontsize=_MARKED if strong else _LABEL,
            fontweight="bold" if strong else "normal",
            color=COLORS[1] if strong else "#1a1a1a",
            zorder=5 if strong else 3,
        )
