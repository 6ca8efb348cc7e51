"""Words: their neighbours side by side, and their maps; and the text that they come from."""

from dataclasses import replace

from ..curve_figures import profile_figure
from ..data import CorpusProfile, NeighborTable, Report
from ..map_data import HANDLING, READING, map_json
from ..map_figure import still_map
from .blocks import Block, Cell, MapFigure, Missing, Section, heads, number_columns, right, table
from .findings import title_of
from .numbers import fixed, shown, whole


def neighbor_section(report: Report) -> Section:
    """Return the neighbours of chosen words, a table a word, a column a model."""
    blocks: list[Block] = [_neighbors(report, each) for each in report.neighbors]
    if not blocks:
        blocks = [Missing("No words were looked up: wvt neighbors does so, with any vectors.")]
    return Section("neighbors", "Neighbours side by side", tuple(blocks))


def _neighbors(report: Report, found: NeighborTable) -> Block:
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
    caption = f"“{found.word}”, seen {whole(found.count)} times: nearest words, with cosines."
    if several:
        caption += " Underlined: in the list of every model."
    if not rows:
        return Missing(f"No model has neighbours of “{found.word}”.")
    names = [title_of(report, model) for model in models]
    head = [Cell("", "number"), *heads(*names)]
    return table(caption, head, rows)


def map_section(report: Report) -> Section:
    """Return the map of words."""
    maps = tuple(replace(each, model=title_of(report, each.model)) for each in report.maps)
    if not maps:
        block: Block = Missing("There is no map of words: wvt plot map draws one of any vectors.")
    else:
        origin = "Made by: " + "; ".join(dict.fromkeys(each.signature for each in maps))
        stills = tuple(map(still_map, maps))
        block = MapFigure(maps, map_json(maps), stills, READING, HANDLING, origin)
    return Section("map", "Map of words", (block,))


def profile_section(report: Report) -> Section:
    """Return what kind of text it is."""
    found = report.profile
    if found is None:
        blocks: tuple[Block, ...] = (
            Missing("There is no profile of the corpus; wvt compare makes it."),
        )
    else:
        blocks = (_profile_table(found, report.sample), _profile_figure(found))
    return Section("corpus", "The corpus", blocks)


def _profile_table(found: CorpusProfile, sample: CorpusProfile | None) -> Block:
    profiles = [each for each in (found, sample) if each is not None]
    body = [
        [Cell(column.title), *(right(shown(column, each)) for each in profiles)]
        for column in number_columns(CorpusProfile)
    ]
    if sample is None:
        head, caption = heads("of the text", numbers=("number",)), f"Profile of {found.name}."
    else:
        head = heads("of the text", numbers=(found.name, sample.name))
        caption = "Profiles of the training text, and of its sample for language models."
    return table(caption, head, body)


def _profile_figure(found: CorpusProfile) -> Block:
    figure = profile_figure(found)
    if not figure.panels:
        return Missing("The profile has no points for a Zipf plot or for growth.")
    caption = (
        "Zipf plot: counts of words by their ranks on logarithmic axes; in most "
        "texts they lie near a straight line (Zipf's law). Growth: "
        f"{'types' if found.all_types else 'words of the vocabulary'} met within so many tokens; "
        "the flatter the end, the more of its words the text has shown."
    )
    return replace(figure, caption=caption)
