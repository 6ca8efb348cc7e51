"""The builder of mixtures of count-based language models."""

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..bundles.reading import Bundle
from ..bundles.writing import BundleWriter
from ..counts.counting import count_cooccurrences
from ..embeddings.ppmi import ppmi
from ..embeddings.svd import svd_vectors
from ..errors import SettingError
from ..lm.language_model import LanguageModel
from ..lm.mixed import adapted, factored, mixture, soft
from ..lm.mixed.adapted import AdaptedModel, training_unigrams
from ..lm.mixed.cache import CacheModel
from ..lm.mixed.components import part_settings
from ..lm.mixed.mixture import Mixture, fit_mixture, recipe_settings
from ..lm.mixed.recipes import Maker, factored_makers, keep_out
from ..lm.mixed.soft import SoftModel, soft_neighbors
from ..lm.ngram.methods import as_smoothing
from ..lm.ngram.model import NgramModel
from ..lm.ngram.training import train_ngram_model
from ..lm.settings import MixtureSettings, NgramSettings
from ..lm.streams import corpus_stream, stream_digest
from ..runtime.progress import ProgressLike, as_progress
from ..runtime.settings import takes
from ..text.corpus import EncodedCorpus
from ..text.files import Corpus
from ..text.settings import LanguageModelText
from ..text.vocabulary import Vocabulary
from .loading import open_model
from .ngram import READING, build_ngram_lm, read_held_out
from .opening import open_workspace
from .pipeline import BuiltWorkspace, Pipeline

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ..runtime.keywords import BuildNgramMixtureKeywords

#: Orders and memories of the caches: recent words, and what followed the last one and two words.
CACHES = ((1, 200.0), (2, 1000.0), (3, 10000.0))
#: How topics are found: PPMI-SVD vectors of a wide window.
TOPICS = {"window": 50, "dim": 200}
#: How neighbours of soft n-grams are found: both sides apart, close by.
NEIGHBORS = {"window": 1, "dim": 200, "n": 50, "temperature": 0.2}


@takes(LanguageModelText, NgramSettings, MixtureSettings)
def build_ngram_mixture(
    corpus: Corpus,
    output: str | Path | None = None,
    *,
    held_out: str | None = None,
    held_out_share: float = 0.05,
    seed: int = 0,
    name: str = "",
    threads: int | None = None,
    progress: ProgressLike = None,
    **settings: "Unpack[BuildNgramMixtureKeywords]",
) -> BuiltWorkspace:
    """Train an n-gram model and what is mixed with it; fit the weights to held-out text.

    Makes the bundle ``mixture``, and one for each model in it.

    Parameters
    ----------
    corpus, output, name, threads, progress
        See `build_ngram_lm`.
    held_out : str, optional
        Text that weights are fitted to, of the same kind as the text to come.  Without it a run
        of sentences is kept out of the corpus, models of the rest are mixed to find the weights,
        and these weights are taken for the models of the whole.
    held_out_share, seed
        See `keep_out`.
    """
    progress = as_progress(progress)
    recipe, training = MixtureSettings.among(settings), NgramSettings.among(settings)
    if not recipe.is_mixture:
        raise SettingError(
            "a mixture needs more than one model; add caches, skip-grams, classes, soft "
            "n-grams or adaptation"
        )
    alone: dict[str, Any] = {
        key: value for key, value in settings.items() if key not in recipe.names()
    }
    # Given to the n-gram model only if it asks for it: else it is the one that it is alone.
    for_ngram = held_out if as_smoothing(training.smoothing).uses_held_out else None
    first = build_ngram_lm(
        corpus, output, name=name, held_out=for_ngram, threads=threads, progress=progress, **alone
    )
    with open_workspace(first.path, None, {}, name, threads, progress) as (pipeline, encoded):
        steps = _Steps(pipeline, encoded, recipe, first.steps[-1].bundle, training)
        steps.fit_and_write(held_out, held_out_share, seed, settings)
    pipeline.workspace.steps[:1] = first.steps
    return pipeline.workspace


class _Steps:
    """The bundles of one mixture."""

    def __init__(
        self,
        pipeline: Pipeline,
        encoded: Bundle,
        recipe: MixtureSettings,
        ngram: Bundle,
        training: NgramSettings,
    ) -> None:
        self.pipeline, self.recipe, self.ngram, self.training = pipeline, recipe, ngram, training
        self.corpus = EncodedCorpus.from_bundle(encoded)
        self.source = {encoded.path.name: encoded.digest}
        self.reading = {key: encoded.settings[key] for key in READING if key in encoded.settings}
        self.makers = factored_makers(recipe.skip, recipe.classes)

    def fit_and_write(
        self, held_out: str | None, share: float, seed: int, given: Mapping[str, Any]
    ) -> None:
        fitting: dict[str, object] = {"text": self.reading}
        inputs = {}
        if held_out is None:
            rest, kept = keep_out(self.corpus, share, seed)
            ids = corpus_stream(kept)
            fitting.update(held_out_share=share, seed=seed)
        else:
            rest = self.corpus
            ids = read_held_out(
                held_out, rest, self.reading, self.pipeline.threads, self.pipeline.progress, given
            )
            inputs = {"held-out text": stream_digest(ids)}
        bundles = self.write_models()
        caches = caches_for(self.corpus.vocabulary) if self.recipe.cache else []

        @cache
        def models() -> list[LanguageModel]:
            if rest is self.corpus:
                return [open_model(bundle) for bundle in bundles]
            return self.train(rest)

        def write_mixture(
            name: str,
            components: Callable[[], list[LanguageModel]],
            parts: list[Bundle],
            more: list[CacheModel],
        ) -> Bundle:
            def fill(writer: BundleWriter) -> None:
                fit_mixture([*components(), *more], ids).write(writer)

            names = [bundle.path.name for bundle in parts]
            settings = {**recipe_settings(len(parts), more), **fitting}
            settings = part_settings(settings, {str(at): name for at, name in enumerate(names)})
            digests = {bundle.path.name: bundle.digest for bundle in parts}
            return self.step(name, mixture.KIND, settings, {**digests, **inputs}, fill)

        if not self.recipe.adapt:
            write_mixture("mixture", models, bundles, caches)
            return
        static = write_mixture("mixture-static", models, bundles, [])
        adapted_bundle = self.write_adapted(static)

        def adapted_models() -> list[LanguageModel]:
            weights = np.array(static.array("weights", "f8", ndim=2))
            if rest is self.corpus:
                return [open_model(adapted_bundle)]
            return [AdaptedModel(Mixture(models(), weights), *self.topics(rest))]

        write_mixture("mixture", adapted_models, [adapted_bundle], caches)

    def train(self, corpus: EncodedCorpus) -> list[LanguageModel]:
        """Train the models of the recipe in memory."""
        ngram = train_ngram_model(
            corpus,
            **self.training.keywords(),
            threads=self.pipeline.threads,
            progress=self.pipeline.progress,
        )
        models: list[LanguageModel] = [ngram]
        models += [make(corpus) for _, make in self.makers.values()]
        if self.recipe.soft:
            models.append(SoftModel(ngram, *self.neighbors(corpus)))
        return models

    def write_models(self) -> list[Bundle]:
        """Write the bundles of the models of the recipe, trained on the whole corpus."""
        bundles = [self.ngram]
        for name, (settings, make) in self.makers.items():
            settings = {**settings, "text": self.reading}
            bundles.append(self.step(name, factored.KIND, settings, self.source, self.filler(make)))
        if self.recipe.soft:

            def fill(writer: BundleWriter) -> None:
                base = NgramModel.from_bundle(self.ngram)
                SoftModel(base, *self.neighbors(self.corpus)).write(writer)

            settings = part_settings(NEIGHBORS, {"base": self.ngram.path.name})
            inputs = {**self.source, self.ngram.path.name: self.ngram.digest}
            bundles.append(self.step("soft", soft.KIND, settings, inputs, fill))
        return bundles

    def filler(self, make: Maker) -> Callable[[BundleWriter], None]:
        return lambda writer: make(self.corpus).write(writer)

    def step(
        self,
        name: str,
        kind: str,
        settings: dict[str, object],
        inputs: dict[str, str],
        fill: Callable[[BundleWriter], None],
    ) -> Bundle:
        def noted(writer: BundleWriter) -> None:
            progress = self.pipeline.progress
            progress.start(f"making {name}", None, "")
            fill(writer)
            progress.finish("")

        return self.pipeline.step(self.pipeline.named(name), kind, settings, inputs, noted)

    def write_adapted(self, base: Bundle) -> Bundle:
        def fill(writer: BundleWriter) -> None:
            AdaptedModel(open_model(base), *self.topics(self.corpus)).write(writer)

        settings = part_settings({**adapted.defaults(), "topics": TOPICS}, {"base": base.path.name})
        inputs = {**self.source, base.path.name: base.digest}
        return self.step("adapted", adapted.KIND, settings, inputs, fill)

    def topics(self, corpus: EncodedCorpus) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        return topic_tables(corpus, threads=self.pipeline.threads)

    def neighbors(self, corpus: EncodedCorpus) -> tuple[np.ndarray, np.ndarray]:
        return neighbor_tables(corpus, threads=self.pipeline.threads)


def caches_for(vocabulary: Vocabulary) -> list[CacheModel]:
    """Return the caches of a mixture."""
    return [CacheModel(vocabulary, order, memory) for order, memory in CACHES]


def topic_tables(
    corpus: EncodedCorpus,
    window: int = int(TOPICS["window"]),
    dim: int = int(TOPICS["dim"]),
    threads: int | None = None,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return what `AdaptedModel` takes: unigrams, vectors of words, vectors of contexts.

    The vectors are U S^0.5 and V S^0.5 of the PPMI of a wide window, so that their products are
    PPMI again, smoothed.
    """
    counts = count_cooccurrences(
        corpus,
        window=window,
        weighting="flat",
        within="document",
        oov="keep",
        max_contexts=None,  # a vector for each word as a context, too
        threads=threads,
    )
    weighted = ppmi(counts, threads=threads)
    matrix = weighted.sparse_matrix()
    found = svd_vectors(weighted, dim=min(dim, min(matrix.shape) // 2), threads=threads)
    words = np.asarray(found.matrix)
    values = np.array(found.facts["singular_values"], np.float32)
    contexts = (matrix.T @ words) / values
    vectors = (_with_specials(part, corpus.vocabulary) for part in (words, contexts))
    unigrams = np.bincount(corpus_stream(corpus), minlength=len(corpus.vocabulary))
    return (training_unigrams(unigrams), *vectors)  # type: ignore[return-value]


def neighbor_tables(
    corpus: EncodedCorpus,
    window: int = int(NEIGHBORS["window"]),
    dim: int = int(NEIGHBORS["dim"]),
    n: int = int(NEIGHBORS["n"]),
    temperature: float = float(NEIGHBORS["temperature"]),
    threads: int | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Return what `SoftModel` takes: neighbours of each word, and their shares."""
    counts = count_cooccurrences(
        corpus, window=window, direction="split", oov="keep", threads=threads
    )
    weighted = ppmi(counts, threads=threads)
    shorter = min(weighted.sparse_matrix().shape)
    found = svd_vectors(weighted, dim=min(dim, shorter // 2), threads=threads)
    vectors = _with_specials(np.asarray(found.matrix), corpus.vocabulary)
    return soft_neighbors(vectors, min(n, len(vectors)), temperature)


def _with_specials(rows: np.ndarray, vocabulary: Vocabulary) -> np.ndarray:
    """Give specials, which vectors do not have, rows of zeros."""
    table = np.zeros((len(vocabulary), rows.shape[1]), np.float32)
    table[len(vocabulary) - len(rows) :] = rows
    return table
