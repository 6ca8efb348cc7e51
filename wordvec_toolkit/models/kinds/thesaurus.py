"""The thesaurus."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ...runtime.late import late
from ..catalogue import BundleKind, ModelKind, at_levels, called, settings_of
from ..costs import FLOOR, START, Estimate, Sizes
from .steps import none_of_its_own

if TYPE_CHECKING:
    from ...bundles.reading import Bundle


def _describe(bundle: "Bundle") -> str:
    facts = bundle.facts
    return (
        f"{facts['n_synsets']:,} synsets of {facts['n_words']:,} words, information content: "
        f"{bundle.settings['information']}"
    )


def _cost(options: Mapping[str, object], sizes: Sizes) -> Estimate:
    return Estimate(START + 8 + sizes.n_words / 1e4, FLOOR + 5e8, 3e7)


def _note(options: Mapping[str, object], bundle: "Bundle | None") -> str:
    return (
        "WordNet uses a lexicon made by people: its scores do not come from the text, but for the "
        "information content of its synsets."
    )


THESAURUS = BundleKind(
    kind="thesaurus",
    holds="thesaurus",
    open=late("lexicon.thesaurus:Thesaurus.from_bundle"),
    describe=_describe,
    n_parameters=none_of_its_own,
    training=None,
)
KINDS = (
    ModelKind(
        name="wordnet",
        title="WordNet",
        role="thesaurus",
        family="lexical",
        holds=THESAURUS,
        bundles=called("wordnet"),
        offered=1,
        build=late("models.thesaurus:build_thesaurus"),
        settings=settings_of(
            "lexicon:DatabaseSettings",
            "lexicon:InformationSettings",
            "text:TextSettings",
            "models:ThreadSettings",
        ),
        command=("build-thesaurus",),
        builds_on=("ppmi",),
        is_random=False,
        resumes=False,
        least_words=0,
        options=at_levels(quick={}, standard={}, full={}),
        cost=_cost,
        levels=("standard", "full"),
        is_at_hand=late("models.thesaurus:is_wordnet_here"),
        languages=("en",),
        note=_note,
    ),
)
