"""Integer weights of a context by its distance.

A weight is an integer numerator over one divisor that is stored once, so that sums are exact and
do not depend on their order.
"""

import math

import numpy as np

from .settings import CountingSettings, Weighting


def distance_weights(window: int, weighting: Weighting) -> tuple[np.ndarray, int]:
    """Return the numerators of the weights and their divisor.

    At distance d in a window w the weight is 1 (flat), (w - d + 1) / w (dynamic: the expectation
    of word2vec's random window; Levy, Goldberg and Dagan 2015, section 3.1) or 1 / d (harmonic, as
    in GloVe).

    Parameters
    ----------
    window : int
        The largest distance that counts; neighbours are at distance 1.
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
    CountingSettings(window, weighting)
    distances = range(1, window + 1)
    if weighting == "flat":
        return np.array([0] + [1] * window, np.int64), 1
    if weighting == "dynamic":
        return np.array([0] + [window - d + 1 for d in distances], np.int64), window
    divisor = math.lcm(*distances)
    return np.array([0] + [divisor // d for d in distances], np.int64), divisor
