"""Kneser-Ney smoothing, with three discounts as KenLM does it, or with one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from ...errors import SettingError
from .adjusting import adjusted_counts, last_in_suffix_order
from .discount_fitting import FittedDiscounts, SingleDiscount, fit_discounts
from .discounts import FALLBACK, HELD_OUT, DiscountError, modified_discounts, parse_fallback
from .smoothing import Evidence, Smoothing

__all__ = ["FALLBACK", "DiscountError", "KneserNey", "KneserNeySingle"]


@dataclass(frozen=True)
class KneserNey(Smoothing):
    """Modified Kneser-Ney smoothing, interpolated (Chen and Goodman 1999, section 4.1).

    Orders below the highest count how many different words occur before an n-gram; n-grams that
    begin with ``<s>`` keep their counts.

    Parameters
    ----------
    discount_fallback : three floats or "held-out", optional
        D1, D2 and D3+ for the orders whose counts of counts give none (KenLM's are 0.5, 1 and 1.5),
        or the best ones for held-out text; without it, `DiscountError`.
    discounts : sequence of three floats, optional
        D1, D2 and D3+ of all orders, in place of estimates.
    as_kenlm : bool
        In each order below the highest, KenLM (of 2026) enters one n-gram into the counts of counts
        with its count in place of its adjusted count.  On small texts this shows in the fourth
        digit; it is done here as well, so that the numbers agree.
    """

    discount_fallback: tuple[float, ...] | str | None = None
    discounts: tuple[float, ...] | None = None
    as_kenlm: bool = True
    name: ClassVar[str] = "kneser-ney"
    has_fallback: ClassVar[bool] = True

    def __post_init__(self) -> None:
        for name in ("discount_fallback", "discounts"):
            values = getattr(self, name)
            if values is None or (values == HELD_OUT and name == "discount_fallback"):
                continue
            if (
                isinstance(values, str)
                or len(values) != 3
                or not all(0 <= value <= at for at, value in enumerate(values, 1))
            ):
                raise SettingError(
                    f"{name} is {values}; expected three numbers, D1 from 0 to 1, D2 from 0 to 2 "
                    "and D3+ from 0 to 3" + f", or {HELD_OUT!r}" * (name == "discount_fallback")
                )

    @classmethod
    def from_numbers(cls, numbers: Sequence[float]) -> "KneserNey":
        return cls(discounts=tuple(numbers) or None)

    def with_fallback(self, fallback: str) -> "KneserNey":
        return replace(self, discount_fallback=parse_fallback(fallback))

    @property
    def uses_held_out(self) -> bool:
        return self.discount_fallback == HELD_OUT

    def fitted(self, evidence: Evidence) -> FittedDiscounts:
        """Estimate the discounts of each order from counts of counts.

        Raises
        ------
        DiscountError
            If an order gives none and there is no `discount_fallback`.
        """
        counts = evidence.counts
        adjusted = adjusted_counts(counts, evidence.links, evidence.threads, evidence.in_file)
        last = last_in_suffix_order(counts, evidence.links) if self.as_kenlm else []

        def discounts(numbers: Sequence[int], order: int) -> list[float]:
            return list(self.discounts or modified_discounts(numbers, order)[1:])

        return fit_discounts(evidence, adjusted, discounts, self.discount_fallback, last)


@dataclass(frozen=True)
class KneserNeySingle(SingleDiscount):
    """Kneser-Ney smoothing with one discount for each order, interpolated.

    Chen and Goodman (1999), section 4.1.2, with D = n1 / (n1 + 2 n2).

    Parameters
    ----------
    discount : float, optional
        From 0 to 1, for all orders, in place of estimates.
    discount_fallback : float or "held-out", optional
        For orders whose counts of counts give none; without it, `DiscountError`.
    """

    name: ClassVar[str] = "kneser-ney-1"

    def counts_of(self, evidence: Evidence) -> np.ndarray:
        counts, links = evidence.counts, evidence.links
        return adjusted_counts(counts, links, evidence.threads, evidence.in_file)
