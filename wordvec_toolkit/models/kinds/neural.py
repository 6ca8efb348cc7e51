"""Recurrent language models and Transformers, and models built on them."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ...neural.recurrent.cells import CELLS
from ...runtime.late import late
from ..catalogue import BundleKind, ModelKind, Training, at_levels, settings_of
from ..costs import Estimate, Sizes, whole
from .ngram import describe_base, describe_weights, open_parts
from .steps import none_of_its_own
from .vectors import numbers_of

if TYPE_CHECKING:
    from ...bundles.reading import Bundle
    from ..pipeline import BuiltWorkspace

#: Preset -> width of a layer, epochs.
_PRESETS = {"None": (400, 12), "small": (200, 12), "medium": (650, 20), "large": (1500, 40)}
_FLOPS = 3.5e11  # a second, of two cores in bfloat16


def _build(*arguments: object, **settings: object) -> "BuiltWorkspace":
    build = late("models.neural_lm:build_neural_lm")
    return build(*arguments, bundle=settings.get("cell", "lstm"), **settings)


def _describe(bundle: "Bundle") -> str:
    facts = bundle.facts
    reached = facts["epochs"][facts["best_epoch"] - 1]["held_out_perplexity"]
    return (
        f"{bundle.settings['cell']}, {facts['n_parameters']:,} parameters, perplexity "
        f"{reached:.2f} on held-out text"
    )


def _n_parameters(bundle: "Bundle") -> int:
    return int(bundle.facts["n_parameters"])


def curve_of(bundle: "Bundle") -> Training:
    """Return the learning curve of a network."""
    epochs = bundle.facts.get("epochs")
    if not isinstance(epochs, list) or not all(isinstance(epoch, dict) for epoch in epochs):
        epochs = None  # which is no list of numbers
    values = {
        text: numbers_of(bundle, key, epochs and [epoch.get(key) for epoch in epochs])
        for text, key in (("training", "perplexity"), ("held-out", "held_out_perplexity"))
    }
    best = bundle.facts.get("best_epoch")
    is_among = isinstance(best, int) and 1 <= best <= len(values["training"])
    return Training("perplexity", values, best if is_among else None)


def _cost(options: Mapping[str, object], sizes: Sizes) -> Estimate:
    width, epochs = _PRESETS.get(str(options.get("preset")), (1150, 500))
    width, epochs = whole(options, "hidden_dim", width), whole(options, "epochs", epochs)
    layers = whole(options, "n_layers", 2)
    recurrent = layers * 8 * width**2
    weights = recurrent + sizes.n_lm_words * width
    flops = 6.0 * weights * sizes.n_lm_tokens * epochs
    window = min(40, 1 + sizes.n_lm_tokens // 10_000) * 35
    # Weights that no cache holds are fetched again in each step, however few tokens that has.
    fetched = max(0.0, recurrent - 4e6) * sizes.n_lm_tokens * epochs / window
    return Estimate(
        4 + flops / _FLOPS + sizes.n_lm_tokens * epochs / 17e3 + fetched * 3e-8,
        5e8 + 24.0 * weights + 8.0 * window * sizes.n_lm_words,
        4.0 * weights * 4,
    )


def _retitle(title: str, settings: Mapping[str, object]) -> str:
    cell = str(settings.get("cell", "lstm"))
    return CELLS[cell].title if cell in CELLS else cell


NETWORK, *OTHERS = (
    BundleKind(
        kind=f"neural-lm{of}",
        holds="sentence model" if "backward" in of else "language model",
        open=late(f"neural.recurrent.{place}.from_bundle"),
        describe=_describe,
        n_parameters=_n_parameters,
        training=curve_of,
    )
    for place, of in (
        ("model:NeuralModel", ""),
        ("model:NeuralModel", "-state"),
        ("backward:BackwardModel", "-backward"),
        ("backward:BackwardModel", "-backward-state"),
    )
)
PAIR = BundleKind(
    kind="sentence-mixture",
    holds="sentence model",
    open=open_parts("lm.mixed.sentence_mixture:SentenceMixture.from_bundle", "open_any"),
    describe=describe_weights,
    n_parameters=none_of_its_own,
    training=None,
    is_composite=True,
)
ADAPTED = tuple(
    BundleKind(
        kind=kind,
        holds="language model",
        open=open_parts(f"neural.recurrent.adapting.models:{name}.from_bundle"),
        describe=describe_base,
        n_parameters=none_of_its_own,
        training=None,
        is_composite=True,
    )
    for kind, name in (("neural-cache", "NeuralCache"), ("dynamic", "DynamicModel"))
)
KINDS = (
    ModelKind(
        name="lstm",
        title="LSTM",
        role="language model",
        family="neural",
        holds=NETWORK,
        bundles=lambda: tuple(CELLS),
        named_by="cell",
        offered=4,
        build=_build,
        settings=settings_of(
            "text:LanguageModelText",
            "neural.recurrent:NetworkSettings",
            "neural.recurrent:TrainingSettings",
            "models:PresetSettings",
            "models:ThreadSettings",
        ),
        command=("build-neural-lm",),
        builds_on=(),
        is_random=True,
        resumes=True,
        least_words=0,
        options=at_levels(
            quick={"preset": "small", "epochs": 5},
            standard={"preset": "small"},
            full={"preset": "medium"},
        ),
        cost=_cost,
        held_out="optional",
        retitle=_retitle,
        packages=("torch", "safetensors"),
        extra="neural",
    ),
)
BUNDLES = (*OTHERS, PAIR, *ADAPTED)
