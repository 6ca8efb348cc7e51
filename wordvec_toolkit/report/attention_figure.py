"""The figure of the attention that each word of a translation gives the words of its source."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from ..runtime.results import Column
from ..runtime.signatures import Signature
from .data import Drawn
from .figures import LETTERS, Figure, Panel, hinted
from .labels import shortened, text_width, visible
from .look import COLORS, INK, PAPER

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_LONGEST = 12.5  # of a word, in units of its letters
_SQUARE = 0.2  # inches
_END = "</s>"


@dataclass(frozen=True, repr=False)
class AttentionMap(Drawn):
    """Heat map of the attention that each word of a translation gives each source word.

    Attributes
    ----------
    model : str
    source, target : tuple of str
        Tokens; the target may end with ``</s>``.
    weights : tuple of tuples of float
        A row for each target token, whose sum is 1.
    signature : Signature
    """

    COLUMNS: ClassVar = (Column("model", "model", "text"), Column("text", "translation", "text"))

    model: str
    source: tuple[str, ...]
    target: tuple[str, ...]
    weights: tuple[tuple[float, ...], ...]
    signature: Signature

    @property
    def text(self) -> str:
        return " ".join(self.target)

    def records(self) -> list[dict[str, object]]:
        return [
            {"target": word, **{f"{at} {one}": share for at, (one, share) in enumerate(pairs, 1)}}
            for word, row in zip(self.target, self.weights)
            for pairs in [list(zip(self.source, row))]
        ]


def attention_map(
    model: str,
    source: Sequence[str],
    target: Sequence[str],
    weights: np.ndarray,
    signature: Signature,
) -> AttentionMap:
    """Return the map of a translation; `weights` may have a row more, for ``</s>``."""
    shown = (*target, _END) if len(weights) > len(target) else tuple(target)
    rows = tuple(tuple(map(float, row)) for row in weights)
    return AttentionMap(model, tuple(source), shown, rows, signature)


def reach_map(model: str, norms: Sequence[Sequence[float]], signature: Signature) -> "ReachMap":
    """Return the map of the lengths of gradients by output (row) and input (column)."""
    n_inputs = len(norms[0])
    inputs = tuple(str(at) for at in range(1, n_inputs + 1))
    outputs = tuple(str(at) for at in range(1, len(norms) + 1))
    rows = tuple(tuple(map(float, row)) for row in norms)
    return ReachMap(model, inputs, outputs, rows, signature)


@dataclass(frozen=True, repr=False)
class ReachMap(AttentionMap):
    """Heat map of the gradient of the loss at each output by each input; see `gradient_reach`."""


def attention_figure(maps: Sequence[AttentionMap]) -> Figure:
    """Return a figure with a panel for each translation: the darker, the more attention."""
    panels = tuple(map(_panel, maps))
    models = ", ".join(dict.fromkeys(visible(each.model) for each in maps))
    words = tuple(word for each in maps for word in (*each.source, *each.target))
    is_reach = isinstance(maps[0], ReachMap)
    return Figure(
        panels,
        "Length of the gradient of the loss at each output (row) by each source token (column), "
        "relative to the longest of its row."
        if is_reach
        else "Share of the attention that each written token (row) gives each source token "
        "(column); a row sums to 1.",
        f"{'Reach of gradients' if is_reach else 'Attention'}: {models}",
        words,
        wide=any(panel.width > 5 for panel in panels),
    )


def _panel(found: AttentionMap) -> Panel:
    n_rows, n_columns = len(found.target), len(found.source)
    is_reach = isinstance(found, ReachMap)
    size = LETTERS - 1.5
    columns = [shortened(visible(word), _LONGEST) for word in found.source]
    rows = [shortened(visible(word), _LONGEST) for word in found.target]
    left, top = (max(map(text_width, names)) * size / 72 + 0.1 for names in (rows, columns))

    def draw(axes: "Axes") -> None:
        from matplotlib.colors import to_rgba_array

        weights = np.array(found.weights, np.float64).reshape(n_rows, n_columns)
        squares = axes.pcolormesh(
            np.arange(n_columns + 1),
            np.arange(n_rows + 1),
            weights,
            edgecolors=PAPER,
            linewidth=0.6,
        )
        squares.set_array(None)
        shades = to_rgba_array([COLORS[0]] * weights.size)
        if is_reach:
            longest = np.nanmax(weights, axis=1, keepdims=True, initial=1e-300)
            weights = np.nan_to_num(weights) / longest
        shades[:, 3] = weights.ravel().clip(0, 1)
        squares.set_facecolor(shades)
        hinted(
            squares,
            [
                f"{word} – {other}: {share:.3g}"
                for word, row in zip(found.target, found.weights)
                for other, share in zip(found.source, row)
            ],
        )
        axes.set(xlim=(0, n_columns), ylim=(n_rows, 0))
        axes.set_xticks([place + 0.5 for place in range(n_columns)], columns, rotation=90)
        axes.set_yticks([place + 0.5 for place in range(n_rows)], rows)
        axes.tick_params(
            labelsize=size, labelcolor=INK, length=0, labeltop=True, labelbottom=False, pad=3
        )
        axes.spines["bottom"].set_visible(False)

    source, target = " ".join(found.source), " ".join(found.target)
    name = visible(found.model)
    if is_reach:
        title, label = name, f"Reach of gradients in {name}, by output and input"
    else:
        title = f"{name}: {shortened(visible(target), 30)}"
        label = f"Attention of {name} from {visible(target)} to {visible(source)}"
    return Panel(
        title,
        label,
        draw,
        width=left + max(1.0, _SQUARE * n_columns) + 0.1,
        height=max(0.4, _SQUARE * n_rows),
        left=left,
        bottom=0.1,
        top=top + 0.1,
        kind="heat",
    )
