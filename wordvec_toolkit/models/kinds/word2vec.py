"""Skip-gram, CBOW and fastText vectors, trained by gensim."""

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from ...runtime.late import late
from ..catalogue import BundleKind, ModelKind, Training, at_levels, called, settings_of
from ..costs import FLOOR, Estimate, Sizes, whole
from .vectors import losses_of, n_of_table, open_vectors

if TYPE_CHECKING:
    from ...bundles.reading import Bundle

_CACHE = 20e6  # bytes of a processor
_BUCKETS = 2e6  # of n-grams of characters


def _describe(bundle: "Bundle") -> str:
    facts = bundle.facts
    epochs = (
        len(facts.get("trained_words") or ()) or bundle.settings["epochs"]
    )  # of a tiny text more
    text = f"{facts['dim']} dimensions, {epochs} epoch{'s' if epochs != 1 else ''}"
    if facts["loss_per_word"]:
        text += f", loss per word {facts['loss_per_word'][-1]:.3f}"
    else:
        text += " (gensim's fastText reports no loss)"
    return text if facts["reproducible"] else text + ", not reproducible"


def _training(bundle: "Bundle") -> Training:
    return losses_of(bundle, "loss_per_word", "loss per word")


def _cost(
    per_token: float, has_parts: bool = False
) -> Callable[[Mapping[str, object], Sizes], Estimate]:
    def cost(options: Mapping[str, object], sizes: Sizes) -> Estimate:
        dim, epochs = whole(options, "dim", 300), whole(options, "epochs", 5)
        threads = min(whole(options, "threads", 1), os.cpu_count() or 1)
        vectors = 4.0 * dim * sizes.n_words
        near = 0.45 + 0.55 * min(1.0, 2 * vectors / _CACHE)  # few vectors fit the cache better
        rate = per_token * (0.3 + 0.7 * dim / 300) * near
        parts = min(_BUCKETS, 80 * sizes.n_words**0.8) if has_parts else 0.0
        return Estimate(
            1.5 + epochs * sizes.n_tokens * rate / threads,
            FLOOR + 2.5 * vectors + 8 * sizes.n_tokens + 4 * dim * parts,
            vectors,
        )

    return cost


def _note_on_fasttext(options: Mapping[str, object], bundle: "Bundle | None") -> str:
    return "gensim's fastText reports no loss, so it has no learning curve."


WORD2VEC = BundleKind(
    kind="word2vec",
    holds="vectors",
    open=open_vectors,
    describe=_describe,
    n_parameters=n_of_table,
    training=_training,
)
FASTTEXT = BundleKind(
    kind="fasttext",
    holds="vectors",
    open=open_vectors,
    describe=_describe,
    n_parameters=n_of_table,
    training=None,
    no_training="gensim's fastText reports no loss",
)


_BUILDER = "models.word_vectors:build_word2vec"
SKIP_GRAM = ModelKind(
    name="skip-gram",
    title="skip-gram",
    role="vectors",
    family="neural",
    holds=WORD2VEC,
    bundles=called("sgns"),
    offered=5,
    build=late(_BUILDER),
    settings=settings_of("neural.word_vectors:Word2vecSettings", "text:TextSettings"),
    command=("build-word2vec",),
    builds_on=("ppmi",),
    is_random=True,
    resumes=False,
    # On 54,000 words of news, the Spearman of skip-gram on WordSim-353 is -.35 after 5 epochs, .22
    # after 60.
    least_words=3e6,
    options=at_levels(quick={"dim": 100, "epochs": 3}, standard={"epochs": 5}, full={"epochs": 15}),
    cost=_cost(8e-6),
)
KINDS = (
    SKIP_GRAM,
    replace(
        SKIP_GRAM,
        name="cbow",
        title="CBOW",
        bundles=called("cbow"),
        offered=6,
        build=partial(late(_BUILDER), method="cbow"),
        command=("build-word2vec", "--method", "cbow"),
        cost=_cost(3.4e-6),
    ),
    replace(
        SKIP_GRAM,
        name="fasttext",
        title="fastText",
        holds=FASTTEXT,
        bundles=called("fasttext"),
        offered=7,
        build=late("models.word_vectors:build_fasttext"),
        settings=settings_of("neural.word_vectors:FasttextSettings", "text:TextSettings"),
        command=("build-fasttext",),
        least_words=2e6,
        options=at_levels(
            quick={"dim": 100, "epochs": 1}, standard={"epochs": 5}, full={"epochs": 15}
        ),
        cost=_cost(20e-6, has_parts=True),
        note=_note_on_fasttext,
    ),
)
