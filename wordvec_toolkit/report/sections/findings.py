"""The best model on each test, and whether that is statistically significant."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from ...evaluation.comparison_results import Comparison
from ...evaluation.perplexity_results import PerplexityResult
from ...evaluation.results import AnalogyResult, SimilarityResult
from ..data import ModelRow, Report

#: What `Comparison.measure` is called where language models are compared; less of it is better.
BITS = "bits per token"
LEVEL = 0.05
_MEASURES = {
    "spearman": "Spearman correlation",
    "3cosadd": "accuracy, 3CosAdd",
    "3cosmul": "accuracy, 3CosMul",
}


@dataclass(frozen=True)
class Lead:
    """A paired difference seen from the side of the better one, which is not negative.

    Attributes
    ----------
    is_significant : bool
        Whether it is statistically significant at the level of .05, after Holm's correction.
    """

    leader: str
    other: str
    amount: float
    low: float
    high: float
    p_holm: float
    n: int
    is_significant: bool


def measure_name(measure: str) -> str:
    """Return what a measure is called in prose."""
    return _MEASURES.get(measure, measure)


def tests_of(report: Report) -> list[tuple[str, str]]:
    """Return tests of words with their measures, in the order of the report."""
    return list(dict.fromkeys((each.test, each.measure) for each in report.scores))


def texts_of(report: Report) -> list[str]:
    """Return the texts that perplexities are of."""
    return list(dict.fromkeys(each.text for each in report.perplexities))


def rows_by_name(report: Report) -> Mapping[str, ModelRow]:
    """Return the models by their names."""
    return {row.name: row for row in report.models}


def title_of(report: Report, name: str) -> str:
    """Return what a model is called in prose."""
    row = rows_by_name(report).get(name)
    return row.title if row else name


def cited(report: Report, name: str) -> str:
    """Return what a model is called in conclusions: with a mark if it uses a lexicon."""
    mark = " (uses a lexicon)" if family_of(report, name) == "lexical" else ""
    return title_of(report, name) + mark


def family_of(report: Report, name: str) -> str:
    """Return the family of a model, "" if it is not known."""
    row = rows_by_name(report).get(name)
    return row.family if row else ""


def scores_on(report: Report, test: str, measure: str) -> list[SimilarityResult | AnalogyResult]:
    """Return the scores on a test."""
    return [each for each in report.scores if (each.test, each.measure) == (test, measure)]


def perplexities_on(report: Report, text: str) -> list[PerplexityResult]:
    """Return the perplexities on a text."""
    return [each for each in report.perplexities if each.text == text]


def best_score(
    report: Report, test: str, measure: str, family: str = ""
) -> SimilarityResult | AnalogyResult | None:
    """Return the best score of a family, or of all; the report's own choice goes first."""
    found = [
        each
        for each in scores_on(report, test, measure)
        if math.isfinite(each.value) and (not family or family_of(report, each.model) == family)
    ]
    chosen = report.best.get(family, {}).get(f"{test}|{measure}")
    of_chosen = [each for each in found if each.model == chosen]
    return max(of_chosen or found, key=lambda each: each.value, default=None)


def leads_without_oov(report: Report, text: str) -> bool:
    """Return whether so much of a text is OOV that the perplexity without these words leads."""
    return any(each.has_much_oov for each in perplexities_on(report, text))


def leading(report: Report, found: PerplexityResult) -> tuple[float, float, float]:
    """Return the perplexity of a model that leads on its text, and the ends of its interval."""
    if leads_without_oov(report, found.text):
        return found.perplexity_without_oov, *found.interval_without_oov
    return found.perplexity, *found.interval


def ranked_perplexities(report: Report, text: str, family: str = "") -> list[PerplexityResult]:
    """Return the models of a family, or all, whose perplexity is finite, the lowest first."""
    found = [
        (leading(report, each)[0], each)
        for each in perplexities_on(report, text)
        if not family or family_of(report, each.model) == family
    ]
    known = [pair for pair in found if math.isfinite(pair[0])]
    return [each for _, each in sorted(known, key=lambda pair: pair[0])]


def best_perplexity(report: Report, text: str, family: str = "") -> PerplexityResult | None:
    """Return the lowest perplexity of a family, or of all."""
    return next(iter(ranked_perplexities(report, text, family)), None)


def lead_between(report: Report, test: str, measure: str, one: str, other: str) -> Lead | None:
    """Return which of two models leads on the items that both know; None if not compared."""
    for each in report.differences:
        same = (each.test, each.measure) == (test, measure)
        if same and {each.model, each.against} == {one, other} and math.isfinite(each.difference):
            return _lead(each)
    return None


def _lead(found: Comparison) -> Lead:
    better = found.difference <= 0 if found.measure == BITS else found.difference >= 0
    leader, other = (found.model, found.against) if better else (found.against, found.model)
    ends = (found.low, found.high) if found.difference >= 0 else (-found.high, -found.low)
    return Lead(
        leader,
        other,
        abs(found.difference),
        ends[0],
        ends[1],
        found.p_holm,
        found.n,
        is_significant(found),
    )


def is_significant(found: Comparison) -> bool:
    """Return whether a difference is statistically significant."""
    return math.isfinite(found.difference) and found.p_holm < LEVEL


def standing(report: Report, test: str, measure: str, model: str, best: str | None) -> str:
    """Return ``best``, ``tied`` with no significant difference from the best, or ""."""
    if best is None:
        return ""
    if model == best:
        return "best"
    lead = lead_between(report, test, measure, model, best)
    if lead is None or math.isnan(lead.p_holm):
        return ""
    if lead.amount == 0:
        return "best"
    return "" if lead.is_significant else "tied"
