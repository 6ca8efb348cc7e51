"""Vectors by weighted factorisation."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ...runtime.late import late
from ..catalogue import BundleKind, ModelKind, Training, at_levels, called, settings_of
from ..costs import FLOOR, START, Estimate, Sizes, whole
from .vectors import losses_of, n_of_table, open_vectors

if TYPE_CHECKING:
    from ...bundles.reading import Bundle


def _describe(bundle: "Bundle") -> str:
    facts, sweeps = bundle.facts, bundle.settings["sweeps"]
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


WEIGHTED = BundleKind(
    kind="weighted",
    holds="vectors",
    open=open_vectors,
    describe=_describe,
    n_parameters=n_of_table,
    training=_training,
)
KINDS = (
    ModelKind(
        name="weighted",
        title="Weighted PMI factorisation",
        role="vectors",
        family="count-based",
        holds=WEIGHTED,
        bundles=called("weighted"),
        offered=4,
        build=late("models.weighted:build_weighted"),
        settings=settings_of(
            "embeddings:WeightedSettings",
            "text:TextSettings",
            "counts:CountingSettings",
            "models:ThreadSettings",
        ),
        command=("build-weighted",),
        builds_on=("ppmi",),
        is_random=True,
        resumes=False,
        least_words=0,
        levels=("full",),
        options=at_levels(quick={"dim": 100}, standard={}, full={}),
        cost=_cost,
    ),
)
