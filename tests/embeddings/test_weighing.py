import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from nltk.collocations import BigramCollocationFinder
from nltk.metrics import BigramAssocMeasures
from scipy.sparse import csr_array

from wordvec_toolkit.counts.cooccurrence import Cooccurrence
from wordvec_toolkit.counts.counting import count_cooccurrences
from wordvec_toolkit.embeddings import weighing
from wordvec_toolkit.embeddings.measures import MEASURES
from wordvec_toolkit.embeddings.ppmi import ppmi
from wordvec_toolkit.embeddings.weighing import weigh_counts
from wordvec_toolkit.errors import EmptyResultError, SettingError
from wordvec_toolkit.text.encoding import encode_text
from wordvec_toolkit.text.vocabulary import Vocabulary


def counts_of(array, divisor=1):
    array = np.asarray(array, np.int32)
    words = [f"w{i}" for i in range(array.shape[0])]
    vocabulary = Vocabulary(words, np.ones(len(words), np.int64))
    return Cooccurrence(vocabulary, csr_array(array), divisor)


def test_bigrams_have_the_scores_of_nltk(harbour):
    corpus = encode_text(harbour.read_text(), layout="documents")
    counts = count_cooccurrences(
        corpus, window=1, weighting="flat", direction="right", within="document"
    )
    finder = BigramCollocationFinder.from_documents(
        [corpus.words(first, last) for first, last in zip(corpus.documents, corpus.documents[1:])]
    )
    pairs = {pair: n for pair, n in finder.ngram_fd.items() if None not in pair}
    assert counts.matrix.sum() == sum(pairs.values())
    word = counts.vocabulary.id
    for name, oracle in [
        ("pmi", BigramAssocMeasures.pmi),
        ("t-score", BigramAssocMeasures.student_t),
        ("log-likelihood", BigramAssocMeasures.likelihood_ratio),
        ("dice", BigramAssocMeasures.dice),
    ]:
        values = weigh_counts(counts, name, negative=True).matrix.toarray()
        if name == "pmi":
            values = values / np.log(2)
        for (first, second), n in pairs.items():
            row = sum(m for pair, m in pairs.items() if pair[0] == first)
            column = sum(m for pair, m in pairs.items() if pair[1] == second)
            expected = oracle(n, (row, column), sum(pairs.values()))
            found = values[word(first), word(second)]
            found = abs(found) if name == "log-likelihood" else found
            assert found == pytest.approx(expected, rel=1e-5, abs=1e-5), (name, first, second)


@given(
    hnp.arrays(
        np.int32, st.tuples(st.integers(1, 6), st.integers(1, 6)), elements=st.integers(0, 9)
    ).filter(lambda array: array.any()),
    st.sampled_from(sorted(MEASURES)),
    st.booleans(),
)
def test_cells_have_the_value_of_the_measure(array, name, negative):
    expected = {}
    for i, j in zip(*array.nonzero()):
        arguments = [
            np.array([x], np.float64) for x in (array[i, j], array[i].sum(), array[:, j].sum())
        ]
        value = np.float32(MEASURES[name].formula(*arguments, float(array.sum()))[0])
        if value > 1e-6 or (negative or name == "pmi"):
            expected[i, j] = value
        elif value > 0:
            return  # chance, up to rounding
    if not expected:
        with pytest.raises(EmptyResultError):
            weigh_counts(counts_of(array), name, negative=negative)
        return
    result = weigh_counts(counts_of(array), name, negative=negative, threads=2).matrix.tocoo()
    found = {(r, c): v for r, c, v in zip(result.row, result.col, result.data)}
    assert set(found) == set(expected)
    for cell, value in expected.items():
        assert found[cell] == pytest.approx(value, rel=1e-5, abs=1e-6)


@pytest.mark.parametrize("name", MEASURES)
def test_the_divisor_is_divided_by(name):
    array = np.array([[9, 1, 4], [1, 6, 1], [3, 3, 2]])
    plain = weigh_counts(counts_of(array), name, negative=True).matrix
    numerators = weigh_counts(counts_of(60 * array, 60), name, negative=True).matrix
    np.testing.assert_allclose(numerators.toarray(), plain.toarray(), rtol=1e-6, atol=1e-9)


def test_absolute_scores_grow_with_the_counts():
    array = np.array([[9, 1, 4], [1, 6, 1], [3, 3, 2]])
    for name, factor in [
        ("lmi", 4),
        ("log-likelihood", 4),
        ("chi-squared", 4),
        ("t-score", 2),
        ("z-score", 2),
        ("npmi", 1),
    ]:
        once = weigh_counts(counts_of(array), name).matrix.data
        np.testing.assert_allclose(
            weigh_counts(counts_of(4 * array), name).matrix.data, factor * once, rtol=1e-5
        )


def test_ppmi_is_untouched_and_pmi_keeps_what_is_negative():
    counts = counts_of([[2, 6, 0], [0, 2, 2], [2, 0, 2]])
    for settings in ({}, {"cds": 0.75}, {"shift": 1.5, "smoothing": 0.5}):
        one, other = ppmi(counts, **settings).matrix, weigh_counts(counts, **settings).matrix
        assert (one != other).nnz == 0
        one = ppmi(counts, **settings, negative=True).matrix
        other = weigh_counts(counts, "pmi", **settings).matrix
        assert one.nnz == other.nnz == 6
        np.testing.assert_array_equal(one.data, other.data)


def test_weighted_and_split_windows_and_any_number_of_threads(harbour, monkeypatch):
    corpus = encode_text(harbour.read_text())
    counts = count_cooccurrences(corpus, 4, "harmonic", "split")
    values = counts.matrix.toarray() / counts.divisor
    rows, columns, total = values.sum(1, keepdims=True), values.sum(0), values.sum()
    expected = np.where(
        values > 0,
        (values - rows * columns / total)
        / np.sqrt(values, where=values > 0, out=np.ones_like(values)),
        0,
    )
    one = weigh_counts(counts, "t-score", threads=1).matrix
    np.testing.assert_allclose(one.toarray(), np.maximum(expected, 0), rtol=1e-5, atol=1e-6)
    monkeypatch.setattr(weighing, "_BLOCK_CELLS", 100)
    three = weigh_counts(counts, "t-score", threads=3).matrix
    np.testing.assert_array_equal(one.data, three.data)
    np.testing.assert_array_equal(one.indices, three.indices)


@pytest.mark.parametrize("measure", ["ppmi", "pmi", "lmi"])
def test_transforms_flatten_and_keep_the_sign(measure):
    counts = counts_of([[9, 1, 4], [1, 6, 1], [3, 3, 2]])
    plain, log, root = (
        weigh_counts(counts, measure, negative=True, transform=name).matrix.data
        for name in ("none", "log", "root")
    )
    assert (plain < 0).any()
    np.testing.assert_allclose(log, np.sign(plain) * np.log(1 + abs(plain)), rtol=1e-5)
    np.testing.assert_allclose(root, np.sign(plain) * abs(plain) ** 0.5, rtol=1e-5)


def test_settings_are_checked():
    counts = counts_of([[2, 1], [1, 2]])
    with pytest.raises(SettingError, match="expected one of none, log, root"):
        weigh_counts(counts, transform="cube")
    with pytest.raises(SettingError, match="expected one of ppmi, pmi, npmi"):
        weigh_counts(counts, "mutual")
    for setting in ({"cds": 0.75}, {"shift": 2}, {"smoothing": 1}):
        with pytest.raises(SettingError, match="dice has no such setting"):
            weigh_counts(counts, "dice", **setting)
    with pytest.raises(EmptyResultError, match="positive t-score"):
        weigh_counts(counts_of([[1, 1], [1, 1]]), "t-score")
