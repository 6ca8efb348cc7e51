"""The builder of recurrent language models, which goes on where an earlier run stopped."""

import copy
import shutil
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..bundles.reading import Bundle, is_bundle
from ..bundles.writing import BundleWriter
from ..errors import DivergedError, FormatError, SettingError
from ..lm.mixed import sentence_mixture
from ..lm.mixed.components import part_settings
from ..lm.mixed.recipes import keep_out
from ..lm.streams import corpus_stream
from ..neural.recurrent.backward import BackwardModel
from ..neural.recurrent.model import NeuralModel
from ..neural.recurrent.presets import preset_of
from ..neural.recurrent.settings import NetworkSettings, TrainingSettings
from ..neural.recurrent.training import model_settings, train_lstm
from ..runtime.extras import require
from ..runtime.progress import SILENT, Progress
from ..text.corpus import EncodedCorpus
from ..workspace.folder import Workspace
from .loading import open_any
from .ngram import READING, TEXT, check_that_nothing_else_goes, is_text_of_workspace, read_held_out
from .opening import open_workspace
from .pipeline import Pipeline, with_defaults

if TYPE_CHECKING:
    from ..neural.recurrent.epochs import Trainer

_SECONDS_BETWEEN_STATES = 60.0
_MOST_OF_TIME = 0.02  # that goes into writing states down
_HELD_OUT_SHARE = 0.05
#: What names of variants may not begin with: ``lstm-state`` and the like are made here.
_TAKEN = ("state", "backward", "pair")


def build_lstm_lm(
    corpus: str | list[str],
    output: str | Path | None = None,
    *,
    preset: str | None = None,
    text: dict[str, Any] | None = None,
    architecture: dict[str, Any] | None = None,
    training: dict[str, Any] | None = None,
    held_out: str | None = None,
    bidirectional: bool = False,
    name: str = "",
    threads: int | None = None,
    progress: Progress = SILENT,
) -> Pipeline:
    """Train a recurrent language model on text, or on the text that a workspace has.

    Makes the bundle ``lstm``, whatever the cell; of a model that reads backward,
    ``lstm-backward``.  While it is trained, ``lstm-state`` holds what it
    takes to go on: an interrupted run continues from there, to the same bits as a run in one go.
    It holds the best model so far, too, and can be used as such.

    Parameters
    ----------
    corpus : str or list of str
        Text (see `encode_corpus`), or a workspace that has some.
    output : path, optional
        The workspace; by default beside the corpus, with the suffix ``.wvt``.
    preset : str, optional
        Name of settings that go together, see `PRESETS`; those given override them.
    text, architecture, training : dict, optional
        Keywords of `encode_corpus` (here by default words between white space, all of them kept),
        `NetworkSettings` and `TrainingSettings`.
    held_out : str, optional
        Text that decides which epoch is the best and when to stop.  Without it, a run of a
        twentieth of the sentences is kept out of the corpus for that.
    bidirectional : bool
        Make one model of each direction, both of sentences, and ``lstm-pair``: a `SentenceMixture`
        of the two with the weights that the held-out text asks for.
    name : str
        Makes a second variant beside the first.
    threads : int, optional
        Default: all processors.

    Raises
    ------
    MissingExtraError
        If PyTorch is not installed.
    DivergedError
        If training diverges; ``lstm-state`` keeps the model as it was before.
    """
    from ..neural.recurrent import door  # asked for before anything is made

    require("safetensors", "a file of weights", door.EXTRA)
    if name.split("-")[0] in _TAKEN:
        raise SettingError(
            f"name is {name!r}; what begins with state is kept for going on, with backward and "
            "pair for the models of sentences"
        )
    architecture, training = architecture or {}, training or {}
    if preset is not None:
        follows = preset_of(preset)
        progress.note(f"preset {preset} ({follows.about}), after {follows.source}")
        architecture, training = follows.settings(architecture, training)
    if bidirectional:
        architecture = {"context": "sentence", **architecture}
        if architecture["context"] != "sentence" or "direction" in architecture:
            raise SettingError(
                "a pair has both directions, and is one of sentences; leave direction and context "
                "to it"
            )
    how = NetworkSettings(**with_defaults(NetworkSettings, architecture))
    course = TrainingSettings(**with_defaults(TrainingSettings, training))
    if not is_text_of_workspace(corpus, output):
        text = {**TEXT, **(text or {})}
        if output is None:
            check_that_nothing_else_goes(corpus, text)
    with open_workspace(corpus, output, text, name, threads, progress) as (pipeline, encoded):
        named = (text or {}).get("tokenizer")
        step = _Step(pipeline, encoded, how, course, held_out, named)
        made = [step.run()]
        if bidirectional:
            made.append(step.turned().run())
            _pair(pipeline, made, step.held_out, step.reading)
    return pipeline


class _Step:
    """The step that trains."""

    def __init__(
        self,
        pipeline: Pipeline,
        encoded: Bundle,
        architecture: NetworkSettings,
        training: TrainingSettings,
        held_out: str | None,
        tokenizer: str | None,
    ) -> None:
        self.pipeline, self.training = pipeline, training
        self.tokenizer = tokenizer
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
        self.name = self.pipeline.named("lstm" if is_forward else "lstm-backward")
        self.state_name = self.name.replace("lstm", "lstm-state", 1)

    def turned(self) -> "_Step":
        """Return the step that trains the same backward."""
        other = copy.copy(self)
        other._take(replace(self.architecture, direction="backward"))
        return other

    def run(self) -> Bundle:
        """Train, unless that is done already."""
        bundle = self.pipeline.step(self.name, self.kind, self.settings, self.inputs, self.fill)
        self._remove_state()
        return bundle

    def _held_out(self, held_out: str | None, reading: dict[str, Any]) -> np.ndarray:
        """Read the held-out text, or keep some of the corpus out."""
        if held_out is None:
            self.corpus, kept = keep_out(self.corpus, _HELD_OUT_SHARE)
            return corpus_stream(kept)
        pipeline = self.pipeline
        return read_held_out(
            held_out, self.corpus, reading, pipeline.threads, pipeline.progress, self.tokenizer
        )

    def fill(self, writer: BundleWriter) -> None:
        workspace, progress = self.pipeline.workspace, self.pipeline.progress
        state = workspace.fresh(self.state_name, self.state_kind, self.settings, self.inputs)
        keeper = _Keeper(workspace, self)
        try:
            model = self._train(state, keeper)
        except FormatError as error:
            if state is None:
                raise
            progress.note(f"starting anew: {error}")
            model = self._train(None, keeper)
        except DivergedError as error:
            kept = workspace.path / self.state_name
            if not (keeper.has_kept or state is not None):
                raise
            raise DivergedError(f"{error}; {kept} keeps the model as it was before") from None
        model.write(writer)

    def _remove_state(self) -> None:
        """Clear what is of no use any more."""
        state = self.pipeline.workspace.path / self.state_name
        if is_bundle(state):
            shutil.rmtree(state)

    def _train(self, state: Bundle | None, keeper: "_Keeper") -> Any:
        if state is not None:
            done = state.facts.get("epochs")
            n_done = len(done) if isinstance(done, list) else "?"
            self.pipeline.progress.note(f"going on after epoch {n_done} from {state.path}")
        return train_lstm(
            self.corpus,
            self.architecture,
            self.training,
            self.held_out,
            state,
            keeper,
            self.pipeline.threads,
            self.pipeline.progress,
        )


def _pair(
    pipeline: Pipeline, made: list[Bundle], held_out: np.ndarray, reading: dict[str, Any]
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
    pipeline.step(pipeline.named("lstm-pair"), sentence_mixture.KIND, settings, digests, fill)


class _Keeper:
    """Writes down how far training has come, now and then and after each epoch."""

    def __init__(self, workspace: Workspace, step: _Step) -> None:
        self._workspace, self._step = workspace, step
        self._next_at = time.monotonic() + _SECONDS_BETWEEN_STATES
        self.has_kept = False

    def __call__(self, trainer: "Trainer") -> None:
        """Write the bundle that a later run goes on from, if it is time to."""
        from ..neural.recurrent.checkpoint import write_checkpoint

        is_between_epochs = trainer.tally.n_steps == 0
        started = time.monotonic()
        if not is_between_epochs and started < self._next_at:
            return
        step = self._step

        def fill(writer: BundleWriter) -> None:
            step.corpus.vocabulary.write(writer)
            write_checkpoint(trainer, writer)

        self._workspace.make(step.state_name, step.state_kind, step.settings, step.inputs, fill)
        now = time.monotonic()
        self._next_at = now + max(_SECONDS_BETWEEN_STATES, (now - started) / _MOST_OF_TIME)
        self.has_kept = True
