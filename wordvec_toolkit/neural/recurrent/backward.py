"""Models that read each sentence from its end."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ...bundle import Bundle, open_bundle
from ...bundle_writing import BundleWriter, new_bundle
from ...lm.sentence_model import SentenceModel, sums_by_sentence
from ...text.vocabulary import Vocabulary
from .model import read_network, recipe, write_network

if TYPE_CHECKING:
    from .scoring import Scorer

KIND = "neural-lm-backward"
STATE_KIND = "neural-lm-backward-state"


@dataclass(frozen=True, eq=False)
class BackwardModel(SentenceModel):
    """A recurrent network that reads each sentence from its end.

    P(s) = p(w_n | </s>) p(w_(n-1) | w_n </s>) ... p(beginning | w_1 ... w_n </s>): n + 1 factors as
    in a forward model, of which the last foretells that nothing stands before w_1 (Mikolov et al.
    and many after them train such models beside forward ones).

    Attributes
    ----------
    vocabulary : Vocabulary
        With specials.
    scorer : Scorer
        The network, which takes words in reverse.
    settings, facts : dict
        How it was made and trained, and how training went.
    """

    vocabulary: Vocabulary
    scorer: "Scorer"
    settings: dict[str, Any] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"a backward model ({self.settings.get('cell')})"

    @property
    def signature(self) -> str:
        return recipe(self.settings)

    def sentence_logprobs(self, ids: np.ndarray) -> np.ndarray:
        from .sentences import reversed_sentences

        ids = reversed_sentences(ids)
        return sums_by_sentence(self.scorer.token_logprobs(ids), ids)

    def write(self, writer: BundleWriter) -> None:
        """Write the files of a bundle."""
        write_network(writer, self.vocabulary, self.scorer, self.facts)

    def save(self, path: str | Path) -> None:
        """Write a bundle of its own, which `load` opens."""
        with new_bundle(path, KIND, self.settings) as writer:
            self.write(writer)

    @classmethod
    def load(cls, path: str | Path) -> "BackwardModel":
        """Open a bundle of kind neural-lm-backward; see `NeuralModel.load`."""
        return cls.from_bundle(open_bundle(path, KIND))

    @classmethod
    def from_bundle(cls, bundle: Bundle) -> "BackwardModel":
        """Read an opened bundle, or what an unfinished run has left."""
        return cls(*read_network(bundle), bundle.settings, bundle.facts)
