"""A matrix with a row for each word of a vocabulary, in memory or in a bundle."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, Union, overload

import numpy as np

from ..bundles.reading import Bundle, open_bundle
from ..bundles.writing import BundleWriter, new_bundle
from ..counts.storage import read_csr, write_csr
from ..errors import FormatError, SettingError, WordvecError
from ..text.vocabulary import Vocabulary
from .queries import Matrix, all_lengths, row_lengths, rows_at

if TYPE_CHECKING:
    from scipy.sparse import csr_array
    from typing_extensions import Self

T = TypeVar("T")
#: Cells up to which `VectorTable.vectors` makes a sparse matrix dense (1 GiB).
_MOST_DENSE = 1 << 28


@dataclass(frozen=True, eq=False)
class VectorTable:
    """Rows by word; `WordVectors` adds the questions.

    Attributes
    ----------
    vocabulary, matrix, settings, facts
        See `WordVectors`.
    """

    vocabulary: Vocabulary
    matrix: Matrix
    settings: dict[str, object] = field(default_factory=dict)
    facts: dict[str, object] = field(default_factory=dict)

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
        return f"{type(self).__name__}: {len(self):,} words, {self.dim:,} dimensions, {kind}"

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

    @property
    def lexicon(self) -> dict[str, object]:
        """Changes of the vectors by a lexicon, as settings hold them; {} if there are none."""
        return {"lexicon": self.settings["lexicon"]} if "lexicon" in self.settings else {}

    @property
    def signed(self) -> dict[str, str]:
        """Parts of the signature of a score: whether the vectors use a lexicon."""
        return {"uses": "lexicon"} if self.lexicon else {}

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
                f"the word {word!r} has a zero vector: no context has a positive association with "
                "it; give more text"
            )
        return place

    def unit(self, places: Union[list[int], np.ndarray]) -> np.ndarray:
        """Return the vectors at `places` at length 1, float32 (n, dim); zero vectors stay zero."""
        rows = self._rows(places)
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        return rows / np.where(lengths > 0, lengths, 1)

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
    def load(cls, path: Union[str, Path]) -> "Self":
        """Open a bundle of vectors; they stay on the disk until they are used.

        Raises
        ------
        FormatError
            If it is no bundle of vectors, or damaged.
        """
        return cls.from_bundle(open_bundle(path))

    @classmethod
    def from_bundle(cls, bundle: Bundle) -> "Self":
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
