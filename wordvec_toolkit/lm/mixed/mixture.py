"""Linear mixtures of language models."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from ...bundles.reading import Bundle
from ...bundles.writing import BundleWriter
from ...errors import SettingError, WordvecError, expect
from ...runtime.arguments import checks_types
from ...runtime.parallel import map_blocks, n_threads
from ...runtime.signatures import Signature
from ..language_model import LanguageModel, logs
from ..ngram.reordering import aligned
from ..sentence_model import SentenceModel, whole_sentences_only
from ..streams import checked_stream
from .cache import CacheModel
from .components import component_bundle, save_beside
from .weights import fit_weights

KIND = "mixture"
#: Weights may differ by how much a cache has seen of a history: nothing, up to so much, more.
EVIDENCE = {1: (), 2: (1e-9, 1.0, 2.0, 4.0), 3: (1e-9, 1.0)}
#: Components with an entry per cache order in `EVIDENCE`; higher orders take the last.
_HIGHEST = max(EVIDENCE)
_MOST = 1000  # components
_NEGLIGIBLE = 1e-6  # weights below it become 0, which spares the component's work


@dataclass(frozen=True, eq=False)
class Mixture(LanguageModel):
    """p(w | h) = sum of weight_i(h) p_i(w | h).

    Where caches are among the components, the weights depend on how much the caches have seen of
    the history (see `EVIDENCE`): each combination is a group with weights of its own.

    Attributes
    ----------
    components : list of LanguageModel
        Over one vocabulary; n-gram models may have its words in another order.
    weights : float64 array (n_groups, n_components)
        Each row at least 0 and with sum 1.
    settings, facts : dict
    """

    components: Sequence[LanguageModel]
    weights: np.ndarray
    settings: dict[str, object] = field(default_factory=dict)
    facts: dict[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "components", aligned(self.components))
        check_components(self.components)
        shape = (n_groups(self.components), len(self.components))
        weights = np.asarray(self.weights)
        if weights.shape != shape:
            raise WordvecError(
                f"a mixture of these components has weights of shape {shape}, not {weights.shape}"
            )
        if not (weights >= 0).all() or np.abs(weights.sum(axis=1) - 1).max() > 1e-9:
            raise WordvecError("weights of a mixture must be at least 0 and sum to 1")
        object.__setattr__(self, "vocabulary", self.components[0].vocabulary)

    def __repr__(self) -> str:
        return f"Mixture of {len(self.components)} components"

    @property
    def signature(self) -> Signature:
        return Signature.of("mixture").around(*(each.signature for each in self.components))

    def token_logprobs(self, ids: np.ndarray) -> np.ndarray:
        return self._logprobs(ids, False)

    def isolated_logprobs(self, ids: np.ndarray) -> np.ndarray:
        return self._logprobs(ids, True)

    def _logprobs(self, ids: np.ndarray, isolated: bool) -> np.ndarray:
        probs = token_probs(self.components, ids, isolated)
        groups = evidence_groups(self.components, ids, isolated)
        return logs(np.einsum("nk,nk->n", probs, self.weights[groups]))

    def next_logprobs(self, history: np.ndarray) -> np.ndarray:
        weights = self.weights[_group_after(self.components, history)]
        total = np.zeros(len(self.vocabulary))
        for component, weight in zip(self.components, weights):
            if weight > 0:
                total += weight * np.exp(component.next_logprobs(history))
        return logs(total)

    def add_distributions(
        self, ids: np.ndarray, first: int, last: int, weight: float, out: np.ndarray
    ) -> None:
        if len(self.weights) > 1:
            super().add_distributions(ids, first, last, weight, out)
            return
        for component, share in zip(self.components, self.weights[0]):
            if share > 0:
                component.add_distributions(ids, first, last, weight * share, out)

    def write(self, writer: BundleWriter) -> None:
        """Write the files of a bundle."""
        writer.array("weights", np.asarray(self.weights).astype("<f8"))
        writer.facts.update(self.facts)

    def save(self, path: str | Path, bundles: Sequence[str | Path]) -> None:
        """Write a bundle next to those of the components.

        Parameters
        ----------
        path : path
        bundles : sequence of paths
            Of the components that are not caches, in their order.  The mixture keeps their names
            and digests, not the models; caches are in its settings.
        """
        n_parts = len(bundles)
        caches = [each for each in self.components[n_parts:] if isinstance(each, CacheModel)]
        if n_parts + len(caches) != len(self.components) or any(
            isinstance(each, CacheModel) for each in self.components[:n_parts]
        ):
            raise SettingError(
                f"{n_parts} bundles were given for a mixture of {len(self.components)}; expected "
                "one for each component but the caches, and the caches last"
            )
        settings = {**self.settings, **recipe_settings(n_parts, caches)}
        parts = {str(at): part for at, part in enumerate(bundles)}
        save_beside(path, KIND, settings, parts, self.write)

    @classmethod
    def from_bundle(cls, bundle: Bundle, open_part: Callable[[Bundle], LanguageModel]) -> "Mixture":
        """Read an opened bundle, and those of its components."""
        listed = bundle.settings.get("components")
        with bundle.reading("a whole mixture"):
            if not isinstance(listed, list) or not 1 <= len(listed) <= _MOST:
                raise WordvecError("no list of components")
            caches = [entry["cache"] for entry in listed if isinstance(entry, dict)]
            models = [
                open_part(component_bundle(bundle, str(at)))
                for at in range(len(listed) - len(caches))
            ]
            vocabulary = models[0].vocabulary
            components = [*models, *(CacheModel(vocabulary, **cache) for cache in caches)]
            weights = bundle.array("weights", "f8", ndim=2)
            return cls(components, weights, bundle.settings, bundle.facts)


def recipe_settings(n_parts: int, caches: Sequence[CacheModel]) -> dict[str, object]:
    """Return the components as a manifest holds them: numbers of parts, then caches."""
    return {"components": [*range(n_parts), *({"cache": each.settings} for each in caches)]}


@checks_types
def fit_mixture(components: Sequence[LanguageModel], held_out: np.ndarray) -> Mixture:
    """Mix models with the weights that held-out text asks for.

    Parameters
    ----------
    components : sequence of LanguageModel
        None trained on the held-out text.
    held_out : int32 array (n,)
        A stream, see `LanguageModel`.  Caches need running text.
    """
    expect("components", components, Sequence, "a list of LanguageModels")
    for component in components:
        expect("a component", component, (LanguageModel, SentenceModel))
    components = aligned(components)
    check_components(components)
    held_out = checked_stream(held_out, len(components[0].vocabulary))
    groups = evidence_groups(components, held_out)
    probs = token_probs(components, held_out)
    weights, objectives = fit_weights(probs, groups, n_groups(components))
    weights = np.where(weights < _NEGLIGIBLE, 0, weights)
    weights /= weights.sum(axis=1, keepdims=True)
    reached = np.log(np.einsum("nk,nk->n", probs, weights[groups])).mean()
    facts = {
        "held_out_tokens": len(held_out),
        "held_out_perplexity": float(np.exp(-reached)),
        "rounds": len(objectives),
        "mean_weights": [float(weight) for weight in weights[groups].mean(axis=0)],
        "component_perplexities": [_perplexity(column) for column in probs.T],
    }
    return Mixture(list(components), weights, {}, facts)


def _perplexity(probs: np.ndarray) -> float | None:
    """Return the perplexity; None, which JSON has, where it is infinite."""
    with np.errstate(over="ignore"):
        found = float(np.exp(-logs(probs).mean()))
    return found if np.isfinite(found) else None


def check_components(components: Sequence[LanguageModel]) -> None:
    """Refuse what cannot be mixed.

    Raises
    ------
    SettingError
        If there are no components, or their vocabularies differ.
    """
    if not components:
        raise SettingError("a mixture needs at least one component")
    for component in components:
        if isinstance(component, SentenceModel):
            raise SettingError(whole_sentences_only(repr(component)))
        if not component.is_normalized:
            raise SettingError(
                f"scores of {component.signature} are no probabilities and cannot be mixed; use "
                "another smoothing, such as kneser-ney"
            )
    words = components[0].vocabulary.words
    for other in components[1:]:
        if other.vocabulary is not components[0].vocabulary and other.vocabulary.words != words:
            raise SettingError(
                f"the components of a mixture have different vocabularies ({len(words):,} and "
                f"{len(other.vocabulary):,} words); build them in one workspace, which shares its "
                "vocabulary: wvt build-ngram-lm text.txt, then wvt build-neural-lm text.wvt"
            )


def token_probs(
    components: Sequence[LanguageModel], ids: np.ndarray, isolated: bool = False
) -> np.ndarray:
    """Return the probability of each token under each component: float64 (n, n_components).

    `isolated`: each sentence is read as the first of a text.
    """

    def probs(component: LanguageModel) -> np.ndarray:
        score = component.isolated_logprobs if isolated else component.token_logprobs
        return np.asarray(np.exp(score(ids)))

    columns = map_blocks(
        lambda at, _: probs(components[at]), range(len(components) + 1), n_threads(None)
    )
    return np.stack(list(columns), axis=1)


def _bounds(component: LanguageModel) -> tuple[float, ...]:
    if isinstance(component, CacheModel):
        return EVIDENCE[min(component.order, _HIGHEST)]
    return ()


def n_groups(components: Sequence[LanguageModel]) -> int:
    """Return how many groups of histories there are."""
    return int(np.prod([len(_bounds(component)) + 1 for component in components]))


def evidence_groups(
    components: Sequence[LanguageModel], ids: np.ndarray, isolated: bool = False
) -> np.ndarray:
    """Return the group of each token's history: int64 array (n,)."""
    group = np.zeros(len(ids), np.int64)
    for component in components:
        bounds = _bounds(component)
        if bounds and isinstance(component, CacheModel):
            seen = np.searchsorted(bounds, component.evidence(ids, isolated), side="right")
            group = group * (len(bounds) + 1) + seen
    return group


def _group_after(components: Sequence[LanguageModel], history: np.ndarray) -> int:
    if n_groups(components) == 1:
        return 0
    ids = np.append(np.asarray(history, np.int32), np.int32(0))  # the last one's word is not read
    return int(evidence_groups(components, ids)[-1])
