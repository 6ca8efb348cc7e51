"""The figure of what kind of text a corpus is: Zipf's law, and the growth of its types."""

from typing import TYPE_CHECKING, Any

import numpy as np

from .data import CorpusProfile
from .figures import COLORS, GREY
from .wording import caption_of, title_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_SIZE = (9.0, 4.4)
_LAW = {"color": COLORS[1], "linewidth": 1.4, "linestyle": (0, (5, 2.5)), "zorder": 2}
_POINTS = {"color": COLORS[0], "linestyle": "none", "marker": "o", "markersize": 3.2, "zorder": 3}


def draw_profile(found: CorpusProfile) -> "Figure":
    """Draw counts by rank and types by tokens, each with the law that was fitted to it."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=_SIZE)
    left = figure.add_axes((0.075, 0.125, 0.405, 0.675))
    right = figure.add_axes((0.575, 0.125, 0.4, 0.675))
    _draw_zipf(left, found)
    _draw_growth(right, found)
    figure.text(0.02, 0.935, title_of([found]), fontsize=12, fontweight="bold")
    figure.text(0.02, 0.88, caption_of([found]), fontsize=8.5, color=GREY)
    return figure


def _draw_zipf(axes: Any, found: CorpusProfile) -> None:
    ranks, counts = np.array(found.ranks, np.float64), np.array(found.counts, np.float64)
    axes.set(xscale="log", yscale="log", xlabel="rank of a word", ylabel="its count")
    axes.plot(ranks, counts, **_POINTS, label="words")
    if found.zipf_exponent is not None and found.zipf_scale is not None:
        law = found.zipf_scale * ranks**-found.zipf_exponent
        name = f"count ~ rank$^{{-{found.zipf_exponent:.2f}}}$"
        axes.plot(ranks, np.where(law >= 0.7, law, np.nan), label=name, **_LAW)
    axes.set_ylim(bottom=0.7)
    axes.grid(True)
    axes.legend(fontsize=8.5, loc="upper right")


def _draw_growth(axes: Any, found: CorpusProfile) -> None:
    tokens, types = np.array(found.tokens, np.float64), np.array(found.types, np.float64)
    what = "types" if found.all_types else "words of the vocabulary"
    axes.set(xlabel="tokens of the text so far", ylabel=f"{what} among them")
    axes.plot(tokens, types, color=COLORS[0], linewidth=2, label=what, zorder=3)
    if found.heaps_exponent is not None and found.heaps_scale is not None:
        law = found.heaps_scale * tokens**found.heaps_exponent
        name = f"{what} ~ tokens$^{{{found.heaps_exponent:.2f}}}$, fitted to the second half"
        axes.plot(tokens, law, label=name, **_LAW)
    axes.set_xlim(0, max(1.0, tokens.max(initial=1)))
    axes.set_ylim(bottom=0)
    axes.grid(True)
    axes.ticklabel_format(style="plain")
    axes.xaxis.set_major_formatter(_thousands())
    axes.yaxis.set_major_formatter(_thousands())
    axes.locator_params(axis="x", nbins=5)
    axes.legend(fontsize=8.5, loc="lower right")


def _thousands() -> Any:
    from matplotlib.ticker import FuncFormatter

    def shortened(value: float, _: int) -> str:
        for unit, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
            if abs(value) >= unit:
                return f"{value / unit:g} {letter}"
        return f"{value:g}"

    return FuncFormatter(shortened)
