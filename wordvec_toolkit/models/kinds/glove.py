"""GloVe vectors."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ...runtime.late import late
from ..catalogue import BundleKind, ModelKind, Training, at_levels, called, settings_of
from ..costs import FLOOR, START, Estimate, Sizes, whole
from .steps import none_of_its_own
from .vectors import losses_of, n_of_table, open_vectors

if TYPE_CHECKING:
    from ...bundles.reading import Bundle


def _describe(bundle: "Bundle") -> str:
    facts = bundle.facts
    epochs = f"{facts['n_epochs']} epochs"
    return f"{facts['dim']} dimensions, {epochs}, loss {facts['losses'][-1]:.4g}"


def _training(bundle: "Bundle") -> Training:
    return losses_of(bundle, "losses", "loss")


def _cost(options: Mapping[str, object], sizes: Sizes) -> Estimate:
    dim, epochs = whole(options, "dim", 300), whole(options, "epochs", 25)
    cells = 2.6 * sizes.n_tokens
    vectors = 4.0 * dim * sizes.n_words
    return Estimate(
        START + cells / 6e6 + epochs * (0.015 + cells * (dim / 300) / 6e6),
        FLOOR + 30 * cells + 6 * vectors,
        12 * cells + 5 * vectors,
    )


def _note(options: Mapping[str, object], bundle: "Bundle | None") -> str:
    return (
        "GloVe counts as count-based, as it is fitted to co-occurrence counts; skip-gram, CBOW and "
        "fastText are trained on running text."
    )


GLOVE = BundleKind(
    kind="glove",
    holds="vectors",
    open=open_vectors,
    describe=_describe,
    n_parameters=n_of_table,
    training=_training,
)
#: What an interrupted run has left; as vectors, it is refused.
STATE = BundleKind(
    kind="glove-state",
    holds="state",
    open=open_vectors,
    describe=lambda bundle: f"the state after {bundle.facts['n_epochs']} epochs",
    n_parameters=none_of_its_own,
    training=_training,
)
KINDS = (
    ModelKind(
        name="glove",
        title="GloVe",
        role="vectors",
        family="count-based",
        holds=GLOVE,
        bundles=called("glove"),
        offered=4,
        build=late("models.glove:build_glove"),
        settings=settings_of(
            "embeddings:GloveSettings",
            "text:TextSettings",
            "counts:GloveCounting",
            "models:ThreadSettings",
        ),
        command=("build-glove",),
        builds_on=("ppmi",),
        is_random=True,
        resumes=True,
        least_words=5e6,
        options=at_levels(
            quick={"dim": 100, "epochs": 15}, standard={"epochs": 25}, full={"epochs": 50}
        ),
        cost=_cost,
        note=_note,
    ),
)
BUNDLES = (STATE,)
