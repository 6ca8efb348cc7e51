"""N-gram models, alone and mixed with caches, and the models that such mixtures are made of."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..catalogue import BundleKind, Level, ModelKind
from ..costs import FLOOR, START, Estimate, Sizes
from .steps import describe_ngrams, none_of_its_own

if TYPE_CHECKING:
    from ...bundles.reading import Bundle
    from ...lm.language_model import LanguageModel
    from ..pipeline import Pipeline


def _build_ngram(*arguments: Any, **settings: Any) -> "Pipeline":
    from ..ngram import build_ngram_lm

    return build_ngram_lm(*arguments, **settings)


def _build_mixture(*arguments: Any, **settings: Any) -> "Pipeline":
    from ..ngram_mixture import build_ngram_mixture

    return build_ngram_mixture(*arguments, **settings)


def _open_ngram(bundle: "Bundle") -> "LanguageModel":
    from ...lm.ngram.model import NgramModel

    return NgramModel.from_bundle(bundle)


def _open_factored(bundle: "Bundle") -> "LanguageModel":
    from ...lm.mixed.factored import FactoredModel

    return FactoredModel.from_bundle(bundle)


def _open_soft(bundle: "Bundle") -> "LanguageModel":
    from ...lm.mixed.soft import SoftModel
    from ..loading import open_model

    return SoftModel.from_bundle(bundle, open_model)


def _open_adapted(bundle: "Bundle") -> "LanguageModel":
    from ...lm.mixed.adapted import AdaptedModel
    from ..loading import open_model

    return AdaptedModel.from_bundle(bundle, open_model)


def _open_mixture(bundle: "Bundle") -> "LanguageModel":
    from ...lm.mixed.mixture import Mixture
    from ..loading import open_model

    return Mixture.from_bundle(bundle, open_model)


def _n_of_ngrams(bundle: "Bundle") -> int:
    """Return the probabilities, and a weight of each n-gram that others go on from."""
    sizes = bundle.facts["n_ngrams"]
    return int(sum(sizes) + sum(sizes[:-1]))


def _describe_factored(bundle: "Bundle") -> str:
    facts = bundle.facts
    return f"{facts['n_events']:,} events after {facts['n_nodes']:,} histories"


def describe_base(bundle: "Bundle") -> str:
    """Describe what stands on one other model."""
    return f"on {bundle.settings['parts']['base']}"


def describe_weights(bundle: "Bundle") -> str:
    """Describe a mixture."""
    facts = bundle.facts
    return (
        f"{len(facts['mean_weights'])} components, perplexity {facts['held_out_perplexity']:.2f} "
        "on held-out text"
    )


def _retitle(title: str, settings: Mapping[str, Any]) -> str:
    """Name the smoothing that the n-grams have."""
    smoothing = str(settings.get("smoothing", "kneser-ney"))
    return title.replace("Kneser-Ney", smoothing.replace("kneser-ney", "Kneser-Ney"))


def _with_fallback(given: Mapping[str, Any], **options: Any) -> dict[str, Any]:
    """Let small texts have n-grams at any level; a note says where this was needed."""
    from ...lm.ngram.methods import takes_fallback

    if takes_fallback(str(given.get("smoothing", "kneser-ney"))):
        options["discount-fallback"] = "default"
    return options


def _options_of_ngram(level: Level, given: Mapping[str, Any]) -> dict[str, Any]:
    return _with_fallback(given)


def _options_of_cache(level: Level, given: Mapping[str, Any]) -> dict[str, Any]:
    more = {"skip": True, "classes": "60,100,200"} if level == "full" else {}
    return _with_fallback(given, **more)


def _cost(options: Mapping[str, Any], sizes: Sizes) -> Estimate:
    tokens = sizes.n_lm_tokens
    more = 6.0 if options.get("skip") or options.get("classes") else 1.0
    return Estimate(START + more * tokens / 1e6, FLOOR + more * 150 * tokens, more * 60 * tokens)


def _note_on_ngram(options: Mapping[str, Any], bundle: "Bundle | None") -> str:
    """Name the orders that had no discounts of their own."""
    orders = bundle.facts.get("orders_with_fallback_discounts") if bundle is not None else ()
    if not orders:
        return ""
    return (
        "The text is too short for Kneser-Ney discounts of its own at n-grams of order "
        f"{', '.join(map(str, orders))}: there they are 0.5, 1 and 1.5, as KenLM has them for "
        "such cases (--discount-fallback default)."
    )


def _note_on_cache(options: Mapping[str, Any], bundle: "Bundle | None") -> str:
    names = {"skip": "skip-grams", "classes": "n-grams of classes"}
    more = [name for option, name in names.items() if options.get(option)]
    return f"The model with caches has {' and '.join(more)}, too." if more else ""


NGRAM = BundleKind(
    kind="ngram",
    holds="language model",
    open=_open_ngram,
    describe=describe_ngrams,
    n_parameters=_n_of_ngrams,
    training=None,
)
MIXTURE = BundleKind(
    kind="mixture",
    holds="language model",
    open=_open_mixture,
    describe=describe_weights,
    n_parameters=none_of_its_own,
    training=None,
    is_composite=True,
)
PARTS = (
    BundleKind(
        kind="factored",
        holds="language model",
        open=_open_factored,
        describe=_describe_factored,
        n_parameters=none_of_its_own,
        training=None,
    ),
    BundleKind(
        kind="soft",
        holds="language model",
        open=_open_soft,
        describe=describe_base,
        n_parameters=none_of_its_own,
        training=None,
        is_composite=True,
    ),
    BundleKind(
        kind="adapted",
        holds="language model",
        open=_open_adapted,
        describe=describe_base,
        n_parameters=none_of_its_own,
        training=None,
        is_composite=True,
    ),
)
KINDS = (
    ModelKind(
        name="ngram",
        title="Kneser-Ney",
        role="language model",
        family="count-based",
        holds=NGRAM,
        bundles=("ngram",),
        offered=3,
        build=_build_ngram,
        command=("build-ngram-lm",),
        builds_on=(),
        is_random=False,
        resumes=True,
        least_words=0,
        options=_options_of_ngram,
        cost=_cost,
        retitle=_retitle,
        note=_note_on_ngram,
    ),
    ModelKind(
        name="cache",
        title="Kneser-Ney with caches",
        role="language model",
        family="count-based",
        holds=MIXTURE,
        bundles=("mixture",),
        offered=2,
        build=_build_mixture,
        command=("build-ngram-lm", "--cache"),
        builds_on=(),
        is_random=False,
        resumes=True,
        least_words=0,
        options=_options_of_cache,
        cost=_cost,
        held_out="optional",
        # It is made of these very n-grams, and would make its own otherwise.
        inherits={"ngram": frozenset(("order", "smoothing", "discount-fallback", "prune"))},
        retitle=_retitle,
        time_note="caches are added to the n-grams",
        note=_note_on_cache,
    ),
)
