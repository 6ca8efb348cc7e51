"""Weighted factorisation agrees with dense arithmetic, and repeats."""

from dataclasses import replace

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


def dense(counts, confidence=3.0, exponent=0.5, unobserved_exponent=0.0):
    observed = counts.matrix.toarray() / counts.divisor
    return slow.targets_and_weights(observed, confidence, exponent, unobserved_exponent)


@pytest.mark.kernel
@pytest.mark.parametrize("unobserved_exponent", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("longest", [0, 6, 9])  # cells of a short row: none, some, all
def test_many_steps_reach_the_dense_solution(longest, unobserved_exponent):
    generator = np.random.default_rng(5)
    observed = np.maximum(generator.integers(-3, 9, (12, 9)), 0)
    observed[0] = observed[:, 0] = 1  # no empty row or column
    targets, weights = slow.targets_and_weights(observed / 2, 3.0, 0.5, unobserved_exponent)
    x, y = (generator.normal(size=(n, 4)).astype(np.float32) for n in observed.shape)
    before = slow.loss(targets, weights, x, y)
    rows, columns = np.nonzero(observed)
    cells = (
        np.searchsorted(rows, np.arange(13)),
        columns.astype(np.int32),
        observed[rows, columns].astype(np.int32),
    )
    totals = observed.sum(1) / 2, observed.sum(0) / 2
    shares = [total**unobserved_exponent for total in totals]
    shares = [share / share.mean() for share in shares]
    sides = (np.log(totals[0] / totals[0].sum()), np.log(totals[1]), *shares)
    losses = np.empty(12)
    gram = ((y.T * shares[1]) @ y).astype(np.float32)
    objective, tables = (2.0, 3.0, 0.5), (np.zeros(4), np.zeros(4, np.float32))  # some counts
    kernels.tabulate(objective, *tables)
    how = cells, sides, objective, tables, y, gram, 12
    kernels.solve_short_rows(*how, longest, 0, 12, x, losses)
    longer = np.flatnonzero(np.diff(cells[0]) > longest)
    assert (len(longer) in (0, 12)) == (longest != 6)
    kernels.solve_long_rows(*how, 4, longer, x, losses)
    assert losses.sum() == pytest.approx(before, rel=1e-5)
    solved = slow.solve_rows(targets, weights, y)
    assert np.abs(x - solved).max() <= 1e-5 * np.abs(solved).max()
    assert slow.loss(targets, weights, x, y) == pytest.approx(
        slow.loss(targets, weights, solved, y), rel=1e-6
    )


@pytest.mark.parametrize("unobserved_exponent", [0.0, 0.5])
def test_the_loss_is_that_of_all_cells_and_falls(counts, unobserved_exponent):
    settings = {"unobserved_exponent": unobserved_exponent}
    vectors = weighted_vectors(counts, dim=12, sweeps=3, eig=1.0, **settings)
    losses = vectors.facts["losses"]
    assert len(losses) == 4 and all(a > b for a, b in zip(losses, losses[1:]))
    # U S V' = X Y': the loss again, from what is returned and the best contexts for it
    targets, weights = dense(counts, **settings)
    contexts = slow.solve_rows(targets.T, weights.T, vectors.matrix.astype(np.float64))
    assert slow.loss(targets, weights, vectors.matrix, contexts) <= losses[-1] * (1 + 1e-4)


@pytest.mark.parametrize("unobserved_exponent", [0.0, 0.5])
def test_it_converges_to_the_dense_alternating_least_squares(counts, unobserved_exponent):
    settings = {"unobserved_exponent": unobserved_exponent}
    found = weighted_vectors(counts, dim=3, sweeps=200, steps=8, eig=1.0, **settings)
    targets, weights = dense(counts, **settings)
    x = found.matrix.astype(np.float64)
    for _ in range(40):
        y = slow.solve_rows(targets.T, weights.T, x)
        x = slow.solve_rows(targets, weights, y)
    assert found.facts["losses"][-1] == pytest.approx(slow.loss(targets, weights, x, y), rel=1e-5)


def test_without_confidence_it_is_the_svd_of_pmi(counts):
    found = weighted_vectors(counts, dim=5, confidence=0, sweeps=60, steps=10, eig=1.0)
    targets, _ = dense(counts, 0.0)
    values = np.linalg.svd(targets, compute_uv=False)
    assert np.allclose(found.facts["singular_values"], values[:5], rtol=2e-3)


def test_the_same_bytes_for_any_number_of_threads(counts, monkeypatch):
    monkeypatch.setattr("wordvec_toolkit.embeddings.solving._BLOCK_CELLS", 500)
    one = weighted_vectors(counts, dim=10, threads=1)
    two = weighted_vectors(counts, dim=10, threads=3)
    assert one.matrix.tobytes() == two.matrix.tobytes()
    assert one.facts == two.facts


def test_the_same_bytes_from_counts_that_cannot_be_written_to(counts):
    """As those of a bundle are."""
    mapped = replace(counts, matrix=counts.matrix.copy())
    for array in (mapped.matrix.indptr, mapped.matrix.indices, mapped.matrix.data):
        array.flags.writeable = False
    one, two = (weighted_vectors(each, dim=20, threads=1) for each in (counts, mapped))
    assert one.matrix.tobytes() == two.matrix.tobytes()


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


def test_the_transpose_of_symmetric_counts_is_not_needed(counts):
    settings = {**counts.settings, "direction": "unknown"}
    other = type(counts)(counts.vocabulary, counts.matrix, counts.divisor, settings)
    copied, shared = (weighted_vectors(one, dim=6) for one in (other, counts))
    assert copied.matrix.tobytes() == shared.matrix.tobytes()


def test_split_columns_and_what_is_refused(counts, harbour):
    corpus = wvt.encode_corpus(harbour, min_count=2)
    split = wvt.count_cooccurrences(corpus, window=2, direction="split")
    assert weighted_vectors(split, dim=6).matrix.shape == (split.matrix.shape[0], 6)
    with pytest.raises(SettingError, match="add_context needs one context column"):
        weighted_vectors(split, dim=6, add_context=True)
    with pytest.raises(SettingError, match="confidence is -1; it must be from 0"):
        weighted_vectors(counts, confidence=-1)


def test_split_columns_as_many_as_words_are_no_context_vectors(harbour):
    corpus = wvt.encode_corpus(harbour, min_count=2, max_size=40)
    counts = wvt.count_cooccurrences(corpus, direction="split", max_contexts=20)
    assert counts.matrix.shape == (40, 40)
    for settings in ({"add_context": True}, {"context_weight": 0.5}):
        with pytest.raises(SettingError, match="split"):
            weighted_vectors(counts, dim=6, **settings)
    with pytest.raises(SettingError, match="add_context needs one context column"):
        wvt.svd_vectors(wvt.ppmi(counts), dim=6, add_context=True)


@pytest.mark.parametrize("damage", ["width", "dtype", "order"])
def test_a_state_that_kernels_cannot_take_is_refused(counts, damage):
    n_words, n_contexts = counts.matrix.shape
    words, contexts = (np.zeros((n, 8), np.float32) for n in (n_words, n_contexts))
    if damage == "width":
        contexts = np.zeros((n_contexts, 40), np.float32)
    elif damage == "dtype":
        words = words.astype(np.float64)
    else:
        words = np.asfortranarray(words)
    with pytest.raises(SettingError, match=r"words of shape .* expected float32"):
        weighted_vectors(counts, state=WeightedState(words, contexts))


def test_context_vectors_are_added_with_a_weight(harbour):
    """Against U, S and V of the product of the state."""
    corpus = wvt.encode_corpus(harbour, min_count=2)

    def parts(counts):
        states = []
        found = weighted_vectors(counts, dim=12, context_weight=0.25, on_sweep=states.append)
        product = states[-1].words.astype(float) @ states[-1].contexts.T.astype(float)
        u, s, v = np.linalg.svd(product)
        return found.matrix, u[:, :12], s[:12] ** 0.25, v[:12].T

    def signed(matrix):
        return matrix * np.sign(matrix[np.abs(matrix).argmax(0), np.arange(matrix.shape[1])])

    found, u, scale, v = parts(wvt.count_cooccurrences(corpus, window=2))
    expected = signed((u + 0.25 * v) * scale)
    assert ((u * v).sum(axis=0) < -0.3).any()  # some dimensions lose
    np.testing.assert_allclose(found, expected, atol=3e-4 * np.abs(expected).max())
    # Contexts that only frequent words are: the others' come from a regression
    found, u, scale, v = parts(wvt.count_cooccurrences(corpus, window=2, max_contexts=60))
    rest = u[60:] @ np.linalg.lstsq(u[:60], v, rcond=None)[0]
    expected = signed((u + 0.25 * np.vstack([v, rest])) * scale)
    np.testing.assert_allclose(found, expected, atol=3e-3 * np.abs(expected).max())
    plain, none, whole, added = (
        weighted_vectors(wvt.count_cooccurrences(corpus), dim=12, **how).matrix.tobytes()
        for how in ({}, {"context_weight": 0}, {"context_weight": 1}, {"add_context": True})
    )
    assert plain == none and whole == added
    with pytest.raises(SettingError, match="context_weight is 0.5; choose one"):
        weighted_vectors(wvt.count_cooccurrences(corpus), add_context=True, context_weight=0.5)
    split = wvt.count_cooccurrences(corpus, direction="split")
    with pytest.raises(SettingError, match="context_weight needs contexts that are words"):
        weighted_vectors(split, context_weight=0.25)
