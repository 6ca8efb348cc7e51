"""Weighted factorisation agrees with dense arithmetic, and repeats."""

import numpy as np
import pytest
from reference import weighted as slow

import wordvec_toolkit as wvt
from wordvec_toolkit._kernels import weighted as kernels
from wordvec_toolkit.embeddings import weighted_vectors
from wordvec_toolkit.embeddings.weighted import WeightedState
from wordvec_toolkit.errors import SettingError


@pytest.fixture(scope="module")
def counts(harbour):
    return wvt.count_cooccurrences(wvt.encode_corpus(harbour, min_count=2), window=4)


def dense(counts, confidence, exponent):
    """Targets and weights of all cells."""
    observed = counts.matrix.toarray() / counts.divisor
    expected = np.outer(observed.sum(1), observed.sum(0)) / observed.sum()
    with np.errstate(divide="ignore"):
        targets = np.where(observed > 0, np.log(observed / expected), 0)
    return targets, 1 + confidence * np.where(observed > 0, observed**exponent, 0)


@pytest.mark.kernel
def test_many_steps_reach_the_dense_solution():
    generator = np.random.default_rng(5)
    targets = np.where(generator.random((7, 9)) < 0.5, generator.normal(size=(7, 9)), 0)
    extras = np.where(targets != 0, generator.random((7, 9)) * 5, 0)
    y = generator.normal(size=(9, 4)).astype(np.float32)
    x = generator.normal(size=(7, 4)).astype(np.float32)
    before = slow.loss(targets, 1 + extras, x, y)
    rows, columns = np.nonzero(targets)
    cells = (
        np.searchsorted(rows, np.arange(8)),
        columns.astype(np.int32),
        targets[rows, columns].astype(np.float32),
        extras[rows, columns].astype(np.float32),
    )
    losses = np.empty(7)
    gram = (y.T @ y).astype(np.float32)
    kernels.solve_rows(cells, y, gram, 12, 0, 7, x, losses)
    assert losses.sum() == pytest.approx(before, rel=1e-5)
    assert np.allclose(x, slow.solve_rows(targets, 1 + extras, y), atol=1e-4)


def test_the_loss_is_that_of_all_cells_and_falls(counts):
    vectors = weighted_vectors(counts, dim=12, sweeps=3, eig=1.0)
    losses = vectors.facts["losses"]
    assert len(losses) == 4 and all(a > b for a, b in zip(losses, losses[1:]))
    # U S V' = X Y': the loss again, from what is returned and the best contexts for it
    targets, weights = dense(counts, 3.0, 0.5)
    contexts = slow.solve_rows(targets.T, weights.T, vectors.matrix.astype(np.float64))
    assert slow.loss(targets, weights, vectors.matrix, contexts) <= losses[-1] * (1 + 1e-4)


def test_it_converges_to_the_dense_alternating_least_squares(counts):
    found = weighted_vectors(counts, dim=3, sweeps=200, steps=8, eig=1.0)
    targets, weights = dense(counts, 3.0, 0.5)
    x = found.matrix.astype(np.float64)
    for _ in range(40):
        y = slow.solve_rows(targets.T, weights.T, x)
        x = slow.solve_rows(targets, weights, y)
    assert found.facts["losses"][-1] == pytest.approx(slow.loss(targets, weights, x, y), rel=1e-5)


def test_without_confidence_it_is_the_svd_of_pmi(counts):
    found = weighted_vectors(counts, dim=5, confidence=0, sweeps=60, steps=10, eig=1.0)
    targets, _ = dense(counts, 0.0, 0.5)
    values = np.linalg.svd(targets, compute_uv=False)
    assert np.allclose(found.facts["singular_values"], values[:5], rtol=2e-3)


def test_the_same_bytes_for_any_number_of_threads(counts, monkeypatch):
    monkeypatch.setattr("wordvec_toolkit.embeddings.weighted._BLOCK_CELLS", 500)
    one = weighted_vectors(counts, dim=10, threads=1)
    two = weighted_vectors(counts, dim=10, threads=3)
    assert one.matrix.tobytes() == two.matrix.tobytes()
    assert one.facts == two.facts


def test_a_state_goes_on_to_the_same_bits(counts):
    whole = weighted_vectors(counts, dim=10, sweeps=4)

    class StoppedError(Exception):
        pass

    kept = []

    def stop(state):
        kept.append(WeightedState(state.words.copy(), state.contexts.copy(), [*state.losses]))
        if len(kept) == 2:
            raise StoppedError

    with pytest.raises(StoppedError):
        weighted_vectors(counts, dim=10, sweeps=4, on_sweep=stop)
    resumed = weighted_vectors(counts, dim=10, sweeps=4, state=kept[-1])
    assert resumed.matrix.tobytes() == whole.matrix.tobytes()
    assert resumed.facts == whole.facts
    with pytest.raises(SettingError, match="the state has 3 words"):
        weighted_vectors(counts, state=WeightedState(np.ones((3, 2)), np.ones((3, 2))))


def test_split_columns_and_what_is_refused(counts, harbour):
    corpus = wvt.encode_corpus(harbour, min_count=2)
    split = wvt.count_cooccurrences(corpus, window=2, direction="split")
    assert weighted_vectors(split, dim=6).matrix.shape == (split.matrix.shape[0], 6)
    with pytest.raises(SettingError, match="add_context needs one context column"):
        weighted_vectors(split, dim=6, add_context=True)
    with pytest.raises(SettingError, match="confidence is -1; it must be from 0"):
        weighted_vectors(counts, confidence=-1)
