"""The report in a paragraph of plain language, made of its numbers and claiming no more."""

import math
from collections.abc import Sequence

from ...evaluation.results import AnalogyResult, SimilarityResult
from ..data import CorpusProfile, Report
from .findings import (
    BITS,
    Lead,
    best_perplexity,
    best_score,
    lead_between,
    measure_name,
    perplexities_on,
    scores_on,
    tests_of,
    texts_of,
    title_of,
)
from .numbers import fixed, probability, whole

_FEW = 6  # sentences on tests of words, beyond which the table says the rest


def summary(report: Report) -> list[str]:
    """Return the sentences of the summary."""
    said = [_opening(report)]
    tests = _main_tests(report)
    said += [_on_test(report, *each) for each in tests[:_FEW]]
    if len(tests) > _FEW:
        said.append(f"The tables below have {len(tests) - _FEW} more tests.")
    said += [sentence for text in texts_of(report) for sentence in _on_text(report, text)]
    return [sentence for sentence in said if sentence]


def _opening(report: Report) -> str:
    done = [row.title for row in report.models if row.status == "done"]
    if not report.models:
        return "This report has no models yet."
    if not done:
        return "None of the models of this study could be had."
    start = f"The study has {len(done)} model{'s' if len(done) > 1 else ''}"
    if report.sample is None:
        return f"{start}{_trained_on(report.profile)}: {listed(done)}."
    vectors, others = (
        [row.title for row in report.models if row.status == "done" and row.kind == kind]
        for kind in ("vectors", "language model")
    )
    return (
        f"{start}: {listed(vectors)}{_trained_on(report.profile)}; and {listed(others)}"
        f"{_trained_on(report.sample, 'a sample of ')}."
    )


def _trained_on(text: CorpusProfile | None, of: str = "") -> str:
    if text is None:
        return ""
    words = whole(text.n_words)
    return f", trained on {of}{whole(text.n_tokens)} running words with a vocabulary of {words}"


def _main_tests(report: Report) -> list[tuple[str, str]]:
    """Return each test with one measure: where a test has several, the first with a score."""
    chosen: dict[str, str] = {}
    for test, measure in tests_of(report):
        if best_score(report, test, measure) is not None:
            chosen.setdefault(test, measure)
    return list(chosen.items())


def _on_test(report: Report, test: str, measure: str) -> str:
    counted, neural = (best_score(report, test, measure, f) for f in ("count-based", "neural"))
    start = f"On {test} ({measure_name(measure)})"
    if counted is None or neural is None:
        one = counted or neural or best_score(report, test, measure)
        if one is None:
            return ""
        others = len(scores_on(report, test, measure)) > 1
        has = "has the highest score" if others else "has the score"
        said = f"{start}, {title_of(report, one.model)} {has} {fixed(one.value)}"
        family = "neural" if counted else "count-based"
        return f"{said}; there is no {family} model to compare it with.{_at_chance([one])}"
    said = (
        f"{start}, {title_of(report, counted.model)} is the best count-based model "
        f"({fixed(counted.value)}) and {title_of(report, neural.model)} the best neural one "
        f"({fixed(neural.value)})"
    )
    lead = lead_between(report, test, measure, counted.model, neural.model)
    return f"{said}; {_verdict(report, lead, 'words')}.{_at_chance([counted, neural])}"


def _at_chance(scores: Sequence[SimilarityResult | AnalogyResult]) -> str:
    below = [each for each in scores if _is_at_chance(each)]
    if not below:
        return ""
    if len(below) == 2:
        return " Neither is significantly above chance."
    return f" The score {fixed(below[0].value)} is not significantly above chance."


def _is_at_chance(score: SimilarityResult | AnalogyResult) -> bool:
    """Tell whether guessing can give a score, or its interval holds what guessing gives."""
    if score.measure == "spearman":  # which guessing keeps around 0
        return score.value <= score.chance_level or score.low <= 0
    return min(score.value, score.low) <= score.chance_level


def _verdict(report: Report, lead: Lead | None, items: str) -> str:
    """Say whether one of two is better; never more than the test of the difference says."""
    if lead is None or math.isnan(lead.p_holm):
        return "the significance of the difference was not tested"
    p = f"p = {probability(lead.p_holm)}".replace("= <", "<")
    bits = " bits per token" if items == "tokens" else ""
    if not lead.told_apart:
        return f"no significant difference ({p})"
    return (
        f"{title_of(report, lead.leader)} is better by {fixed(lead.amount)}{bits}, which is "
        f"statistically significant ({p})"
    )


def _on_text(report: Report, text: str) -> list[str]:
    best = best_perplexity(report, text)
    if best is None:
        return []
    counted, neural, mixed = (
        best_perplexity(report, text, family) for family in ("count-based", "neural", "mixed")
    )
    known = [each for each in perplexities_on(report, text) if math.isfinite(each.perplexity)]
    found = sorted(known, key=lambda each: each.perplexity)
    lowest = "The lowest perplexity" if len(found) > 1 else "The perplexity"
    said = [
        f"{lowest} on {text} is {fixed(best.perplexity, 1)}, that of {title_of(report, best.model)}"
        "."
    ]
    if counted is not None and neural is not None:
        lead = lead_between(report, text, BITS, counted.model, neural.model)
        said.append(
            f"Of the count-based models {title_of(report, counted.model)} is best "
            f"({fixed(counted.perplexity, 1)}), of the neural ones "
            f"{title_of(report, neural.model)} ({fixed(neural.perplexity, 1)}); "
            f"{_verdict(report, lead, 'tokens')}."
        )
    elif mixed is None and len(found) > 1:
        lead = lead_between(report, text, BITS, found[0].model, found[1].model)
        said.append(
            f"Next is {title_of(report, found[1].model)} ({fixed(found[1].perplexity, 1)}); "
            f"{_verdict(report, lead, 'tokens')}."
        )
    single = [each for each in (counted, neural) if each is not None]
    if mixed is not None and single:
        near = min(single, key=lambda each: each.perplexity)
        lead = lead_between(report, text, BITS, mixed.model, near.model)
        verdict = _verdict(report, lead, "tokens")
        said.append(
            f"Between {title_of(report, mixed.model)} ({fixed(mixed.perplexity, 1)}) and the best "
            f"single model, {title_of(report, near.model)}: {verdict}."
        )
    return said


def absent(report: Report) -> str:
    """Return which models are not in the comparison, and why; "" if all are."""
    verbs = {"failed": "failed", "refused": "was not begun", "missing": "is missing"}
    each = [
        f"{row.title} {verbs[row.status]} ({row.reason or 'no reason given'})"
        for row in report.models
        if row.status != "done"
    ]
    return f"Not in the comparison: {'; '.join(each)}." if each else ""


def listed(names: Sequence[str]) -> str:
    """Return names as a sentence lists them."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"
