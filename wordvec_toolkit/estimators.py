"""The counts and their weighing as scikit-learn estimators, for pipelines.

>>> from sklearn.decomposition import TruncatedSVD
>>> from sklearn.pipeline import make_pipeline
>>> pipeline = make_pipeline(
...     CooccurrenceVectorizer(window=5, min_count=1), PPMITransformer(cds=0.75), TruncatedSVD(2)
... )
>>> pipeline.fit_transform(["the sea and the ship", "the ship and the fog"]).shape
(5, 2)
>>> list(pipeline[0].words_)
['the', 'and', 'ship', 'fog', 'sea']
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array, issparse
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.utils import validation
from sklearn.utils.validation import check_is_fitted, check_non_negative

from .counts.counting import count_cooccurrences
from .counts.settings import CountingSettings
from .counts.storage import csr_of
from .counts.weights import distance_weights
from .embeddings.ppmi import pmi_cells
from .embeddings.settings import WeighingSettings
from .errors import EmptyResultError
from .runtime.parallel import n_threads
from .runtime.settings import takes
from .text.corpus import EncodedCorpus
from .text.encoding import IN_MEMORY, Document, encode_documents
from .text.settings import TextSettings

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from .runtime.keywords import CooccurrenceVectorizerKeywords, PPMITransformerKeywords


class CooccurrenceVectorizer(BaseEstimator):  # type: ignore[misc]
    """Turn documents into co-occurrence counts.

    **A row of the result is a word, not a document**: as many rows as the vocabulary has words,
    in the order of `words_`, whatever the number of documents.  What follows in a pipeline makes
    vectors of words.

    `fit` learns the words; `transform` counts them in any documents, so that
    ``fit(a).transform(b)`` shows how the words of one text are used in another, row by row
    comparable.  ``fit(a).transform(a)`` equals ``fit_transform(a)``.

    Parameters
    ----------
    tokenizer, layout, min_count, max_size, keep, lowercase, normalize
        How words are found in texts; see `wordvec_toolkit.encode_corpus`.
    window, weighting, direction, within, oov, subsample, subsampling, seed
        What is counted; see `wordvec_toolkit.count_cooccurrences`.
    threads : int, optional
        Default: all processors.  The result does not depend on it.

    Attributes
    ----------
    words_ : object array (n_words,)
        What the rows stand for, most frequent first.
    vocabulary_ : dict
        Word -> row.
    word_counts_ : int64 array (n_words,)
        How often each word occurs in the documents of `fit`.
    divisor_ : int
        The matrices hold whole numbers; divided by this they are the weighted counts.

    Examples
    --------
    >>> vectorizer = CooccurrenceVectorizer(window=1, min_count=1)
    >>> vectorizer.fit_transform(["a b a", "b c"]).toarray()
    array([[0, 2, 0],
           [2, 0, 1],
           [0, 1, 0]], dtype=int32)
    >>> list(vectorizer.get_feature_names_out())
    ['a', 'b', 'c']
    """

    @takes(TextSettings, CountingSettings, only=(*IN_MEMORY, *CountingSettings.names()))
    def __init__(
        self, *, threads: int | None = None, **settings: "Unpack[CooccurrenceVectorizerKeywords]"
    ) -> None:
        self.threads = threads
        _take(self, settings)

    def fit(self, X: Iterable[Document], y: object = None) -> "CooccurrenceVectorizer":  # noqa: N803
        """Learn the words of `X`.

        Parameters
        ----------
        X : iterable of str, or iterable of lists of str
            Texts, tokenised by `tokenizer`, or the tokens themselves.
        y : ignored

        Raises
        ------
        SettingError
            A ValueError: a setting or a document is not usable.
        EmptyResultError
            If no word occurs `min_count` times.
        """
        self._learn(X)
        return self

    def fit_transform(self, X: Iterable[Document], y: object = None) -> csr_array:  # noqa: N803
        """Learn the words of `X` and count them in it; see `transform`."""
        return self._count(self._learn(X))

    def transform(self, X: Iterable[Document]) -> csr_array:  # noqa: N803
        """Count the words learned in the documents `X`.

        Returns
        -------
        scipy.sparse.csr_array (n_words, n_contexts), int32 or int64
            All zero where none of the words co-occur.
        """
        check_is_fitted(self)
        reading = {name: getattr(self, name) for name in IN_MEMORY}
        return self._count(
            encode_documents(X, **reading, vocabulary=self._vocabulary, threads=self.threads)
        )

    def get_feature_names_out(self, input_features: object = None) -> np.ndarray:
        """Return the names of the columns: the context words.

        With direction ``split``, ``left word`` for each word, then ``right word``.
        """
        check_is_fitted(self)
        contexts = self.words_[: self._n_contexts]
        if self.direction != "split":
            return contexts.copy()
        sides = [f"{side} {word}" for side in ("left", "right") for word in contexts]
        return np.array(sides, object)

    def _learn(self, documents: Iterable[Document]) -> EncodedCorpus:
        counting = CountingSettings.among(vars(self))
        reading = {name: getattr(self, name) for name in IN_MEMORY}
        corpus = encode_documents(documents, **reading, threads=self.threads)
        self._vocabulary = corpus.vocabulary
        words = corpus.vocabulary.without_specials()
        self.words_ = np.array(words.words, object)
        self.word_counts_ = words.counts
        self.vocabulary_ = dict(words.ids)
        self._n_contexts = counting.n_contexts(len(words))
        self.divisor_ = distance_weights(counting.window, counting.weighting)[1]
        return corpus

    def _count(self, corpus: EncodedCorpus) -> csr_array:
        try:
            counting = {name: getattr(self, name) for name in CountingSettings.names()}
            counts = count_cooccurrences(corpus, **counting, threads=self.threads)
        except EmptyResultError:
            n_columns = len(self.get_feature_names_out())
            return csr_array((len(self.words_), n_columns), dtype=np.int32)
        return counts.matrix

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "words_")

    def __sklearn_tags__(self) -> object:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        return tags

    def _more_tags(self) -> dict[str, object]:  # scikit-learn before 1.6
        return {"X_types": ["string"]}


class PPMITransformer(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Weigh counts by positive pointwise mutual information.

    The formula is that of `wordvec_toolkit.ppmi`: `fit` learns the contexts' totals, that is how
    often each column is met by chance; a row's own total is its sum.  A row is weighed by itself,
    so that rows that were not in `fit` can be weighed, too.  Cells in columns that were empty in
    `fit` are skipped: their probability is unknown.

    Parameters
    ----------
    cds, shift, negative
        See `wordvec_toolkit.ppmi`.
    threads : int, optional
        Default: all processors.  The result does not depend on it.

    Attributes
    ----------
    context_totals_ : float64 array (n_features,)
        Sums of the columns.
    n_features_in_ : int
    feature_names_in_ : array of str
        If `X` named its columns.

    Examples
    --------
    >>> PPMITransformer().fit_transform([[4, 0], [0, 4]])
    array([[0.6931472, 0.       ],
           [0.       , 0.6931472]], dtype=float32)
    """

    @takes(WeighingSettings, only=("cds", "shift", "negative"))
    def __init__(
        self, *, threads: int | None = None, **settings: "Unpack[PPMITransformerKeywords]"
    ) -> None:
        self.threads = threads
        _take(self, settings)

    def fit(self, X: object, y: object = None) -> "PPMITransformer":  # noqa: N803
        """Learn how often each column is met.

        Parameters
        ----------
        X : array or sparse matrix (n_samples, n_features)
            Counts or other weights, none below zero.
        y : ignored

        Raises
        ------
        SettingError, ValueError
            If a setting or `X` is not usable.
        """
        WeighingSettings.among(vars(self))
        counts, _ = self._validated(X, reset=True)
        self.context_totals_ = _sums(counts, axis=0)
        return self

    def transform(self, X: object) -> np.ndarray | csr_array:  # noqa: N803
        """Weigh counts.

        Returns
        -------
        array or csr_array (n_samples, n_features), float32
            Dense if `X` is, sparse if `X` is.
        """
        check_is_fitted(self)
        counts, was_sparse = self._validated(X, reset=False)
        column_terms = self.context_totals_**self.cds
        unknown = self.context_totals_[counts.indices] == 0
        if unknown.any():
            counts.data[unknown] = 0
            counts.eliminate_zeros()
        weighted = pmi_cells(
            counts,
            _sums(counts, axis=1) * float(self.shift),
            column_terms,
            float(column_terms.sum()),
            added=0.0,
            negative=self.negative,
            threads=n_threads(self.threads),
        )
        return weighted if was_sparse else weighted.toarray()

    def _validated(self, X: object, reset: bool) -> tuple[csr_array, bool]:  # noqa: N803
        """Return `X` as CSR of our own with no zeros stored, and whether it was sparse."""
        settings = {
            "accept_sparse": "csr",
            "dtype": [np.float64, np.float32, np.int64, np.int32],
            "reset": reset,
        }
        if hasattr(validation, "validate_data"):
            checked = validation.validate_data(self, X, **settings)
        else:  # scikit-learn before 1.6
            checked = self._validate_data(X, **settings)
        check_non_negative(checked, "PPMITransformer")
        matrix = csr_array(checked, copy=True)
        matrix.sum_duplicates()
        matrix.eliminate_zeros()
        # The kernels are compiled for whole numbers and for float64.
        data = matrix.data if matrix.dtype.kind == "i" else matrix.data.astype(np.float64)
        return csr_of(matrix.indptr, matrix.indices, data, matrix.shape), issparse(checked)

    def __sklearn_tags__(self) -> object:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        tags.input_tags.positive_only = True
        tags.transformer_tags.preserves_dtype = []  # float32, as all weights here
        return tags

    def _more_tags(self) -> dict[str, object]:  # scikit-learn before 1.6
        return {
            "requires_positive_X": True,
            "X_types": ["2darray", "sparse"],
            "preserves_dtype": [],
        }


def _take(estimator: BaseEstimator, given: Mapping[str, object]) -> None:
    """Set the parameters of an estimator as they are given: scikit-learn expects no checks here."""
    for name, item in type(estimator).__init__.settings.items():
        setattr(estimator, name, given.get(name, item.default))


def _sums(matrix: csr_array, axis: int) -> np.ndarray:
    """Return sums in float64: exact for whole numbers below 2**53, in any order."""
    sums: np.ndarray = np.asarray(matrix.sum(axis=axis, dtype=np.float64)).ravel()
    return sums
