"""Interface of models that score whole sentences only."""

from abc import ABC, abstractmethod
from typing import NoReturn

import numpy as np

from ..errors import SettingError
from ..text.vocabulary import Vocabulary
from .language_model import LanguageModel
from .streams import sentence_starts


class SentenceModel(ABC):
    """A distribution over sentences that says nothing of a next word.

    A model that reads from the end of a sentence is one.  Its sentences have a perplexity as honest
    as any, the probabilities of all sentences sum to 1; but nothing in it is the probability of a
    word given those before, so it draws no text and is never mixed with others word by word.

    Attributes
    ----------
    vocabulary : Vocabulary
        With specials.
    signature : str
        The recipe in one line.
    """

    vocabulary: Vocabulary
    is_normalized = True

    @property
    @abstractmethod
    def signature(self) -> str: ...

    @abstractmethod
    def sentence_logprobs(self, ids: np.ndarray, isolated: bool = False) -> np.ndarray:
        """Return the natural logarithm of each sentence's probability.

        Parameters
        ----------
        ids : int32 array (n,)
            A stream as `LanguageModel` has it, of whole sentences.
        isolated : bool
            Whether each is read as the first of a text.

        Returns
        -------
        float64 array (n_sentences,)

        Raises
        ------
        SettingError
            If the last sentence has no end.
        """

    def token_logprobs(self, ids: np.ndarray) -> NoReturn:
        """Refuse what only a `LanguageModel` has."""
        raise SettingError(whole_sentences_only(str(self)))

    def next_logprobs(self, history: np.ndarray) -> NoReturn:
        """Refuse what only a `LanguageModel` has."""
        raise SettingError(whole_sentences_only(str(self)))


def whole_sentences_only(what: str) -> str:
    """Return the sentence that refuses it for what takes one word after the other."""
    return (
        f"{what} scores whole sentences and predicts no next word: it has a perplexity (wvt "
        "eval-perplexity), but cannot continue a text, nor be mixed with others word by word"
    )


def sentence_logprobs(
    model: LanguageModel | SentenceModel, ids: np.ndarray, isolated: bool = False
) -> np.ndarray:
    """Return the natural logarithm of each sentence's probability: float64 (n_sentences,).

    Of a `LanguageModel` it is given all the text before, if the model heeds that; `isolated`: each
    sentence is read as the first of a text.
    """
    if isinstance(model, SentenceModel):
        return model.sentence_logprobs(ids, isolated)
    score = model.isolated_logprobs if isolated else model.token_logprobs
    return sums_by_sentence(score(ids), ids)


def sums_by_sentence(logprobs: np.ndarray, ids: np.ndarray) -> np.ndarray:
    """Add up what belongs to the tokens of each sentence."""
    starts = sentence_starts(ids)[:-1]
    return np.add.reduceat(logprobs, starts) if len(starts) else np.zeros(0)
