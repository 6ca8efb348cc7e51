"""Single figures as files: by matplotlib, or as an HTML page that stands alone."""

import logging
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import SettingError
from ..text.file_writing import check_targets
from .data import CorpusProfile, HeatMap, LearningCurves, WordMap
from .figure_page import write_figure_page
from .figures import FORMATS, check_figure, styled, write_figure
from .page import is_page
from .wording import Plot, caption_of, title_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def check_plot(path: str | Path, overwrite: bool = False) -> None:
    """Refuse, before the long work, a figure that could not be written.

    Raises
    ------
    SettingError
        If its name does not end in .html, .png, .svg or .pdf.
    WordvecError
        If there is such a file already and `overwrite` was not asked for.
    MissingExtraError
        If it is not .html and matplotlib is not installed.
    """
    if is_page(path):
        check_targets([Path(path)], overwrite)
        return
    if Path(path).suffix.lower() not in FORMATS:
        raise SettingError(
            f"the figure is {str(path)!r}; expected a name that ends in .html, {', '.join(FORMATS)}"
        )
    check_figure(path, overwrite)


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
        Replace what is there.
    command : str
        What makes it again, for the page to say.

    Returns
    -------
    str
        What there is to know of the file: letters that could not be drawn; mostly "".

    Raises
    ------
    SettingError, WordvecError, MissingExtraError
        See `check_plot`.
    """
    plots: list[Plot] = list(plot) if isinstance(plot, Sequence) else [plot]
    check_plot(path, overwrite)
    if not plots:
        raise SettingError("there is nothing to draw; expected at least one figure")
    if is_page(path):
        write_figure_page(
            path,
            title_of(plots),
            plots,
            overwrite,
            caption="" if isinstance(plots[0], WordMap) else caption_of(plots),
            signature="\n".join(_signatures(plots)),
            command=command,
        )
        return ""
    from .fonts import families_for, note_on_missing

    families, missing = families_for(_words(plots))
    with _without_talk_of_fonts():
        with styled(families):
            figure = _draw(plots, highlight)
        write_figure(figure, path, overwrite, families)
    return note_on_missing(missing)


@contextmanager
def _without_talk_of_fonts() -> Iterator[None]:
    """Keep matplotlib from speaking of every letter and weight: the note says what is missing."""
    loggers = [logging.getLogger(name) for name in ("matplotlib.font_manager", "fontTools.subset")]
    levels = [logger.level for logger in loggers]
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing")
        for logger in loggers:
            logger.setLevel(logging.ERROR)
        try:
            yield
        finally:
            for logger, level in zip(loggers, levels):
                logger.setLevel(level)


def _signatures(plots: Sequence[Plot]) -> list[str]:
    """Return how the figures were made, those made alike once."""
    return list(
        dict.fromkeys(plot.signature for plot in plots if isinstance(plot, WordMap | HeatMap))
    )


def _words(plots: Sequence[Plot]) -> list[str]:
    words = [title_of(plots)]
    for plot in plots:
        words += plot.words if isinstance(plot, WordMap | HeatMap) else ()
    return words


def _draw(plots: Sequence[Plot], highlight: Sequence[str]) -> "Figure":
    first = plots[0]
    if isinstance(first, LearningCurves):
        from .curves_figure import draw_curves

        return draw_curves([plot for plot in plots if isinstance(plot, LearningCurves)])
    if len(plots) > 1:
        raise SettingError(f"{len(plots)} figures for one file; give each a file of its own")
    if isinstance(first, WordMap):
        from .map_figure import draw_map

        return draw_map(first, highlight)
    if isinstance(first, HeatMap):
        from .heat_figure import draw_heat_map

        return draw_heat_map(first)
    from .profile_figure import draw_profile

    assert isinstance(first, CorpusProfile)
    return draw_profile(first)
