"""Encoder-decoders as the other commands see them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from ...bundles.reading import Bundle
from ...bundles.writing import BundleWriter
from ...errors import FormatError, SettingError
from ...runtime.signatures import Signature
from ...text.sides import SIDES, Ragged, Side
from ...translation.model import Decoded, TranslationModel
from ...translation.settings import DecodingSettings
from ..recurrent.model import WEIGHTS
from .settings import Seq2SeqSettings

if TYPE_CHECKING:
    from .network import EncoderDecoder


@dataclass(frozen=True, eq=False)
class Seq2SeqModel(TranslationModel):
    """A trained encoder-decoder with the vocabularies of both sides.

    Attributes
    ----------
    source, target : Side
    network : EncoderDecoder
    settings, facts : dict
        How it was made and trained, and how training went.
    """

    KIND: ClassVar[str] = "seq2seq"
    STATE_KIND: ClassVar[str] = "seq2seq-state"

    source: Side
    target: Side
    network: "EncoderDecoder"
    settings: dict[str, object] = field(default_factory=dict)
    facts: dict[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # float32: the same numbers on every machine, but for roundings
        self.network.eval().requires_grad_(False).dtype = None

    def __repr__(self) -> str:
        n = sum(weight.numel() for weight in self.network.parameters())
        return f"Seq2SeqModel: {self.settings.get('cell')}, {n:,} parameters"

    @property
    def signature(self) -> Signature:
        return Signature.of_settings("seq2seq", self.settings)

    def decode(self, sources: Sequence[np.ndarray], how: DecodingSettings) -> list[Decoded]:
        from .decoding import decode

        return decode(self.network, sources, how)

    def target_logprobs(self, sources: Ragged, targets: Ragged) -> list[np.ndarray]:
        from .trainer import pair_logprobs

        return pair_logprobs(self.network, sources, targets)

    def write(self, writer: BundleWriter) -> None:
        """Write the files of a bundle."""
        from ..recurrent.tensors import write_tensors

        self.source.write(writer)
        self.target.write(writer)
        write_tensors(writer.file(WEIGHTS), self.network.state_dict())
        writer.facts.update(self.facts)

    @classmethod
    def from_bundle(cls, bundle: Bundle) -> "Seq2SeqModel":
        """Read an opened bundle, or what an unfinished run has left; see `load`."""
        from ..recurrent.tensors import read_tensors
        from .network import weight_shapes, with_weights

        source, target = (Side.read(bundle, name) for name in SIDES)
        sizes = len(source.vocabulary), len(target.vocabulary)
        try:
            architecture = Seq2SeqSettings.among(bundle.settings)
            shapes = weight_shapes(sizes, architecture)
        except SettingError as error:
            raise FormatError(
                bundle.path,
                f"settings of no network ({error})",
                "those of a whole model",
                advice="train it again",
            ) from None
        tensors = read_tensors(bundle.file(WEIGHTS), shapes, bundle.handle(WEIGHTS))
        network = with_weights(sizes, architecture, tensors)
        return cls(source, target, network, bundle.settings, bundle.facts)
