import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nltk.metrics import BigramAssocMeasures
from scipy.stats import chi2_contingency

from wordvec_toolkit.embeddings import measures
from wordvec_toolkit.embeddings.measures import MEASURES


@st.composite
def tables(draw):
    """The four cells of a contingency table with an observed pair."""
    return draw(st.integers(1, 300)), *(draw(st.integers(0, 5000)) for _ in range(3))


def quantities(table):
    both, target, context, neither = table
    return np.float64(both), np.float64(both + target), np.float64(both + context), sum(table)


def test_a_pair_worked_by_hand():
    # N = 100; the target has 10, the context 20, so 2 are expected; 8 were seen.
    pair = (np.array([8.0]), np.array([10.0]), np.array([20.0]), 100.0)
    by_hand = {
        "ppmi": math.log(4),
        "pmi": math.log(4),
        "npmi": math.log(4) / math.log(100 / 8),
        "lmi": 8 * math.log(4),
        # the table 8 2 / 12 78, where 2 8 / 18 72 are expected
        "log-likelihood": 2
        * (8 * math.log(4) + 2 * math.log(2 / 8) + 12 * math.log(12 / 18) + 78 * math.log(78 / 72)),
        "t-score": 6 / math.sqrt(8),
        "z-score": 6 / math.sqrt(2),
        "chi-squared": 36 / 2 + 36 / 8 + 36 / 18 + 36 / 72,
        "dice": 16 / 30,
        "log-dice": 14 + math.log2(16 / 30),
    }
    assert set(by_hand) == set(MEASURES)
    for name, expected in by_hand.items():
        assert MEASURES[name].formula(*pair)[0] == pytest.approx(expected, rel=1e-12), name


def test_less_than_expected_is_negative():
    pair = (np.array([1.0]), np.array([50.0]), np.array([50.0]), 100.0)
    for name in set(MEASURES) - {"dice", "log-dice"}:
        assert MEASURES[name].formula(*pair)[0] < 0, name


def test_the_ends_of_the_scales():
    only_together = (np.array([5.0]), np.array([5.0]), np.array([5.0]), 100.0)
    assert measures.npmi(*only_together)[0] == pytest.approx(1)
    assert measures.dice(*only_together)[0] == 1
    assert measures.log_dice(*only_together)[0] == 14
    assert measures.chi_squared(*only_together)[0] == pytest.approx(100)  # = N
    whole_table = (np.array([5.0]), np.array([5.0]), np.array([5.0]), 5.0)
    for name in set(MEASURES) - {"dice", "log-dice"}:
        assert MEASURES[name].formula(*whole_table)[0] == 0, name


@given(tables())
def test_they_agree_with_nltk(table):
    observed, rows, columns, total = quantities(table)
    marginals = (int(observed), (int(rows), int(columns)), total)
    oracle = BigramAssocMeasures
    excess = observed - rows * columns / total
    assert measures.pmi(observed, rows, columns, total) / math.log(2) == pytest.approx(
        oracle.pmi(*marginals), abs=1e-9
    )
    assert measures.dice(observed, rows, columns, total) == pytest.approx(oracle.dice(*marginals))
    assert measures.t_score(observed, rows, columns, total) == pytest.approx(
        oracle.student_t(*marginals), abs=1e-9
    )
    ratio = abs(measures.log_likelihood(observed, rows, columns, total))
    assert ratio == pytest.approx(oracle.likelihood_ratio(*marginals), rel=1e-6, abs=1e-6)
    if min(rows, columns, total - rows, total - columns) > 0:
        chi = measures.chi_squared(observed, rows, columns, total)
        assert abs(chi) == pytest.approx(oracle.chi_sq(*marginals), rel=1e-6, abs=1e-9)
        assert abs(excess) < 1e-9 or np.sign(chi) == np.sign(excess)


@given(tables())
def test_the_statistics_agree_with_scipy(table):
    observed, rows, columns, total = quantities(table)
    if min(rows, columns, total - rows, total - columns) <= 0:
        return
    cells = [table[:2], table[2:]]
    for measure, power in (
        (measures.chi_squared, "pearson"),
        (measures.log_likelihood, "log-likelihood"),
    ):
        expected = chi2_contingency(cells, correction=False, lambda_=power).statistic
        found = abs(measure(observed, rows, columns, total))
        assert found == pytest.approx(expected, rel=1e-9, abs=1e-9)


def test_log_likelihood_is_exact_in_a_large_table():
    # O / E differs from 1 by 1e-9 in the fourth cell; G2 is nearly chi2 where O is nearly E.
    observed, marginal, total = np.array([10_010.0]), np.array([1e7]), 1e10
    g2 = measures.log_likelihood(observed, marginal, marginal, total)[0]
    chi2 = measures.chi_squared(observed, marginal, marginal, total)[0]
    assert g2 == pytest.approx(chi2, rel=1e-3)
