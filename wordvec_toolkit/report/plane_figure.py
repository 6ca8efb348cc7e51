"""The figure of two columns of vectors: words where their numbers put them, with axes."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from .charts import write_numbers
from .data import WordMap
from .figures import LETTERS, Figure, Panel, Style, hinted
from .labels import place_labels, shortened, text_width, visible
from .look import COLORS, INK, SOFT

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_SAME = 1 / 2000  # of the width: words that are nearer to each other coincide
_MOST_STACKED = 12  # words written in one place
_MOST_LABELS = 400  # places
_FEW = 60  # places, all of which are labelled
_DOT, _GAP = 2.5, 5.0  # points: radius of a mark, room between it and its label
_LINE = 1.2  # height, in units of the font size
_REACH = (1, 4, 7, 10, 14, 18, 24)  # gaps at which a label is tried, one after another


def plane_figure(found: WordMap, highlight: Sequence[str] = ()) -> Figure:
    """Return the figure of a map that has axes: all words, those in one place in a stack."""
    panel = plane_panel(found, highlight)
    caption = f"{found.model}: {len(found.words):,} words by {found.method}."
    return Figure((panel,), caption, f"Word map: {visible(found.model)}", found.words, wide=True)


def plane_panel(found: WordMap, highlight: Sequence[str] = ()) -> Panel:
    """Return the panel of a plane: zero lines, a point for each place and its words next to it.

    Up to 60 places are all labelled, where there is no room farther away at the end of a line; of
    more, those without room keep their points, and a page shows their words under the pointer.
    """
    first, second = found.axes or (1, 2)
    width, height, left, right = 8.3, 6.2, 0.62, 0.2
    points = np.column_stack([found.x, found.y]).astype(np.float64).reshape(-1, 2)
    places, words = _stacked(points, found.words)
    marked = [bool({*names} & {*highlight}) for names in words]
    stacks = [[shortened(name) for name in _first(names)] for names in words]

    def draw(axes: "Axes") -> None:
        axes.set(xlabel=f"dimension {first}", ylabel=f"dimension {second}")
        axes.spines[["left", "bottom"]].set_visible(True)
        axes.axhline(0, color=SOFT, linewidth=0.6, zorder=1)
        axes.axvline(0, color=SOFT, linewidth=0.6, zorder=1)
        colors = [COLORS[int(one)] for one in marked]
        look: Style = {"s": 22.0, "c": colors, "edgecolors": "none", "clip_on": False, "zorder": 3}
        hinted(axes.scatter(*places.T, **look), map(", ".join, words))
        axes.margins(0.12)
        axes.set_aspect("equal", adjustable="datalim")
        axes.apply_aspect()
        write_numbers(axes, "x", log=False)
        write_numbers(axes, "y", log=False)
        size = np.array([width - left - right, height]) * 72
        at = axes.transLimits.transform(places) * size
        sizes = np.array(
            [(max(map(text_width, stack)) + 0.2, len(stack) * _LINE) for stack in stacks]
        )
        sizes *= LETTERS
        zero = axes.transLimits.transform((0, 0)) * size
        labels = _labelled(at, sizes, size, zero)
        for n, (left_end, bottom) in labels.items():
            x, y = at[n]
            right_end, middle = left_end + sizes[n, 0], bottom + sizes[n, 1] / 2
            side = "left" if left_end > x else "right" if right_end < x else "center"
            end = {"left": left_end, "right": right_end, "center": x}[side]
            near = np.clip(at[n], (left_end, bottom), (left_end, bottom) + sizes[n])
            if np.hypot(*(near - at[n])) > 2 * _GAP:
                line = np.array([at[n], near]) / size
                axes.plot(*line.T, color=SOFT, linewidth=0.5, transform=axes.transAxes, zorder=2)
            axes.text(
                end / size[0],
                middle / size[1],
                "\n".join(stacks[n]),
                transform=axes.transAxes,
                ha=side,
                va="center",
                linespacing=_LINE,
                color=COLORS[1] if marked[n] else INK,
                fontweight="bold" if marked[n] else "normal",
            )

    label = f"{found.method} of {len(found.words):,} words of {visible(found.model)}"
    return Panel("", label, draw, width=width, height=height, left=left, right=right)


def _labelled(
    points: np.ndarray, sizes: np.ndarray, frame: np.ndarray, zero: np.ndarray
) -> dict[int, tuple[float, float]]:
    """Return left and bottom of labels, off points and zero lines where that can be."""
    n = len(points)
    is_few = n <= _FEW
    lines = [
        [-np.inf, zero[1] - 1, np.inf, zero[1] + 1],
        [zero[0] - 1, -np.inf, zero[0] + 1, np.inf],
    ]
    dots = np.hstack([points - _DOT, points + _DOT])
    labels: dict[int, tuple[float, float]] = {}
    for obstacles in (np.vstack([lines, dots]), np.empty((0, 4))):
        placed = [[*labels[k], *(labels[k] + sizes[k])] for k in labels]
        rest = [k for k in range(n) if k not in labels]
        found = place_labels(
            points[rest],
            sizes[rest],
            (2, 2, *(frame - 2)),
            np.full(len(rest), _GAP),
            _MOST_LABELS,
            _REACH if is_few else (1,),
            np.vstack([obstacles, *placed]),
        )
        labels |= {rest[k]: corner for k, corner in found.items()}
    if is_few:  # in whatever room there is
        for k in range(n):
            labels.setdefault(k, (points[k, 0] + _GAP, points[k, 1] - sizes[k, 1] / 2))
    return labels


def _stacked(points: np.ndarray, words: Sequence[str]) -> tuple[np.ndarray, list[list[str]]]:
    """Return the places that differ, most frequent words first, and the words of each."""
    step = float(np.ptp(points, axis=0).max()) * _SAME or 1.0
    _, first, place = np.unique(
        np.round(points / step), axis=0, return_index=True, return_inverse=True
    )
    order = np.argsort(first)
    stacks: list[list[str]] = [[] for _ in first]
    for word, n in zip(words, np.argsort(order)[place.ravel()]):
        stacks[n].append(visible(word))
    return points[first[order]], stacks


def _first(names: list[str]) -> list[str]:
    """Return the names of a stack that are written, and how many others there are."""
    if len(names) <= _MOST_STACKED:
        return names
    return [*names[: _MOST_STACKED - 1], f"and {len(names) - _MOST_STACKED + 1:,} more"]
