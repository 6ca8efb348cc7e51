"""Smoothing methods: counts to probabilities, one small object each.

All of them are of this form (Chen and Goodman 1999, equation 12 and section 4):

    p(w | h) = max(0, c(hw) - D(c(hw))) scale(h) + gamma(h) p(w | h without its first word)

and differ in what they take for c, D, scale and gamma.  Below the shortest history is the
base: the uniform distribution, unless told otherwise.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import ClassVar

import numpy as np

from ...counts.ngrams import NgramCounts
from ...errors import SettingError

#: c(hw) = 0, 1, 2, and 3 or more.
N_DISCOUNTS = 4


@dataclass(frozen=True, eq=False)
class Evidence:
    """Input of a smoothing method.

    Attributes
    ----------
    counts : NgramCounts
    links : int32 array
        See `suffix_links`.
    base : float64 array (n_words,)
        The distribution below the unigrams; 0 for words that can have no probability.
    held_out : int32 array, optional
        Held-out text, as `LanguageModel.token_logprobs` takes it.
    in_file : bool
        Whether new arrays of all n-grams go to files.
    threads : int, optional
        Default: all processors.
    """

    counts: NgramCounts
    links: np.ndarray
    base: np.ndarray
    held_out: np.ndarray | None = None
    in_file: bool = False
    threads: int | None = None


@dataclass(frozen=True, eq=False)
class Histories:
    """Statistics of some histories of one length.

    Attributes
    ----------
    totals : float64 array (n,)
        Sum of the counts of all words seen after each.
    types : float64 array (n, 3)
        How many different words were seen after it once, twice, and three times or more; only those
        that the model keeps.
    pruned : float64 array (n,)
        Share of the totals whose n-grams the model does not keep.
    pruned_types : float64 array (n,)
        How many n-grams these are.
    at_start : slice
        Those that begin with ``<s>``.
    """

    totals: np.ndarray
    types: np.ndarray
    pruned: np.ndarray
    pruned_types: np.ndarray
    at_start: slice

    @property
    def all_types(self) -> np.ndarray:
        """Number of different words seen after each."""
        return np.asarray(self.types.sum(axis=1) + self.pruned_types)


class Smoothing(ABC):
    """A method of smoothing; frozen dataclasses, whose fields are its settings.

    Attributes
    ----------
    name : str
        As users write it.
    has_fallback : bool
        Whether it has discounts that can fail, and `with_fallback`.
    """

    name: ClassVar[str]
    has_fallback: ClassVar[bool] = False

    @abstractmethod
    def fitted(self, evidence: Evidence) -> "FittedSmoothing":
        """Find what the method takes from the counts, for instance discounts."""

    @classmethod
    def from_numbers(cls, numbers: Sequence[float]) -> "Smoothing":
        """Make one from the numbers behind its name; see `parse_smoothing`."""
        if numbers:
            raise SettingError(f"{cls.name} takes no numbers, here {len(numbers)}")
        return cls()

    def with_fallback(self, fallback: str) -> "Smoothing":
        """Return the same with a `discount_fallback`; see `parse_smoothing`."""
        raise SettingError(f"{self.name} has no discounts that could fail; omit discount_fallback")

    @property
    def uses_held_out(self) -> bool:
        """Return whether something is fitted to held-out text."""
        return False

    @property
    def settings(self) -> dict[str, object]:
        """Name and fields, as JSON has them."""
        fields = asdict(self)  # type: ignore[call-overload]
        plain = {k: list(v) if isinstance(v, tuple) else v for k, v in fields.items()}
        return {"smoothing": self.name, **plain}


class FittedSmoothing(ABC):
    """A method with its parameters for given counts.

    Attributes
    ----------
    counts : int32 array
        c of each n-gram: its count, or what takes its place.
    facts : dict
        What was found, for the manifest and the reader.
    interpolates : bool
        False: gamma p(w | shorter history) is not added to n-grams that were seen.
    unseen : float
        What a history that was never seen multiplies p(w | shorter history) by.
    """

    counts: np.ndarray
    facts: dict[str, object]
    interpolates: bool = True
    unseen: float = 1.0

    def discounts(self, order: int) -> np.ndarray:
        """Return D(0), D(1), D(2), D(3 or more) of the n-grams of one order."""
        return np.zeros(N_DISCOUNTS)

    @abstractmethod
    def weights(self, order: int, histories: Histories) -> tuple[np.ndarray, np.ndarray]:
        """Return scale and gamma of histories that n-grams of `order` go on from."""


def at_most_one(name: str, numbers: Sequence[float]) -> float | None:
    """Return the only number behind a name, None if there is none."""
    if len(numbers) > 1:
        raise SettingError(f"{name} takes one number, here {len(numbers)}")
    return numbers[0] if numbers else None


def check_per_order(name: str, values: Sequence[float], order: int) -> list[float]:
    """Return one value for each order; a single one holds for all.

    Raises
    ------
    SettingError
        If there are neither one nor `order` of them.
    """
    if len(values) not in (1, order):
        raise SettingError(
            f"{len(values)} {name} for a model of order {order}; give one, or {order}"
        )
    return [float(value) for value in values] * (order if len(values) == 1 else 1)


def parse_numbers(name: str, text: str) -> list[float]:
    """Return the numbers between commas in the value of a setting."""
    try:
        return [float(part) for part in text.split(",")] if text.strip() else []
    except ValueError:
        raise SettingError(f"{name} is {text!r}; expected numbers between commas") from None
