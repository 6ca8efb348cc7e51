"""Results of evaluations on minimal pairs; light to import, as `results`."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from ..runtime.results import Bounded, Column, items
from ..runtime.signatures import Signature
from .results import SetScore
from .statistics.intervals import Interval

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True, repr=False, kw_only=True)
class PairGroup(Bounded):
    """Accuracy on the pairs of one phenomenon or paradigm.

    Attributes
    ----------
    name : str
    accuracy : float
    interval : (float, float)
        95 %, see `evaluate_minimal_pairs`.
    n : int
        Pairs.
    n_oov : int
        Pairs with a word out of vocabulary.
    """

    COLUMNS: ClassVar = (
        Column("name", "phenomenon", "text"),
        Column("accuracy", "accuracy"),
        Column("interval", "95 % interval", "interval"),
        Column("n", "pairs", "whole"),
        Column("n_oov", "OOV", "whole"),
    )

    name: str
    accuracy: float
    interval: Interval = (math.nan, math.nan)
    n: int
    n_oov: int = 0


@dataclass(frozen=True, repr=False, kw_only=True)
class MinimalPairsResult(SetScore):
    """Share of pairs whose grammatical sentence gets the higher probability.

    Attributes
    ----------
    dataset, sha256 : str
        Name of the set, and checksum of its file.
    accuracy : float
        Share of the pairs whose good sentence is more probable; a tie counts half.
    interval : (float, float)
        95 %, see `evaluate_minimal_pairs`.
    accuracy_without_oov : float
        The same on the pairs without a word out of vocabulary.
    interval_without_oov : (float, float)
    n : int
        Pairs.
    n_oov : int
        Pairs with a word out of vocabulary.
    n_ties : int
        Pairs whose sentences are equally probable.
    n_uneven : int
        Pairs whose sentences differ in their number of tokens.
    shorter : float
        Share of these in which the shorter sentence is the more probable one; nan if there are
        none.
    phenomena, paradigms : tuple of PairGroup
        Where the set has them.
    signature : Signature
    margins : float64 array (n_pairs,)
        ln P(good) - ln P(bad); 0 for ties.
    known : bool array (n_pairs,)
        Whether all words of the pair are in the vocabulary.
    groups : int64 array (n_pairs,)
        Paradigm of each pair, as a number.
    """

    COLUMNS: ClassVar = (
        Column("model", "model", "text"),
        Column("dataset", "set", "text"),
        Column("accuracy", "accuracy"),
        Column("interval", "95 % interval", "interval"),
        Column("accuracy_without_oov", "without OOV"),
        Column("n", "pairs", "whole"),
        Column("n_oov", "OOV", "whole"),
        Column("n_ties", "ties", "whole"),
    )
    DERIVED: ClassVar = (*SetScore.DERIVED, "chance")

    dataset: str
    sha256: str
    accuracy: float
    interval: Interval = (math.nan, math.nan)
    accuracy_without_oov: float = math.nan
    interval_without_oov: Interval = (math.nan, math.nan)
    n: int
    n_oov: int = 0
    n_ties: int = 0
    n_uneven: int = 0
    shorter: float = math.nan
    phenomena: tuple[PairGroup, ...] = ()
    paradigms: tuple[PairGroup, ...] = ()
    signature: Signature
    margins: "np.ndarray" = items()
    known: "np.ndarray" = items("bool")
    groups: "np.ndarray" = items("int64")

    @property
    def measure(self) -> str:
        return "accuracy"

    @property
    def value(self) -> float:
        return self.accuracy

    @property
    def chance(self) -> float:
        """Accuracy of a random choice."""
        return 0.5

    @property
    def chance_level(self) -> float:
        return self.chance


#: Accuracy in per cent, as Warstadt et al. 2020 ("BLiMP", TACL 8, table 3) give it.
_BLIMP = {
    "overall": (61.2, 69.8),
    "anaphor_agreement": (47.9, 91.7),
    "argument_structure": (71.9, 73.2),
    "binding": (64.4, 73.5),
    "control_raising": (68.5, 67.0),
    "determiner_noun_agreement": (70.0, 85.4),
    "ellipsis": (36.9, 67.6),
    "filler_gap_dependency": (60.2, 73.9),
    "irregular_forms": (79.5, 89.1),
    "island_effects": (57.2, 46.6),
    "npi_licensing": (45.5, 51.7),
    "quantifiers": (53.5, 64.5),
    "subject_verb_agreement": (60.3, 80.1),
}
_BLIMP_SIZE = 67_000  # pairs
_PUBLISHED = ("5-gram (Warstadt et al. 2020)", "LSTM (Warstadt et al. 2020)")


def published_shares(result: MinimalPairsResult) -> dict[str, dict[str, float]]:
    """Return published accuracies by model and by phenomenon, ``overall`` among them.

    None unless the result is on the whole of BLiMP.
    """
    names = {"overall", *(group.name for group in result.phenomena)}
    if result.n != _BLIMP_SIZE or names != _BLIMP.keys():
        return {}
    return {
        model: {name: pair[i] / 100 for name, pair in _BLIMP.items()}
        for i, model in enumerate(_PUBLISHED)
    }
