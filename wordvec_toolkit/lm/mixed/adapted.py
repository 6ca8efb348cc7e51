"""A model bent towards what the text speaks of."""

from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields
from functools import cached_property
from pathlib import Path

import numpy as np

from ..._kernels import adapting as kernels
from ...bundles.reading import Bundle
from ...bundles.writing import BundleWriter
from ...errors import SettingError, WordvecError
from ...runtime.parallel import even_bounds, n_threads, one_blas_thread, run_blocks
from ...runtime.signatures import Signature
from ..language_model import BOS, LanguageModel, logs
from ..streams import checked_stream
from .components import component_bundle, save_beside

KIND = "adapted"
_FORGOTTEN = 10  # memories; e^-10 is next to nothing
_BLOCK = 256  # tokens; a block is a matrix of this many distributions


@dataclass(frozen=True, eq=False)
class AdaptedModel(LanguageModel):
    """p(w | h) of another model times a factor for w, made to sum to 1 again, exactly.

    The factor of a word is, with c its count in the text so far (a token counting
    exp(-age / memory)) and u its share of the training text::

        (floor + (1 - floor) c / (memory u))^strength  exp(topic_strength (s(w) - mean s))

    The first part is unigram rescaling (Kneser, Peters and Klakow 1997) by a cache.  In the second,
    s(w) is the inner product of the word's vector and the mean context vector of the last words
    (each counting rare / (rare + u) exp(-age / topic_memory), and zero counting `caution`): with
    vectors from PPMI, about the mean PMI of the word and the words before it.  The mean of s is
    over the words of the training text that have a vector; for the others the second part is 1.

    Attributes
    ----------
    base : LanguageModel
    unigrams : float64 array (len(vocabulary),)
        u, above 0 except for ``<s>``.
    vectors, contexts : float32 arrays (len(vocabulary), dim)
        Of words to come and of words before; dim may be 0.
    memory, floor, strength, topic_memory, topic_strength, rare, caution
        See above.
    step : int
        Number of tokens after which the topic is estimated again.
    """

    base: LanguageModel
    unigrams: np.ndarray
    vectors: np.ndarray
    contexts: np.ndarray
    memory: float = 200.0
    floor: float = 0.6
    strength: float = 0.6
    topic_memory: float = 30.0
    topic_strength: float = 2.3
    rare: float = 1e-3
    caution: float = 1.0
    step: int = 5

    def __post_init__(self) -> None:
        object.__setattr__(self, "vocabulary", self.base.vocabulary)
        if not self.base.is_normalized:
            raise SettingError("scores that are no probabilities cannot be adapted")
        n_words = len(self.base.vocabulary)
        unigrams = np.asarray(self.unigrams)
        if (
            unigrams.shape != (n_words,)
            or self.vectors.shape != self.contexts.shape
            or self.vectors.shape[:1] != (n_words,)
            or not (np.delete(unigrams, BOS) > 0).all()
        ):
            raise WordvecError("the tables of the adapted model do not fit together")
        if not all(np.isfinite(table).all() for table in (unigrams, self.vectors, self.contexts)):
            raise WordvecError("the tables of the adapted model hold NaN or infinity")
        for name, low, high in (
            ("memory", 1, 1e5),
            ("floor", 1e-6, 1),
            ("strength", 0, 5),
            ("topic_memory", 1, 1e5),
            ("topic_strength", 0, 100),
            ("rare", 1e-9, 1),
            ("caution", 0, 1e5),
            ("step", 1, 1000),
        ):
            value = getattr(self, name)
            if not low <= value <= high:
                raise SettingError(f"{name} is {value}; it must be from {low:g} to {high:g}")
        if self.step != int(self.step):
            raise SettingError(f"step is {self.step}; it must be a whole number")

    @property
    def components(self) -> tuple[LanguageModel, ...]:
        return (self.base,)

    @property
    def settings(self) -> dict[str, object]:
        return {name: getattr(self, name) for name in defaults()}

    @property
    def signature(self) -> Signature:
        parts = [f"{name}:{value:g}" for name, value in self.settings.items()]
        made = Signature.of("adapted", dim=self.vectors.shape[1]).add(*parts)
        return made.around(self.base.signature)

    def _rows(self, ids: np.ndarray, first: int, last: int) -> np.ndarray:
        """Return the distributions of ``ids[first:last]``: float64 (n, len(vocabulary))."""
        rows = np.zeros((last - first, len(self.base.vocabulary)))
        self.base.add_distributions(ids, first, last, 1.0, rows)
        step = int(self.step)
        begin, end = first // step, (last - 1) // step + 1
        topics = np.empty((end - begin, self.contexts.shape[1]))
        kernels.add_topics(
            self._context_table,
            self._importance,
            ids,
            step,
            float(self.topic_memory),
            float(self.caution),
            int(_FORGOTTEN * self.topic_memory),
            begin,
            end,
            topics,
        )
        factors = np.exp(topics @ self._centered)
        horizon = int(_FORGOTTEN * self.memory)
        kernels.adapt(
            rows,
            ids,
            first,
            factors,
            step,
            self._unigrams,
            float(self.memory),
            horizon,
            float(self.floor),
            float(self.strength),
            np.zeros(rows.shape[1]),
            np.empty(horizon, np.int32),
        )
        return rows

    @cached_property
    def _unigrams(self) -> np.ndarray:
        return np.array(self.unigrams, np.float64)

    @cached_property
    def _context_table(self) -> np.ndarray:
        return np.array(self.contexts, np.float32)

    @cached_property
    def _importance(self) -> np.ndarray:
        importance = self.rare / (self.rare + self._unigrams)
        importance[:3] = 0  # <unk>, <s> and </s> speak of nothing
        return importance

    @cached_property
    def _centered(self) -> np.ndarray:
        """topic_strength times the words' vectors about their mean: float64 (dim, n_words)."""
        vectors = np.asarray(self.vectors, np.float64)
        known = np.abs(vectors).max(axis=1, initial=0) > 0
        shares = np.where(known, self._unigrams, 0)
        mean = shares @ vectors / max(float(shares.sum()), 1e-300)
        return np.ascontiguousarray(((vectors - mean) * known[:, None]).T * self.topic_strength)

    def token_logprobs(self, ids: np.ndarray) -> np.ndarray:
        ids = checked_stream(ids, len(self.base.vocabulary))
        out = np.empty(len(ids))

        def fill(first: int, last: int) -> None:
            rows = self._rows(ids, first, last)
            out[first:last] = rows[np.arange(last - first), ids[first:last]]

        with one_blas_thread():
            run_blocks(fill, even_bounds(len(ids), _BLOCK), n_threads(None))
        return logs(out)

    def next_logprobs(self, history: np.ndarray) -> np.ndarray:
        ids = np.append(np.asarray(history, np.int32), np.int32(BOS))
        ids = checked_stream(ids, len(self.base.vocabulary))
        return logs(self._rows(ids, len(ids) - 1, len(ids))[0])

    def add_distributions(
        self, ids: np.ndarray, first: int, last: int, weight: float, out: np.ndarray
    ) -> None:
        if last > first:
            ids = checked_stream(ids, len(self.base.vocabulary))
            out += weight * self._rows(ids, first, last)

    def write(self, writer: BundleWriter) -> None:
        """Write the files of a bundle."""
        writer.array("unigrams", np.asarray(self.unigrams).astype("<f8"))
        writer.array("vectors", np.asarray(self.vectors).astype("<f4"))
        writer.array("contexts", np.asarray(self.contexts).astype("<f4"))

    def save(self, path: str | Path, base: str | Path) -> None:
        """Write a bundle next to `base`, the bundle of the model that is adapted."""
        save_beside(path, KIND, self.settings, {"base": base}, self.write)

    @classmethod
    def from_bundle(
        cls, bundle: Bundle, open_part: Callable[[Bundle], LanguageModel]
    ) -> "AdaptedModel":
        """Read an opened bundle."""
        base = open_part(component_bundle(bundle, "base"))
        settings = {key: bundle.settings[key] for key in defaults() if key in bundle.settings}
        unigrams = bundle.array("unigrams", "f8")
        vectors, contexts = (bundle.array(name, "f4", ndim=2) for name in ("vectors", "contexts"))
        with bundle.reading("a whole model"):
            return cls(base, unigrams, vectors, contexts, **settings)


def defaults() -> dict[str, object]:
    """Return the settings of `AdaptedModel` where none are given."""
    return {each.name: each.default for each in fields(AdaptedModel) if each.default is not MISSING}


def training_unigrams(counts: np.ndarray) -> np.ndarray:
    """Return each word's share of a text, for `AdaptedModel`.

    Words not seen count as seen once, ``<s>`` never.
    """
    shares = np.maximum(np.asarray(counts, np.float64), 1)
    shares[BOS] = 0
    return shares / shares.sum()
