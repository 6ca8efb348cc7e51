"""The builder of mixtures of language models that are there already."""

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..bundles.reading import Bundle, file_sha256, open_bundle
from ..bundles.recognising import is_bundle
from ..bundles.writing import BundleWriter, copy_bundle, new_bundle
from ..errors import EmptyResultError, FormatError, SettingError, expect, expect_path
from ..lm.arpa.file import check_arpa
from ..lm.arpa.reading import read_arpa
from ..lm.language_model import LanguageModel
from ..lm.mixed import mixture
from ..lm.mixed.components import PARTS, part_settings
from ..lm.mixed.mixture import Mixture, check_components, fit_mixture, n_groups, recipe_settings
from ..lm.ngram.model import KIND as NGRAM
from ..lm.ngram.reordering import aligned
from ..lm.reading import read_text, text_settings
from ..lm.streams import corpus_stream, stream_digest
from ..neural.recurrent.adapting import tuning
from ..neural.recurrent.adapting.models import DynamicModel, NeuralCache, StreamedModel
from ..neural.recurrent.model import NeuralModel
from ..runtime.progress import Progress, ProgressLike, as_progress
from ..runtime.settings import takes
from ..text.corpus import EncodedCorpus
from ..text.files import unpacked_name
from ..text.settings import FileSettings
from .finding import find_language_model
from .loading import check_model, open_model
from .ngram_mixture import caches_for
from .opening import checked_name
from .pipeline import BuiltWorkspace, Pipeline
from .settings import EnsembleSettings

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ..runtime.keywords import MixModelsKeywords

_MOST = 1000  # models in a mixture


@takes(EnsembleSettings, FileSettings)
def mix_models(
    models: Sequence[str | Path],
    held_out: str,
    output: str | Path | None = None,
    *,
    name: str = "all",
    tokenizer: str | None = None,
    threads: int | None = None,
    progress: ProgressLike = None,
    **settings: "Unpack[MixModelsKeywords]",
) -> BuiltWorkspace:
    """Mix language models of any kind with the weights that held-out text asks for.

    Makes the bundle ``mixture-NAME``, which refers to those of the models next to it.  The held-out
    text is read once by each of them, then the weights are found by expectation maximisation (see
    `fit_mixture`).

    Parameters
    ----------
    models : sequence of paths
        Bundles or workspaces over one vocabulary, or ARPA files.
    held_out : str
        Text of the kind to come that none of the models was trained on.
    output : path, optional
        A folder for the mixture and copies of its models; by default the workspace in which all of
        they are.
    name : str
    tokenizer : str, optional
        In place of that of the models' own text.

    Raises
    ------
    SettingError
        If the models do not fit together.
    """
    expect("models", models, Sequence, "a list of paths")
    progress = as_progress(progress)
    more = EnsembleSettings.among(settings)
    if not checked_name(name):
        raise SettingError("a mixture needs a name (name, --name)")
    for model in models:
        expect_path("a model", model)
    found = [find_language_model(model) for model in models]
    paths = list({path.resolve(): path for path in reversed(found)}.values())[::-1]
    if len(paths) < 2 and more == EnsembleSettings():
        raise SettingError(
            "a mixture takes two models or more, such as corpus.wvt/ngram corpus.wvt/lstm"
        )
    workspace = BuiltWorkspace(output if output is not None else _shared_folder(paths))
    pipeline = Pipeline(workspace, threads, progress, name)
    with workspace.lock():
        brought = [_brought(path, workspace.path, progress) for path in paths]
        bundles = list({bundle.path: bundle for bundle in brought}.values())
        if len(bundles) < 2 <= len(paths):
            raise SettingError(f"{paths[0]} and {paths[1]} are the same model; mix different ones")
        _Mixing(pipeline, bundles, more).run(held_out, tokenizer, FileSettings.among(settings))
    return workspace


class _Mixing:
    """The bundles of one mixture."""

    def __init__(self, pipeline: Pipeline, bundles: list[Bundle], more: EnsembleSettings) -> None:
        self.pipeline, self.bundles, self.more = pipeline, bundles, more
        self.name = pipeline.named("mixture")
        for bundle in bundles:
            of = bundle.path.name
            if of == self.name or pipeline.workspace.is_made_from(of, {self.name}):
                raise SettingError(
                    f"{self.name} is among the models to be mixed, or {of} consists of it; choose "
                    "another name (--name)"
                )

    def run(self, held_out: str, tokenizer: str | None, files: FileSettings) -> None:
        models = [open_model(bundle) for bundle in self.bundles]
        for bundle, model in zip(self.bundles, models):
            if not isinstance(model, LanguageModel):
                raise SettingError(
                    f"{bundle.path} does not predict the next word from those before it, and "
                    "cannot be mixed word by word"
                )
        models = aligned(models)
        check_components(models)
        # A mixture at any weights knows how its text is read.
        groups = n_groups(models)
        even = Mixture(models, np.full((groups, len(models)), 1 / len(models)))
        pipeline = self.pipeline
        threads, progress = pipeline.threads, pipeline.progress
        how: dict[str, Any] = {**files.keywords(), "threads": threads, "progress": progress}
        ids = read_text(even, held_out, tokenizer, **how).ids
        self._check(held_out, ids)
        self.held_out = {"held-out text": stream_digest(ids)}
        for at, model in enumerate(models):
            if self.more.dynamic is not None:
                model = self._dynamic(at, model, ids)
            if self.more.neural_cache:
                model = self._cached(at, model, ids)
            models[at] = model
        is_asked = self.more.dynamic is not None or self.more.neural_cache
        if is_asked and not any(isinstance(model, StreamedModel) for model in models):
            raise SettingError(
                "there is no recurrent model among them for a neural cache or dynamic evaluation; "
                "wvt build-neural-lm makes one"
            )
        caches = caches_for(models[0].vocabulary) if self.more.cache else []
        names = [bundle.path.name for bundle in self.bundles]

        def fill(writer: BundleWriter) -> None:
            pipeline.progress.start(f"mixing {', '.join(names)}", None, "")
            found = fit_mixture([*models, *caches], ids)
            found.write(writer)
            pipeline.progress.finish(f"perplexity {found.facts['held_out_perplexity']:.2f}")

        settings = {**recipe_settings(len(names), caches), "text": text_settings(even)}
        settings = part_settings(settings, {str(at): name for at, name in enumerate(names)})
        inputs = {bundle.path.name: bundle.digest for bundle in self.bundles}
        pipeline.step(self.name, mixture.KIND, settings, {**inputs, **self.held_out}, fill)

    def _check(self, held_out: str, ids: np.ndarray) -> None:
        if len(ids) == 0:
            raise EmptyResultError(
                f"{held_out} holds no tokens; expected held-out text with words in it"
            )
        corpus = self.pipeline.workspace.path / "corpus"
        if is_bundle(corpus):
            stream = corpus_stream(EncodedCorpus.from_bundle(open_bundle(corpus)))
            if np.array_equal(stream, ids):
                self.pipeline.progress.note(
                    f"{held_out} is the training text itself: the most overfitted model would get "
                    "all the weight; give text that no model has seen"
                )

    def _dynamic(self, at: int, model: LanguageModel, ids: np.ndarray) -> LanguageModel:
        if not isinstance(model, NeuralModel):
            return model

        asked = _given(method=self.more.dynamic, segment=self.more.segment)
        return self._on_top(
            at,
            DynamicModel.KIND,
            asked,
            lambda: tuning.fit_dynamic(model, ids, self.pipeline.progress, **asked),
        )

    def _cached(self, at: int, model: LanguageModel, ids: np.ndarray) -> LanguageModel:
        if not isinstance(model, (NeuralModel, DynamicModel)):
            return model

        asked = _given(window=self.more.window)
        return self._on_top(
            at,
            NeuralCache.KIND,
            asked,
            lambda: tuning.fit_neural_cache(model, ids, progress=self.pipeline.progress, **asked),
        )

    def _on_top(
        self, at: int, kind: str, asked: dict[str, Any], fit: Callable[[], StreamedModel]
    ) -> LanguageModel:
        """Make the bundle of a model on top of another, whose place it takes."""
        base = self.bundles[at]
        settings = part_settings({"asked": asked}, {"base": base.path.name})
        inputs = {base.path.name: base.digest, **self.held_out}

        def fill(writer: BundleWriter) -> None:
            found = fit()
            found.write(writer)
            writer.facts.update(found.settings)

        name = f"{base.path.name}-{kind}"
        if self.pipeline.workspace.fresh(name, kind, settings, inputs) is None and self._is_used(
            name
        ):
            name += self.name.removeprefix("mixture")
        self.bundles[at] = self.pipeline.step(name, kind, settings, inputs, fill)
        return open_model(self.bundles[at])

    def _is_used(self, name: str) -> bool:
        """Return whether another mixture is made from a bundle."""
        workspace = self.pipeline.workspace
        for other in workspace.names():
            with suppress(FormatError):  # a damaged one, that nobody can use
                if other not in (name, self.name) and workspace.is_made_from(other, {name}):
                    return True
        return False


def _given(**settings: object) -> dict[str, Any]:
    return {name: value for name, value in settings.items() if value is not None}


def _shared_folder(paths: Sequence[Path]) -> Path:
    folders = {path.resolve().parent for path in paths}
    files = [path for path in paths if path.is_file()]
    if len(folders) > 1 or files:
        what = f"{files[0]} is a file" if files else "the models are in several folders"
        raise SettingError(f"{what}; give -o, a folder for the mixture and copies of its models")
    return paths[0].parent


def _brought(path: Path, folder: Path, progress: Progress) -> Bundle:
    """Return the bundle of a model in `folder`, copied if it is elsewhere."""
    if path.resolve().parent == folder.resolve():
        return open_bundle(path)
    if path.is_file():
        return _unpacked(path, folder, progress)
    place = _place_of(open_bundle(path), folder)
    queue, seen = [path], set[str]()
    while queue:
        source = open_bundle(queue.pop())
        check_model(source)
        parts = source.settings.get(PARTS)
        for part in parts.values() if isinstance(parts, dict) else ():
            if part not in seen and isinstance(part, str) and len(seen) < _MOST:
                seen.add(part)
                queue.append(source.path.parent / Path(part).name)
        target = folder / source.path.name if seen and source.path != path else place
        if not is_bundle(target):
            progress.note(f"copying {source.path} to {target}")
            copy_bundle(source, target)
        elif open_bundle(target).digest != source.digest:
            raise SettingError(
                f"{folder} has another {source.path.name} than {source.path.parent}, of which "
                f"{path.name} consists; choose another output (-o)"
            )
    return open_bundle(place)


def _place_of(source: Bundle, folder: Path) -> Path:
    """Return where a model from elsewhere is in `folder`, or is to be copied to."""
    names = BuiltWorkspace(folder).names()
    for name in sorted(names, key=source.path.name.__ne__):
        with suppress(FormatError):
            if open_bundle(folder / name).digest == source.digest:
                return folder / name
    return _free(source.path, source.path.name, folder)


def _free(path: Path, name: str, folder: Path) -> Path:
    """Return a place in `folder` that is called as a model is, with as much of its path as is
    needed."""
    above = [part for part in path.resolve().parent.parts if part.strip("/\\:")]
    stems = [part.removesuffix(".wvt") for part in above]
    names = ["-".join([*stems[len(stems) - n :], name]) for n in range(len(stems) + 1)]
    for name in (re.sub(r"^\W+|[^\w.-]", "_", name) for name in names):
        if not (target := folder / checked_name(name)).exists():
            return target
    raise SettingError(
        f"{folder} has other models of the names {', '.join(names)}; choose another -o"
    )


def _unpacked(path: Path, folder: Path, progress: Progress) -> Bundle:
    """Turn an ARPA file into a bundle."""
    check_arpa(path, "text to find the weights on goes behind --held-out")
    origin = {"ARPA file": file_sha256(path)}
    for other in BuiltWorkspace(folder).names():
        with suppress(FormatError):
            if open_bundle(folder / other).manifest["inputs"] == origin:
                return open_bundle(folder / other)
    target = _free(path, unpacked_name(path.name).partition(".")[0], folder)
    model = read_arpa(path, progress=progress)
    with new_bundle(target, NGRAM, model.settings, origin) as writer:
        model.write(writer)
    return open_bundle(target)
