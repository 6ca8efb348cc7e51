"""WordVectors answer to gensim's names as gensim's KeyedVectors do."""

import numpy as np
import pytest
from gensim.models import KeyedVectors
from scipy.sparse import csr_array

from wordvec_toolkit.embeddings import vector_table as module
from wordvec_toolkit.embeddings.vectors import WordVectors
from wordvec_toolkit.errors import SettingError, UnknownWordError, WordvecError
from wordvec_toolkit.text.vocabulary import Vocabulary

WORDS = [f"w{i}" for i in range(80)]
MATRIX = np.random.default_rng(4).normal(size=(80, 12)).astype(np.float32)
OTHER = np.random.default_rng(5).normal(size=12).astype(np.float32)


@pytest.fixture(params=["dense", "sparse"])
def vectors(request):
    stored = MATRIX if request.param == "dense" else csr_array(MATRIX)
    return WordVectors(Vocabulary(WORDS, np.arange(80, 0, -1)), stored)


@pytest.fixture(scope="module")
def oracle():
    result = KeyedVectors(12)
    result.add_vectors(WORDS, MATRIX)
    return result


@pytest.mark.parametrize(
    "query",
    [
        {"positive": "w1"},
        {"positive": ["w1"], "topn": 3},
        {"positive": ["w1", "w2"], "negative": ["w3"], "topn": 7},
        {"positive": ["w1", OTHER], "negative": "w5"},
        {"positive": OTHER},
        {"positive": [OTHER, MATRIX[9]], "negative": [MATRIX[2]]},
        {"negative": ["w7"]},
        {"positive": ["w1", "w2"], "restrict_vocab": 20},
    ],
)
def test_most_similar_agrees_with_gensim(vectors, oracle, query):
    expected = oracle.most_similar(**query)
    found = vectors.most_similar(**query)
    assert [word for word, _ in found] == [word for word, _ in expected]
    np.testing.assert_allclose([x for _, x in found], [x for _, x in expected], atol=1e-5)


def test_our_own_names_give_the_same(vectors):
    assert vectors.most_similar("w4", topn=5) == vectors.nearest("w4", 5)
    assert vectors.similar_by_word("w4", 5) == vectors.nearest("w4", 5)
    ours = vectors.nearest_sum(["w1", "w2"], ["w3"], 5)
    theirs = vectors.most_similar(["w1", "w2"], ["w3"], 5)
    assert [word for word, _ in ours] == [word for word, _ in theirs]


def test_words_and_places(vectors, oracle):
    assert vectors.index_to_key == oracle.index_to_key
    assert vectors.key_to_index == oracle.key_to_index
    assert list(vectors) == WORDS
    assert len(vectors) == 80
    assert "w3" in vectors
    assert "nonsense" not in vectors


def test_rows(vectors, oracle):
    assert vectors.vectors.tobytes() == oracle.vectors.tobytes()
    assert vectors["w3"].tobytes() == oracle["w3"].tobytes()
    assert vectors[["w3", "w1", "w3"]].tobytes() == oracle[["w3", "w1", "w3"]].tobytes()
    assert vectors[[]].shape == (0, 12)
    assert vectors.get("w3").tobytes() == oracle["w3"].tobytes()
    assert vectors.get("nonsense") is None
    assert vectors.get("nonsense", 0) == 0


def test_errors(vectors, monkeypatch):
    with pytest.raises(UnknownWordError):
        vectors[["w1", "nonsense"]]
    with pytest.raises(KeyError):
        vectors.most_similar(positive=["w1"], negative=["nonsense"])
    with pytest.raises(SettingError, match="12"):
        vectors.most_similar(np.ones(3))
    with pytest.raises(SettingError, match="positive and negative are empty"):
        vectors.most_similar()
    monkeypatch.setattr(module, "_MOST_DENSE", 10)
    if vectors.is_sparse:
        with pytest.raises(WordvecError, match="svd_vectors"):
            _ = vectors.vectors
