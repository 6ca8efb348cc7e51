import re

import numpy as np
import pytest
from gensim.models import KeyedVectors
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from wordvec_toolkit.embeddings import queries
from wordvec_toolkit.embeddings.vectors import WordVectors
from wordvec_toolkit.errors import EmptyResultError, SettingError, UnknownWordError
from wordvec_toolkit.text.vocabulary import Vocabulary

N = 1000
WORDS = [f"w{i}" for i in range(N)]


@pytest.fixture(scope="module")
def matrix():
    generator = np.random.default_rng(5)
    matrix = generator.standard_normal((N, 30)).astype(np.float32)
    matrix[generator.random(matrix.shape) < 0.4] = 0
    return matrix


@pytest.fixture(params=["dense", "sparse", "map"])
def vectors(request, matrix, tmp_path):
    """The same vectors in memory, as a sparse matrix, and as a memory map; in small panels."""
    stored = csr_array(matrix) if request.param == "sparse" else matrix
    result = WordVectors(Vocabulary(WORDS, np.arange(N, 0, -1)), stored)
    if request.param == "map":
        result.save(tmp_path / "v")
        result = WordVectors.load(tmp_path / "v")
        assert isinstance(result.matrix, np.memmap)
    return result


@pytest.fixture(autouse=True)
def small_panels(monkeypatch):
    monkeypatch.setattr(queries, "_PANEL", 64)
    monkeypatch.setattr(queries, "_NARROWEST", 16)


@pytest.fixture(scope="module")
def oracle(matrix):
    result = KeyedVectors(30)
    result.add_vectors(WORDS, matrix)
    return result


def agree(found, expected):
    assert [item.word for item in found] == [word for word, _ in expected]
    scores = [score for _, score in expected]
    np.testing.assert_allclose([item.similarity for item in found], scores, atol=1e-5)


@pytest.mark.parametrize("n", [1, 10, 300, 5000])
def test_many_words_at_once_have_gensims_neighbours(vectors, oracle, n):
    asked = WORDS[::90]
    for word, found in zip(asked, vectors.nearest_each(asked, n)):
        agree(found, oracle.most_similar(word, topn=n))


def test_sums_have_gensims_neighbours(vectors, oracle):
    for plus, minus in [(["w1", "w2"], []), (["w1", "w2", "w3"], ["w4"]), ([], ["w7"])]:
        agree(vectors.nearest_sum(plus, minus, 20), oracle.most_similar(plus, minus, topn=20))
    added = vectors.analogy("w4", "w5", "w6", 5)
    assert [item.word for item in vectors.nearest_sum(["w5", "w6"], ["w4"], 5)] == [
        item.word for item in added
    ]


def test_the_odd_one_out_is_gensims(vectors, oracle):
    for i in range(0, 100, 5):
        assert vectors.doesnt_match(WORDS[i : i + 5]) == oracle.doesnt_match(WORDS[i : i + 5])
    expected = [(word, score) for score, word in oracle.rank_by_centrality(WORDS[:7])]
    agree(vectors.centrality(WORDS[:7]), expected)


def test_restrictions(vectors, oracle):
    agree(
        vectors.nearest("w700", 20, among=50),
        oracle.most_similar("w700", topn=20, restrict_vocab=50),
    )
    everything = vectors.nearest("w3", N)
    some = {f"w{i}" for i in range(0, N, 7)}
    for options, test in [
        ({"only": some}, some.__contains__),
        ({"only": iter([*some, "unknown"])}, some.__contains__),
        ({"only": lambda word: len(word) == 3}, lambda word: len(word) == 3),
        ({"match": "^w[12].*5"}, re.compile("^w[12].*5").search),
        ({"match": "5", "only": some}, lambda word: "5" in word and word in some),
        ({"match": "5", "among": 80}, lambda word: "5" in word and int(word[1:]) < 80),
    ]:
        expected = [item for item in everything if test(item.word)]
        agree(vectors.nearest("w3", N, **options), expected)
        if "only" not in options or isinstance(options["only"], set):
            agree(vectors.nearest_each(["w4", "w3"], 5, **options)[1], expected[:5])


def test_an_iterator_of_words_serves_all_queries(vectors, monkeypatch):
    monkeypatch.setattr("wordvec_toolkit.embeddings.vectors.queries_at_once", lambda dim: 2)
    found = vectors.nearest_each(WORDS[:5], 3, only=iter(WORDS[10:20]))
    assert [len(items) for items in found] == [3] * 5


def test_threads_and_batches_change_no_bit(vectors):
    one = vectors.nearest_each(WORDS[:40], 7, threads=1)
    assert vectors.nearest_each(WORDS[:40], 7, threads=4) == one
    assert vectors.nearest("w5", 7, threads=3) == vectors.nearest("w5", 7, threads=1)


def test_of_equals_the_more_frequent_comes_first():
    directions = np.random.default_rng(0).integers(0, 3, 500)
    matrix = np.eye(3, dtype=np.float32)[directions]
    for stored in (matrix, csr_array(matrix)):
        vectors = WordVectors(Vocabulary(WORDS[:500], np.ones(500)), stored)
        for n in (1, 7, 400):
            same = np.flatnonzero(directions == directions[0])[1:]
            others = np.flatnonzero(directions != directions[0])
            expected = [WORDS[i] for i in [*same, *others]][:n]
            for threads in (1, 3):
                found = vectors.nearest("w0", n, threads=threads)
                assert [item.word for item in found] == expected


def test_rows_that_are_not_finite_or_zero_are_no_neighbours(matrix):
    matrix = matrix.copy()
    matrix[3, 2], matrix[4, 1], matrix[5], matrix[6] = np.nan, np.inf, 0, 3e38
    vectors = WordVectors(Vocabulary(WORDS, np.ones(N)), matrix)
    found = vectors.nearest("w9", N)
    assert len(found) == N - 5
    assert not {"w3", "w4", "w5", "w6", "w9"} & {item.word for item in found}
    assert len(vectors.analogy("w9", "w10", "w11", N, "3cosmul")) == N - 7
    assert vectors.nearest("w9", 3, only=["w3", "w5", "w8"])[0].word == "w8"


@given(
    st.lists(st.lists(st.integers(0, 5), min_size=1, max_size=40), max_size=9),
    st.integers(1, 60),
    st.randoms(),
)
def test_the_best_do_not_depend_on_the_order_of_the_panels(panels, n, random):
    scores = [np.float32(score) for panel in panels for score in panel]
    expected = sorted(range(len(scores)), key=lambda place: (-scores[place], place))[:n]
    best = queries._Best(1, n)
    parts = list(zip(np.cumsum([0, *map(len, panels)]).tolist(), panels))
    random.shuffle(parts)
    for first, panel in parts:
        best.offer(np.array([panel], np.float32), first)
    places, found = best.of(0)
    assert places.tolist() == expected
    assert found.tolist() == [scores[place] for place in expected]


def test_a_query_of_a_map_leaves_words_and_norms_alone(matrix, tmp_path, monkeypatch):
    monkeypatch.setattr("wordvec_toolkit.text.vocabulary._INDEXED_AT_ONCE", 0)
    WordVectors(Vocabulary(WORDS, np.ones(N)), matrix).save(tmp_path / "v")
    vectors = WordVectors.load(tmp_path / "v")
    vectors.similarity("w1", "w2")
    vectors.nearest("w7", 3, among=100)
    vectors.nearest("w7", 3, only=["w1", "w2"])
    assert "norms" not in vars(vectors)
    vectors.nearest("w7", 3)
    assert not {"words", "ids"} & set(vars(vectors.vocabulary))


def test_queries_that_make_no_sense(vectors):
    with pytest.raises(UnknownWordError, match="x1"):
        vectors.nearest_each(["w1", "x1"])
    with pytest.raises(EmptyResultError, match="only and among"):
        vectors.nearest("w1", only=["w900"], among=10)
    with pytest.raises(EmptyResultError, match="match"):
        vectors.nearest("w1", match="z")
    for wrong in (
        lambda: vectors.nearest("w1", match="("),
        lambda: vectors.nearest("w1", 0),
        lambda: vectors.nearest("w1", among=0),
        lambda: vectors.nearest_sum([]),
        lambda: vectors.nearest_sum("w1"),
        lambda: vectors.nearest_sum(["w1"], ["w1"]),
        lambda: vectors.centrality(["w1"]),
        lambda: vectors.doesnt_match("w1"),
    ):
        with pytest.raises(SettingError):
            wrong()
    assert vectors.nearest_each([]) == []


def test_of_equally_odd_words_the_first_is_named():
    matrix = np.array([[1, 0], [0, 1], [1, 1]], np.float32)
    vectors = WordVectors(Vocabulary(["a", "b", "c"], np.ones(3, np.int64)), matrix)
    assert vectors.doesnt_match(["b", "a", "c"]) == "b"
    assert vectors.doesnt_match(["c", "a", "b"]) == "a"
