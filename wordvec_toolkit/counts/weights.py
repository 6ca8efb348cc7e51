"""Integer weights of a context by its distance.

A weight is an integer numerator over one divisor that is stored once, so that sums are exact and
do not depend on their order.
"""

import math
from typing import Literal

import numpy as np

from ..errors import SettingError

Weighting = Literal["flat", "dynamic", "harmonic"]
WEIGHTINGS: tuple[str, ...] = ("flat", "dynamic", "harmonic")
Direction = Literal["both", "left", "right", "split"]
DIRECTIONS: tuple[str, ...] = ("both", "left", "right", "split")

LARGEST_WINDOW = 1000
# lcm(1..22) is the last below 2**31; beyond it, exact sums of 1/d would leave 64 bits too soon.
_LARGEST_HARMONIC = 22


def distance_weights(window: int, weighting: Weighting) -> tuple[np.ndarray, int]:
    """Return the numerators of the weights and their divisor.

    At distance d in a window w the weight is 1 (flat), (w - d + 1) / w (dynamic: the expectation
    of word2vec's random window; Levy, Goldberg and Dagan 2015, section 3.1) or 1 / d (harmonic, as
    in GloVe).

    Parameters
    ----------
    window : int
        The largest distance that counts; neighbours stand at distance 1.
    weighting : {"flat", "dynamic", "harmonic"}

    Returns
    -------
    numerators : int64 array (window + 1,)
        The entry for distance 0 is 0.
    divisor : int

    Raises
    ------
    SettingError
        If the window or the weighting is not usable.

    Examples
    --------
    >>> distance_weights(3, "harmonic")
    (array([0, 6, 3, 2]), 6)
    """
    if not 1 <= window <= LARGEST_WINDOW:
        raise SettingError(f"window is {window}; it must be from 1 to {LARGEST_WINDOW}")
    distances = range(1, window + 1)
    if weighting == "flat":
        return np.array([0] + [1] * window, np.int64), 1
    if weighting == "dynamic":
        return np.array([0] + [window - d + 1 for d in distances], np.int64), window
    if weighting != "harmonic":
        raise SettingError(f"weighting is {weighting!r}; expected one of {', '.join(WEIGHTINGS)}")
    if window > _LARGEST_HARMONIC:
        raise SettingError(
            f"window is {window}; harmonic weights are exact up to {_LARGEST_HARMONIC}; take a "
            "smaller window or dynamic weights"
        )
    divisor = math.lcm(*distances)
    return np.array([0] + [divisor // d for d in distances], np.int64), divisor
