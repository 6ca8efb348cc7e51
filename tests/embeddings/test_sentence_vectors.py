import gzip

import numpy as np
import pytest
from scipy.sparse import csr_array
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer

from wordvec_toolkit.embeddings.sentence_vectors import read_sentences, sentence_vectors
from wordvec_toolkit.embeddings.vectors import WordVectors
from wordvec_toolkit.errors import EmptyResultError, SettingError, WordvecError
from wordvec_toolkit.text.encoding import tokenize
from wordvec_toolkit.text.vocabulary import Vocabulary

WORDS = ["the", "of", "sea", "ship", "storm", "bread", "baker", "don't", "王"]
COUNTS = [500, 300, 40, 30, 20, 5, 3, 2, 1]
SENTENCES = [
    "The ship of the sea",
    "Bread, bread! The baker's",  # baker's is no word of the vocabulary
    "...",
    "nothing known here",
    "Don’t: 王\x1e storm",
    "storm\nsea\u2028ship\x1f",
]
KNOWN = [
    ["the", "ship", "of", "the", "sea"],
    ["bread", "bread", "the"],
    [],
    [],
    ["don't", "王", "storm"],
    ["storm", "sea", "ship"],
]


@pytest.fixture(params=["dense", "sparse"])
def vectors(request):
    matrix = np.random.default_rng(3).normal(size=(9, 5)).astype(np.float32)
    matrix[abs(matrix) < 0.4] = 0
    stored = matrix if request.param == "dense" else csr_array(matrix)
    return WordVectors(Vocabulary(WORDS, np.array(COUNTS)), stored)


def dense(made):
    return made.matrix if isinstance(made.matrix, np.ndarray) else made.matrix.toarray()


def by_hand(vectors, weights):
    rows = np.zeros((len(KNOWN), 5))
    for row, words in zip(rows, KNOWN):
        for word in words:
            row += weights[word] * vectors[word] / len(words)
    return rows


def test_means_by_hand(vectors):
    made = sentence_vectors(vectors, SENTENCES, weighting="mean")
    np.testing.assert_allclose(
        dense(made), by_hand(vectors, dict.fromkeys(WORDS, 1)), rtol=1e-5, atol=1e-7
    )
    assert made.n_tokens.tolist() == [len(tokenize(s.replace("\n", " "))) for s in SENTENCES]
    assert made.n_known.tolist() == [5, 3, 0, 0, 3, 3]
    assert made.n_without == 2
    assert len(made) == 6


def test_sif_by_hand(vectors):
    share = dict(zip(WORDS, np.array(COUNTS) / sum(COUNTS)))
    weights = {word: 0.01 / (0.01 + share[word]) for word in WORDS}
    expected = by_hand(vectors, weights)
    plain = sentence_vectors(vectors, SENTENCES, weighting="sif", sif_a=0.01, remove_common=False)
    np.testing.assert_allclose(dense(plain), expected, rtol=1e-5, atol=1e-7)
    if vectors.is_sparse:
        with pytest.raises(SettingError, match="these are sparse"):
            sentence_vectors(vectors, SENTENCES, remove_common=True)
        return
    first = TruncatedSVD(1, algorithm="arpack").fit(expected).components_[0]
    made = sentence_vectors(vectors, SENTENCES, sif_a=0.01)
    np.testing.assert_allclose(
        made.matrix, expected - np.outer(expected @ first, first), rtol=1e-4, atol=1e-6
    )
    np.testing.assert_allclose(made.encode(SENTENCES[:1]), made.matrix[:1], rtol=1e-5)


def test_idf_is_sklearns(vectors):
    oracle = TfidfVectorizer(vocabulary=WORDS, analyzer=lambda line: line, norm=None)
    weighted = oracle.fit_transform(KNOWN).toarray()
    rows = np.stack([vectors[word] for word in WORDS])
    expected = weighted @ rows / np.maximum(1, [[len(words)] for words in KNOWN])
    made = sentence_vectors(vectors, SENTENCES, weighting="idf")
    np.testing.assert_allclose(dense(made), expected, rtol=1e-5, atol=1e-6)


def test_nearest_sentences(vectors):
    made = sentence_vectors(vectors, SENTENCES, weighting="idf")
    found = made.nearest("a storm at sea, a ship", 6)
    assert found[0].place == 5
    assert found[0].sentence == SENTENCES[5]
    assert found[0].similarity == pytest.approx(1, abs=1e-5)
    assert len(found) == 4  # two have no vector
    with pytest.raises(SettingError, match="no word of the query 'unheard'"):
        made.nearest("unheard")


def test_as_vectors_have_a_row_for_each_sentence(vectors, tmp_path):
    made = sentence_vectors(vectors, [*SENTENCES, SENTENCES[0], "sea " * 100], weighting="mean")
    labelled = made.as_vectors()
    assert labelled.words[0] == "1: The ship of the sea"
    assert labelled.words[6] == "7: The ship of the sea"
    assert len(labelled.words[7]) < 210
    labelled.save(tmp_path / "s")
    again = WordVectors.load(tmp_path / "s")
    assert again.words == labelled.words
    assert again.similarity(labelled.words[0], labelled.words[6]) == pytest.approx(1, abs=1e-6)
    assert again.vocabulary.counts.tolist() == made.n_known.tolist()


def test_other_tokenizers_and_cased_words():
    vectors = WordVectors(
        Vocabulary(["Paris", "sea", "a-b."], np.array([3, 2, 1])), np.eye(3, dtype=np.float32)
    )
    made = sentence_vectors(vectors, ["Paris Sea a-b."], "whitespace", "mean")
    np.testing.assert_allclose(made.matrix, [[1 / 3, 1 / 3, 1 / 3]])
    assert made.settings["tokenizer"] == "whitespace"
    made = sentence_vectors(vectors, ["Parissea"], "regex:Paris|sea", "mean")
    np.testing.assert_allclose(made.matrix, [[1 / 2, 1 / 2, 0]])


def test_a_vector_along_the_common_direction_becomes_zero():
    vectors = WordVectors(
        Vocabulary(["x", "y"], np.array([2, 1])),
        np.random.default_rng(0).normal(size=(2, 4)).astype(np.float32),
    )
    made = sentence_vectors(vectors, ["x", "x x", "x"])
    assert not made.matrix.any()
    assert sentence_vectors(vectors, ["x"]).matrix.any()  # one alone has no common direction


def test_damaged_vectors_count_as_zero():
    matrix = np.array([[1, 2], [np.nan, 1]], np.float32)
    for stored in (matrix, csr_array(matrix)):
        vectors = WordVectors(Vocabulary(["x", "y"], np.array([2, 1])), stored)
        made = sentence_vectors(vectors, ["x y", "y"], weighting="mean")
        np.testing.assert_allclose(dense(made), [[0.5, 1], [0, 0]])
        assert made.n_without == 1


def test_settings_are_checked(vectors):
    with pytest.raises(SettingError, match="expected one of mean, sif, idf"):
        sentence_vectors(vectors, SENTENCES, weighting="tf")
    for bad in (0, -1, float("nan")):
        with pytest.raises(SettingError, match="sif_a is"):
            sentence_vectors(vectors, SENTENCES, sif_a=bad)
    foreign = WordVectors(Vocabulary(WORDS, np.ones(9)), vectors.matrix)
    with pytest.raises(SettingError, match="all counts are equal"):
        sentence_vectors(foreign, SENTENCES, remove_common=False)
    assert dense(sentence_vectors(vectors, [], weighting="mean")).shape == (0, 5)


def test_files_of_sentences(write, tmp_path):
    text = "one line\r\n\n  another\x1eline \nlast\xff"
    assert read_sentences(write("a.txt", text)) == ["one line", "another line", "last\xff"]
    (tmp_path / "b.gz").write_bytes(gzip.compress(b"packed\nlines"))
    assert read_sentences(tmp_path / "b.gz") == ["packed", "lines"]
    assert read_sentences(write("c.jsonl", '{"text": "in json"}\n{"text": "two"}\n')) == [
        "in json",
        "two",
    ]
    with pytest.raises(EmptyResultError, match="holds no sentence"):
        read_sentences(write("d.txt", "\n \n"))
    with pytest.raises(WordvecError, match="no file or folder"):
        read_sentences(tmp_path / "none")
