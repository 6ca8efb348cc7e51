"""Vectors retrofitted to the thesaurus."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ...runtime.late import late
from ..catalogue import ModelKind, at_levels, called, settings_of
from ..costs import FLOOR, START, Estimate, Sizes
from .vectors import DERIVED

if TYPE_CHECKING:
    from ...bundles.reading import Bundle

_DIM = 300


def _title(title: str, settings: Mapping[str, object]) -> str:
    """Return the title; a workspace may have other vectors of this name."""
    lexicon = settings.get("lexicon")
    how = lexicon if isinstance(lexicon, Mapping) else {}
    is_usual = how.get("method", "retrofit") == "retrofit" and how.get("source") != "list of words"
    return title if is_usual else f"Vectors with a lexicon ({how.get('method')})"


def _cost(options: Mapping[str, object], sizes: Sizes) -> Estimate:
    numbers = _DIM * sizes.n_words
    return Estimate(START + 5 + numbers / 2e7, FLOOR + 1e8 + 16 * numbers, 4 * numbers)


def _note(options: Mapping[str, object], bundle: "Bundle | None") -> str:
    return (
        "The retrofitted vectors use a lexicon, too: those of words that WordNet relates were "
        "brought together (Faruqui et al. 2015)."
    )


KINDS = (
    ModelKind(
        name="retrofitted",
        title="Retrofitted PPMI-SVD",
        role="vectors",
        family="lexical",
        holds=DERIVED,
        bundles=called("retrofitted"),
        offered=8,
        build=late("models.retrofitted:build_retrofitted"),
        settings=settings_of("lexicon:RetrofitSettings"),
        command=("retrofit",),
        source="lexicon",
        builds_on=("svd", "wordnet"),
        is_random=False,
        resumes=False,
        least_words=0,
        # Synonyms alone gain less (benchmarks/README.md).
        options=at_levels(
            quick={"relations": "hypernyms"},
            standard={"relations": "hypernyms"},
            full={"relations": "hypernyms"},
        ),
        cost=_cost,
        levels=("standard", "full"),
        is_at_hand=late("models.thesaurus:is_wordnet_here"),
        languages=("en",),
        retitle=_title,
        note=_note,
    ),
)
