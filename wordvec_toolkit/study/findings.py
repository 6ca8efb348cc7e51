"""Findings of the steps of a study, as results."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from ..evaluation.comparison_results import Comparison
from ..evaluation.minimal_pair_results import MinimalPairsResult
from ..evaluation.perplexity_results import PerplexityResult
from ..evaluation.results import AnalogyResult, Score, SimilarityResult
from ..report.data import CorpusProfile
from ..runtime.results import Result
from ..text.split_results import CorpusSplit, SharedSentences

R = TypeVar("R", bound=Result)
S = TypeVar("S", bound=Score)


@dataclass(frozen=True)
class Findings:
    """Measurements of a study; models have their names in the study."""

    split: CorpusSplit | None = None
    profile: CorpusProfile | None = None
    sample: CorpusProfile | None = None
    scores: tuple[SimilarityResult | AnalogyResult, ...] = ()
    perplexities: tuple[PerplexityResult, ...] = ()
    minimal_pairs: tuple[MinimalPairsResult, ...] = ()
    comparisons: tuple[Comparison, ...] = ()
    leaks: tuple[SharedSentences, ...] = ()


def findings_of(results: Mapping[str, Any], names: Mapping[str, str]) -> Findings:
    """Return what steps have written by `as_dict`, step -> data, as results again.

    `names` are those of models by their bundles', in whatever folder they were measured.
    """

    def named(path: str) -> str:
        return names[Path(path).name]

    def read(kind: type[R], data: Iterable[Mapping[str, object]]) -> tuple[R, ...]:
        return tuple(kind.from_dict(each) for each in data)

    def scores(kind: type[S], step: str) -> tuple[S, ...]:
        of_step = (data for name, data in results.items() if name.startswith(step) and data)
        found = read(kind, (each for data in of_step for each in data["scores"]))
        return tuple(each.replaced(model=named(each.model)) for each in found)

    comparisons = [
        each.replaced(first=named(each.first), second=named(each.second))
        for step in ("similarity-", "analogy-", "perplexity", "minimal-pairs-")
        for name, data in results.items()
        if name.startswith(step) and data
        for each in read(Comparison, data["comparisons"])
    ]
    perplexities = tuple(
        each.replaced(
            by_frequency=tuple(
                replace(band, model=each.model, split="frequency") for band in each.by_frequency
            ),
            by_seen=tuple(replace(band, model=each.model, split="seen") for band in each.by_seen),
        )
        for each in scores(PerplexityResult, "perplexity")
    )
    profile, sample, split = (results.get(step) for step in ("profile", "profile-lm", "split"))
    return Findings(
        split=CorpusSplit.from_dict(split) if split else None,
        profile=CorpusProfile.from_dict(profile) if profile else None,
        sample=CorpusProfile.from_dict(sample) if sample else None,
        scores=(*scores(SimilarityResult, "similarity-"), *scores(AnalogyResult, "analogy-")),
        perplexities=perplexities,
        minimal_pairs=scores(MinimalPairsResult, "minimal-pairs-"),
        comparisons=tuple(comparisons),
        leaks=read(SharedSentences, results.get("leaks") or ()),
    )
