"""The builder of vectors by weighted factorisation, of one view of a text or of two."""

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ..bundles.reading import Bundle
from ..bundles.writing import BundleWriter
from ..counts.cooccurrence import Cooccurrence
from ..counts.settings import CountingSettings
from ..embeddings.combining import combine
from ..embeddings.settings import NOT_OF_SPLIT, WeightedSettings
from ..embeddings.vectors import WordVectors
from ..embeddings.weighted import KIND, STATE_KIND, WeightedState, check_weighted, weighted_vectors
from ..errors import FormatError, SettingError
from ..runtime.progress import ProgressLike, as_progress
from ..runtime.settings import takes
from ..text.files import Corpus
from ..text.settings import TextSettings
from .opening import open_workspace
from .pipeline import BuiltWorkspace, Pipeline
from .recipes import WEIGHTED_VIEWS, for_text
from .settings import WeightedViewsSettings

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ..runtime.keywords import BuildWeightedKeywords

TWO_VIEWS = "two-views"
_JOINED_EIG = 1.0  # of the SVD that joins views: their cosines, as far as `dim` goes
#: Settings on which a state does not depend.
_NOT_OF_STATE = ("sweeps", "eig", "add_context", "context_weight")


@takes(WeightedViewsSettings, TextSettings, CountingSettings, WeightedSettings)
def build_weighted(
    corpus: Corpus,
    output: str | Path | None = None,
    *,
    name: str = "",
    threads: int | None = None,
    progress: ProgressLike = None,
    **settings: "Unpack[BuildWeightedKeywords]",
) -> BuiltWorkspace:
    """Turn text, or the text of a workspace, into vectors by weighted factorisation of PMI.

    One view makes the bundles ``counts``, as `build_ppmi` does, and ``weighted``.  Two views, a
    wide one and a near one (`recipes.WEIGHTED_VIEWS`), each make theirs, and ``weighted-two-views``
    joins them: the rows of each view at length 1 times its weight, side by side, and their SVD.

    An interrupted build goes on after the last sweep that it has finished, and ends in the same
    bits.

    Parameters
    ----------
    corpus, output, name, threads
        See `build_ppmi`.
    """
    progress = as_progress(progress)
    views = WeightedViewsSettings.among(settings).views
    counting = CountingSettings.among(settings)
    chosen = WeightedSettings.among(settings)
    if f"{name}-".startswith("state-"):
        raise SettingError(
            f"name is {name!r}; names that begin with state are reserved for checkpoints"
        )
    if views == "two":
        _check_two(settings, name, chosen)
    elif chosen.context_weight and counting.direction == "split":
        raise SettingError(NOT_OF_SPLIT)
    following = partial(check_weighted, dim=chosen.dim)
    with open_workspace(corpus, output, settings, name, threads, progress) as (pipeline, encoded):
        if views == "one":
            square = "add_context" if chosen.add_context else ""
            _weighted(pipeline, pipeline.counts(encoded, counting, square, following), chosen)
            return pipeline.workspace
        parts = []
        for view in WEIGHTED_VIEWS:
            pipeline.name = view.name
            counting = CountingSettings.among({**view.settings, "seed": chosen.seed})
            counted = pipeline.counts(encoded, for_text(counting, encoded), "", following)
            own = {key: view.factorised[key] for key in view.factorised if key not in settings}
            parts.append(_weighted(pipeline, counted, replace(chosen, **own)))
        pipeline.name = name or TWO_VIEWS
        _joined(pipeline, parts)
    return pipeline.workspace


def _check_two(settings: "BuildWeightedKeywords", name: str, chosen: WeightedSettings) -> None:
    given = [key for key in CountingSettings.names() if key in settings and key != "seed"]
    if given:
        raise SettingError(
            f"{', '.join(given)} cannot be chosen for two views, which have their own; omit it, "
            "or choose views one"
        )
    if chosen.add_context or chosen.context_weight is not None:
        name = "add_context" if chosen.add_context else "context_weight"
        raise SettingError(f"{name} is not for two views; omit it")
    if name in (view.name for view in WEIGHTED_VIEWS):
        raise SettingError(f"name is {name!r}, which is what one of the two views is called")


def _weighted(pipeline: Pipeline, counted: Bundle, chosen: WeightedSettings) -> Bundle:
    """Factorise the counts of one view, from where an interrupted build has stopped."""
    workspace, inputs = pipeline.workspace, {counted.path.name: counted.digest}
    state_name = pipeline.named(STATE_KIND)
    settings = chosen.as_dict()
    state_settings = {key: settings[key] for key in settings if key not in _NOT_OF_STATE}

    def keep(state: WeightedState) -> None:
        workspace.make(state_name, STATE_KIND, state_settings, inputs, state.write)

    def fill(writer: BundleWriter) -> None:
        stored = workspace.fresh(state_name, STATE_KIND, state_settings, inputs)
        state = None
        if stored is not None:
            try:
                state = WeightedState.from_bundle(stored)
            except FormatError as error:
                pipeline.progress.note(f"starting again: {error}")
        if state is not None and len(state.losses) > chosen.sweeps:
            state = None  # there is no way back
        if state is not None:
            pipeline.progress.note(f"continuing after sweep {len(state.losses)}")
        weighted_vectors(
            Cooccurrence.from_bundle(counted),
            **chosen.keywords(),
            state=state,
            on_sweep=keep,
            threads=pipeline.threads,
            progress=pipeline.progress,
        ).write(writer)

    return pipeline.step(pipeline.named(KIND), KIND, settings, inputs, fill)


def _joined(pipeline: Pipeline, parts: list[Bundle]) -> None:
    weights = [view.weight for view in WEIGHTED_VIEWS]

    def fill(writer: BundleWriter) -> None:
        views = [WordVectors.from_bundle(part) for part in parts]
        combine(views, weights=weights, dim=views[0].dim, eig=_JOINED_EIG).write(writer)

    pipeline.step(
        pipeline.named(KIND),
        KIND,
        {
            "views": [view.name for view in WEIGHTED_VIEWS],
            "weights": weights,
            "joined_eig": _JOINED_EIG,
        },
        {part.path.name: part.digest for part in parts},
        fill,
    )
