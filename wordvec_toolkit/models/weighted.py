"""The builder of vectors by weighted factorisation."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ..counts.cooccurrence import Cooccurrence
from ..counts.settings import CountingSettings
from ..embeddings.settings import WeightedSettings
from ..embeddings.weighted import KIND, weighted_vectors
from ..runtime.progress import ProgressLike, as_progress
from ..runtime.settings import takes
from ..text.files import Corpus
from ..text.settings import TextSettings
from .opening import open_workspace
from .pipeline import BuiltWorkspace

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ..runtime.keywords import BuildWeightedKeywords


@takes(TextSettings, CountingSettings, WeightedSettings)
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

    Makes the bundles ``counts``, as `build_ppmi` does, and ``weighted``.

    Parameters
    ----------
    corpus, output, name, threads
        See `build_ppmi`.
    """
    progress = as_progress(progress)
    counting = CountingSettings.among(settings)
    chosen = WeightedSettings.among(settings)
    with open_workspace(corpus, output, settings, name, threads, progress) as (pipeline, encoded):
        counted = pipeline.counts(encoded, counting)
        factorise = partial(weighted_vectors, threads=threads, progress=progress)
        pipeline.made(
            KIND,
            KIND,
            chosen,
            counted,
            lambda: factorise(Cooccurrence.from_bundle(counted), **chosen.keywords()),
        )
    return pipeline.workspace
