"""A single figure as an HTML page of its own."""

import base64
from collections.abc import Sequence
from pathlib import Path

from markupsafe import Markup

from .charts.heat import heat_chart
from .charts.points import still_map
from .charts.profile import growth_chart, learning_chart, zipf_chart
from .data import CorpusProfile, HeatMap, LearningCurves, WordMap
from .map_data import HANDLING, READING, map_json
from .page import check_page_name, render_page, write_page
from .sections.blocks import Panel

Shown = WordMap | HeatMap | LearningCurves | CorpusProfile | Markup | str | bytes


def write_figure_page(
    path: str | Path,
    title: str,
    content: Shown | Sequence[Shown],
    overwrite: bool = False,
    caption: str = "",
    signature: str = "",
    command: str = "",
) -> None:
    """Write figures as an HTML page that needs nothing else, no network either.

    Parameters
    ----------
    path : path
        A name that ends in .html or .htm.
    title : str
    content : figure or sequence of figures
        `WordMap` (several become one map with a choice of models), `HeatMap`, `LearningCurves`,
        `CorpusProfile`, a chart of `report.charts`, or the text of any other SVG file, which is
        shown as a picture.
    caption, signature, command : str
        How to read the figure, how it was made, and what makes it again.

    Raises
    ------
    SettingError
        If the name ends in something else.
    WordvecError
        If there is such a file already and `overwrite` was not asked for.
    """
    check_page_name(path)
    page = render_figure_page(title, content, caption, signature, command)
    write_page(page, path, overwrite)


def render_figure_page(
    title: str,
    content: Shown | Sequence[Shown],
    caption: str = "",
    signature: str = "",
    command: str = "",
) -> str:
    """Return the text of the page that `write_figure_page` writes."""
    figures = [content] if isinstance(content, Shown) else list(content)
    maps = [each for each in figures if isinstance(each, WordMap)]
    panels = [Panel("", part) for each in figures for part in drawings(each)]
    return render_page(
        "figure.html",
        title,
        maps=maps,
        map_json=map_json(maps) if maps else None,
        stills=[still_map(each) for each in maps],
        panels=panels,
        caption=caption,
        signature=signature,
        command=command,
        reading=READING,
        handling=HANDLING,
    )


def drawings(figure: Shown) -> list[Markup]:
    """Return the charts of a figure; none for a map, which a script draws."""
    if isinstance(figure, WordMap):
        return []
    if isinstance(figure, HeatMap):
        return [heat_chart(figure)]
    if isinstance(figure, LearningCurves):
        return [learning_chart(figure)]
    if isinstance(figure, CorpusProfile):
        return [zipf_chart(figure), growth_chart(figure)]
    return [figure if isinstance(figure, Markup) else _picture(figure)]


def _picture(svg: str | bytes) -> Markup:
    """Return an image of SVG by others: within an image no script runs and no style leaks."""
    raw = svg.encode("utf-8") if isinstance(svg, str) else svg
    data = base64.b64encode(raw).decode("ascii")
    return Markup('<img class="picture" alt="" src="data:image/svg+xml;base64,{}">').format(data)
