"""Soft n-grams: what follows a word is also what follows words like it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np

from ..._kernels import soft as kernels
from ...bundles.checks import are_within
from ...bundles.reading import Bundle
from ...bundles.writing import BundleWriter
from ...errors import FormatError, SettingError, WordvecError, expect
from ...runtime.parallel import even_bounds, n_threads, run_blocks
from ...runtime.signatures import Signature
from ..language_model import BOS, LanguageModel, logs
from ..ngram.model import NgramModel
from ..streams import checked_stream
from .components import component_bundle, save_beside

KIND = "soft"
_BLOCK = 1024  # tokens
_ROWS = 1024  # words whose neighbours are sought at a time


@dataclass(frozen=True, eq=False)
class SoftModel(LanguageModel):
    """p(w | v) = sum over the neighbours u of v, itself among them, of share(v, u) p(w | u).

    Co-occurrence smoothing (Dagan, Lee and Pereira 1999) with neighbours by vectors; p(w | u) are
    the bigrams of an n-gram model.

    Attributes
    ----------
    base : NgramModel
        Of order 2 at least.
    neighbors : int32 array (len(vocabulary), n)
    shares : float64 array (len(vocabulary), n)
        Each row sums to 1.
    settings : dict
    """

    base: NgramModel
    neighbors: np.ndarray
    shares: np.ndarray
    settings: dict[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        n_words = len(self.base.vocabulary)
        object.__setattr__(self, "vocabulary", self.base.vocabulary)
        if self.base.order < 2:
            raise SettingError("soft n-grams need an n-gram model of order 2 or more")
        if (
            self.neighbors.shape != self.shares.shape
            or self.neighbors.shape[:1] != (n_words,)
            or self.neighbors.ndim != 2
            or not are_within(self.neighbors, 0, n_words)
            or not (self.shares >= 0).all()
            or np.abs(self.shares.sum(axis=1) - 1).max() > 1e-9
        ):
            raise WordvecError("the neighbours of the soft model do not fit its vocabulary")

    @property
    def components(self) -> tuple[LanguageModel, ...]:
        return (self.base,)

    @property
    def signature(self) -> Signature:
        return Signature.of("soft", neighbors=self.neighbors.shape[1]).around(self.base.signature)

    @cached_property
    def _tables(self) -> object:
        trie = self.base.trie
        return (
            trie.words,
            trie.children,
            np.exp(self.base.logprobs[: trie.bases[2]]),
            np.exp(self.base.backoffs[: trie.n_words]),
            self.neighbors,
            self.shares,
        )

    def token_logprobs(self, ids: np.ndarray) -> np.ndarray:
        ids = checked_stream(ids, len(self.base.vocabulary))
        out = np.empty(len(ids))
        tables = self._tables
        run_blocks(
            lambda first, last: kernels.score(*tables, ids, first, last, out),  # type: ignore
            even_bounds(len(ids), _BLOCK),
            n_threads(None),
        )
        return logs(out)

    def next_logprobs(self, history: np.ndarray) -> np.ndarray:
        out = np.zeros((1, len(self.base.vocabulary)))
        ids = np.append(np.asarray(history, np.int32)[-1:], np.int32(BOS))
        self.add_distributions(ids, len(ids) - 1, len(ids), 1.0, out)
        return logs(np.maximum(out[0], 0))

    def add_distributions(
        self, ids: np.ndarray, first: int, last: int, weight: float, out: np.ndarray
    ) -> None:
        ids = checked_stream(ids, len(self.base.vocabulary))
        kernels.add_distributions(*self._tables, ids, first, last, weight, out)  # type: ignore

    def write(self, writer: BundleWriter) -> None:
        """Write the files of a bundle."""
        writer.array("neighbors", self.neighbors.astype("<i4"))
        writer.array("shares", self.shares.astype("<f8"))

    def save(self, path: str | Path, base: str | Path) -> None:
        """Write a bundle next to `base`, the bundle of the n-gram model."""
        save_beside(path, KIND, self.settings, {"base": base}, self.write)

    @classmethod
    def from_bundle(
        cls, bundle: Bundle, open_part: Callable[[Bundle], LanguageModel]
    ) -> "SoftModel":
        """Read an opened bundle."""
        base = open_part(component_bundle(bundle, "base"))
        if not isinstance(base, NgramModel):
            raise FormatError(bundle.path, "a base of another kind", "an n-gram model")
        arrays = (bundle.array("neighbors", "i4", ndim=2), bundle.array("shares", "f8", ndim=2))
        with bundle.reading("a whole model"):
            return cls(base, np.array(arrays[0]), np.array(arrays[1]), bundle.settings)


def soft_neighbors(
    vectors: np.ndarray, n: int = 50, temperature: float = 0.1
) -> tuple[np.ndarray, np.ndarray]:
    """Find the nearest neighbours of each word and share 1 among them by exp(cosine / temperature).

    Parameters
    ----------
    vectors : float array (n_words, dim)
        A word whose vector is zero is its own and only neighbour.
    n : int
        Neighbours, the word itself among them.
    temperature : float

    Returns
    -------
    neighbors, shares : int32 and float64 arrays (n_words, n)
        For `SoftModel`.
    """
    expect("vectors", vectors, np.ndarray, "an array of vectors")
    n_words = len(vectors)
    if not 1 <= n <= n_words:
        raise SettingError(f"n is {n}; for {n_words} words it must be 1 to {n_words}")
    if not 1e-3 <= temperature <= 1e3:
        raise SettingError(f"temperature is {temperature}; it must be from 0.001 to 1000")
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    units = (vectors / np.where(lengths > 0, lengths, 1)).astype(np.float32)
    neighbors = np.empty((n_words, n), np.int32)
    shares = np.empty((n_words, n))
    for first in range(0, n_words, _ROWS):
        cosines = (units[first : first + _ROWS] @ units.T).astype(np.float64)
        own = np.arange(len(cosines))
        cosines[own, own + first] = 1
        nearest = np.argpartition(-cosines, n - 1, axis=1)[:, :n]
        weights = np.exp((np.take_along_axis(cosines, nearest, axis=1) - 1) / temperature)
        alone = lengths[first : first + _ROWS, 0] == 0
        weights[alone] = nearest[alone] == (own + first)[alone, None]
        neighbors[first : first + _ROWS] = nearest
        shares[first : first + _ROWS] = weights / weights.sum(axis=1, keepdims=True)
    return neighbors, shares
