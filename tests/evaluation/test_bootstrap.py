import itertools

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from wordvec_toolkit.errors import SettingError
from wordvec_toolkit.evaluation.datasets import AnalogySet
from wordvec_toolkit.evaluation.statistics import ranking
from wordvec_toolkit.evaluation.statistics.bootstrap import (
    bootstrap_spearman,
    bounds_of,
    draw_counts,
)
from wordvec_toolkit.evaluation.statistics.intervals import share_interval
from wordvec_toolkit.evaluation.statistics.jackknife import jackknife_spearman
from wordvec_toolkit.evaluation.statistics.pair_bootstrap import (
    accuracy_intervals,
    resampled_sums,
    sections_of,
)


def normal_pair(random, n, rho):
    first = random.normal(size=n)
    return first, rho * first + np.sqrt(1 - rho * rho) * random.normal(size=n)


def true_spearman(rho):
    return 6 / np.pi * np.arcsin(rho / 2)


@given(st.integers(2, 40), st.integers(1, 8), st.integers(0, 10_000))
def test_resampled_correlations_agree_with_scipy(n, n_values, seed):
    random = np.random.default_rng(seed)
    scores, ratings = random.normal(size=(2, n)), random.integers(0, n_values, n).astype(float)
    scores[1] = np.round(scores[1])  # ties
    counts = draw_counts(random, n, 4)
    assert (counts.sum(axis=0) == n).all()
    found = ranking.resampled_spearman(scores, ratings, counts)
    for model, column in itertools.product(range(2), range(4)):
        drawn = np.repeat(np.arange(n), counts[:, column])
        one, two = scores[model][drawn], ratings[drawn]
        if np.ptp(one) == 0 or np.ptp(two) == 0:
            assert np.isnan(found[model, column])
        else:
            expected = scipy.stats.spearmanr(one, two).statistic
            assert found[model, column] == pytest.approx(expected, abs=1e-12)


def test_leave_one_out_by_hand():
    random = np.random.default_rng(1)
    scores, ratings = random.normal(size=(1, 30)), np.round(random.normal(size=30), 1)
    found = ranking.spearman_without_each(scores, ratings)[0]
    for i in range(30):
        keep = np.arange(30) != i
        expected = scipy.stats.spearmanr(scores[0][keep], ratings[keep]).statistic
        assert found[i] == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("method", ["percentile", "bca"])
def test_intervals_agree_with_scipy(method):
    random = np.random.default_rng(2)
    scores, ratings = normal_pair(random, 120, 0.6)
    found = bootstrap_spearman(scores, ratings, method, resamples=20_000)
    expected = scipy.stats.bootstrap(
        (scores, ratings),
        lambda one, two: scipy.stats.spearmanr(one, two).statistic,
        paired=True,
        vectorized=False,
        n_resamples=1_500,
        method=method,
        random_state=0,
    ).confidence_interval
    assert found == pytest.approx((expected.low, expected.high), abs=0.02)


def test_one_thread_and_four_give_the_same_bits_and_seeds_differ():
    random = np.random.default_rng(3)
    scores, ratings = normal_pair(random, 300, 0.5)
    one = bootstrap_spearman(scores, ratings, resamples=2_000, threads=1)
    assert bootstrap_spearman(scores, ratings, resamples=2_000, threads=4) == one
    assert bootstrap_spearman(scores, ratings, resamples=2_000, seed=1) != one


@pytest.mark.slow
def test_coverage_of_planted_correlations():
    """Normal scores of a known correlation: 95 % intervals hold it about 95 times in 100."""
    n_trials, truth = 250, true_spearman(0.6)
    held = {"jackknife": 0, "percentile": 0, "bca": 0}
    for trial in range(n_trials):
        scores, ratings = normal_pair(np.random.default_rng([4, trial]), 60, 0.6)
        low, high = jackknife_spearman(scores, ratings)
        held["jackknife"] += low <= truth <= high
        for method in ("percentile", "bca"):
            low, high = bootstrap_spearman(scores, ratings, method, 400, trial, 1)
            held[method] += low <= truth <= high
    for method, times in held.items():
        assert 0.91 <= times / n_trials <= 0.98, method


@pytest.mark.parametrize(
    ("scores", "ratings"),
    [([1, 2, 3], [3, 1, 2]), ([1, 1, 1, 1, 1], [1, 2, 3, 4, 5]), ([1, 2, 3, 4], [2, 3, 4, 5])],
)
def test_where_there_is_no_interval(scores, ratings):
    scores, ratings = np.array(scores, float), np.array(ratings, float)
    assert bootstrap_spearman(scores, ratings, resamples=100) == (-1, 1)
    assert jackknife_spearman(scores, ratings) == (-1, 1)


def test_the_jackknife_by_hand():
    scores, ratings = normal_pair(np.random.default_rng(6), 30, 0.5)

    def z(places):
        return np.arctanh(scipy.stats.spearmanr(scores[places], ratings[places]).statistic)

    every = np.arange(30)
    left_out = np.array([z(every != place) for place in every])
    error = np.sqrt(29 / 30 * ((left_out - left_out.mean()) ** 2).sum())
    reach = scipy.stats.t.ppf(0.975, 29) * error
    expected = np.tanh([z(every) - reach, z(every) + reach])
    assert jackknife_spearman(scores, ratings) == pytest.approx(tuple(expected))


def test_the_jackknife_sees_unevenness():
    """Where similar pairs are seen well and others badly, a formula for normal scores is wrong."""

    def uneven(random, n):
        first = random.normal(size=n)
        return first, 0.7 * first + np.where(first > 0, 0.3, 2.0) * random.normal(size=n)

    truth = ranking.spearman(*uneven(np.random.default_rng(0), 400_000))
    held = 0
    for trial in range(300):
        low, high = jackknife_spearman(*uneven(np.random.default_rng([7, trial]), 80))
        held += low <= truth <= high
    assert 0.91 <= held / 300 <= 0.98


@pytest.mark.parametrize("sign", [1, -1])
def test_a_perfect_order_is_exactly_one_and_gives_no_interval(sign):
    for n in range(4, 200):
        scores, ratings = np.arange(n) * 1.0, sign * np.arange(n) ** 2.0
        assert ranking.spearman(scores, ratings) == sign
    assert bootstrap_spearman(np.arange(5.0), sign * np.arange(5.0), resamples=500) == (-1, 1)


def test_settings_are_checked():
    numbers = np.arange(5.0)
    with pytest.raises(SettingError, match="resamples is 10"):
        bootstrap_spearman(numbers, numbers, resamples=10)
    with pytest.raises(SettingError, match="seed"):
        bootstrap_spearman(numbers, numbers, seed=-1)
    with pytest.raises(SettingError, match="percentile or bca"):
        bootstrap_spearman(numbers, numbers, "basic")


def test_bounds_without_enough_values():
    assert np.isnan(bounds_of(np.full(500, np.nan), 0.5)).all()


def all_pairs(n, name="all"):
    """A section that asks for each of `n` pairs with each other."""
    return name, tuple(
        (f"a{i}", f"b{i}", f"a{j}", f"b{j}") for i in range(n) for j in range(n) if i != j
    )


def test_pairs_of_a_section_by_hand():
    test = AnalogySet("t", "", (("s", (("a", "b", "c", "d"), ("C", "d", "a", "B"))), all_pairs(3)))
    one, two = sections_of(test)
    assert (one.n_pairs, one.first.tolist(), one.second.tolist()) == (2, [0, 1], [1, 0])
    assert two.n_pairs == 3


def test_resampled_sums_weigh_a_question_by_both_its_pairs():
    test = AnalogySet("t", "", (all_pairs(6, "one"), all_pairs(4, "two")))
    random = np.random.default_rng(0)
    values = np.stack([np.ones(42), random.random(42) < 0.5])
    found = resampled_sums(sections_of(test), values, 300, 5)
    design = sections_of(test)
    from wordvec_toolkit.evaluation.statistics.bootstrap import generator

    twin = generator(5, 0)
    for place, (section, own) in enumerate(zip(design, (values[:, :30], values[:, 30:]))):
        drawn = draw_counts(twin, section.n_pairs, 256)
        for column in (0, 17, 255):
            weights = drawn[section.first, column] * drawn[section.second, column]
            assert found[:, place, column] == pytest.approx((own * weights).sum(axis=1))
    assert np.array_equal(resampled_sums(design, values, 300, 5, threads=3), found)


def planted_answers(random, n_pairs, spread):
    """Right and wrong answers where some word pairs are harder than others."""
    hard = random.normal(size=(2, n_pairs)) * spread
    share = 1 / (1 + np.exp(0.5 - hard[0][:, None] - hard[1][None, :]))
    right = random.random((n_pairs, n_pairs)) < share
    return right[~np.eye(n_pairs, dtype=bool)]


def test_questions_that_share_pairs_need_resampled_pairs():
    """Wilson's interval is far too narrow where pairs differ; the one by pairs is not."""
    test = AnalogySet("t", "", (all_pairs(20),))
    truth = planted_answers(np.random.default_rng(1), 3000, 1.0).mean()
    n, held, held_wilson = 200, 0, 0
    for trial in range(n):
        right = planted_answers(np.random.default_rng([6, trial]), 20, 1.0)
        bounds = accuracy_intervals(test, np.ones(380, bool), right, [[0]], 400, trial, threads=1)[
            0
        ]
        held += bounds[0] <= truth <= bounds[1]
        low, high = share_interval(int(right.sum()), 380)
        held_wilson += low <= truth <= high
    assert held / n >= 0.9
    assert held_wilson / n <= 0.75


def test_no_interval_by_pairs_where_nothing_varies():
    test = AnalogySet("t", "", (all_pairs(4, "one"), all_pairs(4, "two")))
    asked = np.arange(24) < 12
    right = np.zeros(24, bool)
    parts = [[0], [1], [0, 1]]
    assert accuracy_intervals(test, asked, right, parts, 200, 0) == [None] * 3
    right[:3] = True
    one, two, both = accuracy_intervals(test, asked, right, parts, 200, 0)
    assert two is None
    assert one == both
