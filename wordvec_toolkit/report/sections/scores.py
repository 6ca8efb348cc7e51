"""Tests of words: scores with their intervals, and paired differences."""

import math
from collections.abc import Iterable

from ...evaluation.comparison_results import Comparison
from ...evaluation.results import AnalogyResult, SimilarityResult
from ..charts import Interval, interval_panel
from ..data import Report
from ..figures import Figure, Panel
from .blocks import (
    Block,
    Cell,
    Items,
    Missing,
    Rows,
    Section,
    Text,
    heads,
    number_cells,
    number_columns,
    table,
)
from .findings import (
    BITS,
    best_score,
    family_of,
    measure_name,
    scores_on,
    standing,
    tests_of,
    title_of,
    told_apart,
)

#: The look of a family, "" for a model that the report does not list, in all charts of intervals.
FAMILIES = {"count-based": 0, "neural": 1, "mixed": 2, "": 3, "lexical": 4}
_TERMS = (
    (
        "Spearman correlation (ρ)",
        "how well the order of pairs of words by cosine agrees with the "
        "order that people gave them: 1 the same order, 0 no relation.",
    ),
    (
        "Analogy accuracy",
        "share of questions such as “man is to king as woman is to …” whose "
        "answer is the nearest word; 3CosAdd adds and subtracts vectors, 3CosMul multiplies "
        "cosines.",
    ),
    (
        "95 % interval",
        "made so that in 95 of 100 repetitions it holds the true score: how much the "
        "choice of test items alone can move it.",
    ),
    (
        "Chance",
        "what guessing can give: of a correlation, what random vectors stay below "
        "39 times in 40; of an accuracy, their mean.",
    ),
    ("OOV", "out of vocabulary: items with a word that the model does not know are left out."),
    (
        "p, Holm",
        "p is how often chance alone gives a difference as large; Holm's correction raises "
        "it because all pairs of models are looked at on a test. Below 0.05 is statistically "
        "significant.",
    ),
)
_HOW_TO_GET = "wvt eval-similarity and wvt eval-analogy make them; wvt compare runs both."


def score_sections(report: Report) -> list[Section]:
    """Return scores, and differences."""
    return [
        Section("scores", "Similarity and analogies", tuple(_scores(report))),
        Section("differences", "Significance tests", tuple(_differences(report))),
    ]


def _scores(report: Report) -> list[Block]:
    terms: Block = Items(terms=_TERMS)
    if not report.scores:
        return [Missing(f"There are no scores on tests of words. {_HOW_TO_GET}"), terms]
    tests = tests_of(report)
    panels = tuple(_forest(report, test, measure) for test, measure in tests)
    return [
        terms,
        Figure(
            panels,
            "Scores with 95 % intervals: circles are count-based models, squares neural ones. "
            "Farther right is better. The dotted line is chance. Intervals that "
            "overlap can still belong to models that the paired test below tells apart.",
        ),
        *_tables(report),
    ]


def _tables(report: Report) -> list[Block]:
    """Return a table for each kind of test, with the columns that its results declare."""
    tables: list[Block] = []
    for name, kind in (("Similarity", SimilarityResult), ("Analogies", AnalogyResult)):
        columns = number_columns(kind)
        groups = [
            Rows(
                f"{test}: {measure_name(measure)}",
                tuple(
                    (
                        Cell(title_of(report, each.model)),
                        Cell(family_of(report, each.model)),
                        *number_cells(columns, each, _mark(report, each)),
                    )
                    for each in found
                ),
            )
            for test, measure in tests_of(report)
            if isinstance((found := scores_on(report, test, measure))[0], kind)
        ]
        if groups:
            caption = f"{name}. The best is bold; ≈ marks no significant difference."
            head = heads("model", "family", numbers=[column.title for column in columns])
            tables.append(table(caption, head, groups))
    return tables


def _mark(report: Report, score: SimilarityResult | AnalogyResult) -> str:
    best = best_score(report, score.test, score.measure)
    return standing(report, score.test, score.measure, score.model, best.model if best else None)


def _forest(report: Report, test: str, measure: str) -> Panel:
    scores = scores_on(report, test, measure)
    chance = next((each.chance_level for each in scores), None)
    name = measure_name(measure)
    rows = [(each.model, each.value, each.low, each.high) for each in scores]
    title, label = f"{test}: {name}", f"{name} of models on {test}"
    return interval_panel(title, label, family_rows(report, rows), name, chance=chance)


def family_rows(
    report: Report, numbers: Iterable[tuple[str, float | None, float | None, float | None]]
) -> list[tuple[str, list[Interval]]]:
    """Return a row of a chart for each (model, value, low, high), in the look of its family."""
    return [
        (title, [Interval(title, value, low, high, FAMILIES[family_of(report, model)])])
        for model, value, low, high in numbers
        for title in [title_of(report, model)]
    ]


def _differences(report: Report) -> list[Block]:
    if not report.differences:
        return [
            Missing(
                "There are no paired comparisons: they need at least two models with scores on the "
                "same test."
            )
        ]
    groups: dict[tuple[str, str, str], list[Comparison]] = {}
    for each in report.differences:
        groups.setdefault((each.test, each.measure, each.against), []).append(each)
    rows = [
        Rows(
            f"{test}, {measure_name(measure)}: against {title_of(report, against)}",
            tuple(_difference_row(report, each) for each in found),
        )
        for (test, measure, against), found in groups.items()
    ]
    head = [
        *heads("A", numbers=[column.title for column in number_columns(Comparison)]),
        Cell("verdict"),
    ]
    return [
        Text(
            "Each model is compared with the best count-based and the best neural one (language "
            "models with the mixture, too), item by item, on the items that all know. Of scores, "
            "more is better; of bits per token, less. The best was found on these very items, "
            "so part of its lead is luck; and models without a significant "
            "difference are not thereby equal."
        ),
        table(
            "Paired differences of each model, A, from the one that it is compared with, B, with "
            "p values before and after Holm's correction.",
            head,
            rows,
        ),
    ]


def _difference_row(report: Report, found: Comparison) -> tuple[Cell, ...]:
    better = (found.difference < 0) if found.measure == BITS else (found.difference > 0)
    verdict = Cell("not\u00a0told\u00a0apart")
    if math.isnan(found.p_holm):
        verdict = Cell("not\u00a0tested")
    elif told_apart(found):
        verdict = Cell("better", mark="good") if better else Cell("worse", mark="bad")
    cells = number_cells(number_columns(Comparison), found)
    return (Cell(title_of(report, found.model)), *cells, verdict)
