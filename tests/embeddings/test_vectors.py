import numpy as np
import pytest
from gensim.models import KeyedVectors
from scipy.sparse import csr_array

from wordvec_toolkit.embeddings.vectors import WordVectors
from wordvec_toolkit.errors import SettingError, UnknownWordError, WordvecError
from wordvec_toolkit.text.vocabulary import Vocabulary

WORDS = [f"w{i}" for i in range(60)]


@pytest.fixture(params=["dense", "sparse"])
def both(request):
    """The same vectors in either storage, and gensim's view of them."""
    matrix = np.random.default_rng(2).normal(size=(60, 20)).astype(np.float32)
    matrix[np.random.default_rng(3).random(matrix.shape) < 0.5] = 0
    oracle = KeyedVectors(20)
    oracle.add_vectors(WORDS, matrix)
    vocabulary = Vocabulary(WORDS, np.arange(60, 0, -1))
    stored = matrix if request.param == "dense" else csr_array(matrix)
    return WordVectors(vocabulary, stored, {"negative": True}), oracle


def test_nearest_agrees_with_gensim(both):
    vectors, oracle = both
    for word in WORDS[:10]:
        expected = oracle.most_similar(word, topn=5)
        found = vectors.nearest(word, 5)
        assert [item.word for item in found] == [name for name, _ in expected]
        np.testing.assert_allclose(
            [i.similarity for i in found], [s for _, s in expected], atol=1e-5
        )


def test_similarity_agrees_with_gensim(both):
    vectors, oracle = both
    assert vectors.similarity("w1", "w2") == pytest.approx(oracle.similarity("w1", "w2"), abs=1e-6)


def test_analogies_agree_with_gensim(both):
    vectors, oracle = both
    for a, b, c in [("w1", "w2", "w3"), ("w9", "w4", "w30")]:
        add = oracle.most_similar(positive=[b, c], negative=[a], topn=5)
        assert [x.word for x in vectors.analogy(a, b, c, 5)] == [name for name, _ in add]
        mul = oracle.most_similar_cosmul(positive=[b, c], negative=[a], topn=5)
        found = vectors.analogy(a, b, c, 5, "3cosmul")
        assert [x.word for x in found] == [name for name, _ in mul]


def test_a_vector_can_be_asked_and_among_restricts(both):
    vectors, _ = both
    assert vectors.nearest(vectors["w7"], 1)[0].word == "w7"
    assert all(int(x.word[1:]) < 15 for x in vectors.nearest("w40", 20, among=15))


def test_lookup_falls_back_to_nfc_and_lower_case():
    vocabulary = Vocabulary(["été", "paris", "Paris2"], np.ones(3, np.int64))
    vectors = WordVectors(vocabulary, np.eye(3, dtype=np.float32))
    assert vectors.find("e\u0301te\u0301") == 0
    assert vectors.find("PARIS") == 1
    assert vectors.find("paris2") is None


def test_zero_vectors_are_never_neighbours_nor_scored():
    matrix = np.array([[1, 0], [0, 0], [0, 1], [1, 1]], np.float32)
    for stored in (matrix, csr_array(matrix)):
        vectors = WordVectors(Vocabulary(list("abcd"), np.ones(4, np.int64)), stored)
        assert [x.word for x in vectors.nearest("a")] == ["d", "c"]
        assert vectors.find("b") is None
        with pytest.raises(WordvecError, match="zero vector"):
            vectors.nearest("b")


def test_errors():
    vectors = WordVectors(Vocabulary(["apple", "pear"], np.ones(2)), np.eye(2, dtype=np.float32))
    with pytest.raises(UnknownWordError, match="'appel'.*apple"):
        vectors.nearest("appel")
    with pytest.raises(KeyError):
        vectors["plum"]
    with pytest.raises(SettingError, match="components"):
        vectors.nearest(np.ones(3))
    with pytest.raises(SettingError, match="direction"):
        vectors.nearest(np.zeros(2))
    with pytest.raises(SettingError):
        vectors.nearest("apple", 0)
    with pytest.raises(SettingError):
        vectors.analogy("apple", "pear", "apple", method="add")
    with pytest.raises(WordvecError, match="3 vectors for 2 words"):
        WordVectors(vectors.vocabulary, np.eye(3, dtype=np.float32))


def test_saving_and_loading_keeps_the_bits(tmp_path, both):
    vectors, _ = both
    vectors.save(tmp_path / "v")
    again = WordVectors.load(tmp_path / "v")
    assert again.vocabulary == vectors.vocabulary
    assert again.is_sparse == vectors.is_sparse
    for word in WORDS:
        assert again[word].tobytes() == vectors[word].tobytes()


def test_planted_analogies_hold(planted):
    from wordvec_toolkit.counts.counting import count_cooccurrences
    from wordvec_toolkit.embeddings.ppmi import ppmi
    from wordvec_toolkit.embeddings.svd import svd_vectors
    from wordvec_toolkit.text.encoding import encode_text

    plan = planted.plan_pairs()
    corpus = encode_text(planted.pair_corpus(plan), "whitespace")
    counts = count_cooccurrences(corpus, window=1, weighting="flat", direction="right")
    # Stems and attributes add up: 6 + 3 directions; more would be the rounding of counts.
    vectors = svd_vectors(ppmi(counts, negative=True), dim=8)
    right = [vectors.analogy(a, b, c, 1)[0].word == d for a, b, c, d in plan.questions]
    assert np.mean(right) > 0.95
