"""PPMI vectors, and their factorisation, of one view of a text or of two."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from ...runtime.late import late
from ..catalogue import BundleKind, ModelKind, at_levels, called, settings_of
from ..costs import FLOOR, START, Estimate, Sizes, whole
from .steps import describe_cells
from .vectors import n_of_table, open_vectors

if TYPE_CHECKING:
    from ...bundles.reading import Bundle
    from ..pipeline import BuiltWorkspace


def _build_svd(corpus: Sequence[str], **settings: object) -> "BuiltWorkspace":
    return late("models.ppmi:build_svd")(*corpus, **settings)


def _describe_svd(bundle: "Bundle") -> str:
    facts = bundle.facts
    if "largest_residual" in facts:
        return f"{facts['dim']} dimensions, median residual {facts['median_residual']:.0e}"
    return f"{facts['dim']} dimensions of {len(bundle.settings['weights'])} views"


def _cost_of_ppmi(options: Mapping[str, object], sizes: Sizes) -> Estimate:
    tokens = sizes.n_tokens
    return Estimate(START + tokens / 2.5e6, FLOOR + 40 * tokens, 40 * tokens)


def _cost_of_svd(options: Mapping[str, object], sizes: Sizes) -> Estimate:
    dim = min(whole(options, "dim", 300), sizes.n_words)
    work = sizes.n_tokens * dim / 300
    basis = 4.0 * max(4 * dim, 256) * min(sizes.n_words, 100_000)  # contexts
    return Estimate(
        START + work / 1.5e6, FLOOR + 25 * sizes.n_tokens + 2 * basis, 4 * dim * sizes.n_words
    )


def _cost_of_views(options: Mapping[str, object], sizes: Sizes) -> Estimate:
    one = _cost_of_svd(options, sizes)
    return Estimate(4 * one.seconds, 2 * one.memory, one.disk)


PPMI = BundleKind(
    kind="ppmi",
    holds="vectors",
    open=open_vectors,
    describe=describe_cells,
    n_parameters=lambda bundle: int(bundle.facts["n_cells"]),
    training=None,
)
SVD = BundleKind(
    kind="svd",
    holds="vectors",
    open=open_vectors,
    describe=_describe_svd,
    n_parameters=n_of_table,
    training=None,
)
PPMI_SVD = ModelKind(
    name="svd",
    title="PPMI-SVD",
    role="vectors",
    family="count-based",
    holds=SVD,
    bundles=called("svd"),
    offered=1,
    build=_build_svd,
    settings=settings_of("embeddings:FactorisingSettings", "models:ThreadSettings"),
    command=("build-svd",),
    builds_on=("ppmi",),
    is_random=True,
    resumes=False,
    least_words=0,
    options=at_levels(quick={"dim": 100}, standard={}, full={}),
    cost=_cost_of_svd,
    time_note="PPMI-SVD reuses the counts of PPMI",
)
KINDS = (
    ModelKind(
        name="ppmi",
        title="PPMI",
        role="vectors",
        family="count-based",
        holds=PPMI,
        bundles=called("ppmi"),
        offered=3,
        build=partial(late("models.ppmi:build_ppmi"), svd=False),
        settings=settings_of(
            "text:TextSettings",
            "counts:CountingSettings",
            "embeddings:WeighingSettings",
            "models:ThreadSettings",
        ),
        command=("build-ppmi", "--dim", "0"),
        builds_on=(),
        is_random=False,  # and has a dimension for each word
        resumes=True,
        least_words=0,
        options=at_levels(quick={}, standard={}, full={}),
        cost=_cost_of_ppmi,
    ),
    PPMI_SVD,
    replace(
        PPMI_SVD,
        name="two-views",
        title="PPMI-SVD of two views",
        bundles=called("svd-two-views"),
        offered=2,
        build=late("models.views:build_views"),
        settings=settings_of(
            "embeddings:FactorisingSettings", "models:JoiningSettings", "models:ThreadSettings"
        ),
        command=("build-svd", "--recipe", "two-views"),
        levels=("full",),
        cost=_cost_of_views,
        time_note="",
    ),
)
