"""The headline: the conclusions, what each model scores, and what it costs."""

from ...evaluation.perplexity_results import PerplexityResult
from ..data import ModelRow, Report
from .blocks import Block, Card, Cell, Section, heads, right, table
from .findings import (
    BITS,
    best_perplexity,
    best_score,
    leading,
    leads_without_oov,
    perplexities_on,
    scores_on,
    standing,
    tests_of,
    texts_of,
)
from .numbers import duration, fixed, interval, size, whole
from .verdicts import (
    absent,
    failed_steps,
    headline,
    meaning,
    test_verdicts,
    text_verdicts,
    trained_on,
)

_MOST_COLUMNS = 6  # of scores, beyond which each test has one
_COSTS = ("time", "memory", "size", "parameters", "repeats")
_SHORT = {"spearman": "ρ", "3cosadd": "3CosAdd", "3cosmul": "3CosMul"}
_SIGNIFICANT = (
    "“Significant” means p < 0.05 in a paired test on the same items, after Holm's correction for "
    "all pairs of models on that test. “No significant difference” does not mean equal. Intervals "
    "are 95 %."
)


def summary_section(report: Report) -> Section:
    """Return the conclusions."""
    failed = [text for text in (absent(report), *failed_steps(report)) if text]
    card = Card(
        failed=tuple(failed),
        warnings=report.warnings,
        verdict=headline(report),
        about=trained_on(report),
        tasks=(*test_verdicts(report), *text_verdicts(report)),
        meaning=tuple(meaning(report)),
        note=_SIGNIFICANT if report.differences else "",
    )
    return Section("summary", "Conclusions", (card,))


def models_section(report: Report) -> Section:
    """Return the tables of all models."""
    blocks: list[Block] = []
    vectors = [row for row in report.models if row.kind in ("vectors", "thesaurus")]
    models = [row for row in report.models if row.kind == "language model"]
    if vectors:
        blocks.append(_vectors(report, vectors))
    if models:
        blocks.append(_language_models(report, models))
    return Section("headline", "All models", tuple(blocks))


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
        "Word vectors. The best score of a column is bold; ≈ marks no significant difference from "
        "it. Higher is better."
    )
    head = heads("model", "family", numbers=[*numbers, *_COSTS])
    return table("word-vectors", caption, head, body)


def _language_models(report: Report, rows: list[ModelRow]) -> Block:
    texts = texts_of(report)
    columns: list[str] = []
    for text in texts:
        of = f", {text}" if len(texts) > 1 else ""
        both = [f"perplexity{of}", f"without OOV{of}"]
        columns += [*(both[::-1] if leads_without_oov(report, text) else both), f"bits/token{of}"]
    body = []
    for row in rows:
        cells = []
        for text in texts:
            found = next((p for p in perplexities_on(report, text) if p.model == row.name), None)
            best = best_perplexity(report, text)
            mark = standing(report, text, BITS, row.name, best.model if best else None)
            cells += _perplexities(report, found, mark)
        body.append(_row(row, cells))
    caption = (
        "Language models on the test text. The lowest perplexity is bold; ≈ marks no significant "
        "difference from it. Lower is better."
    )
    head = heads("model", "family", numbers=[*columns, *_COSTS])
    return table("language-models", caption, head, body)


def _perplexities(report: Report, found: PerplexityResult | None, mark: str) -> list[Cell]:
    """Return the perplexity that leads, the other one, and bits per token."""
    if found is None:
        return [right("–")] * 3
    value, low, high = leading(report, found)
    others = (found.perplexity, found.perplexity_without_oov)
    other = others[not leads_without_oov(report, found.text)]
    first = right(fixed(value, 2), interval(low, high, 2), mark)
    return [first, right(fixed(other, 2)), right(fixed(found.bits_per_token, 4))]


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
        "yes" if row.repeatable else "no",
    ]
    return [*first, *cells, *map(right, costs)]
