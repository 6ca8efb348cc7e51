import numpy as np
import pytest
from scipy.sparse import csr_array

from wordvec_toolkit.embeddings.combining import combine
from wordvec_toolkit.embeddings.postprocessing import reweight_components
from wordvec_toolkit.embeddings.vectors import WordVectors
from wordvec_toolkit.errors import EmptyResultError, SettingError
from wordvec_toolkit.text.vocabulary import Vocabulary


def model(words, matrix, counts=None):
    words = words.split()
    counts = np.arange(len(words), 0, -1) if counts is None else counts
    return WordVectors(Vocabulary(words, np.asarray(counts)), matrix)


def of_rows(words, rows, counts=None):
    return model(words, np.array(rows, np.float32), counts)


@pytest.fixture
def two():
    first = of_rows("a b c", [[3, 4], [0, 2], [5, 0]], [9, 5, 5])
    second = of_rows("c a d", [[1, 0, 0], [0, 0, 2], [0, 6, 8]], [7, 6, 1])
    return first, second


def test_concatenation_by_hand(two):
    found = combine(two)
    assert found.words == ("a", "c")
    assert found.vocabulary.counts.tolist() == [9, 7]
    np.testing.assert_allclose(found.matrix, [[0.6, 0.8, 0, 0, 1], [1, 0, 1, 0, 0]], rtol=1e-6)
    found = combine(two, words="all", weights=[1, 2], normalize=False)
    assert found.words == ("a", "c", "b", "d")
    expected = [[3, 4, 0, 0, 4], [5, 0, 2, 0, 0], [0, 2, 0, 0, 0], [0, 0, 0, 12, 16]]
    np.testing.assert_allclose(found.matrix, expected)


def test_averages_by_hand(two):
    found = combine(two, "average", words="all")
    expected = [[0.3, 0.4, 0.5], [1, 0, 0], [0, 1, 0], [0, 0.6, 0.8]]
    np.testing.assert_allclose(found.matrix, expected, rtol=1e-6)


def test_cosines_of_concatenated_models_are_means_of_cosines():
    generator = np.random.default_rng(1)
    words = " ".join(f"w{i}" for i in range(20))
    parts = [of_rows(words, generator.normal(size=(20, dim))) for dim in (4, 9)]
    joined = combine(parts)
    expected = np.mean([part.similarity("w3", "w7") for part in parts])
    assert joined.similarity("w3", "w7") == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("eig", [0, 0.5, 1])
def test_the_reduction_is_numpys_svd(eig):
    generator = np.random.default_rng(1)
    words = " ".join(f"w{i:02}" for i in range(50))
    parts = [of_rows(words, generator.normal(size=(50, dim)) + 0.5) for dim in (4, 9)]
    whole = combine(parts).matrix
    left, values, _ = np.linalg.svd(whole.astype(float), full_matrices=False)
    found = combine(parts, dim=6, eig=eig)
    np.testing.assert_allclose(abs(found.matrix), abs(left[:, :6] * values[:6] ** eig), atol=1e-4)
    assert (found.matrix[abs(found.matrix).argmax(axis=0), range(6)] > 0).all()
    np.testing.assert_allclose(found.facts["singular_values"], values[:6], rtol=1e-5)
    np.testing.assert_allclose(
        reweight_components(found, 1).matrix, combine(parts, dim=6, eig=1).matrix, atol=1e-3
    )


def test_sparse_vectors_are_concatenated():
    generator = np.random.default_rng(2)
    dense = [np.maximum(generator.normal(size=(6, dim)), 0).astype(np.float32) for dim in (5, 8)]
    dense[0][2] = 0
    names = ["a b c d e f", "f e d c b x"]
    for settings in ({}, {"words": "all"}, {"normalize": False, "weights": [1, 3]}):
        expected = combine([model(n, m) for n, m in zip(names, dense)], **settings)
        found = combine([model(n, csr_array(m)) for n, m in zip(names, dense)], **settings)
        assert found.words == expected.words
        np.testing.assert_allclose(found.matrix.toarray(), expected.matrix, rtol=1e-6)
        assert found.is_sparse
        assert found.matrix.dtype == np.float32


def test_zero_and_damaged_vectors_become_zero():
    damaged = of_rows("a b", [[np.nan, 1], [1, 0]])
    found = combine([damaged, of_rows("a b", [[1, 0], [0, 0]])], "average")
    np.testing.assert_array_equal(found.matrix, [[1, 0], [1, 0]])


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"method": "sum"}, "expected one of concat, average"),
        ({"words": "some"}, "expected one of shared, all"),
        ({"weights": [1]}, "1 weights for 2 models"),
        ({"weights": [1, 0]}, "each must be from"),
        ({"weights": [1, float("nan")]}, "each must be from"),
        ({"dim": 0}, "dim is 0"),
        ({"dim": 5}, "only 2 directions"),
        ({"eig": 99}, "eig is 99"),
    ],
)
def test_settings_are_checked(two, settings, message):
    with pytest.raises(SettingError, match=message):
        combine(two, **settings)


def test_models_must_fit(two):
    with pytest.raises(SettingError, match="two or more"):
        combine(two[:1])
    with pytest.raises(EmptyResultError, match="share no word"):
        combine([two[0], of_rows("x y", [[1, 2], [3, 4]])])
    with pytest.raises(EmptyResultError, match="holds no words"):
        combine([two[0], of_rows("", np.zeros((0, 2)))], words="all")
    sparse = model("a b c", csr_array(np.eye(3, dtype=np.float32)))
    for models, settings in (
        ((two[0], sparse), {}),
        ((sparse, sparse), {"dim": 2}),
        ((sparse, sparse), {"method": "average"}),
    ):
        with pytest.raises(SettingError, match="sparse vectors can only"):
            combine(models, **settings)
