"""Discounts from counts of counts."""

from collections.abc import Sequence

import numpy as np

from ..._kernels import smoothing as kernels
from ...counts.ngrams import NgramCounts
from ...errors import WordvecError
from ...runtime.memory import release
from .smoothing import parse_numbers
from .sweeps import windows

LARGEST = 4  # counts of counts go up to here
#: D1, D2 and D3+ of KenLM's ``--discount_fallback``.
FALLBACK = (0.5, 1.0, 1.5)
#: In place of numbers: fit the discounts on held-out text.
HELD_OUT = "held-out"


class DiscountError(WordvecError):
    """The counts of counts give no valid discounts for an order.

    Attributes
    ----------
    order : int
    counts_of_counts : list of int
        How many n-grams of that order have a count (Kneser-Ney: adjusted count) of 1, 2, 3 and 4.
    """

    def __init__(self, order: int, counts_of_counts: Sequence[int], reason: str) -> None:
        self.order = order
        self.counts_of_counts = list(counts_of_counts)
        seen = ", ".join(f"{n:,}" for n in self.counts_of_counts)
        super().__init__(
            f"no valid discounts for order {order}: {seen} n-grams have (adjusted) counts "
            f"1, 2, 3 and 4, {reason}; small or repetitive text and small alphabets do this: "
            f"take {'a lower order, ' if order > 1 else ''}more text, discount_fallback "
            "(--discount-fallback 0.5,1,1.5), or another smoothing (--smoothing witten-bell)"
        )


def parse_fallback(text: str) -> tuple[float, ...] | str:
    """Return the numbers between commas, KenLM's for ``default``, or ``held-out``."""
    plain = text.strip()
    if plain == HELD_OUT:
        return HELD_OUT
    if plain in ("", "default"):
        return FALLBACK
    return tuple(parse_numbers("discount_fallback", plain))


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
    numbers = np.zeros(LARGEST + 1, np.int64)
    for window in windows(counts.trie.places(order)):
        kernels.count_counts(adjusted, window.start, window.stop, numbers)
        release(adjusted[window])
    if odd is not None:
        for count, change in ((adjusted[odd], -1), (counts.counts[odd], 1)):
            if count <= LARGEST:
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


def single_discount(numbers: Sequence[int], order: int) -> float:
    """Return D = n1 / (n1 + 2 n2) (Ney, Essen and Kneser 1994; Chen and Goodman, equation 18).

    Without n-grams of count 1 it would leave nothing to the words that were not seen.
    """
    if numbers[0] == 0:
        raise DiscountError(order, numbers, "and none has count 1")
    return numbers[0] / (numbers[0] + 2 * numbers[1])
