"""The figure of where the heads of a Neural Turing machine look."""

from typing import TYPE_CHECKING

import numpy as np

from ..neural.turing.training import MemoryResult
from .figures import Figure, Panel
from .look import COLORS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_STEP, _SLOT = 0.06, 0.025  # inches


def looks_figure(found: MemoryResult) -> Figure:
    """Return a panel for each head: the darker a square, the more a step looks at a slot."""
    panels = tuple(
        _panel(title, looks)
        for title, looks in (("writing", found.written), ("reading", found.read))
    )
    return Figure(
        panels,
        f"Where the heads look at each step of one sequence of length {found.lengths[0]}; a column "
        "sums to 1.",
        f"Neural Turing machine: {found.task}",
        (),
    )


def _panel(title: str, looks: np.ndarray) -> Panel:
    n_steps, n_slots = looks.shape

    def draw(axes: "Axes") -> None:
        from matplotlib.colors import to_rgba_array

        squares = axes.pcolormesh(
            np.arange(n_steps + 1), np.arange(n_slots + 1), looks.T, linewidth=0, rasterized=True
        )
        squares.set_array(None)
        shades = to_rgba_array([COLORS[0]] * looks.size)
        shades[:, 3] = looks.T.ravel().clip(0, 1)
        squares.set_facecolor(shades)
        axes.set(xlim=(0, n_steps), ylim=(n_slots, 0), xlabel="step", ylabel="slot")

    return Panel(
        f"{title} head",
        f"Slots that the {title} head looks at, step by step",
        draw,
        width=max(2.5, _STEP * n_steps + 0.7),
        height=max(1.5, _SLOT * n_slots),
        kind="heat",
    )
