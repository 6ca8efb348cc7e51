"""Growth of the number of different words with the length of a text: Heaps' law."""

import math

import numpy as np

from ..runtime.parallel import even_bounds

_BLOCK = 1 << 20  # tokens
_EVEN = 40  # points over the second half of the text
_LEAST_TOKENS = 100


def growth_positions(n_tokens: int, points: int = 60) -> np.ndarray:
    """Return numbers of tokens at which to look how many types there are.

    Even on a logarithmic axis up to half of the text, and from there on plainly even, so that
    the curve is smooth on either axis and Heaps' law can be fitted to what is shown.

    Returns
    -------
    int64 array
        Ascending from 1 to `n_tokens`, each once; at most ``points + 40``.
    """
    if n_tokens < 1:
        return np.empty(0, np.int64)
    half = max(1, n_tokens // 2)
    first = np.rint(np.geomspace(1, half, max(2, points)))
    second = np.rint(np.linspace(half, n_tokens, _EVEN + 1))
    found = np.concatenate([first, second]).astype(np.int64)
    return np.unique(np.clip(found, 1, n_tokens))


def type_growth(
    ids: np.ndarray, n_ids: int, positions: np.ndarray, n_specials: int = 0
) -> np.ndarray:
    """Return the number of different ids among the first tokens, exactly.

    Parameters
    ----------
    ids : int32 array (n_tokens,)
    n_ids : int
        All ids are below it.
    positions : int64 array
        Numbers of tokens.
    n_specials : int
        Ids below it are no types.

    Returns
    -------
    int64 array (len(positions),)
    """
    first = np.full(n_ids, len(ids), np.int64)  # first place of each id
    bounds = even_bounds(len(ids), _BLOCK)
    for start, end in reversed(list(zip(bounds[:-1], bounds[1:]))):
        # Of several values for one place NumPy keeps the last: backwards, the first position.
        first[ids[start:end][::-1]] = np.arange(end - 1, start - 1, -1)
    return np.searchsorted(np.sort(first[n_specials:]), positions)


def extrapolated(before: float, now: float, ratio: float, factor: float) -> float:
    """Return what a number grows to that goes as a power of the length of a text.

    Parameters
    ----------
    before, now : float
        The number in a text, and in one that is `ratio` times as long.
    factor : float
        How many times as long as the latter the text is; below 1, shorter.

    Returns
    -------
    float
        Exponents are those between `before` and `now`, from 0 to 1.
    """
    if ratio <= 1:
        return now
    exponent = math.log(max(now, 1) / max(before, 1)) / math.log(ratio)
    return now * factor ** min(max(exponent, 0.0), 1.0)


def heaps_law(tokens: np.ndarray, types: np.ndarray) -> tuple[float, float] | None:
    """Return b and K of Heaps' law, types = K tokens^b, over the second half of a text.

    Least squares on the logarithms.  The exponent falls slowly with the length of a text, so that
    that of the second half says how the text goes on; Heaps 1978, "Information Retrieval", section
    7.5.

    Parameters
    ----------
    tokens, types : int64 arrays
        Growth, as from `growth_positions` and `type_growth`.

    Returns
    -------
    (float, float) or None
        None for fewer than 100 tokens.
    """
    if not len(tokens) or tokens[-1] < _LEAST_TOKENS:
        return None
    held = (tokens >= tokens[-1] // 2) & (types > 0)
    if held.sum() < 2:
        return None
    x, y = np.log(tokens[held]), np.log(types[held])
    spread = x - x.mean()
    slope = float(spread @ (y - y.mean()) / (spread @ spread))
    return slope, float(np.exp(y.mean() - slope * x.mean()))
