"""Single figures: what is drawn of a result, and the page that shows it."""

import base64
from collections.abc import Sequence
from pathlib import Path

from markupsafe import Markup

from ..errors import SettingError, expect_path
from ..neural.recurrent.diagnosis.results import Diagnosis
from .attention_figure import AttentionMap, attention_figure
from .curve_figures import learning_figure, profile_figure
from .data import CorpusProfile, Drawn, HeatMap, LearningCurves, WordMap
from .diagnosis_figure import diagnosis_figure
from .figures import Figure
from .heat_figure import heat_figure
from .map_data import HANDLING, READING, map_json
from .map_figure import map_figure, still_map
from .page import check_page_name, render_page, write_page
from .plane_figure import plane_figure
from .sections.blocks import Table

Plot = WordMap | HeatMap | LearningCurves | CorpusProfile | AttentionMap
Shown = Plot | Figure | str | bytes


def figure_of(
    plot: Drawn | Diagnosis | Sequence[Drawn | Diagnosis], highlight: Sequence[str] = ()
) -> Figure:
    """Return the figure of a result: notebooks show it, and its ``draw()`` is matplotlib's own.

    Parameters
    ----------
    plot : WordMap, HeatMap, LearningCurves, CorpusProfile, AttentionMap or Diagnosis
        Or a list of learning curves, of attention maps or of diagnoses, which become one figure.
    highlight : sequence of str
        Words of a map to mark.

    Raises
    ------
    SettingError
        If several things are given that cannot be one figure.
    """
    plots: list[Drawn | Diagnosis] = list(plot) if isinstance(plot, Sequence) else [plot]
    curves = [each for each in plots if isinstance(each, LearningCurves)]
    if curves and len(curves) == len(plots):
        return learning_figure(curves)
    attention = [each for each in plots if isinstance(each, AttentionMap)]
    if attention and len(attention) == len(plots):
        return attention_figure(attention)
    diagnoses = [each.as_dict() for each in plots if isinstance(each, Diagnosis)]
    if diagnoses and len(diagnoses) == len(plots):
        return diagnosis_figure(diagnoses)
    if len(plots) != 1:
        raise SettingError(f"{len(plots)} figures for one file; give each a file of its own")
    only = plots[0]
    if isinstance(only, WordMap):
        return (map_figure if only.axes is None else plane_figure)(only, highlight)
    if isinstance(only, HeatMap):
        return heat_figure(only)
    if isinstance(only, CorpusProfile):
        return profile_figure(only)
    raise SettingError(
        f"a {type(only).__name__} cannot be drawn; expected a WordMap, HeatMap, LearningCurves or "
        "CorpusProfile"
    )


def write_figure_page(
    path: str | Path,
    title: str,
    content: Shown | Sequence[Shown],
    overwrite: bool = False,
    caption: str = "",
    signature: str = "",
    command: str = "",
    tables: Sequence[Table] = (),
) -> None:
    """Write figures as an HTML page that needs nothing else, no network either.

    Parameters
    ----------
    path : path
        A name that ends in .html or .htm.
    title : str
    content : figure or sequence of figures
        `WordMap` (several become one map with a choice of models), `HeatMap`, `LearningCurves`
        (those of one measure are drawn together), `CorpusProfile`, any other `Figure`, or the text
        of an SVG file, which is shown as a picture.
    caption, signature, command : str
        How to read the figure, how it was made, and what makes it again.
    tables : sequence of Table
        Shown before the figures.

    Raises
    ------
    SettingError
        If the name ends in something else.
    WordvecError
        If there is such a file already and `overwrite` was not asked for.
    """
    expect_path("path", path)
    check_page_name(path)
    page = render_figure_page(title, content, caption, signature, command, tables)
    write_page(page, path, overwrite)


def render_figure_page(
    title: str,
    content: Shown | Sequence[Shown],
    caption: str = "",
    signature: str = "",
    command: str = "",
    tables: Sequence[Table] = (),
) -> str:
    """Return the text of the page that `write_figure_page` writes."""
    shown = [content] if isinstance(content, Shown) else list(content)
    maps = [each for each in shown if isinstance(each, WordMap) and each.axes is None]
    curves = [each for each in shown if isinstance(each, LearningCurves)]
    figures = [
        each if isinstance(each, Figure) else figure_of(each)
        for each in shown
        if isinstance(each, Figure | HeatMap | CorpusProfile | WordMap) and each not in maps
    ]
    figures += [learning_figure(curves)] if curves else []
    attention = [each for each in shown if isinstance(each, AttentionMap)]
    figures += [attention_figure(attention)] if attention else []
    return render_page(
        "figure.html",
        title,
        tables=tables,
        maps=maps,
        map_json=map_json(maps) if maps else None,
        stills=[still_map(each) for each in maps],
        figures=figures,
        pictures=[_picture(each) for each in shown if isinstance(each, str | bytes)],
        caption=caption,
        signature=signature,
        command=command,
        reading=READING,
        handling=HANDLING,
    )


def _picture(svg: str | bytes) -> Markup:
    """Return an image of SVG by others: within an image no script runs and no style leaks."""
    raw = svg.encode("utf-8") if isinstance(svg, str) else svg
    data = base64.b64encode(raw).decode("ascii")
    return Markup('<img class="picture" alt="" src="data:image/svg+xml;base64,{}">').format(data)
