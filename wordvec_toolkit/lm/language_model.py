"""Interface of language models, count-based and neural."""

from abc import ABC, abstractmethod

import numpy as np

from ..text.vocabulary import BOS, EOS, UNK, Vocabulary
from .streams import sentence_starts

__all__ = ["BOS", "EOS", "UNK", "LanguageModel", "logs"]


def logs(probs: np.ndarray) -> np.ndarray:
    """Return natural logarithms, -inf for what has no probability."""
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(probs))


class LanguageModel(ABC):
    """A distribution over the next word, given all that came before.

    Text is a stream of ids in which ``</s>`` ends each sentence; ``<s>`` is never written, it is
    understood at the start of the stream and after each ``</s>``.  Words outside the vocabulary
    are ``<unk>`` (id 0).

    Attributes
    ----------
    vocabulary : Vocabulary
        With specials.
    signature : str
        The recipe in one line.
    """

    vocabulary: Vocabulary

    @property
    def is_normalized(self) -> bool:
        """Return whether what `next_logprobs` gives sums to 1, so that there is a perplexity."""
        return True

    @property
    @abstractmethod
    def signature(self) -> str: ...

    @abstractmethod
    def token_logprobs(self, ids: np.ndarray) -> np.ndarray:
        """Return the natural logarithm of each token's probability given those before it.

        Parameters
        ----------
        ids : int32 array (n,)
            A stream as described above, from the start of a sentence on.

        Returns
        -------
        float64 array (n,)
            One for each id, those of ``</s>`` included; -inf where a closed vocabulary gives a
            word no probability.
        """

    def isolated_logprobs(self, ids: np.ndarray) -> np.ndarray:
        """Return what `token_logprobs` gives where each sentence is the first of a text.

        Models that heed no earlier sentence, or that can read many texts side by side, override
        this loop over the sentences.
        """
        starts = sentence_starts(ids)
        texts = (ids[first:last] for first, last in zip(starts[:-1], starts[1:]))
        return np.concatenate([np.zeros(0), *map(self.token_logprobs, texts)])

    @abstractmethod
    def next_logprobs(self, history: np.ndarray) -> np.ndarray:
        """Return the natural logarithm of the probability of every word to come next.

        Parameters
        ----------
        history : int32 array (n,)
            A stream as described above; empty at the start of the text.

        Returns
        -------
        float64 array (len(vocabulary),)
            Its exponentials sum to 1; that of ``<s>`` is 0.
        """

    def add_distributions(
        self, ids: np.ndarray, first: int, last: int, weight: float, out: np.ndarray
    ) -> None:
        """Add `weight` times the distribution of each of a stretch of tokens to a matrix.

        Parameters
        ----------
        ids : int32 array (n,)
            A stream as described above.
        first, last : int
            The tokens ``ids[first:last]``, each given all those before it.
        weight : float
        out : float64 array (last - first, len(vocabulary))
            Added to; row i belongs to ``ids[first + i]``.
        """
        for row, at in enumerate(range(first, last)):
            out[row] += weight * np.exp(self.next_logprobs(ids[:at]))
