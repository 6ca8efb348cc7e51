import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from reference import slow
from scipy.sparse import csr_array

from wordvec_toolkit.counts.cooccurrence import Cooccurrence
from wordvec_toolkit.counts.counting import count_cooccurrences
from wordvec_toolkit.embeddings.ppmi import ppmi
from wordvec_toolkit.errors import EmptyResultError, SettingError
from wordvec_toolkit.text.encoding import encode_text
from wordvec_toolkit.text.vocabulary import Vocabulary


def counts_of(array):
    array = np.asarray(array, np.int32)
    words = [f"w{i}" for i in range(array.shape[0])]
    vocabulary = Vocabulary(words, np.ones(len(words), np.int64))
    return Cooccurrence(vocabulary, csr_array(array), 1)


def test_a_matrix_worked_by_hand():
    # N = 16; rows 8, 4, 4; columns 4, 8, 4.
    counts = counts_of([[2, 6, 0], [0, 2, 2], [2, 0, 2]])
    expected = [
        [0, math.log(6 * 16 / (8 * 8)), 0],  # 2*16/(8*4) = 1: not above chance
        [0, 0, math.log(2 * 16 / (4 * 4))],
        [math.log(2 * 16 / (4 * 4)), 0, math.log(2 * 16 / (4 * 4))],
    ]
    result = ppmi(counts)
    np.testing.assert_allclose(result.matrix.toarray(), expected, rtol=1e-7)
    assert result.matrix.nnz == 4


def test_shift_and_cds_by_hand():
    counts = counts_of([[3, 1], [1, 0]])  # N = 5, rows 4 1, columns 4 1
    smoothed = 4**0.75 + 1
    expected = math.log(1 * smoothed / (1 * 4**0.75)) - math.log(1.1)
    result = ppmi(counts, cds=0.75, shift=1.1)
    assert result.matrix.toarray()[1, 0] == pytest.approx(expected, rel=1e-6)


@pytest.mark.kernel
@given(
    hnp.arrays(
        np.int32, st.tuples(st.integers(1, 6), st.integers(1, 6)), elements=st.integers(0, 9)
    ),
    st.sampled_from([1.0, 0.75, 0.5]),
    st.sampled_from([1.0, 2.0, 0.5]),
    st.booleans(),
)
def test_ppmi_agrees_exactly_with_the_slow_twin(array, cds, shift, negative):
    expected = slow.ppmi(array.tolist(), cds, shift, negative) if array.any() else {}
    counts = counts_of(array)
    if not expected:
        with pytest.raises(EmptyResultError):
            ppmi(counts, cds, shift, negative)
        return
    result = ppmi(counts, cds, shift, negative, threads=2).matrix.tocoo()
    found = {(int(r), int(c)): v for r, c, v in zip(result.row, result.col, result.data)}
    assert set(found) == set(expected)
    for cell, value in expected.items():
        # Totals of smoothed contexts may be summed in another order: one unit in the last place.
        assert abs(found[cell] - np.float32(value)) <= np.spacing(np.float32(abs(value)))
        if cds == 1.0:
            assert found[cell] == np.float32(value)


def test_smoothing_adds_to_every_pair_by_hand():
    # [[2, 1], [1, 0]] plus 1 everywhere is [[3, 2], [2, 1]]: N = 8, rows 5 3, columns 5 3.
    result = ppmi(counts_of([[2, 1], [1, 0]]), smoothing=1, negative=True).matrix
    expected = [[math.log(3 * 8 / 25), math.log(2 * 8 / 15)], [math.log(2 * 8 / 15), 0]]
    np.testing.assert_allclose(result.toarray(), expected, rtol=1e-6)
    assert result.nnz == 3  # the unseen pair stays unseen


def test_smoothing_is_in_weighted_counts_not_in_numerators():
    array = np.array([[2, 1, 4], [1, 0, 1], [3, 3, 0]], np.int32)
    plain = ppmi(counts_of(array), smoothing=0.5, cds=0.75, shift=1.1, negative=True)
    counts = counts_of(array * 60)
    counts = Cooccurrence(counts.vocabulary, counts.matrix, 60)
    scaled = ppmi(counts, smoothing=0.5, cds=0.75, shift=1.1, negative=True)
    np.testing.assert_allclose(scaled.matrix.data, plain.matrix.data, rtol=1e-6)


@pytest.mark.kernel
@given(
    hnp.arrays(np.int32, (4, 5), elements=st.integers(0, 9)).filter(lambda array: array.any()),
    st.sampled_from([0.25, 1.0, 3.0]),
)
def test_smoothing_agrees_with_the_slow_twin_of_smoothed_counts(array, smoothing):
    expected = slow.ppmi((array + smoothing).tolist(), 0.75, 1.0, True)
    result = ppmi(counts_of(array), 0.75, smoothing=smoothing, negative=True).matrix.tocoo()
    assert result.nnz == np.count_nonzero(array)
    for row, column, value in zip(result.row, result.col, result.data):
        assert value == pytest.approx(expected[row, column], rel=1e-5, abs=1e-6)


def test_planted_pmi_comes_out(planted):
    plan = planted.plan_pairs()
    corpus = encode_text(planted.pair_corpus(plan), "whitespace")
    counts = count_cooccurrences(corpus, window=1, weighting="flat", direction="right")
    result = ppmi(counts, negative=True)
    rows = [result.vocabulary.id(word) for word in plan.targets]
    columns = [result.vocabulary.id(word) for word in plan.contexts]
    found = result.matrix.toarray()[np.ix_(rows, columns)]
    expected = np.where(plan.counts > 0, plan.pmi(), 0)
    np.testing.assert_allclose(found, expected, rtol=2e-6, atol=1e-6)


def test_topic_text_has_the_pmi_of_its_closed_form(planted):
    model = planted.TopicModel(n_topics=4, n_function=5, n_content=6)
    text = "".join(planted.topic_text(400_000, 3, model))
    counts = count_cooccurrences(encode_text(text, "whitespace"), 5, "flat")
    values = ppmi(counts, negative=True)
    dense, word = values.matrix.toarray(), values.vocabulary.id
    assert dense[word("t1w0"), word("t1w1")] == pytest.approx(math.log(4), abs=0.03)
    assert dense[word("f0"), word("t2w0")] == pytest.approx(0, abs=0.03)
    assert dense[word("t0w0"), word("t1w0")] == 0


@pytest.mark.parametrize(
    "bad",
    [
        {"cds": 0},
        {"cds": 1.5},
        {"cds": float("nan")},
        {"shift": 0},
        {"shift": float("nan")},
        {"smoothing": -1},
        {"smoothing": float("nan")},
    ],
)
def test_settings_are_checked(bad):
    with pytest.raises(SettingError):
        ppmi(counts_of([[1, 0], [0, 1]]), **bad)
