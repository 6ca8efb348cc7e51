"""How counts become probabilities: one small object for each method.

All of them interpolate (Chen and Goodman 1999, equation 12 and section 4):

    p(w | h) = max(0, c(hw) - D(c(hw))) scale(h) + gamma(h) p(w | h without its first word)

and differ in what they take for c, D, scale and gamma.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from ..counts.ngrams import NgramCounts

#: c(hw) = 0, 1, 2, and 3 or more.
N_DISCOUNTS = 4


@dataclass(frozen=True, eq=False)
class Histories:
    """What is known of some histories of one length.

    Attributes
    ----------
    totals : float64 array (n,)
        Sum of the counts of all words seen after each.
    types : float64 array (n, 3)
        How many different words were seen after it once, twice, and three times or more; only those
        that the model keeps.
    pruned : float64 array (n,)
        Share of the totals whose n-grams the model does not keep.
    """

    totals: np.ndarray
    types: np.ndarray
    pruned: np.ndarray


class Smoothing(ABC):
    """A method of smoothing; frozen dataclasses, whose fields are its settings."""

    name: ClassVar[str]

    @abstractmethod
    def fitted(self, counts: NgramCounts, links: np.ndarray) -> "FittedSmoothing":
        """Find what the method takes from the counts, for instance discounts.

        Parameters
        ----------
        counts : NgramCounts
        links : int32 array
            See `suffix_links`.
        """


class FittedSmoothing(ABC):
    """A method with its parameters for given counts.

    Attributes
    ----------
    counts : int32 array
        c of each n-gram: its count, or what takes its place.
    facts : dict
        What was found, for the manifest and the reader.
    """

    counts: np.ndarray
    facts: dict[str, Any]

    @abstractmethod
    def discounts(self, order: int) -> np.ndarray:
        """Return D(0), D(1), D(2), D(3 or more) of the n-grams of one order."""

    @abstractmethod
    def weights(self, order: int, histories: Histories) -> tuple[np.ndarray, np.ndarray]:
        """Return scale and gamma of histories that n-grams of `order` go on from."""
