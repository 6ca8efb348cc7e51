import math

import numpy as np
import pytest

import wordvec_toolkit as wvt
from wordvec_toolkit.counts.counting import count_cooccurrences
from wordvec_toolkit.embeddings import svd as svd_module
from wordvec_toolkit.embeddings.folding import fold_in, weigh_rows
from wordvec_toolkit.embeddings.ppmi import ppmi
from wordvec_toolkit.embeddings.settings import WeighingSettings
from wordvec_toolkit.embeddings.svd import svd_vectors
from wordvec_toolkit.errors import SettingError, WordvecError
from wordvec_toolkit.models.folding import fold_in_words
from wordvec_toolkit.text.encoding import encode_text


@pytest.fixture(scope="module")
def counts():
    draw = np.random.default_rng(0)
    words = (600 / (1 + draw.random(4000) * 600)).astype(int) + draw.integers(0, 60, 4000)
    text = "\n".join(" ".join(f"w{n}" for n in words[i : i + 20]) for i in range(0, 4000, 20))
    return {
        most: count_cooccurrences(encode_text(text), window=3, max_contexts=most)
        for most in (None, 60)
    }


def test_rows_of_the_matrix_get_their_own_vectors(counts, monkeypatch):
    for most, how in (
        (None, {"eig": 0.5}),
        (60, {"eig": 1.0}),
        (60, {"eig": 0.0, "emphasis": 0.3}),
    ):
        weighing = WeighingSettings.among({"cds": 0.75, "shift": 0.5, "smoothing": 0.1})
        weighted = ppmi(counts[most], cds=0.75, shift=0.5, smoothing=0.1)
        rows = weigh_rows(counts[most], counts[most], weighing)
        assert (rows.matrix != weighted.matrix).nnz == 0
        vectors = svd_vectors(weighted, dim=20, **how)
        folded = fold_in(vectors, weighted, rows)
        np.testing.assert_allclose(folded.matrix, vectors.matrix, rtol=1e-3, atol=1e-4)
        with monkeypatch.context() as patched:
            patched.setattr(svd_module, "_DENSE_UP_TO", 0)
            vectors = svd_vectors(weighted, dim=8, basis=40, restarts=20, **how)
        folded = fold_in(vectors, weighted, rows)
        np.testing.assert_allclose(folded.matrix, vectors.matrix, rtol=0.01, atol=0.01)


def test_what_cannot_be_folded_in_says_why(counts):
    weighted = ppmi(counts[None])
    vectors = svd_vectors(weighted, dim=5, add_context=True)
    with pytest.raises(SettingError, match="add_context"):
        fold_in(vectors, weighted, weighted)
    with pytest.raises(SettingError, match="needs SVD vectors as they were made"):
        fold_in(weighted, weighted, weighted)
    with pytest.raises(SettingError, match="other words or contexts"):
        fold_in(svd_vectors(weighted, dim=5), weighted, ppmi(counts[60]))
    with pytest.raises(SettingError, match="not lmi"):
        weigh_rows(counts[None], counts[None], WeighingSettings(measure="lmi"))
    with pytest.raises(SettingError, match="not counted as"):
        weigh_rows(counts[60], counts[None], WeighingSettings())


def test_rare_words_are_placed_by_their_contexts(tmp_path):
    text = "the ship sails\nthe boat sails\nthe ship sinks\nthe boat sinks\nthe raft sails far\n"
    (tmp_path / "t.txt").write_text(text)
    place = wvt.build_ppmi(tmp_path / "t.txt", min_count=2, window=2, dim=3).path
    vectors, weighted = (wvt.load(place / name) for name in ("svd", "ppmi"))
    found = fold_in_words(place)
    assert found.words == (*vectors.words, "far", "raft")
    np.testing.assert_array_equal(found.matrix[: len(vectors)], vectors.matrix)
    # the raft sails far, window 2: the 1, sails 1, far 1/2, which is no context.
    counts = wvt.load(place / "counts")
    columns = counts.column_totals / counts.divisor
    row = np.zeros(len(vectors))
    for word, n in (("the", 1), ("sails", 1)):
        c = vectors.id(word)
        row[c] = max(0, math.log(n * columns.sum() / (2 * columns[c])))
    values = np.array(vectors.facts["singular_values"])
    expected = row @ weighted.sparse_matrix().toarray().T @ vectors.matrix / values**2
    np.testing.assert_allclose(found["raft"], expected, rtol=1e-4, atol=1e-5)
    (tmp_path / "new.txt").write_text("the canoe sails\nthe ship\nx y z\n")
    found = fold_in_words(place / "svd", [tmp_path / "new.txt"])
    assert found.words == (*vectors.words, "canoe")
    assert found.facts["n_without_vector"] == 3
    with pytest.raises(WordvecError, match="no new word that occurs 2 times"):
        fold_in_words(place, min_count=2)
