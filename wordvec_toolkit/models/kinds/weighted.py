"""Vectors by weighted factorisation."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from ...runtime.late import late
from ..catalogue import BundleKind, ModelKind, Training, at_levels, called, settings_of
from ..costs import FLOOR, START, Estimate, Sizes, whole
from ..settings import WEIGHTED_FROM
from .steps import none_of_its_own
from .vectors import losses_of, n_of_table, open_vectors

if TYPE_CHECKING:
    from ...bundles.reading import Bundle


def _describe(bundle: "Bundle") -> str:
    facts = bundle.facts
    if "losses" not in facts:
        return f"{facts['dim']} dimensions of {len(bundle.settings['views'])} views"
    sweeps = bundle.settings["sweeps"]
    return f"{facts['dim']} dimensions, {sweeps} sweeps, loss {facts['losses'][-1]:.4g}"


def _training(bundle: "Bundle") -> Training:
    return losses_of(bundle, "losses", "loss")


def _cost(options: Mapping[str, object], sizes: Sizes) -> Estimate:
    dim = min(whole(options, "dim", 300), sizes.n_words)
    work = sizes.n_tokens * dim / 300
    basis = 4.0 * max(4 * dim, 256) * sizes.n_words
    return Estimate(
        START + (1 + 2 * whole(options, "sweeps", 2)) * work / 1.0e6,
        FLOOR + 80 * sizes.n_tokens + 2 * basis,
        4 * dim * sizes.n_words,
    )


def _cost_of_two(options: Mapping[str, object], sizes: Sizes) -> Estimate:
    one = _cost(options, sizes)
    return Estimate(2.3 * one.seconds, 1.2 * one.memory, 9 * one.disk)


WEIGHTED = BundleKind(
    kind="weighted",
    holds="vectors",
    open=open_vectors,
    describe=_describe,
    n_parameters=n_of_table,
    training=_training,
)
#: What an interrupted build has left; as vectors, it is refused.
STATE = BundleKind(
    kind="weighted-state",
    holds="state",
    open=open_vectors,
    describe=lambda bundle: f"the state after {len(bundle.facts['losses'])} sweeps",
    n_parameters=none_of_its_own,
    training=_training,
)
ONE_VIEW = ModelKind(
    name="weighted",
    title="Weighted PMI factorisation",
    role="vectors",
    family="count-based",
    holds=WEIGHTED,
    bundles=called("weighted"),
    offered=4,
    build=late("models.weighted:build_weighted"),
    settings=settings_of(
        "models:WeightedViewsSettings",
        "embeddings:WeightedSettings",
        "text:TextSettings",
        "counts:CountingSettings",
        "models:ThreadSettings",
    ),
    command=("build-weighted",),
    builds_on=("ppmi",),
    is_random=True,
    resumes=True,
    least_words=0,
    levels=("full",),
    options=at_levels(quick={"dim": 100}, standard={}, full={}),
    cost=_cost,
)
KINDS = (
    ONE_VIEW,
    replace(
        ONE_VIEW,
        name="weighted-two-views",
        title="Weighted PMI factorisation of two views",
        bundles=called("weighted-two-views"),
        build=partial(late("models.weighted:build_weighted"), views="two"),
        settings=settings_of("embeddings:WeightedSettings", "models:ThreadSettings"),
        command=("build-weighted", "--views", "two"),
        standard_from=WEIGHTED_FROM,
        cost=_cost_of_two,
    ),
)
BUNDLES = (STATE,)
