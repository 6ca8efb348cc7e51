"""The builder of recurrent language models, which continues an interrupted run."""

import copy
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..bundles.reading import Bundle
from ..bundles.writing import BundleWriter
from ..errors import SettingError
from ..lm.mixed import sentence_mixture
from ..lm.mixed.components import part_settings
from ..lm.mixed.recipes import keep_out
from ..lm.streams import corpus_stream
from ..neural.recurrent.backward import BackwardModel
from ..neural.recurrent.model import NeuralModel
from ..neural.recurrent.presets import preset_of
from ..neural.recurrent.settings import NetworkSettings, TrainingSettings
from ..neural.recurrent.training import model_settings, train_neural_lm
from ..runtime.extras import require
from ..runtime.progress import ProgressLike, as_progress
from ..runtime.settings import takes
from ..text.corpus import EncodedCorpus
from ..text.files import Corpus
from ..text.settings import LanguageModelText
from .loading import open_any
from .ngram import READING, check_that_nothing_else_goes, read_held_out
from .opening import open_workspace
from .pipeline import BuiltWorkspace, Pipeline
from .resuming import Keeper, ResumableStep

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ..runtime.keywords import BuildNeuralLmKeywords

_HELD_OUT_SHARE = 0.05
#: What names of variants may not begin with: ``lstm-state`` and the like are made here.
_TAKEN = ("state", "backward", "pair")
#: What older versions call the bundle of any cell; they are reused.
_FORMER = "lstm"


@takes(LanguageModelText, NetworkSettings, TrainingSettings)
def build_neural_lm(
    corpus: Corpus,
    output: str | Path | None = None,
    *,
    preset: str | None = None,
    held_out: str | None = None,
    bidirectional: bool = False,
    bundle: str | None = None,
    name: str = "",
    threads: int | None = None,
    progress: ProgressLike = None,
    **settings: "Unpack[BuildNeuralLmKeywords]",
) -> BuiltWorkspace:
    """Train a recurrent language model on text, or on the text that a workspace has.

    Makes a bundle that is called as the cell, such as ``lstm``; of a model that reads backward,
    ``lstm-backward``.  While it is trained, ``lstm-state`` holds what it takes to go on: an
    interrupted run continues from there, to the same bits as a run in one go.  It holds the best
    model so far, too, and can be used as such.

    Parameters
    ----------
    corpus : str, Path, list of them, or list of lists of tokens
        Text (see `encode_corpus`), or a workspace that has some.
    output : path, optional
        The workspace; by default next to the corpus, with the suffix ``.wvt``.
    preset : str, optional
        Name of settings that go together, see `PRESETS`; those given override them.
    held_out : str, optional
        Text that decides which epoch is the best and when to stop.  Without it, a run of a
        twentieth of the sentences is kept out of the corpus for that.
    bidirectional : bool
        Make one model of each direction, both of sentences, and ``lstm-pair``: a `SentenceMixture`
        of the two with the weights that the held-out text asks for.
    bundle : str, optional
        What the bundle is called in place of the cell; older versions called all of them ``lstm``.
    name : str
        Makes a variant next to the first.
    threads : int, optional
        Default: all processors.

    Raises
    ------
    MissingExtraError
        If PyTorch is not installed.
    DivergedError
        If training diverges; ``lstm-state`` keeps the model as it was before.
    """
    progress = as_progress(progress)
    from ..neural.recurrent import door  # asked for before anything is made

    require("safetensors", "a file of weights", door.EXTRA)
    if name.split("-")[0] in _TAKEN:
        raise SettingError(
            f"name is {name!r}; names that begin with state are reserved for checkpoints, with "
            "backward and "
            "pair for the models of sentences"
        )
    given: dict[str, object] = dict(settings)
    if preset is not None:
        follows = preset_of(preset)
        progress.note(f"preset {preset} ({follows.about}), after {follows.source}")
        given = {**follows.settings, **given}
    if bidirectional:
        given = {"context": "sentence", **given}
        if given["context"] != "sentence" or "direction" in given:
            raise SettingError(
                "a pair has both directions, and is one of sentences; omit direction and context"
            )
    how, course = NetworkSettings.among(given), TrainingSettings.among(given)
    check_that_nothing_else_goes(corpus, output, settings)
    with open_workspace(corpus, output, settings, name, threads, progress, LanguageModelText) as (
        pipeline,
        encoded,
    ):
        step = _Step(pipeline, encoded, how, course, held_out, settings, bundle)
        made = [step.run()]
        if bidirectional:
            made.append(step.turned().run())
            _pair(pipeline, step.base, made, step.held_out, step.reading)
    return pipeline.workspace


class _Step(ResumableStep):
    """The step that trains."""

    def __init__(
        self,
        pipeline: Pipeline,
        encoded: Bundle,
        architecture: NetworkSettings,
        training: TrainingSettings,
        held_out: str | None,
        given: Mapping[str, object],
        bundle: str | None,
    ) -> None:
        self.pipeline, self.training = pipeline, training
        self.given, self.base = given, bundle or architecture.cell
        self.corpus = EncodedCorpus.from_bundle(encoded)
        self.inputs = {encoded.path.name: encoded.digest}
        self.reading = {key: encoded.settings[key] for key in READING if key in encoded.settings}
        self.is_kept_out = held_out is None
        self.held_out = self._held_out(held_out, self.reading)
        self._take(architecture)

    def _take(self, architecture: NetworkSettings) -> None:
        self.architecture = architecture
        n_tokens = len(self.corpus) + self.corpus.n_sentences
        self.training = self.training.suited(architecture, n_tokens)
        self.settings = model_settings(architecture, self.training, self.held_out)
        if self.is_kept_out:
            self.settings["held_out_share"] = _HELD_OUT_SHARE
        self.settings["text"] = self.reading
        is_forward = architecture.direction == "forward"
        made = NeuralModel if is_forward else BackwardModel
        self.kind, self.state_kind = made.KIND, made.STATE_KIND
        self.suffix = "" if is_forward else "-backward"
        if not self._is_there(self.base) and self._is_there(_FORMER):
            self.base = _FORMER
        self.name, self.state_name = self._names(self.base)

    def _names(self, base: str) -> tuple[str, str]:
        """Return the names of the bundles of the model and of its state."""
        named = self.pipeline.named
        return named(f"{base}{self.suffix}"), named(f"{base}-state{self.suffix}")

    def _is_there(self, base: str) -> bool:
        """Return whether the workspace has the model under this name, finished or not."""
        return any(
            self.pipeline.workspace.fresh(name, kind, self.settings, self.inputs) is not None
            for name, kind in zip(self._names(base), (self.kind, self.state_kind))
        )

    def turned(self) -> "_Step":
        """Return the step that trains the same backward."""
        other = copy.copy(self)
        other._take(replace(self.architecture, direction="backward"))
        return other

    def _held_out(self, held_out: str | None, reading: Mapping[str, object]) -> np.ndarray:
        """Read the held-out text, or keep some of the corpus out."""
        if held_out is None:
            self.corpus, kept = keep_out(self.corpus, _HELD_OUT_SHARE)
            return corpus_stream(kept)
        pipeline = self.pipeline
        return read_held_out(
            held_out, self.corpus, reading, pipeline.threads, pipeline.progress, self.given
        )

    def write_vocabularies(self, writer: BundleWriter) -> None:
        self.corpus.vocabulary.write(writer)

    def train(self, state: Bundle | None, keeper: Keeper) -> NeuralModel | BackwardModel:
        return train_neural_lm(
            self.corpus,
            **self.architecture.keywords(),
            **self.training.keywords(),
            held_out=self.held_out,
            state=state,
            on_step=keeper,
            threads=self.pipeline.threads,
            progress=self.pipeline.progress,
        )


def _pair(
    pipeline: Pipeline,
    base: str,
    made: list[Bundle],
    held_out: np.ndarray,
    reading: dict[str, object],
) -> None:
    """Make the bundle that mixes the sentences of a forward and a backward model."""

    def fill(writer: BundleWriter) -> None:
        pipeline.progress.start("mixing both directions", None, "")
        models = [open_any(bundle) for bundle in made]
        sentence_mixture.fit_sentence_mixture(models, held_out).write(writer)
        pipeline.progress.finish("")

    names = {str(at): bundle.path.name for at, bundle in enumerate(made)}
    settings = part_settings({"held_out": made[0].settings["held_out"], "text": reading}, names)
    digests = {bundle.path.name: bundle.digest for bundle in made}
    pipeline.step(pipeline.named(f"{base}-pair"), sentence_mixture.KIND, settings, digests, fill)
