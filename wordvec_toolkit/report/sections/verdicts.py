"""Findings of a study, in sentences that claim no more than its tests.

A model is *best* on a test by its score; the paired tests decide whether others are significantly
worse.  A score is above chance if its interval is.  Where fewer than a quarter of the items of
every test are covered, these rank only the words that the corpus happens to have.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ...evaluation.perplexity_results import PerplexityResult
from ...evaluation.results import AnalogyResult, SimilarityResult
from ..data import Report
from .findings import (
    BITS,
    best_score,
    cited,
    lead_between,
    leading,
    leads_without_oov,
    measure_name,
    perplexities_on,
    ranked_perplexities,
    scores_on,
    tests_of,
    texts_of,
    title_of,
)
from .numbers import fixed, interval, percent, probability, whole

Score = SimilarityResult | AnalogyResult
#: ``chance``: no model is significantly above it.  ``alone``: one model only.  ``best``: all others
#: are significantly worse.  ``tied``: some are not.  ``leads``: those that were tested are worse.
#: ``untested``: nothing was tested.
Standing = Literal["chance", "alone", "best", "tied", "leads", "untested"]
_THIN = 0.25  # share of the items of a test, below which they rank nothing in general
_FEW = 3  # names in a sentence


@dataclass(frozen=True)
class Verdict:
    """Finding on one test.

    Attributes
    ----------
    name : str
        Of the test set or text.
    measure : str
    best : str
        Title of the model with the best score, and `score`, with its interval.
    standing : Standing
    tied : tuple of str
        Titles of the models with no significant difference from the best.
    n_others, n_untested : int
        Models besides the best; those of them that no test compares with it.
    covered, n_items : int
        Items that the best model covers, and their total; of a text, words in the vocabulary.
    items : str
        What they are.
    families : str
        How the best count-based model compares with the best neural one; "" without either.
    """

    name: str
    measure: str
    best: str
    score: str
    standing: Standing
    tied: tuple[str, ...]
    n_others: int
    n_untested: int
    covered: int
    n_items: int
    items: str
    families: str

    @property
    def n_worse(self) -> int:
        """Models that are significantly worse than the best."""
        return self.n_others - len(self.tied) - self.n_untested

    @property
    def is_thin(self) -> bool:
        """Whether too few items are covered to rank models in general."""
        return self.covered < _THIN * self.n_items

    @property
    def coverage(self) -> str:
        share = percent(self.covered / self.n_items) if self.n_items else "none"
        return f"{whole(self.covered)} of {whole(self.n_items)} {self.items} covered ({share})"

    @property
    def finding(self) -> str:
        """In few words, for the title of a chart."""
        if self.standing == "chance":
            return "no model is above chance" if self.n_others else f"{self.best} is at chance"
        if self.standing == "best":
            return f"{self.best} is best"
        if self.standing == "tied" and len(self.tied) == self.n_others:
            return "no significant difference"
        return f"{self.best} leads" if self.n_others else self.best

    @property
    def sentence(self) -> str:
        """Certainty of the first place."""
        if self.standing == "chance":
            which = "No model is" if self.n_others else "It is not"
            return f"{which} significantly above chance."
        if self.standing == "alone":
            return "There is no other model to compare it with."
        if self.standing == "untested":
            return "Differences were not tested."
        every = "the other model" if self.n_others == 1 else f"all {self.n_others} others"
        parts = []
        if self.tied:
            names = every if len(self.tied) == self.n_others else some(self.tied)
            parts.append(f"no significant difference from {names}")
        if self.n_worse:
            rest = f"{self.n_worse} other{'s' if self.n_worse > 1 else ''}"
            names = every if self.n_worse == self.n_others else rest
            parts.append(f"significantly better than {names}")
        if self.n_untested:
            parts.append(f"{self.n_untested} not tested")
        said = "; ".join(parts)
        return f"{said[0].upper()}{said[1:]}."


def test_verdicts(report: Report) -> list[Verdict]:
    """Return what was found on each test of words, by the first of its measures with a score."""
    chosen: dict[str, str] = {}
    for test, measure in tests_of(report):
        if best_score(report, test, measure) is not None:
            chosen.setdefault(test, measure)
    return [on_test(report, *each) for each in chosen.items()]


def on_test(report: Report, test: str, measure: str) -> Verdict:
    """Return what was found on a test; at least one model has a score."""
    scores = [each for each in scores_on(report, test, measure) if math.isfinite(each.value)]
    best = best_score(report, test, measure)
    assert best is not None
    names = [each.model for each in scores]
    standing, tied, n_untested = _standing(report, test, measure, best.model, names)
    if all(map(_is_at_chance, scores)):
        standing = "chance"
    return Verdict(
        name=test,
        measure=measure_name(measure),
        best=cited(report, best.model),
        score=f"{fixed(best.value)} {interval(best.low, best.high)}".rstrip(),
        standing=standing,
        tied=tied,
        n_others=len(scores) - 1,
        n_untested=n_untested,
        covered=best.n,
        n_items=best.n + best.n_oov,
        items="pairs" if isinstance(best, SimilarityResult) else "questions",
        families=_families(report, test, measure),
    )


def text_verdicts(report: Report) -> list[Verdict]:
    """Return what was found on each text that language models predict."""
    texts = [text for text in texts_of(report) if ranked_perplexities(report, text)]
    return [_on_text(report, text) for text in texts]


def _on_text(report: Report, text: str) -> Verdict:
    ranked = ranked_perplexities(report, text)
    best, without = ranked[0], leads_without_oov(report, text)
    names = [each.model for each in ranked]
    standing, tied, n_untested = _standing(report, text, BITS, best.model, names)
    value, low, high = leading(report, best)
    n_words = best.n_tokens - best.n_sentences
    return Verdict(
        name=text,
        measure=f"perplexity{' without OOV' if without else ''}",
        best=title_of(report, best.model),
        score=f"{fixed(value, 1)} {interval(low, high, 1)}".rstrip(),
        standing=standing,
        tied=tied,
        n_others=len(ranked) - 1,
        n_untested=n_untested,
        covered=n_words - best.n_oov,
        n_items=n_words,
        items="words",
        families=_families(report, text, BITS),
    )


def _standing(
    report: Report, test: str, measure: str, best: str, models: Sequence[str]
) -> tuple[Standing, tuple[str, ...], int]:
    """Return how sure the first place is, the titles of those that may be as good, and how many
    were not tested."""
    others = [model for model in models if model != best]
    if not others:
        return "alone", (), 0
    leads = [lead_between(report, test, measure, best, other) for other in others]
    pairs = zip(others, leads)
    tested = {other: lead for other, lead in pairs if lead and not math.isnan(lead.p_holm)}
    n_untested = len(others) - len(tested)
    # Scores of models that cover other items can differ from those on the shared ones.
    tied = tuple(
        cited(report, other)
        for other, lead in tested.items()
        if not lead.is_significant or lead.leader != best
    )
    if not tested:
        return "untested", (), n_untested
    return "tied" if tied else "leads" if n_untested else "best", tied, n_untested


def _is_at_chance(score: Score) -> bool:
    """Return whether guessing can give a score, or its interval holds what guessing gives."""
    if score.measure == "spearman":  # which guessing keeps around 0
        return score.value <= score.chance_level or score.low <= 0
    return min(score.value, score.low) <= score.chance_level


def _families(report: Report, test: str, measure: str) -> str:
    """State how the best count-based model compares with the best neural one."""
    best: list[tuple[str, str]] = []
    for family in ("count-based", "neural"):
        found: Score | PerplexityResult | None
        if measure == BITS:
            found = next(iter(ranked_perplexities(report, test, family)), None)
            text = fixed(leading(report, found)[0], 1) if found else ""
        else:
            found = best_score(report, test, measure, family)
            text = fixed(found.value) if found else ""
        if found is None:
            return ""
        best.append((found.model, text))
    (counted, one), (neural, other) = best
    titles = title_of(report, counted), title_of(report, neural)
    start = f"Count-based {titles[0]} ({one}), neural {titles[1]} ({other})"
    lead = lead_between(report, test, measure, counted, neural)
    if lead is None or math.isnan(lead.p_holm):
        return f"{start}: their difference was not tested."
    p = f"p = {probability(lead.p_holm)}".replace("= <", "<")
    if not lead.is_significant:
        return f"{start}: no significant difference ({p})."
    return f"{start}: {title_of(report, lead.leader)} is significantly better ({p})."


def headline(report: Report) -> str:
    """Return the verdict on the corpus in one sentence."""
    if not report.models:
        return "This report has no models yet."
    if not any(row.status == "done" for row in report.models):
        return "No model of this study was built."
    clauses = [_on_vectors(report), *_on_language_models(report)]
    said = "; ".join(clause for clause in clauses if clause)
    return f"{said[0].upper()}{said[1:]}." if said else "Nothing was measured."


def _on_vectors(report: Report) -> str:
    verdicts = test_verdicts(report)
    if not verdicts:
        built = any(row.kind == "vectors" and row.status == "done" for row in report.models)
        return "word vectors were not scored" if built else ""
    widest = max(verdicts, key=lambda each: each.covered / max(each.n_items, 1))
    covered = widest.coverage.partition(" (")[0]
    above = [each for each in verdicts if each.standing != "chance"]
    is_alone = all(each.n_others == 0 for each in verdicts)
    if all(each.is_thin for each in verdicts):
        return (
            f"this corpus is too small to {'judge' if is_alone else 'rank'} word vectors: {covered}"
        )
    if is_alone:
        where = "above chance" if above else "not significantly above chance"
        on = f" on {len(above)} of {len(verdicts)} tests" if above[1:] else ""
        return f"{widest.best} is the only model of word vectors, {where}{on}, with {covered}"
    if not above:
        return f"no word vectors are significantly above chance: {covered}"
    if all(each.n_untested for each in above):
        return "the differences between word vectors were not all tested"
    ranked = [e for e in above if e.n_worse and not e.n_untested and not e.is_thin]
    if not ranked:
        return "no word vectors are significantly better than the others on any test"
    tops = [{each.best, *each.tied} for each in ranked]
    common = [title for title in _titles(report) if all(title in top for top in tops)]
    where = f"{len(ranked)} of {len(verdicts)} tests" if len(verdicts) > 1 else ranked[0].name
    if len(common) == 1:
        return f"{common[0]} has the best word vectors on {where}"
    if common:
        return f"{some(common)} have the best word vectors, without a significant difference"
    each_best = [f"{each.best} on {each.name}" for each in ranked]
    return f"which word vectors are best depends on the test: {some(each_best)}"


def _titles(report: Report) -> list[str]:
    return [cited(report, row.name) for row in report.models]


def _on_language_models(report: Report) -> list[str]:
    clauses = []
    for each in text_verdicts(report):
        of_text = f" of {each.name}" if len(texts_of(report)) > 1 else ""
        if each.standing == "alone":
            clauses.append(f"{each.best} is the only language model{of_text}, of {_number(each)}")
        elif each.standing == "best":
            clauses.append(
                f"{each.best} is the best language model{of_text}, significantly better than "
                f"{'all others' if each.n_others > 1 else 'the other one'}"
            )
        elif each.standing in ("leads", "untested"):
            clauses.append(
                f"{each.best} has the lowest perplexity{of_text}; not all differences were tested"
            )
        elif len(each.tied) == each.n_others:
            clauses.append(
                f"{each.best} has the lowest perplexity{of_text}, without a significant difference "
                "from the others"
            )
        else:
            clauses.append(
                f"{each.best} has the lowest perplexity{of_text}, without a significant difference "
                f"from {some(each.tied)}"
            )
    return clauses


def _number(verdict: Verdict) -> str:
    return f"perplexity {verdict.score.partition(' ')[0]}"


def meaning(report: Report) -> list[str]:
    """Return what the verdicts mean for those who have this corpus."""
    said = []
    verdicts = test_verdicts(report)
    if verdicts and all(each.is_thin for each in verdicts):
        said.append(
            "Do not judge word vectors by these scores. More text, a smaller --min-count "
            "or a test set of words from this domain (--similarity FILE) would cover more."
        )
        said += [
            f"On the {each.covered:,} {each.items} of {each.name} that are covered, {each.best} is "
            f"significantly better than {'all others' if each.n_others > 1 else 'the other one'}."
            for each in verdicts
            if each.standing == "best" and each.n_others
        ]
    elif verdicts and all(each.standing == "chance" for each in verdicts):
        said.append("These scores cannot rank the word vectors; look at their nearest neighbours.")
    for text in texts_of(report):
        rates = [each.oov_rate for each in perplexities_on(report, text)]
        if leads_without_oov(report, text):
            said.append(
                f"{percent(max(rates))} of the words of {text} are out of vocabulary (OOV). Models "
                "are ranked by the perplexity of the other words."
            )
    return said


def absent(report: Report) -> str:
    """Return which models are not in the comparison, and why; "" if all are."""
    verbs = {"failed": "failed", "refused": "was not started", "missing": "is missing"}
    each = [
        f"{row.title} {verbs[row.status]} ({row.reason or 'no reason given'})"
        for row in report.models
        if row.status != "done"
    ]
    return f"Not in the comparison: {'; '.join(each)}." if each else ""


def failed_steps(report: Report) -> list[str]:
    """Return the steps that are not done, with their reasons, where those are no models."""
    models = {row.name for row in report.models}
    return [
        f"{step.name} {step.status}: {step.reason or 'no reason given'}"
        for step in report.steps
        if step.status in ("failed", "refused") and step.name not in models
    ]


def trained_on(report: Report) -> str:
    """Return how many models were trained on what."""
    n = sum(row.status == "done" and row.kind != "thesaurus" for row in report.models)
    if not n or report.profile is None:
        return ""
    said = f"{n} model{'s' if n > 1 else ''}, trained on {whole(report.profile.n_tokens)} tokens"
    if report.sample is not None:
        said += f" (language models on a sample of {whole(report.sample.n_tokens)})"
    return f"{said} with a vocabulary of {whole(report.profile.n_words)} words."


def some(names: Sequence[str]) -> str:
    """Return names as a sentence lists them; of many, how many more there are."""
    if len(names) > _FEW:
        return f"{', '.join(names[:_FEW])} and {len(names) - _FEW} more"
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)
