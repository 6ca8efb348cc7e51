"""The conclusions of a report follow from its tests: results made by hand, what must be said."""

import dataclasses
import math

import pytest
from sample_reports import analogy, difference, full_report, perplexity, similarity

from wordvec_toolkit.report.data import ModelRow, Report, StepRow
from wordvec_toolkit.report.html import report_sections
from wordvec_toolkit.report.sections.verdicts import (
    absent,
    failed_steps,
    headline,
    meaning,
    text_verdicts,
)
from wordvec_toolkit.report.sections.verdicts import test_verdicts as verdicts_on_tests

BITS = "bits per token"
TITLES = {"svd": "PPMI-SVD", "sg": "skip-gram", "glove": "GloVe"}
LMS = {"kn": "Kneser-Ney", "cache": "Cache", "lstm": "LSTM"}


def row(name, title, kind="vectors", status="done", reason=""):
    family = "neural" if name in ("sg", "lstm") else "count-based"
    return ModelRow(name, title, kind, family, "", status, reason, "")


def vectors(scores, differences=(), n=200, n_oov=153, bounds=0.05):
    """A report of word vectors: {model: score} on one test, and (A, B, difference, p)."""
    return Report(
        title="t",
        command="",
        settings="",
        versions={},
        made="",
        models=tuple(row(name, TITLES[name]) for name in scores),
        scores=tuple(
            similarity(name, "ws", value, (value - bounds, value + bounds), n, n_oov)
            for name, value in scores.items()
        ),
        differences=tuple(
            difference("ws", "spearman", a, b, d, p, p) for a, b, d, p in differences
        ),
    )


def models(values, differences=(), n_oov=0, without=None):
    """A report of language models: {model: perplexity} on one text, and (A, B, bits, p)."""
    without = without or values
    return Report(
        title="t",
        command="",
        settings="",
        versions={},
        made="",
        models=tuple(row(name, LMS[name], "language model") for name in values),
        perplexities=tuple(
            perplexity(
                name, "x", (v, v * 0.9, v * 1.1, without[name], math.log2(v), 1.0), 1000, n_oov
            )
            for name, v in values.items()
        ),
        differences=tuple(difference("x", BITS, a, b, d, p, p) for a, b, d, p in differences),
    )


def test_a_clear_winner_is_named():
    report = vectors(
        {"svd": 0.6, "sg": 0.4, "glove": 0.3},
        [("sg", "svd", -0.2, 0.001), ("glove", "svd", -0.3, 0.001)],
    )
    (found,) = verdicts_on_tests(report)
    assert (found.standing, found.best, found.tied) == ("best", "PPMI-SVD", ())
    assert found.sentence == "Significantly better than all 2 others."
    assert found.families.endswith("PPMI-SVD is significantly better (p = 0.001).")
    assert found.coverage == "200 of 353 pairs covered (56.7 %)"
    assert headline(report) == "PPMI-SVD has the best word vectors on ws."


@pytest.mark.parametrize(("p", "is_tied"), [(0.0499, False), (0.05, True), (0.6, True)])
def test_significance_begins_below_one_in_twenty(p, is_tied):
    report = vectors({"svd": 0.6, "sg": 0.4}, [("sg", "svd", -0.2, p)])
    (found,) = verdicts_on_tests(report)
    assert (found.standing == "tied") is is_tied
    assert ("no significant difference" in found.families) is is_tied
    assert ("has the best word vectors" in headline(report)) is not is_tied


def test_a_tie_names_those_that_are_not_worse():
    report = vectors(
        {"svd": 0.6, "sg": 0.58, "glove": 0.2},
        [("sg", "svd", -0.02, 0.8), ("glove", "svd", -0.4, 0.001)],
    )
    (found,) = verdicts_on_tests(report)
    assert found.tied == ("skip-gram",)
    assert found.sentence == (
        "No significant difference from skip-gram; significantly better than 1 other."
    )
    assert headline(report) == (
        "PPMI-SVD and skip-gram have the best word vectors, without a significant difference."
    )


def test_nothing_is_ranked_where_no_difference_is_significant():
    report = vectors(
        {"svd": 0.6, "sg": 0.58, "glove": 0.55},
        [("sg", "svd", -0.02, 0.8), ("glove", "svd", -0.05, 0.4)],
    )
    assert verdicts_on_tests(report)[0].finding == "no significant difference"
    assert headline(report) == (
        "No word vectors are significantly better than the others on any test."
    )


def test_too_little_coverage_ranks_only_what_is_covered():
    report = vectors(
        {"svd": 0.6, "sg": 0.1}, [("sg", "svd", -0.5, 0.001)], n=54, n_oov=299, bounds=0.1
    )
    assert headline(report) == (
        "This corpus is too small to rank word vectors: 54 of 353 pairs covered."
    )
    said = meaning(report)
    assert said[0].startswith("Do not judge word vectors by these scores.")
    assert said[1] == (
        "On the 54 pairs of ws that are covered, PPMI-SVD is significantly better than the other "
        "one."
    )
    tied = vectors({"svd": 0.6, "sg": 0.5}, [("sg", "svd", -0.1, 0.3)], n=54, n_oov=299)
    assert headline(tied) == headline(report) and len(meaning(tied)) == 1


def test_chance_is_told_from_a_score():
    report = vectors({"svd": 0.1, "sg": 0.05}, [("sg", "svd", -0.05, 0.6)], bounds=0.2)
    (found,) = verdicts_on_tests(report)
    assert (found.standing, found.finding) == ("chance", "no model is above chance")
    assert headline(report) == (
        "No word vectors are significantly above chance: 200 of 353 pairs covered."
    )
    one_above = vectors({"svd": 0.5, "sg": 0.05}, [("sg", "svd", -0.45, 0.001)])
    assert verdicts_on_tests(one_above)[0].standing == "best"
    report = dataclasses.replace(
        report, scores=(analogy("svd", "g", "3cosadd", 0.02, (0.0004, 0.1), 0.0006),)
    )
    assert verdicts_on_tests(report)[0].sentence == "It is not significantly above chance."


def test_one_model_alone_ranks_nothing():
    report = vectors({"svd": 0.6})
    (found,) = verdicts_on_tests(report)
    assert (found.standing, found.finding) == ("alone", "PPMI-SVD")
    assert found.sentence == "There is no other model to compare it with." and not found.families
    assert headline(report) == (
        "PPMI-SVD is the only model of word vectors, above chance, with 200 of 353 pairs covered."
    )
    assert headline(vectors({"svd": 0.6}, n=54, n_oov=299)) == (
        "This corpus is too small to judge word vectors: 54 of 353 pairs covered."
    )
    alone = models({"kn": 120.0})
    assert headline(alone) == "Kneser-Ney is the only language model, of perplexity 120.0."


def test_without_tests_nothing_is_said_to_be_better():
    report = vectors({"svd": 0.6, "sg": 0.4})
    (found,) = verdicts_on_tests(report)
    assert found.sentence == "Differences were not tested."
    assert "not tested" in found.families
    assert headline(report) == "The differences between word vectors were not all tested."
    nan = vectors({"svd": 0.6, "sg": 0.4}, [("sg", "svd", -0.2, math.nan)])
    assert verdicts_on_tests(nan)[0].standing == "untested"


def test_the_best_may_depend_on_the_test():
    report = vectors({"svd": 0.6, "sg": 0.4}, [("sg", "svd", -0.2, 0.001)])
    other = (
        similarity("svd", "sl", 0.3, (0.25, 0.35), 900, 99),
        similarity("sg", "sl", 0.5, (0.45, 0.55), 900, 99),
    )
    report = dataclasses.replace(
        report,
        scores=(*report.scores, *other),
        differences=(*report.differences, difference("sl", "spearman", "svd", "sg", -0.2, 0, 0)),
    )
    assert headline(report) == (
        "Which word vectors are best depends on the test: PPMI-SVD on ws and skip-gram on sl."
    )


def test_a_higher_score_on_other_items_does_not_win():
    """On the items that both cover the other model is better, significantly."""
    report = vectors({"svd": 0.6, "sg": 0.5}, [("svd", "sg", -0.1, 0.001)])
    (found,) = verdicts_on_tests(report)
    assert (found.best, found.standing, found.tied) == ("PPMI-SVD", "tied", ("skip-gram",))
    assert "Significantly better" not in found.sentence


def test_language_models_alone():
    report = models(
        {"kn": 150.0, "cache": 120.0, "lstm": 140.0},
        [("kn", "cache", 0.3, 0.001), ("lstm", "cache", 0.2, 0.001)],
    )
    assert not verdicts_on_tests(report)
    (found,) = text_verdicts(report)
    assert (found.best, found.standing) == ("Cache", "best")
    assert found.families == (
        "Count-based Cache (120.0), neural LSTM (140.0): Cache is significantly better (p = 0.001)."
    )
    assert headline(report) == (
        "Cache is the best language model, significantly better than all others."
    )
    tied = models({"kn": 150.0, "cache": 120.0}, [("kn", "cache", 0.3, 0.2)])
    assert headline(tied) == (
        "Cache has the lowest perplexity, without a significant difference from the others."
    )


def test_the_perplexity_without_oov_leads_where_much_is_oov():
    values, without = {"kn": 50.0, "lstm": 60.0}, {"kn": 160.0, "lstm": 140.0}
    tests = [("kn", "lstm", 0.2, 0.001)]
    few = text_verdicts(models(values, (), 40, without))[0]  # of 950 words: 4.2 %
    assert (few.best, few.measure) == ("Kneser-Ney", "perplexity")
    report = models(values, tests, 60, without)
    (much,) = text_verdicts(report)
    assert (much.best, much.measure, much.standing) == ("LSTM", "perplexity without OOV", "best")
    assert much.score == "140.0 [131.6, 149.8]"
    assert meaning(report) == [
        "6.3 % of the words of x are out of vocabulary (OOV). Models are ranked by the perplexity "
        "of the other words."
    ]
    headings = [
        cell.text
        for s in report_sections(report)
        if s.id == "headline"
        for cell in s.blocks[0].head
    ]
    assert headings[2:4] == ["without OOV", "perplexity"]


def test_vectors_without_a_score_are_not_omitted():
    report = dataclasses.replace(vectors({"svd": 0.6}), scores=())
    assert headline(report) == "Word vectors were not scored."


def test_infinite_perplexities_are_not_ranked():
    report = models({"kn": math.inf, "lstm": 140.0})
    assert text_verdicts(report)[0].standing == "alone"


def test_what_failed_is_said_before_the_conclusions():
    report = vectors({"svd": 0.6, "sg": 0.4}, [("sg", "svd", -0.2, 0.001)])
    failed = row("glove", "GloVe", status="failed", reason="the disk is full")
    step = StepRow("map-svd", "wvt plot map", "failed", "no memory", full_report().steps[0].cost)
    report = dataclasses.replace(report, models=(*report.models, failed), steps=(step,))
    assert absent(report) == "Not in the comparison: GloVe failed (the disk is full)."
    assert failed_steps(report) == ["map-svd failed: no memory"]
    assert "PPMI-SVD has the best word vectors" in headline(report)
    card = report_sections(report)[0].blocks[0]
    assert card.failed == (absent(report), "map-svd failed: no memory")
    none = dataclasses.replace(report, models=(failed,), scores=(), differences=())
    assert headline(none) == "No model of this study was built."


def test_both_kinds_make_one_sentence():
    one, other = vectors({"svd": 0.6}), models({"kn": 120.0})
    both = dataclasses.replace(
        one, models=(*one.models, *other.models), perplexities=other.perplexities
    )
    assert headline(both).count("; ") == 1 and "; Kneser-Ney is the only" in headline(both)


def test_every_conclusion_of_a_full_report():
    report = full_report()
    said = [each.sentence for each in (*verdicts_on_tests(report), *text_verdicts(report))]
    assert said == [
        "No significant difference from PPMI-SVD; 2 not tested.",
        "Differences were not tested.",
        "Significantly better than 1 other; 2 not tested.",
        "Significantly better than all 2 others.",
    ]
