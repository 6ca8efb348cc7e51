import io
import warnings

import joblib
import numpy as np
import pytest
from scipy.sparse import csc_matrix, csr_array, csr_matrix, issparse
from sklearn.base import clone
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.utils import estimator_checks
from sklearn.utils.estimator_checks import parametrize_with_checks

import wordvec_toolkit as wvt
from wordvec_toolkit.errors import EmptyResultError, SettingError
from wordvec_toolkit.estimators import CooccurrenceVectorizer, PPMITransformer

TEXTS = [
    "the ship left the harbour in the fog\nthe fog was thick",
    "a horn in the fog and a ship in the harbour",
    "the baker sold bread in the market by the harbour",
]


@parametrize_with_checks(
    [PPMITransformer(), PPMITransformer(cds=0.75, shift=2, negative=True, threads=1)]
)
def test_scikit_learns_own_checks(estimator, check):
    check(estimator)


# scikit-learn's list of checks for an estimator of texts is all but empty; these of its checks
# need no array, or look at the class alone.
@pytest.mark.parametrize(
    "name",
    [
        "check_estimator_cloneable",
        "check_estimator_repr",
        "check_estimator_tags_renamed",
        "check_valid_tag_types",
        "check_no_attributes_set_in_init",
        "check_parameters_default_constructible",
        "check_do_not_raise_errors_in_init_or_set_params",
        "check_get_params_invariance",
        "check_set_params",
        "check_mixin_order",
    ],
)
def test_scikit_learns_checks_that_need_no_array(name):
    check = getattr(estimator_checks, name, None)
    if check is None:
        pytest.skip("this scikit-learn has no such check")
    check("CooccurrenceVectorizer", CooccurrenceVectorizer(min_count=1))


with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # that there is next to nothing to check
    of_texts = parametrize_with_checks([CooccurrenceVectorizer()])


@of_texts
@pytest.mark.filterwarnings("ignore:Can't test estimator")
def test_scikit_learns_own_checks_of_texts(estimator, check):
    check(estimator)


def same(one, other):
    assert one.shape == other.shape
    assert one.dtype == other.dtype
    np.testing.assert_array_equal(one.toarray(), other.toarray())


def test_counts_are_those_of_the_pipeline(harbour):
    corpus = wvt.encode_corpus(str(harbour), min_count=2)
    text = harbour.read_text(encoding="utf-8")
    for settings in (
        {"window": 3, "weighting": "harmonic"},
        {"direction": "split", "within": "document"},
        {"subsample": 1e-2, "seed": 3, "oov": "keep", "subsampling": "clean"},
    ):
        expected = wvt.count_cooccurrences(corpus, **settings)
        vectorizer = CooccurrenceVectorizer(min_count=2, **settings)
        documents = text.split("\n\n")
        same(vectorizer.fit_transform(documents), expected.matrix)
        assert tuple(vectorizer.words_) == expected.vocabulary.words
        assert vectorizer.vocabulary_ == expected.vocabulary.ids
        assert vectorizer.divisor_ == expected.divisor
        np.testing.assert_array_equal(vectorizer.word_counts_, expected.vocabulary.counts)
        same(clone(vectorizer).fit(documents).transform(documents), expected.matrix)


def test_a_window_of_all_is_the_product_of_document_counts():
    # With a flat window wider than any document, word i meets word j as often as there are pairs
    # of their occurrences: X'X without the pairs of a token with itself.
    documents = [text.replace("\n", " ").split() for text in TEXTS]
    vectorizer = CooccurrenceVectorizer(window=50, weighting="flat", min_count=1)
    counts = vectorizer.fit_transform(documents).toarray()
    peer = CountVectorizer(analyzer=list, vocabulary=list(vectorizer.words_))
    x = peer.fit_transform(documents).toarray()
    np.testing.assert_array_equal(counts, x.T @ x - np.diag(x.sum(0)))


def test_transform_counts_other_texts_over_the_words_learned():
    vectorizer = CooccurrenceVectorizer(min_count=1, window=1, oov="keep").fit(TEXTS)
    counts = vectorizer.transform(["ship unheard fog horn"])
    assert counts.shape == (len(vectorizer.words_),) * 2
    row, column = vectorizer.vocabulary_["fog"], vectorizer.vocabulary_["horn"]
    assert counts[row, column] == 1
    assert counts.sum() == 2
    assert vectorizer.transform(["unheard of"]).nnz == 0
    assert vectorizer.transform(["unheard of"]).shape == counts.shape


def test_names_of_the_columns():
    vectorizer = CooccurrenceVectorizer(min_count=1).fit(["b a b"])
    assert list(vectorizer.get_feature_names_out()) == ["b", "a"]
    vectorizer = CooccurrenceVectorizer(min_count=1, direction="split").fit(["b a b"])
    assert list(vectorizer.get_feature_names_out()) == ["left b", "left a", "right b", "right a"]
    assert vectorizer.transform(["b a b"]).shape == (2, 4)


def test_fit_leaves_settings_and_documents_alone():
    documents = [["a", "b"], ["b", "c"]]
    vectorizer = CooccurrenceVectorizer(min_count=1, keep=["c"])
    before = vectorizer.get_params()
    assert vectorizer.fit(documents) is vectorizer
    assert vectorizer.get_params() == before
    assert documents == [["a", "b"], ["b", "c"]]
    vectorizer.fit([["d", "e"]])  # a second fit knows nothing of the first
    assert list(vectorizer.words_) == ["d", "e"]


def test_bad_settings_are_refused_when_fitted():
    for settings, words in (
        ({"window": 0}, "window is 0"),
        ({"weighting": "steep"}, "weighting"),
        ({"min_count": 0}, "min_count is 0"),
        ({"tokenizer": "nonsense"}, "there is no tokenizer"),
        ({"threads": 0}, "threads is 0"),
    ):
        for method in ("fit", "fit_transform"):
            with pytest.raises(SettingError, match=words):
                getattr(CooccurrenceVectorizer(**{"min_count": 1, **settings}), method)(TEXTS)
    with pytest.raises(EmptyResultError, match="min_count"):
        CooccurrenceVectorizer(min_count=100).fit(TEXTS)
    with pytest.raises(ValueError, match="not fitted"):
        CooccurrenceVectorizer().transform(TEXTS)
    with pytest.raises(ValueError, match="cds is 2"):
        PPMITransformer(cds=2).fit([[1.0]])


@pytest.mark.parametrize("settings", [{}, {"cds": 0.75, "shift": 3.0}, {"negative": True}])
def test_weights_are_those_of_the_pipeline(harbour, settings):
    corpus = wvt.encode_corpus(str(harbour), min_count=1)
    counts = wvt.count_cooccurrences(corpus, window=2)
    expected = wvt.ppmi(counts, **settings).matrix
    for matrix in (counts.matrix, csr_matrix(counts.matrix), csc_matrix(counts.matrix)):
        same(PPMITransformer(**settings).fit_transform(matrix), expected)
    for dtype in (np.int64, np.float64, np.float32, np.uint8):
        dense = PPMITransformer(**settings).fit_transform(counts.matrix.toarray().astype(dtype))
        np.testing.assert_array_equal(dense, expected.toarray())


def test_weights_by_hand():
    counts = np.array([[6.0, 2.0, 0.0], [1.0, 1.0, 2.0]])
    with np.errstate(divide="ignore"):
        joint, rows, columns = counts / 12, counts.sum(1) / 12, counts.sum(0) / 12
        pmi = np.log(joint / np.outer(rows, columns))
    np.testing.assert_allclose(
        PPMITransformer().fit_transform(counts), np.maximum(pmi, 0), rtol=1e-6
    )


def test_rows_are_weighed_one_by_one_against_the_contexts_of_fit():
    rng = np.random.default_rng(0)
    counts = rng.poisson(2.0, (30, 8)).astype(float)
    transformer = PPMITransformer(cds=0.75).fit(counts)
    whole = transformer.transform(counts)
    np.testing.assert_array_equal(
        np.vstack([transformer.transform(row[None]) for row in counts]), whole
    )
    np.testing.assert_allclose(transformer.transform(counts * 3), whole, atol=1e-6)


def test_contexts_not_met_in_fit_are_ignored():
    transformer = PPMITransformer().fit([[1, 0, 3], [2, 0, 0]])
    without = PPMITransformer().fit([[1, 3], [2, 0]])
    np.testing.assert_array_equal(
        transformer.transform([[0, 9, 2]])[:, [0, 2]], without.transform([[0, 2]])
    )
    assert transformer.transform([[0, 9, 2]])[0, 1] == 0
    for negative in (False, True):
        zeros = PPMITransformer(negative=negative).fit_transform(np.zeros((2, 3)))
        np.testing.assert_array_equal(zeros, np.zeros((2, 3), np.float32))


def test_input_is_left_alone_and_its_kind_kept():
    matrix = csr_array(np.array([[2, 0, 1], [0, 3, 0]]))
    matrix.data[0] = 0  # stored
    before = matrix.copy()
    assert issparse(PPMITransformer(negative=True).fit_transform(matrix))
    np.testing.assert_array_equal(matrix.data, before.data)
    twice = csr_array(([1, 1, 2], ([0, 0, 1], [0, 0, 1])), shape=(2, 2))
    np.testing.assert_array_equal(
        PPMITransformer().fit_transform(twice).toarray(),
        PPMITransformer().fit_transform([[2, 0], [0, 2]]),
    )


def test_pipeline_gives_word_vectors(harbour):
    documents = harbour.read_text(encoding="utf-8").split("\n\n")
    pipeline = make_pipeline(
        CooccurrenceVectorizer(window=5, min_count=1),
        PPMITransformer(cds=0.75),
        TruncatedSVD(10, algorithm="arpack", random_state=0),
    )
    vectors = pipeline.fit_transform(documents)
    corpus = wvt.encode_corpus(str(harbour), min_count=1)
    counts = wvt.count_cooccurrences(corpus, window=5)
    ours = wvt.svd_vectors(wvt.ppmi(counts, cds=0.75), dim=10, eig=1.0).matrix
    assert vectors.shape == ours.shape == (len(pipeline[0].words_), 10)
    # Two solvers in float32, and singular values that lie near each other.
    np.testing.assert_allclose(np.abs(vectors), np.abs(ours), atol=1e-3)
    np.testing.assert_allclose(pipeline.transform(documents), vectors, atol=1e-4)
    assert list(pipeline[:-1].get_feature_names_out()) == list(pipeline[0].words_)


def test_saved_and_read_again():
    pipeline = make_pipeline(CooccurrenceVectorizer(min_count=1), PPMITransformer())
    expected = pipeline.fit_transform(TEXTS)
    file = io.BytesIO()
    joblib.dump(pipeline, file)
    file.seek(0)
    same(joblib.load(file).transform(TEXTS), expected)


def test_settings_can_be_searched():
    pipeline = make_pipeline(CooccurrenceVectorizer(min_count=1), PPMITransformer())
    pipeline.set_params(cooccurrencevectorizer__window=2, ppmitransformer__cds=0.5)
    assert clone(pipeline)[0].window == 2
    search = GridSearchCV(
        make_pipeline(PPMITransformer(), TruncatedSVD(2)),
        {"ppmitransformer__cds": [0.5, 1.0]},
        scoring=lambda model, x, y=None: model[-1].explained_variance_ratio_.sum(),
        cv=2,
    )
    assert search.fit(np.eye(8) + 1).best_params_["ppmitransformer__cds"] in (0.5, 1.0)


def test_output_can_be_a_data_frame():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame([[4, 0], [0, 4]], columns=["sea", "land"], index=["x", "y"])
    weighted = PPMITransformer().set_output(transform="pandas").fit_transform(frame)
    assert list(weighted.columns) == ["sea", "land"]
    assert list(weighted.index) == ["x", "y"]
    assert weighted.loc["x", "sea"] == pytest.approx(np.log(2))


def test_threads_make_no_difference():
    one, four = (
        make_pipeline(
            CooccurrenceVectorizer(min_count=1, threads=threads), PPMITransformer(threads=threads)
        ).fit_transform(TEXTS)
        for threads in (1, 4)
    )
    same(one, four)
