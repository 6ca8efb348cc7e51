"""Caches: recent words are likely to come again."""

from dataclasses import dataclass

import numpy as np

from ..._kernels import caches as kernels
from ...errors import SettingError
from ...runtime.signatures import Signature
from ...text.vocabulary import Vocabulary
from ..language_model import BOS, LanguageModel, logs
from ..streams import checked_stream, sentence_starts

_NOTHING = 1e-9  # a faded count below it is none


@dataclass(frozen=True, eq=False)
class CacheModel(LanguageModel):
    """Share of each word among those that followed the same history before, the recent ones most.

    A token counts exp(-age / memory) for its age in tokens (Kuhn and De Mori 1990; Clarkson and
    Robinson 1997).  Histories go on over the ends of sentences.  Where the history is new the
    distribution is uniform; `evidence` tells how much of it there is.

    Attributes
    ----------
    vocabulary : Vocabulary
        With specials.
    order : int
        Histories have order - 1 words: 1 is the unigram cache.
    memory : float
        In tokens.
    """

    vocabulary: Vocabulary
    order: int = 1
    memory: float = 200.0

    def __post_init__(self) -> None:
        if not 1 <= self.order <= 10:
            raise SettingError(f"the order of a cache is {self.order}; it must be from 1 to 10")
        if not 1 <= self.memory <= 1e12:
            raise SettingError(f"memory is {self.memory}; it must be 1 token or more")

    @property
    def settings(self) -> dict[str, object]:
        return {"order": self.order, "memory": float(self.memory)}

    @property
    def signature(self) -> Signature:
        return Signature.of("cache", order=self.order, memory=f"{self.memory:g}")

    @property
    def _uniform(self) -> float:
        return 1 / (len(self.vocabulary) - 1)  # all but <s>

    def _fading(self, ids: np.ndarray, isolated: bool) -> tuple[np.ndarray, np.ndarray]:
        """Return the faded counts of each token's event and history."""
        words = checked_stream(ids, len(self.vocabulary)).astype(np.int64)
        starts = sentence_starts(ids) if isolated else np.array([0, len(words)])
        history = np.repeat(np.arange(len(starts) - 1), np.diff(starts))  # of one text alone
        place = np.arange(len(words)) - np.repeat(starts[:-1], np.diff(starts))
        for distance in range(1, self.order):
            before = np.full(len(words), BOS, np.int64)
            before[distance:] = words[:-distance]
            before[place < distance] = BOS
            _, history = np.unique(history * len(self.vocabulary) + before, return_inverse=True)
        _, event = np.unique(history * len(self.vocabulary) + words, return_inverse=True)
        of_event, of_history = np.empty(len(words)), np.empty(len(words))
        kernels.fading_counts(
            history, event, len(words) + 1, len(words) + 1, float(self.memory), of_event, of_history
        )
        return of_event, of_history

    def evidence(self, ids: np.ndarray, isolated: bool = False) -> np.ndarray:
        """Return the faded count of the history before each token: float64, 0 where it is new."""
        return self._fading(ids, isolated)[1]

    def token_logprobs(self, ids: np.ndarray) -> np.ndarray:
        return self._logprobs(ids, False)

    def isolated_logprobs(self, ids: np.ndarray) -> np.ndarray:
        return self._logprobs(ids, True)

    def _logprobs(self, ids: np.ndarray, isolated: bool) -> np.ndarray:
        of_event, of_history = self._fading(ids, isolated)
        known = of_history >= _NOTHING
        probs = np.where(known, of_event / np.where(known, of_history, 1), self._uniform)
        probs[np.asarray(ids) == BOS] = 0
        return logs(probs)

    def next_logprobs(self, history: np.ndarray) -> np.ndarray:
        words = checked_stream(history, len(self.vocabulary))
        n, length = len(words), self.order - 1
        padded = np.concatenate([np.full(length, BOS), words])
        alike = np.ones(n, bool)
        for distance in range(1, self.order):
            alike &= padded[length - distance : n + length - distance] == padded[-distance]
        at = np.flatnonzero(alike)
        fading = np.exp((at - n) / self.memory)
        counts: np.ndarray = np.bincount(words[at], fading, minlength=len(self.vocabulary))
        counts[BOS] = 0
        total = counts.sum()
        if total < _NOTHING:
            counts = np.ones(len(self.vocabulary))
            counts[BOS] = 0
            total = counts.sum()
        return logs(counts / total)
