"""Language models: perplexity, whole and in bands, how training went, how far gradients reach."""

from dataclasses import replace

from ...evaluation.perplexity_results import PerplexityBand, PerplexityResult
from ..charts import Interval, interval_panel
from ..curve_figures import learning_figure
from ..data import Report
from ..diagnosis_figure import diagnosis_figure
from ..figures import Figure, Panel
from .blocks import (
    Block,
    Cell,
    Items,
    Missing,
    Rows,
    Section,
    heads,
    number_cells,
    number_columns,
    right,
    table,
)
from .findings import (
    BITS,
    best_perplexity,
    family_of,
    perplexities_on,
    standing,
    texts_of,
    title_of,
)
from .numbers import shown, whole
from .scores import family_rows

_TERMS = (
    (
        "Perplexity",
        "among how many equally likely words the model seems to choose at each step; "
        "less is better.",
    ),
    ("Bits per token", "the binary logarithm of the perplexity; a bit less halves it."),
    (
        "OOV",
        "out of vocabulary: words of the test text that training did not keep. With them, the "
        "model has to predict “an unknown word”; without, they are passed over.",
    ),
    (
        "Bits per character, per byte",
        "the same, by the characters of the text or their bytes in UTF-8. Where there is OOV, the "
        "letters of unknown words count though nobody had to predict them: compare models of "
        "other tokens by it only where there is none.",
    ),
)
_SPLITS = {
    "frequency": "by how often the word was seen in training",
    "seen": "by the longest n-gram that training has seen",
}


def perplexity_section(report: Report) -> Section:
    """Return perplexities, also of bands of the tokens."""
    blocks: list[Block] = [Items(terms=_TERMS)]
    if report.perplexities:
        blocks += [_figure(report), _table(report)]
    else:
        blocks.append(
            Missing(
                "There are no perplexities: they need a language model and a test text; "
                "wvt eval-perplexity makes them."
            )
        )
    if report.bands:
        blocks += _bands(report)
    else:
        blocks.append(
            Missing(
                "There are no perplexities by frequency or by n-gram: "
                "wvt eval-perplexity --by-frequency makes them."
            )
        )
    return Section("perplexity", "Perplexity", tuple(blocks))


def _figure(report: Report) -> Block:
    panels = tuple(_forest(report, text) for text in texts_of(report))
    return Figure(
        panels,
        "Perplexity with 95 % intervals, farther left is better: circles are count-based "
        "models, squares neural ones, triangles mixtures. The axis is logarithmic: like distances "
        "are like ratios.",
    )


def _forest(report: Report, text: str) -> Panel:
    found = perplexities_on(report, text)
    rows = family_rows(
        report, [(each.model, each.perplexity, each.low, each.high) for each in found]
    )
    title, label = f"Test text: {text}", f"Perplexity of models on {text}"
    return interval_panel(title, label, rows, "perplexity", log=True, digits=1)


def _table(report: Report) -> Block:
    groups = [
        Rows(
            f"Test text: {text}",
            tuple(_row(report, each) for each in perplexities_on(report, text)),
        )
        for text in texts_of(report)
    ]
    titles = [column.title for column in number_columns(PerplexityResult)]
    head = heads("model", "family", numbers=titles)
    return table(
        "Perplexity on the test text. The lowest is bold; ≈ marks no significant difference.",
        head,
        groups,
    )


def _row(report: Report, found: PerplexityResult) -> tuple[Cell, ...]:
    best = best_perplexity(report, found.text)
    mark = standing(report, found.text, BITS, found.model, best.model if best else None)
    return (
        Cell(title_of(report, found.model)),
        Cell(family_of(report, found.model)),
        *number_cells(number_columns(PerplexityResult), found, mark),
    )


def _bands(report: Report) -> list[Block]:
    models = list(dict.fromkeys(each.model for each in report.bands))
    splits = list(dict.fromkeys(each.split for each in report.bands))
    titles = {model: title_of(report, model) for model in models}
    key = list(titles.values())
    panels, groups = [], []
    for split in splits:
        found = [each for each in report.bands if each.split == split]
        labels = list(dict.fromkeys(each.label for each in found))
        cells = {(each.label, each.model): each for each in found}
        name = f"Perplexity {_SPLITS.get(split, split)}"
        rows = [
            (
                label,
                [
                    _point(cells[label, model], titles[model], n)
                    for n, model in enumerate(models)
                    if (label, model) in cells
                ],
            )
            for label in labels
        ]
        panels.append(interval_panel(name, name, rows, "perplexity", log=True, key=key, digits=1))
        body = [
            (
                Cell(label),
                right(_counts(cells, label, models)),
                *(_band_cell(cells.get((label, model))) for model in models),
            )
            for label in labels
        ]
        groups.append(Rows(name, tuple(body)))
    return [
        Figure(
            tuple(panels),
            "Perplexity of parts of the test text, farther left is better. Where "
            "lines of a row lie far apart, the models differ on just these words.",
        ),
        table(
            "The same numbers, with the tokens of each band and 95 % intervals where they are "
            "known.",
            heads("band", numbers=("tokens", *titles.values())),
            groups,
        ),
    ]


def _point(band: PerplexityBand, title: str, series: int) -> Interval:
    return Interval(f"{title}, {band.label}", band.perplexity, band.low, band.high, series)


def _counts(cells: dict[tuple[str, str], PerplexityBand], label: str, models: list[str]) -> str:
    counts = dict.fromkeys(cells[label, m].n for m in models if (label, m) in cells)
    return " / ".join(whole(n) for n in counts)


def _band_cell(band: PerplexityBand | None) -> Cell:
    if band is None:
        return right("–")
    perplexity, bounds = number_columns(PerplexityBand, "perplexity", "interval")
    return right(shown(perplexity, band), shown(bounds, band).strip("–"))


def learning_section(report: Report) -> Section:
    """Return learning curves, a panel a model."""
    if not report.learning:
        blocks: tuple[Block, ...] = (
            Missing(
                "There are no learning curves: count-based models but GloVe have none; GloVe, "
                "word2vec, fastText and recurrent models keep theirs in their bundles."
            ),
        )
    else:
        named = [replace(each, model=title_of(report, each.model)) for each in report.learning]
        blocks = (
            replace(
                learning_figure(named),
                caption="Training and held-out loss by epoch; lower is better. Where held-out loss "
                "rises while training loss falls, the model overfits; the ring marks the epoch "
                "that was kept. Losses of different kinds of models cannot be compared.",
            ),
        )
    return Section("learning", "Learning curves", blocks)


def gradient_section(report: Report) -> Section:
    """Return how far back the gradients of a recurrent network reach."""
    figure = diagnosis_figure(report.gradients)
    block: Block = Missing(
        "There is no diagnosis of a recurrent network: it needs PyTorch (pip install "
        '"wordvec-toolkit[neural]") and a trained one; wvt diagnose makes it.'
    )
    if figure.panels:
        caption = (
            f"{figure.caption} A network learns from a word only as far as the gradient reaches: "
            "where it has fallen to 1 %, earlier words hardly count."
        )
        block = replace(figure, caption=caption)
    return Section("gradients", "How far back gradients reach", (block,))
