"""Recurrent models that adapt to the text so far: neural cache, dynamic evaluation."""

import threading
from abc import abstractmethod
from collections.abc import Callable
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from ....bundles.reading import Bundle
from ....bundles.writing import BundleWriter
from ....errors import SettingError
from ....lm.language_model import LanguageModel
from ....lm.mixed.components import component_bundle, save_beside
from ....lm.streams import checked_stream
from ....runtime.signatures import Signature
from ..model import NeuralModel
from .settings import LEARNING_RATES, CacheSettings, DynamicSettings, Method

if TYPE_CHECKING:
    from typing_extensions import Self

    from .readers import Reader

_SIGNATURE = "signature.txt"


@dataclass(frozen=True, eq=False)
class StreamedModel(LanguageModel):
    """A model on top of a recurrent one, whose state is more than the network's.

    Attributes
    ----------
    base : LanguageModel
        `NeuralModel`, or another model of this kind.
    """

    KIND: ClassVar[str] = ""

    base: LanguageModel
    # Texts read so far, by what they were read for: histories and long texts are mostly asked for
    # piece by piece.
    _kept: dict[str, tuple[np.ndarray, "Reader"]] = field(
        default_factory=dict, init=False, repr=False
    )
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)

    def __post_init__(self) -> None:
        if not isinstance(self.base, (NeuralModel, StreamedModel)):
            raise SettingError(
                f"a {type(self.base).__name__} has no hidden states and no weights to learn; a "
                "neural cache and dynamic evaluation need a recurrent model (wvt build-neural-lm "
                "makes one)"
            )
        if self.base.settings.get("context") == "sentence":
            raise SettingError(
                "the model reads each sentence by itself; a neural cache and dynamic evaluation "
                "need one that reads on from sentence to sentence"
            )
        object.__setattr__(self, "vocabulary", self.base.vocabulary)

    @abstractmethod
    def reader(self) -> "Reader":
        """Return what reads a text from its beginning on."""

    @property
    def components(self) -> tuple[LanguageModel, ...]:
        return (self.base,)

    @property
    def settings(self) -> dict[str, object]:
        return {name: getattr(self, name) for name in defaults(type(self))}

    @property
    def signature(self) -> Signature:
        parts = [
            f"{name}:{value:g}" if isinstance(value, float) else f"{name}:{value}"
            for name, value in self.settings.items()
        ]
        return Signature.of(self.KIND, *parts).around(self.base.signature)

    def token_logprobs(self, ids: np.ndarray) -> np.ndarray:
        ids = checked_stream(ids, len(self.vocabulary))
        out = np.empty(len(ids))
        for passage in self.reader().read(ids):
            own = ids[passage.first : passage.first + len(passage)]
            out[passage.first : passage.first + len(passage)] = passage.of(own)
        return out

    def next_logprobs(self, history: np.ndarray) -> np.ndarray:
        ids = checked_stream(history, len(self.vocabulary))
        with self._lock:
            done, reader = self._known("history", ids)
            # One by one, whatever is known already: then the bits do not depend on that.
            for at in range(done, len(ids)):
                for _ in reader.read(ids[at : at + 1]):
                    pass
            self._kept["history"] = (ids.copy(), reader)
            return reader.ahead().rows()[0]

    def add_distributions(
        self, ids: np.ndarray, first: int, last: int, weight: float, out: np.ndarray
    ) -> None:
        ids = checked_stream(ids, len(self.vocabulary))[:last]
        with self._lock:
            done, reader = self._known("stretch", ids[:first])
            for _ in reader.read(ids[done:first]):
                pass
            for passage in reader.read(ids[first:]):
                begin = passage.first - first
                out[begin : begin + len(passage)] += weight * np.exp(passage.rows())
            self._kept["stretch"] = (ids.copy(), reader)

    def _known(self, purpose: str, ids: np.ndarray) -> tuple[int, "Reader"]:
        """Return how much has been read of a text for that purpose, and its reader."""
        kept = self._kept.pop(purpose, None)
        if kept is not None and np.array_equal(kept[0], ids[: len(kept[0])]):
            return len(kept[0]), kept[1]
        return 0, self.reader()

    def write(self, writer: BundleWriter) -> None:
        """Write the files of a bundle, which needs one: the content is in its settings."""
        writer.text(_SIGNATURE, [self.signature])

    def save(self, path: str | Path, base: str | Path) -> None:
        """Write a bundle next to `base`, the bundle of the model that is adapted."""
        save_beside(path, self.KIND, self.settings, {"base": base}, self.write)

    @classmethod
    def from_bundle(cls, bundle: Bundle, open_part: Callable[[Bundle], LanguageModel]) -> "Self":
        """Read an opened bundle, and that of the model below.

        Settings that were tuned on held-out text are in its facts.
        """
        base = open_part(component_bundle(bundle, "base"))
        given = {**bundle.settings, **bundle.facts}
        settings = {key: given[key] for key in defaults(cls) if key in given}
        with bundle.reading("a whole model"):
            return cls(base, **settings)


@dataclass(frozen=True, eq=False)
class NeuralCache(StreamedModel):
    """A recurrent model mixed with a cache of the hidden states that it has been in.

    Grave, Joulin and Usunier 2017, "Improving neural language models with a continuous cache",
    section 3: with h_t the hidden state from which the softmax predicts token t,

        p_cache(w) ~ sum of exp(flatness h_t . h_i) over the last `window` tokens i with w_i = w
        p(w) = (1 - share) p_model(w) + share p_cache(w)

    Before the first token there is no cache, and p is p_model.

    Parameters
    ----------
    base : NeuralModel or DynamicModel
    window : int
        Tokens that the cache holds.
    flatness : float
        theta in the paper; at 0 the cache is that of unigrams.
    share : float
        lambda in the paper.

    See Also
    --------
    fit_neural_cache : Finds flatness and share on held-out text.
    """

    KIND: ClassVar[str] = "neural-cache"

    window: int = CacheSettings.window
    flatness: float = CacheSettings.flatness
    share: float = CacheSettings.share

    def __post_init__(self) -> None:
        super().__post_init__()
        CacheSettings.among(vars(self))

    def reader(self) -> "Reader":
        from .readers import CacheReader

        return CacheReader(reader_of(self.base), self.window, self.flatness, self.share)


@dataclass(frozen=True, eq=False)
class DynamicModel(StreamedModel):
    """A recurrent model that learns from a text while it scores it (dynamic evaluation).

    Krause, Kahembwe, Murray and Renals 2018, "Dynamic evaluation of neural sequence models".  A
    segment of text is scored; then its gradient g, of the mean loss of its tokens, changes the
    weights that the next segment is scored with, and they are drawn back to the trained ones::

        sgd: weights += decay (trained - weights) - learning_rate g
        rms: weights += decay r (trained - weights) - learning_rate g / (rms + mean rms)

    where rms is the root of the mean of g^2, for each weight, and r = rms / its mean, at most
    1 / decay.  The paper takes that mean over the training text; here it is over the segments of
    the text scored so far, so that nothing has to be kept from training; and mean rms is in
    place of a small constant, since a weight that has had no gradient yet would leap at its first.
    The weights of the model itself stay as they are.

    Parameters
    ----------
    base : NeuralModel
    method : {"rms", "sgd"}
    learning_rate : float, optional
        By default 5e-4 for rms, 0.3 for sgd.
    decay : float
    segment : int
        Tokens.  Shorter segments adapt sooner and take longer (5 in the paper).

    See Also
    --------
    fit_dynamic : Finds learning rate and decay on held-out text.
    """

    KIND: ClassVar[str] = "dynamic"

    method: Method = DynamicSettings.method
    learning_rate: float | None = DynamicSettings.learning_rate
    decay: float = DynamicSettings.decay
    segment: int = DynamicSettings.segment

    def __post_init__(self) -> None:
        super().__post_init__()
        if not isinstance(self.base, NeuralModel):
            raise SettingError(
                "dynamic evaluation changes the weights of a recurrent model itself; put the cache "
                "around it, not below"
            )
        DynamicSettings.among(vars(self))
        if self.learning_rate is None:
            object.__setattr__(self, "learning_rate", LEARNING_RATES[self.method])

    def reader(self) -> "Reader":
        from .learning import LearningReader

        assert isinstance(self.base, NeuralModel)
        assert self.learning_rate is not None
        return LearningReader(
            self.base.scorer.network, self.method, self.learning_rate, self.decay, self.segment
        )


def reader_of(model: LanguageModel) -> "Reader":
    """Return what reads a text with a recurrent model, or with one on top of it."""
    if isinstance(model, StreamedModel):
        return model.reader()
    assert isinstance(model, NeuralModel)
    from .readers import NetworkReader

    return NetworkReader(model.scorer.network)


def defaults(model: type[StreamedModel]) -> dict[str, object]:
    """Return the settings of a kind of model where none are given."""
    return {
        each.name: each.default
        for each in fields(model)
        if each.init and each.default is not MISSING
    }
