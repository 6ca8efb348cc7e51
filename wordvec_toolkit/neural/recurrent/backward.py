"""Models that read each sentence from its end."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ...lm.sentence_model import SentenceModel, sums_by_sentence
from .model import NetworkModel


@dataclass(frozen=True, eq=False)
class BackwardModel(NetworkModel, SentenceModel):
    """A recurrent network that reads each sentence from its end.

    P(s) = p(w_n | </s>) p(w_(n-1) | w_n </s>) ... p(beginning | w_1 ... w_n </s>): n + 1 factors as
    in a forward model, of which the last predicts that nothing comes before w_1.

    Attributes
    ----------
    vocabulary, scorer, settings, facts
        See `NetworkModel`; the network takes words in reverse.
    """

    KIND: ClassVar[str] = "neural-lm-backward"
    STATE_KIND: ClassVar[str] = "neural-lm-backward-state"

    def __repr__(self) -> str:
        return f"a backward model ({self.settings.get('cell')})"

    def sentence_logprobs(self, ids: np.ndarray, isolated: bool = False) -> np.ndarray:
        from .sentence_batches import reversed_sentences

        ids = reversed_sentences(ids)
        return sums_by_sentence(self.scorer.token_logprobs(ids, isolated), ids)
