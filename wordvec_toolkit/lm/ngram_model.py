"""N-gram models in back-off form."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .._kernels import backoff as kernels
from ..counts.trie import NgramTrie
from ..text.vocabulary import Vocabulary
from .language_model import LanguageModel

KIND = "ngram"


@dataclass(frozen=True, eq=False)
class NgramModel(LanguageModel):
    """An n-gram model: the probabilities of the n-grams seen, and what is left for the others.

    p(w | h) is that of the n-gram hw if it is there, else backoff(h) p(w | h without its first
    word), with backoff(h) = 1 where h itself is not there.

    Attributes
    ----------
    vocabulary : Vocabulary
        With specials.
    trie : NgramTrie
        The n-grams.
    logprobs : float64 array (len(trie),)
        Natural logarithm of p(last word | words before); that of ``<s>`` is -inf.
    backoffs : float64 array (trie.bases[order - 1],)
        Natural logarithm of the back-off weight of each n-gram below the highest order; 0 where
        nothing goes on from it.
    settings, facts : dict
        How it was estimated, and what was found on the way (discounts, counts of counts).
    """

    vocabulary: Vocabulary
    trie: NgramTrie
    logprobs: np.ndarray
    backoffs: np.ndarray
    settings: dict[str, Any] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def order(self) -> int:
        return self.trie.order

    @property
    def signature(self) -> str:
        parts = [f"order:{self.order}"]
        parts += [f"{key}:{value}" for key, value in self.settings.items() if key != "order"]
        return "|".join(["ngram", *parts])

    def token_logprobs(self, ids: np.ndarray) -> np.ndarray:
        return self.score(ids)[0]

    def score(self, ids: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return `token_logprobs`, and the order of the n-gram that each was found in (int8)."""
        ids = np.ascontiguousarray(ids, np.int32)
        logprobs = np.empty(len(ids), np.float64)
        orders = np.empty(len(ids), np.int8)
        kernels.score(
            self.trie.words, self.trie.children, self.trie.order,
            self.logprobs, self.backoffs, ids, logprobs, orders,
        )  # fmt: skip
        return logprobs, orders

    def next_logprobs(self, history: np.ndarray) -> np.ndarray:
        ids = np.ascontiguousarray(history, np.int32)
        out = np.empty(len(self.vocabulary), np.float64)
        kernels.next_logprobs(
            self.trie.words, self.trie.children, self.trie.order,
            self.logprobs, self.backoffs, ids, out,
        )  # fmt: skip
        return out
