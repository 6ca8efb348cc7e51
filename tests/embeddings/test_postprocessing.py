import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array
from sklearn.decomposition import PCA
from sklearn.preprocessing import normalize

from wordvec_toolkit.embeddings import postprocessing
from wordvec_toolkit.embeddings.postprocessing import (
    all_but_the_top,
    center,
    drop_components,
    normalize_rows,
    postprocess,
    reweight_components,
)
from wordvec_toolkit.embeddings.svd import svd_vectors
from wordvec_toolkit.embeddings.vectors import WordVectors
from wordvec_toolkit.errors import SettingError
from wordvec_toolkit.text.vocabulary import Vocabulary


def vectors_of(matrix, **settings):
    words = [f"w{i}" for i in range(matrix.shape[0])]
    vocabulary = Vocabulary(words, np.arange(len(words), 0, -1))
    return WordVectors(vocabulary, matrix, settings)


def random_matrix(n, dim, seed=0):
    generator = np.random.default_rng(seed)
    scales = np.linspace(3, 1, dim)
    return (generator.normal(size=(n, dim)) * scales + generator.normal(size=dim)).astype(
        np.float32
    )


def vectors_of_values(values):
    vectors = vectors_of(np.eye(2, dtype=np.float32), eig=0)
    vectors.facts["singular_values"] = values
    return vectors


@pytest.fixture
def factorised():
    matrix = np.random.default_rng(4).random((60, 40)).astype(np.float32)
    return svd_vectors(vectors_of(csr_array(matrix)), dim=10, eig=0.5)


def test_two_vectors_by_hand():
    vectors = vectors_of(np.array([[3, 4], [1, 0]], np.float32))
    np.testing.assert_allclose(center(vectors).matrix, [[1, 2], [-1, -2]])
    np.testing.assert_allclose(normalize_rows(vectors).matrix, [[0.6, 0.8], [1, 0]])
    # The one principal direction of two points is the line through them.
    np.testing.assert_allclose(all_but_the_top(vectors, 1).matrix, np.zeros((2, 2)), atol=1e-6)


@given(st.integers(1, 7), st.integers(20, 60), st.integers(0, 99))
def test_all_but_the_top_is_what_pca_leaves(n, n_words, seed):
    matrix = random_matrix(n_words, 8, seed)
    pca = PCA(n).fit(matrix.astype(np.float64))
    expected = matrix - pca.inverse_transform(pca.transform(matrix.astype(np.float64)))
    found = all_but_the_top(vectors_of(matrix), n).matrix
    np.testing.assert_allclose(found, expected, atol=2e-5)


def test_blocks_do_not_show(monkeypatch):
    matrix = random_matrix(100, 6)
    whole = all_but_the_top(vectors_of(matrix), 2).matrix
    monkeypatch.setattr(postprocessing, "_BLOCK_ROWS", 7)
    np.testing.assert_allclose(all_but_the_top(vectors_of(matrix), 2).matrix, whole, atol=1e-6)


def test_zero_and_damaged_vectors_stay_out_of_it():
    matrix = random_matrix(30, 5)
    with_gaps = np.insert(matrix, [3, 9], 0, axis=0)
    with_gaps[10] = [np.nan, 1, 2, np.inf, 3]
    assert normalize_rows(vectors_of(csr_array(with_gaps))).matrix.toarray()[10].tolist() == [0] * 5
    for step in (center, lambda vectors: all_but_the_top(vectors, 2), normalize_rows):
        found = step(vectors_of(with_gaps)).matrix
        assert not found[[3, 10]].any()
        expected = step(vectors_of(matrix)).matrix
        np.testing.assert_allclose(np.delete(found, [3, 10], axis=0), expected, atol=1e-6)


def test_rows_are_normalised_as_sklearn_does_also_sparse_ones():
    matrix = random_matrix(30, 5)
    matrix[matrix < 1] = 0
    expected = normalize(matrix)
    for stored in (matrix, csr_array(matrix)):
        vectors = vectors_of(stored)
        found = normalize_rows(vectors).matrix
        np.testing.assert_allclose(
            found if stored is matrix else found.toarray(), expected, atol=1e-6
        )
    np.testing.assert_array_equal(vectors.matrix.toarray(), matrix)  # the old ones are as they were


def test_reweighting_is_what_the_svd_does_with_that_exponent(factorised):
    matrix = np.random.default_rng(4).random((60, 40)).astype(np.float32)
    for eig in (0, 1):
        expected = svd_vectors(vectors_of(csr_array(matrix)), dim=10, eig=eig).matrix
        found = reweight_components(factorised, eig)
        np.testing.assert_allclose(found.matrix, expected, atol=1e-4 * abs(expected).max())
        assert found.settings["eig"] == eig
    there_and_back = reweight_components(reweight_components(factorised, 1), 0.5)
    np.testing.assert_allclose(there_and_back.matrix, factorised.matrix, rtol=1e-5)


def test_dropping_takes_columns_with_their_values(factorised):
    found = drop_components(factorised, 3)
    np.testing.assert_array_equal(found.matrix, factorised.matrix[:, 3:])
    assert found.facts["singular_values"] == factorised.facts["singular_values"][3:]
    assert found.facts["dim"] == 7
    assert len(factorised.facts["singular_values"]) == 10
    assert reweight_components(found, 1).dim == 7


def test_steps_are_written_down_in_their_order(factorised):
    found = postprocess(
        factorised, eig=0, drop_components=1, center=True, all_but_the_top=2, normalize=True
    )
    assert found.settings["postprocessing"] == [
        {"step": "reweight_components", "eig": 0},
        {"step": "drop_components", "n": 1},
        {"step": "all_but_the_top", "n": 2},
        {"step": "normalize_rows"},
    ]
    by_hand = reweight_components(factorised, 0)
    by_hand = normalize_rows(all_but_the_top(drop_components(by_hand, 1), 2))
    np.testing.assert_array_equal(found.matrix, by_hand.matrix)
    assert "postprocessing" not in factorised.settings
    assert postprocess(factorised, center=True).settings["postprocessing"] == [{"step": "center"}]


def test_what_is_not_possible_is_refused(factorised):
    sparse = vectors_of(csr_array(np.eye(3, dtype=np.float32)))
    dense = vectors_of(random_matrix(9, 4), postprocessing="nonsense")
    assert center(dense).settings["postprocessing"] == [{"step": "center"}]
    for step in (center, lambda v: all_but_the_top(v, 1)):
        with pytest.raises(SettingError, match="sparse"):
            step(sparse)
    for vectors in (sparse, dense):
        with pytest.raises(SettingError, match="columns of others have no order"):
            drop_components(vectors, 1)
        with pytest.raises(SettingError, match="columns of others have no order"):
            reweight_components(vectors, 1)
    for n in (-1, 0, 4):
        with pytest.raises(SettingError, match="must be from 1 to 3"):
            all_but_the_top(dense, n)
    with pytest.raises(SettingError, match="comes before"):
        reweight_components(center(factorised), 0)
    with pytest.raises(SettingError, match="exceed the range of float32"):
        reweight_components(vectors_of_values([1e9, 1e8]), 10)
    with pytest.raises(SettingError, match="eig is nan"):
        reweight_components(factorised, float("nan"))
    with pytest.raises(SettingError, match="no change is chosen"):
        postprocess(dense)
