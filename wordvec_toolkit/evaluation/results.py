"""Results of evaluations; light to import, so that reports can be read without NumPy."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from ..runtime.results import Bounded, Column, Result, items
from ..runtime.signatures import Signature
from .statistics.chance import similarity_chance
from .statistics.intervals import Z95, Interval

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True, repr=False, kw_only=True)
class Score(Bounded):
    """A model's number on a test.

    Attributes
    ----------
    model : str
        Its name; "" where none was given.
    measure : str
        ``spearman``, ``3cosadd``, ``perplexity``, ...
    value : float
    interval : (float, float)
        95 %; the signature says which.
    low, high : float
        Its ends.
    """

    DERIVED: ClassVar = ("test", "measure", "value", *Bounded.DERIVED)

    model: str = ""

    @property
    def test(self) -> str:
        """Name of the test set, or of the text."""
        return str(vars(self).get("dataset", ""))

    @property
    def measure(self) -> str:
        raise NotImplementedError

    @property
    def value(self) -> float:
        raise NotImplementedError


@dataclass(frozen=True, repr=False, kw_only=True)
class SetScore(Score):
    """A number on a test set; `reading` says which columns of its file were taken."""

    reading: str = ""


@dataclass(frozen=True, repr=False, kw_only=True)
class FrequencyBand(Result):
    """Score on the items whose rarest word occurs from `low` times to less than `high`.

    Attributes
    ----------
    low : int
    high : int or None
        None: no end.
    score : float
        Spearman correlation or accuracy; nan if there are too few items.
    interval : (float, float)
        95 %, by the formulas of `jackknife_spearman` and `pair_effects`.
    n : int
        Items.
    """

    COLUMNS: ClassVar = (
        Column("label", "rarest word", "text"),
        Column("score", "score"),
        Column("interval", "95 % interval", "interval"),
        Column("n", "items", "whole"),
    )

    low: int
    high: int | None
    score: float
    interval: Interval
    n: int
    signature: Signature

    @property
    def label(self) -> str:
        return f"{self.low:,} to {self.high - 1:,}" if self.high else f"{self.low:,} and more"

    def __str__(self) -> str:
        return self.label


@dataclass(frozen=True, repr=False, kw_only=True)
class SimilarityResult(SetScore):
    """Score on one similarity set.

    Attributes
    ----------
    dataset, sha256 : str
        Name of the set, and checksum of its file.
    spearman : float
        Rank correlation of cosines and human scores over the pairs in the vocabulary; nan if all
        cosines or all scores are equal.
    n : int
        Pairs scored.
    n_oov : int
        Pairs skipped because a word has no vector.
    oov_words : tuple of str
    cosines : float64 array (n_pairs,)
        In the order of the set; nan for skipped pairs.
    ratings : float64 array (n_pairs,)
        Human scores, in the same order.
    signature : Signature
        How the number was made.
    by_frequency : tuple of FrequencyBand
        The score by corpus frequency, if that was asked for.
    """

    COLUMNS: ClassVar = (
        Column("model", "model", "text"),
        Column("dataset", "set", "text"),
        Column("spearman", "spearman"),
        Column("interval", "95 % interval", "interval"),
        Column("chance_level", "chance"),
        Column("n", "pairs", "whole"),
        Column("n_oov", "OOV", "whole"),
    )
    DERIVED: ClassVar = (*Score.DERIVED, "chance")

    dataset: str
    sha256: str
    spearman: float
    interval: Interval
    n: int
    n_oov: int
    oov_words: tuple[str, ...]
    cosines: "np.ndarray" = items()
    ratings: "np.ndarray" = items()
    signature: Signature
    by_frequency: tuple[FrequencyBand, ...] = ()

    @property
    def measure(self) -> str:
        return "spearman"

    @property
    def value(self) -> float:
        return self.spearman

    @property
    def chance(self) -> float:
        """Standard deviation around 0 of what random vectors score; see `similarity_chance`."""
        return similarity_chance(self.n)

    @property
    def chance_level(self) -> float:
        """The 97.5 % quantile of the score of random vectors."""
        return min(1.0, Z95 * self.chance)


@dataclass(frozen=True, repr=False, kw_only=True)
class SectionResult(Result):
    """Score on one section of an analogy set, or on several together."""

    COLUMNS: ClassVar = (
        Column("name", "section", "text"),
        Column("accuracy", "accuracy"),
        Column("interval", "95 % interval", "interval"),
        Column("n_correct", "right", "whole"),
        Column("n", "asked", "whole"),
        Column("n_oov", "OOV", "whole"),
    )
    DERIVED: ClassVar = ("accuracy",)

    name: str
    interval: Interval = (0.0, 1.0)
    n_correct: int
    n: int
    n_oov: int

    @property
    def accuracy(self) -> float:
        """Share of the questions asked that were answered right; nan if none was asked."""
        return self.n_correct / self.n if self.n else math.nan


@dataclass(frozen=True, repr=False, kw_only=True)
class AnalogyResult(SetScore):
    """Scores on an analogy set.

    Attributes
    ----------
    dataset, sha256 : str
        Name of the set, and checksum of its file.
    method : str
    sections : tuple of SectionResult
    groups : tuple of SectionResult
        Semantic and syntactic questions, where the sections' names tell them apart (Google's
        syntactic ones start with ``gram``).
    total : SectionResult
    chance : float
        The share that random vectors answer right; see `analogy_chance`.
    answers : int64 array (n_questions,)
        Word ids in the order of the set, -1 for skipped questions.
    correct : bool array (n_questions,)
        Which answers are right.
    pairs : int64 array (n_questions, 2)
        Which two word pairs of its section each question is made from; see `Section`.
    signature : Signature
        How the numbers were made.
    by_frequency : tuple of FrequencyBand
        The accuracy by corpus frequency, if that was asked for.
    """

    DERIVED: ClassVar = (*Score.DERIVED, "n", "n_oov")
    COLUMNS: ClassVar = (
        Column("model", "model", "text"),
        Column("dataset", "set", "text"),
        Column("method", "method", "text"),
        Column("value", "accuracy"),
        Column("interval", "95 % interval", "interval"),
        Column("chance", "chance", digits=5),
        Column("n", "asked", "whole"),
        Column("n_oov", "OOV", "whole"),
    )

    dataset: str
    sha256: str = ""
    method: str
    sections: tuple[SectionResult, ...]
    groups: tuple[SectionResult, ...]
    total: SectionResult
    chance: float
    answers: "np.ndarray" = items("int64")
    correct: "np.ndarray" = items("bool")
    pairs: "np.ndarray" = items("int64")
    signature: Signature
    by_frequency: tuple[FrequencyBand, ...] = ()

    @property
    def measure(self) -> str:
        return self.method

    @property
    def value(self) -> float:
        return self.total.accuracy

    @property
    def interval(self) -> Interval:
        return self.total.interval

    @property
    def n(self) -> int:
        return self.total.n

    @property
    def n_oov(self) -> int:
        return self.total.n_oov

    @property
    def chance_level(self) -> float:
        return self.chance

    def rows(self) -> tuple[SectionResult, ...]:
        return (*self.sections, *self.groups, self.total)


@dataclass(frozen=True, repr=False, kw_only=True)
class CategoryResult(SetScore):
    """Score on one categorisation set.

    Attributes
    ----------
    dataset, sha256, method : str
    purity : float
        Share of the words that are in the category which is the most frequent of their cluster.
    chance : float
        Mean purity of the same clusters with the words' categories shuffled.
    chance_range : (float, float)
        Where 95 of 100 such purities lie.
    adjusted_rand, v_measure : float
        Hubert and Arabie 1985, 0 by chance; Rosenberg and Hirschberg 2007.
    n : int
        Words clustered.
    n_oov : int
        Words skipped: without a vector, or with the vector of a word of another category.
    categories : tuple of str
        Those with a word left, as many as there are clusters.
    words : tuple of str
        The words clustered.
    labels, clusters : int64 arrays (n,)
        Place of each word's category in `categories`; its cluster.
    signature : Signature
    """

    COLUMNS: ClassVar = (
        Column("model", "model", "text"),
        Column("dataset", "set", "text"),
        Column("purity", "purity"),
        Column("chance", "chance"),
        Column("chance_range", "95 % of chance", "interval"),
        Column("adjusted_rand", "adj. Rand"),
        Column("v_measure", "V"),
        Column("n", "words", "whole"),
        Column("n_oov", "OOV", "whole"),
    )

    dataset: str
    sha256: str
    method: str
    purity: float
    chance: float
    chance_range: Interval
    adjusted_rand: float
    v_measure: float
    n: int
    n_oov: int
    categories: tuple[str, ...]
    words: tuple[str, ...]
    labels: "np.ndarray" = items("int64")
    clusters: "np.ndarray" = items("int64")
    signature: Signature

    @property
    def measure(self) -> str:
        return "purity"

    @property
    def value(self) -> float:
        return self.purity


@dataclass(frozen=True, repr=False, kw_only=True)
class OddOneOutResult(SetScore):
    """Score on groups of words with one that does not belong.

    Attributes
    ----------
    dataset, sha256 : str
    accuracy : float
        Share of the groups whose odd word was found.
    interval : (float, float)
        95 %, Wilson's, which takes groups for independent; those drawn from the same categories
        share words, and then it is too narrow.
    chance : float
        Of a random choice.
    n_correct, n, n_oov : int
        Groups answered right, groups asked, groups skipped for a word without a vector.
    answers : int64 array (n_groups,)
        Place of the answer in its group, -1 for skipped ones.
    signature : Signature
    """

    COLUMNS: ClassVar = (
        Column("model", "model", "text"),
        Column("short_dataset", "set", "text"),
        Column("accuracy", "accuracy"),
        Column("interval", "95 % interval", "interval"),
        Column("chance", "chance"),
        Column("n_correct", "right", "whole"),
        Column("n", "asked", "whole"),
        Column("n_oov", "OOV", "whole"),
    )

    dataset: str
    sha256: str
    accuracy: float
    interval: Interval
    chance: float
    n_correct: int
    n: int
    n_oov: int
    answers: "np.ndarray" = items("int64")
    signature: Signature

    @property
    def measure(self) -> str:
        return "accuracy"

    @property
    def value(self) -> float:
        return self.accuracy

    @property
    def short_dataset(self) -> str:
        """Name of the set without how its groups were drawn."""
        return self.dataset.partition(",known,")[0]
