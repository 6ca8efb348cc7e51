import numpy as np
import pytest
from scipy.linalg import eigh
from scipy.sparse import csr_array

from wordvec_toolkit._kernels import products
from wordvec_toolkit.embeddings import svd
from wordvec_toolkit.embeddings.lanczos import PanelAlgebra
from wordvec_toolkit.embeddings.settings import FactorisingSettings
from wordvec_toolkit.embeddings.svd import _is_symmetric, svd_vectors
from wordvec_toolkit.embeddings.vectors import WordVectors
from wordvec_toolkit.errors import ExhaustedError, SettingError
from wordvec_toolkit.runtime.memory import within_memory
from wordvec_toolkit.text.vocabulary import Vocabulary


def sparse_vectors(n_rows, n_columns, seed=0, density=0.05):
    generator = np.random.default_rng(seed)
    matrix = csr_array(
        generator.random((n_rows, n_columns)) * (generator.random((n_rows, n_columns)) < density)
    ).astype(np.float32)
    # A spectrum that falls, as that of PPMI does.
    scale = (1 + np.arange(n_rows)) ** -0.3
    matrix = csr_array(matrix.multiply(scale[:, None])).astype(np.float32)
    matrix.sort_indices()
    return wrapped(matrix)


def wrapped(matrix):
    words = [f"w{i}" for i in range(matrix.shape[0])]
    return WordVectors(Vocabulary(words, np.ones(len(words), np.int64)), csr_array(matrix))


def leading(matrix, k):
    """Left singular vectors and singular values in float64, by LAPACK on matrix times transpose."""
    last = len(matrix) - 1
    squares, left = eigh(matrix @ matrix.T, subset_by_index=[last - k + 1, last])
    return left[:, ::-1], np.sqrt(squares[::-1])


def projector_gap(found, exact):
    """Largest sine of an angle between two spans of orthonormal columns."""
    cosines = np.linalg.svd(found.T @ exact, compute_uv=False)
    return np.sqrt(max(0.0, 1 - cosines.min() ** 2))


@pytest.mark.parametrize("shape", [(60, 60), (40, 90), (90, 40)])
def test_small_matrices_agree_with_numpy(shape):
    vectors = sparse_vectors(*shape, density=0.3)
    result = svd_vectors(vectors, dim=10, eig=1.0)
    left, values, _ = np.linalg.svd(vectors.matrix.toarray().astype(np.float64))
    np.testing.assert_allclose(result.facts["singular_values"], values[:10], rtol=1e-6)
    np.testing.assert_allclose(np.abs(result.matrix), np.abs(left[:, :10] * values[:10]), atol=1e-5)


@pytest.mark.parametrize("shape", [(1200, 1200), (1100, 1800), (1800, 1100)])
def test_lanczos_agrees_with_lapack(shape):
    vectors = sparse_vectors(*shape)
    result = svd_vectors(vectors, dim=20, eig=0.0, restarts=2)
    assert result.facts["largest_residual"] < 1e-3
    left, values = leading(vectors.matrix.toarray().astype(np.float64), 20)
    np.testing.assert_allclose(result.facts["singular_values"], values, rtol=1e-4)
    assert projector_gap(result.matrix.astype(np.float64), left) < 0.02


@pytest.mark.parametrize("basis", [77, 100, 131, 256])
@pytest.mark.parametrize("restarts", [0, 1, 3])
def test_basis_sizes_and_restarts(basis, restarts):
    vectors = sparse_vectors(1400, 1400)
    result = svd_vectors(vectors, dim=30, eig=0.0, basis=basis, restarts=restarts)
    gram = result.matrix.T @ result.matrix
    np.testing.assert_allclose(gram, np.eye(30), atol=1e-4)
    more = svd_vectors(vectors, dim=30, eig=0.0, basis=basis, restarts=restarts + 2)
    assert more.facts["median_residual"] <= result.facts["median_residual"] + 1e-5


@pytest.mark.parametrize("n_columns", [1500, 1200])
def test_residuals_are_what_they_say(n_columns):
    vectors = sparse_vectors(1500, n_columns)
    result = svd_vectors(vectors, dim=30, eig=0.0, basis=64, restarts=0)
    matrix = vectors.matrix.astype(np.float64)
    left = result.matrix.astype(np.float64)
    squares = np.array(result.facts["singular_values"]) ** 2
    residuals = np.linalg.norm(matrix @ (matrix.T @ left) - left * squares, axis=0) / squares
    assert result.facts["largest_residual"] == pytest.approx(residuals.max(), rel=0.05, abs=1e-5)
    assert result.facts["median_residual"] == pytest.approx(np.median(residuals), rel=0.1, abs=1e-5)


def test_restarts_come_by_themselves_where_they_are_needed():
    vectors = sparse_vectors(1500, 1500)
    once = svd_vectors(vectors, dim=30, eig=0.0, basis=64, restarts=0)
    assert once.facts["columns_above_1_percent"] > 1
    result = svd_vectors(vectors, dim=30, eig=0.0, basis=64)
    assert 1 <= result.facts["n_restarts"] <= 6
    assert result.facts["columns_above_1_percent"] < once.facts["columns_above_1_percent"]
    easy = svd_vectors(vectors, dim=5, eig=0.0)
    assert easy.facts["n_restarts"] == 0


@pytest.mark.parametrize("n_columns", [9000, 2000])
def test_the_same_bits_for_any_number_of_threads(n_columns):
    vectors = sparse_vectors(9000, n_columns, density=0.003)
    results = [svd_vectors(vectors, dim=40, threads=threads) for threads in (1, 2, 5)]
    assert results[0].matrix.tobytes() == results[1].matrix.tobytes() == results[2].matrix.tobytes()


@pytest.mark.slow
@pytest.mark.parametrize("size", [200, 1500])
def test_rank_deficient_matrices(size):
    generator = np.random.default_rng(1)
    dense = generator.normal(size=(size, 12)) @ generator.normal(size=(12, size))
    vectors = wrapped(csr_array(dense.astype(np.float32)))
    with pytest.raises(SettingError, match="only 12 directions.*set dim to 12"):
        svd_vectors(vectors, dim=20)
    result = svd_vectors(vectors)
    assert result.dim == 12
    assert np.isfinite(result.matrix).all()


def test_dim_larger_than_the_vocabulary():
    with pytest.raises(SettingError, match="only 30 words"):
        svd_vectors(sparse_vectors(30, 30, density=0.5), dim=31)


def test_signs_are_fixed():
    result = svd_vectors(sparse_vectors(300, 300, density=0.2), dim=15)
    assert (result.matrix.max(axis=0) >= -result.matrix.min(axis=0)).all()


def test_eigenvalue_weight_and_context_vectors():
    vectors = sparse_vectors(120, 120, density=0.3)
    plain = svd_vectors(vectors, dim=8, eig=0.0)
    values = np.array(plain.facts["singular_values"])
    half = svd_vectors(vectors, dim=8, eig=0.5)
    np.testing.assert_allclose(half.matrix, plain.matrix * values**0.5, rtol=1e-4)
    both = svd_vectors(vectors, dim=8, eig=0.5, add_context=True)
    context = (vectors.matrix.T @ plain.matrix) / values
    np.testing.assert_allclose(both.matrix - half.matrix, context * values**0.5, atol=1e-4)


@pytest.mark.kernel
def test_the_sparse_product_agrees_with_scipy():
    matrix = sparse_vectors(500, 700).matrix
    block = np.random.default_rng(0).standard_normal((700, 13)).astype(np.float32)
    out = PanelAlgebra(2).sparse(matrix, block)
    np.testing.assert_allclose(out, matrix @ block, rtol=1e-4, atol=1e-5)
    plain = getattr(products.multiply_rows, "py_func", products.multiply_rows)
    slow = np.empty_like(out)
    indptr = matrix.indptr.astype(np.int64)
    plain(indptr, matrix.indices, matrix.data, block, 0, 20, slow)
    np.testing.assert_allclose(out[:20], slow[:20], rtol=1e-4, atol=1e-5)


@pytest.mark.kernel
def test_the_product_with_the_transpose_agrees_with_scipy():
    matrix = sparse_vectors(700, 90).matrix
    block = np.random.default_rng(0).standard_normal((90, 13)).astype(np.float32)
    expected = matrix.T @ (matrix @ block)
    np.testing.assert_allclose(PanelAlgebra(2).normal(matrix, block), expected, rtol=1e-3)


@pytest.mark.kernel
def test_symmetric_matrices_are_recognised():
    square = sparse_vectors(60, 60, density=0.3).matrix
    symmetric = csr_array(square + square.T)
    symmetric.sort_indices()
    assert _is_symmetric(symmetric)
    assert not _is_symmetric(square)
    symmetric.data[3] += 1
    assert not _is_symmetric(symmetric)
    one_sided = csr_array(np.triu(square.toarray()))
    assert not _is_symmetric(one_sided)


def test_a_symmetric_matrix_and_its_copy_give_the_same_bits(monkeypatch):
    square = sparse_vectors(1300, 1300, density=0.02).matrix
    symmetric = csr_array(square + square.T)
    symmetric.sort_indices()
    found = svd_vectors(wrapped(symmetric), dim=20).matrix
    monkeypatch.setattr(svd, "_is_symmetric", lambda matrix: False)
    assert svd_vectors(wrapped(symmetric), dim=20).matrix.tobytes() == found.tobytes()


@pytest.mark.parametrize(
    "bad", [{"dim": 0}, {"basis": 20, "dim": 20}, {"restarts": -1}, {"eig": float("nan")}]
)
def test_settings_are_checked(bad):
    with pytest.raises(SettingError):
        svd_vectors(sparse_vectors(60, 60, density=0.3), **bad)


def test_context_vectors_need_one_column_a_word():
    with pytest.raises(SettingError, match="split"):
        svd_vectors(sparse_vectors(20, 40, density=0.5), dim=3, add_context=True)


@pytest.mark.parametrize("size", [60, 1200])
def test_emphasis_weighs_rows_by_their_counts(size):
    vectors = sparse_vectors(size, size, density=0.2)
    counts = np.arange(2 * size, size, -1)
    counted = WordVectors(Vocabulary(vectors.words, counts), vectors.matrix)
    result = svd_vectors(counted, dim=8, eig=1.0, emphasis=0.7, restarts=4)
    scales = (counts / np.median(counts)) ** 0.7
    left, values = leading(scales[:, None] * vectors.matrix.toarray().astype(np.float64), 8)
    expected = left * values / scales[:, None]
    np.testing.assert_allclose(np.abs(result.matrix), np.abs(expected), atol=2e-3)
    plain = svd_vectors(counted, dim=8)
    assert plain.matrix.tobytes() == svd_vectors(vectors, dim=8).matrix.tobytes()


def test_what_does_not_fit_is_refused_with_what_would():
    shape, chosen = (3_000_000, 3_000_000), FactorisingSettings()
    with within_memory("8G"), pytest.raises(ExhaustedError, match="--max-contexts 1[0-9]{6}.; or"):
        svd.check_factorising(shape, chosen)
    with within_memory("8G"):
        svd.check_factorising((1_000_000, 100_000), chosen)
    with within_memory("1G"), pytest.raises(ExhaustedError, match="; choose a smaller dim"):
        svd.check_factorising((1_000_000, 100_000), chosen)
