import numpy as np
import pytest
from gensim.models import KeyedVectors
from hypothesis import given
from hypothesis import strategies as st
from reference import slow
from scipy.sparse import csr_array

from wordvec_toolkit._kernels import questions as kernels
from wordvec_toolkit.embeddings.vectors import WordVectors
from wordvec_toolkit.evaluation.analogy import evaluate_analogies, evaluate_analogy_methods
from wordvec_toolkit.evaluation.datasets import read_analogy_set
from wordvec_toolkit.text.vocabulary import Vocabulary


class MultiplyingVectors(KeyedVectors):
    """gensim's evaluation has no other way to 3CosMul: it never reads `similarity_function`."""

    def most_similar(self, positive, negative, topn, restrict_vocab):
        # Like most_similar, which takes the words of its first letters' case from here.
        places = self.key_to_index
        words = [[self.index_to_key[places[w]] for w in ws] for ws in (positive, negative)]
        self.key_to_index = self.plain
        found = self.most_similar_cosmul(*words, topn)
        self.key_to_index = places
        return found


@pytest.mark.kernel
@given(
    st.integers(0, 2**32 - 1),
    st.booleans(),
    st.integers(1, 9),
    st.integers(1, 40),
    st.sampled_from([(1.0, 0.0), (0.5, 0.5)]),
)
def test_the_kernel_agrees_with_the_slow_twin(seed, multiply, n_distinct, n_words, shift):
    generator = np.random.default_rng(seed)
    cosines = generator.integers(-4, 5, (n_distinct, n_words)).astype(np.float32) / 4  # many ties
    if shift[1] == 0:
        cosines = abs(cosines)
    ids = np.sort(generator.choice(100, n_distinct, replace=False))  # of the distinct words
    places = np.sort(generator.choice(100, n_words, replace=False))
    rows = generator.integers(0, n_distinct, (12, 3))
    rows = rows[np.lexsort((rows[:, 1], rows[:, 0]))]
    new = np.flatnonzero((rows[1:, :2] != rows[:-1, :2]).any(axis=1)) + 1
    starts = np.array([0, *new, len(rows)])
    scale, offset, epsilon = (np.float32(x) for x in (*shift, 0.001))
    best = np.full(len(rows), -np.inf, np.float32)
    answers = np.full(len(rows), -1, np.int64)
    half = n_words // 2
    for part in (slice(0, half), slice(half, None)):  # two panels
        kernels.answer_panel(
            np.ascontiguousarray(cosines[:, part]),
            places[part],
            rows[starts[:-1], :2].copy(),
            starts,
            rows[:, 2].copy(),
            ids[rows],
            multiply,
            scale,
            offset,
            epsilon,
            best,
            answers,
        )
    for question, answer in zip(rows, answers.tolist()):
        left_out = [i for i, place in enumerate(places) if place in ids[question]]
        expected = slow.analogy_answer(
            *cosines[question], left_out, multiply, scale, offset, epsilon
        )
        assert answer == (places[expected] if expected >= 0 else -1)


@pytest.fixture(scope="module")
def questions(tmp_path_factory):
    """A section of Google's questions and two more, its words, and vectors for most of them."""
    sections = read_analogy_set("google").sections
    lines = []
    for name, section in (sections[0], sections[4], sections[6]):
        lines += [f": {name}", *(" ".join(question) for question in section[:150])]
    path = tmp_path_factory.mktemp("sets") / "questions.txt"
    path.write_text("\n".join(lines) + "\n")
    words = sorted({word.lower() for line in lines if line[0] != ":" for word in line.split()})[6:]
    words += [f"other{i}" for i in range(3000)]
    matrix = np.random.default_rng(1).standard_normal((len(words), 40)).astype(np.float32)
    return path, words, matrix


@pytest.mark.parametrize("method", ["3cosadd", "3cosmul"])
def test_gensim_finds_the_same_questions_right(questions, method, monkeypatch):
    path, words, matrix = questions
    monkeypatch.setattr("wordvec_toolkit.evaluation.analogy.EPSILON", np.float32(1e-6))  # gensim's
    # Vectors that answer some questions: d is near b - a + c.
    matrix = matrix.copy()
    place = {word: i for i, word in enumerate(words)}
    for line in path.read_text().lower().splitlines()[1::3]:
        if line[0] != ":" and all(word in place for word in line.split()):
            a, b, c, d = (place[word] for word in line.split())
            matrix[d] = matrix[b] - matrix[a] + matrix[c] + matrix[d] / 2
    oracle = (KeyedVectors if method == "3cosadd" else MultiplyingVectors)(40)
    oracle.add_vectors(words, matrix)
    oracle.plain = oracle.key_to_index
    _, sections = oracle.evaluate_word_analogies(str(path))
    vectors = WordVectors(Vocabulary(words, np.ones(len(words), np.int64)), matrix)
    result = evaluate_analogies(vectors, path, method)
    assert [part.name for part in result.sections] == [s["section"] for s in sections[:-1]]
    answers = iter(result.answers.tolist())
    right = 0
    for (_, asked), theirs in zip(read_analogy_set(path).sections, sections):
        correct = {tuple(word.lower() for word in question) for question in theirs["correct"]}
        for question in asked:
            question = tuple(word.lower() for word in question)
            answer = next(answers)
            assert (answer == place.get(question[3], -2)) == (question in correct)
            right += question in correct
    assert right == result.total.n_correct > 50


@pytest.mark.parametrize("stored", [np.asarray, csr_array])
def test_methods_together_threads_and_single_questions_agree(questions, stored):
    path, words, matrix = questions
    matrix = matrix.copy()
    matrix[5::17] = 0  # these have no vectors
    vectors = WordVectors(Vocabulary(words, np.ones(len(words), np.int64)), stored(matrix))
    both = evaluate_analogy_methods(vectors, path, ["3cosmul", "3cosadd"], threads=3)
    for result in both:
        alone = evaluate_analogies(vectors, path, result.method, threads=1)
        assert np.array_equal(alone.answers, result.answers)
        assert alone.signature == result.signature
        test = read_analogy_set(path)
        asked = [question for _, section in test.sections for question in section]
        for i in range(0, len(asked), 10):
            if result.answers[i] >= 0:
                a, b, c = (word.lower() for word in asked[i][:3])
                found = vectors.analogy(a, b, c, 1, result.method)[0].word
                assert words[result.answers[i]] == found


def test_among_limits_questions_and_answers(questions):
    path, words, matrix = questions
    vectors = WordVectors(Vocabulary(words, np.ones(len(words), np.int64)), matrix)
    assert evaluate_analogies(vectors, path).answers.max() >= 60
    result = evaluate_analogies(vectors, path, among=60)
    assert result.answers.max() < 60
    assert result.total.n > 0
    assert "among:60" in result.signature
