"""Settings of intervals, clusters and drawn groups."""

from dataclasses import dataclass
from typing import Literal

from ..runtime.settings import Settings, random_seed, setting

#: By a formula, or by resampling.
IntervalKind = Literal["analytic", "bootstrap"]


@dataclass(frozen=True)
class ResamplingSettings(Settings):
    """Intervals of scores, and tests of their differences."""

    interval: IntervalKind = setting("analytic", "Intervals by a formula, or by resampling.")
    resamples: int = setting(
        10_000,
        "Number of resamples of the bootstrap and of permutations.",
        low=100,
        high=10_000_000,
        metavar="N",
    )
    seed: int = random_seed()


@dataclass(frozen=True)
class ClusteringSettings(Settings):
    """Settings of clustering words into categories."""

    method: Literal["kmeans", "agglomerative"] = setting(
        "kmeans", "k-means on vectors of length 1, or average linkage by cosine."
    )
    n_init: int = setting(
        50, "Number of starts of k-means; the tightest clusters are taken.", low=1, metavar="N"
    )
    seed: int = random_seed()


@dataclass(frozen=True)
class DrawingSettings(Settings):
    """Settings of drawing groups with an odd word from categories."""

    size: int = setting(5, "Number of words of a drawn group.", low=3, metavar="N")
    per_category: int = setting(10, "Number of groups drawn for each category.", low=1, metavar="N")
    seed: int = random_seed()


@dataclass(frozen=True)
class TranslationScoring(Settings):
    """Settings of scoring translations."""

    bleu_tokenizer: Literal["none", "13a", "char", "intl", "zh", "ja-mecab", "ko-mecab"] | None = (
        setting(
            None,
            "Tokenizer of BLEU, as sacrebleu has it.",
            shown="none for text that is tokens already, char for characters, else 13a",
        )
    )
    measure: Literal["bleu", "exact"] | None = setting(
        None,
        "Measure that models are compared by.",
        shown="bleu; exact for characters, or without sacrebleu",
    )
    resamples: int = setting(
        1000, "Number of resamples of the bootstrap.", low=100, high=10_000_000, metavar="N"
    )
    seed: int = random_seed()
