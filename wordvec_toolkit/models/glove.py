"""The builder of GloVe vectors, which goes on where an earlier run stopped."""

import time
from pathlib import Path
from typing import Any

from ..bundles.reading import Bundle
from ..bundles.writing import BundleWriter
from ..counts import counting as counting_module
from ..counts.cooccurrence import Cooccurrence
from ..counts.counting import count_cooccurrences
from ..embeddings import glove as glove_module
from ..embeddings.glove import GloveState, train_glove
from ..errors import FormatError, SettingError
from ..runtime.progress import SILENT, Progress
from .opening import open_workspace
from .pipeline import Pipeline, with_defaults

#: How GloVe counts, where that differs from `count_cooccurrences` (Pennington, Socher and Manning
#: 2014, section 4.2).
COUNTING = {"window": 10, "weighting": "harmonic"}
_NOT_OF_STATE = ("epochs", "tolerance", "add_context")
_SECONDS_BETWEEN_STATES = 20.0


def build_glove(
    corpus: str | list[str],
    output: str | Path | None = None,
    *,
    text: dict[str, Any] | None = None,
    counting: dict[str, Any] | None = None,
    training: dict[str, Any] | None = None,
    name: str = "",
    threads: int | None = None,
    progress: Progress = SILENT,
) -> Pipeline:
    """Train GloVe vectors on text, or on the text that a workspace has.

    Makes the bundles ``counts-glove``, ``glove`` and ``glove-state``.  The last one holds what it
    takes to go on: an interrupted run continues from it, and so does one that asks for more
    epochs; either ends in the same bits as a run in one go.  It may be deleted.

    Parameters
    ----------
    corpus : str or list of str
        Text (see `encode_corpus`), or a workspace that has some.
    output : path, optional
        The workspace; by default beside the corpus, with the suffix ``.wvt``.
    text, counting, training : dict, optional
        Keywords of `encode_corpus`, `count_cooccurrences` (here with a window of 10 and harmonic
        weights) and `train_glove`.
    name : str
        Makes a second variant beside the first.
    threads : int, optional
        Default: all processors.  The result does not depend on it.
    """
    if f"glove-{name}-".startswith(f"{glove_module.STATE_KIND}-"):
        raise SettingError(f"name is {name!r}; what begins with state is kept for going on")
    counting = with_defaults(count_cooccurrences, {**COUNTING, **(counting or {})})
    training = with_defaults(train_glove, training or {})
    counting_module.check_settings(counting)
    glove_module.check_settings(training)
    if counting["direction"] == "split":
        raise SettingError("GloVe needs one context column a word; split columns have two")
    with open_workspace(corpus, output, text, name, threads, progress) as (pipeline, encoded):
        pipeline.name = pipeline.named("glove")
        counted = pipeline.counts(encoded, counting)
        _glove(pipeline, counted, training)
    return pipeline


def _glove(pipeline: Pipeline, counted: Bundle, settings: dict[str, Any]) -> None:
    workspace, variant = pipeline.workspace, pipeline.name
    inputs = {counted.path.name: counted.digest}
    for key in ("x_max", "weight_exponent", "learning_rate", "tolerance"):
        settings[key] = float(settings[key])
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
                pipeline.progress.note(f"starting anew: {error}")
        if state is not None and glove_module.is_past_the_end(
            state.losses, settings["epochs"], settings["tolerance"]
        ):
            state = None  # there is no way back
        if state is not None:
            pipeline.progress.note(f"going on after epoch {len(state.losses)}")
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
            **settings,
            state=state,
            on_epoch=on_epoch,
            threads=pipeline.threads,
            progress=pipeline.progress,
        )
        if done is not None:
            keep(done)
        vectors.write(writer)

    pipeline.step(variant, glove_module.KIND, settings, inputs, fill)
