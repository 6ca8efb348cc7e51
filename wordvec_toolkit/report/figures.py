"""Figures, drawn by matplotlib into a file, a page or a notebook.

A `Figure` is a title, a caption and `Panel`s; a panel knows how to draw its data on axes.  A file
shows the panels on one sheet.  A page shows each panel as SVG of its own, next to or below the
others as the screen has room, with title and caption as text of the page.
"""

import io
import logging
import textwrap
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, ClassVar

from markupsafe import Markup, escape

from ..errors import EmptyResultError, SettingError
from ..text.file_writing import check_targets, write_files
from .fonts import HOUSE_FONT, families_for, note_on_missing
from .labels import shortened, text_width
from .look import FORMATS, HINTS, INK, PAPER, RULE, SOFT

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

#: Keywords of matplotlib's.
Style = dict[str, Any]
LETTERS = 8.5  # points
#: A panel is this wide unless it says otherwise, in inches.
WIDTH = 4.3
_KEY_ROW, _HEAD = 0.18, 0.24  # inches: of the key, of a panel's title
_DPI = 200
_STYLE: Style = {
    "axes.edgecolor": SOFT,
    "axes.facecolor": "none",
    "axes.labelcolor": SOFT,
    "axes.labelsize": LETTERS,
    "axes.linewidth": 0.6,
    "axes.spines.left": False,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "font.family": [HOUSE_FONT],
    "font.size": LETTERS,
    "grid.color": RULE,
    "grid.linewidth": 0.6,
    "legend.frameon": False,
    "legend.fontsize": LETTERS,
    "pdf.fonttype": 42,  # text that can be searched and edited
    "savefig.facecolor": PAPER,
    "svg.hashsalt": "wordvec-toolkit",
    "text.color": INK,
    "text.parse_math": False,
    "xtick.color": SOFT,
    "xtick.major.size": 3,
    "xtick.major.width": 0.6,
    "ytick.color": SOFT,
    "ytick.major.size": 0,
}


@dataclass(frozen=True)
class Sample:
    """An entry of a key: what a line, a mark or a band stands for."""

    name: str
    color: str
    marker: str = ""
    dashes: str | tuple[float, tuple[float, ...]] = ""
    width: float = 1.5
    band: bool = False


@dataclass(frozen=True)
class Panel:
    """A chart; sizes are in inches.

    Attributes
    ----------
    label : str
        What it shows, for those who do not see it.
    draw : callable
        Draws it on axes.
    key : tuple of Sample
        Written above it, in as many rows as they need.
    left : float or None
        Room for what is next to the axes; None: as the numbers of the y axis need.
    kind : str
        A class of its SVG.
    """

    title: str
    label: str
    draw: "Callable[[Axes], None]"
    key: tuple[Sample, ...] = ()
    width: float = WIDTH
    height: float = 2.0
    left: float | None = None
    right: float = 0.1
    bottom: float = 0.42
    top: float = 0.1
    kind: str = ""

    def room(self, head: bool) -> float:
        """Return the height of all of it, with or without its title."""
        rows = -(-len(self.key) // self.key_columns)
        return self.bottom + self.height + self.top + rows * _KEY_ROW + _HEAD * head

    @property
    def key_names(self) -> list[str]:
        """Return the names in the key as there is room for."""
        return [shortened(sample.name, self.width * 72 / LETTERS - 4.2) for sample in self.key]

    @property
    def key_columns(self) -> int:
        """Return how many entries of the key fit in a row."""
        longest = max(map(text_width, self.key_names), default=0.0)
        return max(1, int(self.width * 72 / LETTERS / (longest + 4.2)))

    @property
    def svg(self) -> Markup:
        """Return it as an element of a page; colours are those of the page."""
        from .inline_svg import inline_svg

        with styled():
            canvas = _canvas(self.width, self.room(False))
            _place(canvas, self, 0.0, 0.0, False)
            return inline_svg(canvas, self.label, f"chart {self.kind}".strip())


@dataclass(frozen=True, repr=False)
class Figure:
    """Panels, and how to read them.

    Attributes
    ----------
    words : tuple of str
        Words of a corpus that are written into it, for which fonts must have letters.
    wide : bool
        Whether a page gives its panel more room.
    """

    kind: ClassVar[str] = "figure"
    panels: tuple[Panel, ...]
    caption: str
    title: str = ""
    words: tuple[str, ...] = ()
    wide: bool = False

    def draw(self) -> "Canvas":
        """Return it as a figure of matplotlib, all panels on one sheet; notebooks show it."""
        families, _ = _fonts(self)
        with styled(families):
            sheet = _sheet(self)
        vars(sheet)["_repr_png_"] = partial(_png, sheet)  # also where pyplot has not been imported
        return sheet

    def save(self, path: str | Path, overwrite: bool = False) -> str:
        """Write it as .png, .svg or .pdf; see `write_figure`."""
        return write_figure(self, path, overwrite)

    def __repr__(self) -> str:
        n = len(self.panels)
        return f"Figure({self.title!r}, {n} panel{'s' if n != 1 else ''})"

    def _repr_html_(self) -> str:
        """Show it in a notebook, on white paper whatever the notebook's theme."""
        parts = [
            f'<div style="width:{panel.width * 1.25:.2f}in"><b>{escape(panel.title)}</b>'
            f"{panel.svg}</div>"
            for panel in self.panels
        ]
        return (
            f'<figure style="margin:0;padding:1em;background:{PAPER};color:{INK}">'
            f'<b>{escape(self.title)}</b><div style="display:flex;flex-wrap:wrap;gap:2em">'
            f"{''.join(parts)}</div><small>{escape(self.caption)}</small></figure>"
        )


@contextmanager
def styled(families: Sequence[str] = ()) -> Iterator[None]:
    """Draw in the style of the toolkit in a ``with`` block, whatever the user's own settings.

    `families` are fonts for letters that the default font lacks.  matplotlib's own remarks on
    letters and weights are not shown: `write_figure` says what is missing.
    """
    loggers = [logging.getLogger(name) for name in ("matplotlib", "fontTools.subset")]
    levels = [logger.level for logger in loggers]
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing")
        for logger in loggers:
            logger.setLevel(logging.ERROR)
        try:
            import matplotlib

            with matplotlib.rc_context():
                matplotlib.rcdefaults()
                matplotlib.rcParams.update(_STYLE)
                matplotlib.rcParams["font.family"] = [HOUSE_FONT, *families]
                yield
        finally:
            for logger, level in zip(loggers, levels):
                logger.setLevel(level)


def hinted(artist: "Artist", hints: Iterable[str]) -> None:
    """Have a page show a text when the pointer rests on a mark; a text for each of the artist's."""
    HINTS[artist] = tuple(hints)


def check_figure(
    path: str | Path, overwrite: bool = False, formats: Iterable[str] = FORMATS
) -> None:
    """Refuse, before the long work, a figure that could not be written.

    Raises
    ------
    SettingError
        If its name does not end in one of the formats.
    WordvecError
        If there is such a file already and `overwrite` was not asked for.
    """
    if Path(path).suffix.lower() not in formats:
        raise SettingError(
            f"the figure is {str(path)!r}; expected a name that ends in {', '.join(formats)}"
        )
    check_targets([Path(path)], overwrite)


def write_figure(figure: Figure, path: str | Path, overwrite: bool = False) -> str:
    """Write a figure as .png, .svg or .pdf; the same figure gives the same bytes.

    Returns
    -------
    str
        A note on letters that no installed font has; mostly "".

    Raises
    ------
    SettingError, WordvecError
        See `check_figure`.
    """
    check_figure(path, overwrite)
    suffix = Path(path).suffix.lower()
    families, missing = _fonts(figure)

    def fill(stream: IO[bytes]) -> None:
        with styled(families):
            canvas = _sheet(figure)
            canvas.savefig(stream, format=suffix[1:], dpi=_DPI, metadata=FORMATS[suffix])

    write_files({Path(path): fill}, overwrite)
    return note_on_missing(missing)


def _png(canvas: "Canvas") -> bytes:
    stream = io.BytesIO()
    canvas.savefig(stream, format="png", dpi=100)
    return stream.getvalue()


def _fonts(figure: Figure) -> tuple[list[str], str]:
    with styled():
        return families_for([figure.title, *figure.words])


def _canvas(width: float, height: float) -> "Canvas":
    from matplotlib.figure import Figure as Canvas

    return Canvas(figsize=(width, height))


def _sheet(figure: Figure) -> "Canvas":
    """Draw title, caption and panels, two panels in a row."""
    if not figure.panels:
        raise EmptyResultError("there is nothing to draw: the figure has no numbers")
    margin, line = 0.2, 0.16
    columns = min(2, len(figure.panels))
    rows = [figure.panels[n : n + columns] for n in range(0, len(figure.panels), columns)]
    heights = [max(panel.room(bool(panel.title)) for panel in row) + 0.2 for row in rows]
    cell = max(panel.width for panel in figure.panels)
    width = columns * (cell + margin) + margin
    caption = textwrap.wrap(figure.caption, int((width - 2 * margin) * 72 / (LETTERS * 0.56)))
    y = height = 0.58 + line * len(caption) + sum(heights)
    canvas = _canvas(width, height)
    y -= 0.33
    canvas.text(margin / width, y / height, figure.title, fontsize=12, fontweight="bold")
    y -= 0.06
    for text in caption:
        y -= line
        canvas.text(margin / width, y / height, text, color=SOFT)
    y -= 0.19
    for row, room in zip(rows, heights):
        for n, panel in enumerate(row):
            top = y - panel.room(bool(panel.title))
            _place(canvas, panel, margin + n * (cell + margin), top, bool(panel.title))
        y -= room
    return canvas


def _place(canvas: "Canvas", panel: Panel, x: float, y: float, head: bool) -> None:
    """Draw a panel whose lower left corner is there."""
    width, height = canvas.get_size_inches()

    def box(left: float, right: float) -> tuple[float, float, float, float]:
        across = panel.width - left - right
        return (
            (x + left) / width,
            (y + panel.bottom) / height,
            across / width,
            panel.height / height,
        )

    axes = canvas.add_axes(box(panel.left or 0.6, panel.right))
    panel.draw(axes)
    if panel.left is None:
        names = [label.get_text().split("\n") for label in axes.get_yticklabels()]
        ends = [text_width(line) for lines in names for line in lines]
        left = max(ends, default=0.0) * LETTERS + 6 + 1.7 * LETTERS * bool(axes.get_ylabel())
        last = [label.get_text() for label in axes.get_xticklabels()][-1:]
        right = max(text_width(text) for text in [*last, ""]) * LETTERS / 2 + 2
        axes.set_position(box(left / 72, max(panel.right, right / 72)))
    top = y + panel.room(head)
    if head:
        place = (x / width, (top - 0.17) / height)
        canvas.text(*place, panel.title, fontsize=9.5, fontweight="bold")
        top -= _HEAD
    if panel.key:
        _draw_key(axes, panel, x, top)


def _draw_key(axes: "Axes", panel: Panel, x: float, top: float) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    edge: Style = {"markeredgecolor": PAPER, "markeredgewidth": 0.6, "markersize": 4.8}
    handles = [
        Patch(color=sample.color, alpha=0.2, linewidth=0)
        if sample.band
        else Line2D(
            [],
            [],
            color=sample.color,
            linestyle=sample.dashes or "none",
            linewidth=sample.width,
            marker=sample.marker or None,
            **edge,
        )
        for sample in panel.key
    ]
    legend = axes.legend(
        handles,
        panel.key_names,
        loc="upper left",
        bbox_to_anchor=(x, top),
        bbox_transform=axes.figure.dpi_scale_trans,
        ncols=panel.key_columns,
        borderaxespad=0.1,
        borderpad=0,
        columnspacing=1.4,
        handlelength=2.2 if any(sample.dashes for sample in panel.key) else 1,
        handletextpad=0.5,
        labelcolor=SOFT,
    )
    for sample, text in zip(panel.key, legend.get_texts()):
        hinted(text, [sample.name])
