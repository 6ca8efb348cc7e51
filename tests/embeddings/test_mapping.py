"""Maps of rows against scikit-learn, and by hand."""

import sys

import numpy as np
import pytest
from scipy.sparse import csr_array
from sklearn.decomposition import PCA
from sklearn.manifold import trustworthiness
from sklearn.neighbors import NearestNeighbors
from threadpoolctl import threadpool_limits

from wordvec_toolkit.embeddings import mapping
from wordvec_toolkit.embeddings.mapping import map_rows, principal_positions
from wordvec_toolkit.embeddings.vicinity import nearest_rows, share_kept, unit_rows
from wordvec_toolkit.errors import MissingExtraError, SettingError, WordvecError


def made_up(n=90, dim=12, seed=0):
    """Rows of three heaps."""
    rng = np.random.default_rng(seed)
    heaps = rng.standard_normal((3, dim)) * 2
    return (heaps[np.arange(n) % 3] + rng.standard_normal((n, dim))).astype(np.float32)


def units(n=90, dim=12, seed=0):
    return unit_rows(made_up(n, dim, seed), np.arange(n))


def as_sparse(rows):
    sparse = csr_array(np.where(np.abs(rows) > 0.7, rows, 0).astype(np.float32))
    return sparse


def test_rows_at_length_one():
    rows = made_up()
    places = np.array([3, 7, 8])
    dense = unit_rows(rows, places)
    np.testing.assert_allclose(
        dense, rows[places] / np.linalg.norm(rows[places], axis=1)[:, None], rtol=1e-6
    )
    sparse = as_sparse(rows)
    found = unit_rows(sparse, places).toarray()
    expected = sparse[places].toarray()
    expected = expected[:, (expected != 0).any(axis=0)]
    np.testing.assert_allclose(
        found, expected / np.linalg.norm(expected, axis=1)[:, None], rtol=1e-6
    )


@pytest.mark.parametrize("sparse", [False, True])
def test_nearest_rows_are_those_of_scikit_learn(sparse):
    rows = unit_rows(as_sparse(made_up(700)), np.arange(700)) if sparse else units(700)
    dense = rows.toarray() if sparse else rows
    found = nearest_rows(rows, 12, threads=2)
    brute = NearestNeighbors(n_neighbors=12, algorithm="brute", metric="cosine").fit(dense)
    distances, places = brute.kneighbors()
    np.testing.assert_allclose(found.cosines, 1 - distances, atol=1e-5)
    assert (found.places == places).mean() > 0.99  # but for cosines that differ by rounding
    again = nearest_rows(rows, 12, threads=1)
    np.testing.assert_array_equal(found.places, again.places)
    np.testing.assert_array_equal(found.cosines, again.cosines)


def test_the_principal_directions_are_those_of_scikit_learn():
    rows = units(300, 20)
    expected = PCA(2, svd_solver="full").fit_transform(rows.astype(np.float64))
    expected *= np.where(expected[np.abs(expected).argmax(axis=0), [0, 1]] < 0, -1, 1)
    np.testing.assert_allclose(principal_positions(rows), expected, atol=1e-9)
    sparse = unit_rows(as_sparse(made_up(300, 20)), np.arange(300))
    dense = principal_positions(sparse.toarray())
    np.testing.assert_allclose(principal_positions(sparse), dense, atol=1e-9)


def test_large_sparse_rows_are_not_filled(monkeypatch):
    rows = unit_rows(as_sparse(made_up(400, 3000)), np.arange(400))
    dense = principal_positions(rows.toarray())
    monkeypatch.setattr(csr_array, "toarray", None)
    np.testing.assert_allclose(principal_positions(rows), dense, atol=1e-6)


def test_few_rows_span_few_directions():
    one = principal_positions(units(1))
    assert one.tolist() == [[0, 0]]
    two = principal_positions(units(2))
    assert two[0, 0] == pytest.approx(-two[1, 0])
    assert two[0, 0] != 0
    assert (two[:, 1] == 0).all()
    same = principal_positions(np.ones((4, 3), np.float32) / np.sqrt(np.float32(3)))
    assert (same == 0).all()
    narrow = principal_positions(np.array([[1], [-1], [1]], np.float32))
    assert (narrow[:, 1] == 0).all()
    for n in (1, 2, 3, 4):
        found = map_rows(units(n))
        assert (found.method, found.kept) == ("pca", None)
        assert found.positions.shape == (n, 2)


def test_the_share_kept_by_hand():
    angles = np.linspace(0, 1, 40) ** 2
    rows = np.column_stack([np.cos(angles), np.sin(angles)]).astype(np.float32)
    vicinity = nearest_rows(rows, 10)
    line = np.column_stack([angles, np.zeros(40)])
    assert share_kept(vicinity, line) > 0.99
    mixed = share_kept(vicinity, line[np.random.default_rng(0).permutation(40)])
    assert mixed < 0.45  # chance gives 10 of 39
    assert share_kept(nearest_rows(rows[:11], 10), line[:11]) is None
    places = {row: set(near) for row, near in enumerate(vicinity.places.tolist())}
    plane = np.random.default_rng(1).random((40, 2))
    shared = 0
    for row in range(40):
        order = sorted((np.hypot(*(plane[row] - plane[other])), other) for other in range(40))
        shared += len(places[row] & {other for _, other in order[1:11]})
    assert share_kept(vicinity, plane) == pytest.approx(shared / 400)


def test_tsne_keeps_neighbourhoods_that_pca_mixes_up():
    rows = units(240, 30)
    tsne, pca = map_rows(rows), map_rows(rows, "pca")
    assert tsne.kept > pca.kept
    assert trustworthiness(rows, tsne.positions, n_neighbors=10) > trustworthiness(
        rows, pca.positions, n_neighbors=10
    )
    heaps = [tsne.positions[heap::3].mean(axis=0) for heap in range(3)]
    spread = np.mean([tsne.positions[heap::3].std() for heap in range(3)])
    assert all(np.hypot(*(heaps[a] - heaps[b])) > spread for a, b in ((0, 1), (0, 2), (1, 2)))
    assert tsne.settings == {"perplexity": 30.0, "start": "pca"}


def test_seeds_start_anywhere():
    rows = units(60)
    first, second = map_rows(rows, seed=1), map_rows(rows, seed=2)
    assert not np.allclose(first.positions, second.positions)
    np.testing.assert_array_equal(first.positions, map_rows(rows, seed=1).positions)
    assert first.settings["start"] == "seed"
    assert first.settings["seed"] == 1
    np.testing.assert_array_equal(
        map_rows(rows, "pca", seed=1).positions, map_rows(rows, "pca").positions
    )


@pytest.mark.slow
@pytest.mark.parametrize("method", ["tsne", "pca"])
def test_the_same_bits_on_any_number_of_threads(method):
    rows = units(300, 40)
    with threadpool_limits(limits=1):
        one = map_rows(rows, method)
    with threadpool_limits(limits=3):
        three = map_rows(rows, method)
    np.testing.assert_array_equal(one.positions, three.positions)
    assert one.kept == three.kept


def test_settings_that_make_no_sense_are_refused(monkeypatch):
    with pytest.raises(SettingError, match="method is 'mds'; expected one of tsne, pca, umap"):
        map_rows(units(9), "mds")
    for perplexity in (0.5, 40, float("nan")):
        with pytest.raises(SettingError, match="with 90 words it must be from 1 to 29.6667"):
            map_rows(units(90), perplexity=perplexity)
    monkeypatch.setitem(sys.modules, "umap", None)
    with pytest.raises(MissingExtraError, match=r'umap-learn.*pip install -e "\.\[umap'):
        mapping.check_method("umap")


def test_rows_that_are_all_the_same(monkeypatch):
    rows = np.full((40, 4), 0.5, np.float32)
    assert np.isfinite(map_rows(rows).positions).all()
    assert (map_rows(rows, "pca").positions == 0).all()
    monkeypatch.setattr(mapping, "_tsne", lambda *_: np.full((40, 2), np.nan))
    with pytest.raises(WordvecError, match="t-SNE cannot map these 40 words"):
        map_rows(rows)


def test_umap_where_it_is_installed():
    pytest.importorskip("umap")
    rows = units(120, 30)
    found = map_rows(rows, "umap")
    assert found.kept > map_rows(rows, "pca").kept
    assert found.settings == {"neighbors": 15, "min_dist": 0.1, "seed": 0}
    np.testing.assert_array_equal(found.positions, map_rows(rows, "umap").positions)
    assert map_rows(units(5), "umap").positions.shape == (5, 2)
