"""Single figures as files: pictures, or a self-contained HTML page."""

from collections.abc import Sequence
from pathlib import Path

from ..errors import SettingError, expect_path
from .attention_figure import AttentionMap
from .curve_figures import joined_names
from .data import HeatMap, WordMap
from .figure_page import Plot, figure_of, write_figure_page
from .figures import check_figure, write_figure
from .look import FORMATS
from .page import PAGES, is_page

_SIGNED = WordMap | HeatMap | AttentionMap


def check_plot(path: str | Path, overwrite: bool = False) -> None:
    """Refuse, before the long work, a figure that could not be written.

    Raises
    ------
    SettingError
        If its name does not end in .html, .png, .svg or .pdf.
    WordvecError
        If there is such a file already and `overwrite` was not asked for.
    """
    check_figure(path, overwrite, (*PAGES[:1], *FORMATS) if not is_page(path) else PAGES)


def write_plot(
    plot: Plot | Sequence[Plot],
    path: str | Path,
    highlight: Sequence[str] = (),
    overwrite: bool = False,
    command: str = "",
) -> str:
    """Write a figure as its name says: .html (a page that needs no network), .png, .svg or .pdf.

    Parameters
    ----------
    plot : WordMap, HeatMap, LearningCurves or CorpusProfile
        Or a list: of learning curves, or for a page of maps.
    highlight : sequence of str
        Words of a map to mark; a page has its search for that.
    overwrite : bool
        Replace an existing file.
    command : str
        The command that makes it again, for the page.

    Returns
    -------
    str
        A note on letters that could not be drawn; mostly "".

    Raises
    ------
    SettingError, WordvecError
        See `check_plot`.
    """
    expect_path("path", path)
    plots: list[Plot] = list(plot) if isinstance(plot, Sequence) else [plot]
    check_plot(path, overwrite)
    if not plots:
        raise SettingError("there is nothing to draw; expected at least one figure")
    if not is_page(path):
        return write_figure(figure_of(plots, highlight), path, overwrite)
    maps = [each for each in plots if isinstance(each, WordMap)]
    figure = None if maps else figure_of(plots)
    content = [figure_of(each, highlight) if each in maps and each.axes else each for each in plots]
    write_figure_page(
        path,
        figure.title if figure else f"Word map: {joined_names([each.model for each in maps])}",
        content,
        overwrite,
        caption=figure.caption if figure else "",
        signature="\n".join(_signatures(plots)),
        command=command,
    )
    return ""


def _signatures(plots: Sequence[Plot]) -> list[str]:
    """Return how the figures were made, those made alike once."""
    return list(dict.fromkeys(plot.signature for plot in plots if isinstance(plot, _SIGNED)))
