"""Words: their neighbours side by side, and their maps; and the text that they come from."""

from dataclasses import replace

from ..curve_figures import profile_figure
from ..data import CorpusProfile, NeighborTable, Report
from ..map_data import HANDLING, READING, map_json
from ..map_figure import still_map
from .blocks import (
    Block,
    Cell,
    MapFigure,
    Section,
    Table,
    Tabs,
    heads,
    number_columns,
    records_of,
    right,
    table,
)
from .findings import title_of
from .numbers import fixed, shown, whole


def neighbor_section(report: Report) -> Section:
    """Return the neighbours of chosen words, a table for each word, a column for each model."""
    tables = {
        each.word: _neighbors(report, each)
        for each in report.neighbors
        if any(each.neighbors.values())
    }
    tabs = Tabs(
        "Word",
        tuple(word if word.strip() else "(blank)" for word in tables),
        tuple(tables.values()),
    )
    return Section("neighbors", "Nearest words", (tabs,) if tables else ())


def _neighbors(report: Report, found: NeighborTable) -> Table:
    models = list(found.neighbors)
    lists = [found.neighbors[model] for model in models]
    shared = set.intersection(*({word for word, _ in each} for each in lists)) if lists else set()
    several = len(lists) > 1
    rows = []
    for rank in range(max((len(each) for each in lists), default=0)):
        cells = [Cell(str(rank + 1), "number")]
        for each in lists:
            if rank < len(each):
                word, cosine = each[rank]
                mark = "shared" if several and word in shared else ""
                cells.append(Cell(word, "word", fixed(cosine), mark))
            else:
                cells.append(Cell("–"))
        rows.append(cells)
    caption = f"“{found.word}”, frequency {whole(found.count)}: nearest words with cosines."
    if several:
        caption += " Underlined: in the list of every model."
    head = [Cell("", "number"), *heads(*(title_of(report, model) for model in models))]
    return table("neighbors", caption, head, rows, records_of([found]))


def map_section(report: Report) -> Section:
    """Return the map of words."""
    maps = tuple(replace(each, model=title_of(report, each.model)) for each in report.maps)
    stills = tuple(map(still_map, maps))
    figure = MapFigure(maps, map_json(maps), stills, READING, HANDLING) if maps else None
    return Section("map", "Word map", (figure,) if figure else ())


def profile_section(report: Report) -> Section:
    """Return what kind of text it is."""
    found = report.profile
    if found is None:
        return Section("corpus", "The corpus", ())
    blocks: list[Block] = [_profile_table(found, report.sample)]
    figure = profile_figure(found)
    if figure.panels:
        types = "types" if found.all_types else "words of the vocabulary"
        caption = (
            "Zipf plot: frequencies of words by their ranks on logarithmic axes; in most texts "
            f"they lie near a straight line (Zipf's law). Growth: {types} by tokens read; "
            "a flatter end means that few new words are to come."
        )
        blocks.append(replace(figure, caption=caption))
    return Section("corpus", "The corpus", tuple(blocks))


def _profile_table(found: CorpusProfile, sample: CorpusProfile | None) -> Block:
    profiles = [each for each in (found, sample) if each is not None]
    body = [
        [Cell(column.title), *(right(shown(column, each)) for each in profiles)]
        for column in number_columns(CorpusProfile)
    ]
    names = ("value",) if sample is None else (found.name, sample.name)
    caption = f"Profile of {found.name}."
    if sample is not None:
        caption = "Profiles of the training text, and of its sample for language models."
    head = heads("measure", numbers=names)
    return table("corpus", caption, head, body, records_of(profiles))
