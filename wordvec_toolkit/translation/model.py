"""Models that turn one sequence into another, and what they make of text."""

import math
from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from ..bundles.stored import Stored
from ..errors import SettingError, expect
from ..runtime.progress import ProgressLike, as_progress
from ..runtime.settings import takes
from ..text.sides import Ragged, Side, checked_side
from ..text.vocabulary import UNK
from .settings import DecodingSettings

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ..runtime.keywords import TranslateKeywords

_BATCH = 64  # sentences that are translated at a time
_NO_LIMIT = 1 << 30


@dataclass(frozen=True, eq=False)
class Decoded:
    """A translation in ids.

    Attributes
    ----------
    ids : int32 array (n,)
        Without ``</s>``.
    logprob : float
        Natural logarithm of its probability, that of ``</s>`` included; nan if there is none.
    attention : float32 array (n or n + 1, n_source) or None
        What share of its attention each token gives each source token, each row summing to 1; a
        row for ``</s>`` may follow.
    is_whole : bool
        False where the maximum length ended it.
    """

    ids: np.ndarray
    logprob: float = math.nan
    attention: np.ndarray | None = None
    is_whole: bool = True


@dataclass(frozen=True)
class Translation:
    """A translation.

    Attributes
    ----------
    text : str
    tokens, source_tokens : tuple of str
    logprob, attention, is_whole
        See `Decoded`.
    unknown : tuple of str
        Source tokens that the model does not know.
    """

    text: str
    tokens: tuple[str, ...]
    source_tokens: tuple[str, ...]
    logprob: float = math.nan
    attention: np.ndarray | None = field(default=None, repr=False, compare=False)
    is_whole: bool = True
    unknown: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, object]:
        """Return it as plain data."""
        return {
            "text": self.text,
            "tokens": list(self.tokens),
            "source_tokens": list(self.source_tokens),
            "logprob": None if math.isnan(self.logprob) else self.logprob,
            "attention": None if self.attention is None else self.attention.tolist(),
            "is_whole": self.is_whole,
            "unknown": list(self.unknown),
        }


class TranslationModel(Stored):
    """Model that turns sequences of ids of one vocabulary into those of another.

    Attributes
    ----------
    source, target : Side
    """

    source: Side
    target: Side

    @abstractmethod
    def decode(self, sources: Sequence[np.ndarray], how: DecodingSettings) -> list[Decoded]:
        """Translate sentences of ids, none of them empty."""

    @abstractmethod
    def target_logprobs(self, sources: Ragged, targets: Ragged) -> list[np.ndarray] | None:
        """Return ln p of each token of each target and of its ``</s>``, given source and prefix.

        None where the model has no probabilities.
        """

    @property
    def max_length(self) -> int:
        """The most tokens that a source may have."""
        settings = self.settings.get("text")
        found = settings.get("max_length") if isinstance(settings, dict) else None
        return found if type(found) is int else _NO_LIMIT


@takes(DecodingSettings)
def translate(
    model: TranslationModel,
    sentences: Sequence[str],
    *,
    progress: ProgressLike = None,
    **settings: "Unpack[TranslateKeywords]",
) -> list[Translation]:
    """Turn sentences into those of the model's target side.

    Parameters
    ----------
    sentences : sequence of str

    Raises
    ------
    SettingError
        If a sentence is empty or too long.
    """
    expect("model", model, TranslationModel, "a translation model, such as load(path) returns")
    if isinstance(sentences, str):
        sentences = [sentences]
    progress = as_progress(progress)
    how = DecodingSettings.among(settings)
    tokens = checked_side(model.source, sentences, model.max_length)
    ids = [model.source.ids(own) for own in tokens]
    # Sentences of like length go together; the results come back in their own order.
    order = sorted(range(len(ids)), key=lambda place: len(ids[place]))
    found: list[Decoded | None] = [None] * len(ids)
    progress.start("translating", len(ids), "sentences")
    for first in range(0, len(order), _BATCH):
        places = order[first : first + _BATCH]
        for place, decoded in zip(places, model.decode([ids[at] for at in places], how)):
            found[place] = decoded
        progress.advance(len(places))
    progress.finish("")
    return [
        _translation(model, own, decoded, how.replace_unk)
        for own, decoded in zip(tokens, found)
        if decoded is not None
    ]


def _translation(
    model: TranslationModel, source: Sequence[str], decoded: Decoded, replace_unk: bool
) -> Translation:
    vocabulary, ids = model.target.vocabulary, decoded.ids.tolist()
    tokens = [vocabulary.word(place) for place in ids]
    if replace_unk and UNK in ids:
        if decoded.attention is None:
            raise SettingError(
                "the model has no attention, so that nothing says which source word an <unk> is "
                "about; omit replace_unk (--replace-unk), or train with attention"
            )
        attended = decoded.attention.argmax(axis=1).tolist()
        tokens = [
            source[at] if place == UNK else token for token, place, at in zip(tokens, ids, attended)
        ]
    own = model.source.ids(source).tolist()
    unknown = dict.fromkeys(word for word, place in zip(source, own) if place == UNK)
    return Translation(
        model.target.text(tokens),
        tuple(tokens),
        tuple(source),
        decoded.logprob,
        decoded.attention,
        decoded.is_whole,
        tuple(unknown),
    )
