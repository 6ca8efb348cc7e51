"""Co-occurrence counts: which words occur near which, and how often."""

from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from .._kernels import association
from ..bundles.checks import MOST_COUNTED, are_within, can_be_added
from ..bundles.reading import Bundle
from ..bundles.stored import Stored
from ..bundles.writing import BundleWriter
from ..errors import FormatError, SettingError, WordvecError
from ..runtime.memory import release
from ..runtime.parallel import n_threads, weighted_bounds
from ..text.vocabulary import Vocabulary
from .runs import MatrixRows, add_all
from .storage import read_csr, write_csr

if TYPE_CHECKING:
    from scipy.sparse import csr_array

KIND = "counts"
_ADDED_AT_ONCE = 1 << 23  # cells


@dataclass(frozen=True, eq=False)
class Cooccurrence(Stored):
    """Weighted counts of (target, context) pairs.

    Attributes
    ----------
    vocabulary : Vocabulary
        The words, without specials.
    matrix : scipy.sparse.csr_array (n_words, n_contexts), int32 or int64
        Numerators of the weighted counts; rows are targets, columns contexts.  With
        ``direction="split"`` the left contexts come first and the right contexts after them.
    divisor : int
        ``matrix / divisor`` are the weighted counts.
    settings : dict
        How they were counted.
    """

    KIND: ClassVar[str] = KIND

    vocabulary: Vocabulary
    matrix: "csr_array"
    divisor: int
    settings: dict[str, object] = field(default_factory=dict)

    def __repr__(self) -> str:
        n_rows, n_columns = self.matrix.shape
        return f"Cooccurrence: {n_rows:,} targets, {n_columns:,} contexts, {self.n_cells:,} cells"

    @cached_property
    def _totals(self) -> tuple[np.ndarray, np.ndarray]:
        rows, columns = (np.zeros(n, np.int64) for n in self.matrix.shape)
        matrix = self.matrix
        indptr = matrix.indptr.astype(np.int64)
        for first, last in pairwise(weighted_bounds(indptr, _ADDED_AT_ONCE)):
            part = indptr[first : last + 1]
            association.add_totals(part, matrix.indices, matrix.data, rows[first:last], columns)
            release(matrix.indices, matrix.data)
        return rows, columns

    @property
    def row_totals(self) -> np.ndarray:
        """Numerators of the targets' totals, int64."""
        return self._totals[0]

    @property
    def column_totals(self) -> np.ndarray:
        """Numerators of the contexts' totals, int64."""
        return self._totals[1]

    @property
    def n_contexts(self) -> int:
        """Number of words that are contexts; split ones have two columns each."""
        most, n_words = self.settings.get("max_contexts"), len(self.vocabulary)
        return min(most, n_words) if isinstance(most, int) else n_words

    @property
    def context_facts(self) -> dict[str, object]:
        """Facts for vectors of these counts where not all words are contexts."""
        n_contexts = self.n_contexts
        return {} if n_contexts == len(self.vocabulary) else {"n_contexts": n_contexts}

    @property
    def n_cells(self) -> int:
        return int(self.matrix.nnz)

    def count(self, target: str, context: str, right: bool = False) -> float:
        """Return the weighted count of one pair.

        Parameters
        ----------
        right : bool
            With split columns, the count of `context` to the right, else to the left.
        """
        column = self.vocabulary.id(context)
        if column >= self.n_contexts:
            raise SettingError(
                f"{context!r} is not among the {self.n_contexts:,} contexts that were counted; "
                "count more of them (max_contexts, --max-contexts)"
            )
        if right and self.matrix.shape[1] > self.n_contexts:
            column += self.n_contexts
        return float(self.matrix[self.vocabulary.id(target), column]) / self.divisor

    def _combine(self, other: "Cooccurrence", sign: int) -> "Cooccurrence":
        if self.vocabulary.words != other.vocabulary.words:
            raise WordvecError("counts over different words cannot be added")
        same = (
            *("window", "weighting", "direction", "within", "oov", "subsample", "subsampling"),
            "max_contexts",
        )
        different = [key for key in same if self.settings.get(key) != other.settings.get(key)]
        if different or self.divisor != other.divisor or self.matrix.shape != other.matrix.shape:
            raise WordvecError(
                f"counts of different {', '.join(different) or 'weights'} cannot be added"
            )
        parts = [MatrixRows(self.matrix), MatrixRows(other.matrix, sign)]
        n_cells = self.n_cells + other.n_cells
        total = add_all(parts, self.matrix.shape[1], n_cells, n_threads(None))
        counts = self.vocabulary.counts + sign * other.vocabulary.counts
        if (total.nnz and int(total.data.min()) < 0) or (len(counts) and counts.min() < 0):
            raise WordvecError("the counts to subtract are not part of these counts")
        if not (can_be_added(total.data) and can_be_added(counts)):
            raise WordvecError("the sum has more counts than 2**62, the largest possible count")
        return Cooccurrence(
            Vocabulary(self.vocabulary.words, counts, analyser=self.vocabulary.analyser),
            total,
            self.divisor,
            dict(self.settings),
        )

    def __add__(self, other: "Cooccurrence") -> "Cooccurrence":
        """Add the counts of another text over the same words, exactly."""
        return self._combine(other, 1)

    def __sub__(self, other: "Cooccurrence") -> "Cooccurrence":
        """Take the counts of a part of the text away, exactly."""
        return self._combine(other, -1)

    def write(self, writer: BundleWriter) -> None:
        """Write all of it as files of a bundle."""
        self.vocabulary.write(writer)
        write_csr(writer, self.matrix)
        writer.facts.update(divisor=self.divisor, n_cells=self.n_cells)

    @classmethod
    def from_bundle(cls, bundle: Bundle) -> "Cooccurrence":
        """Read an opened bundle; see `load`."""
        vocabulary = Vocabulary.read(bundle)
        matrix = read_csr(bundle, "i4|i8")
        divisor = bundle.facts.get("divisor")
        if (
            type(divisor) is not int
            or not 1 <= divisor < MOST_COUNTED
            or matrix.shape[0] != len(vocabulary)
        ):
            raise FormatError(bundle.path, "a matrix of another shape", "a row for each word")
        if not are_within(matrix.data, 1, MOST_COUNTED) or not can_be_added(matrix.data):
            raise FormatError(bundle.path, "counts out of range", "counts of 1 or more")
        release(matrix.data)
        counts = cls(vocabulary, matrix, divisor, bundle.settings)
        n_contexts = counts.n_contexts
        if "max_contexts" in counts.settings and matrix.shape[1] not in (
            n_contexts,
            2 * n_contexts,
        ):
            raise FormatError(bundle.path, "a matrix of another shape", "a column for each context")
        return counts
