import math

import numpy as np
import pytest
from gensim.models import KeyedVectors
from gensim.test.utils import datapath
from hypothesis import given
from hypothesis import strategies as st

from wordvec_toolkit.embeddings.vectors import WordVectors
from wordvec_toolkit.errors import EmptyResultError, FormatError, SettingError, WordvecError
from wordvec_toolkit.evaluation import analogy as analogy_module
from wordvec_toolkit.evaluation.analogy import evaluate_analogies
from wordvec_toolkit.evaluation.datasets import read_analogy_set, read_similarity_set
from wordvec_toolkit.evaluation.similarity import evaluate_similarity
from wordvec_toolkit.evaluation.statistics.intervals import share_interval
from wordvec_toolkit.text.vocabulary import Vocabulary


@pytest.fixture(scope="module")
def random_vectors():
    """Random vectors for most words of the test sets, and gensim's view of them."""
    words = {w.lower() for pair in read_similarity_set("wordsim353").pairs for w in pair[:2]}
    for _, section in read_analogy_set("google").sections[:3]:
        words |= {word.lower() for question in section for word in question}
    words = sorted(words)[20:]
    matrix = np.random.default_rng(0).normal(size=(len(words), 25)).astype(np.float32)
    oracle = KeyedVectors(25)
    oracle.add_vectors(words, matrix)
    return WordVectors(Vocabulary(words, np.ones(len(words), np.int64)), matrix), oracle


def test_similarity_agrees_with_gensim(random_vectors):
    vectors, oracle = random_vectors
    result = evaluate_similarity(vectors, "wordsim353")
    _, expected, oov_percent = oracle.evaluate_word_pairs(datapath("wordsim353.tsv"))
    assert result.spearman == pytest.approx(expected[0], abs=1e-6)
    assert result.n + result.n_oov == 353
    assert result.n_oov / 353 * 100 == pytest.approx(oov_percent)
    assert np.isnan(result.cosines).sum() == result.n_oov
    assert f"n:{result.n}" in result.signature


@pytest.mark.parametrize("method", ["3cosadd", "3cosmul"])
def test_answers_agree_with_gensim_or_the_formula_question_by_question(random_vectors, method):
    vectors, oracle = random_vectors
    result = evaluate_analogies(vectors, "google", method)
    unit = oracle.get_normed_vectors().astype(np.float64)
    asked = 0
    place = 0
    for _, section in read_analogy_set("google").sections:
        for question in section:
            a, b, c, d = (word.lower() for word in question)
            answer = result.answers[place]
            place += 1
            known = all(word in oracle for word in (a, b, c, d))
            assert (answer >= 0) == known
            if known and place % 7 == 0:
                asked += 1
                if method == "3cosadd":
                    best = oracle.most_similar(positive=[b, c], negative=[a], topn=1)[0][0]
                else:  # gensim's epsilon is 1e-6, Levy and Goldberg's 1e-3
                    cos_a, cos_b, cos_c = (
                        (1 + unit @ unit[oracle.key_to_index[w]]) / 2 for w in (a, b, c)
                    )
                    scores = cos_b * cos_c / (cos_a + 0.001)
                    scores[[oracle.key_to_index[w] for w in (a, b, c)]] = -1
                    best = oracle.index_to_key[scores.argmax()]
                assert vectors.words[answer] == best
    assert asked > 50


def test_sections_add_up(random_vectors):
    result = evaluate_analogies(random_vectors[0], "google")
    assert result.total.n == sum(section.n for section in result.sections)
    assert result.total.n + result.total.n_oov == 19544
    assert {group.name for group in result.groups} == {"semantic", "syntactic"}


def test_parts_and_threads_change_nothing(random_vectors, monkeypatch):
    vectors, _ = random_vectors
    whole = evaluate_analogies(vectors, "google", threads=1).answers
    monkeypatch.setattr(analogy_module, "_UNIT_CELLS", 97 * vectors.dim)
    assert np.array_equal(evaluate_analogies(vectors, "google", threads=2).answers, whole)


@pytest.mark.kernel
def test_analogies_by_hand(write):
    words = ["king", "queen", "man", "woman", "zero"]
    matrix = np.array([[1, 1, 0], [1, -1, 0], [0, 1, 0.1], [0, -1, 0.1], [0, 0, 0]], np.float32)
    vectors = WordVectors(Vocabulary(words, np.ones(5, np.int64)), matrix)
    path = write(
        "q.txt",
        ": royal\nman king woman queen\nMan King Woman Queen\nman king zero queen\n"
        ": other\nman king woman man\n",
    )
    result = evaluate_analogies(vectors, path)
    royal, other = result.sections
    assert (royal.n_correct, royal.n, royal.n_oov) == (2, 2, 1)
    assert (other.n_correct, other.n) == (0, 1)
    assert result.total.accuracy == pytest.approx(2 / 3)
    assert result.groups == ()


def test_formats_of_similarity_sets(write):
    texts = [
        "love\tsex\t6.77\ntiger\tcat\t7.35\n",
        "\ufeffword 1,word 2,score\nlove,sex,6.77\ntiger,cat,7.35\n",
        "# comment\nlove sex 6.77\n\ntiger cat 7.35",
        "word1\tword2\tPOS\tSimLex999\tconc(w1)\nlove\tsex\tN\t6.77\t1\ntiger\tcat\tN\t7.35\t2\n",
        "love;sex;6.77\r\ntiger;cat;7.35\r\n",
    ]
    for text in texts:
        pairs = read_similarity_set(write("pairs", text)).pairs
        assert pairs == (("love", "sex", 6.77), ("tiger", "cat", 7.35))


@pytest.mark.parametrize(
    "text", ["", "one two\n", "a b 1\nc d x\n", "a\tb\tnan\nc\td\tinf\n", "a,b\nc,d\n"]
)
def test_malformed_similarity_sets_are_refused(write, text):
    with pytest.raises(FormatError):
        read_similarity_set(write("pairs", text))


@pytest.mark.parametrize("text", ["", ": a\n", "a b c\n", "a b c d e\n", b"\xff\xfe a b c d"])
def test_malformed_analogies_are_refused(write, text):
    with pytest.raises(FormatError):
        read_analogy_set(write("questions", text))


def test_unknown_sets_and_methods(random_vectors):
    with pytest.raises(WordvecError, match="wordsim353"):
        read_similarity_set("wordsim")
    with pytest.raises(SettingError):
        evaluate_analogies(random_vectors[0], method="add")


def test_nothing_in_the_vocabulary_is_said(write):
    vectors = WordVectors(Vocabulary(["x"], np.ones(1)), np.ones((1, 2), np.float32))
    with pytest.raises(EmptyResultError, match="language"):
        evaluate_similarity(vectors, "wordsim353")
    with pytest.raises(EmptyResultError, match="language"):
        evaluate_analogies(vectors, "google")


def test_constant_cosines_have_no_correlation(write):
    vectors = WordVectors(Vocabulary(list("abc"), np.ones(3)), np.ones((3, 2), np.float32))
    result = evaluate_similarity(vectors, write("p", "a b 1\na c 2\nb c 3\n"))
    assert math.isnan(result.spearman)
    assert result.interval == (-1.0, 1.0)


@given(st.integers(1, 500), st.integers(0, 500))
def test_share_interval_agrees_with_statsmodels_formula(n, correct):
    from scipy.stats import binomtest

    correct = min(correct, n)
    expected = binomtest(correct, n).proportion_ci(0.95, method="wilson")
    assert share_interval(correct, n) == pytest.approx((expected.low, expected.high), abs=1e-9)


def test_real_sets(real_data):
    assert len(read_similarity_set(real_data / "similarity" / "SimLex-999.txt").pairs) == 999
    assert len(read_similarity_set(real_data / "similarity" / "WS353_korean.csv").pairs) == 353
    assert read_similarity_set(real_data / "similarity" / "WS353_korean.csv").pairs[0][0] == "사랑"
    korean = read_analogy_set(real_data / "analogy" / "word_analogy_korean.txt")
    assert all(questions for _, questions in korean.sections)
