import itertools
from dataclasses import replace

import numpy as np
import pytest
import scipy.stats

from wordvec_toolkit.embeddings.vectors import WordVectors
from wordvec_toolkit.errors import SettingError
from wordvec_toolkit.evaluation.analogy import evaluate_analogies
from wordvec_toolkit.evaluation.comparison import paired_test
from wordvec_toolkit.evaluation.datasets import AnalogySet, SimilaritySet
from wordvec_toolkit.evaluation.similarity import evaluate_similarity
from wordvec_toolkit.evaluation.statistics import ranking
from wordvec_toolkit.evaluation.statistics.bootstrap import draw_counts
from wordvec_toolkit.evaluation.statistics.significance import (
    bootstrap_p_value,
    holm,
    permutation_p_value,
)
from wordvec_toolkit.text.vocabulary import Vocabulary


def two_models(random, n, rho, shared=0.4):
    """Ratings, and scores of two models that are equally good and err alike in part."""
    ratings, common = random.normal(size=(2, n))
    noise = np.sqrt(shared) * common + np.sqrt(1 - shared) * random.normal(size=(2, n))
    return rho * ratings + np.sqrt(1 - rho * rho) * noise, np.round(ratings, 1)


def made_vectors(n_words, seed, noise=1.0, known=None):
    """Vectors that share a part and differ by `noise`; words w0, w1, ..."""
    common = np.random.default_rng(0).normal(size=(n_words, 10))
    own = np.random.default_rng([1, seed]).normal(size=(n_words, 10))
    matrix = (common + noise * own).astype(np.float32)
    if known is not None:
        matrix[known:] = 0
    words = [f"w{i}" for i in range(n_words)]
    return WordVectors(Vocabulary(words, np.arange(n_words, 0, -1)), matrix)


@pytest.fixture
def pairs():
    unit = made_vectors(60, 9, 0).unit(list(range(60)))
    cosines = unit @ unit.T
    return SimilaritySet(
        "made", "0" * 64, tuple((f"w{i}", f"w{i + 1}", float(cosines[i, i + 1])) for i in range(59))
    )


def test_holm_by_hand():
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([0.5, float("nan"), 0.6]) == pytest.approx([1, float("nan"), 1], nan_ok=True)
    assert holm([]) == []


def test_permutation_test_agrees_with_scipy():
    scores, ratings = two_models(np.random.default_rng(2), 40, 0.6)
    ranks = scipy.stats.rankdata(scores, axis=1)

    def difference(one, two):
        return (
            scipy.stats.spearmanr(one, ratings).statistic
            - scipy.stats.spearmanr(two, ratings).statistic
        )

    expected = scipy.stats.permutation_test(
        tuple(ranks), difference, permutation_type="samples", n_resamples=1_500, random_state=0
    ).pvalue
    assert permutation_p_value(scores, ratings, 20_000) == pytest.approx(expected, abs=0.04)


def test_permutation_test_agrees_with_all_permutations():
    scores, ratings = two_models(np.random.default_rng(5), 8, 0.3)
    ranks = scipy.stats.rankdata(scores, axis=1)
    observed = abs(np.subtract(*(ranking.spearman(row, ratings) for row in ranks)))
    larger = 0
    for swap in itertools.product([False, True], repeat=8):
        one, two = np.where(swap, ranks[::-1], ranks)
        larger += (
            abs(ranking.spearman(one, ratings) - ranking.spearman(two, ratings)) >= observed - 1e-12
        )
    assert permutation_p_value(scores, ratings, 20_000) == pytest.approx(larger / 256, abs=0.015)


def test_level_and_power_of_the_permutation_test():
    n = 200
    equal = [
        permutation_p_value(*two_models(np.random.default_rng([3, i]), 80, 0.6), 199, i, 1)
        for i in range(n)
    ]
    assert 0.01 <= np.mean(np.array(equal) <= 0.05) <= 0.09
    scores, ratings = two_models(np.random.default_rng(3), 300, 0.6)
    scores[1] += np.random.default_rng(4).normal(size=300)
    assert permutation_p_value(scores, ratings, 2_000) < 0.01


def test_threads_change_no_p_value():
    scores, ratings = two_models(np.random.default_rng(2), 400, 0.6)
    one = permutation_p_value(scores, ratings, 3_000, threads=1)
    assert permutation_p_value(scores, ratings, 3_000, threads=4) == one


def test_bootstrap_p_value_by_hand():
    assert bootstrap_p_value(np.array([1.0] * 97 + [-1.0] * 2)) == pytest.approx(2 * 3 / 100)
    assert bootstrap_p_value(np.zeros(99)) == 1


def test_comparison_uses_the_items_that_all_models_know(pairs):
    models = {
        "full": made_vectors(60, 1),
        "near": made_vectors(60, 2, 0.1),
        "few": made_vectors(60, 3, 1, 40),
    }
    results = {name: [evaluate_similarity(model, pairs)] for name, model in models.items()}
    found = paired_test(results, resamples=500)
    assert [(c.first, c.second) for c in found] == [
        ("full", "near"),
        ("full", "few"),
        ("near", "few"),
    ]
    assert {c.n for c in found} == {39}
    assert {c.n_left_out for c in found} == {20}
    few = results["few"][0].spearman
    assert found[1].scores[1] == pytest.approx(few)
    assert found[0].difference == pytest.approx(found[0].scores[0] - found[0].scores[1])
    assert found[0].interval[0] <= found[0].difference <= found[0].interval[1]
    assert [c.p_holm for c in found] == holm([c.p_value for c in found])
    assert all("shared:39|left-out:20|models:3" in c.signature for c in found)
    assert all("holm:3" in c.signature for c in found)
    assert found == paired_test(results, resamples=500, threads=1)


def test_paired_interval_is_that_of_resampled_pairs(pairs):
    results = {str(i): [evaluate_similarity(made_vectors(60, i), pairs)] for i in range(2)}
    (found,) = paired_test(results, resamples=4_000)
    scores = np.stack([own[0].cosines for own in results.values()])
    counts = draw_counts(np.random.default_rng(77), 59, 4_000)
    values = ranking.resampled_spearman(scores, results["0"][0].ratings, counts)
    expected = np.quantile(values[0] - values[1], [0.025, 0.975])
    assert found.interval == pytest.approx(tuple(expected), abs=0.03)


def test_bootstrap_or_permutation(pairs):
    results = {str(i): [evaluate_similarity(made_vectors(60, i, i), pairs)] for i in (1, 2)}
    (one,) = paired_test(results, resamples=3_000)
    (two,) = paired_test(results, "permutation", resamples=3_000)
    assert one.interval == two.interval
    assert one.p_value == pytest.approx(two.p_value, abs=0.1)
    assert "p:permutation" in two.signature
    with pytest.raises(SettingError, match="takes bootstrap or permutation"):
        paired_test(results, "analytic")
    with pytest.raises(SettingError, match="analytic or bootstrap or permutation"):
        paired_test(results, "t")


def test_models_that_err_on_other_pairs_are_not_called_different():
    """Equally good models, one bad at the similar pairs and one at the others."""
    n, wrong = 300, 0
    for trial in range(n):
        random = np.random.default_rng([8, trial])
        ratings = random.normal(size=100)
        noise = random.normal(size=(2, 100)) * np.where(ratings > 0, [[0.4], [1.6]], [[1.6], [0.4]])
        scores = 0.4 * ratings + noise
        values = ranking.resampled_spearman(scores, ratings, draw_counts(random, 100, 199))
        wrong += bootstrap_p_value(values[0] - values[1]) <= 0.05
    assert wrong / n <= 0.09


def test_a_model_with_itself(pairs):
    result = evaluate_similarity(made_vectors(60, 1), pairs)
    (found,) = paired_test({"a": [result], "b": [result]}, resamples=200)
    assert (found.difference, found.interval, found.p_value) == (0, (0, 0), 1)


def test_too_few_shared_items_give_no_p(pairs):
    results = {
        "a": [evaluate_similarity(made_vectors(60, 1, known=4), pairs)],
        "b": [evaluate_similarity(made_vectors(60, 2), pairs)],
    }
    (found,) = paired_test(results, resamples=200)
    assert found.n == 3
    assert np.isnan([found.p_value, found.p_holm, *found.interval]).all()


def test_unlike_results_are_refused(pairs):
    result = evaluate_similarity(made_vectors(60, 1), pairs)
    with pytest.raises(SettingError, match="at least two"):
        paired_test({"a": [result]})
    for other in ([replace(result, sha256="1")], [result, result]):
        with pytest.raises(SettingError, match="other test sets"):
            paired_test({"a": [result], "b": other})


@pytest.fixture
def questions():
    sections = tuple(
        (
            name,
            tuple(
                (f"w{i}", f"w{i + 1}", f"w{j}", f"w{j + 1}")
                for i in places
                for j in places
                if i != j
            ),
        )
        for name, places in (("one", range(0, 20, 2)), ("gram", range(20, 36, 2)))
    )
    return AnalogySet("made", "0" * 64, sections)


def analogy_vectors(seed, noise):
    base = np.random.default_rng(0).normal(size=(20, 12))
    step = np.random.default_rng(1).normal(size=12)
    matrix = np.repeat(base, 2, axis=0)
    matrix[1::2] += 2 * step
    matrix += noise * np.random.default_rng([2, seed]).normal(size=matrix.shape)
    return WordVectors(
        Vocabulary([f"w{i}" for i in range(40)], np.arange(40, 0, -1)), matrix.astype(np.float32)
    )


def test_analogies_are_compared_question_by_question(questions):
    good, bad = analogy_vectors(1, 0.3), analogy_vectors(2, 1.5)
    methods = ("3cosadd", "3cosmul")
    results = {
        name: [evaluate_analogies(v, questions, m, resamples=300) for m in methods]
        for name, v in (("good", good), ("bad", bad))
    }
    resampled = paired_test(results, "bootstrap", resamples=500)
    formula = paired_test(results)
    assert [c.measure for c in formula] == list(methods)
    for one, two, own in zip(resampled, formula, zip(*results.values())):
        assert (
            one.difference
            == two.difference
            == pytest.approx(own[0].total.accuracy - own[1].total.accuracy)
        )
        for comparison in (one, two):
            assert 0 < comparison.interval[0] < comparison.difference < comparison.interval[1]
            assert comparison.p_value < 0.05
            assert "of:word-pairs" in comparison.signature
        assert "|ci:t|of:word-pairs|p:t|" in two.signature
    again = paired_test(results, "bootstrap", resamples=500, threads=1)
    assert resampled == again
    same = {"one": results["good"], "two": results["good"]}
    assert {(one.difference, one.p_value) for one in paired_test(same)} == {(0, 1)}


def test_intervals_of_accuracies(questions):
    vectors = analogy_vectors(1, 0.9)
    resampled = evaluate_analogies(vectors, questions, interval="bootstrap", resamples=500)
    formula = evaluate_analogies(vectors, questions)
    assert resampled.total.accuracy == formula.total.accuracy
    assert resampled.correct.sum() == resampled.total.n_correct
    for one, two in zip(resampled.sections, formula.sections):
        for low, high in (one.interval, two.interval):
            assert 0 <= low < one.accuracy < high <= 1
    assert "ci:bootstrap-percentile|of:word-pairs|" in resampled.signature
    assert resampled.signature.endswith("|resamples:500|seed:0")
    assert formula.signature.endswith("|ci:wilson-t|of:word-pairs")
    assert formula.chance == 1 / 37
