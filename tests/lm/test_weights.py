import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wordvec_toolkit.errors import SettingError
from wordvec_toolkit.lm.mixed.weights import fit_weights


def test_weights_are_those_of_a_known_mixture():
    rng = np.random.default_rng(0)
    truth = np.array([0.6, 0.3, 0.1])
    distributions = rng.dirichlet(np.ones(20), 3)
    tokens = rng.choice(20, 200_000, p=truth @ distributions)
    weights, objectives = fit_weights(distributions[:, tokens].T, rounds=2000, tolerance=1e-12)
    np.testing.assert_allclose(weights[0], truth, atol=0.02)
    assert all(later >= earlier - 1e-12 for earlier, later in zip(objectives, objectives[1:]))


@given(st.integers(0, 10_000))
def test_weights_stay_on_the_simplex_and_the_likelihood_never_falls(seed):
    rng = np.random.default_rng(seed)
    probs = rng.random((50, 4)) * (rng.random((50, 4)) < 0.7) + 1e-9
    groups = rng.integers(0, 3, 50)
    weights, objectives = fit_weights(probs, groups, 4)
    assert (weights >= 0).all()
    np.testing.assert_allclose(weights.sum(axis=1), 1, atol=1e-12)
    assert all(later >= earlier - 1e-12 for earlier, later in zip(objectives, objectives[1:]))
    whole, _ = fit_weights(probs)
    np.testing.assert_allclose(weights[3], whole[0])  # a group not seen has those of all


def test_groups_are_better_than_none_without_a_prior():
    probs = np.array([[0.9, 0.1], [0.9, 0.1], [0.1, 0.9]])
    weights, _ = fit_weights(probs, np.array([0, 0, 1]), 2, prior=0.0, rounds=500, tolerance=0)
    np.testing.assert_allclose(weights, [[1, 0], [0, 1]], atol=1e-6)


def test_weights_are_refused_with_a_way_out_where_nothing_explains_a_word():
    with pytest.raises(SettingError, match="use a smoothing .* such as kneser-ney"):
        fit_weights(np.array([[0.5, 0.1], [0.0, 0.0]]))
