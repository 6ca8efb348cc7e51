"""Kneser-Ney smoothing with three discounts, as KenLM does it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from .._kernels import smoothing as kernels
from ..counts.ngrams import NgramCounts
from ..errors import SettingError, WordvecError
from .adjusting import adjusted_counts, last_in_suffix_order
from .smoothing import FittedSmoothing, Histories, Smoothing

_LARGEST = 4  # counts of counts go up to here
#: KenLM's ``--discount_fallback``.
FALLBACK = (0.5, 1.0, 1.5)


class DiscountError(WordvecError):
    """The counts of counts give no valid discounts for an order.

    Attributes
    ----------
    order : int
    counts_of_counts : list of int
        How many n-grams of that order have an adjusted count of 1, 2, 3 and 4.
    """

    def __init__(self, order: int, counts_of_counts: Sequence[int], reason: str) -> None:
        self.order = order
        self.counts_of_counts = list(counts_of_counts)
        seen = ", ".join(f"{n:,}" for n in self.counts_of_counts)
        super().__init__(
            f"no valid Kneser-Ney discounts for order {order}: {seen} n-grams have adjusted counts "
            f"1, 2, 3 and 4, {reason}; small or repetitive text does this: take a lower order, "
            "more text, discount_fallback (--discount-fallback 0.5,1,1.5), or another smoothing "
            "(--smoothing witten-bell)"
        )


@dataclass(frozen=True)
class KneserNey(Smoothing):
    """Modified Kneser-Ney smoothing, interpolated (Chen and Goodman 1999, section 4.1).

    Orders below the highest count how many different words stand before an n-gram; n-grams that
    begin with ``<s>`` keep their counts.

    Parameters
    ----------
    discount_fallback : three floats, optional
        D1, D2 and D3+ for the orders whose counts of counts give none; without it, `DiscountError`.
    discounts : sequence of three floats, optional
        D1, D2 and D3+ of all orders, in place of estimates.
    as_kenlm : bool
        In each order below the highest, KenLM (of 2026) enters one n-gram into the counts of counts
        with its count in place of its adjusted count.  On small texts this shows in the fourth
        digit; it is done here as well, so that the numbers agree.
    """

    discount_fallback: tuple[float, ...] | None = None
    discounts: tuple[float, ...] | None = None
    as_kenlm: bool = True
    name: ClassVar[str] = "kneser-ney"

    def __post_init__(self) -> None:
        for name in ("discount_fallback", "discounts"):
            values = getattr(self, name)
            if values is not None and (
                len(values) != 3 or not all(0 <= value <= at for at, value in enumerate(values, 1))
            ):
                raise SettingError(
                    f"{name} is {values}; expected three numbers, D1 from 0 to 1, D2 from 0 to 2 "
                    "and D3+ from 0 to 3"
                )

    def fitted(self, counts: NgramCounts, links: np.ndarray) -> "FittedKneserNey":
        """Estimate the discounts of each order from counts of counts.

        Raises
        ------
        DiscountError
            If an order gives none and there is no `discount_fallback`.
        """
        adjusted = adjusted_counts(counts, links)
        last = last_in_suffix_order(counts, links) if self.as_kenlm else []
        found, of_counts, fallen_back = [], [], []
        for order in range(1, counts.order + 1):
            odd = last[order - 1] if order <= len(last) else None
            numbers = counts_of_counts(counts, adjusted, order, odd)
            of_counts.append(numbers)
            if self.discounts is not None:
                found.append([0.0, *self.discounts])
                continue
            try:
                found.append(modified_discounts(numbers, order))
            except DiscountError:
                if self.discount_fallback is None:
                    raise
                found.append([0.0, *self.discount_fallback])
                fallen_back.append(order)
        facts: dict[str, Any] = {
            "discounts": [values[1:] for values in found],
            "counts_of_counts": of_counts,
        }
        if fallen_back:
            facts["orders_with_fallback_discounts"] = fallen_back
        return FittedKneserNey(adjusted, facts, np.array(found))


@dataclass(frozen=True, eq=False)
class FittedKneserNey(FittedSmoothing):
    """Kneser-Ney with its discounts: float64 (order, 4)."""

    counts: np.ndarray
    facts: dict[str, Any]
    table: np.ndarray

    def discounts(self, order: int) -> np.ndarray:
        return self.table[order - 1]

    def weights(self, order: int, histories: Histories) -> tuple[np.ndarray, np.ndarray]:
        scale = 1 / histories.totals
        held_back = histories.types @ self.discounts(order)[1:] + histories.pruned
        return scale, held_back * scale


def counts_of_counts(
    counts: NgramCounts, adjusted: np.ndarray, order: int, odd: int | None = None
) -> list[int]:
    """Return how many n-grams of an order have an adjusted count of 1, 2, 3 and 4.

    Parameters
    ----------
    odd : int, optional
        Place of an n-gram that is taken with its count, not its adjusted count, as KenLM does with
        the last one that it reads (`last_in_suffix_order`).
    """
    numbers = np.zeros(_LARGEST + 1, np.int64)
    places = counts.trie.places(order)
    kernels.count_counts(adjusted, places.start, places.stop, numbers)
    if odd is not None:
        for count, change in ((adjusted[odd], -1), (counts.counts[odd], 1)):
            if count <= _LARGEST:
                numbers[count] += change
    return [int(number) for number in numbers[1:]]


def modified_discounts(numbers: Sequence[int], order: int) -> list[float]:
    """Return 0, D1, D2 and D3+ (Chen and Goodman 1999, equation 26).

    Parameters
    ----------
    numbers : sequence of four int
        How many n-grams have an adjusted count of 1, 2, 3 and 4.
    """
    for count, number in enumerate(numbers[:3], 1):
        if number == 0:
            raise DiscountError(order, numbers, f"and none has count {count}")
    y = numbers[0] / (numbers[0] + 2 * numbers[1])
    discounts = [0.0]
    for count in (1, 2, 3):
        discount = count - (count + 1) * y * numbers[count] / numbers[count - 1]
        if not 0 <= discount <= count:
            raise DiscountError(
                order, numbers, f"which makes the discount of count {count} {discount:.3f}"
            )
        discounts.append(discount)
    return discounts
