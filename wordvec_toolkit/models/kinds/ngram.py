"""N-gram models, alone and mixed with caches, and the components of such mixtures."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from ...runtime.late import late
from ..catalogue import BundleKind, Level, ModelKind, called, settings_of
from ..costs import FLOOR, START, Estimate, Sizes
from .steps import describe_ngrams, none_of_its_own

if TYPE_CHECKING:
    from ...bundles.reading import Bundle
    from ..pipeline import BuiltWorkspace


def _builder(place: str) -> Callable[..., "BuiltWorkspace"]:
    """Return a builder whose smoothing is given in two parts, as on the command line."""

    def build(
        *arguments: object,
        smoothing: str = "kneser-ney",
        discount_fallback: str | None = None,
        **settings: object,
    ) -> "BuiltWorkspace":
        method: object = smoothing
        if discount_fallback is not None:
            method = late("lm.ngram.methods:parse_smoothing")(smoothing, discount_fallback)
        return late(place)(*arguments, smoothing=method, **settings)

    return build


def open_parts(place: str, open_part: str = "open_model") -> Callable[["Bundle"], Any]:
    """Return what opens a model with its components, by a function of `loading`."""
    return lambda bundle: late(place)(bundle, late(f"models.loading:{open_part}"))


def _n_of_ngrams(bundle: "Bundle") -> int:
    """Return the probabilities, and a weight of each n-gram that others go on from."""
    sizes = bundle.facts["n_ngrams"]
    return int(sum(sizes) + sum(sizes[:-1]))


def _describe_factored(bundle: "Bundle") -> str:
    facts = bundle.facts
    return f"{facts['n_events']:,} events after {facts['n_nodes']:,} histories"


def describe_base(bundle: "Bundle") -> str:
    """Describe a model built on one other model."""
    return f"on {bundle.settings['parts']['base']}"


def describe_weights(bundle: "Bundle") -> str:
    """Describe a mixture."""
    facts = bundle.facts
    return (
        f"{len(facts['mean_weights'])} components, perplexity {facts['held_out_perplexity']:.2f} "
        "on held-out text"
    )


def _retitle(title: str, settings: Mapping[str, object]) -> str:
    """Name the smoothing that the n-grams have."""
    smoothing = str(settings.get("smoothing", "kneser-ney"))
    return title.replace("Kneser-Ney", smoothing.replace("kneser-ney", "Kneser-Ney"))


def _with_fallback(given: Mapping[str, object], **options: object) -> dict[str, object]:
    """Let small texts have n-grams at any level; a note says where this was needed."""
    from ...lm.ngram.methods import takes_fallback

    if takes_fallback(str(given.get("smoothing", "kneser-ney"))):
        options["discount-fallback"] = "default"
    return options


def _options_of_ngram(level: Level, given: Mapping[str, object]) -> dict[str, object]:
    return _with_fallback(given)


def _options_of_cache(level: Level, given: Mapping[str, object]) -> dict[str, object]:
    more = {"skip": True, "classes": "60,100,200"} if level == "full" else {}
    return _with_fallback(given, **more)


def _cost(options: Mapping[str, object], sizes: Sizes) -> Estimate:
    tokens = sizes.n_lm_tokens
    more = 6.0 if options.get("skip") or options.get("classes") else 1.0
    return Estimate(START + more * tokens / 1e6, FLOOR + more * 150 * tokens, more * 60 * tokens)


def _note_on_ngram(options: Mapping[str, object], bundle: "Bundle | None") -> str:
    """Name the orders that had no discounts of their own."""
    orders = bundle.facts.get("orders_with_fallback_discounts") if bundle is not None else ()
    if not orders:
        return ""
    return (
        "The text is too short for its own Kneser-Ney discounts at n-grams of order "
        f"{', '.join(map(str, orders))}: they are set to 0.5, 1 and 1.5, KenLM's fallback "
        "(--discount-fallback default)."
    )


def _note_on_cache(options: Mapping[str, object], bundle: "Bundle | None") -> str:
    names = {"skip": "skip-grams", "classes": "n-grams of classes"}
    more = [name for option, name in names.items() if options.get(option)]
    return f"The model with caches has {' and '.join(more)}, too." if more else ""


NGRAM = BundleKind(
    kind="ngram",
    holds="language model",
    open=late("lm.ngram.model:NgramModel.from_bundle"),
    describe=describe_ngrams,
    n_parameters=_n_of_ngrams,
    training=None,
)
MIXTURE, *PARTS = (
    BundleKind(
        kind=kind,
        holds="language model",
        open=opener,
        describe=describe,
        n_parameters=none_of_its_own,
        training=None,
        is_composite=kind != "factored",
    )
    for kind, opener, describe in (
        ("mixture", open_parts("lm.mixed.mixture:Mixture.from_bundle"), describe_weights),
        ("factored", late("lm.mixed.factored:FactoredModel.from_bundle"), _describe_factored),
        ("soft", open_parts("lm.mixed.soft:SoftModel.from_bundle"), describe_base),
        ("adapted", open_parts("lm.mixed.adapted:AdaptedModel.from_bundle"), describe_base),
    )
)
KNESER_NEY = ModelKind(
    name="ngram",
    title="Kneser-Ney",
    role="language model",
    family="count-based",
    holds=NGRAM,
    bundles=called("ngram"),
    offered=3,
    build=_builder("models.ngram:build_ngram_lm"),
    settings=settings_of(
        "text:LanguageModelText",
        "lm:NgramSettings",
        "models:FallbackSettings",
        "models:ThreadSettings",
    ),
    command=("build-ngram-lm",),
    builds_on=(),
    is_random=False,
    resumes=True,
    least_words=0,
    options=_options_of_ngram,
    cost=_cost,
    retitle=_retitle,
    note=_note_on_ngram,
)
KINDS = (
    KNESER_NEY,
    replace(
        KNESER_NEY,
        name="cache",
        title="Kneser-Ney with caches",
        holds=MIXTURE,
        bundles=called("mixture"),
        offered=2,
        build=partial(_builder("models.ngram_mixture:build_ngram_mixture"), cache=True),
        settings=settings_of(
            "text:LanguageModelText",
            "lm:NgramSettings",
            "models:FallbackSettings",
            "lm:MixtureSettings",
            "models:ThreadSettings",
        ),
        command=("build-ngram-lm", "--cache"),
        options=_options_of_cache,
        held_out="optional",
        # It uses these very n-grams, and would make its own otherwise.
        inherits={"ngram": frozenset(("order", "smoothing", "discount-fallback", "prune"))},
        time_note="caches are added to the n-grams",
        note=_note_on_cache,
    ),
)
BUNDLES = tuple(PARTS)
