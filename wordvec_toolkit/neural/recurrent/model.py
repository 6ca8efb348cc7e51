"""Recurrent language models as the other commands see them."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from ...bundles.reading import Bundle
from ...bundles.stored import Stored
from ...bundles.writing import BundleWriter
from ...errors import FormatError, SettingError
from ...lm.language_model import LanguageModel
from ...runtime.signatures import Signature
from ...text.vocabulary import SPECIALS, Vocabulary
from .settings import NetworkSettings

if TYPE_CHECKING:
    from typing_extensions import Self

    from .scoring import Scorer

WEIGHTS = "weights.safetensors"


@dataclass(frozen=True, eq=False)
class NetworkModel(Stored):
    """A network over a vocabulary, as a bundle holds it.

    Attributes
    ----------
    vocabulary : Vocabulary
        With specials.
    scorer : Scorer
        The network.
    settings, facts : dict
        How it was made and trained, and how training went.
    """

    #: Kind of what an unfinished run has left; it holds a model, too.
    STATE_KIND: ClassVar[str]

    vocabulary: Vocabulary
    scorer: "Scorer"
    settings: dict[str, object] = field(default_factory=dict)
    facts: dict[str, object] = field(default_factory=dict)

    @property
    def signature(self) -> Signature:
        return Signature.of_settings("neural", self.settings)

    def write(self, writer: BundleWriter) -> None:
        """Write the files of a bundle."""
        from .tensors import write_tensors

        self.vocabulary.write(writer)
        write_tensors(writer.file(WEIGHTS), self.scorer.network.state_dict())
        writer.facts.update(self.facts)

    @classmethod
    def from_bundle(cls, bundle: Bundle) -> "Self":
        """Read an opened bundle, or what an unfinished run has left; see `load`."""
        return cls(*_read_network(bundle), bundle.settings, bundle.facts)


@dataclass(frozen=True, eq=False)
class NeuralModel(NetworkModel, LanguageModel):
    """A recurrent network over a vocabulary.

    Its state goes on from sentence to sentence, or is reset at each (`NetworkSettings.context`).
    ``</s>`` stands for what is before the first.

    Attributes
    ----------
    vocabulary, scorer, settings, facts
        See `NetworkModel`.
    """

    KIND: ClassVar[str] = "neural-lm"
    STATE_KIND: ClassVar[str] = "neural-lm-state"

    def __repr__(self) -> str:
        return f"NeuralModel: {self.settings.get('cell')}, {self.scorer.n_parameters:,} parameters"

    def token_logprobs(self, ids: np.ndarray) -> np.ndarray:
        return self.scorer.token_logprobs(ids)

    def isolated_logprobs(self, ids: np.ndarray) -> np.ndarray:
        return self.scorer.token_logprobs(ids, isolated=True)

    def next_logprobs(self, history: np.ndarray) -> np.ndarray:
        return self.scorer.next_logprobs(history)

    def add_distributions(
        self, ids: np.ndarray, first: int, last: int, weight: float, out: np.ndarray
    ) -> None:
        self.scorer.add_distributions(ids, first, last, weight, out)


def _read_network(bundle: Bundle) -> "tuple[Vocabulary, Scorer]":
    """Read what `NetworkModel.write` has written."""
    from .network import weight_shapes
    from .scoring import Scorer
    from .tensors import read_tensors

    vocabulary = Vocabulary.read(bundle)
    if vocabulary.n_specials != len(SPECIALS):
        raise FormatError(bundle.path, "a vocabulary without specials", "<unk>, <s>, </s>")
    try:
        architecture = NetworkSettings.among(bundle.settings)
        shapes = weight_shapes(len(vocabulary), architecture)
    except SettingError as error:
        raise FormatError(
            bundle.path,
            f"settings of no network ({error})",
            "those of a whole model",
            advice="train it again",
        ) from None
    tensors = read_tensors(bundle.file(WEIGHTS), shapes, bundle.handle(WEIGHTS))
    return vocabulary, Scorer.of(len(vocabulary), architecture, tensors)
