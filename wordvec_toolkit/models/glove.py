"""The builder of GloVe vectors, which continues an interrupted run."""

import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ..bundles.reading import Bundle
from ..bundles.writing import BundleWriter
from ..counts.cooccurrence import Cooccurrence
from ..counts.settings import GloveCounting
from ..embeddings import glove as glove_module
from ..embeddings.glove import GloveState, check_glove, train_glove
from ..embeddings.settings import NOT_SQUARE, GloveSettings
from ..errors import FormatError, SettingError
from ..runtime.progress import ProgressLike, as_progress
from ..runtime.settings import takes
from ..text.files import Corpus
from ..text.settings import TextSettings
from .opening import open_workspace
from .pipeline import BuiltWorkspace, Pipeline

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ..runtime.keywords import BuildGloveKeywords

_NOT_OF_STATE = ("epochs", "tolerance", "add_context")
_SECONDS_BETWEEN_STATES = 20.0


@takes(TextSettings, GloveCounting, GloveSettings)
def build_glove(
    corpus: Corpus,
    output: str | Path | None = None,
    *,
    name: str = "",
    threads: int | None = None,
    progress: ProgressLike = None,
    **settings: "Unpack[BuildGloveKeywords]",
) -> BuiltWorkspace:
    """Train GloVe vectors on text, or on the text that a workspace has.

    Makes the bundles ``counts-glove``, ``glove`` and ``glove-state``.  The last one holds what it
    takes to go on: an interrupted run continues from it, and so does one that asks for more
    epochs; either ends in the same bits as a run in one go.  It may be deleted.

    Parameters
    ----------
    corpus : str, Path, list of them, or list of lists of tokens
        Text (see `encode_corpus`), or a workspace that has some.
    output : path, optional
        The workspace; by default next to the corpus, with the suffix ``.wvt``.
    name : str
        Makes a variant next to the first.
    threads : int, optional
        Default: all processors.  The result does not depend on it.
    """
    progress = as_progress(progress)
    if f"glove-{name}-".startswith(f"{glove_module.STATE_KIND}-"):
        raise SettingError(
            f"name is {name!r}; names that begin with state are reserved for checkpoints"
        )
    counting, training = GloveCounting.among(settings), GloveSettings.among(settings)
    if counting.direction == "split":
        raise SettingError(NOT_SQUARE.format("GloVe"))
    with open_workspace(corpus, output, settings, name, threads, progress) as (pipeline, encoded):
        pipeline.name = pipeline.named("glove")
        following = partial(check_glove, dim=training.dim)
        counted = pipeline.counts(encoded, counting, "GloVe", following)
        _glove(pipeline, counted, training)
    return pipeline.workspace


def _glove(pipeline: Pipeline, counted: Bundle, chosen: GloveSettings) -> None:
    workspace, variant = pipeline.workspace, pipeline.name
    inputs = {counted.path.name: counted.digest}
    settings = chosen.as_dict()
    state_name = variant.replace("glove", "glove-state", 1)
    state_settings = {key: settings[key] for key in settings if key not in _NOT_OF_STATE}

    def keep(state: GloveState) -> None:
        workspace.make(state_name, glove_module.STATE_KIND, state_settings, inputs, state.write)

    def fill(writer: BundleWriter) -> None:
        stored = workspace.fresh(state_name, glove_module.STATE_KIND, state_settings, inputs)
        state = None
        if stored is not None:
            try:
                state = GloveState.from_bundle(stored)
            except FormatError as error:
                pipeline.progress.note(f"starting again: {error}")
        if state is not None and glove_module.is_past_the_end(
            state.losses, chosen.epochs, chosen.tolerance
        ):
            state = None  # there is no way back
        if state is not None:
            pipeline.progress.note(f"continuing after epoch {len(state.losses)}")
        kept_at = time.monotonic()
        done: GloveState | None = None  # and not kept

        def on_epoch(state: GloveState) -> None:
            nonlocal kept_at, done
            done = state
            if time.monotonic() > kept_at + _SECONDS_BETWEEN_STATES:
                keep(state)
                kept_at, done = time.monotonic(), None

        vectors = train_glove(
            Cooccurrence.from_bundle(counted),
            **chosen.keywords(),
            state=state,
            on_epoch=on_epoch,
            threads=pipeline.threads,
            progress=pipeline.progress,
        )
        if done is not None:
            keep(done)
        vectors.write(writer)

    pipeline.step(variant, glove_module.KIND, settings, inputs, fill)
