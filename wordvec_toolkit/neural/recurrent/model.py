"""Recurrent language models as the other commands see them."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ...bundle import Bundle, open_bundle
from ...bundle_writing import BundleWriter, new_bundle
from ...errors import FormatError, SettingError
from ...lm.language_model import LanguageModel
from ...text.vocabulary import SPECIALS, Vocabulary
from .settings import Architecture

if TYPE_CHECKING:
    from .scoring import Scorer

KIND = "neural-lm"
#: Kind of what an unfinished run has left; it holds a model, too.
STATE_KIND = "neural-lm-state"
WEIGHTS = "weights.safetensors"


@dataclass(frozen=True, eq=False)
class NeuralModel(LanguageModel):
    """A recurrent network over a vocabulary.

    Its state goes on from sentence to sentence, or begins anew at each (`Architecture.context`).
    ``</s>`` stands for what is before the first.

    Attributes
    ----------
    vocabulary : Vocabulary
        With specials.
    scorer : Scorer
        The network.
    settings, facts : dict
        How it was made and trained, and how training went.
    """

    vocabulary: Vocabulary
    scorer: "Scorer"
    settings: dict[str, Any] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"NeuralModel: {self.settings.get('cell')}, {self.scorer.n_parameters:,} parameters"

    @property
    def signature(self) -> str:
        return recipe(self.settings)

    def token_logprobs(self, ids: np.ndarray) -> np.ndarray:
        return self.scorer.token_logprobs(ids)

    def next_logprobs(self, history: np.ndarray) -> np.ndarray:
        return self.scorer.next_logprobs(history)

    def add_distributions(
        self, ids: np.ndarray, first: int, last: int, weight: float, out: np.ndarray
    ) -> None:
        self.scorer.add_distributions(ids, first, last, weight, out)

    def write(self, writer: BundleWriter) -> None:
        """Write the files of a bundle."""
        write_network(writer, self.vocabulary, self.scorer, self.facts)

    def save(self, path: str | Path) -> None:
        """Write a bundle of its own, which `load` opens."""
        with new_bundle(path, KIND, self.settings) as writer:
            self.write(writer)

    @classmethod
    def load(cls, path: str | Path) -> "NeuralModel":
        """Open a bundle of kind neural-lm.

        Raises
        ------
        FormatError
            If the bundle is damaged.
        MissingExtraError
            If PyTorch is not installed.
        """
        return cls.from_bundle(open_bundle(path, KIND))

    @classmethod
    def from_bundle(cls, bundle: Bundle) -> "NeuralModel":
        """Read an opened bundle, or what an unfinished run has left; see `load`."""
        return cls(*read_network(bundle), bundle.settings, bundle.facts)


def recipe(settings: dict[str, Any]) -> str:
    """Return the settings of a model in one line."""
    parts = [
        f"{key}:{value}"
        for key, value in settings.items()
        if key != "text" and value not in (None, "")
    ]
    return "|".join(["neural", *parts])


def write_network(
    writer: BundleWriter, vocabulary: Vocabulary, scorer: "Scorer", facts: dict[str, Any]
) -> None:
    """Write the files of a bundle that holds a network."""
    from .tensors import write_tensors

    vocabulary.write(writer)
    write_tensors(writer.file(WEIGHTS), scorer.network.state_dict())
    writer.facts.update(facts)


def read_network(bundle: Bundle) -> "tuple[Vocabulary, Scorer]":
    """Read what `write_network` has written.

    Raises
    ------
    FormatError
        If the bundle is damaged.
    MissingExtraError
        If PyTorch is not installed.
    """
    from .scoring import Scorer, weight_shapes
    from .tensors import read_tensors

    vocabulary = Vocabulary.read(bundle)
    if vocabulary.n_specials != len(SPECIALS):
        raise FormatError(bundle.path, "a vocabulary without specials", "<unk>, <s>, </s>")
    try:
        architecture = Architecture.among(bundle.settings)
        shapes = weight_shapes(len(vocabulary), architecture)
    except SettingError as error:
        raise FormatError(
            bundle.path, f"settings of no network ({error})", "those of a whole model",
            advice="train it again",
        ) from None  # fmt: skip
    tensors = read_tensors(bundle.file(WEIGHTS), shapes)
    return vocabulary, Scorer.of(len(vocabulary), architecture, tensors)
