"""Methods that use the raw counts: MLE, add-k, Witten-Bell, absolute, stupid backoff."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from ...errors import SettingError
from ..language_model import UNK
from .discount_fitting import SingleDiscount
from .smoothing import Evidence, FittedSmoothing, Histories, Smoothing, at_most_one


@dataclass(frozen=True)
class MaximumLikelihood(Smoothing):
    """p(w | h) = c(hw) / c(h): no smoothing.

    What never followed a history has probability 0 there; after a history that was never seen, the
    longest end of it that was seen decides.
    """

    name: ClassVar[str] = "mle"

    def fitted(self, evidence: Evidence) -> "FittedRelative":
        return FittedRelative(evidence.counts.counts)


@dataclass(frozen=True, eq=False)
class FittedRelative(FittedSmoothing):
    """Relative frequencies."""

    counts: np.ndarray
    facts: dict[str, object] = field(default_factory=dict)

    def weights(self, order: int, histories: Histories) -> tuple[np.ndarray, np.ndarray]:
        scale = 1 / histories.totals
        return scale, histories.pruned * scale


@dataclass(frozen=True)
class AddK(Smoothing):
    """p(w | h) = (c(hw) + k) / (c(h) + k V), also called Lidstone smoothing; Laplace's with k = 1.

    V words can have a probability: all of the vocabulary, ``</s>`` and (in an open vocabulary)
    ``<unk>``.  Histories have ``order - 1`` words, fewer after the start of a sentence; after one
    that was never seen all words are equally probable.

    Parameters
    ----------
    k : float
        Above 0.
    """

    k: float = 1.0
    name: ClassVar[str] = "add-k"

    def __post_init__(self) -> None:
        if not 0 < self.k < float("inf"):
            raise SettingError(f"k is {self.k}; it must be above 0 (mle adds nothing)")

    @classmethod
    def from_numbers(cls, numbers: Sequence[float]) -> "AddK":
        k = at_most_one(cls.name, numbers)
        return cls() if k is None else cls(k)

    def fitted(self, evidence: Evidence) -> "FittedAddK":
        possible = int(np.count_nonzero(evidence.base))
        if evidence.base[UNK] == 1:
            raise SettingError("add-k spreads over all words; it needs interpolate_unigrams")
        counts = evidence.counts
        return FittedAddK(
            counts.counts, {"n_possible_words": possible}, self.k * possible, counts.order
        )


@dataclass(frozen=True, eq=False)
class FittedAddK(FittedSmoothing):
    """Shorter histories are uniform, unless they begin with ``<s>``: nothing is before them."""

    counts: np.ndarray
    facts: dict[str, object]
    added: float
    highest: int

    def weights(self, order: int, histories: Histories) -> tuple[np.ndarray, np.ndarray]:
        scale = 1 / (histories.totals + self.added)
        gamma = (self.added + histories.pruned) * scale
        if order < self.highest:
            whole = histories.at_start
            kept = scale[whole].copy(), gamma[whole].copy()
            scale[:], gamma[:] = 0, 1
            scale[whole], gamma[whole] = kept
        return scale, gamma


@dataclass(frozen=True)
class WittenBell(Smoothing):
    """p(w | h) = (c(hw) + T(h) p(w | shorter h)) / (c(h) + T(h)), T(h) words having followed h.

    Witten and Bell (1991), method C; Chen and Goodman (1999), equation 17.
    """

    name: ClassVar[str] = "witten-bell"

    def fitted(self, evidence: Evidence) -> "FittedWittenBell":
        return FittedWittenBell(evidence.counts.counts)


@dataclass(frozen=True, eq=False)
class FittedWittenBell(FittedSmoothing):
    """Needs only the counts."""

    counts: np.ndarray
    facts: dict[str, object] = field(default_factory=dict)

    def weights(self, order: int, histories: Histories) -> tuple[np.ndarray, np.ndarray]:
        types = histories.all_types
        scale = 1 / (histories.totals + types)
        return scale, (types + histories.pruned) * scale


@dataclass(frozen=True)
class AbsoluteDiscounting(SingleDiscount):
    """p(w | h) = max(0, c(hw) - D) / c(h) + D T(h) / c(h) p(w | shorter h).

    Ney, Essen and Kneser (1994); Chen and Goodman (1999), equation 19.

    Parameters
    ----------
    discount : float, optional
        From 0 to 1, for all orders; by default n1 / (n1 + 2 n2) of each order.
    discount_fallback : float or "held-out", optional
        For orders without n-grams that occur once; without it, `DiscountError`.
    """

    name: ClassVar[str] = "absolute"

    def counts_of(self, evidence: Evidence) -> np.ndarray:
        return evidence.counts.counts


@dataclass(frozen=True)
class StupidBackoff(Smoothing):
    """Relative frequencies where there are any, else `factor` times those after a shorter history.

    These are scores: they do not sum to 1 (Brants et al. 2007, equation 5).  Each word that a
    history loses costs the factor, whether the history was ever seen or not.

    Parameters
    ----------
    factor : float
        Above 0, at most 1.
    """

    factor: float = 0.4
    name: ClassVar[str] = "stupid-backoff"

    def __post_init__(self) -> None:
        if not 0 < self.factor <= 1:
            raise SettingError(f"factor is {self.factor}; it must be above 0 and at most 1")

    @classmethod
    def from_numbers(cls, numbers: Sequence[float]) -> "StupidBackoff":
        factor = at_most_one(cls.name, numbers)
        return cls() if factor is None else cls(factor)

    def fitted(self, evidence: Evidence) -> "FittedStupidBackoff":
        facts: dict[str, object] = {"normalized": False, "unseen_backoff": self.factor}
        return FittedStupidBackoff(evidence.counts.counts, facts, self.factor)


@dataclass(frozen=True, eq=False)
class FittedStupidBackoff(FittedSmoothing):
    """One factor for all histories."""

    counts: np.ndarray
    facts: dict[str, object]
    unseen: float
    interpolates: bool = False

    def weights(self, order: int, histories: Histories) -> tuple[np.ndarray, np.ndarray]:
        return 1 / histories.totals, np.full(len(histories.totals), self.unseen)
