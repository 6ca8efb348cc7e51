"""Language models: perplexity, whole and in bands, how training went, how far gradients reach."""

from collections.abc import Sequence
from dataclasses import replace
from math import isfinite

from ...evaluation.minimal_pair_results import MinimalPairsResult, PairGroup, published_shares
from ...evaluation.perplexity_results import PerplexityBand, PerplexityResult
from ...runtime.results import Column
from ..charts import Interval, interval_panel
from ..curve_figures import learning_figure
from ..data import Report
from ..diagnosis_figure import diagnosis_figure
from ..figures import Figure
from .blocks import (
    Block,
    Cell,
    Rows,
    Section,
    heads,
    number_cells,
    number_columns,
    records_of,
    right,
    table,
)
from .findings import (
    BITS,
    best_perplexity,
    family_of,
    leads_without_oov,
    perplexities_on,
    standing,
    texts_of,
    title_of,
)
from .numbers import shown, whole

_SPLITS = {
    "frequency": "by how often the word was seen in training",
    "seen": "by the longest n-gram seen in training",
}
_INTERVAL = Column("interval_without_oov", "95 % interval", "interval", 2)


def perplexity_table(report: Report) -> Section:
    """Return the perplexities on each text with all their columns."""
    blocks: list[Block] = []
    for text in texts_of(report):
        columns = _columns(report, text)
        rows = [_row(report, each, columns) for each in perplexities_on(report, text)]
        records = [
            {
                **record,
                "interval_without_oov_low": each.interval_without_oov[0],
                "interval_without_oov_high": each.interval_without_oov[1],
            }
            for each in perplexities_on(report, text)
            for record in each.records()
        ]
        caption = f"Perplexity on {text}. The lowest is bold; ≈ marks no significant difference."
        head = heads("model", "family", numbers=[column.title for column in columns])
        blocks.append(table("perplexity", caption, head, rows, records))
    return Section("perplexity-table", "Perplexity in full", tuple(blocks), folded=True)


def _columns(report: Report, text: str) -> list[Column]:
    """Return the columns of a text, the perplexity that leads first."""
    columns = number_columns(PerplexityResult)
    names = [column.name for column in columns]
    first = columns.pop(names.index("perplexity_without_oov"))
    place = 0 if leads_without_oov(report, text) else 2
    return [*columns[:place], first, _INTERVAL, *columns[place:]]


def _row(report: Report, found: PerplexityResult, columns: list[Column]) -> tuple[Cell, ...]:
    best = best_perplexity(report, found.text)
    mark = standing(report, found.text, BITS, found.model, best.model if best else None)
    return (
        Cell(title_of(report, found.model)),
        Cell(family_of(report, found.model)),
        *number_cells(columns, found, mark),
    )


def minimal_pair_section(report: Report) -> Section:
    """Return the accuracy on minimal pairs, and that on each phenomenon next to published ones."""
    blocks: list[Block] = []
    columns = number_columns(MinimalPairsResult)
    for test in dict.fromkeys(each.test for each in report.minimal_pairs):
        found = [each for each in report.minimal_pairs if each.test == test]
        best = max(found, key=lambda each: each.value)
        rows = [
            (
                Cell(title_of(report, each.model)),
                Cell(family_of(report, each.model)),
                *number_cells(
                    columns, each, standing(report, test, each.measure, each.model, best.model)
                ),
            )
            for each in found
        ]
        rows += [
            (Cell(name), Cell("published"), right(f"{shares['overall']:.3f}"))
            + (right("–"),) * (len(columns) - 1)
            for name, shares in published_shares(found[0]).items()
        ]
        head = heads("model", "family", numbers=[column.title for column in columns])
        caption = (
            f"Share of the pairs of {test} whose grammatical sentence is more probable; 0.5 is "
            "chance. The highest is bold; ≈ marks no significant difference."
        )
        blocks.append(table("minimal-pairs", caption, head, rows, records_of(found)))
        if found[0].phenomena:
            blocks.append(_phenomena(report, test, found))
    return Section("minimal-pairs", "Grammatical sentences", tuple(blocks))


def _phenomena(report: Report, test: str, found: Sequence[MinimalPairsResult]) -> Block:
    published = published_shares(found[0])
    accuracy, bounds = number_columns(PairGroup, "accuracy", "interval")
    rows = [
        (
            Cell(groups[0].name.replace("_", " ")),
            *(right(shown(accuracy, group), shown(bounds, group)) for group in groups),
            *(right(f"{shares[groups[0].name]:.3f}") for shares in published.values()),
        )
        for groups in zip(*(each.phenomena for each in found))
    ]
    titles = [title_of(report, each.model) for each in found]
    records = [
        {"model": each.model, **record}
        for each in found
        for group in each.phenomena
        for record in group.records()
    ]
    head = heads("phenomenon", numbers=(*titles, *published))
    return table("phenomena", f"Accuracy by phenomenon of {test}.", head, rows, records)


def band_section(report: Report) -> Section:
    """Return the perplexity of parts of the tokens."""
    models = list(dict.fromkeys(each.model for each in report.bands))
    titles = {model: title_of(report, model) for model in models}
    panels = []
    for split in dict.fromkeys(each.split for each in report.bands):
        found = [each for each in report.bands if each.split == split]
        rows = [
            (
                label,
                [
                    Interval(
                        f"{titles[each.model]}, {label}",
                        each.perplexity,
                        each.low,
                        each.high,
                        models.index(each.model),
                    )
                    for each in found
                    if each.label == label
                ],
            )
            for label in dict.fromkeys(each.label for each in found)
        ]
        name = f"Perplexity {_SPLITS.get(split, split)}"
        title = f"{_SPLITS.get(split, split).capitalize()}: {_finding(report, found)}"
        key = list(titles.values())
        panels.append(interval_panel(title, name, rows, "perplexity", log=True, key=key, digits=1))
    if not panels:
        return Section("perplexity", "Where models differ", ())
    figure = Figure(
        tuple(panels),
        "Perplexity of parts of the test text with 95 % intervals; farther left is better.",
    )
    return Section("perplexity", "Where language models differ", (figure,))


def _finding(report: Report, bands: list[PerplexityBand]) -> str:
    """State where the models are farthest apart, by the ratio of the highest to the lowest."""
    spreads: dict[str, float] = {}
    for label in dict.fromkeys(each.label for each in bands):
        values = [b.perplexity for b in bands if b.label == label and isfinite(b.perplexity)]
        if len(values) > 1 and min(values) > 0:
            spreads[label] = max(values) / min(values)
    if not spreads:
        return "perplexity"
    widest = max(spreads, key=lambda label: spreads[label])
    of = "frequency " if bands[0].split == "frequency" and widest[0].isdigit() else ""
    return f"models differ most at {of}{widest} ({spreads[widest]:.1f}-fold)"


def band_table(report: Report) -> Section:
    """Return the numbers of the bands."""
    models = list(dict.fromkeys(each.model for each in report.bands))
    groups = []
    for split in dict.fromkeys(each.split for each in report.bands):
        cells = {(b.label, b.model): b for b in report.bands if b.split == split}
        body = [
            (
                Cell(label),
                right(_counts(cells, label, models)),
                *(_band_cell(cells.get((label, model))) for model in models),
            )
            for label in dict.fromkeys(label for label, _ in cells)
        ]
        groups.append(Rows(f"Perplexity {_SPLITS.get(split, split)}", tuple(body)))
    head = heads("band", numbers=("tokens", *(title_of(report, model) for model in models)))
    caption = "Perplexity of parts of the test text, with 95 % intervals where they are known."
    records = [
        {"model": band.model, "split": band.split, **record}
        for band in report.bands
        for record in band.records()
    ]
    blocks = (table("perplexity-bands", caption, head, groups, records),) if groups else ()
    return Section("bands", "Perplexity of parts of the text", blocks, folded=True)


def _counts(cells: dict[tuple[str, str], PerplexityBand], label: str, models: list[str]) -> str:
    counts = dict.fromkeys(cells[label, m].n for m in models if (label, m) in cells)
    return " / ".join(whole(n) for n in counts)


def _band_cell(band: PerplexityBand | None) -> Cell:
    if band is None:
        return right("–")
    perplexity, bounds = number_columns(PerplexityBand, "perplexity", "interval")
    return right(shown(perplexity, band), shown(bounds, band).strip("–"))


def learning_section(report: Report) -> Section:
    """Return learning curves."""
    named = [replace(each, model=title_of(report, each.model)) for each in report.learning]
    figure = replace(
        learning_figure(named),
        caption="Training and held-out loss by epoch; lower is better. Where held-out loss rises "
        "while training loss falls, the model overfits; the ring marks the epoch that was kept. "
        "Losses of different kinds of models cannot be compared.",
    )
    return Section("learning", "Learning curves", (figure,) if figure.panels else ())


def gradient_section(report: Report) -> Section:
    """Return how far back the gradients of a recurrent network reach."""
    figure = diagnosis_figure(report.gradients)
    caption = (
        f"{figure.caption} A network learns from a word only as far as the gradient reaches: "
        "where it has fallen to 1 %, earlier words hardly count."
    )
    blocks = (replace(figure, caption=caption),) if figure.panels else ()
    return Section("gradients", "How far back gradients reach", blocks)
