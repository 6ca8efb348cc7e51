"""Interpolation with discounted counts: what Kneser-Ney and absolute discounting share."""

from abc import abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from ...errors import SettingError
from .discounts import (
    FALLBACK,
    HELD_OUT,
    DiscountError,
    counts_of_counts,
    parse_fallback,
    single_discount,
)
from .held_out import best_discounts, checked_held_out, events, interpolated, trace
from .smoothing import Evidence, FittedSmoothing, Histories, Smoothing, at_most_one


@dataclass(frozen=True, eq=False)
class FittedDiscounts(FittedSmoothing):
    """Counts with their discounts: float64 (order, 4)."""

    counts: np.ndarray
    facts: dict[str, object]
    table: np.ndarray

    def discounts(self, order: int) -> np.ndarray:
        return self.table[order - 1]

    def weights(self, order: int, histories: Histories) -> tuple[np.ndarray, np.ndarray]:
        scale = 1 / histories.totals
        # Not by BLAS, whose sums depend on the number of rows.
        held_back = histories.pruned.copy()
        for types, discount in zip(histories.types.T, self.discounts(order)[1:]):
            held_back += types * discount
        return scale, held_back * scale


def fit_discounts(
    evidence: Evidence,
    counts: np.ndarray,
    estimate: Callable[[Sequence[int], int], list[float]],
    fallback: Sequence[float] | str | None,
    odd: Sequence[int] = (),
    single: bool = False,
) -> FittedDiscounts:
    """Find the discounts of each order.

    Parameters
    ----------
    counts : int32 array
        Of each n-gram, adjusted or not.
    estimate : function
        (counts of counts, order) -> D1, D2 and D3+; may raise DiscountError.
    fallback : three floats or "held-out", optional
        For orders without valid discounts: these, or the best on `evidence.held_out`.
    odd : sequence of int
        See `counts_of_counts`; for the first orders.
    single : bool
        D1 = D2 = D3+.

    Raises
    ------
    DiscountError
        If an order has no valid discounts and there is no fallback.
    """
    order = evidence.counts.order
    found: list[list[float] | None] = []
    of_counts, fallen_back = [], []
    for k in range(1, order + 1):
        numbers = counts_of_counts(
            evidence.counts, counts, k, odd[k - 1] if k <= len(odd) else None
        )
        of_counts.append(numbers)
        try:
            found.append(estimate(numbers, k))
        except DiscountError:
            if fallback is None:
                raise
            fallen_back.append(k)
            found.append(None if isinstance(fallback, str) else list(fallback))
    discounts = _fill_gaps(evidence, counts, found, of_counts, single)
    shown = [values[0] for values in discounts] if single else discounts
    facts: dict[str, object] = {
        "discount" if single else "discounts": shown,
        "counts_of_counts": of_counts,
    }
    if fallen_back:
        facts["orders_with_fallback_discounts"] = fallen_back
        facts["fallback_discounts"] = (
            fallback if isinstance(fallback, str) else list(fallback or ())
        )
    return FittedDiscounts(counts, facts, np.array([[0.0, *values] for values in discounts]))


def _fill_gaps(
    evidence: Evidence,
    counts: np.ndarray,
    found: Sequence[list[float] | None],
    of_counts: Sequence[Sequence[int]],
    single: bool,
) -> list[list[float]]:
    """Fit the missing discounts on held-out text, from the lowest order up."""
    if all(values is not None for values in found):
        return [values for values in found if values is not None]
    trie = evidence.counts.trie
    ids = checked_held_out(evidence.held_out, trie.n_words, f"discount_fallback {HELD_OUT!r}")
    ngrams, histories = trace(trie, ids)
    probs = evidence.base[ids]
    filled = []
    for order, values in enumerate(found, 1):
        seen = events(trie, counts, ngrams, histories, order)
        if values is None:
            values = best_discounts(seen, probs, single)
        if values is None and trie.sizes[order - 1] == 0:
            values = list(FALLBACK)  # there is nothing to discount
        if values is None:
            raise DiscountError(
                order, of_counts[order - 1], "and the held-out text has none either"
            )
        probs = interpolated(seen, probs, values)
        filled.append(values)
    return filled


@dataclass(frozen=True)
class SingleDiscount(Smoothing):
    """Interpolation with one discount for each order, whatever the counts are.

    Parameters
    ----------
    discount : float, optional
        From 0 to 1, for all orders; by default that of `single_discount` for each order.
    discount_fallback : float or "held-out", optional
        For orders whose counts of counts give none; without it, `DiscountError`.
    """

    discount: float | None = None
    discount_fallback: float | str | None = None
    has_fallback: ClassVar[bool] = True

    def __post_init__(self) -> None:
        for name in ("discount", "discount_fallback"):
            value = getattr(self, name)
            if value is None or (name == "discount_fallback" and value == HELD_OUT):
                continue
            if isinstance(value, str) or not 0 <= value <= 1:
                raise SettingError(
                    f"{name} is {value}; expected a number from 0 to 1"
                    + f", or {HELD_OUT!r}" * (name == "discount_fallback")
                )

    @classmethod
    def from_numbers(cls, numbers: Sequence[float]) -> "SingleDiscount":
        return cls(at_most_one(cls.name, numbers))

    def with_fallback(self, fallback: str) -> "SingleDiscount":
        one = parse_fallback(fallback)
        if not isinstance(one, str) and one != FALLBACK and len(one) != 1:
            raise SettingError(f"discount_fallback is {fallback!r}; {self.name} takes one number")
        return replace(self, discount_fallback=one if isinstance(one, str) else one[0])

    @property
    def uses_held_out(self) -> bool:
        return self.discount_fallback == HELD_OUT

    @abstractmethod
    def counts_of(self, evidence: Evidence) -> np.ndarray:
        """Return what is discounted: int32, for each n-gram."""

    def fitted(self, evidence: Evidence) -> FittedDiscounts:
        """Estimate the discount of each order from counts of counts.

        Raises
        ------
        DiscountError
            If an order gives none and there is no `discount_fallback`.
        """
        given, fallback = self.discount, self.discount_fallback

        def estimate(numbers: Sequence[int], order: int) -> list[float]:
            return [single_discount(numbers, order) if given is None else given] * 3

        three = [float(fallback)] * 3 if isinstance(fallback, (int, float)) else fallback
        return fit_discounts(evidence, self.counts_of(evidence), estimate, three, single=True)
