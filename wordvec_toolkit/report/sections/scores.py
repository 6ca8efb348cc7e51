"""Scores of all models with their intervals, and paired differences."""

import math
from collections.abc import Iterable, Sequence

from ...evaluation.comparison_results import Comparison
from ...evaluation.results import AnalogyResult, SimilarityResult
from ..charts import Interval, interval_panel
from ..data import Report
from ..figures import Figure, Panel
from .blocks import (
    Block,
    Cell,
    Items,
    Rows,
    Section,
    Text,
    heads,
    number_cells,
    number_columns,
    records_of,
    table,
)
from .findings import (
    BITS,
    best_perplexity,
    best_score,
    family_of,
    is_significant,
    lead_between,
    leading,
    leads_without_oov,
    measure_name,
    ranked_perplexities,
    scores_on,
    standing,
    tests_of,
    texts_of,
    title_of,
)
from .verdicts import on_test, text_verdicts

#: The look of a family, "" for a model that the report does not list, in all charts of intervals.
FAMILIES = {"count-based": 0, "neural": 1, "mixed": 2, "": 3, "lexical": 4}
KEY = "● count-based, ■ neural, ▲ mixture, ▼ lexical"
_TERMS = (
    (
        "Spearman correlation (ρ)",
        "how well the order of word pairs by cosine agrees with the order by human ratings: 1 the "
        "same order, 0 no relation.",
    ),
    (
        "Analogy accuracy",
        "share of questions such as “man is to king as woman is to …” whose answer is the nearest "
        "word; 3CosAdd adds and subtracts vectors, 3CosMul multiplies cosines.",
    ),
    (
        "95 % interval",
        "in 95 of 100 repetitions it contains the true score; it reflects the choice of test "
        "items alone.",
    ),
    (
        "Chance",
        "the score of random vectors: of a correlation, their 97.5 % quantile; of an accuracy, "
        "their mean.",
    ),
    ("OOV", "out of vocabulary: items with a word that the model does not know are skipped."),
    (
        "p, Holm",
        "p is how often chance alone gives a difference as large; Holm's correction raises it "
        "because all pairs of models are compared on a test. Below 0.05 is significant.",
    ),
    (
        "Perplexity",
        "among how many equally likely words the model seems to choose at each step; lower is "
        "better. With OOV, the model has to predict “an unknown word”; without, such words are "
        "skipped.",
    ),
    (
        "Bits per token, character, byte",
        "the binary logarithm of the perplexity, and the same by the characters of the text or "
        "their bytes in UTF-8. With OOV, the letters of unknown words are included although they "
        "were not predicted: compare models with different tokens by it only without OOV.",
    ),
)


def forest_section(report: Report) -> Section:
    """Return the scores of all models with their intervals, a panel for each test."""
    panels = [_forest(report, *each) for each in _main_tests(report)]
    panels += [_forest_of_text(report, text) for text in texts_of(report)]
    if not panels:
        return Section("scores", "Scores", ())
    figure = Figure(
        tuple(panels),
        f"Scores with 95 % intervals, the best first: {KEY}. Overlapping intervals can belong to "
        "models that differ significantly in the paired test below.",
    )
    return Section("scores", "Scores", (figure,))


def _main_tests(report: Report) -> list[tuple[str, str]]:
    """Return each test with the first of its measures that has a score."""
    chosen: dict[str, str] = {}
    for test, measure in tests_of(report):
        if best_score(report, test, measure) is not None:
            chosen.setdefault(test, measure)
    return list(chosen.items())


def _forest(report: Report, test: str, measure: str) -> Panel:
    verdict = on_test(report, test, measure)
    found = [each for each in scores_on(report, test, measure) if math.isfinite(each.value)]
    found.sort(key=lambda each: -each.value)
    rows = [(each.model, each.value, each.low, each.high) for each in found]
    name = measure_name(measure)
    return interval_panel(
        f"{test}: {verdict.finding}",
        f"{name} of models on {test}",
        family_rows(report, rows),
        f"{name}, {verdict.coverage.partition(' (')[0]}",
        chance=found[0].chance_level,
        zero="0" if measure == "spearman" else "",
    )


def _forest_of_text(report: Report, text: str) -> Panel:
    verdict = next((each for each in text_verdicts(report) if each.name == text), None)
    rows = [(each.model, *leading(report, each)) for each in ranked_perplexities(report, text)]
    without = " without OOV" if leads_without_oov(report, text) else ""
    title = f"{text}: {verdict.finding}" if verdict else text
    label = f"Perplexity{without} of models on {text}"
    name = f"perplexity{without} (logarithmic; lower is better)"
    return interval_panel(title, label, family_rows(report, rows), name, log=True, digits=1)


def family_rows(
    report: Report, numbers: Iterable[tuple[str, float | None, float | None, float | None]]
) -> list[tuple[str, list[Interval]]]:
    """Return a row of a chart for each (model, value, low, high), in the look of its family."""
    return [
        (title, [Interval(title, value, low, high, FAMILIES[family_of(report, model)])])
        for model, value, low, high in numbers
        for title in [title_of(report, model)]
    ]


def difference_section(report: Report) -> Section:
    """Return how far each model is behind the best of each test."""
    panels: list[Panel] = []
    for test, measure in tests_of(report):
        best = best_score(report, test, measure)
        models = [each.model for each in scores_on(report, test, measure)]
        if best is not None:
            panels += _behind(report, test, measure, best.model, models)
    for text in texts_of(report):
        lowest = best_perplexity(report, text)
        models = [each.model for each in ranked_perplexities(report, text)]
        if lowest is not None:
            panels += _behind(report, text, BITS, lowest.model, models)
    if not panels:
        return Section("differences", "Significance", ())
    figure = Figure(
        tuple(panels),
        f"How far each model is behind the best, with 95 % intervals, item by item on the items "
        f"that all models cover: {KEY}. Filled marks differ significantly from the best (p < 0.05 "
        "after Holm's correction), hollow ones do not. The best was found on the same items, which "
        "favours it a little.",
    )
    return Section("differences", "Significance", (figure,))


def _behind(
    report: Report, test: str, measure: str, best: str, models: Sequence[str]
) -> list[Panel]:
    """Return the panel of the differences from the best model, if there are any."""
    rows = []
    for model in models:
        lead = lead_between(report, test, measure, best, model) if model != best else None
        if lead is None or not math.isfinite(lead.amount):
            continue
        sign = 1 if lead.leader == best else -1
        low, high = sorted((sign * lead.low, sign * lead.high))
        title, series = title_of(report, model), FAMILIES[family_of(report, model)]
        point = Interval(
            title, sign * lead.amount, low, high, series, hollow=not lead.is_significant
        )
        rows.append((sign * lead.amount, title, point))
    if not rows:
        return []
    rows.sort(key=lambda row: row[0])
    n, title = sum(not point.hollow for *_, point in rows), title_of(report, best)
    name = measure if measure == BITS else measure_name(measure)
    share = "none of" if n == 0 else "all" if n == len(rows) else f"{n} of"
    verb = "is" if n <= 1 else "are"
    finding = f"{share} {len(rows)} models {verb} significantly behind {title}"
    if len(rows) == 1:
        finding = f"{rows[0][1]} is {'not ' * (not n)}significantly behind {title}"
    panel = interval_panel(
        f"{test}, {name}: {finding}",
        f"Differences of models from {title} on {test}, {name}",
        [(row_title, [point]) for _, row_title, point in rows],
        "bits per token behind" if measure == BITS else f"{name} behind",
        zero=title,
    )
    return [panel]


def score_tables(report: Report) -> Section:
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
            caption = f"{name}. The best is bold; ≈ marks no significant difference from it."
            head = heads("model", "family", numbers=[column.title for column in columns])
            records = [
                record
                for each in report.scores
                if isinstance(each, kind)
                for record in _record(each)
            ]
            tables.append(table(name.lower(), caption, head, groups, records))
    return Section("score-tables", "Scores in full", tuple(tables), folded=True)


def _record(score: SimilarityResult | AnalogyResult) -> list[dict[str, object]]:
    """Return the row of a CSV file; that of an analogy set has its total."""
    return [
        {
            "test": score.test,
            "measure": score.measure,
            "model": score.model,
            "score": score.value,
            "low": score.low,
            "high": score.high,
            "chance": score.chance_level,
            "n": score.n,
            "n_oov": score.n_oov,
        }
    ]


def _mark(report: Report, score: SimilarityResult | AnalogyResult) -> str:
    best = best_score(report, score.test, score.measure)
    return standing(report, score.test, score.measure, score.model, best.model if best else None)


def difference_table(report: Report) -> Section:
    """Return every paired comparison with the best models."""
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
    blocks: tuple[Block, ...] = (
        Text(
            "Each model is compared with the best count-based and the best neural one (language "
            "models with the best mixture, too), item by item, on the items that all cover. Higher "
            "scores are better; fewer bits per token are better."
        ),
        table(
            "differences",
            "Paired differences of each model, A, from the one that it is compared with, B, with p "
            "values before and after Holm's correction.",
            head,
            rows,
            records_of(report.differences),
        ),
    )
    return Section("paired", "Paired differences", blocks if rows else (), folded=True)


def _difference_row(report: Report, found: Comparison) -> tuple[Cell, ...]:
    better = (found.difference < 0) if found.measure == BITS else (found.difference > 0)
    verdict = Cell("no significant difference")
    if math.isnan(found.p_holm):
        verdict = Cell("not tested")
    elif is_significant(found):
        verdict = Cell("better", mark="good") if better else Cell("worse", mark="bad")
    cells = number_cells(number_columns(Comparison), found)
    return (Cell(title_of(report, found.model)), *cells, verdict)


def terms_section(report: Report) -> Section:
    """Return what the measures mean."""
    has_numbers = report.scores or report.perplexities
    blocks = (Items(terms=_TERMS),) if has_numbers else ()
    return Section("terms", "What the numbers mean", blocks, folded=True)
