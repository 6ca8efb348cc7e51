"""Mixtures of whole sentences' probabilities: a forward and a backward model, for instance."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from ...bundles.reading import Bundle
from ...bundles.writing import BundleWriter
from ...errors import SettingError, WordvecError, expect
from ...runtime.signatures import Signature
from ..language_model import LanguageModel
from ..sentence_model import SentenceModel, sentence_logprobs
from .components import component_bundle
from .weights import fit_weights

KIND = "sentence-mixture"
_MOST = 1000  # components


@dataclass(frozen=True, eq=False)
class SentenceMixture(SentenceModel):
    """P(s) = sum of weight_i P_i(s).

    A distribution over sentences as each P_i is one, whatever the direction it reads in.  One that
    is mixed word by word is none if a component has seen the words to come.

    Attributes
    ----------
    components : list of LanguageModel and SentenceModel
        Over one vocabulary.
    weights : float64 array (n_components,)
        At least 0, with sum 1.
    settings, facts : dict
    """

    components: Sequence[LanguageModel | SentenceModel]
    weights: np.ndarray
    settings: dict[str, object] = field(default_factory=dict)
    facts: dict[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.components:
            raise SettingError("a mixture needs at least one component")
        words = self.components[0].vocabulary.words
        for each in self.components:
            if each.vocabulary.words != words:
                raise SettingError("the components of a mixture have different vocabularies")
            if not each.is_normalized:
                raise SettingError(f"scores of {each.signature} are no probabilities")
        weights = np.asarray(self.weights)
        if weights.shape != (len(self.components),):
            raise WordvecError(
                f"{len(self.components)} components need as many weights, not {weights.shape}"
            )
        if not (weights >= 0).all() or abs(float(weights.sum()) - 1) > 1e-9:
            raise WordvecError("weights of a mixture must be at least 0 and sum to 1")
        object.__setattr__(self, "vocabulary", self.components[0].vocabulary)

    def __repr__(self) -> str:
        return f"a mixture of the sentences of {len(self.components)} models"

    @property
    def signature(self) -> Signature:
        parts = (
            f"{weight:.4f}*{each.signature}" for weight, each in zip(self.weights, self.components)
        )
        return Signature.of("sentence-mixture").around(*parts)

    def sentence_logprobs(self, ids: np.ndarray, isolated: bool = False) -> np.ndarray:
        with np.errstate(divide="ignore"):
            logs = _table(self.components, ids, isolated) + np.log(self.weights)
        return np.asarray(np.logaddexp.reduce(logs, axis=1))

    def write(self, writer: BundleWriter) -> None:
        """Write the files of a bundle."""
        writer.array("weights", np.asarray(self.weights).astype("<f8"))
        writer.facts.update(self.facts)

    @classmethod
    def from_bundle(
        cls, bundle: Bundle, open_part: Callable[[Bundle], LanguageModel | SentenceModel]
    ) -> "SentenceMixture":
        """Read an opened bundle, and those of its components."""
        weights = bundle.array("weights", "f8", ndim=1)
        with bundle.reading("a whole mixture of sentences"):
            if not 1 <= len(weights) <= _MOST:
                raise WordvecError("no components")
            parts = (component_bundle(bundle, str(at)) for at in range(len(weights)))
            return cls([open_part(part) for part in parts], weights, bundle.settings, bundle.facts)


def fit_sentence_mixture(
    components: Sequence[LanguageModel | SentenceModel], held_out: np.ndarray
) -> SentenceMixture:
    """Mix the sentences of models with the weights that held-out text asks for.

    Parameters
    ----------
    components : sequence of LanguageModel and SentenceModel
        None trained on the held-out text.
    held_out : int32 array (n,)
        A stream of whole sentences.
    """
    expect("components", components, Sequence, "a list of models")
    for component in components:
        expect("a component", component, (LanguageModel, SentenceModel))
    equal = np.full(len(components), 1 / max(1, len(components)))
    mixture = SentenceMixture(list(components), equal)  # refuses what cannot be mixed
    logs = _table(components, held_out)
    # Only ratios within a sentence count, and these are numbers where the probability is none.
    highest = logs.max(axis=1, keepdims=True, initial=-np.inf)
    with np.errstate(invalid="ignore"):
        probs = np.nan_to_num(np.exp(logs - highest))
    weights, objectives = fit_weights(probs)
    mixture = SentenceMixture(list(components), weights[0] / weights[0].sum())
    reached = mixture.sentence_logprobs(held_out).sum() / len(held_out)
    facts = {
        "held_out_tokens": len(held_out),
        "held_out_perplexity": float(np.exp(-reached)),
        "rounds": len(objectives),
        "mean_weights": [float(weight) for weight in mixture.weights],
    }
    return SentenceMixture(mixture.components, mixture.weights, {}, facts)


def _table(
    components: Sequence[LanguageModel | SentenceModel], ids: np.ndarray, isolated: bool = False
) -> np.ndarray:
    """Return the log probability of each sentence under each component: (n_sentences, n)."""
    return np.stack([sentence_logprobs(each, ids, isolated) for each in components], axis=1)
