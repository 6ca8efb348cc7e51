"""The builder of vectors from several views of one text."""

import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from ..bundles.reading import Bundle
from ..bundles.writing import BundleWriter
from ..counts.settings import CountingSettings
from ..embeddings import svd as svd_module
from ..embeddings.combining import combine
from ..embeddings.settings import FactorisingSettings, WeighingSettings
from ..embeddings.svd import DEFAULT_DIM, svd_vectors
from ..embeddings.vectors import WordVectors
from ..errors import SettingError
from ..runtime.progress import ProgressLike, as_progress
from ..runtime.settings import takes
from ..text.files import Corpus
from ..text.settings import TextSettings
from .opening import checked_name, open_workspace
from .pipeline import BuiltWorkspace, Pipeline
from .recipes import RECIPES, View, for_text

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ..runtime.keywords import BuildViewsKeywords

Join = Literal["after", "before"]


@takes(TextSettings, FactorisingSettings)
def build_views(
    corpus: Corpus,
    views: str | Sequence[View] = "two-views",
    output: str | Path | None = None,
    *,
    join: Join = "after",
    name: str = "",
    threads: int | None = None,
    progress: ProgressLike = None,
    **settings: "Unpack[BuildViewsKeywords]",
) -> BuiltWorkspace:
    """Make vectors from several views of a text.

    Settings of the SVD hold for each view, unless it says otherwise, and `dim` and `eig` also for
    what is joined.

    Parameters
    ----------
    corpus : str, Path, list of them, or list of lists of tokens
        Text (see `encode_corpus`), or a workspace that has some.
    views : str or sequence of View
        The name of a recipe, or views of your own.  Recipes do not subsample words seen 100 times
        or less.
    output : path, optional
        The workspace; by default next to the corpus, with the suffix ``.wvt``.
    join : {"after", "before"}
        Factorise each view, then put the vectors of a word side by side, each at length 1 times
        the view's weight, and factorise again; or put the PPMI matrices side by side, each at one
        Frobenius norm times the view's weight, and factorise once (then no view has an SVD of its
        own; that of a recipe is ignored).
    name : str
        Of the result, ``svd-NAME``, by default that of the recipe.
    threads : int, optional
        Default: all processors.  The result does not depend on it.
    """
    progress = as_progress(progress)
    is_recipe = isinstance(views, str)
    if isinstance(views, str):
        if views not in RECIPES:
            raise SettingError(f"there is no recipe {views}; expected {' or '.join(RECIPES)}")
        name, views = name or views, RECIPES[views]
        if join == "before":
            views = [
                replace(
                    view,
                    settings={k: v for k, v in view.settings.items() if k not in view.factorising},
                )
                for view in views
            ]
    if len(views) < 2:
        raise SettingError(f"{len(views)} view was given; joining needs two or more")
    factorising = FactorisingSettings.among(settings)
    if factorising.add_context:
        raise SettingError("add_context is not for joined views; omit it")
    name = checked_name(name or "views")
    _check_views(views, name)
    counting, weighing, own = [], [], []
    for view in views:
        counting.append(CountingSettings.among({**view.settings, "seed": factorising.seed}))
        weighing.append(WeighingSettings.among(view.settings))
        if join == "before" and view.factorising:
            raise SettingError(
                "views joined before the SVD have no SVD settings of their own, and the view "
                f"{view.name} has {', '.join(view.factorising)}; join after, or give views without"
            )
        own.append(replace(factorising, **view.factorising))
        if own[-1].add_context and counting[-1].direction == "split":
            raise SettingError(
                f"add_context needs one context column a word; view {view.name} has split ones"
            )
    with open_workspace(corpus, output, settings, name, threads, progress) as (pipeline, encoded):
        made = []
        for view, count_settings, weigh_settings, svd_settings in zip(
            views, counting, weighing, own
        ):
            pipeline.name = view.name
            if is_recipe:
                count_settings = for_text(count_settings, encoded)
            counted = pipeline.counts(encoded, count_settings)
            made.append(pipeline.ppmi(counted, weigh_settings))
            if join == "after":
                made[-1] = pipeline.svd(made[-1], svd_settings)
        pipeline.name = name
        _joined(pipeline, made, [view.weight for view in views], join, factorising)
    return pipeline.workspace


def _check_views(views: Sequence[View], name: str) -> None:
    """Refuse views whose bundles would overwrite each other."""
    names = [checked_name(view.name) for view in views]
    if len({*names, name}) <= len(names):
        raise SettingError(
            f"the views are called {', '.join(names)} and what joins them {name}; expected a name "
            "of its own for each, since their bundles share a folder"
        )


def _joined(
    pipeline: Pipeline,
    made: list[Bundle],
    weights: list[float],
    join: Join,
    factorising: FactorisingSettings,
) -> None:
    def fill(writer: BundleWriter) -> None:
        parts = [WordVectors.from_bundle(bundle) for bundle in made]
        if join == "before":
            norms = [_frobenius_norm(part) for part in parts]
            scales = [weight / norm for weight, norm in zip(weights, norms)]
            stacked = combine(parts, weights=scales, normalize=False)
            vectors = svd_vectors(
                stacked,
                **factorising.keywords(),
                threads=pipeline.threads,
                progress=pipeline.progress,
            )
        else:
            # No view has more dimensions than its rank, so all of them together have that rank.
            dim = factorising.dim or min(DEFAULT_DIM, max(part.dim for part in parts))
            vectors = combine(parts, weights=weights, dim=dim, eig=factorising.eig)
        vectors.write(writer)

    pipeline.step(
        pipeline.named("svd"),
        svd_module.KIND,
        {"join": join, "weights": weights, **factorising.as_dict()},
        {bundle.path.name: bundle.digest for bundle in made},
        fill,
    )


def _frobenius_norm(vectors: WordVectors) -> float:
    """Return the norm of sparse vectors; not by BLAS, whose sum depends on its threads."""
    values = vectors.sparse_matrix().data
    return math.sqrt(float(np.einsum("i,i->", values, values, dtype=np.float64)))
