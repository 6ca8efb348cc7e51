"""Word vectors, dense or sparse, behind one set of questions."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, Union, overload

import numpy as np

from ..bundles.reading import Bundle, open_bundle
from ..bundles.writing import BundleWriter, new_bundle
from ..counts.storage import read_csr, write_csr
from ..errors import FormatError, SettingError, WordvecError
from ..text.vocabulary import Vocabulary
from .queries import (
    ANALOGY_METHODS,
    AnalogyMethod,
    Combine,
    Matrix,
    Neighbor,
    Only,
    all_cosines,
    all_lengths,
    chosen_words,
    combine_add,
    combine_mul,
    cosines_to_mean,
    nearest_rows,
    queries_at_once,
    row_lengths,
    rows_at,
)

if TYPE_CHECKING:
    from scipy.sparse import csr_array

T = TypeVar("T")
#: A word, or a vector (dim,).
Query = Union[str, np.ndarray]
#: Cells up to which `WordVectors.vectors` makes a sparse matrix dense (1 GiB).
_MOST_DENSE = 1 << 28


@dataclass(frozen=True, eq=False)
class WordVectors:
    """A vector for each word of a vocabulary.

    gensim's names work, too: ``most_similar``, ``similar_by_word``, ``index_to_key``,
    ``key_to_index``, ``vectors``; so do ``len(v)``, ``"word" in v``, ``v["word"]``,
    ``v[["a", "b"]]`` and iteration over the words.

    Attributes
    ----------
    vocabulary : Vocabulary
        Without specials.
    matrix : float32 array (n_words, dim) or csr_array (n_words, n_contexts)
        Row i belongs to word i.  From a bundle, a memory map.
    settings, facts : dict
        How the vectors were made and what came out.
    """

    vocabulary: Vocabulary
    matrix: Matrix
    settings: dict[str, Any] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.matrix.shape[0] != len(self.vocabulary):
            raise WordvecError(
                f"{self.matrix.shape[0]} vectors for {len(self.vocabulary)} words, not one each"
            )

    def __len__(self) -> int:
        return len(self.vocabulary)

    def __contains__(self, word: object) -> bool:
        return word in self.vocabulary

    def __iter__(self) -> Iterator[str]:
        return iter(self.vocabulary)

    def __getitem__(self, words: str | Sequence[str]) -> np.ndarray:
        """Return the dense vector of a word (dim,), or those of several (n, dim).

        Raises
        ------
        UnknownWordError
            A KeyError: a word is not in the vocabulary, in this very spelling.
        """
        if isinstance(words, str):
            return self._row(self.vocabulary.id(words))
        if isinstance(words, (bytes, Mapping)) or not isinstance(words, Iterable):
            raise SettingError(
                f"the words are a value of type {type(words).__name__}; expected a word or several "
                "(vectors.matrix has rows by number)"
            )
        return self._rows([self.vocabulary.id(word) for word in words])

    @overload
    def get(self, word: str) -> np.ndarray | None: ...
    @overload
    def get(self, word: str, default: T) -> np.ndarray | T: ...
    def get(self, word: str, default: T | None = None) -> np.ndarray | T | None:
        """Return the dense vector of `word`, or `default` if it is not in the vocabulary."""
        if word not in self:
            return default
        return self[word]

    def __repr__(self) -> str:
        kind = "sparse" if self.is_sparse else "dense"
        return f"WordVectors: {len(self):,} words, {self.dim:,} dimensions, {kind}"

    @property
    def words(self) -> tuple[str, ...]:
        return self.vocabulary.words

    @cached_property
    def index_to_key(self) -> list[str]:
        return list(self.words)

    @property
    def key_to_index(self) -> dict[str, int]:
        return self.vocabulary.ids

    @property
    def vectors(self) -> np.ndarray:
        """The matrix as a dense array (n_words, dim).

        Raises
        ------
        WordvecError
            If it is sparse and too large to be written out with all its zeros.
        """
        if isinstance(self.matrix, np.ndarray):
            return self.matrix
        if len(self) * self.dim > _MOST_DENSE:
            raise WordvecError(
                f"{len(self):,} sparse vectors of {self.dim:,} dimensions do not fit as a dense "
                "array; use matrix, which is a scipy.sparse.csr_array, or svd_vectors"
            )
        return self.matrix.toarray()

    @property
    def dim(self) -> int:
        return int(self.matrix.shape[1])

    @property
    def is_sparse(self) -> bool:
        return not isinstance(self.matrix, np.ndarray)

    def sparse_matrix(self) -> "csr_array":
        """Return the matrix as CSR.

        Raises
        ------
        WordvecError
            If the vectors are dense.
        """
        if isinstance(self.matrix, np.ndarray):
            raise WordvecError(
                "these vectors are dense; expected sparse ones, such as a ppmi bundle"
            )
        return self.matrix

    @cached_property
    def norms(self) -> np.ndarray:
        """Euclidean lengths, float32; zero for a word without any association or not finite."""
        return all_lengths(self.matrix)

    def _row(self, place: int) -> np.ndarray:
        if isinstance(self.matrix, np.ndarray):
            return np.array(self.matrix[place])
        row = np.zeros(self.dim, np.float32)
        first, last = self.matrix.indptr[place], self.matrix.indptr[place + 1]
        row[self.matrix.indices[first:last]] = self.matrix.data[first:last]
        return row

    def _rows(self, places: Union[list[int], np.ndarray]) -> np.ndarray:
        rows = [self._row(int(place)) for place in places]
        return np.stack(rows) if rows else np.empty((0, self.dim), np.float32)

    def find(self, word: str) -> int | None:
        """Return the id of `word`, or of its NFC or lower-case form; None if it has no vector."""
        place = self.vocabulary.find(word)
        return place if place is not None and self.norms[place] > 0 else None

    def _length(self, place: int) -> float:
        """One of `norms`, without computing all of them."""
        if "norms" in self.__dict__:
            return float(self.norms[place])
        return float(row_lengths(rows_at(self.matrix, slice(place, place + 1)))[0])

    def id(self, word: str) -> int:
        """Return the id of a word that has a vector; see `find`.

        Raises
        ------
        UnknownWordError
            If it is not in the vocabulary.
        WordvecError
            If its vector is zero or not finite.
        """
        place = self.vocabulary.find(word)
        if place is None:
            return self.vocabulary.id(word)  # raises, with suggestions
        if self._length(place) == 0:
            raise WordvecError(
                f"the word {word!r} has a zero vector: no context stands out for it; give more text"
            )
        return place

    def unit(self, places: Union[list[int], np.ndarray]) -> np.ndarray:
        """Return the vectors at `places` at length 1, float32 (n, dim); zero vectors stay zero."""
        rows = self._rows(places)
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        return rows / np.where(lengths > 0, lengths, 1)

    def cosines(self, directions: np.ndarray) -> np.ndarray:
        """Return the cosines of unit vectors (n, dim) with every word: float32 (n, n_words)."""
        return np.nan_to_num(all_cosines(self.matrix, self.norms, directions))

    @cached_property
    def cosine_shift(self) -> tuple[np.float32, np.float32]:
        """Scale and offset that bring cosines to [0, 1] for 3CosMul.

        Where no component is negative they are there already.
        """
        if not isinstance(self.matrix, np.ndarray) and not (self.matrix.data < 0).any():
            return np.float32(1), np.float32(0)
        return np.float32(0.5), np.float32(0.5)

    def similarity(self, first: str, second: str) -> float:
        """Return the cosine of two words.

        Raises
        ------
        UnknownWordError
            If one is not in the vocabulary.
        """
        one, two = self.unit([self.id(first), self.id(second)])
        return float(one @ two)

    def nearest(
        self,
        query: Query,
        n: int = 10,
        among: int | None = None,
        only: Only | None = None,
        match: str | None = None,
        threads: int | None = None,
    ) -> list[Neighbor]:
        """Return the `n` words with the largest cosine to a word or a vector.

        Parameters
        ----------
        query : str or array (dim,)
            A word is not its own neighbour.
        among : int, optional
            Only the so many most frequent words.
        only : iterable of str or function from str to bool, optional
            Only these words; those not in the vocabulary are passed over.
        match : str, optional
            Only words in which this regular expression is found.

        Raises
        ------
        UnknownWordError
            If `query` is not in the vocabulary.
        EmptyResultError
            If `only` and `match` leave no word.
        """
        return self.nearest_each([query], n, among, only, match, threads)[0]

    def nearest_each(
        self,
        queries: Sequence[Query],
        n: int = 10,
        among: int | None = None,
        only: Only | None = None,
        match: str | None = None,
        threads: int | None = None,
    ) -> list[list[Neighbor]]:
        """Return for each of several words or vectors what `nearest` does, in one pass."""
        only = list(only) if not (only is None or callable(only) or isinstance(only, str)) else only
        answers: list[list[Neighbor]] = []
        step = queries_at_once(self.dim)
        for i in range(0, len(queries), step):
            units, skipped = zip(*(self._query(query) for query in queries[i : i + step]))
            answers += self._nearest(np.stack(units), skipped, n, among, only, match, threads)
        return answers

    def _nearest(
        self,
        units: np.ndarray,
        skipped: Sequence[list[int]],
        n: int,
        among: int | None = None,
        only: Only | None = None,
        match: str | None = None,
        threads: int | None = None,
        combine: Combine | None = None,
    ) -> list[list[Neighbor]]:
        """See `nearest` and `nearest_rows`."""
        chosen = chosen_words(self.vocabulary, among, only, match)
        # Lengths of all rows are worth keeping where all are read.
        norms = self.norms if len(chosen) == len(self) else self.__dict__.get("norms")
        found = nearest_rows(self.matrix, units, skipped, n, chosen, norms, threads, combine)
        word = self.vocabulary.word
        return [[Neighbor(word(place), score) for place, score in pairs] for pairs in found]

    def _query(self, query: Query) -> tuple[np.ndarray, list[int]]:
        """Return the unit vector of a word or vector, and the words that are no answers."""
        if isinstance(query, str):
            place = self.id(query)
            return self.unit([place])[0], [place]
        return self._direction(query), []

    def nearest_sum(
        self,
        plus: Sequence[str],
        minus: Sequence[str] = (),
        n: int = 10,
        among: int | None = None,
        only: Only | None = None,
        match: str | None = None,
        threads: int | None = None,
    ) -> list[Neighbor]:
        """Return the words nearest to the sum of the unit vectors of words, less those of others.

        With one word to take away and two to add that is `analogy` by 3CosAdd (Levy and Goldberg
        2014, equation 3).  None of the words are answers; see `nearest` for the rest.
        """
        if isinstance(plus, str) or isinstance(minus, str) or not (plus or minus):
            raise SettingError("expected words to add or to take away, in lists")
        places = [self.id(word) for word in (*plus, *minus)]
        units = self.unit(places)
        total = units[: len(plus)].sum(axis=0) - units[len(plus) :].sum(axis=0)
        direction = self._direction(total)[None]
        return self._nearest(direction, [places], n, among, only, match, threads)[0]

    def most_similar(
        self,
        positive: Query | Sequence[Query] = (),
        negative: Query | Sequence[Query] = (),
        topn: int = 10,
        restrict_vocab: int | None = None,
    ) -> list[Neighbor]:
        """Return the words nearest to a sum of words and vectors, as gensim's method does.

        Words count with length 1, arrays as they are.  None of the words are answers.  See
        `nearest` and `nearest_sum` for more ways to choose among words.

        Parameters
        ----------
        positive, negative : str, array (dim,), or a sequence of these
            What is added and what is taken away.
        topn : int
            How many words.
        restrict_vocab : int, optional
            Only the so many most frequent words.
        """
        total = np.zeros(self.dim, np.float32)
        places = []
        for sign, given in ((1, positive), (-1, negative)):
            items = [given] if isinstance(given, (str, np.ndarray)) else given
            for item in items:
                if isinstance(item, str):
                    unit, own = self._query(item)
                    places += own
                else:
                    unit = self._components(item)
                total += sign * unit
        if not total.any() and not places:
            raise SettingError("positive and negative are empty; expected words or vectors")
        direction = self._direction(total)[None]
        return self._nearest(direction, [places], topn, restrict_vocab)[0]

    def similar_by_word(
        self, word: str, topn: int = 10, restrict_vocab: int | None = None
    ) -> list[Neighbor]:
        """Return the words nearest to `word`, as gensim's method does; see `nearest`."""
        return self.most_similar(word, (), topn, restrict_vocab)

    def _components(self, vector: np.ndarray) -> np.ndarray:
        vector = np.asarray(vector, np.float32).ravel()
        if len(vector) != self.dim:
            raise SettingError(f"the vector has {len(vector)} components, not {self.dim}")
        return vector

    def _direction(self, vector: np.ndarray) -> np.ndarray:
        vector = self._components(vector)
        length = np.linalg.norm(vector)
        if not np.isfinite(length) or length == 0:
            raise SettingError("the vector is zero or not finite; it has no direction")
        return np.asarray(vector / length)

    def analogy(
        self,
        a: str,
        b: str,
        c: str,
        n: int = 10,
        method: AnalogyMethod = "3cosadd",
        among: int | None = None,
    ) -> list[Neighbor]:
        """Answer "`a` is to `b` as `c` is to ?".

        3CosAdd maximises cos(d, b) - cos(d, a) + cos(d, c); 3CosMul maximises
        cos(d, b) cos(d, c) / (cos(d, a) + 0.001), with cosines moved to [0, 1] where they can be
        negative (Levy and Goldberg 2014, equations 3 and 4).

        Returns
        -------
        list of Neighbor
            `similarity` is the score that was maximised.  The three words are never answers.
        """
        if method not in ANALOGY_METHODS:
            raise SettingError(f"method is {method!r}; expected {' or '.join(ANALOGY_METHODS)}")
        places = [self.id(word) for word in (a, b, c)]
        if method == "3cosadd":
            combine = combine_add
        else:
            scale, offset = self.cosine_shift
            combine = partial(combine_mul, scale=scale, offset=offset)
        return self._nearest(self.unit(places), [places], n, among, combine=combine)[0]

    def centrality(self, words: Sequence[str]) -> list[Neighbor]:
        """Return `words` with their cosines to the mean of their unit vectors, largest first."""
        if isinstance(words, str) or len(words) < 2:
            raise SettingError("expected two words or more, in a list")
        cosines = cosines_to_mean(self.unit([self.id(word) for word in words]))
        # Of equals the first comes last, so that it is the odd one.
        order = np.argsort(cosines, kind="stable")[::-1]
        return [Neighbor(words[place], float(cosines[place])) for place in order]

    def doesnt_match(self, words: Sequence[str]) -> str:
        """Return the odd one out: the word farthest from the mean of the words' unit vectors.

        Raises
        ------
        UnknownWordError
            If one is not in the vocabulary.
        """
        return self.centrality(words)[-1].word

    def write(self, writer: BundleWriter) -> None:
        """Write all of it as files of a bundle."""
        self.vocabulary.write(writer)
        writer.facts.update(self.facts)
        if isinstance(self.matrix, np.ndarray):
            writer.array("vectors", self.matrix)
        else:
            write_csr(writer, self.matrix)
            writer.facts["n_cells"] = int(self.matrix.nnz)

    def save(self, path: Union[str, Path], kind: str = "vectors") -> None:
        """Write a bundle."""
        with new_bundle(path, kind, self.settings) as writer:
            self.write(writer)

    @classmethod
    def load(cls, path: Union[str, Path]) -> "WordVectors":
        """Open a bundle of vectors; they stay on the disk until they are used.

        Raises
        ------
        FormatError
            If it is no bundle of vectors, or damaged.
        """
        return cls.from_bundle(open_bundle(path))

    @classmethod
    def from_bundle(cls, bundle: Bundle) -> "WordVectors":
        """Read an opened bundle; see `load`."""
        matrix: Matrix
        if "vectors.npy" in bundle.manifest["files"]:
            matrix = bundle.array("vectors", "f4", ndim=2)
        elif "data.npy" in bundle.manifest["files"] and bundle.kind != "counts":
            matrix = read_csr(bundle, "f4")
        else:
            raise FormatError(bundle.path, f"a bundle of {bundle.kind}", "one of word vectors")
        vocabulary = Vocabulary.read(bundle)
        if matrix.shape[0] != len(vocabulary):
            raise FormatError(
                bundle.path,
                f"{matrix.shape[0]} vectors",
                f"one for each of {len(vocabulary)} words",
            )
        return cls(vocabulary, matrix, bundle.settings, bundle.facts)
