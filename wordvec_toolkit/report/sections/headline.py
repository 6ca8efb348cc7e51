"""The headline: what each model scores, and what it costs."""

from ...evaluation.perplexity_results import PerplexityResult
from ...text.split_results import SplitPart
from ..data import ModelRow, Report
from .blocks import (
    Block,
    Cell,
    Missing,
    Section,
    Text,
    heads,
    number_cells,
    number_columns,
    right,
    table,
)
from .findings import (
    BITS,
    best_perplexity,
    best_score,
    perplexities_on,
    scores_on,
    standing,
    tests_of,
    texts_of,
)
from .numbers import duration, fixed, interval, shown, size, whole
from .summary import absent, summary

_MOST_COLUMNS = 6  # of scores, beyond which each test has one
_MAIN = ("perplexity", "perplexity_without_oov", "bits_per_token")
_COSTS = ("time", "memory", "size", "parameters")
_SHORT = {"spearman": "ρ", "3cosadd": "3CosAdd", "3cosmul": "3CosMul"}


def headline_sections(report: Report) -> list[Section]:
    """Return the summary and the headline tables."""
    return [
        Section("summary", "Summary", tuple(_summary(report))),
        Section("headline", "All models at a glance", tuple(_tables(report))),
    ]


def _summary(report: Report) -> list[Block]:
    gone = absent(report)
    others: list[Block] = (
        [
            Text(
                "“Statistically significant” means p < 0.05 in a paired test, after Holm's "
                "correction for all pairs of models on that test; “no significant difference” "
                "does not mean equal."
            )
        ]
        if report.differences
        else []
    )
    return [*map(Text, summary(report)), *others, *([Missing(gone)] if gone else [])]


def _tables(report: Report) -> list[Block]:
    blocks: list[Block] = []
    vectors = [row for row in report.models if row.kind == "vectors"]
    models = [row for row in report.models if row.kind == "language model"]
    if vectors:
        blocks.append(_vectors(report, vectors))
    if models:
        blocks.append(_language_models(report, models))
    if not blocks:
        blocks.append(Missing("There are no models yet: wvt compare with a corpus makes them."))
    return blocks


def _vectors(report: Report, rows: list[ModelRow]) -> Block:
    columns = tests_of(report)
    if len(columns) > _MOST_COLUMNS:
        columns = [
            each
            for n, each in enumerate(columns)
            if each[0] not in [test for test, _ in columns[:n]]
        ]
    numbers = [f"{test}, {_SHORT.get(measure, measure)}" for test, measure in columns]
    body = []
    for row in rows:
        cells = []
        for test, measure in columns:
            score = next((s for s in scores_on(report, test, measure) if s.model == row.name), None)
            best = best_score(report, test, measure)
            mark = standing(report, test, measure, row.name, best.model if best else None)
            cells.append(right(fixed(score.value if score else None), mark=mark if score else ""))
        body.append(_row(row, cells))
    caption = (
        "Word vectors. The best score of a column is bold; ≈ marks those that a paired test does "
        "not tell apart from it. More is better."
    )
    return table(caption, heads("model", "family", numbers=[*numbers, *_COSTS]), body)


def _language_models(report: Report, rows: list[ModelRow]) -> Block:
    texts = texts_of(report)
    several = len(texts) > 1
    columns = number_columns(PerplexityResult, *_MAIN)
    numbers = [
        f"{name}, {text}" if several else name
        for text in texts
        for name in [column.title for column in columns]
    ]
    body = []
    for row in rows:
        cells = []
        for text in texts:
            found = next((p for p in perplexities_on(report, text) if p.model == row.name), None)
            best = best_perplexity(report, text)
            mark = standing(report, text, BITS, row.name, best.model if best else None)
            if found is None:
                cells += [right("–")] * len(columns)
                continue
            first, *rest = columns
            small = interval(found.low, found.high, first.digits)
            cells.append(right(shown(first, found), small, mark))
            cells += [right(shown(column, found)) for column in rest]
        body.append(_row(row, cells))
    caption = (
        "Language models, on the test text. The lowest perplexity is bold; "
        "≈ marks those that a paired test does not tell apart from it. Less is better."
    )
    return table(caption, heads("model", "family", numbers=[*numbers, *_COSTS]), body)


def _row(row: ModelRow, cells: list[Cell]) -> list[Cell]:
    first = [Cell(row.title), Cell(row.family)]
    if row.status != "done":
        reason = f"{row.status}: {row.reason or 'no reason given'}"
        return [*first, Cell(reason, mark="bad", span=len(cells) + len(_COSTS))]
    costs = [
        duration(row.cost.seconds),
        size(row.cost.peak_bytes),
        size(row.cost.size_bytes),
        whole(row.n_parameters),
    ]
    return [*first, *cells, *map(right, costs)]


def split_section(report: Report) -> Section:
    """Return what was trained on, what was tuned on, and what was tested on."""
    if not report.split:
        blocks: tuple[Block, ...] = (
            Missing(
                "The text was not split: it came as a workspace, or with validation and test text "
                "of its own."
            ),
        )
    else:
        learnt = "Vectors learn from train, language models from sample, which is part of it; "
        if not any(part.name == "sample" for part in report.split):
            learnt = "Models learn from train; "
        columns = number_columns(SplitPart)
        body = [
            [
                Cell(part.name),
                *number_cells(columns, part),
                Cell(part.path, "code"),
                Cell(part.sha256, "code"),
            ]
            for part in report.split
        ]
        head = [
            *heads("part", numbers=[column.title for column in columns]),
            Cell("file"),
            Cell("SHA-256"),
        ]
        blocks = (
            table(
                f"How the text was split. {learnt}settings and stopping points are chosen on "
                "valid, and test is looked at only by the scores above.",
                head,
                body,
            ),
        )
    return Section("split", "Split of the text", blocks)
